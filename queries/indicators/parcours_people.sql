/*
title = { fr = "Personnes suivies", nl = "Begeleide personen", de = "Begleitete Personen", en = "People followed" }
definition = { fr = "Personnes différentes dont un parcours est actif au moins un jour dans l'année, par sexe.", nl = "Verschillende personen met een traject dat minstens één dag in het jaar actief is, per geslacht.", de = "Verschiedene Personen mit einem Parcours, der an mindestens einem Tag des Jahres aktiv ist, nach Geschlecht.", en = "Different people with a parcours active on at least one day of the year, by sex." }
population = { fr = "Les personnes dont un parcours est ouvert au moins un jour dans l'année", nl = "De personen met een traject dat op minstens één dag van het jaar loopt", de = "Die Personen mit einem Parcours, der an mindestens einem Tag des Jahres läuft", en = "The people with a parcours open on at least one day of the year" }
counted = "persons"
kind = "count"
unit = "persons"
within = "parcours.count"
status = "stable"
tables = ["parcours"]
source = "indicator catalogue"
*/
SELECT r.period, a.area_level, a.area, COALESCE(s.sex, 'unknown') AS sex,
    COUNT(DISTINCT p.person_id) AS persons,
    COUNT(DISTINCT p.person_id) AS value
FROM parcours AS p
JOIN reference_period AS r ON p.start_on <= r.end_on AND (p.end_on IS NULL OR p.end_on >= r.start_on)
JOIN areas AS a ON a.cpas = p.cpas
LEFT JOIN persons AS s ON s.cpas = p.cpas AND s.person_id = p.person_id
GROUP BY GROUPING SETS ((r.period, a.area_level, a.area, COALESCE(s.sex, 'unknown')), (r.period, a.area_level, a.area))
