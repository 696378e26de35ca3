/*
title = { fr = "Parcours de plus d'un an", nl = "Trajecten langer dan een jaar", de = "Parcours von mehr als einem Jahr", en = "Parcours longer than a year" }
definition = { fr = "Part des parcours terminés dans l'année qui ont duré plus de jours que la durée maximale.", nl = "Aandeel van de in het jaar beëindigde trajecten die langer duurden dan de maximumduur.", de = "Anteil der im Jahr beendeten Parcours, die länger als die Höchstdauer gedauert haben.", en = "Share of the parcours ended in the year that lasted more days than the longest duration." }
population = { fr = "Les parcours terminés dans l'année", nl = "De in het jaar beëindigde trajecten", de = "Die im Jahr beendeten Parcours", en = "The parcours ended in the year" }
counted = "parcours"
kind = "ratio"
unit = "percent"
status = "stable"
tables = ["parcours"]
source = "CPAS of Courtrai, social activation"
parameters = ["parcours_longest_days"]
*/
SELECT r.period, a.area_level, a.area, o.kind,
    COUNT(DISTINCT o.person_id) AS persons,
    COUNT(CASE WHEN o.days > q.value THEN 1 END) AS numerator,
    COUNT(*) AS denominator
FROM outcomes AS o
JOIN reference_period AS r ON o.end_on >= r.start_on AND o.end_on <= r.end_on
JOIN parameters AS q ON q.name = 'parcours_longest_days' AND q.period = r.period
JOIN areas AS a ON a.cpas = o.cpas
GROUP BY GROUPING SETS ((r.period, a.area_level, a.area, o.kind), (r.period, a.area_level, a.area))
