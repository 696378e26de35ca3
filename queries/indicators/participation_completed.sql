/*
title = { fr = "Personnes ayant terminé", nl = "Personen die voltooid hebben", de = "Personen, die abgeschlossen haben", en = "People who completed" }
definition = { fr = "Personnes différentes qui ont terminé une édition de l'année.", nl = "Verschillende personen die een editie van het jaar voltooid hebben.", de = "Verschiedene Personen, die eine Auflage des Jahres abgeschlossen haben.", en = "Different people who completed an edition of the year." }
population = { fr = "Les personnes inscrites à une édition qui commence dans l'année et qui l'ont terminée", nl = "De personen ingeschreven voor een editie die in het jaar begint, die ze voltooid hebben", de = "Die in einer im Jahr beginnenden Auflage eingeschriebenen Personen, die sie abgeschlossen haben", en = "The people enrolled in an edition that starts in the year who completed it" }
counted = "persons"
kind = "count"
unit = "persons"
within = "participation.started"
status = "stable"
tables = ["editions", "enrolments"]
source = "CPAS of Bruges, collective modules 2016"
*/
SELECT r.period, a.area_level, a.area, d.project, d.edition_id AS edition,
    COUNT(DISTINCT CASE WHEN e.status = 'completed' THEN e.person_id END) AS persons,
    COUNT(DISTINCT CASE WHEN e.status = 'completed' THEN e.person_id END) AS value
FROM enrolments AS e
JOIN editions AS d ON d.cpas = e.cpas AND d.edition_id = e.edition_id
JOIN reference_period AS r ON d.start_on >= r.start_on AND d.start_on <= r.end_on
JOIN areas AS a ON a.cpas = e.cpas
GROUP BY GROUPING SETS ((r.period, a.area_level, a.area, d.project, d.edition_id), (r.period, a.area_level, a.area, d.project), (r.period, a.area_level, a.area))
