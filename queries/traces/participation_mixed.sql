/*
counts = "rows"

[[column]]
name = "aid"
title = { fr = "Aide", nl = "Steun", de = "Hilfe", en = "Aid" }
[[column]]
name = "birth_year"
title = { fr = "Année de naissance", nl = "Geboortejaar", de = "Geburtsjahr", en = "Year of birth" }
[[column]]
name = "edition"
title = { fr = "Édition", nl = "Editie", de = "Auflage", en = "Edition" }
[[column]]
name = "status"
title = { fr = "État", nl = "Status", de = "Stand", en = "Status" }
[[origin]]
name = "person"
title = { fr = "Personne lue dans", nl = "Persoon gelezen in", de = "Person gelesen in", en = "Person read in" }
[[origin]]
name = "enrolment"
title = { fr = "Inscription lue dans", nl = "Inschrijving gelezen in", de = "Einschreibung gelesen in", en = "Enrolment read in" }
*/
WITH participants AS (
    -- A person is counted once a period; of several editions the first is shown.
    SELECT e.cpas, e.person_id, e.edition_id, e.status, r.period, r.year, e.submission_id, e.source_file, e.sheet, e.source_row,
        ROW_NUMBER() OVER (PARTITION BY e.cpas, e.person_id, r.period ORDER BY d.start_on NULLS LAST, d.edition_id NULLS LAST) AS turn
    FROM enrolments AS e
    JOIN editions AS d ON d.cpas = e.cpas AND d.edition_id = e.edition_id
    JOIN reference_period AS r ON d.start_on >= r.start_on AND d.start_on <= r.end_on
    WHERE e.status IN ('started', 'completed', 'dropped_out')
), known AS (
    SELECT cpas, person_id, 'not_ris' AS criterion, aid, birth_year, submission_id, source_file, sheet, source_row
    FROM persons
    WHERE aid IS NOT NULL
    UNION ALL
    SELECT cpas, person_id, 'aged_65' AS criterion, aid, birth_year, submission_id, source_file, sheet, source_row
    FROM persons
    WHERE birth_year IS NOT NULL
)
SELECT e.period, a.area_level, a.area, s.criterion, e.person_id,
    CASE WHEN s.criterion = 'not_ris' AND s.aid <> 'ris' THEN 1 WHEN s.criterion = 'aged_65' AND e.year - s.birth_year >= 65 THEN 1 ELSE 0 END AS contribution,
    s.aid, s.birth_year, e.edition_id AS edition, e.status,
    s.submission_id AS person_submission, s.source_file AS person_file, s.sheet AS person_sheet, s.source_row AS person_row,
    e.submission_id AS enrolment_submission, e.source_file AS enrolment_file, e.sheet AS enrolment_sheet, e.source_row AS enrolment_row
FROM participants AS e
JOIN known AS s ON s.cpas = e.cpas AND s.person_id = e.person_id
JOIN areas AS a ON a.cpas = e.cpas
WHERE e.turn = 1
