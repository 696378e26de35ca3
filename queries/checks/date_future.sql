/*
title = { fr = "Date dans le futur", nl = "Datum in de toekomst", de = "Datum in der Zukunft", en = "Date in the future" }
advice = { fr = "Un fait daté d’après la période et le délai de remise ne peut pas être arrivé : corriger la date.", nl = "Een feit met een datum na de periode en de termijn van indiening kan niet gebeurd zijn: verbeter de datum.", de = "Was nach dem Zeitraum und der Frist der Einreichung datiert ist, kann nicht geschehen sein: Datum berichtigen.", en = "What is dated after the period and the time for handing in cannot have happened: correct the date." }
severity = "warning"
mend = "social_worker"
tables = []
parameters = ["date_future_days"]
source = "what has happened cannot lie behind the export; how long after its period an export is made no source says: the days are a default of the parameter date_future_days"
*/
WITH limits AS (
    SELECT h.submission_id, c.day AS latest_on
    FROM handed_in AS h
    JOIN parameters AS q ON q.name = 'date_future_days' AND q.period = h.period
    JOIN calendar AS c ON c.number = h.end_number + q.value
)
SELECT t.submission_id, t.source_file, t.sheet, t.source_row, CASE WHEN t.end_on > l.latest_on THEN 'end_on' ELSE '' END AS column_name, COALESCE(t.end_on > l.latest_on, FALSE) AS failed
FROM parcours AS t JOIN limits AS l ON l.submission_id = t.submission_id
WHERE t.end_on IS NOT NULL
UNION ALL
SELECT t.submission_id, t.source_file, t.sheet, t.source_row, CASE WHEN t.requested_on > l.latest_on THEN 'requested_on' WHEN t.signed_on > l.latest_on THEN 'signed_on' WHEN t.end_on > l.latest_on THEN 'end_on' ELSE '' END AS column_name, COALESCE(t.requested_on > l.latest_on OR t.signed_on > l.latest_on OR t.end_on > l.latest_on, FALSE) AS failed
FROM piis AS t JOIN limits AS l ON l.submission_id = t.submission_id
WHERE t.requested_on IS NOT NULL OR t.signed_on IS NOT NULL OR t.end_on IS NOT NULL
UNION ALL
SELECT t.submission_id, t.source_file, t.sheet, t.source_row, CASE WHEN t.held_on > l.latest_on THEN 'held_on' ELSE '' END AS column_name, COALESCE(t.held_on > l.latest_on, FALSE) AS failed
FROM bilans AS t JOIN limits AS l ON l.submission_id = t.submission_id
WHERE t.held_on IS NOT NULL
UNION ALL
SELECT t.submission_id, t.source_file, t.sheet, t.source_row, CASE WHEN t.held_on > l.latest_on THEN 'held_on' ELSE '' END AS column_name, COALESCE(t.held_on > l.latest_on, FALSE) AS failed
FROM evaluations AS t JOIN limits AS l ON l.submission_id = t.submission_id
WHERE t.held_on IS NOT NULL
UNION ALL
SELECT t.submission_id, t.source_file, t.sheet, t.source_row, CASE WHEN t.measured_on > l.latest_on THEN 'measured_on' ELSE '' END AS column_name, COALESCE(t.measured_on > l.latest_on, FALSE) AS failed
FROM measures AS t JOIN limits AS l ON l.submission_id = t.submission_id
WHERE t.measured_on IS NOT NULL
UNION ALL
SELECT t.submission_id, t.source_file, t.sheet, t.source_row, CASE WHEN t.referred_on > l.latest_on THEN 'referred_on' WHEN t.started_on > l.latest_on THEN 'started_on' WHEN t.ended_on > l.latest_on THEN 'ended_on' ELSE '' END AS column_name, COALESCE(t.referred_on > l.latest_on OR t.started_on > l.latest_on OR t.ended_on > l.latest_on, FALSE) AS failed
FROM enrolments AS t JOIN limits AS l ON l.submission_id = t.submission_id
WHERE t.referred_on IS NOT NULL OR t.started_on IS NOT NULL OR t.ended_on IS NOT NULL
UNION ALL
SELECT t.submission_id, t.source_file, t.sheet, t.source_row, CASE WHEN t.session_on > l.latest_on THEN 'session_on' ELSE '' END AS column_name, COALESCE(t.session_on > l.latest_on, FALSE) AS failed
FROM attendance AS t JOIN limits AS l ON l.submission_id = t.submission_id
WHERE t.session_on IS NOT NULL
UNION ALL
SELECT t.submission_id, t.source_file, t.sheet, t.source_row, CASE WHEN t.done_on > l.latest_on THEN 'done_on' ELSE '' END AS column_name, COALESCE(t.done_on > l.latest_on, FALSE) AS failed
FROM tasks AS t JOIN limits AS l ON l.submission_id = t.submission_id
WHERE t.done_on IS NOT NULL
UNION ALL
SELECT t.submission_id, t.source_file, t.sheet, t.source_row, CASE WHEN t.decided_on > l.latest_on THEN 'decided_on' ELSE '' END AS column_name, COALESCE(t.decided_on > l.latest_on, FALSE) AS failed
FROM sanctions AS t JOIN limits AS l ON l.submission_id = t.submission_id
WHERE t.decided_on IS NOT NULL
UNION ALL
SELECT t.submission_id, t.source_file, t.sheet, t.source_row, CASE WHEN t.booked_on > l.latest_on THEN 'booked_on' ELSE '' END AS column_name, COALESCE(t.booked_on > l.latest_on, FALSE) AS failed
FROM expenses AS t JOIN limits AS l ON l.submission_id = t.submission_id
WHERE t.booked_on IS NOT NULL
