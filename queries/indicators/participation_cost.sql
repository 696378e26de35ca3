/*
title = { fr = "Coût des éditions", nl = "Kosten van de edities", de = "Kosten der Auflagen", en = "Cost of the editions" }
definition = { fr = "Somme des coûts des éditions qui commencent dans l'année.", nl = "Som van de kosten van de edities die in het jaar beginnen.", de = "Summe der Kosten der im Jahr beginnenden Auflagen.", en = "Sum of the costs of the editions that start in the year." }
population = { fr = "Les éditions qui commencent dans l'année et dont le coût est connu", nl = "De edities die in het jaar beginnen en waarvan de kosten bekend zijn", de = "Die im Jahr beginnenden Auflagen mit bekannten Kosten", en = "The editions that start in the year and whose cost is known" }
counted = "amounts"
kind = "amount"
unit = "eur"
status = "stable"
tables = ["editions"]
source = "CPAS of Bruges: 57 042.00 EUR a year"
*/
SELECT r.period, a.area_level, a.area, d.project, d.edition_id AS edition,
    COUNT(d.cost_eur) AS contributors,
    SUM(d.cost_eur) AS value_eur
FROM editions AS d
JOIN reference_period AS r ON d.start_on >= r.start_on AND d.start_on <= r.end_on
JOIN areas AS a ON a.cpas = d.cpas
GROUP BY GROUPING SETS ((r.period, a.area_level, a.area, d.project, d.edition_id), (r.period, a.area_level, a.area, d.project), (r.period, a.area_level, a.area))
