/*
title = { fr = "PIIS sans parcours", nl = "GPMI zonder traject", de = "VSE ohne Parcours", en = "Contract without a parcours" }
advice = { fr = "Indiquer le parcours auquel le PIIS appartient.", nl = "Vermeld het traject waartoe het GPMI behoort.", de = "Parcours angeben, zu dem der VSE gehört.", en = "Give the parcours that the contract belongs to." }
severity = "warning"
mend = "social_worker"
tables = ["piis", "parcours"]
source = "each contract is tied to a parcours: CPAS of Courtrai; a centre that never records it is not tested"
*/
SELECT t.submission_id, t.source_file, t.sheet, t.source_row, 'parcours_id' AS column_name, t.parcours_id IS NULL AS failed
FROM piis AS t
JOIN (SELECT DISTINCT p.cpas FROM piis AS p WHERE p.parcours_id IS NOT NULL) AS r ON r.cpas = t.cpas
