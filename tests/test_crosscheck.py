"""References found by two methods: agreement is accepted, a difference is told with its point."""

from __future__ import annotations

from fractions import Fraction

import pytest

from grader.expr.crosscheck import disagreement
from grader.expr.domain import Domain, Interval
from grader.expr.parse import Names, parse

NAMES = Names(("x", "y"))
BOX = Domain.of({"x": Interval(Fraction(-2), Fraction(2))})


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("2x", "x + x"),
        ("sin(2x)", "2sin(x)cos(x)"),
        ("x/|x|", "sign(x)"),
        ("x y^2", "y(x y)"),
        ("sqrt(2)/2", "1/sqrt(2)"),
        ("ln(x^2 - 3) - ln(x^2 - 3)", "0"),
    ],
)
def test_the_same_function(a: str, b: str) -> None:
    assert disagreement(parse(a, NAMES), parse(b, NAMES), BOX) == ""


@pytest.mark.parametrize(("a", "b"), [("2x", "3x"), ("x", "|x|"), ("sqrt(2)", "1.41421356"), ("x y", "x + y")])
def test_a_difference(a: str, b: str) -> None:
    assert disagreement(parse(a, NAMES), parse(b, NAMES), BOX) != ""


def test_the_point_is_told() -> None:
    assert "at x = " in disagreement(parse("2x", NAMES), parse("3x", NAMES), BOX)


def test_nothing_to_compare() -> None:
    assert "too few points" in disagreement(parse("ln(x - 5)", NAMES), parse("2ln(x - 5) + 1", NAMES), BOX)
