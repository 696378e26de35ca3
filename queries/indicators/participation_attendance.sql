/*
title = { fr = "Assiduité", nl = "Aanwezigheidsgraad", de = "Anwesenheitsquote", en = "Attendance" }
definition = { fr = "Heures suivies sur heures prévues des séances auxquelles la personne était attendue.", nl = "Gevolgde uren op de geplande uren van de sessies waarop de persoon verwacht werd.", de = "Besuchte Stunden an den geplanten Stunden der Sitzungen, zu denen die Person erwartet wurde.", en = "Hours attended out of the hours planned of the sessions at which the person was expected." }
kind = "ratio"
unit = "percent"
tables = ["editions", "attendance"]
source = "indicator catalogue"
*/
SELECT r.period, a.area_level, a.area, d.project, d.edition_id AS edition,
    COUNT(DISTINCT t.person_id) AS persons,
    SUM(COALESCE(t.attended_hours, 0)) AS numerator,
    SUM(t.planned_hours) AS denominator
FROM attendance AS t
JOIN editions AS d ON d.cpas = t.cpas AND d.edition_id = t.edition_id
JOIN reference_period AS r ON d.start_on >= r.start_on AND d.start_on <= r.end_on
JOIN areas AS a ON a.cpas = t.cpas
GROUP BY GROUPING SETS ((r.period, a.area_level, a.area, d.project, d.edition_id), (r.period, a.area_level, a.area, d.project), (r.period, a.area_level, a.area))
