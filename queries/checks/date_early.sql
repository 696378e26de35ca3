/*
title = { fr = "Date invraisemblablement ancienne", nl = "Onwaarschijnlijk oude datum", de = "Unwahrscheinlich altes Datum", en = "Date implausibly long ago" }
advice = { fr = "Vérifier l’année : souvent deux chiffres sont inversés.", nl = "Controleer het jaar: vaak zijn twee cijfers verwisseld.", de = "Jahr prüfen: oft sind zwei Ziffern vertauscht.", en = "Check the year: often two digits are swapped." }
severity = "warning"
mend = "social_worker"
tables = []
parameters = ["date_earliest_year"]
source = "no source says how far back a file may go: the year is a default of the parameter date_earliest_year"
*/
WITH limits AS (
    SELECT h.submission_id, MIN(c.day) AS earliest_on
    FROM handed_in AS h
    JOIN parameters AS q ON q.name = 'date_earliest_year' AND q.period = h.period
    JOIN calendar AS c ON c.year = q.value
    GROUP BY h.submission_id
)
SELECT t.submission_id, t.source_file, t.sheet, t.source_row, CASE WHEN t.start_on < l.earliest_on THEN 'start_on' ELSE '' END AS column_name, COALESCE(t.start_on < l.earliest_on, FALSE) AS failed
FROM parcours AS t JOIN limits AS l ON l.submission_id = t.submission_id
WHERE t.start_on IS NOT NULL
UNION ALL
SELECT t.submission_id, t.source_file, t.sheet, t.source_row, CASE WHEN t.requested_on < l.earliest_on THEN 'requested_on' WHEN t.start_on < l.earliest_on THEN 'start_on' ELSE '' END AS column_name, COALESCE(t.requested_on < l.earliest_on OR t.start_on < l.earliest_on, FALSE) AS failed
FROM piis AS t JOIN limits AS l ON l.submission_id = t.submission_id
WHERE t.requested_on IS NOT NULL OR t.start_on IS NOT NULL
UNION ALL
SELECT t.submission_id, t.source_file, t.sheet, t.source_row, CASE WHEN t.held_on < l.earliest_on THEN 'held_on' ELSE '' END AS column_name, COALESCE(t.held_on < l.earliest_on, FALSE) AS failed
FROM bilans AS t JOIN limits AS l ON l.submission_id = t.submission_id
WHERE t.held_on IS NOT NULL
UNION ALL
SELECT t.submission_id, t.source_file, t.sheet, t.source_row, CASE WHEN t.held_on < l.earliest_on THEN 'held_on' ELSE '' END AS column_name, COALESCE(t.held_on < l.earliest_on, FALSE) AS failed
FROM evaluations AS t JOIN limits AS l ON l.submission_id = t.submission_id
WHERE t.held_on IS NOT NULL
UNION ALL
SELECT t.submission_id, t.source_file, t.sheet, t.source_row, CASE WHEN t.measured_on < l.earliest_on THEN 'measured_on' ELSE '' END AS column_name, COALESCE(t.measured_on < l.earliest_on, FALSE) AS failed
FROM measures AS t JOIN limits AS l ON l.submission_id = t.submission_id
WHERE t.measured_on IS NOT NULL
UNION ALL
SELECT t.submission_id, t.source_file, t.sheet, t.source_row, CASE WHEN t.referred_on < l.earliest_on THEN 'referred_on' WHEN t.started_on < l.earliest_on THEN 'started_on' ELSE '' END AS column_name, COALESCE(t.referred_on < l.earliest_on OR t.started_on < l.earliest_on, FALSE) AS failed
FROM enrolments AS t JOIN limits AS l ON l.submission_id = t.submission_id
WHERE t.referred_on IS NOT NULL OR t.started_on IS NOT NULL
UNION ALL
SELECT t.submission_id, t.source_file, t.sheet, t.source_row, CASE WHEN t.session_on < l.earliest_on THEN 'session_on' ELSE '' END AS column_name, COALESCE(t.session_on < l.earliest_on, FALSE) AS failed
FROM attendance AS t JOIN limits AS l ON l.submission_id = t.submission_id
WHERE t.session_on IS NOT NULL
UNION ALL
SELECT t.submission_id, t.source_file, t.sheet, t.source_row, CASE WHEN t.decided_on < l.earliest_on THEN 'decided_on' ELSE '' END AS column_name, COALESCE(t.decided_on < l.earliest_on, FALSE) AS failed
FROM sanctions AS t JOIN limits AS l ON l.submission_id = t.submission_id
WHERE t.decided_on IS NOT NULL
