"""Broken rules of differentiation: each gives the wrong answer its catalogue entry tells of."""

from __future__ import annotations

import pytest

from grader import kinds
from grader.expr.by_hand import antiderivative_by_hand
from grader.expr.canonical import is_zero
from grader.expr.derivative import derivative
from grader.expr.domain import Domain, Interval
from grader.expr.parse import Names, parse
from grader.expr.slips import SLIPS, broken_derivative, broken_derivatives
from grader.expr.tree import Add, Expr, Neg

NAMES = Names(("x", "y", "a"))
POSITIVE = Domain.of({"x": Interval(low=None)})


def tree(text: str) -> Expr:
    return parse(text, NAMES)


def same(a: Expr, b: Expr) -> bool:
    return is_zero(Add((a, Neg(b))), POSITIVE).verdict is True


# rule, function, what the rule makes of it everywhere
CASES = [
    ("product-of-derivatives", "x^2 sin(x)", "2x cos(x)"),
    ("product-of-derivatives", "3x e^x cos(x)", "-3e^x sin(x)"),
    ("product-own-derivatives", "x^2 sin(x)", "2x^3 + sin(x)cos(x)"),
    ("product-sign", "x^2 sin(x)", "2x sin(x) - x^2 cos(x)"),
    ("product-as-sum", "x^2 sin(x)", "2x + cos(x)"),
    ("one-factor-only", "x^2 sin(x)", "2x sin(x)"),
    ("quotient-of-derivatives", "(x^2 + 1)/(cos(x) + 2)", "-2x/sin(x)"),
    ("quotient-sign", "(x^2 + 1)/(cos(x) + 2)", "(2x(cos(x) + 2) - (x^2 + 1)sin(x))/(cos(x) + 2)^2"),
    ("quotient-order", "(x^2 + 1)/(cos(x) + 2)", "(-2x(cos(x) + 2) - (x^2 + 1)sin(x))/(cos(x) + 2)^2"),
    ("quotient-denominator", "(x^2 + 1)/(cos(x) + 2)", "(2x(cos(x) + 2) + (x^2 + 1)sin(x))/(cos(x) + 2)"),
    ("quotient-wrong-square", "(x^2 + 1)/(cos(x) + 2)", "(2x(cos(x) + 2) + (x^2 + 1)sin(x))/(x^2 + 1)^2"),
    ("inner-derivative", "sin(x^2 + 1)", "cos(x^2 + 1)"),
    ("inner-derivative", "(3x + 1)^4", "4(3x + 1)^3"),
    ("inner-derivative", "sqrt(x^2 + 1)", "1/(2sqrt(x^2 + 1))"),
    ("inner-derivative", "e^(sin(3x))", "e^(sin(3x))"),
    ("inner-derivative", "1/(x^2 + 1)^3", "-3/(x^2 + 1)^4"),
    ("outer-at-inner-derivative", "sin(x^2 + 1)", "cos(2x)"),
    ("outer-at-inner-derivative", "ln(x^2 + 1)", "1/(2x)"),
    ("outer-at-variable", "sin(x^2 + 1)", "2x cos(x)"),
    ("outer-at-variable", "ln(3x)", "3/x"),
    ("power-rule-on-exponential", "2^x", "x*2^(x-1)"),
    ("power-rule-on-exponential", "e^(2x)", "2x e^(2x-1)"),
    ("exponential-base", "2^x", "2^x"),
    ("exponent-coefficient", "e^(2x)", "2e^x"),
    ("exponent-kept", "4x^3", "12x^3"),
    ("power-factor", "x^3", "x^2"),
    ("power-factor", "sqrt(x)", "1/sqrt(x)"),
    ("negative-exponent", "x^(-2)", "-2/x"),
    ("negative-exponent", "1/x^2", "-2/x"),
    ("root-exponent", "sqrt(x)", "sqrt(x)/2"),
    ("reciprocal", "1/x^2", "1/(2x)"),
    ("constant-survives", "x^3 + 5", "3x^2 + 5"),
    ("constant-survives", "x^2 y + y^3", "2x y + y^3"),
    ("linear-term", "x^2 + 5x", "7x"),
    ("cosine-sign", "cos(2x)", "2sin(2x)"),
    ("sine-sign", "sin(2x)", "-2cos(2x)"),
    ("power-of-derivative", "sin(x)^2", "cos(x)^2"),
    ("constant-factor", "7sin(x)", "cos(x)"),
    ("constant-factor", "x^2 y", "2x"),
    ("minus-lost", "x^3 - sin(x)", "3x^2 + cos(x)"),
    ("power-rule-on-variable-exponent", "x^x", "x x^(x-1)"),
    ("exponential-rule-on-variable-base", "x^x", "x^x ln(x)"),
    ("sigmoid-plus", "sigmoid(3x)", "3sigmoid(3x)(1 + sigmoid(3x))"),
    ("sigmoid-plus", "1/(1 + e^(-2x))", "2/(1 + e^(-2x))*(1 + 1/(1 + e^(-2x)))"),
]


@pytest.mark.parametrize(("rule", "function", "wrong"), CASES)
def test_broken_everywhere(rule: str, function: str, wrong: str) -> None:
    found = broken_derivative(tree(function), "x", rule)
    assert found is not None and same(found, tree(wrong))


def test_every_slip_is_shown_once() -> None:
    assert {rule for rule, _, _ in CASES} == set(SLIPS)


@pytest.mark.parametrize(("rule", "function", "wrong"), CASES)
def test_no_wrong_answer_is_right(rule: str, function: str, wrong: str) -> None:
    right = derivative(tree(function), "x")
    assert not any(same(e, right) for e in broken_derivatives(tree(function), "x", rule))


def test_the_whole_catalogue_of_derivatives_is_covered() -> None:
    covered = {rule for mistake in kinds.load("derivative").mistakes for rule in mistake.rule.split()}
    assert {f"D{n:02}" for n in range(1, 42)} <= covered


def test_single_places_follow() -> None:
    found = broken_derivatives(tree("sin(2x) + cos(3x)"), "x", "inner-derivative")
    wanted = ["cos(2x) - sin(3x)", "cos(2x) - 3sin(3x)", "2cos(2x) - sin(3x)"]
    assert len(found) == 3 and all(same(e, tree(w)) for e, w in zip(found, wanted, strict=True))


def test_a_slip_inside_a_slip() -> None:
    found = broken_derivatives(tree("e^(sin(3x))"), "x", "inner-derivative")
    wanted = ["e^(sin(3x))", "cos(3x)e^(sin(3x))"]
    assert all(any(same(e, tree(w)) for e in found) for w in wanted)


@pytest.mark.parametrize(
    ("rule", "function"),
    [
        ("product-of-derivatives", "3x^2"),
        ("quotient-sign", "1/(x + 1)"),
        ("inner-derivative", "sin(x + 1)"),
        ("inner-derivative", "a"),
        ("exponential-base", "e^x"),
        ("root-exponent", "x^2"),
        ("constant-survives", "x^2 + x"),
        ("constant-factor", "sin(2x)"),
        ("linear-term", "x^2 + x"),
    ],
)
def test_a_rule_that_has_no_place(rule: str, function: str) -> None:
    assert broken_derivative(tree(function), "x", rule) is None


@pytest.mark.parametrize(
    "text",
    [
        "3x^2 - 5",
        "x^(1/2) + 2/x^3",
        "4/(2x + 1)",
        "e^(3x) - 2^x",
        "sin(2x)/3 + y cos(x)",
        "-sqrt(3x + 1)",
        "exp(x)",
        "1/x",
    ],
)
def test_antiderivative_by_hand(text: str) -> None:
    found = antiderivative_by_hand(tree(text), "x")
    assert found is not None and same(derivative(found, "x"), tree(text))


@pytest.mark.parametrize("text", ["sin(x^2)", "x^x", "e^(x^2)"])
def test_no_antiderivative_by_hand(text: str) -> None:
    assert antiderivative_by_hand(tree(text), "x") is None
