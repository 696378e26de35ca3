/*
title = { fr = "Trajectoire des niveaux", nl = "Verloop van de niveaus", de = "Verlauf der Stufen", en = "Trajectory of levels" }
definition = { fr = "Niveau moyen à la mesure zéro et à 3, 6, 9 et 12 mois du début des parcours terminés dans l'année, par domaine, pour ceux qui ont la mesure à ce moment. Les personnes ne sont pas les mêmes d'un moment à l'autre.", nl = "Gemiddeld niveau bij de nulmeting en op 3, 6, 9 en 12 maanden na het begin van de in het jaar beëindigde trajecten, per domein, voor wie op dat moment een meting heeft. Het zijn niet telkens dezelfde personen.", de = "Mittlere Stufe bei der Nullmessung und 3, 6, 9 und 12 Monate nach Beginn der im Jahr beendeten Parcours, nach Bereich, für jene mit einer Messung zu diesem Zeitpunkt. Es sind nicht jedes Mal dieselben Personen.", en = "Mean level at zero measure and at 3, 6, 9 and 12 months from the start of the parcours ended in the year, by domain, of those who have the reading at that time. They are not the same people each time." }
population = { fr = "Les parcours terminés dans l'année qui ont une mesure du domaine à ce moment", nl = "De in het jaar beëindigde trajecten met een meting van het domein op dat moment", de = "Die im Jahr beendeten Parcours mit einer Messung des Bereichs zu diesem Zeitpunkt", en = "The parcours ended in the year that have a reading of the domain at that time" }
counted = "readings"
kind = "mean"
unit = "points"
status = "experimental"
tables = ["parcours", "measures"]
source = "working group minutes, 26-02-2015: an interview every three months, scores compared"
*/
SELECT r.period, a.area_level, a.area, t.instrument, t.assessor, t.domain, t.month,
    COUNT(DISTINCT t.person_id) AS persons,
    COUNT(*) AS n,
    SUM(t.score) AS sum,
    SUM(t.score * t.score) AS sum_sq
FROM trajectory AS t
JOIN reference_period AS r ON t.end_on >= r.start_on AND t.end_on <= r.end_on
JOIN areas AS a ON a.cpas = t.cpas
GROUP BY r.period, a.area_level, a.area, t.instrument, t.assessor, t.domain, t.month
