#!/usr/bin/env python3
"""The reports of many centres: parcours beside XlsxWriter and matplotlib making the same workbooks and charts.

    python3 -m venv peers && peers/bin/pip install XlsxWriter matplotlib
    cargo build --release
    peers/bin/python benches/reports.py [--people 25000] [--cpas 60] [--program FILE] [--project FOLDER]

Makes a project by `parcours demo` (or takes one that was collected), runs `parcours report annual --timings`, and lets the peer
write, in one process a core, a workbook a report and language with the same tables and one native chart a drawing, and each
drawing as SVG by matplotlib. parcours does more: it builds the tables and sentences, writes a page and a PDF, and reads all of it
again. What the peer writes is taken from the pages that parcours made; reading them is not timed. Prints seconds a report and
language, the ratio, and the peak of memory; writes nothing.
"""

import argparse
import concurrent.futures
import html.parser
import json
import os
import pathlib
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time

CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache"))
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", CACHE / "parcours" / "target"))


class Page(html.parser.HTMLParser):
    """The tables of a page, each with its headings, rows of (text, value) and number of drawings."""

    def __init__(self):
        super().__init__()
        self.tables, self.cell, self.value = [], None, None

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "table":
            self.tables.append({"head": [], "rows": [], "drawings": 0})
        elif tag == "figure" and self.tables:
            self.tables[-1]["drawings"] += 1
        elif tag == "tr" and self.tables:
            self.tables[-1]["rows"].append([])
        elif tag in ("th", "td") and self.tables:
            self.cell, self.value = [], attributes.get("data-value")

    def handle_data(self, data):
        if self.cell is not None:
            self.cell.append(data)

    def handle_endtag(self, tag):
        if tag in ("th", "td") and self.cell is not None:
            self.tables[-1]["rows"][-1].append(("".join(self.cell).strip(), self.value))
            self.cell = None


def tables(page: pathlib.Path) -> list:
    reader = Page()
    reader.feed(page.read_text(encoding="utf-8"))
    for table in reader.tables:
        table["head"] = [text for text, _ in table["rows"][0]] if table["rows"] else []
        table["rows"] = table["rows"][1:]
    return reader.tables


def write(job) -> None:
    """One workbook with its charts, and the drawings."""
    import matplotlib

    matplotlib.use("svg")
    import matplotlib.pyplot as plt
    import xlsxwriter

    name, found, folder = job
    book = xlsxwriter.Workbook(str(folder / f"{name}.xlsx"))
    for position, table in enumerate(found):
        sheet = book.add_worksheet(f"T{position + 1}")
        rows = [[float(value) if value else text for text, value in row] for row in table["rows"]]
        heads = [f"{column + 1} {head}" for column, head in enumerate(table["head"])]
        sheet.add_table(0, 0, max(len(rows), 1), len(heads) - 1, {"data": rows, "columns": [{"header": head} for head in heads], "autofilter": False})
        sheet.freeze_panes(1, 0)
        numeric = [column for column in range(1, len(heads)) if any(isinstance(row[column], float) for row in rows)][:3]
        for drawing in range(table["drawings"]):
            chart = book.add_chart({"type": "bar"})
            for column in numeric:
                chart.add_series({"categories": [sheet.name, 1, 0, len(rows), 0], "values": [sheet.name, 1, column, len(rows), column]})
            sheet.insert_chart(len(rows) + 3, 0, chart)
            figure, axes = plt.subplots(figsize=(6.4, 4.8))
            labels = [str(row[0]) for row in rows]
            for shift, column in enumerate(numeric):
                values = [row[column] if isinstance(row[column], float) else 0 for row in rows]
                axes.barh([place + 0.25 * shift for place in range(len(rows))], values, 0.22, label=table["head"][column])
            axes.set_yticks(range(len(rows)), labels)
            axes.legend()
            figure.savefig(folder / f"{name}-{position}-{drawing}.svg")
            plt.close(figure)
    book.close()


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--people", default="25000")
    asked.add_argument("--cpas", default="60")
    asked.add_argument("--program", default=TARGET / "release" / "parcours")
    asked.add_argument("--project", type=pathlib.Path)
    asked = asked.parse_args()
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        project = asked.project or work / "project"
        if not asked.project:
            subprocess.run([asked.program, "demo", project, "--people", asked.people, "--cpas", asked.cpas], check=True, stdout=subprocess.DEVNULL)
            subprocess.run([asked.program, "--quiet", "collect", project], stdout=subprocess.DEVNULL)
        shutil.rmtree(project / "out" / "reports", ignore_errors=True)
        timings = work / "timings.json"
        command = [asked.program, "--quiet", "report", "annual", project, "--timings", timings]
        child = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL)
        _, status, _ = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            sys.exit(f"parcours ended with {child.returncode}")
        phases = {phase["phase"]: phase for phase in json.loads(timings.read_text())}
        ours = phases["disseminate"]["seconds"]
        pages = sorted((project / "out" / "reports").glob("*/*/*.html"))
        jobs = [(page.stem, tables(page), work) for page in pages]
        since = time.perf_counter()
        with concurrent.futures.ProcessPoolExecutor() as pool:
            list(pool.map(write, jobs, chunksize=4))
        theirs = time.perf_counter() - since
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        centres = len({re.sub(r"-[a-z]{2}$", "", page.stem) for page in pages})
        print(f"{centres} centres, {len(pages)} reports and languages, {os.cpu_count()} cores")
        print(f"parcours  {ours:7.1f} s  {1000 * ours / len(pages):7.0f} ms a report and language, peak {phases['disseminate']['peak_mib']} MiB")
        print(f"peer      {theirs:7.1f} s  {1000 * theirs / len(pages):7.0f} ms a report and language, peak of a process {peak:.0f} MiB")
        print(f"parcours takes {ours / theirs:.2f} times the time of the peer")


if __name__ == "__main__":
    main()
