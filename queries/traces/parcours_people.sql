/*
counts = "persons"

[[column]]
name = "parcours_id"
title = { fr = "Parcours", nl = "Traject", de = "Parcours", en = "Parcours" }
[[column]]
name = "kind"
title = { fr = "Type", nl = "Soort", de = "Art", en = "Kind" }
[[column]]
name = "start_on"
title = { fr = "Début", nl = "Begin", de = "Beginn", en = "Start" }
[[column]]
name = "end_on"
title = { fr = "Fin", nl = "Einde", de = "Ende", en = "End" }
[[origin]]
name = "parcours"
title = { fr = "Parcours lu dans", nl = "Traject gelezen in", de = "Parcours gelesen in", en = "Parcours read in" }
[[origin]]
name = "person"
title = { fr = "Personne lue dans", nl = "Persoon gelezen in", de = "Person gelesen in", en = "Person read in" }
*/
SELECT r.period, a.area_level, a.area, COALESCE(s.sex, 'unknown') AS sex, p.person_id, 1 AS contribution,
    p.parcours_id, p.kind, p.start_on, p.end_on,
    p.submission_id AS parcours_submission, p.source_file AS parcours_file, p.sheet AS parcours_sheet, p.source_row AS parcours_row,
    s.submission_id AS person_submission, s.source_file AS person_file, s.sheet AS person_sheet, s.source_row AS person_row
FROM parcours AS p
JOIN reference_period AS r ON p.start_on <= r.end_on AND (p.end_on IS NULL OR p.end_on >= r.start_on)
JOIN areas AS a ON a.cpas = p.cpas
LEFT JOIN persons AS s ON s.cpas = p.cpas AND s.person_id = p.person_id
