/*
title = { fr = "Mesure finale sans mesure zéro", nl = "Eindmeting zonder nulmeting", de = "Endmessung ohne Nullmessung", en = "End measure without a zero measure" }
advice = { fr = "Ajouter la mesure zéro du bilan social : sans elle le progrès ne peut pas être calculé.", nl = "Voeg de nulmeting van de sociale balans toe: zonder haar kan de vooruitgang niet berekend worden.", de = "Nullmessung der Sozialbilanz ergänzen: ohne sie ist der Fortschritt nicht zu berechnen.", en = "Add the zero measure of the bilan social: without it progress cannot be computed." }
severity = "warning"
mend = "social_worker"
tables = ["measures", "parcours"]
source = "progress is the end measure against the zero measure: without a zero the parcours is not paired"
*/
WITH by_instrument AS (
    SELECT m.cpas, m.parcours_id, m.instrument,
        COUNT(CASE WHEN m.occasion = 'end' THEN 1 END) AS ends,
        COUNT(CASE WHEN m.occasion = 'zero' OR m.occasion IS NULL THEN 1 END) AS zeros
    FROM measures AS m
    WHERE m.parcours_id IS NOT NULL
    GROUP BY m.cpas, m.parcours_id, m.instrument
),
by_parcours AS (
    SELECT i.cpas, i.parcours_id, MAX(CASE WHEN i.zeros = 0 THEN 1 ELSE 0 END) AS lacks_zero
    FROM by_instrument AS i
    WHERE i.ends > 0
    GROUP BY i.cpas, i.parcours_id
)
SELECT t.submission_id, t.source_file, t.sheet, t.source_row, 'parcours_id' AS column_name, b.lacks_zero = 1 AS failed
FROM parcours AS t
JOIN by_parcours AS b ON b.cpas = t.cpas AND b.parcours_id = t.parcours_id
