"""Derivatives against two other methods: SymPy's diff and central differences at 50 digits."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import oracle
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import smooth

from grader.expr.derivative import NotDifferentiable, derivative, gradient, hessian, jacobian, partial
from grader.expr.functions import FUNCTIONS
from grader.expr.parse import Names, parse
from grader.expr.symbolic import to_sympy
from grader.expr.text import to_text
from grader.expr.tidy import tidy
from grader.expr.tree import Apply, Expr, Variable, rational, size, substitute

KNOWN = Names(("x", "y", "a"))
X = Variable("x")
points = st.fractions(Fraction(-2), Fraction(2), max_denominator=50)
_STEP = Fraction(1, 10**14)


def read(text: str) -> Expr:
    return parse(text, KNOWN)


def slope_by_differences(e: Expr, at: Fraction) -> mpmath.mpf:
    """Richardson's extrapolation of two central differences: the error is of the order of h^4."""

    def central(h: Fraction) -> mpmath.mpf:
        rise = oracle.value(e, {"x": at + h}) - oracle.value(e, {"x": at - h})
        return rise / (2 * mpmath.mpf(h.numerator) / h.denominator)

    with mpmath.workdps(70):
        return (4 * central(_STEP) - central(2 * _STEP)) / 3


def assert_same(a: mpmath.mpf, b: mpmath.mpf, digits: int) -> None:
    assert abs(a - b) <= mpmath.mpf(10) ** -digits * (1 + abs(a)), (a, b)


@settings(max_examples=150, deadline=None)
@given(smooth(), points)
def test_agrees_with_finite_differences(e: Expr, at: Fraction) -> None:
    wanted = slope_by_differences(e, at)
    if abs(wanted) > 10**6:
        return
    try:
        ours = oracle.value(derivative(e, "x"), {"x": at})
    except oracle.NoRealValue:
        # A slope such as u/|u| has a hole where u is zero.
        ours = oracle.value(derivative(e, "x"), {"x": at + Fraction(1, 10**30)})
    assert_same(ours, wanted, 12)


@settings(max_examples=60, deadline=None)
@given(smooth(most_leaves=4), points)
def test_agrees_with_sympy(e: Expr, at: Fraction) -> None:
    import sympy

    x = sympy.Symbol("x", real=True)
    found = sympy.diff(to_sympy(e), x).subs(x, sympy.Rational(at.numerator, at.denominator))
    value = sympy.N(found, 30)
    if not value.is_real or not value.is_finite:
        return
    try:
        ours = oracle.value(derivative(e, "x"), {"x": at})
    except oracle.NoRealValue:
        return
    assert_same(ours, mpmath.mpf(str(value)), 10)


# A point inside the domain of every function.
_INSIDE = {
    name: [Fraction(1, 3), Fraction(-2, 5)]
    for name in "sin cos tan cot sec csc arcsin arccos arctan arccot sinh cosh tanh coth sech csch".split()
} | {
    "arcsec": [Fraction(3, 2), Fraction(-5, 2)], "arccsc": [Fraction(3, 2), Fraction(-5, 2)],
    "arsinh": [Fraction(1, 3), Fraction(-2)], "arcosh": [Fraction(3, 2)], "artanh": [Fraction(1, 3), Fraction(-2, 5)],
    "arcoth": [Fraction(3, 2), Fraction(-5, 2)], "arsech": [Fraction(1, 3)], "arcsch": [Fraction(1, 3), Fraction(-2)],
    "exp": [Fraction(1, 3)], "ln": [Fraction(1, 3)], "log10": [Fraction(1, 3)], "sqrt": [Fraction(1, 3)],
    "cbrt": [Fraction(1, 3), Fraction(-2)], "abs": [Fraction(1, 3), Fraction(-2)], "sign": [Fraction(1, 3)],
    "erf": [Fraction(1, 3), Fraction(-2)], "sigmoid": [Fraction(1, 3)], "softplus": [Fraction(1, 3)],
    "relu": [Fraction(1, 3), Fraction(-2)],
}  # fmt: skip


def test_every_slope_is_tried() -> None:
    assert set(_INSIDE) == {name for name, row in FUNCTIONS.items() if row.slope is not None}


@pytest.mark.parametrize("name", sorted(_INSIDE))
def test_slopes(name: str) -> None:
    e = Apply(name, (X,))
    for at in _INSIDE[name]:
        assert_same(oracle.value(derivative(e, "x"), {"x": at}), slope_by_differences(e, at), 15)


@pytest.mark.parametrize(
    ("function", "slope"),
    [
        ("7", "0"),
        ("y", "0"),
        ("x", "1"),
        ("3x", "3"),
        ("x^2", "2x"),
        ("x^5/5", "5x^4/5"),
        ("1/x", "-1/x^2"),
        ("5/x^3", "-15/x^4"),
        ("1/sqrt(x)", "-1/(2*sqrt(x)^3)"),
        ("x^3*ln(x)", "3x^2*ln(x) + x^3/x"),
        ("x^(-1)", "-x^(-2)"),
        ("x^(1/2)", "(1/2)*x^(-1/2)"),
        ("sqrt(x)", "1/(2*sqrt(x))"),
        ("x^a", "a*x^(a - 1)"),
        ("e^x", "e^x"),
        ("e^(2x)", "2e^(2x)"),
        ("exp(-x)", "-exp(-x)"),
        ("2^x", "2^x*ln(2)"),
        ("x^x", "x^x*(ln(x) + 1)"),
        ("sin(x)^2", "2*sin(x)*cos(x)"),
        ("sin(x^2)", "2x*cos(x^2)"),
        ("x*cos(x)", "cos(x) - x*sin(x)"),
        ("x*x^2", "x^2 + 2x^2"),
        ("x/(x+1)", "((x + 1) - x)/(x + 1)^2"),
        ("ln(x)", "1/x"),
        ("ln(3x)", "3/(3x)"),
        ("ln(abs(x^2-1))", "2x/(x^2 - 1)"),
        ("abs(x)", "x/abs(x)"),
        ("log(2, x)", "1/(x*ln(2))"),
        ("root(3, x)", "1/(3*root(3, x)^2)"),
        ("sign(x)", "0"),
        ("arctan(x)", "1/(x^2 + 1)"),
        ("sin(y)", "0"),
    ],
)
def test_shape(function: str, slope: str) -> None:
    assert to_text(derivative(read(function), "x")) == slope


def test_corners() -> None:
    e = read("max(x^2, x + 2, 1) - min(x, 3 - x)")
    for at in (Fraction(-3), Fraction(1, 2), Fraction(5)):
        assert_same(oracle.value(derivative(e, "x"), {"x": at}), slope_by_differences(e, at), 15)
    with pytest.raises(oracle.NoRealValue):
        oracle.value(derivative(read("abs(x)"), "x"), {"x": Fraction(0)})


def test_odd_roots_of_negative_numbers() -> None:
    for text in ("x^(1/3)", "x^(2/3)", "cbrt(x)", "root(5, x)"):
        e = read(text)
        assert_same(oracle.value(derivative(e, "x"), {"x": Fraction(-2)}), slope_by_differences(e, Fraction(-2)), 15)


def test_several_variables() -> None:
    f = read("x^2*y + sin(y)")
    assert partial(f, "y") == read("x^2 + cos(y)")
    assert gradient(f, ("x", "y")) == (partial(f, "x"), partial(f, "y"))
    assert jacobian((f, read("x")), ("y", "x")) == ((partial(f, "y"), partial(f, "x")), (read("0"), read("1")))
    (fxx, fxy), (fyx, fyy) = hessian(f, ("x", "y"))
    assert (tidy(fxx), tidy(fyy)) == (read("2y"), read("-sin(y)"))
    assert tidy(fxy) == tidy(fyx) == read("2x")


def test_what_has_no_derivative() -> None:
    with pytest.raises(NotDifferentiable, match="the function factorial cannot be differentiated"):
        derivative(read("factorial(x)"), "x")
    with pytest.raises(NotDifferentiable):
        derivative(read("root_(x)(2)"), "x")
    assert derivative(read("factorial(y)"), "x") == rational(0)


def test_higher_derivatives_stay_small() -> None:
    e = read("x^6*e^(2x)")
    for _ in range(4):
        e = tidy(derivative(e, "x"))
    assert size(e) < 800
    assert_same(oracle.value(e, {"x": Fraction(0)}), mpmath.mpf(0), 30)
    assert size(tidy(substitute(read("a*x"), {"a": rational(1)}))) == 1


def test_a_product_of_hundreds_of_factors_does_not_explode() -> None:
    """The product rule as it stands makes n^2 nodes, and took 20 seconds for an answer of two lines."""
    e = read("*".join(f"(x+{i})" for i in range(300)))
    assert size(derivative(e, "x")) < 20_000
    small = read("*".join(f"(x+{i})" for i in range(30)))
    with mpmath.workdps(60):
        expected = mpmath.fsum(oracle.value(small, {"x": Fraction(1)}) / (1 + i) for i in range(30))
        assert_same(oracle.value(derivative(small, "x"), {"x": Fraction(1)}), expected, 30)
