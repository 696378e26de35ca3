/*
title = { fr = "Couverture PIIS", nl = "GPMI-dekking", de = "VSE-Abdeckung", en = "PIIS coverage" }
definition = { fr = "Personnes au revenu d'intégration dans l'année qui ont un PIIS actif au moins un jour de l'année, sur toutes les personnes au revenu d'intégration que le centre a remises pour l'année ; selon l'âge atteint dans l'année et les études. Les PIIS d'étudiants comptent.", nl = "Personen met een leefloon in het jaar die op minstens één dag van het jaar een actief GPMI hebben, op alle personen met een leefloon die het centrum voor het jaar heeft ingediend; naar in het jaar bereikte leeftijd en studies. GPMI's van studenten tellen mee.", de = "Personen mit Eingliederungseinkommen im Jahr, die an mindestens einem Tag des Jahres einen aktiven VSE haben, an allen Personen mit Eingliederungseinkommen, die das Zentrum für das Jahr eingereicht hat; nach im Jahr erreichtem Alter und Studium. VSE von Studierenden zählen mit.", en = "People on social-integration income in the year who have an active PIIS on at least one day of it, out of all people on social-integration income that the centre handed in for the year; by age reached in the year and study. PIIS of students count." }
population = { fr = "Les personnes au revenu d'intégration dont le centre a remis les données pour l'année", nl = "De personen met een leefloon van wie het centrum voor het jaar gegevens heeft ingediend", de = "Die Personen mit Eingliederungseinkommen, deren Daten das Zentrum für das Jahr eingereicht hat", en = "The people on social-integration income whom the centre handed in for the year" }
counted = "persons"
kind = "ratio"
unit = "percent"
status = "stable"
tables = ["persons", "piis"]
legal_basis = "law 26-05-2002; law 21-07-2016"
source = "indicator catalogue; the published 43.5 % left the PIIS of students out"
*/
WITH covered AS (
    SELECT DISTINCT p.cpas, p.person_id, r.period
    FROM piis AS p
    JOIN reference_period AS r ON p.start_on <= r.end_on AND (p.end_on IS NULL OR p.end_on >= r.start_on)
)
SELECT r.period, a.area_level, a.area,
    CASE WHEN s.birth_year IS NULL THEN 'unknown' WHEN r.year - s.birth_year < 25 THEN 'under_25' ELSE '25_plus' END AS age_group,
    CASE WHEN s.is_student THEN 'yes' WHEN NOT s.is_student THEN 'no' ELSE 'unknown' END AS student,
    COUNT(DISTINCT s.person_id) AS persons,
    COUNT(DISTINCT c.person_id) AS numerator,
    COUNT(DISTINCT s.person_id) AS denominator
FROM handed_in_persons AS s
JOIN handed_in AS h ON h.submission_id = s.submission_id
JOIN reference_period AS r ON r.period = h.period
JOIN areas AS a ON a.cpas = s.cpas
LEFT JOIN covered AS c ON c.cpas = s.cpas AND c.person_id = s.person_id AND c.period = r.period
WHERE s.aid = 'ris'
GROUP BY GROUPING SETS (
    (r.period, a.area_level, a.area),
    (r.period, a.area_level, a.area, CASE WHEN s.birth_year IS NULL THEN 'unknown' WHEN r.year - s.birth_year < 25 THEN 'under_25' ELSE '25_plus' END),
    (r.period, a.area_level, a.area, CASE WHEN s.is_student THEN 'yes' WHEN NOT s.is_student THEN 'no' ELSE 'unknown' END)
)
