/*
counts = "rows"

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
title = { fr = "Lu dans", nl = "Gelezen in", de = "Gelesen in", en = "Read in" }
*/
SELECT r.period, a.area_level, a.area, p.kind, p.person_id, 1 AS contribution, p.parcours_id, p.start_on, p.end_on,
    p.submission_id AS parcours_submission, p.source_file AS parcours_file, p.sheet AS parcours_sheet, p.source_row AS parcours_row
FROM parcours AS p
JOIN reference_period AS r ON p.start_on <= r.end_on AND (p.end_on IS NULL OR p.end_on >= r.start_on)
JOIN areas AS a ON a.cpas = p.cpas
