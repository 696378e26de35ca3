/*
counts = "rows"

[[column]]
name = "edition"
title = { fr = "Édition", nl = "Editie", de = "Auflage", en = "Edition" }
[[column]]
name = "session_on"
title = { fr = "Séance du", nl = "Sessie van", de = "Sitzung vom", en = "Session on" }
[[column]]
name = "status"
title = { fr = "État", nl = "Status", de = "Stand", en = "Status" }
[[column]]
name = "hours"
title = { fr = "Heures suivies", nl = "Gevolgde uren", de = "Besuchte Stunden", en = "Hours attended" }
[[column]]
name = "whole"
title = { fr = "Heures prévues", nl = "Geplande uren", de = "Geplante Stunden", en = "Hours planned" }
[[origin]]
name = "session"
title = { fr = "Lu dans", nl = "Gelezen in", de = "Gelesen in", en = "Read in" }
*/
SELECT r.period, a.area_level, a.area, d.project, d.edition_id AS edition, t.person_id,
    COALESCE(t.attended_hours, CASE WHEN t.status = 'present' THEN t.planned_hours ELSE 0 END) AS contribution, t.planned_hours AS whole,
    t.session_on, t.status, t.attended_hours AS hours,
    t.submission_id AS session_submission, t.source_file AS session_file, t.sheet AS session_sheet, t.source_row AS session_row
FROM attendance AS t
JOIN editions AS d ON d.cpas = t.cpas AND d.edition_id = t.edition_id
JOIN reference_period AS r ON d.start_on >= r.start_on AND d.start_on <= r.end_on
JOIN areas AS a ON a.cpas = t.cpas
