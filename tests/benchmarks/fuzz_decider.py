"""Throws pairs of answers at the decider for as long as you like and keeps what breaks its promises.

    python tests/benchmarks/fuzz_decider.py --seconds 600 --seed 1 [--sort hostile] [--keep faults.jsonl]

What is promised of every pair:

1. a verdict comes back, nothing is raised, and the process stays below 300 MB;
2. a pair below 300 nodes takes less than 250 ms of processor time (the best of three is taken;
   SymPy, the last resort, works in a process of its own, for so long as it is given: it is left out
   of account, and how often it is asked is counted);
3. a pair that is equal by construction is never refuted;
4. a pair with a point of the domain where mpmath, at 50 and at 80 digits, finds both values, and
   finds them apart, is never accepted.

The seed of a failure is printed; ``--seed N --count 1`` gives the same pair again.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parents[1])]

import mpmath  # noqa: E402
import oracle  # noqa: E402
from expressions import mutated, rewritten, smooth, wild  # noqa: E402

from grader import compare as comparison  # noqa: E402
from grader.decide import algebra  # noqa: E402
from grader.errors import StudentError  # noqa: E402
from grader.expr.derivative import derivative  # noqa: E402
from grader.expr.parse import Names, parse  # noqa: E402
from grader.expr.text import to_text  # noqa: E402
from grader.expr.tree import Add, Expr, integer, size  # noqa: E402

LONGEST_SECONDS = 0.25
SMALL = 300
MOST_MEGABYTES = 300

Row = dict[str, Any]


# -- pairs: each maker gives a row with ``expected`` "correct", "incorrect" (to be checked) or None ----


def _domain(rng: random.Random, names: list[str]) -> dict[str, list[str]] | None:
    kind = rng.random()
    if kind < 0.35:
        return None
    ends: dict[str, list[str]] = {}
    for name in names:
        low = Fraction(rng.randint(-12, 12), rng.randint(1, 4))
        width = rng.choice((Fraction(1, 10**30), Fraction(1, 1000), Fraction(1), Fraction(3), Fraction(50)))
        pair = [str(low), str(low + width)]
        if kind < 0.5:
            pair[rng.randrange(2)] = rng.choice(("-oo", "oo"))
            pair = ["-oo", pair[1]] if pair[0] in ("-oo", "oo") else [pair[0], "oo"]
        ends[name] = pair
    return ends


def _pair(rng: random.Random, e: Expr, names: list[str], domain: dict[str, list[str]] | None) -> Row:
    equal = rng.random() < 0.5
    student = rewritten(rng, e if equal else mutated(rng, e), rng.choice((0.3, 1.0, 1.5)))
    return {
        "reference": to_text(e),
        "student": to_text(student),
        "variables": names,
        "domain": domain,
        "expected": "correct" if equal else "incorrect",
    }


def smooth_pair(rng: random.Random) -> Row:
    """Smooth on the positive numbers, in one to three variables."""
    names = ["x", "y", "z"][: rng.choice((1, 1, 1, 2, 3))]
    e = smooth(rng, rng.randint(2, 5), names)
    return _pair(rng, e, names, {name: ["1/4", "2"] for name in names})


def derivative_pair(rng: random.Random) -> Row:
    """A derivative as the grader makes it against a rewritten one."""
    e = smooth(rng, rng.randint(2, 4), ["x"])
    return _pair(rng, derivative(e, "x"), ["x"], {"x": ["1/4", "2"]})


def wild_pair(rng: random.Random) -> Row:
    """Any functions on any domain."""
    names = ["x", "y"][: rng.choice((1, 1, 1, 2))]
    return _pair(rng, wild(rng, rng.randint(1, 4), names), names, _domain(rng, names))


def constant_pair(rng: random.Random) -> Row:
    """Numbers."""
    e = wild(rng, rng.randint(1, 4), ["pi", "e"])
    return _pair(rng, e, [], None) | {"variables": ["x"]}


def many_variables(rng: random.Random) -> Row:
    """Up to twelve variables."""
    names = [f"x_{i}" for i in range(1, rng.randint(4, 13))]
    e = (smooth if rng.random() < 0.5 else wild)(rng, rng.randint(3, 5), names)
    return _pair(rng, e, names, {name: ["1/4", "2"] for name in names} if rng.random() < 0.7 else None)


def thin_pair(rng: random.Random) -> Row:
    """Two sides that differ by very little."""
    e = smooth(rng, rng.randint(1, 4), ["x"])
    small = Fraction(rng.choice((1, -3)), 10 ** rng.choice((3, 9, 20, 45)))
    bump = rng.choice((f"{small}", f"({small})*x", f"({small})*sin(x)", f"({small})*(x-1)^2"))
    return {
        "reference": to_text(e),
        "student": f"{to_text(rewritten(rng, e, 0.5))} + {bump}",
        "variables": ["x"],
        "domain": {"x": ["1/4", "2"]},
        "expected": "incorrect",
    }


def antiderivative_pair(rng: random.Random) -> Row:
    """Antiderivatives: a constant more is right, anything else is not."""
    e = smooth(rng, rng.randint(1, 3), ["x"])
    row = _pair(rng, e, ["x"], {"x": ["1/4", "2"]})
    row["student"] += rng.choice(("", "", " + C", " + 3", " - pi/7 + C", " + k/3", " + C + K", " + C*x"))
    row["relation"] = rng.choice(("antiderivative", "antiderivative_with_constant"))
    if row["expected"] == "correct" and ("C*" in row["student"] or row["relation"] != "antiderivative"):
        row["expected"] = None
    if row["expected"] == "incorrect":
        row["expected"] = None
    return row


def array_pair(rng: random.Random) -> Row:
    """Vectors and matrices, also of the wrong size or transposed."""
    names = ["x", "y"]
    height, width = rng.choice(((1, 2), (2, 2), (2, 3), (3, 3), (1, 5)))
    entries = [[smooth(rng, rng.randint(0, 3), names) for _ in range(width)] for _ in range(height)]
    equal = rng.random() < 0.5
    other = [[rewritten(rng, e, 0.6) for e in line] for line in entries]
    if not equal:
        i, j = rng.randrange(height), rng.randrange(width)
        other[i][j] = rng.choice((mutated(rng, other[i][j]), Add((other[i][j], integer(1)))))
    written = ["[" + ", ".join("[" + ", ".join(map(to_text, line)) + "]" for line in m) + "]" for m in (entries, other)]
    if rng.random() < 0.1:
        written[1] = written[1][: rng.randrange(len(written[1]))]
        equal = False
    return {
        "reference": written[0],
        "student": written[1],
        "variables": names,
        "domain": {name: ["1/4", "2"] for name in names},
        "expected": "correct" if equal else None,
    }


def set_pair(rng: random.Random) -> Row:
    """Sets, points, equations and intervals."""
    kind = rng.choice(("set", "points", "equation", "interval"))
    numbers = [wild(rng, rng.randint(0, 2), ["pi"]) for _ in range(rng.randint(2, 5))]
    same = [rewritten(rng, e, 0.5) for e in numbers]
    first, second = [to_text(e) for e in numbers], [to_text(e) for e in same]
    row: Row = {"variables": ["x", "y"], "domain": None, "expected": None}
    if kind == "set":
        rng.shuffle(second)
        sides = ["{" + ", ".join(s) + "}" for s in (first, second)]
    elif kind == "points":
        row["relation"] = "points"
        sides = ["; ".join(f"({a}, {b})" for a, b in zip(s, s[1:], strict=False)) for s in (first, second)]
    elif kind == "equation":
        e = wild(rng, rng.randint(1, 3), ["x", "y"])
        sides = [f"{to_text(e)} = {first[0]}", f"{to_text(rewritten(rng, e, 0.6))} - ({second[0]}) = 0"]
        if rng.random() < 0.3:
            sides[1] = f"{rng.randint(2, 9)}*({sides[1].replace(' = 0', '')}) = 0"
    else:
        sides = [f"({s[0]}, {s[1]})" for s in (first, second)]
    return row | {"reference": sides[0], "student": sides[1]}


_HOSTILE: tuple[Callable[[random.Random], str], ...] = (
    lambda r: f"x^{r.choice((50, 199, 1000, 10**6, 10**9))}",
    lambda r: f"(x+{r.randint(1, 9)})^{r.choice((20, 60, 100, 500, 10**8))}",
    lambda r: f"(x+y+1)^{r.choice((10, 30, 100, 5000))}",
    lambda r: f"(x+y+z+t+u+1)^{r.choice((4, 8, 12, 20))}",
    lambda r: "e^(" * (n := r.randint(2, 30)) + "x" + ")" * n,
    lambda r: "sin(" * (n := r.randint(5, 60)) + "x" + ")" * n,
    lambda r: "sqrt(1+" * (n := r.randint(3, 60)) + "x" + ")" * n,
    lambda r: "ln(2+" * (n := r.randint(3, 60)) + "x" + ")" * n,
    lambda r: "1/(1+" * (n := r.randint(3, 60)) + "x" + ")" * n,
    lambda r: "abs(1-" * (n := r.randint(3, 40)) + "x" + ")" * n,
    lambda r: "(x^2+" * (n := r.randint(3, 40)) + "x" + ")^2" * n,
    lambda r: "^".join(["x"] * r.randint(2, 12)),
    lambda r: "^".join(str(r.randint(2, 9)) for _ in range(r.randint(2, 5))),
    lambda r: f"sin({r.choice((316800, 10**9, 10**40))}x)",
    lambda r: f"sin(x)^{r.choice((20, 40, 99, 400))}",
    lambda r: f"cos({r.randint(2, 200)}x)",
    lambda r: f"tan(x/{r.randint(2, 19)}) + tan({r.randint(2, 19)}x/{r.randint(2, 19)})",
    lambda r: f"sin(x/{r.randint(2, 97)})*cos(x/{r.randint(2, 97)})*sin(x/{r.randint(2, 97)})",
    lambda r: " + ".join(f"sqrt(x+{i})" for i in range(r.randint(2, 30))),
    lambda r: " + ".join(f"sqrt({p})" for p in (2, 3, 5, 7, 11, 13, 17, 19, 23)[: r.randint(2, 9)]),
    lambda r: " + ".join(f"e^({i}x/{r.randint(1, 30)})" for i in range(r.randint(2, 12))),
    lambda r: " + ".join(f"1/(x+{i})" for i in range(r.randint(2, 60))),
    lambda r: " * ".join(f"(x-{i})" for i in range(r.randint(2, 80))),
    lambda r: " + ".join(f"abs(x-{i})" for i in range(r.randint(2, 40))),
    lambda r: "max(" + ",".join(f"x-{i}" for i in range(r.randint(2, 30))) + ")",
    lambda r: " + ".join(f"{r.randint(1, 10**9)}x^{i}" for i in range(r.randint(2, 99))),
    lambda r: " + ".join(f"x_{i}^{r.randint(2, 9)}*x_{1 + i % 12}" for i in range(1, 13)),
    lambda r: f"({' + '.join(f'x_{i}' for i in range(1, 13))})^{r.randint(2, 12)}",
    lambda r: f"{r.randint(1, 10 ** r.choice((20, 200, 900)))}x",
    lambda r: f"{r.choice((5, 50, 170, 1000, 10**5))}!",
    lambda r: f"(n+{r.randint(1, 40)})!/n!",
    lambda r: f"root({r.choice((3, 7, 50, 1000))}, x^2+1)",
    lambda r: f"x^({r.randint(1, 99)}/{r.choice((7, 64, 97, 1000))})",
    lambda r: f"2^(x/{r.choice((3, 60, 97))}) + 3^(x/{r.choice((5, 64))})",
    lambda r: f"arctan({r.randint(2, 99)}x) - arctan(1/({r.randint(2, 99)}x))",
    lambda r: f"1e{r.choice((-300, -40, 40, 300))} + x",
    lambda r: f"x/(10^{r.choice((20, 100, 300))}) + erf(x)",
    lambda r: f"ln(x)^{r.choice((9, 50, 150))}",
    lambda r: f"log_{r.randint(2, 9)}(x^{r.randint(2, 99)})",
    lambda r: "x" + "!" * r.randint(1, 4),
    lambda r: f"sign(sin({r.choice((1, 50, 10**6))}/x))",
    lambda r: f"sin(1/(x^{r.choice((1, 5, 30))}))",
    lambda r: f"(1+1/x)^(x^{r.choice((1, 9))})",
    lambda r: f"x^x^{r.choice(('x', '2', '(1/x)', '(-x)'))}",
    lambda r: "((((((x+1)^2+1)^2+1)^2+1)^2+1)^2+1)^2",
    lambda r: f"(sin(x)+cos(x)+tan(x)+e^x+ln(x)+sqrt(x))^{r.choice((3, 6, 12))}",
)


def hostile_pair(rng: random.Random) -> Row:
    """What is large, high, deep or steep, on one side, on both, or put together."""
    names = ["x", "y", "z", "t", "u", "n", *(f"x_{i}" for i in range(1, 13))]
    piece = rng.choice(_HOSTILE)(rng)
    other = rng.choice(_HOSTILE)(rng)
    kind = rng.random()
    expected = None
    if kind < 0.3:
        text, answer = piece, other
    elif kind < 0.7:
        text, answer = f"({piece})*({other}) + x", f"x + ({other})*({piece})"
        expected = "correct"
    elif kind < 0.85:
        text, answer = f"({piece}) + ({other})", f"({other}) + ({piece}) + x/10^9"
        expected = "incorrect"
    else:
        wrapped = rng.choice(("sin({})^2 + cos({})^2", "e^(ln({0}^2+1)) - ({0})^2 + 0*({0})", "2*sqrt(({})^2)/2"))
        text, answer = piece, wrapped.format(piece, piece)
    if rng.random() < 0.3:
        try:
            tree = parse(text, Names(tuple(names)))
            answer, expected = to_text(rewritten(rng, tree, 0.4, largest=600)), "correct"
        except (StudentError, RecursionError):
            pass
    used = [name for name in names if name in text or name in answer]
    return {
        "reference": text,
        "student": answer,
        "variables": used or ["x"],
        "domain": _domain(rng, used) if rng.random() < 0.6 else None,
        "expected": expected,
    }


SORTS: dict[str, Callable[[random.Random], Row]] = {
    "smooth": smooth_pair,
    "derivative": derivative_pair,
    "wild": wild_pair,
    "constant": constant_pair,
    "variables": many_variables,
    "thin": thin_pair,
    "antiderivative": antiderivative_pair,
    "array": array_pair,
    "set": set_pair,
    "hostile": hostile_pair,
}


def pair(seed: int, sort: str | None = None) -> Row:
    """The pair of a seed; without a sort the seeds go through all of them."""
    names = list(SORTS)
    chosen = sort or names[seed % len(names)]
    rng = random.Random(f"{chosen}:{seed}")
    return {"id": f"{chosen}:{seed}", "relation": "equal"} | SORTS[chosen](rng)


# -- promises ------------------------------------------------------------------------------------


def trees(row: Row) -> tuple[Expr, Expr] | None:
    names = Names(tuple(row["variables"]), free=True)
    try:
        return parse(row["reference"], names), parse(row["student"], names)
    except (StudentError, RecursionError):
        return None


def apart(row: Row) -> dict[str, str] | None:
    """A point of the domain where mpmath finds two values that differ, at 50 and at 80 digits."""
    sides = trees(row)
    if sides is None:
        return None
    rng = random.Random(str(row["id"]))
    domain = row["domain"] or {}
    for _ in range(12):
        point = {name: _inside(rng, domain.get(name)) for name in row["variables"]}
        try:
            gaps = []
            for digits in (50, 80):
                a, b = (oracle.value(side, point, digits) for side in sides)
                gaps.append(abs(a - b) / (1 + abs(a)))
        except (oracle.NoRealValue, OverflowError, MemoryError, RecursionError, mpmath.libmp.NoConvergence):
            continue
        if min(gaps) > mpmath.mpf(10) ** -30 and abs(gaps[0] - gaps[1]) < gaps[1] / 1000:
            return {name: str(value) for name, value in point.items()}
    return None


def _inside(rng: random.Random, ends: list[str] | None) -> Fraction:
    low, high = ends or ("-oo", "oo")
    share = Fraction(rng.randint(1, 996), 997)
    if low == "-oo" and high == "oo":
        return 8 * share - 4
    if low == "-oo":
        return Fraction(high) - 5 * share
    if high == "oo":
        return Fraction(low) + 5 * share
    return Fraction(low) + (Fraction(high) - Fraction(low)) * share


class Counted:
    """How often SymPy was asked; it is not run, so that every pair's time is the decider's own."""

    asked = 0

    @classmethod
    def instead(cls, *arguments: Any) -> bool:
        cls.asked += 1
        return False


def check(row: Row, outcomes: Counter[str]) -> str:
    """What is wrong with the verdict on a row; '' when nothing is."""
    seconds, verdict = 9.0, None
    for _ in range(3):
        comparison.forget()
        begun = time.process_time()
        verdict = comparison.compare(row)
        seconds = min(seconds, time.process_time() - begun)
        if seconds < LONGEST_SECONDS:
            break
    assert verdict is not None
    outcomes[f"{row['id'].split(':')[0]} {verdict.verdict} {verdict.truth.value}"] += 1
    if verdict.verdict == "incorrect" and row["expected"] == "correct":
        return f"false reject: {verdict.by}: {verdict.evidence} {verdict.message}"
    if verdict.verdict == "correct" and row["expected"] == "incorrect" and (point := apart(row)):
        return f"false accept: {verdict.truth.value} by {verdict.by}: {verdict.evidence}; apart at {point}"
    if seconds > LONGEST_SECONDS:
        sides = trees(row)
        nodes = sum(map(size, sides)) if sides else len(row["reference"]) + len(row["student"])
        if nodes < SMALL:
            return f"slow: {1000 * seconds:.0f} ms for {nodes} nodes, {verdict.verdict} by {verdict.by}"
    return ""


def run(
    seconds: float, seed: int, count: int | None = None, sort: str | None = None, keep: Path | None = None
) -> Counter[str]:
    """Pairs for so many seconds, or so many pairs; how often each kind of fault was seen."""
    algebra.simplifies_to_zero = Counted.instead  # type: ignore[assignment]
    faults, outcomes = Counter[str](), Counter[str]()
    until, done, most = time.monotonic() + seconds, 0, 0.0
    for number in _numbers(seed):
        if time.monotonic() > until or done == count:
            break
        done += 1
        row = pair(number, sort)
        try:
            fault = check(row, outcomes)
        except Exception as error:  # the very thing that is looked for
            fault = f"raised {type(error).__name__}: {error}"
        used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        if used > max(MOST_MEGABYTES, most + 20):
            fault = fault or f"memory: {used:.0f} MB"
        most = max(most, used)
        if fault:
            kind = fault.split(":")[0]
            faults[kind] += 1
            if faults[kind] <= 60:
                print(f"{row['id']}: {fault[:400]}\n    {_shown(row)}", flush=True)
            if keep is not None:
                with keep.open("a") as out:
                    out.write(json.dumps(row | {"fault": fault[:400]}) + "\n")
    print(f"{done:,} pairs from seed {seed}, at most {most:.0f} MB, SymPy asked {Counted.asked} times")
    for name, times in sorted(outcomes.items()):
        print(f"    {name:<44} {times:>7,}")
    print(f"faults: {dict(faults) or 'none'}", flush=True)
    return faults


def _numbers(seed: int) -> Iterator[int]:
    while True:
        yield seed
        seed += 1


def _shown(row: Row) -> str:
    whole = {k: v for k, v in row.items() if k not in ("id", "expected")}
    text = json.dumps(whole)
    return text if len(text) < 700 else text[:700] + "..."


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, help="so many pairs and no more")
    parser.add_argument("--sort", choices=tuple(SORTS))
    parser.add_argument("--keep", type=Path, metavar="FILE", help="append the rows at fault, one JSON object a line")
    chosen = parser.parse_args()
    if run(chosen.seconds, chosen.seed, chosen.count, chosen.sort, chosen.keep):
        sys.exit(1)


if __name__ == "__main__":
    main()
