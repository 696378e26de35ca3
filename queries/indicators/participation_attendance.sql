/*
title = { fr = "Assiduité", nl = "Aanwezigheidsgraad", de = "Anwesenheitsquote", en = "Attendance" }
definition = { fr = "Heures suivies sur heures prévues des séances auxquelles la personne était attendue ; une présence sans heures notées vaut les heures prévues.", nl = "Gevolgde uren op de geplande uren van de sessies waarop de persoon verwacht werd; een aanwezigheid zonder genoteerde uren telt voor de geplande uren.", de = "Besuchte Stunden an den geplanten Stunden der Sitzungen, zu denen die Person erwartet wurde; eine Anwesenheit ohne vermerkte Stunden zählt mit den geplanten Stunden.", en = "Hours attended out of the hours planned of the sessions at which the person was expected; a presence without hours noted counts with the hours planned." }
population = { fr = "Les heures prévues des séances auxquelles les personnes étaient attendues, dans les éditions qui commencent dans l'année", nl = "De geplande uren van de sessies waarop de personen verwacht werden, in de edities die in het jaar beginnen", de = "Die geplanten Stunden der Sitzungen, zu denen die Personen erwartet wurden, in den im Jahr beginnenden Auflagen", en = "The hours planned of the sessions at which people were expected, in the editions that start in the year" }
counted = "hours"
kind = "ratio"
unit = "percent"
status = "stable"
tables = ["editions", "attendance"]
source = "indicator catalogue"
*/
SELECT r.period, a.area_level, a.area, d.project, d.edition_id AS edition,
    COUNT(DISTINCT t.person_id) AS persons,
    SUM(COALESCE(t.attended_hours, CASE WHEN t.status = 'present' THEN t.planned_hours ELSE 0 END)) AS numerator,
    SUM(t.planned_hours) AS denominator
FROM attendance AS t
JOIN editions AS d ON d.cpas = t.cpas AND d.edition_id = t.edition_id
JOIN reference_period AS r ON d.start_on >= r.start_on AND d.start_on <= r.end_on
JOIN areas AS a ON a.cpas = t.cpas
GROUP BY GROUPING SETS ((r.period, a.area_level, a.area, d.project, d.edition_id), (r.period, a.area_level, a.area, d.project), (r.period, a.area_level, a.area))
