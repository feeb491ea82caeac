"""The bridge to SymPy: values survive both ways, conventions are translated, the rest is refused."""

from __future__ import annotations

from fractions import Fraction
from math import isclose, nan
from typing import Any

import pytest
import sympy

from grader.expr.balls import Undefined, arb_of, enclose, precision
from grader.expr.domain import Domain, Interval
from grader.expr.parse import Names, parse
from grader.expr.symbolic import NotTranslatable, from_sympy, symbol, to_sympy
from grader.expr.tree import Expr

NAMES = Names(("x", "y"))
POINTS = [(Fraction(3, 7), Fraction(5, 3)), (Fraction(-3, 7), Fraction(2, 9)), (Fraction(9, 4), Fraction(-7, 5))]

EXPRESSIONS = """
3; -2/7; 0.125; pi; e; x; -x; x + y - 3; 2x y/3; x/(y z); x^2 - x^-2; 1/x - 1/(2y); e^(-x)/3; e^x
sqrt(x + 5); cbrt(x); x^(1/3); x^(2/3); x^(-5/3); root(5, x); root(4, x + 9); 2^x; (x + 7)^y
sin(x) + cos(y); tan(x) cot(y); sec(x) csc(y); arcsin(x/9); arccos(x/9); arctan(x); arccot(x); arcsec(x + 9)
arccsc(9 - x); sinh(x) cosh(y) tanh(x); coth(x) sech(y) csch(x); arsinh(x); arcosh(x + 5); artanh(x/9)
arcoth(x + 9); arsech((x + 1)/9); arcsch(x); exp(x y); ln(x + 9); log10(x + 9); log_2(x + 9); |x - y|; sign(x)
min(x, y); max(x, y, 1/2); 5!; erf(x); sigmoid(3x); softplus(x); relu(x); (x + y)^2/(x - y)^3
""".replace("\n", ";")


def value(e: Expr, x: Fraction, y: Fraction) -> float:
    with precision(80):
        try:
            return float(enclose(e, {"x": arb_of(x), "y": arb_of(y), "z": arb_of(Fraction(2))}).mid())
        except Undefined:
            return nan


@pytest.mark.parametrize("text", [text for part in EXPRESSIONS.split(";") if (text := part.strip())])
def test_round_trip_keeps_the_value(text: str) -> None:
    tree = parse(text, Names(("x", "y", "z")))
    back = from_sympy(to_sympy(tree))
    for x, y in POINTS:
        before, after = value(tree, x, y), value(back, x, y)
        assert isclose(before, after, rel_tol=1e-12) or (before != before and after != after), (x, y)


@pytest.mark.parametrize(("text", "number"), [("x^(1/3)", -2), ("cbrt(x)", -2), ("x^(2/3)", 4), ("root(3, x^5)", -32)])
def test_odd_roots_are_real(text: str, number: int) -> None:
    assert to_sympy(parse(text, NAMES)).subs(symbol("x"), -8) == number


def test_an_odd_root_has_a_slope_on_both_sides() -> None:
    slope = from_sympy(sympy.diff(to_sympy(parse("cbrt(x)", NAMES)), symbol("x")))
    for x in (Fraction(-8), Fraction(8)):
        assert isclose(value(slope, x, Fraction(1)), 1 / 12)


@pytest.mark.parametrize(
    ("interval", "assumption"),
    [
        (Interval(Fraction(1), Fraction(2)), "is_positive"),
        (Interval(Fraction(0), None, False), "is_positive"),
        (Interval(Fraction(0), None), "is_nonnegative"),
        (Interval(None, Fraction(-1)), "is_negative"),
        (Interval(None, Fraction(0)), "is_nonpositive"),
        (Interval(), "is_real"),
    ],
)
def test_the_domain_becomes_an_assumption(interval: Interval, assumption: str) -> None:
    assert getattr(symbol("x", Domain.of({"x": interval})), assumption)


def test_positive_variables_simplify_as_students_do() -> None:
    root = parse("sqrt(x^2)", NAMES)
    assert from_sympy(to_sympy(root, Domain.of({"x": Interval(Fraction(1))}))) == parse("x", NAMES)
    assert from_sympy(to_sympy(root)) == parse("|x|", NAMES)


@pytest.mark.parametrize(
    ("built", "text"),
    [
        (lambda x, y: -x / 3, "-x/3"),
        (lambda x, y: 2 * x / (3 * y), "2x/(3y)"),
        (lambda x, y: 1 / x**2, "1/x^2"),
        (lambda x, y: sympy.exp(2 * x), "e^(2x)"),
        (lambda x, y: sympy.sqrt(x) / 2, "sqrt(x)/2"),
        (lambda x, y: sympy.Heaviside(x), "(1 + sign(x))/2"),
        (lambda x, y: sympy.acot(x), "arctan(1/x)"),
        (lambda x, y: -sympy.oo, "-oo"),
    ],
)
def test_what_comes_back_is_written_as_by_hand(built: Any, text: str) -> None:
    assert from_sympy(built(symbol("x"), symbol("y"))) == parse(text, NAMES)


@pytest.mark.parametrize(
    "built",
    [
        lambda x: sympy.I * x,
        lambda x: sympy.Integral(sympy.exp(x**2), x),
        lambda x: sympy.Piecewise((x, x > 0), (0, True)),
        lambda x: sympy.Function("f")(x),
        lambda x: sympy.nan,
        lambda x: sympy.Pow(x - 1, sympy.Rational(1, 3)),
    ],
)
def test_what_has_no_counterpart_is_refused(built: Any) -> None:
    with pytest.raises(NotTranslatable):
        from_sympy(built(symbol("x")))
