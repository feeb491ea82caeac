"""The sets of pairs that the engines are compared on; each pair's truth is known by construction.

``textbook`` and ``tricky`` are written by hand (``sets/*.yaml``: a reference, right answers, wrong
ones), ``nested`` is made from a seed, ``shipped`` is the table the decider's own tests use.
tests/test_benchmarks.py checks every pair of the first three by mpmath.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import mpmath
import oracle
import yaml
from expressions import mutated, rewritten, smooth

from grader.expr.derivative import derivative
from grader.expr.parse import Names, parse
from grader.expr.symbolic import NotTranslatable, from_sympy, symbol, to_sympy
from grader.expr.text import to_text
from grader.expr.tree import Expr, size

Row = dict[str, Any]

HERE = Path(__file__).resolve().parent
SHIPPED = HERE.parent / "tables" / "pairs.jsonl"
SEED = 2026
NESTED = 320
_LARGEST = 220


def shipped() -> list[Row]:
    """The table of tests/tables/pairs.jsonl."""
    return [json.loads(line) for line in SHIPPED.read_text(encoding="utf-8").splitlines()]


def by_hand(name: str) -> list[Row]:
    """A set of ``sets/``: one row a reference and answer, rights and wrongs of a reference together."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    rows = []
    for number, group in enumerate(yaml.load((HERE / "sets" / f"{name}.yaml").read_text("utf-8"), loader), 1):
        names = group.get("variables", ["x"])
        domain = group.get("domain") or {v: ["1/4", "3"] for v in names}
        for expected, answers in (("correct", group["right"]), ("incorrect", group["wrong"])):
            for i, student in enumerate(answers, 1):
                rows.append(
                    {
                        "id": f"{name}-{number}-{'right' if expected == 'correct' else 'wrong'}-{i}",
                        "topic": group["topic"],
                        "relation": group.get("relation", "equal"),
                        "reference": str(group["reference"]),
                        "student": student,
                        "variables": names,
                        "domain": {v: [str(end) for end in ends] for v, ends in domain.items()},
                        "expected": expected,
                        "digits": group.get("digits", 50),
                    }
                )
    return rows


def nested(seed: int = SEED, count: int = NESTED) -> list[Row]:
    """Derivatives of random nested functions, as this grader makes them, against SymPy's form of the
    same derivative or a random rewriting of it, half of them with a slip in the end."""
    rows: list[Row] = []
    rng = random.Random(f"nested:{seed}")
    while len(rows) < count:
        f = smooth(rng, rng.choice((2, 3, 3, 4)), ["x"])
        if size(f) < 6:
            continue
        reference = derivative(f, "x")
        if size(reference) < 4:
            continue
        equal = len(rows) % 2 == 0
        student = _by_sympy(f) if len(rows) % 4 < 2 else rewritten(rng, reference)
        if student is None:
            continue
        if not equal:
            student = mutated(rng, student)
        row = {
            "id": f"nested-{seed}-{len(rows)}",
            "topic": "nested",
            "relation": "equal",
            "reference": to_text(reference),
            "student": to_text(student),
            "variables": ["x"],
            "domain": {"x": ["1/4", "2"]},
            "expected": "correct" if equal else "incorrect",
        }
        small = size(reference) <= _LARGEST and size(student) <= _LARGEST
        if small and _readable(row) and truth(row) is equal:
            rows.append(row)
    return rows


def _by_sympy(f: Expr) -> Expr | None:
    try:
        return from_sympy(to_sympy(f).diff(symbol("x")))
    except NotTranslatable:
        return None


def _readable(row: Row) -> bool:
    return all(to_text(parse(row[side], Names(("x",)))) == row[side] for side in ("reference", "student"))


SETS: dict[str, Callable[[], list[Row]]] = {
    "textbook": lambda: by_hand("textbook"),
    "nested": nested,
    "tricky": lambda: by_hand("tricky"),
    "shipped": shipped,
}


# -- truth, by mpmath at 50 digits -----------------------------------------------------------------


def entries(row: Row) -> list[tuple[Expr, Expr]]:
    """The expressions to compare: one pair, or one for each entry of an array."""
    from grader import answer as answers
    from grader.answer import Scalar, Vector

    names = Names(tuple(row["variables"]), free=row["relation"] == "antiderivative")
    if row["relation"] == "antiderivative":
        return [(parse(row["reference"], names), parse(row["student"], names))]
    a, b = (answers.read_any(row[side], names).answer for side in ("reference", "student"))
    if isinstance(a, Scalar) and isinstance(b, Scalar):
        return [(a.value, b.value)]
    first, second = ([x.entries] if isinstance(x, Vector) else list(x.rows) for x in (a, b))
    return [pair for r, s in zip(first, second, strict=True) for pair in zip(r, s, strict=True)]


def truth(row: Row, count: int = 40) -> bool | None:
    """Whether the two sides agree wherever the reference has a value, at random rational points and
    with an additive constant free in antiderivatives; None when the reference never has a value.

    To 50 digits, or as many as the row asks for.
    """
    digits = row.get("digits", 50)
    rng = random.Random(row["id"])
    pairs = entries(row)
    free = row["relation"] == "antiderivative"
    offsets: list[Any] = [None if free else mpmath.mpf(0)] * len(pairs)
    missing = met = 0
    for _ in range(count):
        point = {v: Fraction(1) for v in ("C",)}
        for name in row["variables"]:
            low, high = (Fraction(end) for end in row["domain"][name])
            point[name] = low + (high - low) * Fraction(rng.randint(1, 10006), 10007)
        for i, (reference, student) in enumerate(pairs):
            try:
                a = oracle.value(reference, point, digits)
            except oracle.NoRealValue:
                continue
            met += 1
            try:
                b = oracle.value(student, point, digits)
            except oracle.NoRealValue:
                missing += 1
                continue
            with mpmath.workdps(digits + 10):
                gap = b - a if offsets[i] is None else b - a - offsets[i]
                if offsets[i] is None:
                    offsets[i] = gap
                elif abs(gap) > abs(a) / mpmath.mpf(10) ** (digits - 5) + mpmath.mpf(10) ** -(digits + 12):
                    return False
    if not met:
        return None
    return missing == 0
