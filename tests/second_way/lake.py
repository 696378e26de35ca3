"""The live rows of a lake, read by DuckDB: the second way to them, beside the program's own.

A lake is read as its rules say and not as the program does it: the transaction log of each table names its files, the
ledger says which submissions count, and where two of them hold one key the later period says it last.
"""

import json
import tomllib
from pathlib import Path
from urllib.parse import unquote

import duckdb


def files(table: Path) -> list[str]:
    """The data files of a table after all transactions of its log."""
    present = {}
    for log in sorted((table / "_delta_log").glob("*.json")):
        for line in log.read_text(encoding="utf-8").splitlines():
            action = json.loads(line)
            if "add" in action:
                present[unquote(action["add"]["path"])] = True
            if "remove" in action:
                present.pop(unquote(action["remove"]["path"]), None)
    return sorted(str(table / path) for path in present)


def ledger(db: duckdb.DuckDBPyConnection, lake: Path) -> list[dict]:
    """The submissions in the order of their arrival."""
    rows = db.read_parquet(files(lake / "submissions"), hive_partitioning=False)
    entries = [dict(zip(rows.columns, row)) for row in rows.fetchall()]
    return sorted(entries, key=lambda entry: entry["sequence"])


def in_force(entries: list[dict], table: str) -> list[tuple[str, str]]:
    """Rows' id and period of the newest submission of each CPAS and period that holds the table: the one that stands at
    the latest day, of several the one that arrived last."""
    last = {}
    for entry in sorted(entries, key=lambda entry: (entry["ranks_on"], entry["sequence"])):
        if table in entry["tables"].split(";"):
            last[entry["cpas"], entry["period"]] = entry["rows_id"]
    return [(submission, period) for (_, period), submission in last.items()]


ORIGIN = {"submission_id": "VARCHAR", "source_file": "VARCHAR", "sheet": "VARCHAR", "source_row": "INTEGER"}


def register(db: duckdb.DuckDBPyConnection, lake: Path, contracts: Path, with_origin: bool = False) -> None:
    """Makes each table of the data model with its live rows.

    With their origin, if asked for, and then also `handed_in_<table>`: all live rows, of keys that a later period says again too.
    """
    entries = ledger(db, lake)
    batches = {entry["batch_id"] for entry in entries}
    for path in sorted(contracts.glob("*.toml")):
        contract = tomllib.loads(path.read_text(encoding="utf-8"))
        table, key = path.stem, ", ".join(f"t.{column}" for column in contract["key"])
        columns = ["cpas", *(column["name"] for column in contract["column"]), *(ORIGIN if with_origin else ())]
        names = ", ".join(f"t.{column}" for column in dict.fromkeys(columns))
        known = [file for file in files(lake / table) if Path(file).stem in batches] if (lake / table).is_dir() else []
        if not known:
            kinds = {"date": "DATE", "boolean": "BOOLEAN", "integer": "INTEGER", "year": "INTEGER", "hours": "DECIMAL(9,2)", "money": "DECIMAL(12,2)", "score": "DECIMAL(7,2)"}
            made = ", ".join(f"{c['name']} {kinds.get(c['type'], 'VARCHAR')}" for c in contract["column"])
            made += "".join(f", {name} {kind}" for name, kind in ORIGIN.items()) if with_origin else ""
            for name in [table, f"handed_in_{table}"][: 1 + with_origin]:
                db.execute(f"CREATE TABLE {name} (cpas VARCHAR, {made})")
            continue
        db.execute("CREATE OR REPLACE TEMP TABLE live (submission_id VARCHAR, period VARCHAR)")
        for submission in in_force(entries, table):
            db.execute("INSERT INTO live VALUES (?, ?)", submission)
        db.read_parquet(known, hive_partitioning=False).create_view("stored", replace=True)
        db.execute(
            f"""CREATE TABLE {table} AS SELECT {names} FROM (
                SELECT t.*, ROW_NUMBER() OVER (PARTITION BY {key} ORDER BY l.period DESC) AS turn
                FROM stored AS t JOIN live AS l ON l.submission_id = t.submission_id
            ) AS t WHERE t.turn = 1"""
        )
        if with_origin:
            db.execute(f"CREATE TABLE handed_in_{table} AS SELECT {names} FROM stored AS t JOIN live AS l ON l.submission_id = t.submission_id")
