/*
title = { fr = "Sanction d’un PIIS introuvable", nl = "Sanctie van een onvindbaar GPMI", de = "Sanktion eines unauffindbaren VSE", en = "Sanction on a contract that is not there" }
advice = { fr = "Vérifier le numéro, ou joindre le PIIS manquant à l’export.", nl = "Controleer het nummer, of voeg het ontbrekende GPMI aan de uitvoer toe.", de = "Nummer prüfen oder den fehlenden VSE dem Export beifügen.", en = "Check the number, or add the missing contract to the export." }
severity = "warning"
mend = "data_manager"
tables = ["sanctions", "piis"]
source = "a number leads to a record that was handed in"
*/
SELECT t.submission_id, t.source_file, t.sheet, t.source_row, 'piis_id' AS column_name, o.piis_id IS NULL AS failed
FROM sanctions AS t
LEFT JOIN piis AS o ON o.cpas = t.cpas AND o.piis_id = t.piis_id
WHERE t.piis_id IS NOT NULL
