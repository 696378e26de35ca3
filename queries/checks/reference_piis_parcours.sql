/*
title = { fr = "PIIS d’un parcours introuvable", nl = "GPMI van een onvindbaar traject", de = "VSE eines unauffindbaren Parcours", en = "Contract of a parcours that is not there" }
advice = { fr = "Vérifier le numéro, ou joindre le parcours manquant à l’export.", nl = "Controleer het nummer, of voeg het ontbrekende traject aan de uitvoer toe.", de = "Nummer prüfen oder den fehlenden Parcours dem Export beifügen.", en = "Check the number, or add the missing parcours to the export." }
severity = "warning"
mend = "data_manager"
tables = ["piis", "parcours"]
source = "a number leads to a record that was handed in"
*/
SELECT t.submission_id, t.source_file, t.sheet, t.source_row, 'parcours_id' AS column_name, o.parcours_id IS NULL AS failed
FROM piis AS t
LEFT JOIN parcours AS o ON o.cpas = t.cpas AND o.parcours_id = t.parcours_id
WHERE t.parcours_id IS NOT NULL
