"""Stationary points as a question of `grader compare`: all of them, with natures that were proved."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from grader.compare import compare
from grader.decide.degenerate import nature_by_expansion
from grader.expr.parse import Names, parse
from grader.expr.tree import ZERO

TABLE = yaml.safe_load((Path(__file__).parent / "tables/stationary.yaml").read_text())


def _cases():
    for row in TABLE:
        question = {"relation": "stationary_points", "function": row["f"], "variables": row["over"]}
        question |= {"domain": row["domain"]} if "domain" in row else {}
        answers = [(row["at"], "correct")] if "at" in row else []
        answers += [(text, "incorrect") for text in row["wrong"]]
        answers += [(text, "undecided") for text in row.get("undecided", [])]
        for text, verdict in answers:
            yield pytest.param(question, text, verdict, id=f"{row['f']}: {text} is {verdict}")


@pytest.mark.parametrize(("question", "student", "verdict"), list(_cases()))
def test_answer(question, student, verdict):
    found = compare({**question, "student": student})
    assert found.verdict == verdict, found
    assert found.evidence


def test_only_the_places_may_be_asked():
    question = {"relation": "stationary_points", "function": "x^3 - 3x", "nature": False}
    assert compare({**question, "student": "1, -1"}).verdict == "correct"
    assert compare({**question, "student": "1"}).verdict == "incorrect"


@pytest.mark.parametrize(("nature", "sign"), [("minimum", ""), ("maximum", "-")])
@pytest.mark.parametrize("powers", [(2, 4), (4, 4), (6, 2), (4, 6), (2, 8), (6, 6)])
def test_sums_of_even_powers(powers, nature, sign):
    f = parse(f"{sign}(2x^{powers[0]} + y^{powers[1]}/3)", Names(("x", "y")))
    assert nature_by_expansion(f, ("x", "y"), (ZERO, ZERO)) == nature


@pytest.mark.parametrize("f", ["x^2 + y^5", "x^4 y + y^3", "x^3 + y^6", "x^2 - y^6", "x y^3", "x^4 - 3x^2 y^2 + y^4"])
def test_saddles_of_higher_order(f):
    assert nature_by_expansion(parse(f, Names(("x", "y"))), ("x", "y"), (ZERO, ZERO)) == "saddle"


@pytest.mark.parametrize("f", ["x^4", "x^2 y^2", "(x - y)^2", "x^10 + y^10", "(y - x^2)^2", "e^(-1/x^2)"])
def test_nothing_is_claimed_where_nothing_is_proved(f):
    """Valleys, terms beyond the highest order looked at, functions without an expansion."""
    assert nature_by_expansion(parse(f, Names(("x", "y"))), ("x", "y"), (ZERO, ZERO)) is None


SAMPLED = [row for row in TABLE if len(row["over"]) > 1 and "at" in row and "x y e" not in row["f"]]


@pytest.mark.parametrize("row", SAMPLED, ids=lambda row: row["f"])
def test_natures_by_values_around_the_points(row):
    """Another method: the signs of f - f(p) on small spheres and thin curves around each point."""
    import random

    import mpmath
    import sympy

    from grader.decide.stationary import stationary_points
    from grader.expr.bounds import read_domain
    from grader.expr.symbolic import to_sympy

    over = tuple(row["over"])
    f = parse(row["f"], Names(over))
    domain = read_domain(row.get("domain", {}), "domain").including(set(over))
    value = sympy.lambdify([sympy.Symbol(name, real=True) for name in over], to_sympy(f), "mpmath")
    draw = random.Random(row["f"])
    with mpmath.workdps(60):
        for point in stationary_points(f, over, domain):
            at = [mpmath.mpf(sympy.N(to_sympy(c), 60)) for c in point.coordinates]
            here, signs = value(*at), set()
            for _ in range(400):
                t = mpmath.mpf("1e-4")
                shape = [draw.choice((-1, 1)) * draw.uniform(0, 3) * t ** draw.choice((1, 1, 2, 3)) for _ in over]
                if draw.random() < 0.3:
                    shape = [draw.choice((-1, 1)) * t for _ in over]
                # Along the parabolas y = c x^2 a saddle may show that no line shows.
                if draw.random() < 0.3 and len(over) == 2:
                    shape[1] = draw.uniform(0, 4) * shape[0] ** 2
                signs.add(int(mpmath.sign(value(*(a + s for a, s in zip(at, shape, strict=True))) - here)))
            assert {"minimum": signs <= {1}, "maximum": signs <= {-1}, "saddle": {1, -1} <= signs}[point.label]


POLYNOMIALS = [
    "x^4 + y^4 - 4x y", "x^3 + y^3 - 3x - 12y", "x^4 + y^4 - 2x^2 - 2y^2", "x y (1 - x - y)",
    "x^4 + y^4 + z^4 - 4x y z", "x^3 + y^3 + z^3 - 3x - 3y - 3z", "x^2 + y^2 + z^2 + x y z",
    "x^2 + y^2 + z^2 - x y + x - 2z", "x^2 y + y^2 z + z^2 - y", "x^3 - 3x y + y^2 + z^2 - z",
]  # fmt: skip


@pytest.mark.parametrize("text", POLYNOMIALS)
def test_the_points_are_those_of_a_groebner_basis(text):
    """Another method for all real zeros: SymPy solves a Groebner basis."""
    import sympy

    from grader.decide.stationary import stationary_points
    from grader.expr.domain import Domain
    from grader.expr.symbolic import to_sympy

    over = ("x", "y", "z") if "z" in text else ("x", "y")
    f = parse(text, Names(over))
    symbols = [sympy.Symbol(name, real=True) for name in over]
    solved = sympy.solve_poly_system([to_sympy(f).diff(s) for s in symbols], *symbols)
    expected = {
        tuple(round(float(sympy.re(c)), 9) + 0.0 for c in point)
        for point in solved
        if all(abs(sympy.im(sympy.N(c, 30))) < 1e-20 for c in point)
    }
    points = stationary_points(f, over, Domain.reals(*over))
    found = {tuple(round(float(to_sympy(c)), 9) + 0.0 for c in point.coordinates) for point in points}
    assert found == expected
