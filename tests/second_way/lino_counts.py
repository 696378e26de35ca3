"""Counts taken straight from the workbooks of Lino Welfare, by another library, to set against what parcours computes.

    lino_counts.py                                         runs the program on the workbooks beside this repository and
                                                           compares; without workbooks it says so and ends well
    lino_counts.py FOLDER                                  prints the counts as JSON
    lino_counts.py FOLDER INDICATORS_CSV [YEAR]            compares them, prints what differs, ends with 1 if anything does

It knows nothing of the profile: rules are written here a second time, in plain Python.
"""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import openpyxl

HOME = Path(__file__).resolve().parents[2]
SETTINGS = """
project = { name = "Lino", languages = ["fr"] }
key = { file = "sample.key", invented = true }
inbox = { folder = "inbox", profile = "lino-welfare" }
"""
TYPES = {
    "VSE Ausbildung": "training",
    "VSE Lehre": "training",
    "VSE Sprachkurs": "training",
    "VSE Vollzeitstudium": "study",
    "VSE Arbeitssuche": "preparation",
}
WORKSHOPS = {
    "Cuisine": "cooking",
    "Créativité": "creative",
    "Mathématiques": "maths",
    "Français": "french",
    "Notre premier bébé": "baby",
    "Activons-nous!": "activons",
    "Intervention psycho-sociale": "psychosocial",
}
POINTS = {"Non acquis": 1, "En cours": 2, "Acquis": 3, "Non": 1, "Peut-être": 2, "Oui": 3}
# A yes to these is no progress.
LOWER_IS_BETTER = {"Antécédents judiciaires?"}


def rows(folder, name):
    """The rows of a workbook's first sheet, as dictionaries by heading."""
    sheet = openpyxl.load_workbook(folder / name, data_only=True).worksheets[0]
    header, *content = sheet.iter_rows(values_only=True)
    return [dict(zip(header, row)) for row in content]


def number(person):
    """`SURNAME First (31*)` to `31`."""
    return re.search(r"\((\d+)\*?\)$", person).group(1)


def day(value):
    return value.date() if value is not None else None


def contracts(folder, year):
    first, last = date(year, 1, 1), date(year, 12, 31)
    active, ended, people = Counter(), 0, set()
    listed = rows(folder, "isip.Contracts.xlsx")
    for row in listed:
        start, end = day(row["Début de contrat"]), day(row["Date de fin"])
        if start <= last and (end is None or end >= first):
            active[TYPES[row["Type de contrat"]]] += 1
            people.add(number(row["Bénéficiaire"]))
        if end is not None and first <= end <= last:
            ended += 1
    return {
        "rows": len(listed),
        "active": sum(active.values()),
        "active_by_type": dict(sorted(active.items())),
        "people_with_active": len(people),
        "ended": ended,
        "columns_that_name_an_ending": [name for name in listed[0] if "otif" in name],
    }


def enrolments(folder, year):
    by_workshop, states = defaultdict(Counter), Counter()
    people = set()
    for row in rows(folder, "courses.AllEnrolments.xlsx"):
        title, first_day = re.fullmatch(r"(.+) \((\d\d/\d\d/\d{4})\)", row["Atelier"]).groups()
        state = "started" if row["Date de début"] is not None else "referred"
        states[state] += 1
        if first_day.endswith(str(year)):
            by_workshop[WORKSHOPS[title]][state] += 1
            people.add(number(row["Participant"]))
    workflow = Counter(re.search(r"\*\*(.+?)\*\*", row["Workflow"]).group(1) for row in rows(folder, "courses.Activities.xlsx"))
    return {
        "by_state": dict(states),
        "by_workshop": {workshop: dict(count) for workshop, count in sorted(by_workshop.items())},
        "people": len(people),
        "workshops_by_state": dict(workflow),
    }


def repeated(folder, year):
    """First and last answer of a person to a question, by questionnaire and question."""
    answers = defaultdict(list)
    ignored = 0
    for row in rows(folder, "polls.AnswerChoices.xlsx"):
        poll, person, written = re.fullmatch(r"(\S+) (.+) (\d\d/\d\d/\d{4})", row["Interview"]).groups()
        d, m, y = map(int, written.split("/"))
        points = POINTS.get(row["Ma réponse"].strip("*"))
        if points is None:
            ignored += 1
            continue
        question = re.sub(r"^\d+\) *", "", row["Question"])
        answers[poll, question, person.casefold()].append((date(y, m, d), points))
    changes = defaultdict(list)
    for (poll, question, _), given in answers.items():
        given.sort()
        (first_on, first), (last_on, last) = given[0], given[-1]
        if first_on < last_on and last_on.year == year:
            change = last - first
            changes[poll, question].append(-change if question in LOWER_IS_BETTER else change)
    drafts = sum(row["État"] == "Brouillon" for row in rows(folder, "polls.AllResponses.xlsx"))
    return {
        "answers": sum(map(len, answers.values())),
        "ignored": ignored,
        "interviews_in_draft": drafts,
        "questions": {f"{poll} {question}": [len(list_), sum(list_) / len(list_)] for (poll, question), list_ in sorted(changes.items())},
    }


def counts(folder, year):
    clients = rows(folder, "pcsw.Clients.xlsx")
    return {
        "year": year,
        "persons": len({row["ID"] for row in clients}),
        "persons_with_national_number": sum(row["NISS"] is not None for row in clients),
        "contracts": contracts(folder, year),
        "enrolments": enrolments(folder, year),
        "repeated": repeated(folder, year),
    }


def differences(found, path, year):
    """What the indicators say otherwise."""
    figures = {}
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["period"] == str(year) and row["area_level"] == "cpas":
                figures[row["indicator"], row["dimensions"]] = row

    def check(indicator, dimensions, column, expected):
        row = figures.pop((indicator, dimensions), None)
        got = row and row[column]
        same = got is not None and (got == expected if isinstance(expected, str) else got != "" and abs(float(got) - expected) < 1e-9)
        if not same:
            yield f"{indicator} {dimensions or '(total)'} {column}: {got}, expected {expected}"

    piis = found["contracts"]
    yield from check("piis.count", "", "value", piis["active"])
    for kind, count in piis["active_by_type"].items():
        yield from check("piis.count", f"type={kind}", "value", count)
    yield from check("piis.ended", "", "value", piis["ended"])
    yield from check("piis.ended", "ending=unknown", "value", piis["ended"])
    # No column names an ending: success cannot be computed, and must not come out as 0.
    for dimensions in ("", "ending=unknown"):
        row = figures.get(("piis.ended_well", dimensions), {"value": ""})
        if row["value"] != "":
            yield f"piis.ended_well {dimensions}: {row['value']}, expected none"
        yield from check("piis.ended_well", dimensions, "status", "not_computable")
    enrolled = found["enrolments"]
    yield from check("participation.referred", "", "value", enrolled["people"])
    for workshop, states in enrolled["by_workshop"].items():
        yield from check("participation.referred", f"project={workshop}", "value", sum(states.values()))
        yield from check("participation.started", f"project={workshop}", "value", states.get("started", 0))
    questions = found["repeated"]["questions"]
    by_poll = Counter(key.split()[0] for key in questions)
    changes = {key: row for key, row in figures.items() if key[0] == "progress.repeated" and "domain=" in key[1]}
    for poll, count in by_poll.items():
        of_poll = [row for (_, dimensions), row in changes.items() if f"instrument=lino-{poll.lower()}" in dimensions]
        if len(of_poll) != count:
            yield f"progress.repeated {poll}: {len(of_poll)} questions, expected {count}"
        expected = sorted(value for key, value in questions.items() if key.split()[0] == poll)
        got = sorted([float(row["denominator"]), float(row["value"])] for row in of_poll)
        if got != expected:
            yield f"progress.repeated {poll}: {got}, expected {expected}"
    # Kinds that have no source here may not appear with a figure.
    for (indicator, dimensions), row in figures.items():
        if indicator == "piis.count":
            yield f"{indicator} {dimensions}: {row['value']}, expected none"


def run_and_compare():
    real = HOME.parent / "shared/real/lino-fr"
    if not real.is_dir():
        print(f"skipped: no workbooks of Lino Welfare in {real}")
        return 0
    program = Path(os.environ.get("CARGO_TARGET_DIR", HOME / "target")) / "release/parcours"
    with tempfile.TemporaryDirectory() as name:
        project = Path(name)
        (project / "parcours.toml").write_text(SETTINGS, encoding="utf-8")
        shutil.copy(HOME / "sample_data/sample.key", project)
        shutil.copytree(real, project / "inbox/52012-chatelet/2014")
        subprocess.run([program, "--quiet", "run", "--without-reports", project], check=True, stdout=subprocess.DEVNULL)
        wrong = list(differences(counts(real, 2014), project / "out/indicators.csv", 2014))
    for line in wrong:
        print(line)
    return 1 if wrong else 0


def main():
    if len(sys.argv) == 1:
        return run_and_compare()
    folder = Path(sys.argv[1])
    year = int(sys.argv[3]) if len(sys.argv) > 3 else 2014
    found = counts(folder, year)
    if len(sys.argv) < 3:
        print(json.dumps(found, ensure_ascii=False, indent=1))
        return 0
    wrong = list(differences(found, sys.argv[2], year))
    for line in wrong:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
