/*
title = { fr = "Durée des parcours", nl = "Duur van de trajecten", de = "Dauer der Parcours", en = "Duration of parcours" }
definition = { fr = "Nombre moyen de jours entre le début et la fin des parcours terminés dans l'année.", nl = "Gemiddeld aantal dagen tussen begin en einde van de in het jaar beëindigde trajecten.", de = "Mittlere Zahl der Tage zwischen Beginn und Ende der im Jahr beendeten Parcours.", en = "Mean number of days from start to end of the parcours ended in the year." }
population = { fr = "Les parcours terminés dans l'année", nl = "De in het jaar beëindigde trajecten", de = "Die im Jahr beendeten Parcours", en = "The parcours ended in the year" }
counted = "parcours"
kind = "mean"
unit = "days"
within = "parcours.count"
status = "stable"
tables = ["parcours"]
source = "indicator catalogue"
*/
SELECT r.period, a.area_level, a.area, o.kind,
    COUNT(DISTINCT o.person_id) AS persons,
    COUNT(*) AS n,
    SUM(o.days) AS sum,
    SUM(o.days * o.days) AS sum_sq
FROM outcomes AS o
JOIN reference_period AS r ON o.end_on >= r.start_on AND o.end_on <= r.end_on
JOIN areas AS a ON a.cpas = o.cpas
GROUP BY GROUPING SETS ((r.period, a.area_level, a.area, o.kind), (r.period, a.area_level, a.area))
