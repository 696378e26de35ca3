"""Puts the known answers of `tests/indicators` to the program, and the same question to DuckDB.

    python tests/second_way/known.py PROGRAM [ID...]
    python tests/second_way/known.py PROGRAM --from FOLDER [ID...]   queries and tests of another folder on top of ours

For each file (the format is in `tests/indicators/README.md`) it makes a project of these few rows, runs the program with the
queries of this checkout, and compares every figure of the indicator. Ends with 1 where something differs, or where an
indicator has no known answer.
"""

import csv
import json
import math
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import compare

HOME = compare.HOME
LIEGE = "62063"
# What a project may hold of its own.
PARTS = ("indicators", "parameters", "codelists", "instruments")
# The columns of `out/indicators.csv` that tell its lines apart.
KEY = ("indicator", "period", "area_level", "area", "dimensions")
SETTINGS = """[project]
name = "known answers"
languages = ["en"]
[key]
file = "key"
invented = true
[inbox]
folder = "inbox"
profile = "plain"
[compute]
levels = [{}]
[status]
"""


class Question:
    """What a file says: tables by centre and period, and the figures expected."""

    def __init__(self, path: Path):
        self.id, self.levels, self.purpose = path.stem.replace("_", ".", 1), ["cpas"], ""
        self.tables, self.columns, self.expected, self.headings, self.figures = {}, {}, {}, [], []
        self.centres, self.due, self.received = [], "", {}
        period, block = "2017", None
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if line.startswith("#"):
                continue
            word, _, rest = line.strip().partition(" ")
            if not word:
                block = None
            elif block:
                block(next(csv.reader([line.strip()])))
            elif not self.purpose:
                self.purpose = line.strip()
            elif word == "levels":
                self.levels = rest.split(",")
            elif word == "figures":
                self.figures = rest.split(",")
            elif word == "expected":
                self.centres = rest.split(",")
            elif word == "due":
                self.due = rest
            elif word == "received":
                cpas, handed, day = rest.split()
                self.received[cpas, handed] = day
            elif word == "period":
                period = rest
            elif word == "table":
                block = self.table(rest, period)
            elif word == "expect":
                block = self.expect
            else:
                raise ValueError(f"{path.name}:{number}: {line}")

    def table(self, name: str, period: str):
        """Takes the heading of a table, then its rows."""
        columns = []

        def take(cells):
            if not columns:
                columns.extend(cells)
                self.columns.setdefault(name, [column for column in cells if column != "cpas"])
                self.rows(LIEGE, period, name) if "cpas" not in columns else None
                return
            if len(cells) != len(columns):
                raise ValueError(f"{self.id}, {name}: {cells} has not the columns {columns}")
            row = dict(zip(columns, cells))
            self.rows(row.pop("cpas", LIEGE), period, name).append(row)

        return take

    def rows(self, cpas: str, period: str, table: str) -> list:
        return self.tables.setdefault((cpas, period, table), [])

    def expect(self, cells):
        if not self.headings:
            self.headings = cells
            return
        row = {"indicator": self.id, "dimensions": ""} | dict(zip(self.headings, cells, strict=True))
        key = tuple(row[name] for name in KEY)
        if key in self.expected:
            raise ValueError(f"{' '.join(key)} twice")
        self.expected[key] = row

    def compared(self) -> list[str]:
        return [name for name in self.headings if name not in KEY]


def profile(columns: dict) -> str:
    """Every table holds its columns under their own names; people go by the centre's own numbers, or national ones."""
    text = 'id = "plain"\ntitle = "plain"\n'
    known = {"person_id": 'person_id = { from = "person_id", as = "client_no" }', "niss": 'person_id = "niss"'}
    for table, names in columns.items():
        text += f'[[file]]\nname = "{table}.csv"\n[[file.table]]\nname = "{table}"\n[file.table.columns]\n'
        text += "".join(known.get(name, f'{name} = "{name}"') + "\n" for name in names)
    return text


def make(folder: Path, question: Question, queries: list[Path]) -> None:
    for source in queries:
        for part in PARTS:
            if (source / part).is_dir():
                shutil.copytree(source / part, folder / "queries" / part, dirs_exist_ok=True)
    levels = ", ".join(f'"{level}"' for level in question.levels)
    status = f"expected = {json.dumps(question.centres)}\n" if question.centres else 'expected = "inbox"\n'
    status += f'due = "{question.due}"\n' if question.due else ""
    (folder / "parcours.toml").write_text(SETTINGS.format(levels) + status, encoding="utf-8")
    (folder / "key").write_text("0" * 64, encoding="utf-8")
    (folder / "profiles").mkdir()
    (folder / "profiles/plain.toml").write_text(profile(question.columns), encoding="utf-8")
    for (cpas, period, table), rows in question.tables.items():
        path = folder / f"inbox/{cpas}-test/{period}/{table}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, question.columns[table], lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    for (cpas, period), day in question.received.items():
        note = folder / f"inbox/{cpas}-test/{period}/submission.toml"
        note.write_text(f"received_on = {day}\n", encoding="utf-8")


def answers(project: Path, question: Question) -> dict:
    with open(project / "out/indicators.csv", encoding="utf-8", newline="") as file:
        lines = [line for line in csv.DictReader(file) if line["area_level"] in question.levels]
    is_own = lambda name: name in question.figures if question.figures else f"{name}.".startswith(f"{question.id}.")
    own = (line for line in lines if is_own(line["indicator"]))
    return {tuple(line[name] for name in KEY): line for line in own}


def is_same(name: str, expected: str, found: str) -> bool:
    if name in ("persons", "unit", "status") or "" in (expected, found):
        return expected == found
    return math.isclose(float(expected), float(found), rel_tol=1e-9, abs_tol=1e-9)


def differences(question: Question, found: dict) -> list[str]:
    shown = lambda key: " ".join(part for part in key if part)
    faults = [f"expected and not there: {shown(key)}" for key in question.expected if key not in found]
    for key, line in found.items():
        wanted = question.expected.get(key)
        if wanted is None:
            numbers = ",".join(f"{name} {line[name] or '-'}" for name in question.compared())
            faults.append(f"there and not expected: {shown(key)}: {numbers}")
            continue
        wrong = [name for name in question.compared() if not is_same(name, wanted[name], line[name])]
        faults += [f"{shown(key)}: {name} is {line[name] or 'empty'}, expected {wanted[name] or 'empty'}" for name in wrong]
    return faults


def ask(program: str, path: Path, queries: list[Path]) -> list[str]:
    """Everything that is wrong about one file."""
    try:
        question = Question(path)
    except ValueError as error:
        return [str(error)]
    with tempfile.TemporaryDirectory(prefix="known-") as folder:
        project = Path(folder)
        make(project, question, queries)
        ended = subprocess.run([program, "--quiet", "run", "--without-reports", folder], capture_output=True, text=True)
        # A rejected row would be a question other than the one in the file.
        if ended.returncode != 0:
            rejects = [line for file in sorted(project.glob("out/rejects/*.csv")) for line in file.read_text(encoding="utf-8").splitlines()[1:]]
            return [f"ended with {ended.returncode}: {ended.stderr.strip()}", *rejects]
        return differences(question, answers(project, question)) + [f"second way: {fault}" for fault in compare.faults(project)[0]]


def main(program: str, *wanted: str) -> int:
    homes = [HOME]
    if wanted and wanted[0] == "--from":
        homes, wanted = [HOME, Path(wanted[1])], wanted[2:]
    own = homes[-1]
    asked = {path.stem.replace("_", ".", 1): path for path in sorted((own / "tests/indicators").glob("*.txt"))}
    known = {path.stem.replace("_", ".", 1) for path in (own / "queries/indicators").glob("*.sql")}
    faults = {name: ["no known answer"] for name in sorted(known - asked.keys()) if not wanted or name in wanted}
    chosen = {name: path for name, path in asked.items() if not wanted or name in wanted}
    queries = [home / "queries" for home in homes]
    with ThreadPoolExecutor() as pool:
        for name, found in zip(chosen, pool.map(lambda path: ask(program, path, queries), chosen.values())):
            if found:
                faults[name] = found
    for name, found in sorted(faults.items()):
        print(f"{name}\n    " + "\n    ".join(found), file=sys.stderr)
    print(f"known answers: {len(chosen)} indicators asked, {len(faults)} with faults")
    return 1 if faults or not chosen else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
