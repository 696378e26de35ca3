/*
title = { fr = "Durée des sanctions", nl = "Duur van de sancties", de = "Dauer der Sanktionen", en = "Duration of sanctions" }
definition = { fr = "Nombre moyen de jours des sanctions décidées dans l'année dont la durée est notée, par sorte.", nl = "Gemiddeld aantal dagen van de in het jaar besliste sancties waarvan de duur genoteerd is, per soort.", de = "Mittlere Zahl der Tage der im Jahr beschlossenen Sanktionen, deren Dauer vermerkt ist, nach Art.", en = "Mean number of days of the sanctions decided in the year whose length is noted, by kind." }
population = { fr = "Les sanctions décidées dans l'année dont la durée est notée", nl = "De in het jaar besliste sancties waarvan de duur genoteerd is", de = "Die im Jahr beschlossenen Sanktionen, deren Dauer vermerkt ist", en = "The sanctions decided in the year whose length is noted" }
counted = "sanctions"
kind = "mean"
unit = "days"
status = "stable"
tables = ["sanctions"]
source = "indicator catalogue"
*/
SELECT r.period, a.area_level, a.area, s.kind AS sanction,
    COUNT(DISTINCT CASE WHEN s.days IS NOT NULL THEN s.person_id END) AS persons,
    COUNT(s.days) AS n,
    SUM(s.days) AS sum,
    SUM(s.days * s.days) AS sum_sq
FROM sanctions AS s
JOIN reference_period AS r ON s.decided_on >= r.start_on AND s.decided_on <= r.end_on
JOIN areas AS a ON a.cpas = s.cpas
GROUP BY GROUPING SETS ((r.period, a.area_level, a.area, s.kind), (r.period, a.area_level, a.area))
