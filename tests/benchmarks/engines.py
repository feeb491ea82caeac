"""Our decider against SymPy, Math-Verify, symengine, sampling and Maxima on the same pairs, in one run.

    python tests/benchmarks/engines.py [--sets textbook,nested,tricky] [--mixed] [--disagreements]

Every engine lives in a process of its own and has all pairs of a set before the next engine starts.
The process is warm: each half of the set is timed after the other half has been through, untimed,
so that code is loaded and memory is there but no pair has been seen.  With ``--mixed`` each pair goes
to all engines, one after the other, so that a change in the machine's speed hits all alike and every
engine finds the processor's caches filled by the others.  An engine that has not answered in time is
killed and started again.  Times are taken inside the engine's process and hold everything from text
to verdict; peers.py says what each engine is given.

``pip install ".[bench]"`` for Math-Verify and symengine, ``maxima`` with ``maxima-share`` from the
system's packages.  Engines that are not there are left out, and that is said.
"""

from __future__ import annotations

import argparse
import gc
import json
import multiprocessing
import os
import platform
import random
import statistics
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from time import perf_counter
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parents[1])]

import pair_sets  # noqa: E402
from pair_sets import Row  # noqa: E402
from peers import ENGINES, OURS, missing  # noqa: E402

TIMEOUT = 10.0
_START_SECONDS = 120.0

Outcome = tuple[Any, bool, float]
"""True, False, None or a text that says what went wrong; whether it is proved; seconds."""


# -- running them --------------------------------------------------------------------------------


def serve(name: str, connection: Any) -> None:
    """The engine's process: answer rows with an outcome."""
    # A group of its own: what the engine started dies with it.
    os.setpgid(0, 0)
    prepare, decide = ENGINES[name]()
    connection.send("ready")
    while True:
        rows = connection.recv()
        gc.collect()
        gc.freeze()
        for row in rows:
            started = perf_counter()
            try:
                prepared = prepare(row)
                started = perf_counter()
                verdict = decide(prepared)
                seconds = perf_counter() - started
                sure = verdict[1] if isinstance(verdict, tuple) else False
                connection.send((verdict[0] if isinstance(verdict, tuple) else verdict, sure, seconds))
            except Exception as fault:
                connection.send((f"{type(fault).__name__}: {fault}"[:80], False, perf_counter() - started))


class Asked:
    """An engine in its process."""

    def __init__(self, name: str, timeout: float) -> None:
        self.name, self.timeout = name, timeout
        self.start()

    def start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, other = context.Pipe()
        self.process = context.Process(target=serve, args=(self.name, other), daemon=True)
        self.process.start()
        other.close()
        if not self.connection.poll(_START_SECONDS):
            raise RuntimeError(f"{self.name} did not start")
        assert self.connection.recv() == "ready"

    def ask(self, rows: list[Row]) -> Iterator[Outcome]:
        """The outcomes one by one; the verdict "timeout" for a row that took too long."""
        done = 0
        while done < len(rows):
            try:
                self.connection.send(rows[done:])
                while done < len(rows) and self.connection.poll(self.timeout):
                    outcome: Outcome = self.connection.recv()
                    done += 1
                    yield outcome
            except (EOFError, OSError):
                pass
            if done < len(rows):
                self.stop()
                self.start()
                done += 1
                yield "timeout", False, self.timeout

    def stop(self) -> None:
        if self.process.pid is not None:
            try:
                os.killpg(self.process.pid, 9)
            except ProcessLookupError:
                self.process.kill()
        self.process.join()


_WARMING = 3.0
"""Seconds an engine may take for a row that only warms it."""


def run(names: list[str], rows: list[Row], mixed: bool, timeout: float) -> dict[str, list[Outcome]]:
    """The outcomes of every engine, in the order of the rows."""
    outcomes: dict[str, list[Outcome]] = {name: [] for name in names}
    halves = [rows[0::2], rows[1::2]]
    for number, half in enumerate(halves):
        engines = {}
        for name in names:
            engine = Asked(name, _WARMING)
            for _ in engine.ask(halves[1 - number]):
                pass
            engine.timeout = timeout
            if mixed:
                engines[name] = engine
            else:
                outcomes[name] += _shown(name, engine.ask(half), len(half))
                engine.stop()
        for row in half if mixed else ():
            for name, engine in engines.items():
                outcomes[name] += engine.ask([row])
        for engine in engines.values():
            engine.stop()
    at = [*range(0, len(rows), 2), *range(1, len(rows), 2)]
    return {
        name: [found for _, found in sorted(zip(at, results, strict=True), key=_place)]
        for name, results in outcomes.items()
    }


def _place(numbered: tuple[int, Outcome]) -> int:
    return numbered[0]


def _shown(name: str, outcomes: Iterator[Outcome], count: int) -> Iterator[Outcome]:
    """The outcomes, counted on a terminal."""
    for number, outcome in enumerate(outcomes, 1):
        if sys.stderr.isatty():
            print(f"\r{name}: {number}/{count}   ", end="", file=sys.stderr)
        yield outcome


# -- the table -----------------------------------------------------------------------------------

HEAD = """| engine | median: all | equal | unequal | p95 | max | false accepts | false rejects | no verdict | timeouts \
| proof or witness | ratio of medians: all | equal | unequal |
|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|"""


def table(outcomes: dict[str, list[Outcome]], rows: list[Row]) -> Iterator[str]:
    """Markdown: the figures of every engine in milliseconds, and ratios to ours."""
    truths = [row["expected"] == "correct" for row in rows]
    yield HEAD
    ours = _halves(outcomes[OURS], truths) if OURS in outcomes else None
    for name, results in outcomes.items():
        halves = _halves(results, truths)
        cells = [_ms(statistics.median(times)) for times in halves]
        cells += [_ms(_p95(halves[0])), _ms(max(halves[0]))]
        verdicts = [(verdict, truth) for (verdict, _, _), truth in zip(results, truths, strict=True)]
        cells += [
            str(sum(v is True and not truth for v, truth in verdicts)),
            str(sum(v is False and truth for v, truth in verdicts)),
            str(sum(v is None or (isinstance(v, str) and v != "timeout") for v, _ in verdicts)),
            str(sum(v == "timeout" for v, _ in verdicts)),
            f"{100 * sum(sure for _, sure, _ in results) / len(results):.1f} %" if name == OURS else "-",
        ]
        for half, base in zip(halves, ours or halves, strict=True):
            cells.append(_ratio(statistics.median(half) / statistics.median(base)))
        yield f"| {name} | {' | '.join(cells)} |"


def _halves(results: list[Outcome], truths: list[bool]) -> list[list[float]]:
    """Milliseconds on all pairs, on equal ones and on unequal ones."""
    return [
        [1000 * seconds for (_, _, seconds), truth in zip(results, truths, strict=True) if truth in wanted]
        for wanted in ((True, False), (True,), (False,))
    ]


def _p95(values: list[float]) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]


def _ms(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:,.0f}"


def _ratio(value: float) -> str:
    return f"{value:.1f}" if value < 10 else f"{value:.0f}"


def disagreements(outcomes: dict[str, list[Outcome]], rows: list[Row]) -> Iterator[str]:
    """The pairs each engine gets wrong, or gives no verdict on."""
    for name, results in outcomes.items():
        for row, (verdict, _, _) in zip(rows, results, strict=True):
            if verdict is not (row["expected"] == "correct"):
                yield f"{name}: {verdict} for {row['expected']}: {row['reference']}   {row['student']}"


def a_class(rows: list[Row], repeat: int = 5) -> Iterator[str]:
    """What keeping a reference saves when many answer the same question: ours only, in this process."""
    from grader import compare as comparison

    groups: dict[str, list[Row]] = {}
    for row in rows:
        if row["relation"] == "equal":
            groups.setdefault(f"{row['reference']} {row['domain']}", []).append(row)
    groups = {key: group for key, group in groups.items() if len(group) >= 4}
    anew, kept = [], []
    for group in groups.values():
        for row in group:
            best = []
            for forget in (True, False):
                times = []
                for _ in range(repeat):
                    if forget:
                        comparison.forget()
                    started = perf_counter()
                    comparison.compare(row)
                    times.append(perf_counter() - started)
                best.append(1e6 * min(times))
            anew.append(best[0])
            kept.append(best[1])
    yield f"{len(anew)} answers to {len(groups)} questions, microseconds an answer, each its fastest of {repeat}:"
    yield "| | median | mean | p95 |\n|---|---:|---:|---:|"
    for name, times in (("reference made anew for each answer", anew), ("reference kept over the class", kept)):
        yield f"| {name} | {statistics.median(times):.0f} | {statistics.mean(times):.0f} | {_p95(times):.0f} |"
    yield (
        f"| gain | {statistics.median(anew) / statistics.median(kept):.2f} "
        f"| {statistics.mean(anew) / statistics.mean(kept):.2f} | {_p95(anew) / _p95(kept):.2f} |"
    )


def machine() -> str:
    """What it ran on, and how busy that was."""
    versions = []
    for package in ("sympy", "math-verify", "symengine", "numpy", "python-flint"):
        try:
            versions.append(f"{package} {metadata.version(package)}")
        except metadata.PackageNotFoundError:
            continue
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    return (
        f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}, Python {platform.python_version()}, "
        f"load {load:.1f} before the start; {', '.join(versions)}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--sets", default="textbook,nested,tricky", help=f"of {', '.join(pair_sets.SETS)}")
    parser.add_argument("--seed", type=int, default=pair_sets.SEED, help="of the nested set")
    parser.add_argument("--pairs", type=Path, help="a file of rows instead of the sets")
    parser.add_argument("--limit", type=int, help="so many pairs of each set")
    parser.add_argument("--engines", default=",".join(ENGINES))
    parser.add_argument("--timeout", type=float, default=TIMEOUT, help="seconds an engine may take for a pair")
    parser.add_argument("--mixed", action="store_true", help="each pair to all engines before the next pair")
    parser.add_argument("--disagreements", action="store_true", help="list the pairs each engine gets wrong")
    options = parser.parse_args()
    print(machine())
    names = []
    for name in options.engines.split(","):
        if reason := missing(name):
            print(f"{name} is left out: {reason}")
        else:
            names.append(name)
    sets: dict[str, list[Row]] = {}
    if options.pairs:
        sets[options.pairs.stem] = [json.loads(line) for line in options.pairs.read_text("utf-8").splitlines()]
    else:
        for name in options.sets.split(","):
            sets[name] = pair_sets.nested(options.seed) if name == "nested" else pair_sets.SETS[name]()
    how = "every pair put to all engines one after the other" if options.mixed else "each engine on all pairs in turn"
    for name, rows in sets.items():
        chosen = random.Random(options.seed).sample(rows, min(options.limit, len(rows))) if options.limit else rows
        equal = sum(row["expected"] == "correct" for row in chosen)
        print(f"\n**{name}**: {len(chosen)} pairs, {equal} of them equal; milliseconds; {how}\n", flush=True)
        outcomes = run(names, chosen, options.mixed, options.timeout)
        print("\n".join(table(outcomes, chosen)), flush=True)
        if options.disagreements:
            print("\n".join(disagreements(outcomes, chosen)))
    if OURS in names and "textbook" in sets:
        print("\n**one question, a class of answers**\n")
        print("\n".join(a_class(sets["textbook"])))


if __name__ == "__main__":
    main()
