/*
title = { fr = "Centres qui ont remis à temps", nl = "Centra die tijdig indienden", de = "Zentren, die rechtzeitig eingereicht haben", en = "Centres that handed in on time" }
definition = { fr = "Centres dont la première remise pour la période est arrivée au plus tard au dernier jour fixé, sur les centres qui existent à la fin de la période et doivent remettre. Sans dernier jour, personne n'est en retard et il n'y a pas de chiffre.", nl = "Centra waarvan de eerste indiening voor de periode uiterlijk op de vastgestelde laatste dag binnenkwam, op de centra die op het einde van de periode bestaan en moeten indienen. Zonder laatste dag is niemand te laat en is er geen cijfer.", de = "Zentren, deren erste Einreichung für den Zeitraum spätestens am festgelegten letzten Tag eintraf, an den Zentren, die am Ende des Zeitraums bestehen und einreichen müssen. Ohne letzten Tag ist niemand verspätet und es gibt keine Zahl.", en = "Centres whose first submission for the period came by the last day set, out of the centres that exist at the end of the period and have to hand in. Without a last day nobody is late and there is no figure." }
population = { fr = "Les centres qui doivent remettre pour la période", nl = "De centra die voor de periode moeten indienen", de = "Die Zentren, die für den Zeitraum einreichen müssen", en = "The centres that have to hand in for the period" }
counted = "centres"
kind = "ratio"
unit = "percent"
status = "stable"
tables = []
source = "indicator catalogue"
*/
SELECT r.period, a.area_level, a.area,
    COUNT(DISTINCT e.cpas) AS persons,
    COUNT(CASE WHEN e.received_on <= e.due_on THEN 1 END) AS numerator,
    COUNT(e.due_on) AS denominator
FROM expected_submissions AS e
JOIN reference_period AS r ON r.period = e.period
JOIN areas AS a ON a.cpas = e.cpas
GROUP BY r.period, a.area_level, a.area
