/*
title = { fr = "Deux parcours du même type en même temps", nl = "Twee trajecten van dezelfde soort tegelijk", de = "Zwei Parcours derselben Art zugleich", en = "Two parcours of one kind at the same time" }
advice = { fr = "Clôturer le premier parcours, ou réunir les deux dossiers.", nl = "Sluit het eerste traject af, of voeg beide dossiers samen.", de = "Den ersten Parcours abschließen oder beide Akten zusammenlegen.", en = "Close the first parcours, or join the two files." }
severity = "warning"
mend = "social_worker"
tables = ["parcours"]
source = "a person follows one parcours of a kind at a time"
*/
WITH seen AS (
    SELECT t.cpas, t.parcours_id, t.submission_id, t.source_file, t.sheet, t.source_row, t.start_on,
        MAX(CASE WHEN t.end_on IS NULL THEN DATE '9999-12-31' ELSE t.end_on END) OVER (
            PARTITION BY t.cpas, t.person_id, t.kind
            ORDER BY t.start_on NULLS LAST, t.parcours_id NULLS LAST
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS others_until
    FROM parcours AS t
)
SELECT s.submission_id, s.source_file, s.sheet, s.source_row, 'start_on' AS column_name, COALESCE(s.start_on < s.others_until, FALSE) AS failed
FROM seen AS s
