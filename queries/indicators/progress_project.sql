/*
title = { fr = "Progrès des participants, par projet", nl = "Vooruitgang van de deelnemers, per project", de = "Fortschritt der Teilnehmenden, nach Projekt", en = "Progress of participants, by project" }
definition = { fr = "Progrès tous domaines des personnes qui ont commencé le projet ; une personne dans deux projets compte dans chacun.", nl = "Vooruitgang over alle domeinen van wie het project startte; wie in twee projecten zit, telt in elk.", de = "Fortschritt über alle Bereiche der Personen, die das Projekt begonnen haben; wer an zweien teilnimmt, zählt in jedem.", en = "Progress over all domains of the people who started the project; a person in two projects counts in each." }
population = { fr = "Les parcours terminés dans l'année avec mesure zéro et mesure finale, des personnes qui ont commencé le projet", nl = "De in het jaar beëindigde trajecten met nulmeting en eindmeting, van de personen die het project gestart zijn", de = "Die im Jahr beendeten Parcours mit Null- und Endmessung, der Personen, die das Projekt begonnen haben", en = "The parcours ended in the year with zero and end measure, of the people who started the project" }
counted = "parcours"
kind = "change"
unit = "points"
status = "stable"
tables = ["parcours", "measures"]
source = "indicator catalogue"
*/
SELECT r.period, a.area_level, a.area, p.instrument, p.assessor, x.project,
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
JOIN (
    SELECT DISTINCT e.cpas, e.person_id, d.project
    FROM enrolments AS e
    JOIN editions AS d ON d.cpas = e.cpas AND d.edition_id = e.edition_id
    WHERE e.status IN ('started', 'completed', 'dropped_out')
) AS x ON x.cpas = p.cpas AND x.person_id = p.person_id
JOIN reference_period AS r ON p.end_on >= r.start_on AND p.end_on <= r.end_on
JOIN areas AS a ON a.cpas = p.cpas
GROUP BY r.period, a.area_level, a.area, p.instrument, p.assessor, x.project
