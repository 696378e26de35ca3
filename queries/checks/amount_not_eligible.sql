/*
title = { fr = "Dépense non éligible", nl = "Uitgave die niet in aanmerking komt", de = "Nicht förderfähige Ausgabe", en = "Expense that is not eligible" }
advice = { fr = "Vérifier ; elle ne compte pas dans le solde de la subvention.", nl = "Controleer; ze telt niet mee in het saldo van de toelage.", de = "Prüfen; sie zählt nicht zum Saldo des Zuschusses.", en = "Check; it does not count in the balance of the subsidy." }
severity = "warning"
mend = "finance"
tables = ["expenses"]
source = "an expense that is not eligible is no part of the subsidy; it is listed so that it is seen"
*/
SELECT t.submission_id, t.source_file, t.sheet, t.source_row, 'eligible' AS column_name, NOT t.eligible AS failed
FROM expenses AS t
WHERE t.eligible IS NOT NULL
