/*
counts = "rows"

[[column]]
name = "edition"
title = { fr = "Édition", nl = "Editie", de = "Auflage", en = "Edition" }
[[column]]
name = "project"
title = { fr = "Projet", nl = "Project", de = "Projekt", en = "Project" }
[[column]]
name = "start_on"
title = { fr = "Début", nl = "Begin", de = "Beginn", en = "Start" }
[[column]]
name = "cost_eur"
title = { fr = "Coût", nl = "Kosten", de = "Kosten", en = "Cost" }
[[origin]]
name = "edition"
title = { fr = "Lu dans", nl = "Gelezen in", de = "Gelesen in", en = "Read in" }
*/
-- Behind the figure are editions, not people: each stands in the place of a person.
SELECT r.period, a.area_level, a.area, d.project, d.edition_id AS edition, d.edition_id AS person_id,
    d.cost_eur AS contribution, d.start_on, d.cost_eur,
    d.submission_id AS edition_submission, d.source_file AS edition_file, d.sheet AS edition_sheet, d.source_row AS edition_row
FROM editions AS d
JOIN reference_period AS r ON d.start_on >= r.start_on AND d.start_on <= r.end_on
JOIN areas AS a ON a.cpas = d.cpas
WHERE d.cost_eur IS NOT NULL
