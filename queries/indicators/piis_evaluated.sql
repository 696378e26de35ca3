/*
title = { fr = "PIIS évalués comme il se doit", nl = "Naar behoren geëvalueerde GPMI's", de = "Vorschriftsmäßig bewertete VSE", en = "PIIS evaluated as required" }
definition = { fr = "Contrats actifs dans l'année dont les évaluations tenues atteignent le nombre légal, au prorata des jours où le contrat est actif, sur tous les contrats actifs ; un contrat trop court pour une évaluation en a tenu assez.", nl = "In het jaar actieve contracten waarvan de gehouden evaluaties het wettelijke aantal halen, naar rato van de dagen waarop het contract actief is, op alle actieve contracten; een contract dat te kort is voor een evaluatie heeft er genoeg.", de = "Im Jahr aktive Verträge, deren durchgeführte Bewertungen die gesetzliche Zahl erreichen, anteilig nach den Tagen, an denen der Vertrag aktiv ist, an allen aktiven Verträgen; ein Vertrag, der für eine Bewertung zu kurz ist, hat genug.", en = "Contracts active in the year whose evaluations held reach the legal number, pro rata of the days on which the contract is active, out of all active contracts; a contract too short for an evaluation has enough of them." }
population = { fr = "Les PIIS actifs dans l'année, dans les centres qui notent les évaluations tenues", nl = "De in het jaar actieve GPMI's, in de centra die gehouden evaluaties noteren", de = "Die im Jahr aktiven VSE, in den Zentren, die durchgeführte Bewertungen vermerken", en = "The PIIS active in the year, in centres that note evaluations held" }
counted = "contracts"
kind = "ratio"
unit = "percent"
status = "stable"
tables = ["piis", "evaluations"]
legal_basis = "law 26-05-2002 and royal decree of 2002; law 21-07-2016 and royal decree of 2016"
source = "law 26-05-2002, law 21-07-2016 and their royal decrees"
parameters = ["evaluations_per_year"]
*/
WITH active AS (
    SELECT p.cpas, p.piis_id, p.person_id, p.type, r.period,
        CASE WHEN p.start_on > r.start_on THEN p.start_on ELSE r.start_on END AS from_on,
        CASE WHEN p.end_on <= r.end_on THEN p.end_on ELSE r.end_on END AS until_on
    FROM piis AS p
    JOIN reference_period AS r ON p.start_on <= r.end_on AND (p.end_on IS NULL OR p.end_on >= r.start_on)
), counted AS (
    SELECT v.cpas, v.piis_id, v.person_id, v.type, v.period, u.number - f.number + 1 AS days
    FROM active AS v
    JOIN calendar AS f ON f.day = v.from_on
    JOIN calendar AS u ON u.day = v.until_on
), held AS (
    SELECT v.cpas, v.piis_id, v.period, COUNT(*) AS evaluations
    FROM active AS v
    JOIN evaluations AS e ON e.cpas = v.cpas AND e.piis_id = v.piis_id AND e.held_on >= v.from_on AND e.held_on <= v.until_on
    GROUP BY v.cpas, v.piis_id, v.period
), holding AS (
    -- A centre that notes no evaluation as held at all is no centre that holds none.
    SELECT cpas FROM evaluations WHERE held_on IS NOT NULL GROUP BY cpas
)
SELECT c.period, a.area_level, a.area, c.type,
    COUNT(DISTINCT CASE WHEN s.cpas IS NOT NULL THEN c.person_id END) AS persons,
    -- Enough when one more would exceed the days: (held + 1) in 365 days against the number a year.
    COUNT(CASE WHEN s.cpas IS NOT NULL AND (COALESCE(h.evaluations, 0) + 1) * 365 > c.days * q.value THEN 1 END) AS numerator,
    COUNT(s.cpas) AS denominator
FROM counted AS c
JOIN parameters AS q ON q.name = 'evaluations_per_year' AND q.period = c.period
JOIN areas AS a ON a.cpas = c.cpas
LEFT JOIN held AS h ON h.cpas = c.cpas AND h.piis_id = c.piis_id AND h.period = c.period
LEFT JOIN holding AS s ON s.cpas = c.cpas
GROUP BY GROUPING SETS ((c.period, a.area_level, a.area, c.type), (c.period, a.area_level, a.area))
