/*
title = { fr = "PIIS évalué trop rarement", nl = "GPMI te weinig geëvalueerd", de = "VSE zu selten bewertet", en = "Contract evaluated too rarely" }
advice = { fr = "Planifier et tenir les évaluations que la loi demande, ou noter celles qui manquent.", nl = "Plan en hou de evaluaties die de wet vraagt, of noteer de ontbrekende.", de = "Die gesetzlich verlangten Bewertungen planen und abhalten oder fehlende eintragen.", en = "Plan and hold the evaluations that the law asks for, or note those that are missing." }
severity = "warning"
mend = "social_worker"
tables = ["evaluations", "piis"]
parameters = ["evaluations_per_year"]
source = "law 26-05-2002 and royal decree: every three months until 2016; royal decree of 2016: at least three a year from 2016-11-01 (evaluations_per_year), pro rata of the days on which the contract ran in the period and which the export covers"
*/
WITH seen AS (
    SELECT e.cpas, MAX(e.held_on) AS last_on FROM evaluations AS e GROUP BY e.cpas
),
active AS (
    SELECT p.cpas, p.piis_id, h.period, p.submission_id, p.source_file, p.sheet, p.source_row,
        CASE WHEN p.start_on > h.start_on THEN p.start_on ELSE h.start_on END AS from_on,
        CASE WHEN p.end_on <= h.end_on AND p.end_on <= s.last_on THEN p.end_on
            WHEN h.end_on <= s.last_on THEN h.end_on ELSE s.last_on END AS until_on
    FROM piis AS p
    JOIN handed_in AS h ON h.submission_id = p.submission_id
    JOIN seen AS s ON s.cpas = p.cpas
),
held AS (
    SELECT a.cpas, a.piis_id, COUNT(*) AS evaluations
    FROM active AS a
    JOIN evaluations AS e ON e.cpas = a.cpas AND e.piis_id = a.piis_id
        AND e.held_on >= a.from_on AND e.held_on <= a.until_on
    GROUP BY a.cpas, a.piis_id
)
-- Too few when one more would still not exceed the days: (held + 1) in 365 days against the number a year.
SELECT a.submission_id, a.source_file, a.sheet, a.source_row, 'piis_id' AS column_name,
    (COALESCE(v.evaluations, 0) + 1) * 365 <= (u.number - f.number + 1) * q.value AS failed
FROM active AS a
JOIN parameters AS q ON q.name = 'evaluations_per_year' AND q.period = a.period
JOIN calendar AS f ON f.day = a.from_on
JOIN calendar AS u ON u.day = a.until_on
LEFT JOIN held AS v ON v.cpas = a.cpas AND v.piis_id = a.piis_id
WHERE u.number >= f.number
