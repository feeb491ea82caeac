"""Where the time of a verdict goes, how far it is from the floor, and what reuse over a class saves.

    python tests/benchmarks/stages.py [--repeat N]

The floor is what no engine of this design can do without: reading both texts, and enclosing
both sides once in ball arithmetic.  Each figure is the median over the pairs of
``tests/tables/pairs.jsonl`` (scalars), each pair measured as its fastest of N runs, warm.
"""

from __future__ import annotations

import argparse
import gc
import json
import statistics
from pathlib import Path
from time import perf_counter_ns

from grader import answer as answers
from grader import compare as comparison
from grader.answer import Scalar
from grader.answer_text import write
from grader.claims import Equal
from grader.decide import prepared as preparing
from grader.decide import settle
from grader.decide.refute import environment
from grader.expr.balls import Undefined, enclose, precision
from grader.expr.parse import Names

PAIRS = Path(__file__).parent.parent / "tables" / "pairs.jsonl"


def fresh():
    """Forget every reference."""
    preparing.forget()
    comparison.forget()


def fastest(repeat, action, before=lambda: None):
    """Microseconds of the fastest run."""
    best = None
    for _ in range(repeat):
        before()
        started = perf_counter_ns()
        action()
        elapsed = perf_counter_ns() - started
        best = elapsed if best is None else min(best, elapsed)
    return best / 1000


def enclosures(reference, student, point):
    with precision(64):
        env = environment(point)
        for side in (reference, student):
            try:
                enclose(side, env)
            except Undefined:
                pass


def measure(row, repeat):
    """The stages of one pair, by name; None for pairs of other shapes."""
    names = Names(tuple(row["variables"]))
    expected = answers.read_any(row["reference"], names).answer
    reading = answers.read_any(row["student"], names)
    if not isinstance(expected, Scalar) or not isinstance(reading.answer, Scalar):
        return None
    a, b = expected.value, reading.answer.value
    domain = comparison.read_domain(row.get("domain") or {}, "domain")
    point = preparing.prepared(a, domain).including(frozenset(row["variables"])).point(0)
    return {
        "read the reference": fastest(repeat, lambda: answers.read_any(row["reference"], names)),
        "read the answer": fastest(repeat, lambda: answers.read_any(row["student"], names)),
        "two enclosures": fastest(repeat, lambda: enclosures(a, b, point)),
        "decide": fastest(repeat, lambda: settle(Equal(a, b, domain)), fresh),
        "decide, reference kept": fastest(repeat, lambda: settle(Equal(a, b, domain))),
        "write how it was read": fastest(repeat, lambda: write(reading.answer)),
        "compare": fastest(repeat, lambda: comparison.compare(row), fresh),
        "compare, reference kept": fastest(repeat, lambda: comparison.compare(row)),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=9)
    options = parser.parse_args()
    rows = [json.loads(line) for line in PAIRS.read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if row["relation"] == "equal"]
    gc.collect()
    gc.freeze()
    found = {True: [], False: []}
    for row in rows:
        stages = measure(row, options.repeat)
        if stages is not None:
            found[row["expected"] == "correct"].append(stages)
    print(f"| median, microseconds | {len(found[True])} equal | {len(found[False])} unequal |")
    print("|---|---:|---:|")
    table = {
        name: [statistics.median(s[name] for s in found[kind]) for kind in (True, False)] for name in found[True][0]
    }
    floor = [
        sum(table[name][i] for name in ("read the reference", "read the answer", "two enclosures")) for i in (0, 1)
    ]
    for name, figures in table.items():
        print(f"| {name} | {figures[0]:.0f} | {figures[1]:.0f} |")
    print(f"| the floor: read both, two enclosures | {floor[0]:.0f} | {floor[1]:.0f} |")
    whole, kept = table["compare"], table["compare, reference kept"]
    print(f"| compare, times the floor | {whole[0] / floor[0]:.1f} | {whole[1] / floor[1]:.1f} |")
    print(f"| gain of keeping the reference | {whole[0] / kept[0]:.1f} | {whole[1] / kept[1]:.1f} |")


if __name__ == "__main__":
    main()
