/*
title = { fr = "PIIS signés à temps", nl = "Tijdig ondertekende GPMI's", de = "Rechtzeitig unterzeichnete VSE", en = "PIIS signed in time" }
definition = { fr = "Contrats signés dans le délai légal après la demande, sur les contrats dont ce délai expire dans l'année ; un contrat sans date de demande n'est pas compté. Le dernier jour est celui qui porte la même date, ou le dernier du mois.", nl = "Contracten ondertekend binnen de wettelijke termijn na de aanvraag, op de contracten waarvan die termijn in het jaar afloopt; een contract zonder datum van aanvraag telt niet mee. De laatste dag is die met dezelfde dagtekening, of de laatste van de maand.", de = "Innerhalb der gesetzlichen Frist nach dem Antrag unterzeichnete Verträge, an den Verträgen, deren Frist im Jahr abläuft; ein Vertrag ohne Antragsdatum zählt nicht. Der letzte Tag ist der mit derselben Tageszahl, sonst der letzte des Monats.", en = "Contracts signed within the legal delay of the request, out of the contracts whose delay runs out in the year; a contract without a date of request is not counted. The last day is the one with the same day of the month, else the last of the month." }
population = { fr = "Les PIIS avec une date de demande dont le délai de signature expire dans l'année, dans les centres qui notent les signatures", nl = "De GPMI's met een datum van aanvraag waarvan de termijn voor ondertekening in het jaar afloopt, in de centra die handtekeningen noteren", de = "Die VSE mit Antragsdatum, deren Frist für die Unterzeichnung im Jahr abläuft, in den Zentren, die Unterschriften vermerken", en = "The PIIS with a date of request whose delay for signing runs out in the year, in centres that note signatures" }
counted = "contracts"
kind = "ratio"
unit = "percent"
status = "stable"
tables = ["piis"]
source = "SPP IS: a PIIS is due within three months of the application"
parameters = ["piis_due_months"]
*/
WITH dated AS (
    -- From 30 November three months lead to a 30 February: all of February is in time.
    SELECT p.cpas, p.person_id, p.type, q.month_number AS asked_month, q.day_of_month AS asked_day, s.month_number AS signed_month, s.day_of_month AS signed_day
    FROM piis AS p
    JOIN calendar AS q ON q.day = p.requested_on
    LEFT JOIN calendar AS s ON s.day = p.signed_on
), months AS (
    SELECT r.period, f.month_number AS first_month, l.month_number AS last_month
    FROM reference_period AS r
    JOIN calendar AS f ON f.day = r.start_on
    JOIN calendar AS l ON l.day = r.end_on
), signing AS (
    -- A centre that notes no signature at all signs late as little as in time.
    SELECT cpas FROM piis WHERE signed_on IS NOT NULL GROUP BY cpas
)
SELECT r.period, a.area_level, a.area, c.type,
    COUNT(DISTINCT CASE WHEN s.cpas IS NOT NULL THEN c.person_id END) AS persons,
    COUNT(CASE WHEN c.signed_month < c.asked_month + q.value OR (c.signed_month = c.asked_month + q.value AND c.signed_day <= c.asked_day) THEN 1 END) AS numerator,
    COUNT(s.cpas) AS denominator
FROM dated AS c
JOIN parameters AS q ON q.name = 'piis_due_months'
JOIN months AS r ON r.period = q.period AND c.asked_month + q.value >= r.first_month AND c.asked_month + q.value <= r.last_month
JOIN areas AS a ON a.cpas = c.cpas
LEFT JOIN signing AS s ON s.cpas = c.cpas
GROUP BY GROUPING SETS ((r.period, a.area_level, a.area, c.type), (r.period, a.area_level, a.area))
