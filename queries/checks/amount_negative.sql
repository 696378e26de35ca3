/*
title = { fr = "Montant négatif", nl = "Negatief bedrag", de = "Negativer Betrag", en = "Negative amount" }
advice = { fr = "Vérifier le signe ; une note de crédit se déduit de sa dépense.", nl = "Controleer het teken; een creditnota gaat van haar uitgave af.", de = "Vorzeichen prüfen; eine Gutschrift wird von ihrer Ausgabe abgezogen.", en = "Check the sign; a credit note is taken off its expense." }
severity = "warning"
mend = "finance"
tables = []
source = "a grant, a cost and a booked expense are amounts from 0; a credit note is booked against its expense"
*/
SELECT t.submission_id, t.source_file, t.sheet, t.source_row, 'amount_eur' AS column_name, t.amount_eur < 0 AS failed
FROM expenses AS t
WHERE t.amount_eur IS NOT NULL
UNION ALL
SELECT t.submission_id, t.source_file, t.sheet, t.source_row, 'granted_eur' AS column_name, t.granted_eur < 0 AS failed
FROM agreements AS t
WHERE t.granted_eur IS NOT NULL
UNION ALL
SELECT t.submission_id, t.source_file, t.sheet, t.source_row, 'cost_eur' AS column_name, t.cost_eur < 0 AS failed
FROM editions AS t
WHERE t.cost_eur IS NOT NULL
