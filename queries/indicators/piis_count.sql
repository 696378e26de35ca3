/*
title = { fr = "PIIS actifs", nl = "Actieve GPMI's", de = "Aktive VSE", en = "Active PIIS" }
definition = { fr = "Contrats actifs au moins un jour dans l'année, par type.", nl = "Contracten die minstens één dag in het jaar actief zijn, per type.", de = "Verträge, die an mindestens einem Tag des Jahres aktiv sind, nach Art.", en = "Contracts active on at least one day of the year, by type." }
population = { fr = "Les PIIS actifs au moins un jour dans l'année", nl = "De GPMI's die op minstens één dag van het jaar actief zijn", de = "Die VSE, die an mindestens einem Tag des Jahres aktiv sind", en = "The PIIS active on at least one day of the year" }
counted = "contracts"
kind = "count"
unit = "contracts"
status = "stable"
tables = ["piis"]
legal_basis = "law 26-05-2002; law 21-07-2016"
source = "CPAS of Courtrai, six types of PIIS"
*/
SELECT r.period, a.area_level, a.area, c.type,
    COUNT(DISTINCT c.person_id) AS persons,
    COUNT(*) AS value
FROM piis AS c
JOIN reference_period AS r ON c.start_on <= r.end_on AND (c.end_on IS NULL OR c.end_on >= r.start_on)
JOIN areas AS a ON a.cpas = c.cpas
GROUP BY GROUPING SETS ((r.period, a.area_level, a.area, c.type), (r.period, a.area_level, a.area))
