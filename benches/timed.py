"""The program, and a command's time and memory, for the benches."""

import os
import subprocess
import time
from pathlib import Path

CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
PROGRAM = Path(os.environ.get("CARGO_TARGET_DIR", CACHE / "parcours" / "target")) / "release" / "parcours"


def run(*command: str) -> tuple[float, int]:
    """Seconds and peak MiB of a command."""
    begin = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, 1):
        raise SystemExit(f"{' '.join(command)} ended with {code}")
    return time.perf_counter() - begin, usage.ru_maxrss // 1024
