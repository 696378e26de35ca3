/*
title = { fr = "PIIS signé avant sa demande", nl = "GPMI ondertekend vóór de aanvraag", de = "VSE vor dem Antrag unterzeichnet", en = "Contract signed before it was asked for" }
advice = { fr = "Vérifier la date de la demande et celle de la signature.", nl = "Controleer de datum van de aanvraag en die van de ondertekening.", de = "Datum des Antrags und der Unterzeichnung prüfen.", en = "Check the day of the request and that of the signature." }
severity = "warning"
mend = "social_worker"
tables = ["piis"]
source = "a contract is asked for before it is signed"
*/
SELECT t.submission_id, t.source_file, t.sheet, t.source_row, 'signed_on' AS column_name, t.signed_on < t.requested_on AS failed
FROM piis AS t
WHERE t.signed_on IS NOT NULL AND t.requested_on IS NOT NULL
