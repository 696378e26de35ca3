#!/usr/bin/env python3
"""The national year, exports to all indicators: parcours beside DuckDB, Polars and pandas doing the same work.

    python3 -m venv peers && peers/bin/pip install duckdb polars pandas pyarrow
    cargo build --release
    peers/bin/python benches/peers/run.py [--people 250000] [--cpas 589] [--runs 3]

`--program FILE` takes another build, `--exports FOLDER` a project made before by `parcours demo` (its lake/ and out/ are
removed), `--only duckdb,polars` leaves the others out. Writes benches/results/peers.json and prints a table; ends with
1 where an observation of a peer differs from parcours' own, its lake holds other rows, or it read or rejected another number.

Same work: the exports read, typed and put to the checks that reject a row, people pseudonymised, the accepted rows
written as Parquet, zero and end measure paired, every indicator computed and written as CSV. `parcours` is its commands
collect and compute, which do that and more: they find out how each file is written, explain every reject in a file,
keep receipts, a hash of the content and a transaction log, and write the figures as Parquet too. `parcours_run` is what
a user starts, `run --without-reports`: it also puts every record to the checks of queries/checks and writes
workbooks of what they found, which no peer does. What each peer is spared stands at its head.

Tried with duckdb 2.0, polars 2.1, pandas 3.1, pyarrow 26; polars below 2 will not do. Polars and pandas hold the catalogue in
their own expressions: an indicator that they lack is named and counted as a difference.

The programs take turns, each round begun by another, so that noise falls on all alike. Seconds and CPU seconds are
medians, start of the program included; memory is the largest peak. This program stays small until all have run: a child
inherits the peak of its parent.
"""

import argparse
import json
import math
import os
import pathlib
import platform
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field

HERE = pathlib.Path(__file__).resolve().parent
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache"))
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", CACHE / "parcours" / "target"))
PEERS = ("duckdb", "polars", "pandas")
NUMBERS = slice(1, 6)


@dataclass
class Run:
    """What one run took."""

    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_mib: float = 0.0
    rows_read: int = 0
    rows_rejected: int = 0
    # Seconds of each phase, and the load of the machine before it began.
    phases: dict = field(default_factory=dict)
    load: float = 0.0


def timed(command: list, run: Run, may_end_with=(0,)) -> str:
    """Runs a command, adds what it took, and returns what it printed."""
    with tempfile.TemporaryFile() as printed:
        since = time.perf_counter()
        child = subprocess.Popen([str(part) for part in command], stdout=printed)
        try:
            _, status, used = os.wait4(child.pid, 0)
        except BaseException:
            child.kill()
            raise
        run.seconds += time.perf_counter() - since
        child.returncode = os.waitstatus_to_exitcode(status)
        printed.seek(0)
        text = printed.read().decode("utf-8", "replace")
    if child.returncode not in may_end_with:
        raise SystemExit(f"{' '.join(map(str, command))} ended with {child.returncode}\n{text}")
    run.cpu_seconds += used.ru_utime + used.ru_stime
    run.peak_mib = max(run.peak_mib, used.ru_maxrss / 1024)
    return text


def conservation(printed: str, run: Run):
    """Rows read (headers left out) and rejected, from the line of totals."""
    read, _, rejected, ignored = map(int, re.search(r"^Total +(\d+) +(\d+) +(\d+) +(\d+)$", printed, re.M).groups())
    run.rows_read, run.rows_rejected = read - ignored, rejected


def emptied(project: pathlib.Path, out: pathlib.Path):
    for folder in (project / "lake", project / "out", out):
        shutil.rmtree(folder, ignore_errors=True)


def run_parcours(program, project, out) -> Run:
    """The same work as the peers: collect and compute. Rejected rows are no success of collect."""
    run, quiet = Run(load=os.getloadavg()[0]), [program, "--quiet", "--lang", "en"]
    conservation(timed([*quiet, "collect", project], run, (0, 1)), run)
    run.phases["collect"] = run.seconds
    timed([*quiet, "compute", project], run)
    run.phases["compute"] = run.seconds - run.phases["collect"]
    return run


def run_whole(program, project, out) -> Run:
    """What a user starts."""
    run, timings = Run(load=os.getloadavg()[0]), out.with_suffix(".timings.json")
    command = [program, "--quiet", "--lang", "en", "run", "--without-reports", "--timings", timings, project]
    conservation(timed(command, run, (0, 1)), run)
    run.phases = {phase["phase"]: phase["seconds"] for phase in json.loads(timings.read_text())}
    return run


def run_peer(name):
    def peer(_, project, out) -> Run:
        run = Run(load=os.getloadavg()[0])
        timed([sys.executable, HERE / f"{name}_peer.py", project, out], run)
        told = json.loads((out / "phases.json").read_text())
        run.rows_read, run.rows_rejected = told["rows_read"], told["rows_rejected"]
        run.phases = {phase["phase"]: phase["seconds"] for phase in told["phases"]}
        return run

    return peer


def keep(name: str, project: pathlib.Path, out: pathlib.Path, kept: pathlib.Path) -> float:
    """Keeps what a program found, and says how large its lake is."""
    found, lake = (out, out / "lake") if name in PEERS else (project / "out", project / "lake")
    shutil.copy(found / "indicators.csv", kept / f"{name}.csv")
    # In a process of its own, or this one would grow.
    digest = subprocess.run([sys.executable, __file__, "--digest", lake], check=True, capture_output=True, text=True).stdout
    (kept / f"{name}.lake.json").write_text(digest)
    return sum(path.stat().st_size for path in lake.rglob("*") if path.is_file()) / 2**20


def digest(lake: pathlib.Path) -> dict:
    """Rows of each table and the sum of their hashes, whatever their order: what stands in the lake, pseudonyms and all."""
    import duckdb
    import reference

    found = {}
    for table in reference.tables():
        files = lake / f"{table.name}.parquet" if (lake / f"{table.name}.parquet").exists() else lake / table.name / "**/*.parquet"
        types = {"date": "DATE", "boolean": "BOOLEAN", "integer": "INTEGER", "year": "INTEGER"} | dict.fromkeys(("hours", "money", "score"), "DECIMAL(14,2)")
        columns = {"cpas": "VARCHAR"} | {name: types.get(contract["type"], "VARCHAR") for name, contract in table.fields.items()}
        row = ", ".join(f'CAST("{name}" AS {kind})' for name, kind in columns.items())
        found[table.name] = duckdb.sql(f"SELECT count(*), CAST(sum(hash({row})) AS VARCHAR) FROM read_parquet('{files}')").fetchall()[0]
    return found


def take_turns(programs: dict, runs: int, program, project, work) -> tuple[dict, dict]:
    """All runs of all programs, each round begun by another."""
    found, lakes = {name: [] for name in programs}, {}
    names, out = list(programs), work / "peer"
    for turn in range(runs):
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            emptied(project, out)
            run = programs[name](program, project, out)
            found[name].append(run)
            lakes[name] = keep(name, project, out, work)
            print(f"  {turn + 1}/{runs} {name}: {run.seconds:.1f} s, {run.cpu_seconds:.1f} CPU s, {run.peak_mib:.0f} MiB (load {run.load:.1f})", file=sys.stderr)
    return found, lakes


def summary(runs: list[Run], lake: float) -> dict:
    median = lambda of: round(statistics.median(map(of, runs)), 3)
    phases = {phase: median(lambda run: run.phases[phase]) for phase in runs[0].phases}
    seconds = median(lambda run: run.seconds)
    # `read` of a peer is files to typed rows; `collect` of any program is files to lake.
    collect = phases.get("collect") or sum(phases[phase] for phase in ("read", "check", "lake"))
    return {
        "seconds": seconds,
        "seconds_of_runs": [round(run.seconds, 2) for run in runs],
        "cpu_seconds": median(lambda run: run.cpu_seconds),
        "peak_mib": round(max(run.peak_mib for run in runs)),
        "lake_mib": round(lake, 1),
        "rows_read": runs[-1].rows_read,
        "rows_rejected": runs[-1].rows_rejected,
        "phases": phases,
        "read_share": round(phases["read"] / seconds, 3) if "read" in phases else None,
        "collect_share": round(collect / seconds, 3),
        "load": [round(run.load, 2) for run in runs],
    }


def set_against(results: dict):
    """How many times what the best peer takes."""
    peers = [results[name] for name in PEERS if name in results]
    for name, one in results.items():
        for measure in ("seconds", "cpu_seconds", "peak_mib"):
            one[f"{measure}_to_best_peer"] = round(one[measure] / min(peer[measure] for peer in peers), 2)


def observations(path: pathlib.Path) -> tuple[list, dict]:
    import csv

    with open(path, encoding="utf-8", newline="") as file:
        lines = csv.reader(file)
        header = next(lines)
        found = {}
        for line in lines:
            key = tuple(line[:5])
            if key in found:
                raise SystemExit(f"{path.name}: {key} twice")
            found[key] = line[5:]
    return header, found


def same(ours: list, theirs: list) -> bool:
    """Persons, unit and status equal; numbers to 1e-9."""
    if ours == theirs:
        return True
    if (ours[0], *ours[6:]) != (theirs[0], *theirs[6:]):
        return False
    for one, other in zip(ours[NUMBERS], theirs[NUMBERS]):
        if one != other and (not one or not other or not math.isclose(float(one), float(other), rel_tol=1e-9, abs_tol=1e-9)):
            return False
    return True


def told(key: tuple, figure: list) -> list:
    """A figure without what peers do not tell apart: a share of hours has no interval."""
    return [*figure[:4], "", "", *figure[6:]] if key[0] == "participation.attendance" else figure


def compare(results: dict, work: pathlib.Path) -> list[str]:
    """What differs from parcours; puts down how many observations agree."""
    faults, reference = [], next(name for name in results if name not in PEERS)
    header, ours = observations(work / f"{reference}.csv")
    import reference as known

    computed = {indicator.id for indicator in known.indicators()}
    shared = lambda figures: {key: told(key, figure) for key, figure in figures.items() if {key[0], key[0].rsplit(".", 1)[0]} & computed}
    ours = shared(ours)
    for name, one in results.items():
        own_header, theirs = observations(work / f"{name}.csv")
        if own_header != header:
            faults.append(f"{name}: columns {own_header}")
        theirs = shared(theirs)
        keys = [key for key in ours.keys() | theirs.keys() if key not in ours or key not in theirs or not same(ours[key], theirs[key])]
        wrong = [f"{name}: {' '.join(key)}: {theirs.get(key, 'lacking')}, parcours: {ours.get(key, 'lacking')}" for key in keys]
        one["observations"], one["differ"] = len(theirs), len(wrong)
        one["agree"] = len(ours.keys() | theirs.keys()) - len(wrong)
        faults += sorted(wrong)
        lakes = [json.loads((work / f"{program}.lake.json").read_text()) for program in (name, reference)]
        other = [table for table in lakes[1] if lakes[0][table] != lakes[1][table]]
        faults += [f"{name}: the lake's {table} has other rows: {lakes[0][table]}, parcours {lakes[1][table]}" for table in other]
        for measure in ("rows_read", "rows_rejected"):
            if one[measure] != results[reference][measure]:
                faults.append(f"{name}: {measure} {one[measure]}, parcours {results[reference][measure]}")
    return faults


def table(results: dict) -> str:
    columns = ("seconds", "x", "CPU s", "x", "MiB", "x", "lake MiB", "read", "collect", "rows", "rejected", "agree", "differ")
    lines = [("", *columns)]
    for name, one in results.items():
        share = lambda part: "" if part is None else f"{100 * part:.0f} %"
        ratio = lambda measure: f"{one[f'{measure}_to_best_peer']:.2f}"
        cells = (
            f"{one['seconds']:.1f}", ratio("seconds"), f"{one['cpu_seconds']:.1f}", ratio("cpu_seconds"), one["peak_mib"], ratio("peak_mib"),
            one["lake_mib"], share(one["read_share"]), share(one["collect_share"]), one["rows_read"], one["rows_rejected"], one["agree"], one["differ"],
        )  # fmt: skip
        lines.append((name, *map(str, cells)))
    widths = [max(map(len, column)) for column in zip(*lines)]
    return "\n".join("  ".join([line[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(line[1:], widths[1:]))]) for line in lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", default="250000")
    parser.add_argument("--cpas", default="589")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--program", type=pathlib.Path, default=TARGET / "release" / "parcours")
    parser.add_argument("--exports", type=pathlib.Path)
    parser.add_argument("--only", default=",".join(PEERS))
    parser.add_argument("--digest", type=pathlib.Path, help=argparse.SUPPRESS)
    parser.add_argument("--results", type=pathlib.Path, default=HERE.parent / "results" / "peers.json")
    chosen = parser.parse_args()
    if chosen.digest:
        print(json.dumps(digest(chosen.digest)))
        return 0
    # Whoever ends this program ends the one that it runs, and its folder goes.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    programs = {"parcours": run_parcours, "parcours_run": run_whole, **{name: run_peer(name) for name in PEERS if name in chosen.only.split(",")}}
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        project = chosen.exports or work / "year"
        if not chosen.exports:
            made = [chosen.program, "--quiet", "demo", project, "--people", chosen.people, "--cpas", chosen.cpas, "--seed", "1"]
            subprocess.run(made, check=True, stdout=subprocess.DEVNULL)
        sizes = [path.stat().st_size for path in (project / "inbox").rglob("*.csv")]
        runs, lakes = take_turns(programs, chosen.runs, chosen.program, project, work)
        results = {name: summary(runs[name], lakes[name]) for name in programs}
        set_against(results)
        faults = compare(results, work)
    from importlib.metadata import version

    report = {
        "machine": {"processor": platform.processor() or platform.machine(), "cores": os.cpu_count(), "python": platform.python_version()},
        "versions": {name: version(name) for name in (*PEERS, "pyarrow")},
        "exports": {"people": None if chosen.exports else int(chosen.people), "cpas": None if chosen.exports else int(chosen.cpas), "files": len(sizes), "mib": round(sum(sizes) / 2**20, 1)},
        "runs": chosen.runs,
        "programs": results,
    }
    chosen.results.parent.mkdir(exist_ok=True)
    chosen.results.write_text(json.dumps(report, indent=2) + "\n")
    print(table(results))
    for fault in faults[:20]:
        print(fault, file=sys.stderr)
    if faults:
        print(f"{len(faults)} differences", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
