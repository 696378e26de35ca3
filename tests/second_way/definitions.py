"""The tables that queries join beside the lake's: what instruments say, and who is expected to hand in what, written anew."""

import datetime
import tomllib
from pathlib import Path


def toml(path: Path) -> dict:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def add_instruments(db, instruments: Path) -> None:
    db.execute("CREATE TABLE requirements (instrument VARCHAR, domain VARCHAR, aim VARCHAR, level DECIMAL(7,2), higher_is_better BOOLEAN)")
    db.execute("CREATE TABLE instrument_reliability (instrument VARCHAR, published VARCHAR, reliability DECIMAL(5,4), domains INTEGER)")
    for instrument in map(toml, sorted(instruments.glob("*.toml"))):
        for domain in instrument["domain"]:
            for one in domain.get("requirement", []):
                higher = domain.get("better", instrument["better"]) == "higher"
                db.execute("INSERT INTO requirements VALUES (?, ?, ?, ?, ?)", [instrument["id"], domain["code"], one["code"], one["level"], higher])
        for one in instrument.get("reliability", [])[:1]:
            row = [instrument["id"], one["value"], one["value"], len(instrument["domain"])]
            db.execute("INSERT INTO instrument_reliability VALUES (?, ?, ?, ?)", row)


def add_expected(db, project: Path, home: Path, entries: list[dict], communes: list[dict]) -> set[str]:
    """What the settings expect, for each period of the lake. Returns the centres."""
    settings = toml(project / "parcours.toml")
    status, inbox = settings.get("status", {}), settings["inbox"]
    profiles = {toml(path)["id"]: toml(path) for folder in (home, project) for path in (folder / "profiles").glob("*.toml")}
    db.execute("CREATE TABLE expected_tables (cpas VARCHAR, period VARCHAR, table_name VARCHAR, is_received BOOLEAN)")
    db.execute("CREATE TABLE expected_submissions (cpas VARCHAR, period VARCHAR, received_on DATE, due_on DATE)")
    handed = {entry["cpas"] for entry in entries}
    everybody = set()
    ranked = sorted(entries, key=lambda entry: (entry["ranks_on"], entry["sequence"]))
    for period in sorted({entry["period"] for entry in entries}):
        year = int(period[:4])
        wanted = status.get("expected", "all")
        if wanted == "inbox":
            wanted = handed | {path.name[:5] for path in (project / inbox["folder"]).iterdir() if path.is_dir()}
        elif wanted == "all":
            last = f"{year}-12-31"
            wanted = [one["nis5"] for one in communes if (one["valid_from"] or last) <= last and (one["valid_to"] or last) >= last]
        everybody |= set(wanted)
        for cpas in wanted:
            own = [entry for entry in ranked if (entry["cpas"], entry["period"]) == (cpas, period)]
            folder = [source["profile"] for source in inbox.get("source", []) if source["folder"].startswith(cpas)]
            profile = own[-1]["profile"] if own else (folder or [inbox.get("profile")])[0]
            held = {table for entry in own for table in entry["tables"].split(";")}
            for table in {table["name"] for file in profiles.get(profile, {}).get("file", []) for table in file.get("table", [])}:
                db.execute("INSERT INTO expected_tables VALUES (?, ?, ?, ?)", [cpas, period, table, table in held])
            if "due" in status:
                # The day after the period, then the next such day of the year.
                due = datetime.date.fromisoformat(f"{year + 1}-{status['due']}")
                came = min((entry["received_on"] or entry["arrived_at"][:10] for entry in own), default=None)
                db.execute("INSERT INTO expected_submissions VALUES (?, ?, ?, ?)", [cpas, period, came, due])
    return everybody
