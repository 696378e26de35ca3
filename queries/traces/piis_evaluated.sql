/*
counts = "rows"

[[column]]
name = "piis_id"
title = { fr = "PIIS", nl = "GPMI", de = "VSE", en = "PIIS" }
[[column]]
name = "start_on"
title = { fr = "Début", nl = "Begin", de = "Beginn", en = "Start" }
[[column]]
name = "end_on"
title = { fr = "Fin", nl = "Einde", de = "Ende", en = "End" }
[[column]]
name = "active_days"
title = { fr = "Jours actifs", nl = "Actieve dagen", de = "Aktive Tage", en = "Days active" }
[[column]]
name = "evaluations"
title = { fr = "Évaluations tenues", nl = "Gehouden evaluaties", de = "Gehaltene Bewertungen", en = "Evaluations held" }
[[column]]
name = "last_held_on"
title = { fr = "Dernière évaluation le", nl = "Laatste evaluatie op", de = "Letzte Bewertung am", en = "Last evaluation on" }
[[origin]]
name = "contract"
title = { fr = "PIIS lu dans", nl = "GPMI gelezen in", de = "VSE gelesen in", en = "PIIS read in" }
[[origin]]
name = "evaluation"
title = { fr = "Dernière évaluation lue dans", nl = "Laatste evaluatie gelezen in", de = "Letzte Bewertung gelesen in", en = "Last evaluation read in" }
*/
WITH active AS (
    SELECT p.cpas, p.piis_id, p.person_id, p.type, p.start_on, p.end_on, r.period, q.value AS a_year,
        p.submission_id, p.source_file, p.sheet, p.source_row,
        CASE WHEN p.start_on > r.start_on THEN p.start_on ELSE r.start_on END AS from_on,
        CASE WHEN p.end_on <= r.end_on THEN p.end_on ELSE r.end_on END AS until_on
    FROM piis AS p
    JOIN reference_period AS r ON p.start_on <= r.end_on AND (p.end_on IS NULL OR p.end_on >= r.start_on)
    JOIN parameters AS q ON q.name = 'evaluations_per_year' AND q.period = r.period
), held AS (
    SELECT e.cpas, e.piis_id, v.period, e.held_on,
        e.submission_id, e.source_file, e.sheet, e.source_row,
        ROW_NUMBER() OVER (PARTITION BY e.cpas, e.piis_id, v.period ORDER BY e.held_on NULLS FIRST, e.planned_on NULLS FIRST) AS turn,
        ROW_NUMBER() OVER (
            PARTITION BY e.cpas, e.piis_id, v.period ORDER BY e.held_on DESC NULLS LAST, e.planned_on DESC NULLS LAST
        ) AS from_last
    FROM active AS v
    JOIN evaluations AS e ON e.cpas = v.cpas AND e.piis_id = v.piis_id AND e.held_on >= v.from_on AND e.held_on <= v.until_on
), holding AS (
    -- A centre that notes no evaluation as held at all has no contract behind its figure.
    SELECT DISTINCT cpas FROM evaluations WHERE held_on IS NOT NULL
)
SELECT v.period, a.area_level, a.area, v.type, v.person_id,
    CASE WHEN (COALESCE(h.turn, 0) + 1) * 365 > (u.number - f.number + 1) * v.a_year THEN 1 ELSE 0 END AS contribution,
    v.piis_id, v.start_on, v.end_on, u.number - f.number + 1 AS active_days,
    COALESCE(h.turn, 0) AS evaluations, h.held_on AS last_held_on,
    v.submission_id AS contract_submission, v.source_file AS contract_file, v.sheet AS contract_sheet, v.source_row AS contract_row,
    h.submission_id AS evaluation_submission, h.source_file AS evaluation_file, h.sheet AS evaluation_sheet, h.source_row AS evaluation_row
FROM active AS v
JOIN holding AS s ON s.cpas = v.cpas
JOIN areas AS a ON a.cpas = v.cpas
JOIN calendar AS f ON f.day = v.from_on
JOIN calendar AS u ON u.day = v.until_on
-- The last evaluation has the number of all of them.
LEFT JOIN held AS h ON h.cpas = v.cpas AND h.piis_id = v.piis_id AND h.period = v.period AND h.from_last = 1
