/*
counts = "rows"

[[column]]
name = "measured_on"
title = { fr = "Mesuré le", nl = "Gemeten op", de = "Gemessen am", en = "Measured on" }
[[column]]
name = "domain"
title = { fr = "Domaine", nl = "Levensdomein", de = "Lebensbereich", en = "Domain" }
[[column]]
name = "readings"
title = { fr = "Mesures", nl = "Metingen", de = "Messungen", en = "Readings" }
[[column]]
name = "lowest"
title = { fr = "Niveau le plus bas", nl = "Laagste niveau", de = "Niedrigste Stufe", en = "Lowest level" }
[[column]]
name = "highest"
title = { fr = "Niveau le plus élevé", nl = "Hoogste niveau", de = "Höchste Stufe", en = "Highest level" }
[[origin]]
name = "client"
title = { fr = "Mesure de la personne lue dans", nl = "Meting van de persoon gelezen in", de = "Messung der Person gelesen in", en = "The person's reading read in" }
[[origin]]
name = "worker"
title = { fr = "Mesure du travailleur social lue dans", nl = "Meting van de maatschappelijk werker gelezen in", de = "Messung der Fachkraft gelesen in", en = "The worker's reading read in" }
*/
WITH readings AS (
    SELECT m.cpas, m.person_id, m.instrument, m.domain, m.assessor, m.measured_on, m.submission_id, m.source_file, m.sheet, m.source_row,
        ROW_NUMBER() OVER (
            PARTITION BY m.cpas, m.person_id, m.instrument, m.domain, m.assessor, m.measured_on
            ORDER BY m.score NULLS LAST, m.source_file NULLS LAST, m.sheet NULLS LAST, m.source_row NULLS LAST
        ) AS turn
    FROM measures AS m
    WHERE m.assessor IN ('client', 'worker')
), days AS (
    -- Marks do not matter, nor to which parcours a reading belongs.
    SELECT cpas, person_id, instrument, domain, measured_on, COUNT(*) AS readings, MIN(score) AS lowest, MAX(score) AS highest
    FROM measures
    WHERE assessor IN ('client', 'worker')
    GROUP BY cpas, person_id, instrument, domain, measured_on
)
SELECT r.period, a.area_level, a.area, s.instrument, s.domain, s.person_id,
    CASE WHEN s.lowest = s.highest THEN 1 ELSE 0 END AS contribution,
    s.measured_on, s.readings, s.lowest, s.highest,
    c.submission_id AS client_submission, c.source_file AS client_file, c.sheet AS client_sheet, c.source_row AS client_row,
    w.submission_id AS worker_submission, w.source_file AS worker_file, w.sheet AS worker_sheet, w.source_row AS worker_row
FROM days AS s
JOIN reference_period AS r ON s.measured_on >= r.start_on AND s.measured_on <= r.end_on
JOIN areas AS a ON a.cpas = s.cpas
JOIN readings AS c ON c.cpas = s.cpas AND c.person_id = s.person_id AND c.instrument = s.instrument
    AND c.domain = s.domain AND c.measured_on = s.measured_on AND c.assessor = 'client' AND c.turn = 1
JOIN readings AS w ON w.cpas = s.cpas AND w.person_id = s.person_id AND w.instrument = s.instrument
    AND w.domain = s.domain AND w.measured_on = s.measured_on AND w.assessor = 'worker' AND w.turn = 1
