/*
title = { fr = "Mixité des groupes", nl = "Gemengdheid van de groepen", de = "Durchmischung der Gruppen", en = "Mixed groups" }
definition = { fr = "Participants dont l'aide est connue et n'est pas le revenu d'intégration ; participants dont l'âge est connu et qui ont 65 ans ou plus.", nl = "Deelnemers van wie de steun gekend is en niet het leefloon is; deelnemers van wie de leeftijd gekend is en die 65 of ouder zijn.", de = "Teilnehmende, deren Hilfe bekannt und nicht das Eingliederungseinkommen ist; Teilnehmende bekannten Alters von 65 und mehr Jahren.", en = "Participants whose aid is known and is not social-integration income; participants of known age who are 65 or older." }
population = { fr = "Les personnes qui ont commencé une édition de l'année et dont l'aide, ou l'année de naissance, est connue", nl = "De personen die een editie van het jaar gestart zijn en van wie de steun, of het geboortejaar, bekend is", de = "Die Personen, die eine Auflage des Jahres begonnen haben und deren Hilfe, oder deren Geburtsjahr, bekannt ist", en = "The people who started an edition of the year and whose aid, or year of birth, is known" }
counted = "persons"
kind = "ratio"
unit = "percent"
status = "stable"
tables = ["editions", "enrolments"]
source = "working group minutes, 26-02-2015: Oupeye"
*/
SELECT r.period, a.area_level, a.area, x.criterion,
    COUNT(DISTINCT x.person_id) AS persons,
    COUNT(DISTINCT CASE WHEN x.holds = 1 THEN x.person_id END) AS numerator,
    COUNT(DISTINCT x.person_id) AS denominator
FROM (
    SELECT e.cpas, e.person_id, r.period, 'not_ris' AS criterion, CASE WHEN s.aid <> 'ris' THEN 1 ELSE 0 END AS holds
    FROM enrolments AS e
    JOIN editions AS d ON d.cpas = e.cpas AND d.edition_id = e.edition_id
    JOIN reference_period AS r ON d.start_on >= r.start_on AND d.start_on <= r.end_on
    JOIN persons AS s ON s.cpas = e.cpas AND s.person_id = e.person_id
    WHERE s.aid IS NOT NULL AND e.status IN ('started', 'completed', 'dropped_out')
    UNION ALL
    SELECT e.cpas, e.person_id, r.period, 'aged_65' AS criterion, CASE WHEN r.year - s.birth_year >= 65 THEN 1 ELSE 0 END AS holds
    FROM enrolments AS e
    JOIN editions AS d ON d.cpas = e.cpas AND d.edition_id = e.edition_id
    JOIN reference_period AS r ON d.start_on >= r.start_on AND d.start_on <= r.end_on
    JOIN persons AS s ON s.cpas = e.cpas AND s.person_id = e.person_id
    WHERE s.birth_year IS NOT NULL AND e.status IN ('started', 'completed', 'dropped_out')
) AS x
JOIN reference_period AS r ON r.period = x.period
JOIN areas AS a ON a.cpas = x.cpas
GROUP BY r.period, a.area_level, a.area, x.criterion
