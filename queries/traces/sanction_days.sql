/*
counts = "rows"

[[column]]
name = "decided_on"
title = { fr = "Décidé le", nl = "Beslist op", de = "Beschlossen am", en = "Decided on" }
[[column]]
name = "sanction"
title = { fr = "Sorte de sanction", nl = "Soort sanctie", de = "Art der Sanktion", en = "Kind of sanction" }
[[column]]
name = "days"
title = { fr = "Jours", nl = "Dagen", de = "Tage", en = "Days" }
[[origin]]
name = "decision"
title = { fr = "Lu dans", nl = "Gelezen in", de = "Gelesen in", en = "Read in" }
*/
SELECT r.period, a.area_level, a.area, s.kind AS sanction, s.person_id, s.days AS contribution,
    s.decided_on, s.days,
    s.submission_id AS decision_submission, s.source_file AS decision_file, s.sheet AS decision_sheet, s.source_row AS decision_row
FROM sanctions AS s
JOIN reference_period AS r ON s.decided_on >= r.start_on AND s.decided_on <= r.end_on
JOIN areas AS a ON a.cpas = s.cpas
WHERE s.days IS NOT NULL
