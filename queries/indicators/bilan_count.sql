/*
title = { fr = "Bilans sociaux", nl = "Sociale balansen", de = "Soziale Bilanzen", en = "Bilans sociaux" }
definition = { fr = "Bilans tenus dans l'année, par occasion. Plus de bilans que de PIIS est normal.", nl = "In het jaar opgemaakte balansen, per aanleiding. Meer balansen dan GPMI's is normaal.", de = "Im Jahr erstellte Bilanzen, nach Anlass. Mehr Bilanzen als VSE ist normal.", en = "Bilans held in the year, by occasion. More bilans than PIIS is normal." }
population = { fr = "Les bilans sociaux tenus dans l'année", nl = "De in het jaar opgemaakte sociale balansen", de = "Die im Jahr erstellten Sozialbilanzen", en = "The bilans sociaux held in the year" }
counted = "bilans"
kind = "count"
unit = "bilans"
status = "stable"
tables = ["bilans"]
source = "CPAS of Courtrai"
*/
SELECT r.period, a.area_level, a.area, COALESCE(b.occasion, 'unknown') AS occasion,
    COUNT(DISTINCT b.person_id) AS persons,
    COUNT(*) AS value
FROM bilans AS b
JOIN reference_period AS r ON b.held_on >= r.start_on AND b.held_on <= r.end_on
JOIN areas AS a ON a.cpas = b.cpas
GROUP BY GROUPING SETS ((r.period, a.area_level, a.area, COALESCE(b.occasion, 'unknown')), (r.period, a.area_level, a.area))
