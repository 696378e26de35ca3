/*
title = { fr = "Évaluation prévue et pas tenue", nl = "Geplande evaluatie niet gehouden", de = "Geplante Bewertung nicht gehalten", en = "Evaluation planned and not held" }
advice = { fr = "Tenir l’évaluation, ou noter sa date.", nl = "Hou de evaluatie, of noteer haar datum.", de = "Bewertung abhalten oder ihr Datum eintragen.", en = "Hold the evaluation, or note its day." }
severity = "warning"
mend = "social_worker"
tables = ["evaluations"]
parameters = ["evaluation_grace_days"]
source = "an evaluation is held when it is planned; the days of grace are a default of the parameter evaluation_grace_days. What lies behind the last evaluation of the centre is not tested: the export may end there"
*/
WITH seen AS (
    SELECT e.cpas, MAX(e.held_on) AS last_on FROM evaluations AS e GROUP BY e.cpas
)
SELECT t.submission_id, t.source_file, t.sheet, t.source_row, 'held_on' AS column_name, t.held_on IS NULL AS failed
FROM evaluations AS t
JOIN handed_in AS h ON h.submission_id = t.submission_id
JOIN parameters AS q ON q.name = 'evaluation_grace_days' AND q.period = h.period
JOIN seen AS s ON s.cpas = t.cpas
JOIN calendar AS p ON p.day = t.planned_on
JOIN calendar AS l ON l.day = s.last_on
WHERE p.number + q.value <= l.number AND p.number + q.value <= h.end_number
