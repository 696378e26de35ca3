/*
title = { fr = "Heures au programme", nl = "Programma-uren", de = "Programmstunden", en = "Programme hours" }
definition = { fr = "Nombre moyen d'heures prévues par édition de l'année.", nl = "Gemiddeld aantal geplande uren per editie van het jaar.", de = "Mittlere Zahl geplanter Stunden je Auflage des Jahres.", en = "Mean number of planned hours of an edition of the year." }
population = { fr = "Les éditions qui commencent dans l'année et dont les heures prévues sont connues", nl = "De edities die in het jaar beginnen en waarvan de geplande uren bekend zijn", de = "Die im Jahr beginnenden Auflagen, deren geplante Stunden bekannt sind", en = "The editions that start in the year and whose planned hours are known" }
counted = "editions"
kind = "mean"
unit = "hours"
status = "stable"
tables = ["editions"]
source = "CPAS of Bruges: Ta(a)lent 183 h"
*/
SELECT r.period, a.area_level, a.area, d.project, d.edition_id AS edition,
    COUNT(d.planned_hours) AS persons,
    COUNT(d.planned_hours) AS n,
    SUM(d.planned_hours) AS sum,
    SUM(d.planned_hours * d.planned_hours) AS sum_sq
FROM editions AS d
JOIN reference_period AS r ON d.start_on >= r.start_on AND d.start_on <= r.end_on
JOIN areas AS a ON a.cpas = d.cpas
GROUP BY GROUPING SETS ((r.period, a.area_level, a.area, d.project, d.edition_id), (r.period, a.area_level, a.area, d.project), (r.period, a.area_level, a.area))
