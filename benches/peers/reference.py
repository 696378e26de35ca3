"""What the peers read from `queries/` and from the project: contracts, code lists, areas, dated values, the catalogue.

Plain Python, so that a peer pays for no tool but its own. Everything here is small: no row of an export passes through.
"""

import csv
import json
import math
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path
from statistics import NormalDist

HOME = Path(__file__).resolve().parents[2]
QUERIES = HOME / "queries"
PROFILE = HOME / "profiles/parcours-demo.toml"
PERIOD = "2017"
Z = NormalDist().inv_cdf(0.975)
# A digit is signed as its value, not as its character.
DIGITS = bytes.maketrans(b"0123456789", bytes(range(10)))
# Months after the start of a parcours in which a reading is due, and the days by which it may be off.
DUE, OFF = (3, 6, 9, 12), 45
CHANGE_SHARES = {"improved": "improved", "unchanged": "unchanged", "worsened": "worsened", "ceiling": "at_ceiling", "floor": "at_floor"}
COLUMNS = "indicator,period,area_level,area,dimensions,persons,numerator,denominator,value,ci_low,ci_high,unit,status".split(",")


@dataclass
class Table:
    """A table of the lake, and how its file feeds it."""

    name: str
    file: str
    # Field of the table: heading of the file.
    headings: dict
    constants: dict
    # Where a row holds many records: the field that names each, the field of its value, code of each heading.
    into: str | None
    value: str | None
    unpivot: dict
    # Field: its contract.
    fields: dict
    key: list
    in_order: list

    @property
    def own(self) -> dict:
        """The fields read from a column of their own, by their contract, in the order of the file."""
        return {field: self.fields[field] for field in self.headings}


def toml(path: Path) -> dict:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def tables() -> list[Table]:
    """The tables that the profile of the demonstration fills."""
    found = []
    for file in toml(PROFILE)["file"]:
        (rule,) = file["table"]
        contract = toml(QUERIES / f"tables/{rule['name']}.toml")
        (group,) = rule.get("unpivot") or ({"into": None, "value": None, "columns": {}},)
        found.append(
            Table(
                name=rule["name"],
                file=file["name"],
                headings=rule["columns"],
                constants=rule.get("constants", {}),
                into=group["into"],
                value=group["value"],
                unpivot=group["columns"],
                fields={column["name"]: column for column in contract["column"]},
                key=contract["key"],
                in_order=contract.get("in_order", []),
            )
        )
    return found


def rows(path: Path) -> list[dict]:
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def codes(codelist: str) -> list[str]:
    """The codes of a list. Spared: the labels and aliases that exports may hold instead."""
    return [row["code"] for row in rows(QUERIES / f"codelists/{codelist}.csv")]


def scales() -> list[dict]:
    """Lowest and highest level of each domain, the best and the worst of them, and the sign of a change."""
    found = []
    for path in sorted((QUERIES / "instruments").glob("*.toml")):
        instrument = toml(path)
        low, high = instrument["lowest"], instrument["highest"]
        for domain in instrument["domain"]:
            up = domain.get("better", instrument["better"]) == "higher"
            best, worst = (high, low) if up else (low, high)
            names = {"instrument": instrument["id"], "domain": domain["code"]}
            found.append({**names, "lowest": low, "highest": high, "best": best, "worst": worst, "sign": 1 if up else -1})
    return found


class Project:
    """The project folder: settings, key, exports."""

    def __init__(self, folder: Path):
        settings = toml(folder / "parcours.toml")
        self.inbox = folder / settings["inbox"]["folder"]
        self.levels = settings.get("compute", {}).get("levels", ["cpas"])
        self.key = bytes.fromhex((folder / settings["key"]["file"]).read_text().strip())
        self.cpas = sorted(path.name[:5] for path in self.inbox.iterdir())

    def paths(self, table: Table) -> list[Path]:
        """The files of a table. Every agency hands in every table, or the peers would owe the status `provisional`."""
        paths = sorted(self.inbox.glob(f"*/{PERIOD}/{table.file}"))
        if len(paths) != len(self.cpas):
            raise SystemExit(f"{table.file}: {len(paths)} files of {len(self.cpas)} agencies")
        return paths


def hmac_pads(key: bytes) -> tuple[bytes, bytes]:
    """The blocks that SHA-256 begins with, inside and outside, and what stands before the digits inside."""
    key = key.ljust(64, b"\0")
    before = (4).to_bytes(8, "big") + b"niss" + (11).to_bytes(8, "big")
    return bytes(byte ^ 0x36 for byte in key) + before, bytes(byte ^ 0x5C for byte in key)


def value_on(values: list[dict], scope: str, day: str) -> float | None:
    """The value for a scope on a day: the scope's own, else the one for all; nothing before the first."""
    for wanted in (scope, ""):
        held = [value for value in values if value.get("scope", "") == wanted and value["from"] <= day]
        if held:
            return max(held, key=lambda value: value["from"])["value"]
    return None


def parameters() -> list[dict]:
    """Name, scope and value of each parameter at the start of the period."""
    found = []
    for path in sorted((QUERIES / "parameters").glob("*.toml")):
        values = toml(path)["value"]
        for scope in sorted({value.get("scope", "") for value in values}):
            if (value := value_on(values, scope, f"{PERIOD}-01-01")) is not None:
                found.append({"name": path.stem, "period": PERIOD, "scope": scope, "value": value})
    return found


def parameter(name: str) -> float:
    (found,) = [one["value"] for one in parameters() if one["name"] == name]
    return found


def areas(project: Project) -> list[dict]:
    """The areas of each agency, of the levels that the project asks for."""
    communes = {row["nis5"]: row for row in reversed(rows(QUERIES / "areas/communes.csv"))}
    large, medium = parameter("size_class_large"), parameter("size_class_medium")
    found = []
    for cpas in project.cpas:
        commune = communes[cpas]
        of = {"cpas": cpas, "province": commune["province_nis"], "region": commune["region_nis"], "country": "BE"}
        if people := int(commune["inhabitants"] or 0):
            of["size_class"] = "large" if people >= large else "medium" if people >= medium else "small"
        found += [{"cpas": cpas, "area_level": level, "area": of[level]} for level in project.levels if level in of]
    return found


# Tables of definitions and of who is expected: four small indicators that no peer computes.
PROVIDED = ("requirements", "instrument_reliability", "expected_tables", "expected_submissions")


@dataclass
class Indicator:
    """An indicator of the catalogue."""

    id: str
    kind: str
    unit: str
    sql: str


def indicators() -> list[Indicator]:
    """The catalogue, without what only tables tell that nobody hands in; what judges others comes last."""
    found, fed = [], {table.name for table in tables()}
    for path in sorted((QUERIES / "indicators").glob("*.sql")):
        header, sql = path.read_text(encoding="utf-8").lstrip().removeprefix("/*").split("*/", 1)
        header = tomllib.loads(header)
        if not fed >= set(header["tables"]) or any(table in sql for table in PROVIDED):
            continue
        found.append(Indicator(path.stem.replace("_", ".", 1), header["kind"], header["unit"], sql.strip().rstrip(";")))
    return sorted(found, key=lambda one: one.kind == "objective")


def student(degrees: int) -> float:
    """The 97.5 % quantile of Student's t: Newton's method on the closed form for whole degrees of freedom
    (Abramowitz and Stegun 26.7.3 and 26.7.4); from 400 on its expansion, whose error is below 1e-13 there.
    """
    n, z = degrees, Z
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    t = z + sum(term / n ** (place + 1) for place, term in enumerate(terms))
    if n >= 400:
        return t
    if n == 1:
        return math.tan(0.475 * math.pi)
    if n == 2:
        return 0.95 * math.sqrt(2 / (1 - 0.95**2))
    height = math.exp(math.lgamma((n + 1) / 2) - math.lgamma(n / 2)) / math.sqrt(n * math.pi)
    for _ in range(6):
        slope = 2 * height * (1 + t * t / n) ** (-(n + 1) / 2)
        t -= (inside(t, n) - 0.95) / slope
    return t


def inside(t: float, n: int) -> float:
    """The share of Student's t from -t to t."""
    square = n / (n + t * t)
    odd = n % 2
    term = math.sqrt(square) if odd else 1.0
    total = 0.0
    for j in range(1 + odd, n, 2):
        total += term
        term *= square * j / (j + 1)
    total *= math.sqrt(1 - square)
    return 2 / math.pi * (math.atan(t / math.sqrt(n)) + total) if odd else total


class Phases:
    """The seconds of each phase, by the wall clock and of all cores, and how many rows were read and rejected."""

    def __init__(self):
        self.found, self.rows_read, self.rows_rejected = [], 0, 0
        self.since = time.perf_counter(), time.process_time()

    def end(self, phase: str):
        now = time.perf_counter(), time.process_time()
        self.found.append({"phase": phase, "seconds": now[0] - self.since[0], "cpu_seconds": now[1] - self.since[1]})
        self.since = now

    def write(self, path: Path):
        path.write_text(json.dumps({"phases": self.found, "rows_read": self.rows_read, "rows_rejected": self.rows_rejected}))
