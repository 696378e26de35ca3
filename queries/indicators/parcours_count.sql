/*
title = { fr = "Parcours actifs", nl = "Actieve trajecten", de = "Aktive Parcours", en = "Active parcours" }
definition = { fr = "Dossiers actifs au moins un jour dans l'année, par type de parcours.", nl = "Dossiers die minstens één dag in het jaar actief zijn, per soort traject.", de = "Akten, die an mindestens einem Tag des Jahres aktiv sind, nach Art des Parcours.", en = "Files active on at least one day of the year, by kind of parcours." }
population = { fr = "Les parcours ouverts au moins un jour dans l'année", nl = "De trajecten die op minstens één dag van het jaar lopen", de = "Die Parcours, die an mindestens einem Tag des Jahres laufen", en = "The parcours open on at least one day of the year" }
counted = "parcours"
kind = "count"
unit = "files"
status = "stable"
tables = ["parcours"]
source = "CPAS of Bruges, files by type of parcours 2017"
*/
SELECT r.period, a.area_level, a.area, p.kind,
    COUNT(DISTINCT p.person_id) AS persons,
    COUNT(*) AS value
FROM parcours AS p
JOIN reference_period AS r ON p.start_on <= r.end_on AND (p.end_on IS NULL OR p.end_on >= r.start_on)
JOIN areas AS a ON a.cpas = p.cpas
GROUP BY GROUPING SETS ((r.period, a.area_level, a.area, p.kind), (r.period, a.area_level, a.area))
