/*
counts = "rows"

[[column]]
name = "parcours_id"
title = { fr = "Parcours", nl = "Traject", de = "Parcours", en = "Parcours" }
[[column]]
name = "measured_on"
title = { fr = "Mesuré le", nl = "Gemeten op", de = "Gemessen am", en = "Measured on" }
[[column]]
name = "score"
title = { fr = "Niveau", nl = "Niveau", de = "Stufe", en = "Level" }
[[column]]
name = "level"
title = { fr = "Niveau exigé", nl = "Vereist niveau", de = "Erforderliche Stufe", en = "Required level" }
[[origin]]
name = "reading"
title = { fr = "Lu dans", nl = "Gelezen in", de = "Gelesen in", en = "Read in" }
*/
WITH readings AS (
    SELECT m.cpas, m.parcours_id, m.instrument, m.domain, m.assessor, m.measured_on, m.score, m.submission_id, m.source_file, m.sheet, m.source_row,
        ROW_NUMBER() OVER (
            PARTITION BY m.cpas, m.parcours_id, m.instrument, m.domain, m.assessor, m.measured_on, m.score
            ORDER BY m.source_file NULLS LAST, m.sheet NULLS LAST, m.source_row NULLS LAST
        ) AS turn
    FROM measures AS m
), moments AS (
    SELECT cpas, parcours_id, person_id, end_on, instrument, assessor, domain, 'zero' AS moment, zero_on AS measured_on, score_before AS score
    FROM pairs
    UNION ALL
    SELECT cpas, parcours_id, person_id, end_on, instrument, assessor, domain, 'end' AS moment, last_on AS measured_on, score_after AS score
    FROM pairs
)
SELECT r.period, a.area_level, a.area, p.instrument, p.assessor, p.domain, q.aim, p.moment, p.person_id,
    CASE WHEN q.higher_is_better AND p.score >= q.level THEN 1 WHEN NOT q.higher_is_better AND p.score <= q.level THEN 1 ELSE 0 END AS contribution,
    p.parcours_id, p.measured_on, p.score, q.level,
    m.submission_id AS reading_submission, m.source_file AS reading_file, m.sheet AS reading_sheet, m.source_row AS reading_row
FROM moments AS p
JOIN requirements AS q ON q.instrument = p.instrument AND q.domain = p.domain
JOIN reference_period AS r ON p.end_on >= r.start_on AND p.end_on <= r.end_on
JOIN areas AS a ON a.cpas = p.cpas
LEFT JOIN readings AS m ON m.cpas = p.cpas AND m.parcours_id = p.parcours_id AND m.instrument = p.instrument
    AND m.domain = p.domain AND m.assessor = p.assessor AND m.measured_on = p.measured_on AND m.score = p.score AND m.turn = 1
