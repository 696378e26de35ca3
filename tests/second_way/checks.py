"""Puts the records of a project's lake to every record check a second time and compares with `out/findings.csv`.

    python tests/second_way/checks.py PROJECT

DuckDB runs the SQL of `queries/checks` over the live rows of the lake; periods, days, parameters and which tables were
handed in are worked out here anew. Tested and failed have to be equal for each check, CPAS and period, and so have the
places of what failed. What collect counted on rows is set against the receipts. Ends with 1 where something differs.
"""

import csv
import datetime
import sys
import tomllib
from pathlib import Path

import compare
import duckdb
import lake

# These count files, sheets and totals lines, not rows.
OF_FILES = (
    "file.empty",
    "sheet.hidden_rows",
    "sheet.beside",
    "date.order_unshown",
    "date.order_both",
    "number.sign_unshown",
    "number.sign_both",
    "total.sum",
)


def checks(project: Path):
    """Every record check: id, header, query. A file of the project takes the place of the built-in one."""
    files = {path.name: path for folder in (compare.HOME, project) for path in (folder / "queries/checks").glob("*.sql")}
    for name in sorted(files):
        header, sql = files[name].read_text(encoding="utf-8").lstrip().removeprefix("/*").split("*/", 1)
        yield name.removesuffix(".sql").replace("_", ".", 1), tomllib.loads(header), sql.strip().rstrip(";")


def register(db, project: Path, entries: list) -> None:
    lake.register(db, project / "lake", compare.QUERIES / "tables", with_origin=True)
    compare.add_periods(db, {entry["period"] for entry in entries})
    compare.add_parameters(db, entries, compare.parameters(project))
    compare.add_handed_in(db, entries)


def find(db, project: Path, entries: list) -> tuple[dict, set]:
    """Tested and failed by check, CPAS and period; the places of what failed."""
    scopes = {entry["rows_id"]: (entry["cpas"], entry["period"]) for entry in entries}
    held = {}
    for entry in entries:
        held.setdefault((entry["cpas"], entry["period"]), set()).update(entry["tables"].split(";"))
    counts, places = {}, set()
    for check, header, sql in checks(project):
        for scope, tables in held.items():
            counts[check, *scope] = (0, 0, "tested" if set(header["tables"]) <= tables else "table_missing")
        rows = db.execute(f"SELECT submission_id, source_file, sheet, source_row, column_name, failed FROM (\n{sql}\n) AS c").fetchall()
        for submission, file, sheet, row, column, failed in rows:
            key = (check, *scopes[submission])
            tested, wrong, status = counts[key]
            if status == "tested":
                counts[key] = (tested + 1, wrong + bool(failed), status)
                if failed:
                    places.add((check, *scopes[submission], file, sheet, str(row), column))
    return counts, places


def lines(path: Path) -> list[dict]:
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def row_faults(db, project: Path, entries: list, found: dict) -> list[str]:
    """What collect counted, against receipts and rejects: no check was put to more rows than there are."""
    faults = []
    receipts = db.read_parquet(lake.files(project / "lake/receipts"), hive_partitioning=False)
    content = {}
    for submission, rows in receipts.project("submission_id, rows_loaded + rows_rejected + rows_declared").fetchall():
        content[submission] = content.get(submission, 0) + rows
    rejects = db.read_parquet(lake.files(project / "lake/rejects"), hive_partitioning=False)
    wrong = {}
    for submission, check, rows in rejects.aggregate("submission_id, check_id, count(DISTINCT (source_file, sheet, source_row))").fetchall():
        wrong[submission, check] = rows
    for submission, check, tested, failed in db.read_parquet(lake.files(project / "lake/checks"), hive_partitioning=False).fetchall():
        if failed != wrong.get((submission, check), 0):
            faults.append(f"{check} of {submission}: {failed} failed, {wrong.get((submission, check), 0)} in rejects")
        if failed > tested or (check not in OF_FILES and tested > content[submission]):
            faults.append(f"{check} of {submission}: {failed} of {tested} of {content[submission]} rows")
    for line in found.values():
        if int(line["tested"]) != int(line["passed"]) + int(line["failed"]):
            faults.append(f"{line} does not add up")
    return faults


def main() -> int:
    project = Path(sys.argv[1])
    db = duckdb.connect()
    entries = lake.ledger(db, project / "lake")
    register(db, project, entries)
    ours, places = find(db, project, entries)
    published = {(line["check"], line["cpas"], line["period"]): line for line in lines(project / "out/findings.csv")}
    names = {check for check, _, _ in checks(project)}
    theirs = {key: (int(line["tested"]), int(line["failed"]), line["status"]) for key, line in published.items() if key[0] in names}
    shown = {
        (line["check"], line["cpas"], line["period"], line["source_file"], line["sheet"], line["source_row"], line["column"])
        for line in lines(project / "out/findings_rows.csv")
        if line["check"] in names
    }
    faults = [f"{key}: second way {ours.get(key)}, program {theirs.get(key)}" for key in sorted(ours.keys() | theirs.keys()) if ours.get(key) != theirs.get(key)]
    faults += [f"only one way has {place}" for place in sorted(places ^ shown)]
    faults += row_faults(db, project, entries, published)
    for fault in faults[:20]:
        print(fault, file=sys.stderr)
    tested, failed = (sum(count[place] for count in ours.values()) for place in (0, 1))
    print(f"second way, {project.name}: {len(names)} checks, {tested} records tested, {failed} failed; {len(faults)} differ")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
