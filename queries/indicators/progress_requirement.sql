/*
title = { fr = "Niveau requis atteint", nl = "Vereist niveau gehaald", de = "Erforderliche Stufe erreicht", en = "Required level reached" }
definition = { fr = "Parcours terminés dans l'année qui atteignent dans le domaine le niveau qu'un projet exige, à la mesure zéro et à la mesure finale, sur les parcours appariés dans ce domaine. Qui poursuit ce projet n'est pas enregistré.", nl = "In het jaar beëindigde trajecten die in het domein het niveau halen dat een doel vereist, bij nulmeting en eindmeting, op de in dat domein gepaarde trajecten. Wie dat doel nastreeft, wordt niet geregistreerd.", de = "Im Jahr beendete Parcours, die im Bereich die Stufe erreichen, die ein Ziel erfordert, bei Null- und Endmessung, an den in diesem Bereich gepaarten Parcours. Wer dieses Ziel verfolgt, ist nicht erfasst.", en = "Parcours ended in the year that reach in the domain the level that an aim requires, at zero and at end measure, out of the parcours paired in that domain. Who pursues the aim is not recorded." }
population = { fr = "Les parcours terminés dans l'année et appariés dans un domaine dont un projet exige un niveau", nl = "De in het jaar beëindigde trajecten, gepaard in een domein waarvan een doel een niveau vereist", de = "Die im Jahr beendeten Parcours, gepaart in einem Bereich, von dem ein Ziel eine Stufe erfordert", en = "The parcours ended in the year and paired in a domain of which an aim requires a level" }
counted = "parcours"
kind = "ratio"
unit = "percent"
status = "experimental"
tables = ["parcours", "measures"]
source = "working group minutes, 26-02-2015: hygiene 4 is not enough to work in a kitchen"
*/
WITH reached AS (
    SELECT p.cpas, p.person_id, p.end_on, p.instrument, p.assessor, p.domain, q.aim,
        CASE WHEN (q.higher_is_better AND p.score_before >= q.level) OR (NOT q.higher_is_better AND p.score_before <= q.level) THEN 1 END AS at_zero,
        CASE WHEN (q.higher_is_better AND p.score_after >= q.level) OR (NOT q.higher_is_better AND p.score_after <= q.level) THEN 1 END AS at_end
    FROM pairs AS p
    JOIN requirements AS q ON q.instrument = p.instrument AND q.domain = p.domain
), counted AS (
    SELECT r.period, a.area_level, a.area, p.instrument, p.assessor, p.domain, p.aim,
        COUNT(DISTINCT p.person_id) AS persons,
        COUNT(p.at_zero) AS at_zero,
        COUNT(p.at_end) AS at_end,
        COUNT(*) AS paired
    FROM reached AS p
    JOIN reference_period AS r ON p.end_on >= r.start_on AND p.end_on <= r.end_on
    JOIN areas AS a ON a.cpas = p.cpas
    GROUP BY r.period, a.area_level, a.area, p.instrument, p.assessor, p.domain, p.aim
)
SELECT c.period, c.area_level, c.area, c.instrument, c.assessor, c.domain, c.aim, o.occasion AS moment,
    c.persons,
    CASE WHEN o.occasion = 'zero' THEN c.at_zero ELSE c.at_end END AS numerator,
    c.paired AS denominator
FROM counted AS c
CROSS JOIN (SELECT 'zero' AS occasion UNION ALL SELECT 'end') AS o
