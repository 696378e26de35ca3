/*
counts = "rows"

[[column]]
name = "parcours_id"
title = { fr = "Parcours", nl = "Traject", de = "Parcours", en = "Parcours" }
[[column]]
name = "zero_on"
title = { fr = "Mesure zéro le", nl = "Nulmeting op", de = "Nullmessung am", en = "Zero measure on" }
[[column]]
name = "score_before"
title = { fr = "Niveau", nl = "Niveau", de = "Stufe", en = "Level" }
[[origin]]
name = "zero"
title = { fr = "Lu dans", nl = "Gelezen in", de = "Gelesen in", en = "Read in" }
[[column]]
name = "last_on"
title = { fr = "Mesure finale le", nl = "Eindmeting op", de = "Endmessung am", en = "End measure on" }
[[column]]
name = "score_after"
title = { fr = "Niveau", nl = "Niveau", de = "Stufe", en = "Level" }
[[origin]]
name = "last"
title = { fr = "Lu dans", nl = "Gelezen in", de = "Gelesen in", en = "Read in" }
*/
WITH readings AS (
    SELECT m.cpas, m.parcours_id, m.instrument, m.domain, m.assessor, m.measured_on, m.score,
        m.submission_id, m.source_file, m.sheet, m.source_row,
        ROW_NUMBER() OVER (
            PARTITION BY m.cpas, m.parcours_id, m.instrument, m.domain, m.assessor, m.measured_on, m.score
            ORDER BY m.source_file NULLS LAST, m.sheet NULLS LAST, m.source_row NULLS LAST
        ) AS turn
    FROM measures AS m
)
SELECT r.period, a.area_level, a.area, p.instrument, p.assessor, p.domain, p.person_id,
    p.score_change AS contribution,
    p.parcours_id, p.zero_on, p.score_before, p.last_on, p.score_after,
    z.submission_id AS zero_submission, z.source_file AS zero_file, z.sheet AS zero_sheet, z.source_row AS zero_row,
    e.submission_id AS last_submission, e.source_file AS last_file, e.sheet AS last_sheet, e.source_row AS last_row
FROM pairs AS p
JOIN reference_period AS r ON p.end_on >= r.start_on AND p.end_on <= r.end_on
JOIN areas AS a ON a.cpas = p.cpas
LEFT JOIN readings AS z ON z.cpas = p.cpas AND z.parcours_id = p.parcours_id
    AND z.instrument = p.instrument AND z.domain = p.domain AND z.assessor = p.assessor AND z.measured_on = p.zero_on AND z.score = p.score_before AND z.turn = 1
LEFT JOIN readings AS e ON e.cpas = p.cpas AND e.parcours_id = p.parcours_id
    AND e.instrument = p.instrument AND e.domain = p.domain AND e.assessor = p.assessor AND e.measured_on = p.last_on AND e.score = p.score_after AND e.turn = 1
