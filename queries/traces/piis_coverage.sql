/*
counts = "rows"

[[column]]
name = "birth_year"
title = { fr = "Année de naissance", nl = "Geboortejaar", de = "Geburtsjahr", en = "Year of birth" }
[[column]]
name = "student"
title = { fr = "Étudiant", nl = "Student", de = "Studierend", en = "Student" }
[[column]]
name = "piis_id"
title = { fr = "PIIS", nl = "GPMI", de = "VSE", en = "PIIS" }
[[column]]
name = "start_on"
title = { fr = "Début", nl = "Begin", de = "Beginn", en = "Start" }
[[column]]
name = "end_on"
title = { fr = "Fin", nl = "Einde", de = "Ende", en = "End" }
[[origin]]
name = "person"
title = { fr = "Personne lue dans", nl = "Persoon gelezen in", de = "Person gelesen in", en = "Person read in" }
[[origin]]
name = "contract"
title = { fr = "PIIS lu dans", nl = "GPMI gelezen in", de = "VSE gelesen in", en = "PIIS read in" }
*/
WITH contracts AS (
    -- One contract covers a person; of several the first is shown.
    SELECT c.cpas, c.person_id, c.piis_id, c.start_on, c.end_on, r.period, c.submission_id, c.source_file, c.sheet, c.source_row,
        ROW_NUMBER() OVER (
            PARTITION BY c.cpas, c.person_id, r.period ORDER BY c.start_on NULLS LAST, c.piis_id NULLS LAST
        ) AS turn
    FROM piis AS c
    JOIN reference_period AS r ON c.start_on <= r.end_on AND (c.end_on IS NULL OR c.end_on >= r.start_on)
)
SELECT r.period, a.area_level, a.area,
    CASE WHEN s.birth_year IS NULL THEN 'unknown' WHEN r.year - s.birth_year < 25 THEN 'under_25' ELSE '25_plus' END AS age_group,
    CASE WHEN s.is_student THEN 'yes' WHEN NOT s.is_student THEN 'no' ELSE 'unknown' END AS student,
    s.person_id, CASE WHEN c.person_id IS NULL THEN 0 ELSE 1 END AS contribution,
    s.birth_year, c.piis_id, c.start_on, c.end_on,
    s.submission_id AS person_submission, s.source_file AS person_file, s.sheet AS person_sheet, s.source_row AS person_row,
    c.submission_id AS contract_submission, c.source_file AS contract_file, c.sheet AS contract_sheet, c.source_row AS contract_row
FROM handed_in_persons AS s
JOIN handed_in AS h ON h.submission_id = s.submission_id
JOIN reference_period AS r ON r.period = h.period
JOIN areas AS a ON a.cpas = s.cpas
LEFT JOIN contracts AS c ON c.cpas = s.cpas AND c.person_id = s.person_id AND c.period = r.period AND c.turn = 1
WHERE s.aid = 'ris'
