/*
title = { fr = "Couverture des mesures", nl = "Dekking van de metingen", de = "Abdeckung der Messungen", en = "Coverage of the measures" }
definition = { fr = "Parcours avec une mesure zéro et une mesure finale sur tous les parcours terminés dans l'année, et les raisons pour les autres.", nl = "Trajecten met nul- en eindmeting op alle in het jaar beëindigde trajecten, en de redenen voor de andere.", de = "Parcours mit Null- und Endmessung an allen im Jahr beendeten Parcours, und die Gründe bei den übrigen.", en = "Parcours with zero and end measure out of all parcours ended in the year, and the reasons for the rest." }
population = { fr = "Tous les parcours terminés dans l'année", nl = "Alle in het jaar beëindigde trajecten", de = "Alle im Jahr beendeten Parcours", en = "All parcours ended in the year" }
counted = "parcours"
kind = "ratio"
unit = "percent"
status = "stable"
tables = ["parcours", "measures"]
source = "indicator catalogue"
*/
SELECT r.period, a.area_level, a.area, c.pairing,
    COUNT(DISTINCT CASE WHEN o.pairing = c.pairing THEN o.person_id END) AS persons,
    COUNT(CASE WHEN o.pairing = c.pairing THEN 1 END) AS numerator,
    COUNT(*) AS denominator
FROM outcomes AS o
CROSS JOIN (
    SELECT 'paired' AS pairing UNION ALL SELECT 'no_zero' UNION ALL SELECT 'no_end' UNION ALL SELECT 'same_day'
) AS c
JOIN reference_period AS r ON o.end_on >= r.start_on AND o.end_on <= r.end_on
JOIN areas AS a ON a.cpas = o.cpas
GROUP BY r.period, a.area_level, a.area, c.pairing
