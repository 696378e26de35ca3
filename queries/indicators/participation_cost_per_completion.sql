/*
title = { fr = "Coût par achèvement", nl = "Kosten per voltooiing", de = "Kosten je Abschluss", en = "Cost per completion" }
definition = { fr = "Coût des éditions de l'année dont le coût est connu, divisé par leurs inscriptions terminées.", nl = "Kosten van de edities van het jaar waarvan de kosten bekend zijn, gedeeld door hun voltooide inschrijvingen.", de = "Kosten der Auflagen des Jahres mit bekannten Kosten, geteilt durch deren abgeschlossene Anmeldungen.", en = "Cost of the editions of the year whose cost is known, divided by their enrolments completed." }
population = { fr = "Les inscriptions terminées des éditions de l'année dont le coût est connu", nl = "De voltooide inschrijvingen van de edities van het jaar waarvan de kosten bekend zijn", de = "Die abgeschlossenen Einschreibungen der Auflagen des Jahres mit bekannten Kosten", en = "The enrolments completed, of the editions of the year whose cost is known" }
counted = "enrolments"
kind = "ratio"
unit = "eur"
status = "stable"
tables = ["editions", "enrolments"]
source = "CPAS of Bruges: 633.80 EUR each"
*/
SELECT r.period, a.area_level, a.area, x.project,
    COUNT(DISTINCT x.person_id) AS persons,
    SUM(x.cost_eur) AS numerator,
    COUNT(x.person_id) AS denominator
FROM (
    SELECT d.cpas, d.project, d.start_on, d.cost_eur, CAST(NULL AS VARCHAR) AS person_id
    FROM editions AS d
    UNION ALL
    SELECT d.cpas, d.project, d.start_on, NULL AS cost_eur, e.person_id
    FROM enrolments AS e
    JOIN editions AS d ON d.cpas = e.cpas AND d.edition_id = e.edition_id
    WHERE d.cost_eur IS NOT NULL AND e.status = 'completed'
) AS x
JOIN reference_period AS r ON x.start_on >= r.start_on AND x.start_on <= r.end_on
JOIN areas AS a ON a.cpas = x.cpas
GROUP BY GROUPING SETS ((r.period, a.area_level, a.area, x.project), (r.period, a.area_level, a.area))
HAVING SUM(x.cost_eur) IS NOT NULL
