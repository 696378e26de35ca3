/*
title = { fr = "Personnes orientées", nl = "Doorverwezen personen", de = "Zugewiesene Personen", en = "People referred" }
definition = { fr = "Personnes différentes inscrites à une édition qui commence dans l'année, commencée ou non.", nl = "Verschillende personen ingeschreven voor een editie die in het jaar begint, gestart of niet.", de = "Verschiedene Personen, die für eine im Jahr beginnende Auflage angemeldet sind, begonnen oder nicht.", en = "Different people enrolled in an edition that starts in the year, whether or not they started." }
population = { fr = "Les personnes inscrites à une édition qui commence dans l'année", nl = "De personen ingeschreven voor een editie die in het jaar begint", de = "Die Personen, die in einer im Jahr beginnenden Auflage eingeschrieben sind", en = "The people enrolled in an edition that starts in the year" }
counted = "persons"
kind = "count"
unit = "persons"
status = "stable"
tables = ["editions", "enrolments"]
source = "CPAS of Bruges, collective modules 2016"
*/
SELECT r.period, a.area_level, a.area, d.project, d.edition_id AS edition,
    COUNT(DISTINCT e.person_id) AS persons,
    COUNT(DISTINCT e.person_id) AS value
FROM enrolments AS e
JOIN editions AS d ON d.cpas = e.cpas AND d.edition_id = e.edition_id
JOIN reference_period AS r ON d.start_on >= r.start_on AND d.start_on <= r.end_on
JOIN areas AS a ON a.cpas = e.cpas
GROUP BY GROUPING SETS ((r.period, a.area_level, a.area, d.project, d.edition_id), (r.period, a.area_level, a.area, d.project), (r.period, a.area_level, a.area))
