"""Computes every indicator of a project a second time and compares each figure with `out/indicators.csv`.

    python tests/second_way/compare.py PROJECT [as_is]     with as_is: the figures carried to the communes of today

DuckDB runs the SQL of `queries/indicators` over the live rows of the lake; pairing, intervals and the judging of objectives
are written here a second time. Counts have to be equal, values equal to 1e-9. Ends with 1 where something differs.
"""

import csv
import datetime
import math
import sys
import tomllib
from functools import cache
from pathlib import Path

import definitions
import duckdb
import figures
import lake
import pairing

HOME = Path(__file__).resolve().parents[2]
QUERIES = HOME / "queries"


def parameters(project: Path) -> dict:
    """The dated values by name. A file of the project takes the place of the built-in one."""
    files = {path.stem: path for folder in (HOME, project) for path in (folder / "queries/parameters").glob("*.toml")}
    return {name: tomllib.loads(path.read_text(encoding="utf-8"))["value"] for name, path in files.items()}


def value_on(values: list[dict], scope: str, day: str):
    """The value of a parameter for a scope on a day: the scope's own, else the one for all."""
    for wanted in (scope, ""):
        held = [value for value in values if value.get("scope", "") == wanted and value["from"] <= day]
        if held:
            return max(held, key=lambda value: value["from"])["value"]
    raise ValueError(f"no value for {scope} on {day}")


def days_of(period: str) -> tuple[datetime.date, datetime.date]:
    """First and last day of a year (`2017`) or a quarter (`2017-Q2`)."""
    year, _, quarter = period.partition("-Q")
    first, last = (3 * int(quarter) - 2, 3 * int(quarter)) if quarter else (1, 12)
    next_month = datetime.date(int(year) + last // 12, last % 12 + 1, 1)
    return datetime.date(int(year), first, 1), next_month - datetime.timedelta(1)


def add_periods(db, periods):
    db.execute("CREATE OR REPLACE TABLE reference_period (period VARCHAR, year INTEGER, start_on DATE, end_on DATE)")
    for period in sorted(periods):
        db.execute("INSERT INTO reference_period VALUES (?, ?, ?, ?)", [period, int(period[:4]), *days_of(period)])


def add_parameters(db, entries, values):
    db.execute("CREATE TABLE parameters (name VARCHAR, period VARCHAR, scope VARCHAR, value DECIMAL(14,4))")
    for period in sorted({entry["period"] for entry in entries}):
        for name, dated in values.items():
            for scope in {value.get("scope", "") for value in dated}:
                # A rule of a later day: the program refuses an indicator that needs it.
                if str(days_of(period)[0]) < min(value["from"] for value in dated if value.get("scope", "") in (scope, "")):
                    continue
                db.execute("INSERT INTO parameters VALUES (?, ?, ?, ?)", [name, period, scope, value_on(dated, scope, str(days_of(period)[0]))])


def add_handed_in(db, entries):
    """Each submission with its period, and each day with its number and that of its month."""
    db.execute("CREATE TABLE handed_in (submission_id VARCHAR, cpas VARCHAR, period VARCHAR, year INTEGER, start_on DATE, end_on DATE, start_number INTEGER, end_number INTEGER)")
    for submission, cpas, period in sorted({(entry["rows_id"], entry["cpas"], entry["period"]) for entry in entries}):
        days = days_of(period)
        numbers = [(day - datetime.date(1970, 1, 1)).days for day in days]
        db.execute("INSERT INTO handed_in VALUES (?, ?, ?, ?, ?, ?, ?, ?)", [submission, cpas, period, int(period[:4]), *days, *numbers])
    db.execute(
        """CREATE TABLE calendar AS SELECT CAST(day AS DATE) AS day, CAST(CAST(day AS DATE) - DATE '1970-01-01' AS INTEGER) AS number,
            CAST(year(day) AS INTEGER) AS year, CAST(year(day) * 12 + month(day) AS INTEGER) AS month_number,
            CAST(day(day) AS INTEGER) AS day_of_month
            FROM generate_series(DATE '1900-01-01', DATE '2100-12-31', INTERVAL 1 DAY) AS s(day)"""
    )


@cache
def communes() -> list[dict]:
    with open(QUERIES / "areas/communes.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def existed(cpas: str, period: str) -> bool:
    last = f"{period[:4]}-12-31"
    return any(one["nis5"] == cpas and (one["valid_from"] or last) <= last and (one["valid_to"] or last) >= last for one in communes())


def add_areas(db, agencies, levels, values, period, as_is=False):
    """The areas as they are in a period (the edges of size classes have a date), or those of the communes of today."""
    known = {}
    for line in communes():
        known.setdefault(line["nis5"], line)
    day = str(days_of(period)[0])
    large, medium = (value_on(values[f"size_class_{size}"], "", day) for size in ("large", "medium"))
    db.execute("CREATE OR REPLACE TABLE areas (cpas VARCHAR, area_level VARCHAR, area VARCHAR)")
    for cpas in sorted(agencies):
        commune = known[cpas]
        while as_is and commune["successor_nis5"]:
            commune = known[commune["successor_nis5"]]
        people = commune["inhabitants"]
        areas = {"cpas": commune["nis5"], "province": commune["province_nis"], "region": commune["region_nis"], "country": "BE"}
        if people:
            areas["size_class"] = "large" if int(people) >= large else "medium" if int(people) >= medium else "small"
        for level in levels:
            # One that never handed in has no figure of its own.
            if level in areas and (level != "cpas" or agencies[cpas]):
                db.execute("INSERT INTO areas VALUES (?, ?, ?)", [cpas, level, areas[level]])


GRAIN = ("period", "area_level", "area")
NUMBERS = {
    "persons", "contributors", "value", "value_eur", "numerator", "denominator", "n", "sum", "sum_sq", "sum_before",
    "sum_after", "improved", "unchanged", "worsened", "at_ceiling", "at_floor", "target",
}  # fmt: skip


def text(dimensions: dict) -> str:
    return ";".join(f"{key}={dimensions[key]}" for key in sorted(dimensions))


def indicators(project: Path):
    """Every indicator: id, header, query. A file of the project takes the place of the built-in one."""
    files = {path.name: path for folder in (HOME, project) for path in (folder / "queries/indicators").glob("*.sql")}
    for name in sorted(files):
        header, sql = files[name].read_text(encoding="utf-8").lstrip().removeprefix("/*").split("*/", 1)
        yield name.removesuffix(".sql").replace("_", ".", 1), tomllib.loads(header), sql


def observe(db, project: Path, nearly: float, mark, as_is=False) -> dict:
    found, objectives = {}, []
    for indicator, header, sql in indicators(project):
        result = db.execute(sql)
        names = [column[0] for column in result.description]
        for line in result.fetchall():
            row = dict(zip(names, line))
            dimensions = {name: row[name] for name in names if name not in GRAIN and name not in NUMBERS and row[name] is not None}
            if header["kind"] == "objective":
                # An agreement is one of a CPAS of its time.
                objectives.extend([] if as_is else [(indicator, row)])
                continue
            # An edition's number is the agency's own: above the agency, and for agencies put together, it means nothing.
            if (as_is or row["area_level"] != "cpas") and "edition" in dimensions:
                continue
            persons = row.get("persons", row.get("contributors"))
            for suffix, numerator, denominator, estimate, unit in figures.of_row(header["kind"], header["unit"], header.get("counted", ""), row):
                key = (indicator + suffix, row["period"], row["area_level"], row["area"], text(dimensions))
                assert key not in found, f"{key} twice"
                status = "free" if estimate[0] is not None else "not_computable"
                found[key] = (persons, numerator, denominator, *estimate, unit, status)
    # A provisional figure is a part that looks like the whole: no objective is judged by it.
    mark(found)
    for indicator, row in objectives:
        found.update(objective(indicator, row, found, nearly))
    return found


def objective(indicator, row, found, nearly):
    is_quantitative = row["objective_kind"] == "quantitative"
    wanted = dict(pair.split("=", 1) for pair in (row["breakdown"] or "").split(";") if pair)
    named = found.get((row["indicator"], row["period"], row["area_level"], row["area"], text(wanted)))
    realised = named[3] if named and named[-1] != "provisional" else None
    part, outcome = figures.judged(realised, row["target"], row["direction"], nearly)
    dimensions = {name: row[name] for name in ("scheme", "objective", "indicator", "evidence", "objective_kind") if row[name] is not None}
    if row["breakdown"] is not None:
        dimensions["breakdown"] = row["breakdown"].replace("=", ":").replace(";", ",")
    if is_quantitative:
        dimensions["direction"] = row["direction"] or "at_least"
        dimensions["outcome"] = outcome
    elif row["objective_status"] is not None:
        dimensions["objective_status"] = row["objective_status"]
    status = "free" if part is not None or not is_quantitative else "not_computable"
    shown = (realised, part) if is_quantitative else (None, None)
    key = (indicator, row["period"], row["area_level"], row["area"], text(dimensions))
    return {key: (None, shown[0], row["target"], shown[1], None, None, "percent", status)}


def mark_provisional(found: dict, project: Path, entries: list, areas: dict) -> None:
    """A figure is provisional when a CPAS of its area did not hand in, for the period, a table it is made of."""
    held = {}
    for entry in entries:
        held.setdefault((entry["cpas"], entry["period"]), set()).update(entry["tables"].split(";"))
    needed = {indicator: set(header.get("tables", [])) for indicator, header, _ in indicators(project)}
    for key, figure in found.items():
        indicator, period, level, area, _ = key
        tables = needed.get(indicator) or needed.get(indicator.rsplit(".", 1)[0], set())
        of_area = {cpas for cpas in areas[level, area] if any(one == cpas for one, _ in held)}
        due = {cpas for cpas in of_area if (cpas, period) in held or existed(cpas, period)}
        lacking = any(tables - held.get((cpas, period), set()) for cpas in due)
        if figure[-1] == "free" and lacking:
            found[key] = (*figure[:-1], "provisional")


def columnar(path: Path) -> dict:
    """The figures of a Parquet file as DuckDB reads it."""
    rows = duckdb.connect().execute("SELECT * FROM read_parquet(?)", [str(path)]).fetchall()
    return {tuple(row[:5]): tuple(row[5:]) for row in rows}


def published(project: Path, as_is=False) -> dict:
    folder = project / "out" / ("as_is" if as_is else "")
    with open(folder / "indicators.csv", encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))[1:]
    number = lambda cell: float(cell) if cell else None
    found = {tuple(line[:5]): (int(line[5]) if line[5] else None, *map(number, line[6:11]), line[11], line[12]) for line in lines}
    if found != columnar(folder / "indicators.parquet"):
        sys.exit(f"{project.name}: indicators.parquet holds other figures than indicators.csv")
    return found


def differs(ours, theirs) -> bool:
    if ours is None or theirs is None:
        return ours is not theirs
    if isinstance(ours, str):
        return ours != theirs
    return not math.isclose(float(ours), theirs, rel_tol=1e-9, abs_tol=1e-9)


def faults(project: Path, as_is=False) -> tuple[list[str], str]:
    """Every figure that the two ways do not share, and a line that says what was compared."""
    settings = tomllib.loads((project / "parcours.toml").read_text(encoding="utf-8"))
    db = duckdb.connect()
    entries = lake.ledger(db, project / "lake")
    values = parameters(project)
    lake.register(db, project / "lake", QUERIES / "tables", with_origin=True)
    add_handed_in(db, entries)
    derived = pairing.Derived(db, QUERIES / "instruments")
    derived.register(db)
    add_parameters(db, entries, values)
    definitions.add_instruments(db, QUERIES / "instruments")
    agencies = dict.fromkeys(definitions.add_expected(db, project, HOME, entries, communes()), False)
    agencies |= {entry["cpas"]: True for entry in entries}
    ours, theirs = {}, published(project, as_is)
    for period in sorted({entry["period"] for entry in entries}):
        add_periods(db, [period])
        add_areas(db, agencies, settings.get("compute", {}).get("levels", ["cpas"]), values, period, as_is)
        areas = {}
        for cpas, level, area in db.execute("SELECT cpas, area_level, area FROM areas").fetchall():
            areas.setdefault((level, area), []).append(cpas)
        mark = lambda found: mark_provisional(found, project, entries, areas)
        found = observe(db, project, value_on(values["objective_nearly"], "", str(days_of(period)[0])), mark, as_is)
        mark(found)
        ours.update(found)
    wrong = [f"only the second way has {key}" for key in ours.keys() - theirs.keys()]
    wrong += [f"only the program has {key}" for key in theirs.keys() - ours.keys()]
    for key in sorted(ours.keys() & theirs.keys()):
        # People are counted, so nothing may be rounded away.
        if ours[key][0] != theirs[key][0] or any(map(differs, ours[key][1:], theirs[key][1:])):
            wrong.append(f"{key}: second way {ours[key]}, program {theirs[key]}")
    outcomes = {}
    for line in derived.outcomes:
        outcomes[line[-1]] = outcomes.get(line[-1], 0) + 1
    return sorted(wrong), f"{len(ours)} figures, {len(derived.pairs)} pairs, outcomes {dict(sorted(outcomes.items()))}"


def main() -> int:
    project = Path(sys.argv[1])
    found, compared = faults(project, "as_is" in sys.argv[2:])
    for fault in found[:20]:
        print(fault, file=sys.stderr)
    print(f"second way, {project.name}: {compared}; {len(found)} differ")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
