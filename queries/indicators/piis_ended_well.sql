/*
title = { fr = "PIIS terminés avec succès", nl = "Met succes beëindigde GPMI's", de = "Erfolgreich beendete VSE", en = "PIIS ended well" }
definition = { fr = "Part des fins de contrat marquées comme succès parmi les fins de l'année dont le succès ou l'échec est enregistré.", nl = "Aandeel van de als succes gemerkte beëindigingen onder de beëindigingen van het jaar waarvan geregistreerd is of ze een succes zijn.", de = "Anteil der als Erfolg vermerkten Beendigungen an den Beendigungen des Jahres, für die Erfolg oder Misserfolg erfasst ist.", en = "Share of endings marked as success among the endings of the year for which success or failure is recorded." }
population = { fr = "Les PIIS finis dans l'année dont le succès ou l'échec est enregistré", nl = "De in het jaar beëindigde GPMI's waarvan geregistreerd is of ze een succes zijn", de = "Die im Jahr beendeten VSE, für die Erfolg oder Misserfolg erfasst ist", en = "The PIIS ended in the year for which success or failure is recorded" }
counted = "contracts"
kind = "ratio"
unit = "percent"
status = "stable"
tables = ["piis"]
source = "indicator catalogue"
*/
SELECT r.period, a.area_level, a.area, COALESCE(c.ending, 'unknown') AS ending,
    COUNT(DISTINCT CASE WHEN c.ending_is_success IS NOT NULL THEN c.person_id END) AS persons,
    COUNT(CASE WHEN c.ending_is_success THEN 1 END) AS numerator,
    COUNT(c.ending_is_success) AS denominator
FROM piis AS c
JOIN reference_period AS r ON c.end_on >= r.start_on AND c.end_on <= r.end_on
JOIN areas AS a ON a.cpas = c.cpas
GROUP BY GROUPING SETS ((r.period, a.area_level, a.area, COALESCE(c.ending, 'unknown')), (r.period, a.area_level, a.area))
