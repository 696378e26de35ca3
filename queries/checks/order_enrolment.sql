/*
title = { fr = "Participation hors des dates de l’édition", nl = "Deelname buiten de data van de editie", de = "Teilnahme außerhalb der Daten der Auflage", en = "Participation outside the edition’s dates" }
advice = { fr = "Vérifier les dates de l’inscription, le numéro de l’édition et ses dates.", nl = "Controleer de data van de inschrijving, het nummer van de editie en haar data.", de = "Daten der Einschreibung, Nummer der Auflage und ihre Daten prüfen.", en = "Check the dates of the enrolment, the number of the edition and its dates." }
severity = "warning"
mend = "social_worker"
tables = ["enrolments", "editions"]
source = "a person takes part while the edition runs"
*/
SELECT t.submission_id, t.source_file, t.sheet, t.source_row,
    CASE WHEN t.started_on < e.start_on OR t.started_on > e.end_on THEN 'started_on' ELSE 'ended_on' END AS column_name,
    COALESCE(t.started_on < e.start_on, FALSE) OR COALESCE(t.started_on > e.end_on, FALSE)
        OR COALESCE(t.ended_on > e.end_on, FALSE) OR COALESCE(t.ended_on < e.start_on, FALSE) AS failed
FROM enrolments AS t
JOIN editions AS e ON e.cpas = t.cpas AND e.edition_id = t.edition_id
WHERE t.started_on IS NOT NULL OR t.ended_on IS NOT NULL
