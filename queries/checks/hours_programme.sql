/*
title = { fr = "Plus d’heures de séances que le programme", nl = "Meer uren sessies dan het programma", de = "Mehr Sitzungsstunden als das Programm", en = "More hours of sessions than the programme" }
advice = { fr = "Vérifier les heures prévues des séances et celles de l’édition.", nl = "Controleer de geplande uren van de sessies en die van de editie.", de = "Geplante Stunden der Sitzungen und der Auflage prüfen.", en = "Check the planned hours of the sessions and of the edition." }
severity = "warning"
mend = "social_worker"
tables = ["attendance", "enrolments", "editions"]
parameters = ["hours_margin_percent"]
source = "the programme of an edition (Ta(a)lent: 183 hours) is the most that a person is expected at; the margin is a default of the parameter hours_margin_percent"
*/
WITH expected AS (
    SELECT a.cpas, a.edition_id, a.person_id, SUM(a.planned_hours) AS hours
    FROM attendance AS a
    GROUP BY a.cpas, a.edition_id, a.person_id
)
SELECT t.submission_id, t.source_file, t.sheet, t.source_row, 'edition_id' AS column_name, x.hours * 100 > e.planned_hours * (100 + q.value) AS failed
FROM enrolments AS t
JOIN handed_in AS h ON h.submission_id = t.submission_id
JOIN parameters AS q ON q.name = 'hours_margin_percent' AND q.period = h.period
JOIN editions AS e ON e.cpas = t.cpas AND e.edition_id = t.edition_id
JOIN expected AS x ON x.cpas = t.cpas AND x.edition_id = t.edition_id AND x.person_id = t.person_id
WHERE e.planned_hours IS NOT NULL
