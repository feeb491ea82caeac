"""Where SymPy or floating-point sampling and we disagree: tests/tables/disagreements.yaml says who is wrong."""

from __future__ import annotations

import math
from pathlib import Path
from random import Random

import pytest
import yaml

from grader.compare import compare
from grader.expr.bounds import read_bound
from grader.expr.parse import Names, parse
from grader.expr.tree import Add, Apply, Constant, Div, Expr, Mul, Neg, Number, Pow, Variable

TABLE = yaml.safe_load((Path(__file__).parent / "tables/disagreements.yaml").read_text())
X = Names(("x",))


def _id(row):
    return f"{row['reference']} | {row['student']}"


@pytest.mark.parametrize("row", TABLE, ids=_id)
def test_our_verdict(row):
    verdict = compare(
        {"variables": ["x"], **{key: row[key] for key in ("reference", "student", "domain") if key in row}}
    )
    assert verdict.verdict == row["ours"]
    assert verdict.truth.value in ("proved", "refuted")


@pytest.mark.parametrize("row", [row for row in TABLE if "simplify" in row], ids=_id)
def test_what_sympy_says(row):
    import sympy

    from grader.expr.symbolic import to_sympy

    a, b = (to_sympy(parse(row[side], X)) for side in ("reference", "student"))
    # Whether equals says None or False where it cannot tell changes from run to run: its points are random.
    says = {"simplify": bool(sympy.simplify(a - b) == 0), "equals": bool(a.equals(b))}
    assert says == {"simplify": row["simplify"], "equals": bool(row["equals"])}
    right = row["ours"] == "correct"
    assert says["simplify"] is not right or row["equals"] is not right, "this is no disagreement"


@pytest.mark.parametrize("row", [row for row in TABLE if "floats" in row], ids=_id)
def test_what_floats_say(row):
    low, high = (float(read_bound(end, "domain")) for end in row.get("domain", {"x": "1..2"})["x"].split(".."))
    rng = Random(1)
    points = [rng.uniform(low, high) for _ in range(20)]
    a, b = (parse(row[side], X) for side in ("reference", "student"))
    assert all(_close(a, b, x) for x in points) is row["floats"]


def _close(a: Expr, b: Expr, x: float) -> bool:
    try:
        return math.isclose(_double(a, x), _double(b, x), rel_tol=1e-9, abs_tol=1e-9)
    except OverflowError:
        return False


def _double(e: Expr, x: float) -> float:
    """The value as plain floating-point code would compute it."""
    match e:
        case Number(value):
            return float(value)
        case Constant(name):
            return {"pi": math.pi, "e": math.e}[name]
        case Variable():
            return x
        case Neg(a):
            return -_double(a, x)
        case Add(terms):
            total = 0.0
            for term in terms:
                total += _double(term, x)
            return total
        case Mul(factors):
            return math.prod(_double(f, x) for f in factors)
        case Div(a, b):
            return _double(a, x) / _double(b, x)
        case Pow(a, b):
            return _double(a, x) ** _double(b, x)
        case Apply(name, (a,)):
            return {"sin": math.sin, "cos": math.cos}[name](_double(a, x))
    raise AssertionError(e)
