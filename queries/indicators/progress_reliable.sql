/*
title = { fr = "Changement fiable", nl = "Betrouwbare verandering", de = "Verlässliche Änderung", en = "Reliable change" }
definition = { fr = "Parcours appariés dont le changement (tous domaines) dépasse 1,96 fois l'erreur type de la différence, en mieux ou en moins bien, sur tous les parcours appariés. Erreur type : écart type des mesures zéro du centre x racine de 2 x racine de (1 - fidélité de l'instrument). Seulement pour un instrument de plusieurs domaines dont la fidélité est publiée.", nl = "Gepaarde trajecten waarvan de verandering (alle domeinen) 1,96 keer de standaardfout van het verschil overschrijdt, in betere of in mindere zin, op alle gepaarde trajecten. Standaardfout: standaardafwijking van de nulmetingen van het centrum x wortel van 2 x wortel van (1 - betrouwbaarheid van het instrument). Alleen voor een instrument met meer domeinen waarvan de betrouwbaarheid gepubliceerd is.", de = "Gepaarte Parcours, deren Änderung (alle Bereiche) das 1,96-Fache des Standardfehlers der Differenz übersteigt, zum Besseren oder Schlechteren, an allen gepaarten Parcours. Standardfehler: Standardabweichung der Nullmessungen des Zentrums x Wurzel aus 2 x Wurzel aus (1 - Reliabilität des Instruments). Nur für ein Instrument mit mehreren Bereichen, dessen Reliabilität veröffentlicht ist.", en = "Paired parcours whose change (all domains) exceeds 1.96 times the standard error of the difference, for better or for worse, out of all paired parcours. Standard error: standard deviation of the centre's zero measures x root of 2 x root of (1 - reliability of the instrument). Only for an instrument of several domains whose reliability is published." }
population = { fr = "Les parcours appariés terminés dans l'année, avec un instrument dont la fidélité est publiée", nl = "De in het jaar beëindigde gepaarde trajecten, met een instrument waarvan de betrouwbaarheid gepubliceerd is", de = "Die im Jahr beendeten gepaarten Parcours, mit einem Instrument, dessen Reliabilität veröffentlicht ist", en = "The paired parcours ended in the year, by an instrument whose reliability is published" }
counted = "parcours"
kind = "ratio"
unit = "percent"
status = "experimental"
tables = ["parcours", "measures"]
source = "indicator catalogue"
parameters = ["reliable_z"]
*/
WITH paired AS (
    SELECT r.period, p.cpas, p.instrument, p.assessor, p.person_id, p.score_before, p.score_change
    FROM pair_means AS p
    JOIN reference_period AS r ON p.end_on >= r.start_on AND p.end_on <= r.end_on
), spread AS (
    SELECT period, cpas, instrument, assessor, COUNT(*) AS n, SUM(score_before) AS sum, SUM(score_before * score_before) AS sum_sq
    FROM paired
    GROUP BY period, cpas, instrument, assessor
    -- Of one alone, or of zero measures all alike, there is no spread to judge by.
    HAVING COUNT(*) * SUM(score_before * score_before) > SUM(score_before) * SUM(score_before)
), judged AS (
    -- Squared and multiplied out: change exceeds z x SE when change^2 x n x (n - 1) > z^2 x 2 x (1 - reliability) x (n x sum_sq - sum^2).
    SELECT p.period, p.cpas, p.instrument, p.assessor, p.person_id, p.score_change, i.published AS reliability,
        CASE WHEN p.score_change * p.score_change * s.n * (s.n - 1) > q.value * q.value * 2 * (1 - i.reliability) * (s.n * s.sum_sq - s.sum * s.sum) THEN 1 ELSE 0 END AS is_reliable
    FROM paired AS p
    JOIN spread AS s ON s.period = p.period AND s.cpas = p.cpas AND s.instrument = p.instrument AND s.assessor = p.assessor
    JOIN instrument_reliability AS i ON i.instrument = p.instrument AND i.domains > 1
    JOIN parameters AS q ON q.name = 'reliable_z' AND q.period = p.period
), counted AS (
    SELECT j.period, a.area_level, a.area, j.instrument, j.assessor, j.reliability,
        COUNT(DISTINCT j.person_id) AS persons,
        COUNT(CASE WHEN j.is_reliable = 1 AND j.score_change > 0 THEN 1 END) AS better,
        COUNT(CASE WHEN j.is_reliable = 1 AND j.score_change < 0 THEN 1 END) AS worse,
        COUNT(*) AS paired
    FROM judged AS j
    JOIN areas AS a ON a.cpas = j.cpas
    GROUP BY j.period, a.area_level, a.area, j.instrument, j.assessor, j.reliability
)
SELECT c.period, c.area_level, c.area, c.instrument, c.assessor, c.reliability, v.verdict,
    c.persons,
    CASE WHEN v.verdict = 'better' THEN c.better ELSE c.worse END AS numerator,
    c.paired AS denominator
FROM counted AS c
CROSS JOIN (SELECT 'better' AS verdict UNION ALL SELECT 'worse') AS v
