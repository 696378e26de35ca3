/*
counts = "rows"

[[column]]
name = "piis_id"
title = { fr = "PIIS", nl = "GPMI", de = "VSE", en = "PIIS" }
[[column]]
name = "type"
title = { fr = "Type", nl = "Soort", de = "Art", en = "Type" }
[[column]]
name = "requested_on"
title = { fr = "Demandé le", nl = "Aangevraagd op", de = "Beantragt am", en = "Requested on" }
[[column]]
name = "signed_on"
title = { fr = "Signé le", nl = "Ondertekend op", de = "Unterzeichnet am", en = "Signed on" }
[[origin]]
name = "contract"
title = { fr = "Lu dans", nl = "Gelezen in", de = "Gelesen in", en = "Read in" }
*/
WITH dated AS (
    SELECT p.cpas, p.piis_id, p.person_id, p.type, p.requested_on, p.signed_on, p.submission_id, p.source_file, p.sheet, p.source_row,
        q.month_number + l.value AS due_month, q.day_of_month AS due_day, l.period,
        s.month_number AS signed_month, s.day_of_month AS signed_day
    FROM piis AS p
    JOIN calendar AS q ON q.day = p.requested_on
    JOIN parameters AS l ON l.name = 'piis_due_months'
    LEFT JOIN calendar AS s ON s.day = p.signed_on
), signing AS (
    -- A centre that notes no signature at all has no contract behind its figure.
    SELECT DISTINCT cpas FROM piis WHERE signed_on IS NOT NULL
)
SELECT r.period, a.area_level, a.area, c.type, c.person_id,
    CASE WHEN c.signed_month < c.due_month OR (c.signed_month = c.due_month AND c.signed_day <= c.due_day) THEN 1 ELSE 0 END AS contribution,
    c.piis_id, c.requested_on, c.signed_on,
    c.submission_id AS contract_submission, c.source_file AS contract_file, c.sheet AS contract_sheet, c.source_row AS contract_row
FROM dated AS c
JOIN signing AS s ON s.cpas = c.cpas
JOIN reference_period AS r ON r.period = c.period
JOIN calendar AS f ON f.day = r.start_on AND c.due_month >= f.month_number
JOIN calendar AS u ON u.day = r.end_on AND c.due_month <= u.month_number
JOIN areas AS a ON a.cpas = c.cpas
