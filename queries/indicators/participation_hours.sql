/*
title = { fr = "Heures par participant", nl = "Uren per deelnemer", de = "Stunden je Teilnehmende", en = "Hours per participant" }
definition = { fr = "Nombre moyen d'heures suivies par participant et par édition ; une présence sans heures notées vaut les heures prévues.", nl = "Gemiddeld aantal gevolgde uren per deelnemer en per editie; een aanwezigheid zonder genoteerde uren telt voor de geplande uren.", de = "Mittlere Zahl besuchter Stunden je Teilnehmende und Auflage; eine Anwesenheit ohne vermerkte Stunden zählt mit den geplanten Stunden.", en = "Mean number of hours attended by a participant in an edition; a presence without hours noted counts with the hours planned." }
population = { fr = "Les personnes attendues à au moins une séance d'une édition qui commence dans l'année, par édition", nl = "De personen die op minstens één sessie van een in het jaar beginnende editie verwacht werden, per editie", de = "Die Personen, die zu mindestens einer Sitzung einer im Jahr beginnenden Auflage erwartet wurden, je Auflage", en = "The people expected at one session or more of an edition that starts in the year, edition by edition" }
counted = "participants"
kind = "mean"
unit = "hours"
status = "stable"
tables = ["editions", "attendance"]
source = "CPAS of Bruges: Ta(a)lent 183 h"
*/
SELECT r.period, a.area_level, a.area, d.project, d.edition_id AS edition,
    COUNT(DISTINCT t.person_id) AS persons,
    COUNT(*) AS n,
    SUM(t.hours) AS sum,
    SUM(t.hours * t.hours) AS sum_sq
FROM (
    SELECT cpas, edition_id, person_id, SUM(COALESCE(attended_hours, CASE WHEN status = 'present' THEN planned_hours ELSE 0 END)) AS hours
    FROM attendance
    GROUP BY cpas, edition_id, person_id
) AS t
JOIN editions AS d ON d.cpas = t.cpas AND d.edition_id = t.edition_id
JOIN reference_period AS r ON d.start_on >= r.start_on AND d.start_on <= r.end_on
JOIN areas AS a ON a.cpas = t.cpas
GROUP BY GROUPING SETS ((r.period, a.area_level, a.area, d.project, d.edition_id), (r.period, a.area_level, a.area, d.project), (r.period, a.area_level, a.area))
