/*
title = { fr = "Le parcours est celui d’une autre personne", nl = "Het traject is van een andere persoon", de = "Der Parcours gehört einer anderen Person", en = "The parcours is another person’s" }
advice = { fr = "Vérifier le numéro du parcours et celui de la personne : l’un des deux est faux, ou la personne a deux numéros.", nl = "Controleer het nummer van het traject en dat van de persoon: een van beide is fout, of de persoon heeft twee nummers.", de = "Nummer des Parcours und der Person prüfen: eine ist falsch, oder die Person hat zwei Nummern.", en = "Check the number of the parcours and that of the person: one is wrong, or the person has two numbers." }
severity = "warning"
mend = "data_manager"
tables = ["parcours"]
source = "a parcours is that of one person"
*/
SELECT t.submission_id, t.source_file, t.sheet, t.source_row, 'person_id' AS column_name, t.person_id <> w.person_id AS failed
FROM piis AS t
JOIN parcours AS w ON w.cpas = t.cpas AND w.parcours_id = t.parcours_id
UNION ALL
SELECT t.submission_id, t.source_file, t.sheet, t.source_row, 'person_id' AS column_name, t.person_id <> w.person_id AS failed
FROM measures AS t
JOIN parcours AS w ON w.cpas = t.cpas AND w.parcours_id = t.parcours_id
