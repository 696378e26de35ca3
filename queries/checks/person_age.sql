/*
title = { fr = "Année de naissance impossible", nl = "Onmogelijk geboortejaar", de = "Unmögliches Geburtsjahr", en = "Year of birth that cannot be" }
advice = { fr = "Vérifier l’année de naissance et le numéro national.", nl = "Controleer het geboortejaar en het rijksregisternummer.", de = "Geburtsjahr und Nationalnummer prüfen.", en = "Check the year of birth and the national number." }
severity = "warning"
mend = "social_worker"
tables = ["persons"]
parameters = ["person_oldest_years"]
source = "nobody is born after the period; the oldest age is a default of the parameter person_oldest_years"
*/
SELECT t.submission_id, t.source_file, t.sheet, t.source_row, 'birth_year' AS column_name,
    (t.birth_year > h.year OR t.birth_year + q.value < h.year) AS failed
FROM persons AS t
JOIN handed_in AS h ON h.submission_id = t.submission_id
JOIN parameters AS q ON q.name = 'person_oldest_years' AND q.period = h.period
WHERE t.birth_year IS NOT NULL
