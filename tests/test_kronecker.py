"""The quick exact proof: what it proves is true, what it cannot prove it says nothing about."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from oracle import NoRealValue, value
from strategies import expressions

from grader.expr.kronecker import same
from grader.expr.parse import Names, parse
from grader.expr.tree import Add, Div, Expr, Mul, Neg, Number, Pow, Variable, variables

NAMES = Names(("x", "y", "z"))

PROVED = [
    ("(x+1)^2", "x^2+2x+1"),
    ("3x^2 sin(2x)+2x^3 cos(2x)", "x^2(3sin(2x)+2x cos(2x))"),
    ("(2x e^x - x^2 e^x)/e^(2x)", "(2x-x^2)e^(-x)"),
    ("x/sqrt(x^2+1)", "x(1+x^2)^(-1/2)"),
    ("x^2/sqrt(x^2+1)+sqrt(x^2+1)", "(2x^2+1)/sqrt(x^2+1)"),
    ("(x-1)/(sqrt(x)-1)", "sqrt(x)+1"),
    ("cbrt(x)^3 cbrt(x)", "x cbrt(x)"),
    ("sin(x)^2+cos(x)^2", "1"),
    ("sin(2x)/2", "sin x cos x"),
    ("(1-cos x)/2", "sin(x/2)^2"),
    ("tan(x)", "sin(x)/cos(x)"),
    ("sec(x)^2", "1+tan(x)^2"),
    ("cosh(x)^2-sinh(x)^2", "1"),
    ("(e^x-e^-x)/(e^x+e^-x)", "tanh x"),
    ("e^(x/2) e^(x/2)", "e^x"),
    ("exp(-x^2/2)^2", "exp(-x^2)"),
    ("2^(x+1)", "2*2^x"),
    ("ln(x)/x + 1/x", "(1+ln x)/x"),
    ("arctan(2x)+2x/(1+4x^2)", "2x(1+4x^2)^-1 + arctan(x+x)"),
    ("|x-1|", "|1-x|"),
    ("2x y cos(x^2 y)", "y cos(x^2 y) x + x y cos(y x^2)"),
    ("x/(x^2+y^2+z^2)^(3/2)", "x/((x^2+y^2+z^2)sqrt(x^2+y^2+z^2))"),
    ("pi x + pi", "pi(x+1)"),
    ("e*e^x", "e^(x+1)"),
]

NOT_PROVED = [
    ("sqrt(x^2)", "x"),
    ("|x|", "x"),
    ("x^2", "x^2+10^-300"),
    ("e^(2x)", "e^(x^2)"),
    ("sin(2x)", "2 sin(x)"),
    ("sqrt(x^2+1)", "x+1"),
    ("sqrt(sqrt(x^2))", "sqrt(x)"),
    ("x^23", "x^24"),
    ("2^40 x", "x^2"),
    ("sin(x)", "2^640"),
    ("(x-x)^24", "1"),
    ("1/(x-x)", "1/(x-x)+1"),
    ("ln(x^2)", "2ln(x)"),
    ("|sin x|", "sin x"),
    ("2^40", "x"),
    ("2^39+2^39", "x"),
    ("2^640", "x^16"),
    ("y", "x^16"),
]


@pytest.mark.parametrize(("a", "b"), PROVED)
def test_proved(a: str, b: str) -> None:
    assert same(parse(a, NAMES), parse(b, NAMES)) is not None


@pytest.mark.parametrize(("a", "b"), NOT_PROVED)
def test_nothing_false_is_proved(a: str, b: str) -> None:
    assert same(parse(a, NAMES), parse(b, NAMES)) is None


def test_degrees_do_not_run_into_each_other() -> None:
    """Zero to high powers: its value says nothing about its bounds, which have to be given up in time."""
    zero = Add((Variable("x"), Neg(Variable("x"))))
    tower: Expr = zero
    for _ in range(6):
        tower = Pow(Add((tower, Variable("x"))), Number(Fraction(24)))
    assert same(Add((tower, Variable("y"))), Add((tower, Mul((Variable("x"), Variable("y")))))) is None


def test_values_stay_short() -> None:
    """A product of many high powers is declined, not computed."""
    power = Pow(Add((Variable("y"), Variable("x"))), Number(Fraction(24)))
    large = Mul(tuple(power for _ in range(30)))
    assert same(large, Div(large, Variable("z"))) is None


@given(expressions(), expressions())
def test_what_is_proved_is_true(a: Expr, b: Expr) -> None:
    """Against mpmath at 50 digits, for pairs that look alike and pairs that do not."""
    for left, right in ((a, b), (a, Add((a, Neg(b)))), (Add((a, b)), Add((b, a))), (Mul((a, b)), Mul((b, a)))):
        if same(left, right) is not None:
            _agree(left, right)


@given(expressions(), st.integers(-3, 3), st.integers(1, 4))
def test_a_perturbed_expression_is_not_proved(e: Expr, shift: int, scale: int) -> None:
    assume(shift or scale != 1)
    other = Add((Mul((Number(Fraction(scale)), e)), Number(Fraction(abs(shift)))))
    if same(e, other) is not None:
        _agree(e, other)


POINTS = ((Fraction(37, 97), Fraction(11, 13)), (Fraction(-5, 7), Fraction(17, 19)), (Fraction(13, 5), Fraction(-2, 3)))


def _agree(a: Expr, b: Expr) -> None:
    for x, y in POINTS:
        names = sorted(variables(a) | variables(b))
        point = {name: x + i * y for i, name in enumerate(names)}
        try:
            left, right = value(a, point), value(b, point)
        except NoRealValue:
            continue
        assert abs(left - right) <= (1 + abs(left)) * Fraction(1, 10**30)
