/*
counts = "rows"

[[column]]
name = "piis_id"
title = { fr = "PIIS", nl = "GPMI", de = "VSE", en = "PIIS" }
[[column]]
name = "end_on"
title = { fr = "Fin", nl = "Einde", de = "Ende", en = "End" }
[[column]]
name = "ending"
title = { fr = "Motif de fin", nl = "Reden van beëindiging", de = "Grund der Beendigung", en = "Ending" }
[[column]]
name = "is_success"
title = { fr = "Réussite", nl = "Geslaagd", de = "Erfolg", en = "Success" }
[[origin]]
name = "contract"
title = { fr = "Lu dans", nl = "Gelezen in", de = "Gelesen in", en = "Read in" }
*/
SELECT r.period, a.area_level, a.area, COALESCE(c.ending, 'unknown') AS ending, c.person_id,
    CASE WHEN c.ending_is_success THEN 1 ELSE 0 END AS contribution,
    c.piis_id, c.end_on, CASE WHEN c.ending_is_success THEN 'yes' ELSE 'no' END AS is_success,
    c.submission_id AS contract_submission, c.source_file AS contract_file, c.sheet AS contract_sheet, c.source_row AS contract_row
FROM piis AS c
JOIN reference_period AS r ON c.end_on >= r.start_on AND c.end_on <= r.end_on
JOIN areas AS a ON a.cpas = c.cpas
WHERE c.ending_is_success IS NOT NULL
