/*
title = { fr = "Progrès : bornes si tous étaient mesurés", nl = "Vooruitgang: grenzen als iedereen gemeten was", de = "Fortschritt: Grenzen, wenn alle gemessen wären", en = "Progress: bounds if all were measured" }
definition = { fr = "Part des parcours terminés dans l'année qui ont progressé (tous domaines), si aucun des parcours non appariés n'avait progressé (borne inférieure), si tous avaient progressé (borne supérieure). Les parcours non appariés comptent pour chaque instrument avec lequel le centre a mesuré un progrès.", nl = "Aandeel van de in het jaar beëindigde trajecten met vooruitgang (alle domeinen), als geen van de niet gepaarde trajecten vooruitgang had (ondergrens), als alle vooruitgang hadden (bovengrens). Niet gepaarde trajecten tellen voor elk instrument waarmee het centrum vooruitgang mat.", de = "Anteil der im Jahr beendeten Parcours mit Fortschritt (alle Bereiche), wenn keiner der nicht gepaarten Parcours einen Fortschritt hätte (untere Grenze), wenn alle einen hätten (obere Grenze). Nicht gepaarte Parcours zählen für jedes Instrument, mit dem das Zentrum einen Fortschritt gemessen hat.", en = "Share of the parcours ended in the year that improved (all domains), if none of the parcours not paired had improved (lower bound), if all of them had improved (upper bound). Parcours not paired count for each instrument by which the centre measured a progress." }
population = { fr = "Les parcours terminés dans l'année, mesurés ou non", nl = "De in het jaar beëindigde trajecten, gemeten of niet", de = "Die im Jahr beendeten Parcours, gemessen oder nicht", en = "The parcours ended in the year, measured or not" }
counted = "parcours"
kind = "ratio"
unit = "percent"
status = "experimental"
tables = ["parcours", "measures"]
source = "indicator catalogue"
*/
WITH paired AS (
    SELECT r.period, p.cpas, p.instrument, p.assessor, p.person_id, CASE WHEN p.score_change > 0 THEN 1 ELSE 0 END AS improved
    FROM pair_means AS p
    JOIN reference_period AS r ON p.end_on >= r.start_on AND p.end_on <= r.end_on
), ended AS (
    SELECT period, cpas, instrument, assessor, person_id, improved, 1 AS is_paired
    FROM paired
    UNION ALL
    SELECT i.period, i.cpas, i.instrument, i.assessor, o.person_id, 0 AS improved, 0 AS is_paired
    FROM outcomes AS o
    JOIN reference_period AS r ON o.end_on >= r.start_on AND o.end_on <= r.end_on
    JOIN (SELECT DISTINCT period, cpas, instrument, assessor FROM paired) AS i ON i.cpas = o.cpas AND i.period = r.period
    WHERE o.pairing <> 'paired'
), counted AS (
    -- Each group once; its two bounds differ only in how the parcours not paired are taken.
    SELECT e.period, a.area_level, a.area, e.instrument, e.assessor,
        COUNT(DISTINCT e.person_id) AS persons,
        COUNT(CASE WHEN e.improved = 1 THEN 1 END) AS improved,
        COUNT(CASE WHEN e.is_paired = 0 THEN 1 END) AS unknown,
        COUNT(*) AS ended
    FROM ended AS e
    JOIN areas AS a ON a.cpas = e.cpas
    GROUP BY e.period, a.area_level, a.area, e.instrument, e.assessor
)
SELECT c.period, c.area_level, c.area, c.instrument, c.assessor, b.bound,
    c.persons,
    CASE WHEN b.bound = 'upper' THEN c.improved + c.unknown ELSE c.improved END AS numerator,
    c.ended AS denominator
FROM counted AS c
CROSS JOIN (SELECT 'lower' AS bound UNION ALL SELECT 'upper') AS b
