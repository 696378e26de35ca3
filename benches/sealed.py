"""What an encrypted lake costs: the same invented project with an open and a sealed lake, in turns; time of reading exports
into the lake, time of computing from it, size, and peak memory. Prints medians and ratios.

    python3 benches/sealed.py [--people 20000] [--cpas 60] [--runs 5] [--program PATH]
"""

import argparse
import json
import shutil
import statistics
import tempfile
from pathlib import Path

from timed import PROGRAM, run


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--cpas", type=int, default=60)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--program", default=str(PROGRAM))
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "project"
        run(asked.program, "--quiet", "demo", str(project), "--people", str(asked.people), "--cpas", str(asked.cpas))
        settings = project / "parcours.toml"
        plain = settings.read_text()
        found: dict[str, dict[str, list[float]]] = {}
        for _ in range(asked.runs):
            for kind, text in [("open", plain), ("sealed", plain + "\n[lake]\nencrypted = true\n")]:
                settings.write_text(text)
                shutil.rmtree(project / "lake", ignore_errors=True)
                shutil.rmtree(project / "out", ignore_errors=True)
                collect, collect_peak = run(asked.program, "--quiet", "collect", str(project))
                compute, compute_peak = run(asked.program, "--quiet", "compute", str(project))
                size = sum(path.stat().st_size for path in (project / "lake").rglob("*.parquet"))
                measured = {"collect_s": collect, "compute_s": compute, "lake_mib": size / 2**20,
                            "collect_peak_mib": collect_peak, "compute_peak_mib": compute_peak}
                for name, value in measured.items():
                    found.setdefault(kind, {}).setdefault(name, []).append(value)
        for name in found["open"]:
            one, other = (statistics.median(found[kind][name]) for kind in ("open", "sealed"))
            print(f"{name:18} open {one:9.2f}  sealed {other:9.2f}  ratio {other / one:.3f}")
        print(json.dumps({"people": asked.people, "cpas": asked.cpas, "runs": asked.runs}))


if __name__ == "__main__":
    main()
