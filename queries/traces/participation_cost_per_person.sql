/*
counts = "persons"

[[column]]
name = "edition"
title = { fr = "Édition", nl = "Editie", de = "Auflage", en = "Edition" }
[[column]]
name = "status"
title = { fr = "État", nl = "Status", de = "Stand", en = "Status" }
[[column]]
name = "cost_eur"
title = { fr = "Coût", nl = "Kosten", de = "Kosten", en = "Cost" }
[[column]]
name = "whole"
title = { fr = "Heures prévues", nl = "Geplande uren", de = "Geplante Stunden", en = "Hours planned" }
[[origin]]
name = "edition"
title = { fr = "Édition lue dans", nl = "Editie gelezen in", de = "Auflage gelesen in", en = "Edition read in" }
[[origin]]
name = "enrolment"
title = { fr = "Inscription lue dans", nl = "Inschrijving gelezen in", de = "Einschreibung gelesen in", en = "Enrolment read in" }
*/
WITH parts AS (
    SELECT d.cpas, d.project, d.edition_id, d.start_on, d.cost_eur, 0 AS whole, CAST(NULL AS VARCHAR) AS person_id, CAST(NULL AS VARCHAR) AS status,
        d.submission_id AS edition_submission, d.source_file AS edition_file, d.sheet AS edition_sheet, d.source_row AS edition_row,
        CAST(NULL AS VARCHAR) AS enrolment_submission, CAST(NULL AS VARCHAR) AS enrolment_file, CAST(NULL AS VARCHAR) AS enrolment_sheet, CAST(NULL AS INTEGER) AS enrolment_row
    FROM editions AS d
    WHERE d.cost_eur IS NOT NULL
    UNION ALL
    SELECT d.cpas, d.project, d.edition_id, d.start_on, NULL AS cost_eur, 1 AS whole, e.person_id, e.status,
        d.submission_id AS edition_submission, d.source_file AS edition_file, d.sheet AS edition_sheet, d.source_row AS edition_row,
        e.submission_id AS enrolment_submission, e.source_file AS enrolment_file, e.sheet AS enrolment_sheet, e.source_row AS enrolment_row
    FROM enrolments AS e
    JOIN editions AS d ON d.cpas = e.cpas AND d.edition_id = e.edition_id
    WHERE d.cost_eur IS NOT NULL AND e.status IN ('started', 'completed', 'dropped_out')
)
SELECT r.period, a.area_level, a.area, x.project, x.person_id, COALESCE(x.cost_eur, 0) AS contribution, x.whole,
    x.edition_id AS edition, x.status, x.cost_eur,
    x.edition_submission, x.edition_file, x.edition_sheet, x.edition_row,
    x.enrolment_submission, x.enrolment_file, x.enrolment_sheet, x.enrolment_row
FROM parts AS x
JOIN reference_period AS r ON x.start_on >= r.start_on AND x.start_on <= r.end_on
JOIN areas AS a ON a.cpas = x.cpas
