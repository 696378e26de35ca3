/*
counts = "rows"

[[column]]
name = "parcours_id"
title = { fr = "Parcours", nl = "Traject", de = "Parcours", en = "Parcours" }
[[column]]
name = "end_on"
title = { fr = "Fin", nl = "Einde", de = "Ende", en = "End" }
[[column]]
name = "pairing"
title = { fr = "Appariement", nl = "Koppeling", de = "Zuordnung", en = "Pairing" }
[[column]]
name = "score_change"
title = { fr = "Changement", nl = "Verandering", de = "Änderung", en = "Change" }
[[origin]]
name = "parcours"
title = { fr = "Lu dans", nl = "Gelezen in", de = "Gelesen in", en = "Read in" }
*/
WITH paired AS (
    SELECT r.period, p.cpas, p.instrument, p.assessor, p.parcours_id, p.person_id, p.end_on, p.score_change
    FROM pair_means AS p
    JOIN reference_period AS r ON p.end_on >= r.start_on AND p.end_on <= r.end_on
), ended AS (
    SELECT period, cpas, instrument, assessor, parcours_id, person_id, end_on, 'paired' AS pairing, score_change,
        CASE WHEN score_change > 0 THEN 1 ELSE 0 END AS lower, CASE WHEN score_change > 0 THEN 1 ELSE 0 END AS upper
    FROM paired
    UNION ALL
    SELECT i.period, i.cpas, i.instrument, i.assessor, o.parcours_id, o.person_id, o.end_on, o.pairing, NULL AS score_change, 0 AS lower, 1 AS upper
    FROM outcomes AS o
    JOIN reference_period AS r ON o.end_on >= r.start_on AND o.end_on <= r.end_on
    JOIN (SELECT DISTINCT period, cpas, instrument, assessor FROM paired) AS i ON i.cpas = o.cpas AND i.period = r.period
    WHERE o.pairing <> 'paired'
), bounds AS (
    SELECT period, cpas, instrument, assessor, parcours_id, person_id, end_on, pairing, score_change, 'lower' AS bound, lower AS contribution
    FROM ended
    UNION ALL
    SELECT period, cpas, instrument, assessor, parcours_id, person_id, end_on, pairing, score_change, 'upper' AS bound, upper AS contribution
    FROM ended
)
SELECT e.period, a.area_level, a.area, e.instrument, e.assessor, e.bound, e.person_id, e.contribution,
    e.parcours_id, e.end_on, e.pairing, e.score_change,
    k.submission_id AS parcours_submission, k.source_file AS parcours_file, k.sheet AS parcours_sheet, k.source_row AS parcours_row
FROM bounds AS e
JOIN areas AS a ON a.cpas = e.cpas
LEFT JOIN parcours AS k ON k.cpas = e.cpas AND k.parcours_id = e.parcours_id
