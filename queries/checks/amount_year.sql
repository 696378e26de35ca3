/*
title = { fr = "Dépense comptabilisée hors de l’année de la convention", nl = "Uitgave geboekt buiten het jaar van de overeenkomst", de = "Ausgabe außerhalb des Jahres der Vereinbarung gebucht", en = "Expense booked outside the agreement’s year" }
advice = { fr = "Vérifier la date comptable et l’année de la convention.", nl = "Controleer de boekdatum en het jaar van de overeenkomst.", de = "Buchungsdatum und Jahr der Vereinbarung prüfen.", en = "Check the day of booking and the year of the agreement." }
severity = "warning"
mend = "finance"
tables = ["expenses"]
source = "agreements are yearly: an expense is booked in the year of its agreement"
*/
SELECT t.submission_id, t.source_file, t.sheet, t.source_row, 'booked_on' AS column_name, c.year <> t.year AS failed
FROM expenses AS t
JOIN calendar AS c ON c.day = t.booked_on
