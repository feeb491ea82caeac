"""How the time of one comparison grows: with the expression, its variables, a matrix, the nesting.

    python tests/benchmarks/scaling.py [--png docs/scaling.png] [--repeat N] [--panel NAME]

Every comparison is made by `grader.compare` with the process warm and the reference forgotten
before each run, and its time is the processor time of the fastest of N runs.  Each family is measured with
an answer that is equal, and rewritten, and with one that differs in a single place.  The
**floor** is what no engine of this design can do without: reading both texts, and enclosing both
sides once in ball arithmetic; the table gives times as multiples of it too.

The picture needs matplotlib: ``pip install calculus-grader[bench]``.
"""

from __future__ import annotations

import argparse
import gc
import random
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import process_time_ns
from typing import Any

from expressions import rewritten, smooth

from grader import answer as answers
from grader import compare as comparison
from grader.answer import Matrix, Scalar, Vector
from grader.decide import prepared as preparing
from grader.decide.refute import environment
from grader.expr.balls import Undefined, enclose, precision
from grader.expr.parse import Names, parse
from grader.expr.text import to_text
from grader.expr.tree import TWO, Add, Expr, Mul, size

Pair = tuple[str, str, str, list[str]]
"""The reference, an equal answer, an unequal one, the names."""

_FUNCTIONS = (
    "sin({b}*{x})",
    "cos({b}*{x})",
    "e^({b}*{x})",
    "ln({x}^2 + {b})",
    "sqrt({x}^2 + {b})",
    "arctan({b}*{x})",
    "1/({x}^2 + {b})",
)


# -- pairs: each maker takes the size on the panel's axis --------------------------------------------


def _sum(terms: list[str], factors: list[str]) -> tuple[str, str, str]:
    """A sum of products, the same in the opposite order and with factors exchanged, and one term changed."""
    reference = [f"{f}*{t}" for f, t in zip(factors, terms, strict=True)]
    equal = [f"{t}*{f}" for f, t in zip(factors, terms, strict=True)][::-1]
    unequal = [*reference[:-1], f"2*{reference[-1]}"]
    return " + ".join(reference), " + ".join(equal), " + ".join(unequal)


def polynomial(nodes: int) -> Pair:
    """Powers of x up to the fortieth."""
    count = max(1, round(nodes / 6))
    terms = [f"x^{k % 40 + 1}" for k in range(count)]
    return *_sum(terms, [str(7 * k % 11 + 2) for k in range(count)]), ["x"]


def functions(nodes: int) -> Pair:
    """Products of powers and functions, each function with ever new arguments."""
    terms: list[str] = []
    factors: list[str] = []
    used = 0
    while used < nodes - 8 or not terms:
        k = len(terms)
        terms.append(_FUNCTIONS[k % 7].format(x="x", b=k // 7 + 2))
        factors.append(f"{k % 9 + 2}*x^{k % 4 + 2}")
        used += size(parse(f"{factors[-1]}*{terms[-1]}", Names(("x",))))
    return *_sum(terms, factors), ["x"]


def random_trees(nodes: int) -> Pair:
    """A sum of random expressions; rewritten by identities, and with one term doubled."""
    rng = random.Random(f"scaling:{nodes}")
    terms: list[Expr] = []
    while (used := 1 + sum(map(size, terms))) < nodes - 4 or len(terms) < 2:
        term = smooth(rng, rng.randint(1, 6), ["x"])
        if used + size(term) <= nodes + 4:
            terms.append(term)
    e = Add(tuple(terms))
    spoilt = Add((*terms[:-1], Mul((TWO, terms[-1]))))
    return to_text(e), to_text(rewritten(rng, e, 0.3, 0.0, 2000)), to_text(spoilt), ["x"]


def quadratic(count: int) -> Pair:
    """Twenty-four products of two of so many variables."""
    terms = [f"x_{k % count + 1}*x_{(k + k // count) % count + 1}" for k in range(24)]
    return *_sum(terms, [str(7 * k % 11 + 2) for k in range(24)]), [f"x_{i + 1}" for i in range(count)]


def waves(count: int) -> Pair:
    """Twelve functions of products of two of so many variables."""
    terms = [
        _FUNCTIONS[k % 7].format(b=k // 7 + 2, x=f"(x_{k % count + 1}*x_{(k + 1 + k // count) % count + 1})")
        for k in range(12)
    ]
    return *_sum(terms, [f"x_{k % count + 1}" for k in range(12)]), [f"x_{i + 1}" for i in range(count)]


def _matrix(entries: Callable[[int, int], tuple[str, str, str]], side: int) -> Pair:
    rows = [[entries(i, j) for j in range(side)] for i in range(side)]
    reference, equal = ("[" + ", ".join(f"[{', '.join(e[k] for e in row)}]" for row in rows) + "]" for k in (0, 1))
    rows[-1][-1] = (rows[-1][-1][2],) * 3
    unequal = "[" + ", ".join(f"[{', '.join(e[0] for e in row)}]" for row in rows) + "]"
    return reference, equal, unequal, ["x", "y"]


def polynomial_entries(side: int) -> Pair:
    """Entries such as x(3x + 2y)."""

    def entry(i: int, j: int) -> tuple[str, str, str]:
        a, b = i + 2, j + 2
        return f"x*({a}x+{b}y)", f"{b}x*y+{a}x^2", f"x*({a}x+{b}y)+y"

    return _matrix(entry, side)


def function_entries(side: int) -> Pair:
    """Entries such as sin(5x)*y^2 and its like by the half angle."""

    def entry(i: int, j: int) -> tuple[str, str, str]:
        b = i + 2 * j + 1
        return f"sin({2 * b}x)*y", f"2y*sin({b}x)*cos({b}x)", f"sin({2 * b}x)*x"

    return _matrix(entry, side)


def _nested(levels: int, outer: Callable[[int, str], str], other: Callable[[int, str], str]) -> Pair:
    reference, equal, unequal = "x", "2x/2", "x + 1/9"
    for k in range(levels):
        reference, equal, unequal = outer(k, reference), other(k, equal), outer(k, unequal)
    return reference, equal, unequal, ["x"]


def roots(levels: int) -> Pair:
    """sqrt(2 + sqrt(2 + ... x))."""
    return _nested(levels, lambda k, u: f"sqrt(2 + {u})", lambda k, u: f"({u} + 2)^(1/2)")


def fractions(levels: int) -> Pair:
    """A continued fraction x + 1/(x + 1/(...))."""
    return _nested(levels, lambda k, u: f"x + 1/({u})", lambda k, u: f"({u})^(-1) + x")


_LAYERS = ("x*sin({})", "x*ln(3 + {})", "x*arctan({})", "x*e^({})", "x*cos({})")
_LAYERS_AGAIN = ("sin({})*x", "ln({} + 3)*x", "arctan({})*x", "exp({})*x", "cos(-({}))*x")


def mixed(levels: int) -> Pair:
    """sin, ln, arctan, exp and cos in turn, with an x at each level."""
    return _nested(levels, lambda k, u: _LAYERS[k % 5].format(u), lambda k, u: _LAYERS_AGAIN[k % 5].format(u))


def logarithms(levels: int) -> Pair:
    """ln(2 + ln(2 + ... x))."""
    return _nested(levels, lambda k, u: f"ln(2 + {u})", lambda k, u: f"ln({u} + 2)")


@dataclass(frozen=True)
class Panel:
    name: str
    axis: str
    sizes: tuple[int, ...]
    families: dict[str, Callable[[int], Pair]]


PANELS = (
    Panel(
        "size",
        "nodes of the expression",
        (10, 20, 50, 100, 200, 500, 1000, 1960),
        {"polynomial": polynomial, "functions": functions, "random": random_trees},
    ),
    Panel("variables", "variables", (1, 2, 3, 4, 6, 8, 10, 12), {"polynomial": quadratic, "functions": waves}),
    Panel(
        "matrix",
        "rows = columns",
        (1, 2, 3, 4, 6, 8, 10, 12),
        {"polynomial": polynomial_entries, "functions": function_entries},
    ),
    Panel(
        "nesting",
        "levels of nesting",
        (1, 2, 3, 5, 8, 12, 20, 30),
        {"roots": roots, "fractions": fractions, "logarithms": logarithms, "mixed": mixed},
    ),
)


# -- measuring ---------------------------------------------------------------------------------------


def fresh() -> None:
    """Forget every reference."""
    preparing.forget()
    comparison.forget()


_LONG = 100_000_000
"""A run of more nanoseconds than this is not repeated."""


def fastest(repeat: int, action: Callable[[], object]) -> float:
    """Milliseconds of the fastest run."""
    best = 10**18
    for _ in range(repeat):
        fresh()
        started = process_time_ns()
        action()
        best = min(best, process_time_ns() - started)
        if best > _LONG:
            break
    return best / 1e6


def row_of(reference: str, student: str, names: list[str]) -> dict[str, Any]:
    domain = {name: ["1/4", "2"] for name in names}
    return {"relation": "equal", "reference": reference, "student": student, "variables": names, "domain": domain}


def _expressions(answer: object) -> tuple[Expr, ...]:
    match answer:
        case Scalar(value):
            return (value,)
        case Vector(entries):
            return tuple(entries)
        case Matrix(rows):
            return tuple(e for row in rows for e in row)
    raise ValueError(f"no entries in {answer}")


def floor(row: dict[str, Any], repeat: int) -> float:
    """Milliseconds to read both sides and to enclose both once."""
    names = Names(tuple(row["variables"]))
    domain = comparison.read_domain(row["domain"], "domain")
    first = _expressions(answers.read_any(row["reference"], names).answer)[0]
    point = preparing.prepared(first, domain).including(frozenset(row["variables"])).point(0)

    def least() -> None:
        sides = [_expressions(answers.read_any(row[key], names).answer) for key in ("reference", "student")]
        with precision(64):
            env = environment(point)
            for entries in sides:
                for e in entries:
                    try:
                        enclose(e, env)
                    except Undefined:
                        pass

    return fastest(repeat, least)


@dataclass(frozen=True)
class Measured:
    """Milliseconds at one size of one family."""

    at: int
    equal: float
    unequal: float
    floor: float
    truths: tuple[str, str]


def measure(panel: Panel, family: str, repeat: int) -> list[Measured]:
    found: list[Measured] = []
    for at in panel.sizes:
        reference, equal, unequal, names = panel.families[family](at)
        times, truths = [], []
        for student, expected in ((equal, "correct"), (unequal, "incorrect")):
            row = row_of(reference, student, names)
            verdict = comparison.compare(row)
            if verdict.verdict == "unreadable":
                return found  # longer than what is read at all
            if verdict.verdict not in (expected, "undecided"):
                raise AssertionError(f"{panel.name}, {family}, {at}: {verdict}")
            times.append(fastest(repeat, lambda row=row: comparison.compare(row)))
            truths.append(verdict.truth.value)
        least = floor(row_of(reference, equal, names), repeat)
        found.append(Measured(at, times[0], times[1], least, (truths[0], truths[1])))
    return found


Results = dict[str, dict[str, list[Measured]]]


def table(results: Results) -> str:
    lines = [
        "| panel | family | size | equal, ms | x floor | verdict | unequal, ms | x floor | verdict | floor, ms |",
        "|---|---|---:|---:|---:|---|---:|---:|---|---:|",
    ]
    for panel in PANELS:
        for family, rows in results.get(panel.name, {}).items():
            for m in rows:
                lines.append(
                    f"| {panel.name} | {family} | {m.at} | {m.equal:.2f} | {m.equal / m.floor:.1f} | {m.truths[0]} "
                    f"| {m.unequal:.2f} | {m.unequal / m.floor:.1f} | {m.truths[1]} | {m.floor:.2f} |"
                )
    rows = [m for families in results.values() for found in families.values() for m in found]
    for kind in ("equal", "unequal"):
        times = [getattr(m, kind) for m in rows]
        ratios = [getattr(m, kind) / m.floor for m in rows]
        lines.append(
            f"\n{kind}: {statistics.median(ratios):.1f} times the floor in the median, {max(ratios):.0f} at most; "
            f"{max(times):.0f} ms at most."
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--png", type=Path, metavar="FILE", help="draw the picture")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--panel", choices=[panel.name for panel in PANELS])
    chosen = parser.parse_args()
    comparison.compare(row_of("sin(2x)", "2 sin(x) cos(x)", ["x"]))  # loads what is loaded at the first question
    gc.collect()
    gc.freeze()
    results: Results = {
        panel.name: {family: measure(panel, family, chosen.repeat) for family in panel.families}
        for panel in PANELS
        if chosen.panel in (None, panel.name)
    }
    print(table(results))
    if chosen.png is not None:
        from scaling_picture import draw

        draw(PANELS, results, chosen.png)


if __name__ == "__main__":
    main()
