/*
title = { fr = "Personne absente de la liste des bénéficiaires", nl = "Persoon ontbreekt in de lijst van cliënten", de = "Person fehlt in der Liste der Klienten", en = "Person who is not in the list of clients" }
advice = { fr = "Ajouter la personne à la liste des bénéficiaires, ou corriger son numéro.", nl = "Voeg de persoon toe aan de cliëntenlijst, of verbeter het nummer.", de = "Person in die Klientenliste aufnehmen oder ihre Nummer berichtigen.", en = "Add the person to the list of clients, or correct the number." }
severity = "warning"
mend = "data_manager"
tables = ["persons"]
source = "a person is one that was handed in"
*/
WITH named AS (
    SELECT t.cpas, t.person_id, t.submission_id, t.source_file, t.sheet, t.source_row FROM parcours AS t
    UNION ALL
    SELECT t.cpas, t.person_id, t.submission_id, t.source_file, t.sheet, t.source_row FROM piis AS t
    UNION ALL
    SELECT t.cpas, t.person_id, t.submission_id, t.source_file, t.sheet, t.source_row FROM bilans AS t
    UNION ALL
    SELECT t.cpas, t.person_id, t.submission_id, t.source_file, t.sheet, t.source_row FROM measures AS t
    UNION ALL
    SELECT t.cpas, t.person_id, t.submission_id, t.source_file, t.sheet, t.source_row FROM enrolments AS t
    UNION ALL
    SELECT t.cpas, t.person_id, t.submission_id, t.source_file, t.sheet, t.source_row FROM attendance AS t
    UNION ALL
    SELECT t.cpas, t.person_id, t.submission_id, t.source_file, t.sheet, t.source_row FROM sanctions AS t
)
SELECT n.submission_id, n.source_file, n.sheet, n.source_row, 'person_id' AS column_name, p.person_id IS NULL AS failed
FROM named AS n
LEFT JOIN persons AS p ON p.cpas = n.cpas AND p.person_id = n.person_id
