"""Tidying keeps the value and the order, is idempotent and never enlarges."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import oracle
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import NAMES, expressions

from grader.expr.parse import Names, parse
from grader.expr.text import to_text
from grader.expr.tidy import tidy
from grader.expr.tree import Add, Expr, Mul, Number, Variable, rational, size, substitute

KNOWN = Names((*NAMES, "k", "n", "a"))


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("sin(1*x)", "sin(x)"),
        ("3x + -2", "3x - 2"),
        ("2*(-3)*x", "-6x"),
        ("x^1", "x"),
        ("x^0", "1"),
        ("0*x + y", "y"),
        ("1x^2 + 0x - 1", "x^2 - 1"),
        ("-1x^2 - 1*x", "-x^2 - x"),
        ("x + 0", "x"),
        ("0 + 0", "0"),
        ("-(-x)", "x"),
        ("x - (-y)", "x + y"),
        ("-0", "0"),
        ("2*3", "6"),
        ("1/2 + 1/3", "5/6"),
        ("6/4", "3/2"),
        ("6x/4", "3x/2"),
        ("x/1", "x"),
        ("0/x", "0"),
        ("x/2*4", "2x"),
        ("(1/2)x", "x/2"),
        ("(3/4)*(x/y)", "3x/(4y)"),
        ("-3/(-4)*x", "3x/4"),
        ("x/(-2)", "-x/2"),
        ("2^3*x", "8x"),
        ("2^100", "2^100"),
        ("2^(-1)*x", "x/2"),
        ("x*2*y", "2x*y"),
        ("x + 2 + y + 3", "x + 5 + y"),
        ("x + 2 + y - 2", "x + y"),
        ("0.5*3*x", "1.5x"),
        ("0.5", "0.5"),
        ("1.0*x/3", "x/3"),
        ("(x + 1)^1*2", "2*(x + 1)"),
        ("e^(0x)", "1"),
        ("e^1", "e"),
        ("ln(e^1)", "1"),
        ("cos(0)*x + sin(0)", "x"),
        ("sqrt(9/4)", "3/2"),
        ("sqrt(2)", "sqrt(2)"),
        ("abs(-3/4)", "3/4"),
        ("(-2)^2", "4"),
        ("-2^2", "-4"),
        # These may be what the problem is about.
        ("x + x", "x + x"),
        ("x*x^2", "x*x^2"),
        ("x/x", "x/x"),
        ("1/(x/y)", "1/(x/y)"),
        ("(x^2)^3", "(x^2)^3"),
        ("1 + x", "1 + x"),
        ("y - x", "y - x"),
        ("-x + y", "-x + y"),
        ("1/0", "1/0"),
        ("-(x + 1)", "-(x + 1)"),
    ],
)
def test_shown(typed: str, shown: str) -> None:
    e = tidy(parse(typed, KNOWN))
    assert to_text(e) == shown
    assert tidy(e) == e


def test_what_substitution_leaves_behind() -> None:
    template = parse("a*sin(k*x)^n + a*x - k", KNOWN)
    values = {"a": rational(-1), "k": rational(1), "n": rational(1)}
    assert to_text(tidy(substitute(template, values))) == "-sin(x) - x - 1"
    half = {"a": rational(Fraction(-1, 2)), "k": rational(-2), "n": rational(2)}
    assert to_text(tidy(substitute(template, half))) == "-sin(-2x)^2/2 - x/2 + 2"


def test_numbers_that_substitution_should_not_make() -> None:
    x = Variable("x")
    assert to_text(tidy(Add((x, Number(Fraction(-2)))))) == "x - 2"
    assert to_text(tidy(Mul((Number(Fraction(-1)), x)))) == "-x"


@settings(max_examples=300, deadline=None)
@given(expressions())
def test_idempotent_and_no_larger(e: Expr) -> None:
    once = tidy(e)
    assert tidy(once) == once
    assert size(once) <= size(e)


@settings(max_examples=300, deadline=None)
@given(expressions(8), st.lists(st.fractions(Fraction(-3), Fraction(3), max_denominator=7), min_size=4, max_size=4))
def test_keeps_the_value(e: Expr, at: list[Fraction]) -> None:
    point = dict(zip(NAMES, at, strict=True))
    try:
        wanted = oracle.value(e, point)
    except (oracle.NoRealValue, AssertionError, OverflowError, mpmath.libmp.NoConvergence):
        return
    if abs(wanted) > mpmath.mpf(10) ** 30:
        return
    assert abs(oracle.value(tidy(e), point) - wanted) <= mpmath.mpf(10) ** -30 * (1 + abs(wanted))
