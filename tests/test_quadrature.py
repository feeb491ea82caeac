"""Rigorous integrals against closed forms and against mpmath's quadrature."""

from __future__ import annotations

import mpmath
import pytest
from flint import acb

from grader.expr.balls import enclose, precision
from grader.expr.parse import Names, parse
from grader.expr.quadrature import accuracy, enclose_complex, integral
from grader.expr.symbolic import to_sympy

X = Names(("x",))

CLOSED = [
    ("x^2", "0", "1", "1/3"),
    ("sin(x)", "0", "pi", "2"),
    ("x e^x", "0", "1", "1"),
    ("ln(x)", "1", "e", "1"),
    ("1/(1 + x^2)", "0", "1", "pi/4"),
    ("e^x sin(x)", "0", "pi", "(e^pi + 1)/2"),
    ("sqrt(1 - x^2)", "0", "1", "pi/4"),
    ("sqrt(x)", "0", "4", "16/3"),
    ("tan(x)", "0", "pi/4", "ln(2)/2"),
    ("1/(x^2 - 5x + 6)", "0", "1", "ln(4/3)"),
    ("|x - 1|", "0", "3", "5/2"),
    ("max(x, 1 - x)", "0", "1", "3/4"),
    ("cbrt(x)", "-1", "8", "45/4"),
    ("arcsin(x)", "0", "1", "pi/2 - 1"),
    ("sign(x)", "-1", "3", "2"),
    ("x arctan(x)", "0", "1", "pi/4 - 1/2"),
    ("3x^2", "2", "1", "-7"),
    ("cosh(x)", "0", "1", "sinh(1)"),
    ("1/sqrt(4 - x^2)", "0", "1", "pi/6"),
    ("x^(2/3)", "-1", "1", "6/5"),
]


@pytest.mark.parametrize(("f", "low", "high", "value"), CLOSED)
def test_the_closed_form_lies_in_the_enclosure(f: str, low: str, high: str, value: str) -> None:
    found = integral(parse(f, X), "x", parse(low, X), parse(high, X))
    assert found is not None
    with precision(256):
        assert found.overlaps(enclose(parse(value, X), {}))
    assert accuracy(found) >= 80


@pytest.mark.parametrize(
    ("f", "low", "high"),
    [
        ("e^(-x^2)", "0", "3"),
        ("sin(x^2)", "0", "2"),
        ("x^x", "1", "2"),
        ("sigmoid(x)", "-1", "2"),
        ("erf(x)", "0", "1"),
        ("1/(1 + x^4)", "-1", "2"),
        ("ln(1 + x)/(1 + x^2)", "0", "1"),
        ("artanh(x/2) + arsinh(x)", "0", "1"),
    ],
)
def test_against_another_quadrature(f: str, low: str, high: str) -> None:
    import sympy

    found = integral(parse(f, X), "x", parse(low, X), parse(high, X))
    assert found is not None and accuracy(found) >= 80
    with mpmath.workdps(40):
        g = sympy.lambdify(sympy.Symbol("x", real=True), to_sympy(parse(f, X)), "mpmath")
        other = mpmath.quad(g, [mpmath.mpf(low), mpmath.mpf(high)])
        assert abs(mpmath.mpf(found.mid().str(40, radius=False)) - other) < mpmath.mpf(10) ** -25


@pytest.mark.parametrize(
    ("f", "low", "high"),
    [
        ("1/x", "-1", "1"),
        ("1/x", "0", "1"),
        ("sqrt(x)", "-1", "1"),
        ("ln(x)", "-1", "-1/2"),
        ("arcsin(x)", "0", "2"),
        ("tan(x)", "0", "2"),
        ("x", "0", "1/0"),
    ],
)
def test_failure_is_reported(f: str, low: str, high: str) -> None:
    assert integral(parse(f, X), "x", parse(low, X), parse(high, X)) is None


@pytest.mark.parametrize("f", ["sqrt(x)", "ln(x)", "x^(1/3)", "|x|", "arcsin(x - 1)", "arcosh(x + 1)", "max(x, 0)"])
def test_nothing_is_analytic_across_a_branch_point(f: str) -> None:
    around = acb(0, 0) + acb("0 +/- 0.1", "0 +/- 0.1")
    assert not enclose_complex(parse(f, X), {"x": around}, True).is_finite()


@pytest.mark.parametrize("f", ["sqrt(x)", "ln(x)", "x^(1/3)", "|x|", "arctan(x)", "arsinh(x)", "sec(x)", "x^x"])
def test_the_continuation_has_the_real_values_on_the_line(f: str) -> None:
    with precision(128):
        point = acb("0.7")
        there = enclose_complex(parse(f, X), {"x": point}, True)
        assert there.real.overlaps(enclose(parse(f, X), {"x": point.real})) and there.imag.contains(0)
