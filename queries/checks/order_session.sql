/*
title = { fr = "Séance hors des dates de l’édition", nl = "Sessie buiten de data van de editie", de = "Sitzung außerhalb der Daten der Auflage", en = "Session outside its edition’s dates" }
advice = { fr = "Vérifier la date de la séance, le numéro de l’édition et ses dates.", nl = "Controleer de datum van de sessie, het nummer van de editie en haar data.", de = "Datum der Sitzung, Nummer der Auflage und ihre Daten prüfen.", en = "Check the date of the session, the number of the edition and its dates." }
severity = "warning"
mend = "social_worker"
tables = ["attendance", "editions"]
source = "a session is one of its edition"
*/
SELECT t.submission_id, t.source_file, t.sheet, t.source_row, 'session_on' AS column_name,
    COALESCE(t.session_on < e.start_on OR t.session_on > e.end_on, FALSE) AS failed
FROM attendance AS t
JOIN editions AS e ON e.cpas = t.cpas AND e.edition_id = t.edition_id
