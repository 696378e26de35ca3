/*
title = { fr = "Dépense sans convention", nl = "Uitgave zonder overeenkomst", de = "Ausgabe ohne Vereinbarung", en = "Expense without an agreement" }
advice = { fr = "Vérifier l’année et le régime de la dépense, ou joindre la convention.", nl = "Controleer jaar en toelage van de uitgave, of voeg de overeenkomst toe.", de = "Jahr und Zuschuss der Ausgabe prüfen oder die Vereinbarung beifügen.", en = "Check year and scheme of the expense, or add the agreement." }
severity = "warning"
mend = "finance"
tables = ["expenses", "agreements"]
source = "a number leads to a record that was handed in"
*/
SELECT t.submission_id, t.source_file, t.sheet, t.source_row, 'scheme' AS column_name, o.scheme IS NULL AS failed
FROM expenses AS t
LEFT JOIN agreements AS o ON o.cpas = t.cpas AND o.scheme = t.scheme AND o.year = t.year
