/*
title = { fr = "Évaluation avant le début du PIIS", nl = "Evaluatie vóór het begin van het GPMI", de = "Bewertung vor Beginn des VSE", en = "Evaluation before its contract begins" }
advice = { fr = "Vérifier la date de l’évaluation et le début du PIIS.", nl = "Controleer de datum van de evaluatie en het begin van het GPMI.", de = "Datum der Bewertung und Beginn des VSE prüfen.", en = "Check the date of the evaluation and the start of the contract." }
severity = "warning"
mend = "social_worker"
tables = ["evaluations", "piis"]
source = "an evaluation is one of a contract that runs"
*/
SELECT t.submission_id, t.source_file, t.sheet, t.source_row, 'held_on' AS column_name, t.held_on < p.start_on AS failed
FROM evaluations AS t
JOIN piis AS p ON p.cpas = t.cpas AND p.piis_id = t.piis_id
WHERE t.held_on IS NOT NULL
