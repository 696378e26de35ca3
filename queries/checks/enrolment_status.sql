/*
title = { fr = "Le statut de l’inscription contredit ses dates", nl = "De status van de inschrijving spreekt haar data tegen", de = "Status der Einschreibung widerspricht ihren Daten", en = "Status of an enrolment that contradicts its dates" }
advice = { fr = "Noter le jour du début, ou corriger le statut.", nl = "Noteer de begindag, of verbeter de status.", de = "Ersten Tag eintragen oder Status berichtigen.", en = "Note the first day, or correct the status." }
severity = "warning"
mend = "social_worker"
tables = ["enrolments"]
source = "who never started has no first day, and who started has one"
*/
SELECT t.submission_id, t.source_file, t.sheet, t.source_row, 'status' AS column_name,
    (t.started_on IS NULL AND t.status IN ('started', 'completed', 'dropped_out'))
        OR (t.started_on IS NOT NULL AND t.status IN ('referred', 'not_started')) AS failed
FROM enrolments AS t
