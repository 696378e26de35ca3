/*
title = { fr = "Personnes ayant commencé", nl = "Gestarte personen", de = "Personen, die begonnen haben", en = "People who started" }
definition = { fr = "Personnes différentes qui ont commencé une édition de l'année (y compris celles qui l'ont terminée ou abandonnée).", nl = "Verschillende personen die een editie van het jaar gestart zijn (ook wie ze voltooide of afhaakte).", de = "Verschiedene Personen, die eine Auflage des Jahres begonnen haben (auch wer sie abgeschlossen oder abgebrochen hat).", en = "Different people who started an edition of the year (those who completed it or dropped out included)." }
population = { fr = "Les personnes inscrites à une édition qui commence dans l'année et qui l'ont commencée", nl = "De personen ingeschreven voor een editie die in het jaar begint, die ze gestart zijn", de = "Die in einer im Jahr beginnenden Auflage eingeschriebenen Personen, die sie begonnen haben", en = "The people enrolled in an edition that starts in the year who started it" }
counted = "persons"
kind = "count"
unit = "persons"
within = "participation.referred"
status = "stable"
tables = ["editions", "enrolments"]
source = "CPAS of Bruges, collective modules 2016"
*/
SELECT r.period, a.area_level, a.area, d.project, d.edition_id AS edition,
    COUNT(DISTINCT CASE WHEN e.status IN ('started', 'completed', 'dropped_out') THEN e.person_id END) AS persons,
    COUNT(DISTINCT CASE WHEN e.status IN ('started', 'completed', 'dropped_out') THEN e.person_id END) AS value
FROM enrolments AS e
JOIN editions AS d ON d.cpas = e.cpas AND d.edition_id = e.edition_id
JOIN reference_period AS r ON d.start_on >= r.start_on AND d.start_on <= r.end_on
JOIN areas AS a ON a.cpas = e.cpas
GROUP BY GROUPING SETS ((r.period, a.area_level, a.area, d.project, d.edition_id), (r.period, a.area_level, a.area, d.project), (r.period, a.area_level, a.area))
