/*
title = { fr = "Le statut de présence contredit les heures", nl = "De status van aanwezigheid spreekt de uren tegen", de = "Status der Anwesenheit widerspricht den Stunden", en = "Status of attendance that contradicts the hours" }
advice = { fr = "Corriger le statut ou les heures de présence.", nl = "Verbeter de status of de aanwezige uren.", de = "Status oder Anwesenheitsstunden berichtigen.", en = "Correct the status or the hours attended." }
severity = "warning"
mend = "social_worker"
tables = ["attendance"]
source = "who was absent attended no hour, and who was present attended some"
*/
SELECT t.submission_id, t.source_file, t.sheet, t.source_row, 'attended_hours' AS column_name,
    (t.status = 'present' AND t.attended_hours = 0) OR (t.status <> 'present' AND t.attended_hours > 0) AS failed
FROM attendance AS t
WHERE t.attended_hours IS NOT NULL
