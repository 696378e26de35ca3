/*
title = { fr = "Personne présente deux fois", nl = "Persoon komt tweemaal voor", de = "Person kommt zweimal vor", en = "Person present twice" }
advice = { fr = "Vérifier si les deux numéros sont ceux d’une même personne (ancien numéro bis, faute de frappe) et réunir les dossiers.", nl = "Controleer of beide nummers van dezelfde persoon zijn (oud bisnummer, tikfout) en voeg de dossiers samen.", de = "Prüfen, ob beide Nummern einer Person gehören (frühere Bis-Nummer, Tippfehler), und Akten zusammenlegen.", en = "Check whether both numbers are one person’s (an old bis number, a typing error) and join the files." }
severity = "warning"
mend = "social_worker"
tables = ["persons", "parcours", "measures"]
parameters = ["person_twice_readings"]
source = "names are not in the lake: what is seen is two numbers with the same year of birth, sex, and kind and first day of a parcours, where all readings of one (at least person_twice_readings, a default) are also those of the other, of the same days. Somebody without readings, or read anew under the second number, is not found"
*/
WITH looks AS (
    SELECT p.cpas, p.person_id, p.birth_year, p.sex, w.kind, w.start_on
    FROM persons AS p
    JOIN parcours AS w ON w.cpas = p.cpas AND w.person_id = p.person_id
),
alike AS (
    SELECT DISTINCT a.cpas, a.person_id AS one, b.person_id AS other
    FROM looks AS a
    JOIN looks AS b ON b.cpas = a.cpas AND b.birth_year = a.birth_year AND b.sex = a.sex AND b.kind = a.kind
        AND b.start_on = a.start_on AND b.person_id <> a.person_id
),
readings AS (
    SELECT m.cpas, m.person_id, COUNT(*) AS n FROM measures AS m GROUP BY m.cpas, m.person_id
),
shared AS (
    SELECT a.cpas, a.one, a.other, COUNT(*) AS n
    FROM alike AS a
    JOIN measures AS m ON m.cpas = a.cpas AND m.person_id = a.one
    JOIN measures AS o ON o.cpas = a.cpas AND o.person_id = a.other AND o.instrument = m.instrument
        AND o.domain = m.domain AND o.assessor = m.assessor AND o.measured_on = m.measured_on AND o.score = m.score
    GROUP BY a.cpas, a.one, a.other
),
twins AS (
    SELECT s.cpas, s.one, MAX(s.n) AS n
    FROM shared AS s
    JOIN readings AS x ON x.cpas = s.cpas AND x.person_id = s.one
    JOIN readings AS y ON y.cpas = s.cpas AND y.person_id = s.other
    WHERE s.n = x.n OR s.n = y.n
    GROUP BY s.cpas, s.one
)
SELECT t.submission_id, t.source_file, t.sheet, t.source_row, 'person_id' AS column_name, COALESCE(w.n >= q.value, FALSE) AS failed
FROM persons AS t
JOIN handed_in AS h ON h.submission_id = t.submission_id
JOIN parameters AS q ON q.name = 'person_twice_readings' AND q.period = h.period
LEFT JOIN twins AS w ON w.cpas = t.cpas AND w.one = t.person_id
WHERE t.birth_year IS NOT NULL AND t.sex IS NOT NULL
