/*
counts = "rows"

[[column]]
name = "parcours_id"
title = { fr = "Parcours", nl = "Traject", de = "Parcours", en = "Parcours" }
[[column]]
name = "start_on"
title = { fr = "Début", nl = "Begin", de = "Beginn", en = "Start" }
[[column]]
name = "measured_on"
title = { fr = "Mesuré le", nl = "Gemeten op", de = "Gemessen am", en = "Measured on" }
[[column]]
name = "score"
title = { fr = "Niveau", nl = "Niveau", de = "Stufe", en = "Level" }
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
)
SELECT r.period, a.area_level, a.area, t.instrument, t.assessor, t.domain, t.month, t.person_id, t.score AS contribution,
    t.parcours_id, t.start_on, t.measured_on, t.score,
    m.submission_id AS reading_submission, m.source_file AS reading_file, m.sheet AS reading_sheet, m.source_row AS reading_row
FROM trajectory AS t
JOIN reference_period AS r ON t.end_on >= r.start_on AND t.end_on <= r.end_on
JOIN areas AS a ON a.cpas = t.cpas
LEFT JOIN readings AS m ON m.cpas = t.cpas AND m.parcours_id = t.parcours_id AND m.instrument = t.instrument
    AND m.domain = t.domain AND m.assessor = t.assessor AND m.measured_on = t.measured_on AND m.score = t.score AND m.turn = 1
