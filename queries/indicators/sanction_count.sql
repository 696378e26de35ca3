/*
title = { fr = "Sanctions", nl = "Sancties", de = "Sanktionen", en = "Sanctions" }
definition = { fr = "Décisions de sanction prises dans l'année, par sorte.", nl = "In het jaar genomen beslissingen tot een sanctie, per soort.", de = "Im Jahr getroffene Sanktionsentscheidungen, nach Art.", en = "Decisions to sanction taken in the year, by kind." }
population = { fr = "Les sanctions décidées dans l'année", nl = "De in het jaar besliste sancties", de = "Die im Jahr beschlossenen Sanktionen", en = "The sanctions decided in the year" }
counted = "sanctions"
kind = "count"
unit = "decisions"
status = "stable"
tables = ["sanctions"]
source = "indicator catalogue"
*/
SELECT r.period, a.area_level, a.area, s.kind AS sanction,
    COUNT(DISTINCT s.person_id) AS persons,
    COUNT(*) AS value
FROM sanctions AS s
JOIN reference_period AS r ON s.decided_on >= r.start_on AND s.decided_on <= r.end_on
JOIN areas AS a ON a.cpas = s.cpas
GROUP BY GROUPING SETS ((r.period, a.area_level, a.area, s.kind), (r.period, a.area_level, a.area))
