/*
title = { fr = "Absences justifiées", nl = "Gewettigde afwezigheden", de = "Entschuldigte Abwesenheiten", en = "Excused absences" }
definition = { fr = "Absences avec une raison fondée (médicale ou sociale) sur toutes les absences.", nl = "Afwezigheden met een gegronde reden (medisch of sociaal) op alle afwezigheden.", de = "Abwesenheiten mit triftigem Grund (medizinisch oder sozial) an allen Abwesenheiten.", en = "Absences with a founded reason (medical or social) out of all absences." }
population = { fr = "Les absences aux séances des éditions qui commencent dans l'année", nl = "De afwezigheden op de sessies van de edities die in het jaar beginnen", de = "Die Abwesenheiten bei den Sitzungen der im Jahr beginnenden Auflagen", en = "The absences from sessions of the editions that start in the year" }
counted = "absences"
kind = "ratio"
unit = "percent"
status = "stable"
tables = ["editions", "attendance"]
source = "CPAS of Bruges: every absence in Uitstraling 2016 had a founded reason"
*/
SELECT r.period, a.area_level, a.area, d.project, d.edition_id AS edition,
    COUNT(DISTINCT CASE WHEN t.status <> 'present' THEN t.person_id END) AS persons,
    COUNT(CASE WHEN t.status = 'excused' AND t.reason IN ('medical', 'social') THEN 1 END) AS numerator,
    COUNT(CASE WHEN t.status <> 'present' THEN 1 END) AS denominator
FROM attendance AS t
JOIN editions AS d ON d.cpas = t.cpas AND d.edition_id = t.edition_id
JOIN reference_period AS r ON d.start_on >= r.start_on AND d.start_on <= r.end_on
JOIN areas AS a ON a.cpas = t.cpas
GROUP BY GROUPING SETS ((r.period, a.area_level, a.area, d.project, d.edition_id), (r.period, a.area_level, a.area, d.project), (r.period, a.area_level, a.area))
