/*
counts = "rows"

[[column]]
name = "zero_on"
title = { fr = "Première réponse le", nl = "Eerste antwoord op", de = "Erste Antwort am", en = "First answer on" }
[[column]]
name = "score_before"
title = { fr = "Niveau", nl = "Niveau", de = "Stufe", en = "Level" }
[[column]]
name = "last_on"
title = { fr = "Dernière réponse le", nl = "Laatste antwoord op", de = "Letzte Antwort am", en = "Last answer on" }
[[column]]
name = "score_after"
title = { fr = "Niveau", nl = "Niveau", de = "Stufe", en = "Level" }
[[origin]]
name = "first"
title = { fr = "Première réponse lue dans", nl = "Eerste antwoord gelezen in", de = "Erste Antwort gelesen in", en = "First answer read in" }
[[origin]]
name = "last"
title = { fr = "Dernière réponse lue dans", nl = "Laatste antwoord gelezen in", de = "Letzte Antwort gelesen in", en = "Last answer read in" }
*/
WITH answers AS (
    SELECT m.cpas, m.person_id, m.instrument, m.domain, m.assessor, m.measured_on, m.score, m.submission_id, m.source_file, m.sheet, m.source_row,
        ROW_NUMBER() OVER (
            PARTITION BY m.cpas, m.person_id, m.instrument, m.domain, m.assessor, m.measured_on, m.score
            ORDER BY m.source_file NULLS LAST, m.sheet NULLS LAST, m.source_row NULLS LAST
        ) AS turn
    FROM measures AS m
    WHERE m.parcours_id IS NULL
)
SELECT r.period, a.area_level, a.area, p.instrument, p.assessor, p.domain, p.person_id, p.score_change AS contribution,
    p.zero_on, p.score_before, p.last_on, p.score_after,
    z.submission_id AS first_submission, z.source_file AS first_file, z.sheet AS first_sheet, z.source_row AS first_row,
    e.submission_id AS last_submission, e.source_file AS last_file, e.sheet AS last_sheet, e.source_row AS last_row
FROM repeats AS p
JOIN reference_period AS r ON p.last_on >= r.start_on AND p.last_on <= r.end_on
JOIN areas AS a ON a.cpas = p.cpas
LEFT JOIN answers AS z ON z.cpas = p.cpas AND z.person_id = p.person_id AND z.instrument = p.instrument
    AND z.domain = p.domain AND z.assessor = p.assessor AND z.measured_on = p.zero_on AND z.score = p.score_before AND z.turn = 1
LEFT JOIN answers AS e ON e.cpas = p.cpas AND e.person_id = p.person_id AND e.instrument = p.instrument
    AND e.domain = p.domain AND e.assessor = p.assessor AND e.measured_on = p.last_on AND e.score = p.score_after AND e.turn = 1
