#!/usr/bin/env python3
"""First figures: the whole run of sample_data, and a made national year from exports to indicators.

    cargo build --release && cargo build --release -p tabular --example pass
    python3 benches/first_figures.py [--people 250000] [--cpas 589] [--runs 3]

Writes benches/results/first_figures.json: seconds (median of the runs) and peak memory (largest of the runs) of
each phase, beside what the machine was. The national year is made anew with a fixed seed; each run begins with
an empty lake. Peers in the same run: Python's csv module and the csv crate doing nothing but splitting the same files.
"""
import argparse
import csv
import json
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache"))
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", CACHE / "parcours" / "target"))


def run(program, project, options):
    """One run with an empty lake: the phases it reports."""
    for folder in ("lake", "out"):
        shutil.rmtree(project / folder, ignore_errors=True)
    timings = project / "timings.json"
    done = subprocess.run([program, "--quiet", "run", project, "--timings", timings, *options], stdout=subprocess.DEVNULL)
    if done.returncode not in (0, 1):
        raise SystemExit(f"run of {project} ended with {done.returncode}")
    return json.loads(timings.read_text())


def measure(program, project, runs, options=()):
    """Median seconds and largest peak of each phase, and of the whole."""
    found = [run(program, project, options) for _ in range(runs)]
    phases = {
        phase["phase"]: {
            "seconds": round(statistics.median(one[place]["seconds"] for one in found), 3),
            "peak_mib": max(one[place]["peak_mib"] or 0 for one in found),
        }
        for place, phase in enumerate(found[0])
    }
    phases["whole"] = {
        "seconds": round(statistics.median(sum(phase["seconds"] for phase in one) for one in found), 3),
        "peak_mib": max(phase["peak_mib"] or 0 for one in found for phase in one),
    }
    return phases


def split_only(inbox):
    """Seconds that Python's csv module takes to split every file, and rows and bytes read."""
    since, rows, size = time.perf_counter(), 0, 0
    for path in sorted(inbox.rglob("*.csv")):
        size += path.stat().st_size
        with path.open(newline="", encoding="utf-8") as lines:
            rows += sum(1 for _ in csv.reader(lines))
    return {"seconds": round(time.perf_counter() - since, 3), "rows": rows, "mib": round(size / 2**20, 1)}


def reading(inbox, collect):
    """What reading costs beside the csv crate's bare pass: detection and splitting, and the whole of collect."""
    pass_ = TARGET / "release" / "examples" / "pass"
    found = json.loads(subprocess.run([pass_, inbox], check=True, capture_output=True, text=True).stdout)
    bare = found["csv_seconds"]
    found["detect_and_split_ratio"] = round(found["seconds"] / bare, 2)
    found["collect_ratio"] = round(collect["seconds"] / bare, 2)
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", default="250000")
    parser.add_argument("--cpas", default="589")
    parser.add_argument("--runs", type=int, default=3)
    chosen = parser.parse_args()
    program = TARGET / "release" / "parcours"
    with tempfile.TemporaryDirectory() as work:
        sample, year = pathlib.Path(work, "sample"), pathlib.Path(work, "year")
        shutil.copytree(HERE.parent / "sample_data", sample, ignore=shutil.ignore_patterns("lake", "out"))
        subprocess.run([program, "--quiet", "demo", year, "--people", chosen.people, "--cpas", chosen.cpas, "--seed", "1"], check=True)
        results = {
            "machine": {"processor": platform.processor() or platform.machine(), "cores": os.cpu_count()},
            "runs": chosen.runs,
            "sample_data": measure(program, sample, chosen.runs),
            "national_year": measure(program, year, chosen.runs, ["--without-reports"]),
            "python_csv_split_only": split_only(year / "inbox"),
        }
        results["reading"] = reading(year / "inbox", results["national_year"]["collect"])
    folder = HERE / "results"
    folder.mkdir(exist_ok=True)
    (folder / "first_figures.json").write_text(json.dumps(results, indent=2) + "\n")
    print(json.dumps(results, indent=2))


main()
