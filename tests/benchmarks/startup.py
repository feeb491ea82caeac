"""The command line against bare Python, interleaved.

python tests/benchmarks/startup.py [--runs N]
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

GRADER = [str(Path(sys.executable).with_name("grader"))]


def commands(folder):
    """What is timed; the class to grade one file from is made first."""
    subprocess.run([*GRADER, "demo", folder], check=True, capture_output=True)
    submission = sorted(Path(folder, "submissions").glob("*.yaml"))[0]
    manifest = Path(folder, "sheets", "manifest.json")
    if not manifest.exists():
        manifest = next(Path(folder).rglob("manifest.json"))
    return {
        "python -c pass": [sys.executable, "-c", "pass"],
        "grader compare": [*GRADER, "compare", "2x", "x+x", "--var", "x"],
        "grader grade, one file": [*GRADER, "grade", str(submission), "--manifest", str(manifest)],
        "python -c 'import sympy'": [sys.executable, "-c", "import sympy"],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=20)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        wanted = commands(folder)
        timed = {name: [] for name in wanted}
        for _ in range(runs + 1):
            for name, command in wanted.items():
                started = perf_counter()
                subprocess.run(command, check=False, capture_output=True)
                timed[name].append(1000 * (perf_counter() - started))
    base = statistics.median(timed["python -c pass"][1:])
    print(f"{'command':<26} {'median ms':>10} {'max ms':>8} {'ratio':>6}")
    for name, times in timed.items():
        median = statistics.median(times[1:])
        print(f"{name:<26} {median:>10.1f} {max(times[1:]):>8.1f} {median / base:>6.1f}")


if __name__ == "__main__":
    main()
