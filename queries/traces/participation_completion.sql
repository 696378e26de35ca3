/*
counts = "rows"

[[column]]
name = "edition"
title = { fr = "Édition", nl = "Editie", de = "Auflage", en = "Edition" }
[[column]]
name = "status"
title = { fr = "État", nl = "Status", de = "Stand", en = "Status" }
[[column]]
name = "started_on"
title = { fr = "Commencé le", nl = "Gestart op", de = "Begonnen am", en = "Started on" }
[[origin]]
name = "enrolment"
title = { fr = "Lu dans", nl = "Gelezen in", de = "Gelesen in", en = "Read in" }
*/
SELECT r.period, a.area_level, a.area, d.project, d.edition_id AS edition, e.person_id,
    CASE WHEN e.status = 'completed' THEN 1 ELSE 0 END AS contribution,
    e.status, e.started_on,
    e.submission_id AS enrolment_submission, e.source_file AS enrolment_file, e.sheet AS enrolment_sheet,
    e.source_row AS enrolment_row
FROM enrolments AS e
JOIN editions AS d ON d.cpas = e.cpas AND d.edition_id = e.edition_id
JOIN reference_period AS r ON d.start_on >= r.start_on AND d.start_on <= r.end_on
JOIN areas AS a ON a.cpas = e.cpas
WHERE e.status IN ('started', 'completed', 'dropped_out')
