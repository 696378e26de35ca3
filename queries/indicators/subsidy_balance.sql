/*
title = { fr = "Solde de la subvention", nl = "Saldo van de toelage", de = "Saldo des Zuschusses", en = "Balance of the subsidy" }
definition = { fr = "Accordé, dépenses éligibles, avance (part datée du montant accordé) et solde = le plus petit de l'accordé et des dépenses éligibles, moins l'avance ; négatif = à rembourser.", nl = "Toegekend, in aanmerking komende uitgaven, voorschot (gedateerd deel van het toegekende bedrag) en saldo = het kleinste van toegekend en in aanmerking komend, min het voorschot; negatief = terug te betalen.", de = "Bewilligt, förderfähige Ausgaben, Vorschuss (datierter Anteil des bewilligten Betrags) und Saldo = das Kleinere von bewilligt und förderfähig, abzüglich Vorschuss; negativ = zurückzuzahlen.", en = "Granted, eligible expenses, advance (dated share of the amount granted) and balance = the smaller of granted and eligible, less the advance; negative is to pay back." }
population = { fr = "Les conventions de l'année, avec les dépenses de leur subvention", nl = "De overeenkomsten van het jaar, met de uitgaven van hun toelage", de = "Die Vereinbarungen des Jahres mit den Ausgaben ihres Zuschusses", en = "The agreements of the year, with the expenses of their subsidy" }
counted = "amounts"
kind = "amount"
unit = "eur"
status = "stable"
tables = ["agreements", "expenses"]
legal_basis = "royal decree 28-02-2014 (advance of the clusters in 2014)"
source = "working group minutes, 26-02-2015"
parameters = ["advance_share"]
*/
WITH lines AS (
    SELECT g.cpas, g.year, g.scheme, g.granted_eur, COALESCE(x.eligible_eur, 0) AS eligible_eur
    FROM agreements AS g
    LEFT JOIN (
        SELECT cpas, year, scheme, SUM(CASE WHEN eligible THEN amount_eur ELSE 0 END) AS eligible_eur
        FROM expenses
        GROUP BY cpas, year, scheme
    ) AS x ON x.cpas = g.cpas AND x.year = g.year AND x.scheme = g.scheme
), items AS (
    SELECT r.period, l.cpas, l.scheme, i.item,
        CASE i.item
            WHEN 'granted' THEN l.granted_eur
            WHEN 'eligible' THEN l.eligible_eur
            WHEN 'advance' THEN CAST(l.granted_eur * q.value AS DECIMAL(14, 2))
            ELSE CASE WHEN l.granted_eur < l.eligible_eur THEN l.granted_eur ELSE l.eligible_eur END
                - CAST(l.granted_eur * q.value AS DECIMAL(14, 2))
        END AS value_eur
    FROM lines AS l
    -- An agreement is of a year: a quarter has no balance.
    JOIN reference_period AS r ON r.period = CAST(l.year AS VARCHAR)
    JOIN parameters AS q ON q.name = 'advance_share' AND q.scope = l.scheme AND q.period = r.period
    CROSS JOIN (
        SELECT 'granted' AS item UNION ALL SELECT 'eligible' UNION ALL SELECT 'advance' UNION ALL SELECT 'balance'
    ) AS i
)
SELECT r.period, a.area_level, a.area, t.scheme, t.item,
    COUNT(DISTINCT t.cpas) AS contributors,
    SUM(t.value_eur) AS value_eur
FROM items AS t
JOIN reference_period AS r ON r.period = t.period
JOIN areas AS a ON a.cpas = t.cpas
GROUP BY r.period, a.area_level, a.area, t.scheme, t.item
