/*
title = { fr = "Plus d’heures de présence que prévu", nl = "Meer aanwezige dan geplande uren", de = "Mehr Anwesenheit als geplant", en = "More hours attended than planned" }
advice = { fr = "Vérifier les heures prévues et les heures de présence de la séance.", nl = "Controleer de geplande en de aanwezige uren van de sessie.", de = "Geplante und besuchte Stunden der Sitzung prüfen.", en = "Check the planned and the attended hours of the session." }
severity = "warning"
mend = "social_worker"
tables = ["attendance"]
source = "nobody attends longer than a session lasts"
*/
SELECT t.submission_id, t.source_file, t.sheet, t.source_row, 'attended_hours' AS column_name, t.attended_hours > t.planned_hours OR t.attended_hours < 0 AS failed
FROM attendance AS t
WHERE t.attended_hours IS NOT NULL
