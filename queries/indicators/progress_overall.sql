/*
title = { fr = "Progrès, tous domaines", nl = "Vooruitgang, alle domeinen", de = "Fortschritt, alle Bereiche", en = "Progress, all domains" }
definition = { fr = "Différence entre la moyenne des domaines d'une personne à la fin et au début, par type de parcours, sexe et âge atteint dans l'année ; positif = mieux.", nl = "Verschil tussen het gemiddelde over de domeinen van een persoon op het einde en bij het begin, per soort traject, geslacht en in het jaar bereikte leeftijd; positief = beter.", de = "Unterschied zwischen dem Mittel der Bereiche einer Person am Ende und am Anfang, nach Art des Parcours, Geschlecht und im Jahr erreichtem Alter; positiv = besser.", en = "Difference between the mean of a person's domains at the end and at the start, by kind of parcours, sex and age reached in the year; positive = better." }
population = { fr = "Les parcours terminés dans l'année qui ont une mesure zéro et une mesure finale", nl = "De in het jaar beëindigde trajecten met een nulmeting en een eindmeting", de = "Die im Jahr beendeten Parcours mit einer Null- und einer Endmessung", en = "The parcours ended in the year that have a zero and an end measure" }
counted = "parcours"
kind = "change"
unit = "points"
status = "stable"
tables = ["parcours", "measures"]
source = "indicator catalogue"
*/
SELECT r.period, a.area_level, a.area, p.instrument, p.assessor, p.kind, COALESCE(s.sex, 'unknown') AS sex,
    CASE WHEN s.birth_year IS NULL THEN 'unknown' WHEN r.year - s.birth_year < 25 THEN 'under_25' WHEN r.year - s.birth_year < 45 THEN '25_44' WHEN r.year - s.birth_year < 65 THEN '45_64' ELSE '65_plus' END AS age_group,
    COUNT(DISTINCT p.person_id) AS persons,
    COUNT(*) AS n,
    SUM(p.score_change) AS sum,
    SUM(p.score_change * p.score_change) AS sum_sq,
    SUM(p.score_before) AS sum_before,
    SUM(p.score_after) AS sum_after,
    COUNT(CASE WHEN p.score_change > 0 THEN 1 END) AS improved,
    COUNT(CASE WHEN p.score_change = 0 THEN 1 END) AS unchanged,
    COUNT(CASE WHEN p.score_change < 0 THEN 1 END) AS worsened,
    COUNT(CASE WHEN e.at_ceiling = 1 THEN 1 END) AS at_ceiling,
    COUNT(CASE WHEN e.at_floor = 1 THEN 1 END) AS at_floor
FROM pair_means AS p
JOIN (
    -- At an end of the scale is who is there in every domain.
    SELECT cpas, parcours_id, instrument, assessor,
        MIN(CASE WHEN at_ceiling THEN 1 ELSE 0 END) AS at_ceiling, MIN(CASE WHEN at_floor THEN 1 ELSE 0 END) AS at_floor
    FROM pairs
    GROUP BY cpas, parcours_id, instrument, assessor
) AS e ON e.cpas = p.cpas AND e.parcours_id = p.parcours_id AND e.instrument = p.instrument AND e.assessor = p.assessor
JOIN reference_period AS r ON p.end_on >= r.start_on AND p.end_on <= r.end_on
JOIN areas AS a ON a.cpas = p.cpas
LEFT JOIN persons AS s ON s.cpas = p.cpas AND s.person_id = p.person_id
GROUP BY GROUPING SETS (
    (r.period, a.area_level, a.area, p.instrument, p.assessor), (r.period, a.area_level, a.area, p.instrument, p.assessor, p.kind), (r.period, a.area_level, a.area, p.instrument, p.assessor, COALESCE(s.sex, 'unknown')),
    (r.period, a.area_level, a.area, p.instrument, p.assessor, CASE WHEN s.birth_year IS NULL THEN 'unknown' WHEN r.year - s.birth_year < 25 THEN 'under_25' WHEN r.year - s.birth_year < 45 THEN '25_44' WHEN r.year - s.birth_year < 65 THEN '45_64' ELSE '65_plus' END)
)
