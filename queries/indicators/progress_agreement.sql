/*
title = { fr = "Même niveau selon la personne et le travailleur social", nl = "Zelfde niveau volgens de persoon en de maatschappelijk werker", de = "Gleiche Stufe nach der Person und dem Sozialarbeiter", en = "Same level given by the person and the worker" }
definition = { fr = "Domaines auxquels la personne et le travailleur social donnent le même niveau, sur les domaines évalués par les deux le même jour de l'année.", nl = "Domeinen waaraan de persoon en de maatschappelijk werker hetzelfde niveau geven, op de domeinen die beiden op dezelfde dag van het jaar beoordelen.", de = "Bereiche, denen die Person und der Sozialarbeiter dieselbe Stufe geben, an den Bereichen, die beide am selben Tag des Jahres bewerten.", en = "Domains to which the person and the worker give the same level, out of the domains that both score on one day of the year." }
kind = "ratio"
unit = "percent"
tables = ["measures"]
source = "working group minutes, 26-02-2015: self-assessment beside the worker's"
*/
SELECT r.period, a.area_level, a.area, m.instrument, m.domain,
    COUNT(DISTINCT m.person_id) AS persons,
    COUNT(CASE WHEN m.lowest = m.highest THEN 1 END) AS numerator,
    COUNT(*) AS denominator
FROM (
    SELECT cpas, person_id, instrument, domain, measured_on, MIN(score) AS lowest, MAX(score) AS highest
    FROM measures
    WHERE assessor IN ('client', 'worker')
    GROUP BY cpas, person_id, instrument, domain, measured_on
    HAVING MIN(assessor) <> MAX(assessor)
) AS m
JOIN reference_period AS r ON m.measured_on >= r.start_on AND m.measured_on <= r.end_on
JOIN areas AS a ON a.cpas = m.cpas
GROUP BY GROUPING SETS ((r.period, a.area_level, a.area, m.instrument, m.domain), (r.period, a.area_level, a.area, m.instrument))
