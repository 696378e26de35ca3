/*
title = { fr = "Taux d'achèvement", nl = "Voltooiingsgraad", de = "Abschlussquote", en = "Completion rate" }
definition = { fr = "Inscriptions terminées sur inscriptions commencées des éditions de l'année.", nl = "Voltooide op gestarte inschrijvingen van de edities van het jaar.", de = "Abgeschlossene an begonnenen Anmeldungen der Auflagen des Jahres.", en = "Enrolments completed out of those started, in the editions of the year." }
population = { fr = "Les inscriptions commencées des éditions qui commencent dans l'année", nl = "De gestarte inschrijvingen van de edities die in het jaar beginnen", de = "Die begonnenen Einschreibungen der im Jahr beginnenden Auflagen", en = "The enrolments started, of the editions that start in the year" }
counted = "enrolments"
kind = "ratio"
unit = "percent"
status = "stable"
tables = ["editions", "enrolments"]
source = "indicator catalogue"
*/
SELECT r.period, a.area_level, a.area, d.project, d.edition_id AS edition,
    COUNT(DISTINCT CASE WHEN e.status IN ('started', 'completed', 'dropped_out') THEN e.person_id END) AS persons,
    COUNT(CASE WHEN e.status = 'completed' THEN 1 END) AS numerator,
    COUNT(CASE WHEN e.status IN ('started', 'completed', 'dropped_out') THEN 1 END) AS denominator
FROM enrolments AS e
JOIN editions AS d ON d.cpas = e.cpas AND d.edition_id = e.edition_id
JOIN reference_period AS r ON d.start_on >= r.start_on AND d.start_on <= r.end_on
JOIN areas AS a ON a.cpas = e.cpas
GROUP BY GROUPING SETS ((r.period, a.area_level, a.area, d.project, d.edition_id), (r.period, a.area_level, a.area, d.project), (r.period, a.area_level, a.area))
