"""Invents a project that is meant to be hard: readings without marks on both sides of every window, several of one mark,
on one day, outside any parcours; and periods that say the same files again, differently.

    python tests/second_way/invent.py FOLDER SEED
"""

import csv
import datetime
import random
import sys
from pathlib import Path

DOMAINS = (
    "finances work_education time_use housing domestic_relations mental_health physical_health substance_use basic_adl"
    " instrumental_adl social_network community_participation justice"
).split()
KINDS = ["entry", "study", "language", "wellbeing", "activation"]
PROJECTS = ["boost", "cooking", "talent"]
SETTINGS = """[project]
name = "Invented to be hard"
languages = ["fr"]
[key]
file = "demo.key"
invented = true
[inbox]
folder = "inbox"
profile = "parcours-demo"
[compute]
levels = ["cpas", "province", "region", "size_class", "country"]
"""


def niss(dice: random.Random) -> str:
    """A number that the register never gives out: order number 000 or 999."""
    year, month, day = dice.randint(50, 98), dice.randint(1, 12), dice.randint(1, 28)
    nine = f"{year:02}{month:02}{day:02}{dice.choice(['000', '999'])}"
    return f"{nine}{97 - int(nine) % 97:02}"


def parcours(dice, number, person):
    start = datetime.date(2015, 6, 1) + datetime.timedelta(dice.randint(0, 900))
    end = start + datetime.timedelta(dice.choice([0, 20, 61, 90, 200, 365, 400])) if dice.random() < 0.8 else None
    return {"parcours_id": f"P{number}", "niss": person, "kind": dice.choice(KINDS), "start_on": start, "planned_end_on": "", "end_on": end or "", "end_reason": ""}


def around(dice, path):
    """A day near the edges of the windows more often than not."""
    anchors = [(path["start_on"], (-61, -60, -1, 0, 30, 31))]
    if path["end_on"]:
        anchors.append((path["end_on"], (-61, -60, 0, 60, 61)))
    anchor, edges = dice.choice(anchors)
    return anchor + datetime.timedelta(dice.choice(edges) if dice.random() < 0.7 else dice.randint(-90, 90))


def reading(dice, path, person):
    mark = dice.choices(["", "zero", "interim", "end"], [5, 2, 1, 2])[0]
    day = around(dice, path) if path else datetime.date(2016, 1, 1) + datetime.timedelta(dice.randint(0, 1000))
    scores = {domain: dice.choice(["", 1, 2, 3, 4, 5]) for domain in DOMAINS}
    about = {"niss": person, "parcours_id": path["parcours_id"] if path else "", "measured_on": day, "occasion": mark}
    return about | {"assessor": dice.choice(["worker", "client"])} | scores


def write(path: Path, lines: list[dict], key: tuple[str, ...]) -> None:
    """Writes each key once: a second row of the same key is a fault, and no faults are wanted here."""
    once = {tuple(line[name] for name in key): line for line in lines}
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(lines[0]))
        writer.writeheader()
        writer.writerows(once.values())


def centre(folder: Path, dice: random.Random, people: list[str]) -> None:
    paths = [parcours(dice, number, dice.choice(people)) for number in range(120)]
    readings = [reading(dice, path, path["niss"]) for path in paths for _ in range(dice.randint(0, 6))]
    readings += [reading(dice, None, dice.choice(people)) for _ in range(80)]
    editions = [
        {"edition_id": f"E{number}", "project": dice.choice(PROJECTS), "start_on": datetime.date(2015 + number % 4, 2, 1), "end_on": "", "planned_hours": 40, "places": 9, "partner": "", "cost_eur": 1000 + number}
        for number in range(9)
    ]  # fmt: skip
    for year in (2016, 2017, 2018):
        period = folder / str(year)
        period.mkdir(parents=True)
        persons = [{"niss": person, "birth_year": "", "sex": dice.choice(["F", "M", "X", ""]), "ris_category": 1, "aid": "ris", "is_student": 0, "nationality": "BE"} for person in people]
        some = [dice.choice(people) for _ in range(60)]
        enrolments = [{"edition_id": dice.choice(editions)["edition_id"], "niss": person, "referred_on": f"{year}-01-05", "started_on": f"{year}-02-01", "ended_on": "", "status": dice.choice(["referred", "not_started", "started", "completed", "dropped_out"]), "exit_reason": ""} for person in some]
        write(period / "persons.csv", persons, ("niss",))
        write(period / "parcours.csv", [path for path in paths if dice.random() < 0.8], ("parcours_id",))
        write(period / "readings.csv", [line for line in readings if dice.random() < 0.8], ("niss", "parcours_id", "measured_on", "occasion", "assessor"))
        write(period / "editions.csv", editions, ("edition_id",))
        write(period / "enrolments.csv", enrolments, ("edition_id", "niss"))
        # What the next period says again, it says differently.
        for path in dice.sample(paths, 30):
            path["kind"] = dice.choice(KINDS)
            path["end_on"] = path["end_on"] or path["start_on"] + datetime.timedelta(300)
        for line in dice.sample(readings, 100):
            line[dice.choice(DOMAINS)] = dice.choice(["", 1, 2, 3, 4, 5])


def main() -> None:
    folder, dice = Path(sys.argv[1]), random.Random(int(sys.argv[2]))
    folder.mkdir(parents=True)
    (folder / "parcours.toml").write_text(SETTINGS, encoding="utf-8")
    (folder / "demo.key").write_text("5" * 64, encoding="utf-8")
    both = sorted({niss(dice) for _ in range(20)})
    for name in ("34022-courtrai", "62063-liege", "11007-borsbeek", "11002-antwerpen"):
        centre(folder / "inbox" / name, dice, both + sorted({niss(dice) for _ in range(40)}))


if __name__ == "__main__":
    main()
