/*
counts = "rows"

[[column]]
name = "parcours_id"
title = { fr = "Parcours", nl = "Traject", de = "Parcours", en = "Parcours" }
[[column]]
name = "domains"
title = { fr = "Domaines", nl = "Domeinen", de = "Bereiche", en = "Domains" }
[[column]]
name = "earliest_on"
title = { fr = "Première mesure zéro le", nl = "Eerste nulmeting op", de = "Erste Nullmessung am", en = "First zero measure on" }
[[column]]
name = "mean_before"
title = { fr = "Niveau moyen", nl = "Gemiddeld niveau", de = "Mittlere Stufe", en = "Mean level" }
[[column]]
name = "latest_on"
title = { fr = "Dernière mesure finale le", nl = "Laatste eindmeting op", de = "Letzte Endmessung am", en = "Last end measure on" }
[[column]]
name = "mean_after"
title = { fr = "Niveau moyen", nl = "Gemiddeld niveau", de = "Mittlere Stufe", en = "Mean level" }
[[column]]
name = "score_change"
title = { fr = "Changement", nl = "Verandering", de = "Änderung", en = "Change" }
[[origin]]
name = "parcours"
title = { fr = "Parcours lu dans", nl = "Traject gelezen in", de = "Parcours gelesen in", en = "Parcours read in" }
[[origin]]
name = "person"
title = { fr = "Personne lue dans", nl = "Persoon gelezen in", de = "Person gelesen in", en = "Person read in" }
[[origin]]
name = "zero"
title = { fr = "Première mesure zéro lue dans", nl = "Eerste nulmeting gelezen in", de = "Erste Nullmessung gelesen in", en = "First zero measure read in" }
[[origin]]
name = "last"
title = { fr = "Dernière mesure finale lue dans", nl = "Laatste eindmeting gelezen in", de = "Letzte Endmessung gelesen in", en = "Last end measure read in" }
*/
WITH readings AS (
    SELECT m.cpas, m.parcours_id, m.instrument, m.domain, m.assessor, m.measured_on, m.score, m.submission_id, m.source_file, m.sheet, m.source_row,
        ROW_NUMBER() OVER (
            PARTITION BY m.cpas, m.parcours_id, m.instrument, m.domain, m.assessor, m.measured_on, m.score
            ORDER BY m.source_file NULLS LAST, m.sheet NULLS LAST, m.source_row NULLS LAST
        ) AS turn
    FROM measures AS m
), ends AS (
    -- A mean is of all domains; of their readings the first and the last are shown. progress.change shows those of each domain.
    SELECT p.cpas, p.parcours_id, p.instrument, p.assessor, p.domain, p.zero_on, p.score_before, p.last_on, p.score_after,
        ROW_NUMBER() OVER (PARTITION BY p.cpas, p.parcours_id, p.instrument, p.assessor ORDER BY p.zero_on NULLS LAST, p.domain NULLS LAST) AS turn,
        ROW_NUMBER() OVER (PARTITION BY p.cpas, p.parcours_id, p.instrument, p.assessor ORDER BY p.last_on NULLS LAST, p.domain NULLS LAST) AS place
    FROM pairs AS p
), counted AS (
    SELECT cpas, parcours_id, instrument, assessor, COUNT(*) AS domains FROM pairs GROUP BY cpas, parcours_id, instrument, assessor
)
SELECT r.period, a.area_level, a.area, p.instrument, p.assessor, p.kind, COALESCE(s.sex, 'unknown') AS sex,
    CASE WHEN s.birth_year IS NULL THEN 'unknown' WHEN r.year - s.birth_year < 25 THEN 'under_25' WHEN r.year - s.birth_year < 45 THEN '25_44' WHEN r.year - s.birth_year < 65 THEN '45_64' ELSE '65_plus' END AS age_group,
    p.person_id, p.score_change AS contribution,
    p.parcours_id, n.domains, f.zero_on AS earliest_on, p.score_before AS mean_before, l.last_on AS latest_on, p.score_after AS mean_after, p.score_change,
    k.submission_id AS parcours_submission, k.source_file AS parcours_file, k.sheet AS parcours_sheet, k.source_row AS parcours_row,
    s.submission_id AS person_submission, s.source_file AS person_file, s.sheet AS person_sheet, s.source_row AS person_row,
    z.submission_id AS zero_submission, z.source_file AS zero_file, z.sheet AS zero_sheet, z.source_row AS zero_row,
    e.submission_id AS last_submission, e.source_file AS last_file, e.sheet AS last_sheet, e.source_row AS last_row
FROM pair_means AS p
JOIN reference_period AS r ON p.end_on >= r.start_on AND p.end_on <= r.end_on
JOIN areas AS a ON a.cpas = p.cpas
LEFT JOIN persons AS s ON s.cpas = p.cpas AND s.person_id = p.person_id
JOIN counted AS n ON n.cpas = p.cpas AND n.parcours_id = p.parcours_id AND n.instrument = p.instrument AND n.assessor = p.assessor
JOIN ends AS f ON f.cpas = p.cpas AND f.parcours_id = p.parcours_id AND f.instrument = p.instrument AND f.assessor = p.assessor AND f.turn = 1
JOIN ends AS l ON l.cpas = p.cpas AND l.parcours_id = p.parcours_id AND l.instrument = p.instrument AND l.assessor = p.assessor AND l.place = n.domains
LEFT JOIN parcours AS k ON k.cpas = p.cpas AND k.parcours_id = p.parcours_id
LEFT JOIN readings AS z ON z.cpas = f.cpas AND z.parcours_id = f.parcours_id AND z.instrument = f.instrument
    AND z.domain = f.domain AND z.assessor = f.assessor AND z.measured_on = f.zero_on AND z.score = f.score_before AND z.turn = 1
LEFT JOIN readings AS e ON e.cpas = l.cpas AND e.parcours_id = l.parcours_id AND e.instrument = l.instrument
    AND e.domain = l.domain AND e.assessor = l.assessor AND e.measured_on = l.last_on AND e.score = l.score_after AND e.turn = 1
