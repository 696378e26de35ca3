/*
title = { fr = "Progrès de la mesure zéro à la mesure finale", nl = "Vooruitgang van nulmeting tot eindmeting", de = "Fortschritt von der Null- zur Endmessung", en = "Progress from zero to end measure" }
definition = { fr = "Différence entre la mesure finale et la mesure zéro des parcours terminés dans l'année, par domaine ; positif = mieux.", nl = "Verschil tussen eindmeting en nulmeting van de in het jaar beëindigde trajecten, per domein; positief = beter.", de = "Unterschied zwischen End- und Nullmessung der im Jahr beendeten Parcours, nach Lebensbereich; positiv = besser.", en = "Difference between end and zero measure of the parcours ended in the year, by domain; positive = better." }
population = { fr = "Les parcours terminés dans l'année qui ont une mesure zéro et une mesure finale du domaine", nl = "De in het jaar beëindigde trajecten met een nulmeting en een eindmeting van het domein", de = "Die im Jahr beendeten Parcours mit einer Null- und einer Endmessung des Bereichs", en = "The parcours ended in the year that have a zero and an end measure of the domain" }
counted = "pairs"
kind = "change"
unit = "points"
status = "stable"
tables = ["parcours", "measures"]
source = "CPAS of Courtrai: the system computes the progress"
*/
SELECT r.period, a.area_level, a.area, p.instrument, p.assessor, p.domain,
    COUNT(DISTINCT p.person_id) AS persons,
    COUNT(*) AS n,
    SUM(p.score_change) AS sum,
    SUM(p.score_change * p.score_change) AS sum_sq,
    SUM(p.score_before) AS sum_before,
    SUM(p.score_after) AS sum_after,
    COUNT(CASE WHEN p.score_change > 0 THEN 1 END) AS improved,
    COUNT(CASE WHEN p.score_change = 0 THEN 1 END) AS unchanged,
    COUNT(CASE WHEN p.score_change < 0 THEN 1 END) AS worsened,
    COUNT(CASE WHEN p.at_ceiling THEN 1 END) AS at_ceiling,
    COUNT(CASE WHEN p.at_floor THEN 1 END) AS at_floor
FROM pairs AS p
JOIN reference_period AS r ON p.end_on >= r.start_on AND p.end_on <= r.end_on
JOIN areas AS a ON a.cpas = p.cpas
GROUP BY r.period, a.area_level, a.area, p.instrument, p.assessor, p.domain
