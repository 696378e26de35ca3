/*
title = { fr = "Participants différents", nl = "Verschillende deelnemers", de = "Verschiedene Teilnehmende", en = "Different participants" }
definition = { fr = "Personnes différentes qui ont commencé au moins une édition de l'année, tous projets confondus : une personne dans deux projets compte une fois.", nl = "Verschillende personen die minstens één editie van het jaar gestart zijn, over alle projecten heen: wie in twee projecten zit, telt één keer.", de = "Verschiedene Personen, die mindestens eine Auflage des Jahres begonnen haben, über alle Projekte: wer an zweien teilnimmt, zählt einmal.", en = "Different people who started at least one edition of the year, over all projects: a person in two projects counts once." }
population = { fr = "Les personnes qui ont commencé au moins une édition de l'année, quel que soit le projet", nl = "De personen die minstens één editie van het jaar gestart zijn, om het even welk project", de = "Die Personen, die mindestens eine Auflage des Jahres begonnen haben, gleich in welchem Projekt", en = "The people who started at least one edition of the year, whatever the project" }
counted = "persons"
kind = "count"
unit = "persons"
status = "stable"
tables = ["editions", "enrolments"]
source = "CPAS of Bruges: about 90 different people a year"
*/
SELECT r.period, a.area_level, a.area,
    COUNT(DISTINCT CASE WHEN e.status IN ('started', 'completed', 'dropped_out') THEN e.person_id END) AS persons,
    COUNT(DISTINCT CASE WHEN e.status IN ('started', 'completed', 'dropped_out') THEN e.person_id END) AS value
FROM enrolments AS e
JOIN editions AS d ON d.cpas = e.cpas AND d.edition_id = e.edition_id
JOIN reference_period AS r ON d.start_on >= r.start_on AND d.start_on <= r.end_on
JOIN areas AS a ON a.cpas = e.cpas
GROUP BY r.period, a.area_level, a.area
