/*
counts = "rows"

[[column]]
name = "bilan_id"
title = { fr = "Bilan social", nl = "Sociale balans", de = "Sozialbilanz", en = "Bilan" }
[[column]]
name = "held_on"
title = { fr = "Tenu le", nl = "Opgemaakt op", de = "Erstellt am", en = "Held on" }
[[column]]
name = "occasion"
title = { fr = "Occasion", nl = "Aanleiding", de = "Anlass", en = "Occasion" }
[[origin]]
name = "bilan"
title = { fr = "Lu dans", nl = "Gelezen in", de = "Gelesen in", en = "Read in" }
*/
SELECT r.period, a.area_level, a.area, COALESCE(b.occasion, 'unknown') AS occasion, b.person_id, 1 AS contribution,
    b.bilan_id, b.held_on,
    b.submission_id AS bilan_submission, b.source_file AS bilan_file, b.sheet AS bilan_sheet, b.source_row AS bilan_row
FROM bilans AS b
JOIN reference_period AS r ON b.held_on >= r.start_on AND b.held_on <= r.end_on
JOIN areas AS a ON a.cpas = b.cpas
