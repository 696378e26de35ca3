/*
title = { fr = "Évaluation d’un PIIS introuvable", nl = "Evaluatie van een onvindbaar GPMI", de = "Bewertung eines unauffindbaren VSE", en = "Evaluation of a contract that is not there" }
advice = { fr = "Vérifier le numéro, ou joindre le PIIS manquant à l’export.", nl = "Controleer het nummer, of voeg het ontbrekende GPMI aan de uitvoer toe.", de = "Nummer prüfen oder den fehlenden VSE dem Export beifügen.", en = "Check the number, or add the missing contract to the export." }
severity = "warning"
mend = "data_manager"
tables = ["evaluations", "piis"]
source = "a number leads to a record that was handed in"
*/
SELECT t.submission_id, t.source_file, t.sheet, t.source_row, 'piis_id' AS column_name, o.piis_id IS NULL AS failed
FROM evaluations AS t
LEFT JOIN piis AS o ON o.cpas = t.cpas AND o.piis_id = t.piis_id
