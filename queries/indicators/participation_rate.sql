/*
title = { fr = "Taux de participation", nl = "Deelnamegraad", de = "Teilnahmequote", en = "Participation rate" }
definition = { fr = "Inscriptions commencées sur inscriptions (orientations) des éditions de l'année.", nl = "Gestarte inschrijvingen op alle inschrijvingen (doorverwijzingen) van de edities van het jaar.", de = "Begonnene Anmeldungen an allen Anmeldungen (Zuweisungen) der Auflagen des Jahres.", en = "Enrolments started out of all enrolments (referrals) of the editions of the year." }
population = { fr = "Toutes les inscriptions des éditions qui commencent dans l'année, commencées ou non", nl = "Alle inschrijvingen van de edities die in het jaar beginnen, gestart of niet", de = "Alle Einschreibungen der im Jahr beginnenden Auflagen, begonnen oder nicht", en = "All enrolments of the editions that start in the year, started or not" }
counted = "enrolments"
kind = "ratio"
unit = "percent"
status = "stable"
tables = ["editions", "enrolments"]
source = "indicator catalogue"
*/
SELECT r.period, a.area_level, a.area, d.project, d.edition_id AS edition,
    COUNT(DISTINCT e.person_id) AS persons,
    COUNT(CASE WHEN e.status IN ('started', 'completed', 'dropped_out') THEN 1 END) AS numerator,
    COUNT(*) AS denominator
FROM enrolments AS e
JOIN editions AS d ON d.cpas = e.cpas AND d.edition_id = e.edition_id
JOIN reference_period AS r ON d.start_on >= r.start_on AND d.start_on <= r.end_on
JOIN areas AS a ON a.cpas = e.cpas
GROUP BY GROUPING SETS ((r.period, a.area_level, a.area, d.project, d.edition_id), (r.period, a.area_level, a.area, d.project), (r.period, a.area_level, a.area))
