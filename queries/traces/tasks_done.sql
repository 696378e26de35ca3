/*
counts = "rows"

[[column]]
name = "piis_id"
title = { fr = "PIIS", nl = "GPMI", de = "VSE", en = "PIIS" }
[[column]]
name = "task_no"
title = { fr = "Tâche", nl = "Taak", de = "Aufgabe", en = "Task" }
[[column]]
name = "due_on"
title = { fr = "Échéance le", nl = "Vervaldag", de = "Fällig am", en = "Due on" }
[[column]]
name = "done_on"
title = { fr = "Fait le", nl = "Uitgevoerd op", de = "Erledigt am", en = "Done on" }
[[origin]]
name = "task"
title = { fr = "Tâche lue dans", nl = "Taak gelezen in", de = "Aufgabe gelesen in", en = "Task read in" }
[[origin]]
name = "contract"
title = { fr = "PIIS lu dans", nl = "GPMI gelezen in", de = "VSE gelesen in", en = "PIIS read in" }
*/
WITH noting AS (
    -- A centre that notes no task as done at all has no task behind its figure.
    SELECT DISTINCT cpas FROM tasks WHERE done_on IS NOT NULL
)
SELECT r.period, a.area_level, a.area, t.owner, c.person_id, CASE WHEN t.done_on <= t.due_on THEN 1 ELSE 0 END AS contribution,
    t.piis_id, t.task_no, t.due_on, t.done_on,
    t.submission_id AS task_submission, t.source_file AS task_file, t.sheet AS task_sheet, t.source_row AS task_row,
    c.submission_id AS contract_submission, c.source_file AS contract_file, c.sheet AS contract_sheet, c.source_row AS contract_row
FROM tasks AS t
JOIN noting AS s ON s.cpas = t.cpas
JOIN reference_period AS r ON t.due_on >= r.start_on AND t.due_on <= r.end_on
JOIN areas AS a ON a.cpas = t.cpas
LEFT JOIN piis AS c ON c.cpas = t.cpas AND c.piis_id = t.piis_id
