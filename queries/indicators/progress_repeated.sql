/*
title = { fr = "Changement entre deux réponses au même questionnaire", nl = "Verandering tussen twee antwoorden op dezelfde vragenlijst", de = "Änderung zwischen zwei Antworten auf denselben Fragebogen", en = "Change between two answers to one questionnaire" }
definition = { fr = "Différence entre la dernière et la première réponse d'une personne à un même item, hors parcours ; l'année est celle de la dernière réponse.", nl = "Verschil tussen het laatste en het eerste antwoord van een persoon op hetzelfde item, buiten een traject; het jaar is dat van het laatste antwoord.", de = "Unterschied zwischen der letzten und der ersten Antwort einer Person auf dasselbe Item, außerhalb eines Parcours; das Jahr ist das der letzten Antwort.", en = "Difference between a person's last and first answer to one item, outside any parcours; the year is that of the last answer." }
population = { fr = "Les personnes qui ont répondu au moins deux fois au même item, hors parcours, la dernière fois dans l'année", nl = "De personen die minstens tweemaal op hetzelfde item geantwoord hebben, buiten een traject, de laatste keer in het jaar", de = "Die Personen, die mindestens zweimal auf dasselbe Item geantwortet haben, außerhalb eines Parcours, zuletzt im Jahr", en = "The people who answered one item at least twice, outside any parcours, the last time in the year" }
counted = "pairs"
kind = "change"
unit = "points"
status = "experimental"
tables = ["measures"]
source = "questionnaires answered at several dates"
*/
SELECT r.period, a.area_level, a.area, p.instrument, p.assessor, p.domain,
    COUNT(DISTINCT p.person_id) AS persons,
    COUNT(*) AS n,
    SUM(p.score_change) AS sum,
    SUM(p.score_change * p.score_change) AS sum_sq,
    SUM(p.score_before) AS sum_before,
    SUM(p.score_after) AS sum_after,
    COUNT(CASE WHEN p.score_change > 0 THEN 1 END) AS improved,
    COUNT(CASE WHEN p.score_change = 0 THEN 1 END) AS unchanged,
    COUNT(CASE WHEN p.score_change < 0 THEN 1 END) AS worsened,
    COUNT(CASE WHEN p.at_ceiling THEN 1 END) AS at_ceiling,
    COUNT(CASE WHEN p.at_floor THEN 1 END) AS at_floor
FROM repeats AS p
JOIN reference_period AS r ON p.last_on >= r.start_on AND p.last_on <= r.end_on
JOIN areas AS a ON a.cpas = p.cpas
GROUP BY r.period, a.area_level, a.area, p.instrument, p.assessor, p.domain
