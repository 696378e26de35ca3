/*
title = { fr = "Objectifs de la convention", nl = "Doelstellingen van de overeenkomst", de = "Ziele der Vereinbarung", en = "Objectives of the agreement" }
definition = { fr = "Valeur réalisée de l'indicateur que l'objectif nomme, sur la cible ; presque atteint à partir de 90 %. Un objectif qualitatif montre son état et sa preuve.", nl = "Gerealiseerde waarde van de indicator die de doelstelling noemt, op het streefcijfer; bijna gehaald vanaf 90 %. Een kwalitatieve doelstelling toont haar stand en bewijs.", de = "Erreichter Wert des Indikators, den das Ziel nennt, zum Zielwert; fast erreicht ab 90 %. Ein qualitatives Ziel zeigt Stand und Nachweis.", en = "Realised value of the indicator that the objective names, out of the target; nearly met from 90 %. A qualitative objective shows its status and evidence." }
population = { fr = "Les objectifs des conventions de l'année, centre par centre", nl = "De doelstellingen van de overeenkomsten van het jaar, centrum per centrum", de = "Die Ziele der Vereinbarungen des Jahres, Zentrum für Zentrum", en = "The objectives of the agreements of the year, centre by centre" }
counted = "objectives"
kind = "objective"
unit = "percent"
status = "stable"
tables = ["objectives"]
source = "CPAS of Courtrai, yearly agreement"
*/
SELECT r.period, a.area_level, a.area, o.scheme, o.objective_id AS objective,
    o.kind AS objective_kind, o.indicator, o.breakdown, o.direction, o.target, o.status AS objective_status, o.evidence
FROM objectives AS o
-- A target is the year's: no quarter is held against it.
JOIN reference_period AS r ON r.period = CAST(o.year AS VARCHAR)
JOIN areas AS a ON a.cpas = o.cpas
WHERE a.area_level = 'cpas'
