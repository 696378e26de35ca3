/*
title = { fr = "Tâches faites à temps", nl = "Tijdig uitgevoerde taken", de = "Rechtzeitig erledigte Aufgaben", en = "Tasks done in time" }
definition = { fr = "Tâches faites au plus tard à leur échéance sur les tâches à échéance dans l'année, selon qui s'y est engagé : les engagements sont réciproques.", nl = "Taken die uiterlijk op hun vervaldag uitgevoerd zijn, op de taken die in het jaar vervallen, naar wie zich ertoe verbond: de verbintenissen zijn wederzijds.", de = "Spätestens am Fälligkeitstag erledigte Aufgaben an den im Jahr fälligen Aufgaben, nach dem, der sie übernommen hat: die Verpflichtungen sind gegenseitig.", en = "Tasks done by their due day out of the tasks due in the year, by who took them on: commitments are mutual." }
population = { fr = "Les tâches à échéance dans l'année, dans les centres qui notent les tâches faites", nl = "De taken die in het jaar vervallen, in de centra die uitgevoerde taken noteren", de = "Die im Jahr fälligen Aufgaben, in den Zentren, die erledigte Aufgaben vermerken", en = "The tasks due in the year, in centres that note tasks as done" }
counted = "tasks"
kind = "ratio"
unit = "percent"
status = "stable"
tables = ["piis", "tasks"]
source = "good practices: a to-do list for client and worker"
*/
WITH noting AS (
    -- A centre that notes no task as done at all is no centre where none is done.
    SELECT cpas FROM tasks WHERE done_on IS NOT NULL GROUP BY cpas
)
SELECT r.period, a.area_level, a.area, t.owner,
    COUNT(DISTINCT CASE WHEN s.cpas IS NOT NULL THEN c.person_id END) AS persons,
    COUNT(CASE WHEN t.done_on <= t.due_on THEN 1 END) AS numerator,
    COUNT(s.cpas) AS denominator
FROM tasks AS t
JOIN reference_period AS r ON t.due_on >= r.start_on AND t.due_on <= r.end_on
JOIN areas AS a ON a.cpas = t.cpas
LEFT JOIN piis AS c ON c.cpas = t.cpas AND c.piis_id = t.piis_id
LEFT JOIN noting AS s ON s.cpas = t.cpas
GROUP BY GROUPING SETS ((r.period, a.area_level, a.area, t.owner), (r.period, a.area_level, a.area))
