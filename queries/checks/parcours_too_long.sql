/*
title = { fr = "Parcours de plus d’un an", nl = "Traject langer dan een jaar", de = "Parcours von mehr als einem Jahr", en = "Parcours longer than a year" }
advice = { fr = "Vérifier la date de fin ; un nouveau parcours demande un nouveau bilan social.", nl = "Controleer de einddatum; een nieuw traject vraagt een nieuwe sociale balans.", de = "Enddatum prüfen; ein neuer Parcours verlangt eine neue Sozialbilanz.", en = "Check the end date; a new parcours asks for a new bilan social." }
severity = "warning"
mend = "social_worker"
tables = ["parcours"]
parameters = ["parcours_longest_days"]
source = "CPAS of Courtrai, social activation: a parcours lasts at most one year (parcours_longest_days)"
*/
WITH last_end AS (
    SELECT w.cpas, h.period, MAX(w.end_on) AS seen_on
    FROM parcours AS w
    JOIN handed_in AS h ON h.submission_id = w.submission_id
    WHERE w.end_on <= h.end_on
    GROUP BY w.cpas, h.period
)
-- A parcours that still runs has lasted at least until the last end that its centre recorded: the export goes so far.
SELECT t.submission_id, t.source_file, t.sheet, t.source_row, 'end_on' AS column_name, u.number - f.number > q.value AS failed
FROM parcours AS t
JOIN handed_in AS h ON h.submission_id = t.submission_id
JOIN parameters AS q ON q.name = 'parcours_longest_days' AND q.period = h.period
LEFT JOIN last_end AS l ON l.cpas = t.cpas AND l.period = h.period
JOIN calendar AS f ON f.day = t.start_on
JOIN calendar AS u ON u.day = COALESCE(t.end_on, l.seen_on)
WHERE t.end_on IS NOT NULL OR l.seen_on >= t.start_on
