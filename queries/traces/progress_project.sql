/*
counts = "rows"

[[column]]
name = "parcours_id"
title = { fr = "Parcours", nl = "Traject", de = "Parcours", en = "Parcours" }
[[column]]
name = "edition"
title = { fr = "Édition", nl = "Editie", de = "Auflage", en = "Edition" }
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
name = "enrolment"
title = { fr = "Inscription lue dans", nl = "Inschrijving gelezen in", de = "Einschreibung gelesen in", en = "Enrolment read in" }
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
), enrolled AS (
    -- A person counts once a project; of several editions the first is shown.
    SELECT e.cpas, e.person_id, d.project, d.edition_id, e.submission_id, e.source_file, e.sheet, e.source_row,
        ROW_NUMBER() OVER (PARTITION BY e.cpas, e.person_id, d.project ORDER BY d.start_on NULLS LAST, d.edition_id NULLS LAST) AS turn
    FROM enrolments AS e
    JOIN editions AS d ON d.cpas = e.cpas AND d.edition_id = e.edition_id
    WHERE e.status IN ('started', 'completed', 'dropped_out')
)
SELECT r.period, a.area_level, a.area, p.instrument, p.assessor, x.project, p.person_id, p.score_change AS contribution,
    x.edition_id AS edition, p.parcours_id, n.domains, f.zero_on AS earliest_on, p.score_before AS mean_before, l.last_on AS latest_on, p.score_after AS mean_after, p.score_change,
    k.submission_id AS parcours_submission, k.source_file AS parcours_file, k.sheet AS parcours_sheet, k.source_row AS parcours_row,
    x.submission_id AS enrolment_submission, x.source_file AS enrolment_file, x.sheet AS enrolment_sheet, x.source_row AS enrolment_row,
    z.submission_id AS zero_submission, z.source_file AS zero_file, z.sheet AS zero_sheet, z.source_row AS zero_row,
    e.submission_id AS last_submission, e.source_file AS last_file, e.sheet AS last_sheet, e.source_row AS last_row
FROM pair_means AS p
JOIN enrolled AS x ON x.cpas = p.cpas AND x.person_id = p.person_id AND x.turn = 1
JOIN reference_period AS r ON p.end_on >= r.start_on AND p.end_on <= r.end_on
JOIN areas AS a ON a.cpas = p.cpas
JOIN counted AS n ON n.cpas = p.cpas AND n.parcours_id = p.parcours_id AND n.instrument = p.instrument AND n.assessor = p.assessor
JOIN ends AS f ON f.cpas = p.cpas AND f.parcours_id = p.parcours_id AND f.instrument = p.instrument AND f.assessor = p.assessor AND f.turn = 1
JOIN ends AS l ON l.cpas = p.cpas AND l.parcours_id = p.parcours_id AND l.instrument = p.instrument AND l.assessor = p.assessor AND l.place = n.domains
LEFT JOIN parcours AS k ON k.cpas = p.cpas AND k.parcours_id = p.parcours_id
LEFT JOIN readings AS z ON z.cpas = f.cpas AND z.parcours_id = f.parcours_id AND z.instrument = f.instrument
    AND z.domain = f.domain AND z.assessor = f.assessor AND z.measured_on = f.zero_on AND z.score = f.score_before AND z.turn = 1
LEFT JOIN readings AS e ON e.cpas = l.cpas AND e.parcours_id = l.parcours_id AND e.instrument = l.instrument
    AND e.domain = l.domain AND e.assessor = l.assessor AND e.measured_on = l.last_on AND e.score = l.score_after AND e.turn = 1
