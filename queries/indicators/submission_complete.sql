/*
title = { fr = "Tables reçues", nl = "Ontvangen tabellen", de = "Erhaltene Tabellen", en = "Tables received" }
definition = { fr = "Tables reçues pour la période sur les tables attendues des centres qui doivent remettre ; d'un centre qui n'a rien remis, aucune n'est reçue.", nl = "Voor de periode ontvangen tabellen op de verwachte tabellen van de centra die moeten indienen; van een centrum dat niets indiende, is er geen ontvangen.", de = "Für den Zeitraum erhaltene Tabellen an den erwarteten Tabellen der Zentren, die einreichen müssen; von einem Zentrum, das nichts eingereicht hat, ist keine erhalten.", en = "Tables received for the period out of the tables expected of the centres that have to hand in; of a centre that handed in nothing none is received." }
population = { fr = "Les tables que les centres doivent remettre pour la période", nl = "De tabellen die de centra voor de periode moeten indienen", de = "Die Tabellen, die die Zentren für den Zeitraum einreichen müssen", en = "The tables that centres have to hand in for the period" }
counted = "tables"
kind = "ratio"
unit = "percent"
status = "stable"
tables = []
source = "indicator catalogue"
*/
SELECT r.period, a.area_level, a.area,
    COUNT(DISTINCT e.cpas) AS persons,
    COUNT(CASE WHEN e.is_received THEN 1 END) AS numerator,
    COUNT(*) AS denominator
FROM expected_tables AS e
JOIN reference_period AS r ON r.period = e.period
JOIN areas AS a ON a.cpas = e.cpas
GROUP BY r.period, a.area_level, a.area
