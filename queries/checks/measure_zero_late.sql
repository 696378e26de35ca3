/*
title = { fr = "Mesure zéro après la fin du parcours", nl = "Nulmeting na het einde van het traject", de = "Nullmessung nach dem Ende des Parcours", en = "Zero measure after the end of the parcours" }
advice = { fr = "Vérifier le moment de la mesure (zéro ou finale), sa date et le parcours.", nl = "Controleer het moment van de meting (nul of eind), haar datum en het traject.", de = "Zeitpunkt der Messung (Null oder Ende), Datum und Parcours prüfen.", en = "Check the occasion of the measure (zero or end), its date and the parcours." }
severity = "warning"
mend = "social_worker"
tables = ["measures", "parcours"]
source = "the zero measure belongs to the bilan social before the contract: working group of Courtrai"
*/
SELECT t.submission_id, t.source_file, t.sheet, t.source_row, 'measured_on' AS column_name, COALESCE(t.measured_on > w.end_on, FALSE) AS failed
FROM measures AS t
JOIN parcours AS w ON w.cpas = t.cpas AND w.parcours_id = t.parcours_id
WHERE t.occasion = 'zero'
