/*
title = { fr = "Objectif sans convention", nl = "Doelstelling zonder overeenkomst", de = "Ziel ohne Vereinbarung", en = "Objective without an agreement" }
advice = { fr = "Vérifier l’année et le régime de l’objectif, ou joindre la convention.", nl = "Controleer jaar en toelage van de doelstelling, of voeg de overeenkomst toe.", de = "Jahr und Zuschuss des Ziels prüfen oder die Vereinbarung beifügen.", en = "Check year and scheme of the objective, or add the agreement." }
severity = "warning"
mend = "finance"
tables = ["objectives", "agreements"]
source = "a number leads to a record that was handed in"
*/
SELECT t.submission_id, t.source_file, t.sheet, t.source_row, 'scheme' AS column_name, o.scheme IS NULL AS failed
FROM objectives AS t
LEFT JOIN agreements AS o ON o.cpas = t.cpas AND o.scheme = t.scheme AND o.year = t.year
