/*
counts = "rows"

[[column]]
name = "parcours_id"
title = { fr = "Parcours", nl = "Traject", de = "Parcours", en = "Parcours" }
[[column]]
name = "end_on"
title = { fr = "Fin", nl = "Einde", de = "Ende", en = "End" }
[[column]]
name = "mean_before"
title = { fr = "Niveau moyen", nl = "Gemiddeld niveau", de = "Mittlere Stufe", en = "Mean level" }
[[column]]
name = "mean_after"
title = { fr = "Niveau moyen", nl = "Gemiddeld niveau", de = "Mittlere Stufe", en = "Mean level" }
[[column]]
name = "score_change"
title = { fr = "Changement", nl = "Verandering", de = "Änderung", en = "Change" }
[[origin]]
name = "parcours"
title = { fr = "Lu dans", nl = "Gelezen in", de = "Gelesen in", en = "Read in" }
*/
WITH spread AS (
    SELECT r.period, q.value AS z, p.cpas, p.instrument, p.assessor, i.published, i.reliability,
        COUNT(*) AS n, SUM(p.score_before) AS sum, SUM(p.score_before * p.score_before) AS sum_sq
    FROM pair_means AS p
    JOIN reference_period AS r ON p.end_on >= r.start_on AND p.end_on <= r.end_on
    JOIN parameters AS q ON q.name = 'reliable_z' AND q.period = r.period
    JOIN instrument_reliability AS i ON i.instrument = p.instrument AND i.domains > 1
    GROUP BY r.period, q.value, p.cpas, p.instrument, p.assessor, i.published, i.reliability
    HAVING COUNT(*) * SUM(p.score_before * p.score_before) > SUM(p.score_before) * SUM(p.score_before)
), judged AS (
    -- The change, squared, against the square of z standard errors of the difference, both times n x (n - 1).
    SELECT s.period, p.cpas, p.instrument, p.assessor, s.published AS reliability, p.parcours_id, p.person_id, p.end_on,
        p.score_before, p.score_after, p.score_change,
        CASE WHEN p.score_change * p.score_change * s.n * (s.n - 1) > s.z * s.z * 2 * (1 - s.reliability) * (s.n * s.sum_sq - s.sum * s.sum) THEN 1 ELSE 0 END AS is_reliable
    FROM pair_means AS p
    JOIN reference_period AS r ON p.end_on >= r.start_on AND p.end_on <= r.end_on
    JOIN spread AS s ON s.period = r.period AND s.cpas = p.cpas AND s.instrument = p.instrument AND s.assessor = p.assessor
), verdicts AS (
    SELECT period, cpas, instrument, assessor, reliability, parcours_id, person_id, end_on, score_before, score_after, score_change,
        'better' AS verdict, CASE WHEN is_reliable = 1 AND score_change > 0 THEN 1 ELSE 0 END AS contribution
    FROM judged
    UNION ALL
    SELECT period, cpas, instrument, assessor, reliability, parcours_id, person_id, end_on, score_before, score_after, score_change,
        'worse' AS verdict, CASE WHEN is_reliable = 1 AND score_change < 0 THEN 1 ELSE 0 END AS contribution
    FROM judged
)
SELECT j.period, a.area_level, a.area, j.instrument, j.assessor, j.reliability, j.verdict, j.person_id, j.contribution,
    j.parcours_id, j.end_on, j.score_before AS mean_before, j.score_after AS mean_after, j.score_change,
    k.submission_id AS parcours_submission, k.source_file AS parcours_file, k.sheet AS parcours_sheet, k.source_row AS parcours_row
FROM verdicts AS j
JOIN areas AS a ON a.cpas = j.cpas
LEFT JOIN parcours AS k ON k.cpas = j.cpas AND k.parcours_id = j.parcours_id
