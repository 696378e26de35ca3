/*
counts = "rows"

[[column]]
name = "edition"
title = { fr = "Édition", nl = "Editie", de = "Auflage", en = "Edition" }
[[column]]
name = "sessions"
title = { fr = "Séances", nl = "Sessies", de = "Sitzungen", en = "Sessions" }
[[column]]
name = "hours"
title = { fr = "Heures suivies", nl = "Gevolgde uren", de = "Besuchte Stunden", en = "Hours attended" }
[[column]]
name = "first_on"
title = { fr = "Première séance le", nl = "Eerste sessie op", de = "Erste Sitzung am", en = "First session on" }
[[column]]
name = "final_on"
title = { fr = "Dernière séance le", nl = "Laatste sessie op", de = "Letzte Sitzung am", en = "Last session on" }
[[origin]]
name = "first"
title = { fr = "Première séance lue dans", nl = "Eerste sessie gelezen in", de = "Erste Sitzung gelesen in", en = "First session read in" }
[[origin]]
name = "final"
title = { fr = "Dernière séance lue dans", nl = "Laatste sessie gelezen in", de = "Letzte Sitzung gelesen in", en = "Last session read in" }
*/
WITH sessions AS (
    SELECT t.cpas, t.edition_id, t.person_id, t.session_on, t.submission_id, t.source_file, t.sheet, t.source_row,
        ROW_NUMBER() OVER (PARTITION BY t.cpas, t.edition_id, t.person_id ORDER BY t.session_on NULLS LAST) AS turn
    FROM attendance AS t
), attended AS (
    -- A person's hours in an edition are those of all sessions between the two that are shown.
    SELECT cpas, edition_id, person_id, COUNT(*) AS sessions,
        SUM(COALESCE(attended_hours, CASE WHEN status = 'present' THEN planned_hours ELSE 0 END)) AS hours
    FROM attendance
    GROUP BY cpas, edition_id, person_id
)
SELECT r.period, a.area_level, a.area, d.project, d.edition_id AS edition, t.person_id,
    t.hours AS contribution, t.sessions, t.hours, f.session_on AS first_on, u.session_on AS final_on,
    f.submission_id AS first_submission, f.source_file AS first_file, f.sheet AS first_sheet, f.source_row AS first_row,
    u.submission_id AS final_submission, u.source_file AS final_file, u.sheet AS final_sheet, u.source_row AS final_row
FROM attended AS t
JOIN editions AS d ON d.cpas = t.cpas AND d.edition_id = t.edition_id
JOIN reference_period AS r ON d.start_on >= r.start_on AND d.start_on <= r.end_on
JOIN areas AS a ON a.cpas = t.cpas
LEFT JOIN sessions AS f ON f.cpas = t.cpas AND f.edition_id = t.edition_id AND f.person_id = t.person_id AND f.turn = 1
LEFT JOIN sessions AS u ON u.cpas = t.cpas AND u.edition_id = t.edition_id AND u.person_id = t.person_id AND u.turn = t.sessions
