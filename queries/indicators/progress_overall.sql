/*
title = { fr = "Progrès, tous domaines", nl = "Vooruitgang, alle domeinen", de = "Fortschritt, alle Bereiche", en = "Progress, all domains" }
definition = { fr = "Différence entre la moyenne des domaines d'une personne à la fin et au début ; positif = mieux.", nl = "Verschil tussen het gemiddelde over de domeinen van een persoon op het einde en bij het begin; positief = beter.", de = "Unterschied zwischen dem Mittel der Bereiche einer Person am Ende und am Anfang; positiv = besser.", en = "Difference between the mean of a person's domains at the end and at the start; positive = better." }
kind = "change"
unit = "points"
tables = ["parcours", "measures"]
source = "indicator catalogue"
*/
SELECT r.period, a.area_level, a.area, p.instrument, p.assessor, p.kind, COALESCE(s.sex, 'unknown') AS sex,
    COUNT(DISTINCT p.person_id) AS persons,
    COUNT(*) AS n,
    SUM(p.score_change) AS sum,
    SUM(p.score_change * p.score_change) AS sum_sq,
    SUM(p.score_before) AS sum_before,
    SUM(p.score_after) AS sum_after,
    COUNT(CASE WHEN p.score_change > 0 THEN 1 END) AS improved,
    COUNT(CASE WHEN p.score_change = 0 THEN 1 END) AS unchanged,
    COUNT(CASE WHEN p.score_change < 0 THEN 1 END) AS worsened,
    0 AS at_ceiling,
    0 AS at_floor
FROM pair_means AS p
JOIN reference_period AS r ON p.end_on >= r.start_on AND p.end_on <= r.end_on
JOIN areas AS a ON a.cpas = p.cpas
LEFT JOIN persons AS s ON s.cpas = p.cpas AND s.person_id = p.person_id
GROUP BY GROUPING SETS (
    (r.period, a.area_level, a.area, p.instrument, p.assessor), (r.period, a.area_level, a.area, p.instrument, p.assessor, p.kind), (r.period, a.area_level, a.area, p.instrument, p.assessor, COALESCE(s.sex, 'unknown'))
)
