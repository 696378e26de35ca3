/*
counts = "rows"

[[column]]
name = "parcours_id"
title = { fr = "Parcours", nl = "Traject", de = "Parcours", en = "Parcours" }
[[column]]
name = "start_on"
title = { fr = "Début", nl = "Begin", de = "Beginn", en = "Start" }
[[column]]
name = "end_on"
title = { fr = "Fin", nl = "Einde", de = "Ende", en = "End" }
[[origin]]
name = "parcours"
title = { fr = "Lu dans", nl = "Gelezen in", de = "Gelesen in", en = "Read in" }
*/
WITH ended AS (
    SELECT cpas, parcours_id, person_id, start_on, end_on, pairing AS found FROM outcomes WHERE end_on IS NOT NULL
), asked AS (
    SELECT cpas, parcours_id, person_id, start_on, end_on, found, 'paired' AS pairing FROM ended
    UNION ALL
    SELECT cpas, parcours_id, person_id, start_on, end_on, found, 'no_zero' AS pairing FROM ended
    UNION ALL
    SELECT cpas, parcours_id, person_id, start_on, end_on, found, 'no_end' AS pairing FROM ended
    UNION ALL
    SELECT cpas, parcours_id, person_id, start_on, end_on, found, 'same_day' AS pairing FROM ended
)
-- The people of the figure are those it applies to: a row of another pairing names nobody.
SELECT r.period, a.area_level, a.area, o.pairing, CASE WHEN o.found = o.pairing THEN o.person_id END AS person_id,
    CASE WHEN o.found = o.pairing THEN 1 ELSE 0 END AS contribution, o.parcours_id, o.start_on, o.end_on,
    p.submission_id AS parcours_submission, p.source_file AS parcours_file, p.sheet AS parcours_sheet, p.source_row AS parcours_row
FROM asked AS o
JOIN reference_period AS r ON o.end_on >= r.start_on AND o.end_on <= r.end_on
JOIN areas AS a ON a.cpas = o.cpas
LEFT JOIN parcours AS p ON p.cpas = o.cpas AND p.parcours_id = o.parcours_id
