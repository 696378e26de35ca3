/*
counts = "rows"

[[column]]
name = "parcours_id"
title = { fr = "Parcours", nl = "Traject", de = "Parcours", en = "Parcours" }
[[column]]
name = "start_on"
title = { fr = "Début", nl = "Begin", de = "Beginn", en = "Start" }
[[column]]
name = "end_on"
title = { fr = "Fin", nl = "Einde", de = "Ende", en = "End" }
[[column]]
name = "days"
title = { fr = "Jours", nl = "Dagen", de = "Tage", en = "Days" }
[[origin]]
name = "parcours"
title = { fr = "Lu dans", nl = "Gelezen in", de = "Gelesen in", en = "Read in" }
*/
SELECT r.period, a.area_level, a.area, p.kind, p.person_id,
    CASE WHEN u.number - f.number > q.value THEN 1 ELSE 0 END AS contribution,
    p.parcours_id, p.start_on, p.end_on, u.number - f.number AS days,
    p.submission_id AS parcours_submission, p.source_file AS parcours_file, p.sheet AS parcours_sheet, p.source_row AS parcours_row
FROM parcours AS p
JOIN reference_period AS r ON p.end_on >= r.start_on AND p.end_on <= r.end_on
JOIN parameters AS q ON q.name = 'parcours_longest_days' AND q.period = r.period
JOIN areas AS a ON a.cpas = p.cpas
JOIN calendar AS f ON f.day = p.start_on
JOIN calendar AS u ON u.day = p.end_on
