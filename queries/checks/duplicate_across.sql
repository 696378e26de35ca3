/*
title = { fr = "Même numéro, autre dossier dans une autre période", nl = "Zelfde nummer, ander dossier in een andere periode", de = "Gleiche Nummer, andere Akte in einem anderen Zeitraum", en = "Same number, another file in another period" }
advice = { fr = "Vérifier lequel des deux exports est juste, le corriger et le remettre.", nl = "Controleer welke uitvoer juist is, verbeter en dien opnieuw in.", de = "Prüfen, welcher Export stimmt, berichtigen und neu einreichen.", en = "Check which export is right, correct it and hand it in again." }
severity = "warning"
mend = "data_manager"
tables = []
source = "a number that two periods hand in is one file: its person, first day and kind do not change. A person who is known by the centre’s own number in one period and by the national number in the other is found here"
*/
SELECT t.submission_id, t.source_file, t.sheet, t.source_row, CASE WHEN MAX(CASE WHEN e.person_id <> t.person_id THEN 1 ELSE 0 END) = 1 THEN 'person_id' WHEN MAX(CASE WHEN e.start_on <> t.start_on THEN 1 ELSE 0 END) = 1 THEN 'start_on' WHEN MAX(CASE WHEN e.kind <> t.kind THEN 1 ELSE 0 END) = 1 THEN 'kind' ELSE '' END AS column_name,
    MAX(CASE WHEN e.person_id <> t.person_id OR e.start_on <> t.start_on OR e.kind <> t.kind THEN 1 ELSE 0 END) = 1 AS failed
FROM parcours AS t
JOIN handed_in_parcours AS e ON e.cpas = t.cpas AND e.parcours_id = t.parcours_id AND e.submission_id <> t.submission_id
GROUP BY t.submission_id, t.source_file, t.sheet, t.source_row, t.parcours_id
UNION ALL
SELECT t.submission_id, t.source_file, t.sheet, t.source_row, CASE WHEN MAX(CASE WHEN e.person_id <> t.person_id THEN 1 ELSE 0 END) = 1 THEN 'person_id' WHEN MAX(CASE WHEN e.start_on <> t.start_on THEN 1 ELSE 0 END) = 1 THEN 'start_on' WHEN MAX(CASE WHEN e.type <> t.type THEN 1 ELSE 0 END) = 1 THEN 'type' ELSE '' END AS column_name,
    MAX(CASE WHEN e.person_id <> t.person_id OR e.start_on <> t.start_on OR e.type <> t.type THEN 1 ELSE 0 END) = 1 AS failed
FROM piis AS t
JOIN handed_in_piis AS e ON e.cpas = t.cpas AND e.piis_id = t.piis_id AND e.submission_id <> t.submission_id
GROUP BY t.submission_id, t.source_file, t.sheet, t.source_row, t.piis_id
UNION ALL
SELECT t.submission_id, t.source_file, t.sheet, t.source_row, CASE WHEN MAX(CASE WHEN e.person_id <> t.person_id THEN 1 ELSE 0 END) = 1 THEN 'person_id' WHEN MAX(CASE WHEN e.held_on <> t.held_on THEN 1 ELSE 0 END) = 1 THEN 'held_on' ELSE '' END AS column_name,
    MAX(CASE WHEN e.person_id <> t.person_id OR e.held_on <> t.held_on THEN 1 ELSE 0 END) = 1 AS failed
FROM bilans AS t
JOIN handed_in_bilans AS e ON e.cpas = t.cpas AND e.bilan_id = t.bilan_id AND e.submission_id <> t.submission_id
GROUP BY t.submission_id, t.source_file, t.sheet, t.source_row, t.bilan_id
