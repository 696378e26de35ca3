/*
title = { fr = "Même niveau selon la personne et le travailleur social", nl = "Zelfde niveau volgens de persoon en de maatschappelijk werker", de = "Gleiche Stufe nach der Person und dem Sozialarbeiter", en = "Same level given by the person and the worker" }
definition = { fr = "Domaines auxquels la personne et le travailleur social donnent le même niveau, sur les domaines évalués par les deux le même jour de l'année.", nl = "Domeinen waaraan de persoon en de maatschappelijk werker hetzelfde niveau geven, op de domeinen die beiden op dezelfde dag van het jaar beoordelen.", de = "Bereiche, denen die Person und der Sozialarbeiter dieselbe Stufe geben, an den Bereichen, die beide am selben Tag des Jahres bewerten.", en = "Domains to which the person and the worker give the same level, out of the domains that both score on one day of the year." }
population = { fr = "Les domaines que la personne et le travailleur social évaluent le même jour de l'année, personne par personne", nl = "De domeinen die de persoon en de maatschappelijk werker op dezelfde dag van het jaar beoordelen, persoon per persoon", de = "Die Bereiche, die die Person und der Sozialarbeiter am selben Tag des Jahres bewerten, Person für Person", en = "The domains that the person and the worker both score on one day of the year, person by person" }
counted = "readings"
kind = "ratio"
unit = "percent"
status = "experimental"
tables = ["measures"]
source = "working group minutes, 26-02-2015: self-assessment beside the worker's"
*/
SELECT r.period, a.area_level, a.area, s.instrument, s.domain,
    COUNT(DISTINCT s.person_id) AS persons,
    COUNT(CASE WHEN s.is_same THEN 1 END) AS numerator,
    COUNT(*) AS denominator
FROM same_day AS s
JOIN reference_period AS r ON s.measured_on >= r.start_on AND s.measured_on <= r.end_on
JOIN areas AS a ON a.cpas = s.cpas
GROUP BY GROUPING SETS ((r.period, a.area_level, a.area, s.instrument, s.domain), (r.period, a.area_level, a.area, s.instrument))
