/*
counts = "rows"

[[column]]
name = "scheme"
title = { fr = "Subvention", nl = "Toelage", de = "Zuschuss", en = "Scheme" }
[[column]]
name = "item"
title = { fr = "Poste", nl = "Post", de = "Posten", en = "Item" }
[[column]]
name = "entry_id"
title = { fr = "Écriture", nl = "Boeking", de = "Buchung", en = "Entry" }
[[column]]
name = "amount_eur"
title = { fr = "Montant", nl = "Bedrag", de = "Betrag", en = "Amount" }
[[column]]
name = "is_eligible"
title = { fr = "Éligible", nl = "Komt in aanmerking", de = "Förderfähig", en = "Eligible" }
[[column]]
name = "eligible_eur"
title = { fr = "Dépenses éligibles", nl = "In aanmerking komende uitgaven", de = "Förderfähige Ausgaben", en = "Eligible expenses" }
[[column]]
name = "granted_eur"
title = { fr = "Accordé", nl = "Toegekend", de = "Bewilligt", en = "Granted" }
[[origin]]
name = "agreement"
title = { fr = "Convention lue dans", nl = "Overeenkomst gelezen in", de = "Vereinbarung gelesen in", en = "Agreement read in" }
[[origin]]
name = "expense"
title = { fr = "Dépense lue dans", nl = "Uitgave gelezen in", de = "Ausgabe gelesen in", en = "Expense read in" }
*/
WITH eligible AS (
    SELECT cpas, year, scheme, SUM(CASE WHEN eligible THEN amount_eur ELSE 0 END) AS eligible_eur
    FROM expenses
    GROUP BY cpas, year, scheme
), agreed AS (
    SELECT r.period, g.cpas, g.year, g.scheme, g.granted_eur, COALESCE(x.eligible_eur, 0) AS eligible_eur,
        CAST(g.granted_eur * q.value AS DECIMAL(14, 2)) AS advance_eur, g.submission_id, g.source_file, g.sheet, g.source_row
    FROM agreements AS g
    JOIN reference_period AS r ON r.period = CAST(g.year AS VARCHAR)
    JOIN parameters AS q ON q.name = 'advance_share' AND q.scope = g.scheme AND q.period = r.period
    LEFT JOIN eligible AS x ON x.cpas = g.cpas AND x.year = g.year AND x.scheme = g.scheme
), items AS (
    SELECT period, cpas, year, scheme, granted_eur, eligible_eur, 'granted' AS item, granted_eur AS value_eur,
        submission_id, source_file, sheet, source_row
    FROM agreed
    UNION ALL
    SELECT period, cpas, year, scheme, granted_eur, eligible_eur, 'advance' AS item, advance_eur AS value_eur,
        submission_id, source_file, sheet, source_row
    FROM agreed
    UNION ALL
    SELECT period, cpas, year, scheme, granted_eur, eligible_eur, 'balance' AS item,
        CASE WHEN granted_eur < eligible_eur THEN granted_eur ELSE eligible_eur END - advance_eur AS value_eur,
        submission_id, source_file, sheet, source_row
    FROM agreed
    UNION ALL
    SELECT period, cpas, year, scheme, granted_eur, eligible_eur, 'eligible' AS item, 0 AS value_eur,
        submission_id, source_file, sheet, source_row
    FROM agreed
)
-- Behind the eligible expenses is every expense, each with what it adds; behind the other items the agreement. In the place of
-- a person stands the centre.
SELECT t.period, a.area_level, a.area, t.scheme, t.item, t.cpas AS person_id,
    CASE WHEN x.eligible THEN x.amount_eur ELSE t.value_eur END AS contribution, x.entry_id, x.amount_eur,
    CASE WHEN x.eligible THEN 'yes' WHEN NOT x.eligible THEN 'no' END AS is_eligible, t.eligible_eur, t.granted_eur,
    t.submission_id AS agreement_submission, t.source_file AS agreement_file, t.sheet AS agreement_sheet, t.source_row AS agreement_row,
    x.submission_id AS expense_submission, x.source_file AS expense_file, x.sheet AS expense_sheet, x.source_row AS expense_row
FROM items AS t
JOIN areas AS a ON a.cpas = t.cpas
LEFT JOIN expenses AS x ON t.item = 'eligible' AND x.cpas = t.cpas AND x.year = t.year AND x.scheme = t.scheme
