/*
title = { fr = "PIIS terminés", nl = "Beëindigde GPMI's", de = "Beendete VSE", en = "PIIS ended" }
definition = { fr = "Contrats dont la date de fin est dans l'année, par motif de fin.", nl = "Contracten waarvan de einddatum in het jaar valt, per reden van beëindiging.", de = "Verträge, deren Enddatum im Jahr liegt, nach Grund der Beendigung.", en = "Contracts whose end date lies in the year, by ending." }
population = { fr = "Les PIIS dont la date de fin est dans l'année", nl = "De GPMI's waarvan de einddatum in het jaar valt", de = "Die VSE, deren Enddatum im Jahr liegt", en = "The PIIS whose end date lies in the year" }
counted = "contracts"
kind = "count"
unit = "contracts"
within = "piis.count"
status = "stable"
tables = ["piis"]
source = "indicator catalogue"
*/
SELECT r.period, a.area_level, a.area, COALESCE(c.ending, 'unknown') AS ending,
    COUNT(DISTINCT c.person_id) AS persons,
    COUNT(*) AS value
FROM piis AS c
JOIN reference_period AS r ON c.end_on >= r.start_on AND c.end_on <= r.end_on
JOIN areas AS a ON a.cpas = c.cpas
GROUP BY GROUPING SETS ((r.period, a.area_level, a.area, COALESCE(c.ending, 'unknown')), (r.period, a.area_level, a.area))
