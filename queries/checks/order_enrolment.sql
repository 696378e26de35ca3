/*
title = { fr = "Participation hors des dates de l’édition", nl = "Deelname buiten de data van de editie", de = "Teilnahme außerhalb der Daten der Auflage", en = "Participation outside the edition’s dates" }
advice = { fr = "Vérifier les dates de l’inscription, le numéro de l’édition et ses dates.", nl = "Controleer de data van de inschrijving, het nummer van de editie en haar data.", de = "Daten der Einschreibung, Nummer der Auflage und ihre Daten prüfen.", en = "Check the dates of the enrolment, the number of the edition and its dates." }
severity = "warning"
mend = "social_worker"
tables = ["enrolments", "editions"]
parameters = ["edition_margin_days"]
source = "a person takes part while the edition runs; the days by which a first talk may lie before it and a last one behind it are a default of the parameter edition_margin_days"
*/
WITH days AS (
    SELECT t.submission_id, t.source_file, t.sheet, t.source_row, f.number AS first_day, l.number AS last_day,
        s.number - q.value AS earliest, e.number + q.value AS latest
    FROM enrolments AS t
    JOIN handed_in AS h ON h.submission_id = t.submission_id
    JOIN parameters AS q ON q.name = 'edition_margin_days' AND q.period = h.period
    JOIN editions AS d ON d.cpas = t.cpas AND d.edition_id = t.edition_id
    JOIN calendar AS s ON s.day = d.start_on
    LEFT JOIN calendar AS e ON e.day = d.end_on
    LEFT JOIN calendar AS f ON f.day = t.started_on
    LEFT JOIN calendar AS l ON l.day = t.ended_on
    WHERE t.started_on IS NOT NULL OR t.ended_on IS NOT NULL
)
SELECT t.submission_id, t.source_file, t.sheet, t.source_row,
    CASE WHEN t.first_day < t.earliest OR t.first_day > t.latest THEN 'started_on' ELSE 'ended_on' END AS column_name,
    COALESCE(t.first_day < t.earliest, FALSE) OR COALESCE(t.first_day > t.latest, FALSE)
        OR COALESCE(t.last_day < t.earliest, FALSE) OR COALESCE(t.last_day > t.latest, FALSE) AS failed
FROM days AS t
