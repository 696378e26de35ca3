"""How time and memory grow with the lake: invented years of a country are read into a lake one after the other, and after each the
figures are computed; then one CPAS hands its last year in again, a row shorter. Prints a line a year.

    python3 benches/lake.py [--people 60000] [--cpas 589] [--years 10] [--program PATH]
"""

import argparse
import shutil
import tempfile
from pathlib import Path

from timed import PROGRAM, run


def shorten(folder: Path) -> None:
    """Takes the last row from the longest file of a submission."""
    longest = max((path for path in folder.iterdir() if path.suffix == ".csv"), key=lambda path: path.stat().st_size)
    lines = longest.read_bytes().splitlines(keepends=True)
    longest.write_bytes(b"".join(lines[:-1]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=60_000)
    parser.add_argument("--cpas", type=int, default=589)
    parser.add_argument("--years", type=int, default=10)
    parser.add_argument("--program", default=str(PROGRAM))
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "project"
        print("years      lake   collect s   MiB  compute s   MiB  one again s   MiB")
        for place in range(asked.years):
            year = 2008 + place
            made = Path(folder) / f"made-{year}"
            run(asked.program, "--quiet", "demo", str(made), "--people", str(asked.people), "--cpas", str(asked.cpas),
                "--year", str(year), "--seed", str(year))
            if place == 0:
                made.rename(project)
            else:
                for agency in (made / "inbox").iterdir():
                    target = project / "inbox" / agency.name
                    target.mkdir(exist_ok=True)
                    (agency / str(year)).rename(target / str(year))
                shutil.rmtree(made)
            collect = run(asked.program, "--quiet", "collect", str(project))
            compute = run(asked.program, "--quiet", "compute", str(project))
            agency = sorted((project / "inbox").iterdir())[0]
            shorten(agency / str(year))
            again = run(asked.program, "--quiet", "collect", str(project))
            rows = sum(1 for _ in open(project / "out" / "indicators.csv"))
            size = sum(path.stat().st_size for path in (project / "lake").rglob("*.parquet")) / 2**20
            print(f"{place + 1:5}  {size:7.0f} MiB   {collect[0]:8.2f} {collect[1]:5}  {compute[0]:9.2f} {compute[1]:5}"
                  f"  {again[0]:11.2f} {again[1]:5}   {rows} figures", flush=True)


if __name__ == "__main__":
    main()
