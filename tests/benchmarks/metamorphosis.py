"""Answers rewritten and answers spoilt, by the thousand: what the decider says of them, and every fault.

    python tests/benchmarks/metamorphosis.py --cases 5000 [--seed 1] [--out faults.jsonl]

A rewritten answer must not be refuted, a spoilt one must be, with a witness; mpmath has the last word on
whether a change changed anything, and on every witness.  Each case has a seed of its own and is made anew
by ``--seed N --cases 1``.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from fractions import Fraction
from pathlib import Path
from random import Random
from time import perf_counter

import mpmath

sys.path[:0] = [str(Path(__file__).parent.parent), str(Path(__file__).parent.parent.parent)]

import oracle  # noqa: E402
from rewriting import changed, expression, kinked, rewritten, shuffled  # noqa: E402

from grader.compare import compare  # noqa: E402
from grader.expr.derivative import NotDifferentiable, derivative  # noqa: E402
from grader.expr.latex import to_latex  # noqa: E402
from grader.expr.text import to_text  # noqa: E402
from grader.expr.tree import Expr, size, substitute  # noqa: E402
from grader.expr.unicode import to_unicode  # noqa: E402

LOW, HIGH = Fraction(1, 4), Fraction(2)
SPELLINGS = (to_text, to_latex, to_unicode)
NAMES = ("x", "t", "theta", "y_1")


def values(e: Expr, name: str, low: Fraction, high: Fraction, count: int = 8) -> list[mpmath.mpf | None]:
    """Values at points of the domain, None where there is none."""
    found = []
    for i in range(count):
        at = low + (high - low) * Fraction(2 * i + 1, 2 * count + 1)
        try:
            found.append(oracle.value(e, {name: at}))
        except (oracle.NoRealValue, OverflowError, MemoryError):
            found.append(None)
    return found


def make(seed: int) -> tuple[dict[str, object], str, Expr, Expr] | None:
    """A question, what was done to the answer, and both trees."""
    rng = Random(seed)
    name = rng.choice(NAMES) if rng.random() < 0.2 else "x"
    e = expression(rng, rng.choice([1, 2, 2, 3, 3, 4]), name)
    if rng.random() < 0.35:
        try:
            e = derivative(e, name)
        except NotDifferentiable:
            return None
    if rng.random() < 0.15:
        e = substitute(e, {name: expression(rng, 1, name)})
    if size(e) > 120 or sum(v is not None for v in values(e, name, LOW, HIGH)) < 4:
        return None
    student, steps = rewritten(e, rng, rng.choice([1, 2, 3, 5]))
    done = "; ".join(steps) or "shuffled"
    spoil = rng.random()
    if spoil < 0.42:
        what, student = changed(student if rng.random() < 0.5 else shuffled(e, rng), rng)
        done = f"changed: {what}; {done}"
    elif spoil < 0.48:
        student = kinked(student, rng, name, LOW, HIGH)
        done = f"changed: kink; {done}"
    if size(student) > 200:
        return None
    spell, respell = rng.choice(SPELLINGS), rng.choice(SPELLINGS)
    question = {
        "id": seed,
        "reference": spell(e),
        "student": respell(student),
        "variables": [name],
        "domain": {name: [str(LOW), str(HIGH)]},
    }
    return question, done, e, student


def judged(question: dict[str, object], done: str, e: Expr, student: Expr) -> tuple[str, str, str, float]:
    """What was expected, the fault or nothing, truth, and seconds."""
    (name,) = question["variables"]  # type: ignore[misc]  # made above
    expected = "correct"
    if done.startswith("changed"):
        expected = "unknown"
        for a, b in zip(values(e, name, LOW, HIGH, 40), values(student, name, LOW, HIGH, 40), strict=True):
            if a is not None and b is not None and abs(a - b) > mpmath.mpf(10) ** -44 * (1 + abs(a)):
                expected = "incorrect"
            elif a is not None and b is None:
                expected = "incorrect"  # on an interval, or the point would not have been met
    began = perf_counter()
    try:
        verdict = compare(question)
    except Exception as fault:
        return expected, f"raised: {type(fault).__name__}: {fault}", "undecided", perf_counter() - began
    seconds = perf_counter() - began
    truth = verdict.truth.value
    fault = ""
    if verdict.verdict == "unreadable":
        fault = "unreadable: " + verdict.message
    elif expected == "correct" and verdict.verdict == "incorrect":
        # A change of the domain by a rewriting is right to be refused: ask mpmath.
        if not _holds(verdict.witness, e, student):
            fault = "false reject"
        else:
            expected = "incorrect"
    elif expected == "incorrect" and verdict.verdict == "correct":
        fault = "false accept"
    elif verdict.verdict == "incorrect" and not _holds(verdict.witness, e, student):
        fault = "a witness that does not hold"
    elif seconds > 5:
        fault = "slow"
    return expected, fault, truth, seconds


def _holds(witness: dict[str, object] | None, e: Expr, student: Expr) -> bool:
    if witness is None:
        return False
    point = {name: Fraction(value) for name, value in witness["point"].items()}  # type: ignore[attr-defined]  # a dict
    try:
        a = oracle.value(e, point, 250)
    except oracle.NoRealValue:
        return False
    try:
        b = oracle.value(student, point, 250)
    except oracle.NoRealValue:
        return witness["student"] == "undefined"
    return bool(abs(a - b) > mpmath.mpf(10) ** -120 * max(abs(a), abs(b)))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--cases", type=int, default=1000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--out", type=Path)
    chosen = options.parse_args()
    counts: Counter[tuple[str, str]] = Counter()
    faults: Counter[str] = Counter()
    log = chosen.out.open("a", encoding="utf-8") if chosen.out else None
    for seed in range(chosen.seed, chosen.seed + chosen.cases):
        made = make(seed)
        if made is None:
            continue
        question, done, e, student = made
        expected, fault, truth, seconds = judged(question, done, e, student)
        counts[expected, truth] += 1
        if fault or truth in ("undecided", "agrees"):
            kind = fault.split(":")[0] or truth
            faults[kind] += 1
            row = {"kind": kind, "seconds": round(seconds, 3), "done": done, **question, "fault": fault}
            line = json.dumps(row, ensure_ascii=False)
            print(line, file=log or sys.stdout, flush=True)
    total = sum(counts.values())
    settled = sum(n for (_, truth), n in counts.items() if truth in ("proved", "refuted"))
    print(f"seeds {chosen.seed} to {chosen.seed + chosen.cases - 1}: {total} cases, {settled} proved or refuted")
    for (expected, truth), n in sorted(counts.items()):
        print(f"  {expected:10} {truth:10} {n:6}")
    for kind, n in faults.most_common():
        print(f"  {kind}: {n}")


if __name__ == "__main__":
    main()
