/*
title = { fr = "Coût par personne", nl = "Kosten per persoon", de = "Kosten je Person", en = "Cost per person" }
definition = { fr = "Coût des éditions de l'année dont le coût est connu, divisé par les personnes différentes qui en ont commencé une.", nl = "Kosten van de edities van het jaar waarvan de kosten bekend zijn, gedeeld door de verschillende personen die er een gestart zijn.", de = "Kosten der Auflagen des Jahres mit bekannten Kosten, geteilt durch die verschiedenen Personen, die eine begonnen haben.", en = "Cost of the editions of the year whose cost is known, divided by the different people who started one." }
population = { fr = "Les personnes qui ont commencé une édition de l'année dont le coût est connu", nl = "De personen die een editie van het jaar gestart zijn waarvan de kosten bekend zijn", de = "Die Personen, die eine Auflage des Jahres mit bekannten Kosten begonnen haben", en = "The people who started an edition of the year whose cost is known" }
counted = "persons"
kind = "ratio"
unit = "eur"
status = "stable"
tables = ["editions", "enrolments"]
source = "CPAS of Bruges: 633.80 EUR each"
*/
SELECT r.period, a.area_level, a.area, x.project,
    COUNT(DISTINCT x.person_id) AS persons,
    SUM(x.cost_eur) AS numerator,
    COUNT(DISTINCT x.person_id) AS denominator
FROM (
    SELECT d.cpas, d.project, d.start_on, d.cost_eur, CAST(NULL AS VARCHAR) AS person_id
    FROM editions AS d
    UNION ALL
    SELECT d.cpas, d.project, d.start_on, NULL AS cost_eur, e.person_id
    FROM enrolments AS e
    JOIN editions AS d ON d.cpas = e.cpas AND d.edition_id = e.edition_id
    WHERE d.cost_eur IS NOT NULL AND e.status IN ('started', 'completed', 'dropped_out')
) AS x
JOIN reference_period AS r ON x.start_on >= r.start_on AND x.start_on <= r.end_on
JOIN areas AS a ON a.cpas = x.cpas
GROUP BY GROUPING SETS ((r.period, a.area_level, a.area, x.project), (r.period, a.area_level, a.area))
HAVING SUM(x.cost_eur) IS NOT NULL
