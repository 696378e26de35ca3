/*
title = { fr = "Mesure finale avant le début du parcours", nl = "Eindmeting vóór het begin van het traject", de = "Endmessung vor Beginn des Parcours", en = "End measure before the parcours begins" }
advice = { fr = "Vérifier le moment de la mesure (zéro ou finale), sa date et le parcours.", nl = "Controleer het moment van de meting (nul of eind), haar datum en het traject.", de = "Zeitpunkt der Messung (Null oder Ende), Datum und Parcours prüfen.", en = "Check the occasion of the measure (zero or end), its date and the parcours." }
severity = "warning"
mend = "social_worker"
tables = ["measures", "parcours"]
source = "the end measure closes the parcours: working group of Courtrai"
*/
SELECT t.submission_id, t.source_file, t.sheet, t.source_row, 'measured_on' AS column_name, t.measured_on < w.start_on AS failed
FROM measures AS t
JOIN parcours AS w ON w.cpas = t.cpas AND w.parcours_id = t.parcours_id
WHERE t.occasion = 'end'
