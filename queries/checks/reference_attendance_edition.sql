/*
title = { fr = "Présence à une édition introuvable", nl = "Aanwezigheid in een onvindbare editie", de = "Anwesenheit in einer unauffindbaren Auflage", en = "Attendance at an edition that is not there" }
advice = { fr = "Vérifier le numéro, ou joindre l’édition manquante à l’export.", nl = "Controleer het nummer, of voeg de ontbrekende editie aan de uitvoer toe.", de = "Nummer prüfen oder die fehlende Auflage dem Export beifügen.", en = "Check the number, or add the missing edition to the export." }
severity = "warning"
mend = "data_manager"
tables = ["attendance", "editions"]
source = "a number leads to a record that was handed in"
*/
SELECT t.submission_id, t.source_file, t.sheet, t.source_row, 'edition_id' AS column_name, o.edition_id IS NULL AS failed
FROM attendance AS t
LEFT JOIN editions AS o ON o.cpas = t.cpas AND o.edition_id = t.edition_id
