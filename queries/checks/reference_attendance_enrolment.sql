/*
title = { fr = "Présence sans inscription", nl = "Aanwezigheid zonder inschrijving", de = "Anwesenheit ohne Einschreibung", en = "Attendance without an enrolment" }
advice = { fr = "Inscrire la personne à l’édition, ou corriger le numéro de l’édition ou de la personne.", nl = "Schrijf de persoon in voor de editie, of verbeter het nummer van de editie of van de persoon.", de = "Person in die Auflage einschreiben oder Nummer der Auflage oder der Person berichtigen.", en = "Enrol the person in the edition, or correct the number of the edition or the person." }
severity = "warning"
mend = "social_worker"
tables = ["attendance", "enrolments"]
source = "a number leads to a record that was handed in"
*/
SELECT t.submission_id, t.source_file, t.sheet, t.source_row, 'edition_id' AS column_name, o.edition_id IS NULL AS failed
FROM attendance AS t
LEFT JOIN enrolments AS o ON o.cpas = t.cpas AND o.edition_id = t.edition_id AND o.person_id = t.person_id
