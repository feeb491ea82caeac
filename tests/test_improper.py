"""Integrals over any range against closed forms, and those that have no value."""

from __future__ import annotations

from typing import Any

import mpmath
import pytest

from grader.compare import compare
from grader.expr.balls import enclose, precision
from grader.expr.improper import definite_integral
from grader.expr.parse import Names, parse
from grader.expr.quadrature import accuracy
from grader.expr.tails import NoBand, band, cut_off, tail
from grader.expr.tree import ZERO

X = Names(("x",))
NONE = Names(())

VALUES = [
    ("1/sqrt(x)", "0", "1", "2"),
    ("ln x", "0", "1", "-1"),
    ("x^(-1/3)", "0", "1", "3/2"),
    ("ln(x)/sqrt(x)", "0", "1", "-4"),
    ("1/sqrt(1-x^2)", "-1", "1", "pi"),
    ("(1-x)^(-2/3)", "0", "1", "3"),
    ("(1-x)^(-2/3)", "0", "2", "6"),
    ("x^(-1/3)", "-1", "1", "0"),
    ("1/x^2", "1", "oo", "1"),
    ("e^(-x)", "0", "oo", "1"),
    ("e^(-x^2)", "-oo", "oo", "sqrt(pi)"),
    ("1/(1+x^2)", "-oo", "oo", "pi"),
    ("x e^(-x)", "0", "oo", "1"),
    ("1/(x ln(x)^2)", "e", "oo", "1"),
    ("e^x", "-oo", "0", "1"),
    ("x^3 e^(-x)", "0", "oo", "6"),
    ("e^(-x)sin(x)", "0", "oo", "1/2"),
    ("x^2 e^(-x^2)", "-oo", "oo", "sqrt(pi)/2"),
    ("e^(-2x)", "0", "oo", "1/2"),
    ("1/(x^2+2x+2)", "-oo", "oo", "pi"),
    ("1/(e^x+e^(-x))", "-oo", "oo", "pi/2"),
    ("x/(1+x^2)^2", "0", "oo", "1/2"),
    ("ln(x)/x^2", "1", "oo", "1"),
    ("1/(sqrt(x)(1+x))", "0", "oo", "pi"),
    ("ln(sin x)", "0", "pi/2", "-pi ln(2)/2"),
    ("1/sqrt(x(1-x))", "0", "1", "pi"),
    ("ln(1-x)/x", "0", "1", "-pi^2/6"),
    ("x ln x", "0", "1", "-1/4"),
    ("ln(x)^2", "0", "1", "2"),
    ("1/(x^2-1)", "2", "oo", "ln(3)/2"),
    ("1/x^(9/10)", "0", "1", "10"),
    ("x^(-11/10)", "1", "oo", "10"),
    ("1/(1+x^4)", "-oo", "oo", "pi/sqrt 2"),
    ("e^(-x)/sqrt(x)", "0", "oo", "sqrt(pi)"),
    ("ln(x)/(1+x^2)", "0", "oo", "0"),
    ("x/(e^x-1)", "0", "oo", "pi^2/6"),
    ("1/sqrt(|x|)", "-1", "1", "4"),
    ("x^2", "0", "1", "1/3"),
    ("|x|", "-1", "2", "5/2"),
    ("3x^2", "2", "1", "-7"),
    ("e^(1/x)/x^2", "-1", "0", "1/e"),
    ("arctan(x)/(1+x^2)", "0", "oo", "pi^2/8"),
    ("1/(x^3+1)", "0", "oo", "2pi/(3sqrt 3)"),
    ("e^(-sqrt(x))", "0", "oo", "2"),
    ("sech(x)", "-oo", "oo", "pi"),
    ("1/(x ln(x)^2)", "0", "1/2", "1/ln 2"),
    ("2^(-x)", "0", "oo", "1/ln(2)"),
    ("1/(x^2 sqrt(x^2-1))", "1", "oo", "1"),
    ("1/(x sqrt(x^2-1))", "1", "oo", "pi/2"),
    ("e^x/(1+e^(2x))", "-oo", "oo", "pi/2"),
]

DIVERGENT = [
    ("1/x", "0", "1", 1),
    ("1/x", "1", "oo", 1),
    ("1/(x-1)", "0", "2", 0),
    ("sin(x)/(x-3)", "0", "oo", 0),
    ("e^x", "0", "oo", 1),
    ("1/x", "-1", "1", 0),
    ("1/x^2", "-1", "1", 1),
    ("x/(1+x^2)", "0", "oo", 1),
    ("x/(1+x^2)", "-oo", "oo", 0),
    ("x", "-oo", "oo", 0),
    ("ln(x)/x", "1", "oo", 1),
    ("1/(x ln x)", "2", "oo", 1),
    ("1/(x sqrt(ln x))", "2", "oo", 1),
    ("tan x", "0", "pi/2", 1),
    ("sec(x)", "0", "pi/2", 1),
    ("1/(x^2-1)", "0", "2", 0),
    ("1/cos(x)^2", "0", "pi", 1),
    ("e^(1/x)/x^2", "0", "1", 1),
    ("1/(x-sqrt(2))", "0", "2", 0),
    ("-1/x", "0", "1", -1),
    ("1/x", "1", "0", -1),
]


@pytest.mark.parametrize(("f", "low", "high", "value"), VALUES)
def test_the_value_lies_in_the_enclosure(f: str, low: str, high: str, value: str) -> None:
    found = definite_integral(parse(f, X), "x", parse(low, NONE), parse(high, NONE))
    assert found.kind == "number" and found.enclosure is not None
    with precision(200):
        assert found.enclosure.overlaps(enclose(parse(value, NONE), {}))
    assert accuracy(found.enclosure) >= 80


@pytest.mark.parametrize(("f", "low", "high", "direction"), DIVERGENT)
def test_divergence_is_proved(f: str, low: str, high: str, direction: int) -> None:
    found = definite_integral(parse(f, X), "x", parse(low, NONE), parse(high, NONE))
    assert found.kind == "diverges" and found.direction == direction


@pytest.mark.parametrize(
    ("f", "low", "high"),
    [
        ("sqrt(x)", "-1", "1"),
        ("x y", "0", "1"),
        ("1/(x^5 - 5x^4 + 2x)", "1/2", "1"),
        ("x", "oo", "oo"),
        ("sin(e^x)", "0", "oo"),
        ("cos(x)", "0", "oo"),
        ("x sin(x^2)", "0", "oo"),
        ("x/(x + 1) cos(x)", "1", "oo"),
        ("1/(-2 + x!)^2", "0", "4"),
    ],
)
def test_nothing_is_claimed_of_what_is_not_known(f: str, low: str, high: str) -> None:
    found = definite_integral(parse(f, Names(("x", "y"))), "x", parse(low, NONE), parse(high, NONE))
    assert found.kind == "unknown" and found.enclosure is None


@pytest.mark.parametrize(
    ("f", "low", "high"),
    [("|sin(x)|/x^3", 1, mpmath.inf), ("1/sqrt(x^4 + x)", 0, mpmath.inf)],
)
def test_against_another_quadrature(f: str, low: float, high: float) -> None:
    import sympy

    from grader.expr.symbolic import to_sympy

    found = definite_integral(parse(f, X), "x", parse(str(low), NONE), parse("oo", NONE))
    assert found.enclosure is not None
    g = sympy.lambdify(sympy.Symbol("x", real=True), to_sympy(parse(f, X)), "mpmath")
    with mpmath.workdps(20):
        points = [low, 2, 3, *(mpmath.pi * k for k in range(1, 60)), high]
        value = mpmath.quad(g, sorted({mpmath.mpf(p) for p in points}))
    assert abs(float(found.enclosure.mid()) - float(value)) <= float(found.enclosure.rad()) + 1e-5


@pytest.mark.parametrize(
    ("f", "at", "side"),
    [
        ("ln(x)/sqrt(x)", "0", 1),
        ("sin(x)/x^2", "0", 1),
        ("(1 - x)^(-2/3)", "1", -1),
        ("x^x", "0", 1),
        ("1/(x ln(x)^2)", "0", 1),
        ("e^(-1/x)/x^3", "0", 1),
        ("ln(1 - cos(x))", "0", 1),
        ("sin(sqrt(x))/x", "0", 1),
        ("arctan(sqrt(x) ln(x)/9)", "0", 1),
        ("erf(sqrt(x))^2", "0", 1),
        ("cos(sqrt(x))", "0", 1),
    ],
)
def test_a_band_holds_at_points(f: str, at: str, side: int) -> None:
    """The bounds near the end against values computed there."""
    from flint import arb, fmpq

    e, place = parse(f, X), parse(at, NONE)
    h = arb(-3).exp()
    found = band(e, "x", place, side, h)
    with precision(128):
        for k in range(3, 40):
            t = arb(-k).exp()
            value = enclose(e, {"x": enclose(place, {}) + side * t})
            ratio = value / (t ** arb(fmpq(found.p.numerator, found.p.denominator)) * arb(k) ** int(found.q))
            slack = arb("1e-9") * (1 + abs(ratio))
            assert not ratio + slack < found.low and not ratio - slack > found.high


def test_a_tail_is_at_least_what_is_cut_off() -> None:
    from flint import arb

    e = parse("x^2 e^(-x)", X)
    for depth in (2, 3, 4):
        lost = cut_off(band(e, "x", None, 1, arb(-depth).exp()), True, depth)
        x = arb(depth).exp()
        assert lost is not None and lost >= (x * x + 2 * x + 2) * (-x).exp() * (1 - 1e-12)


def test_no_band_where_nothing_bounds() -> None:
    from flint import arb

    with pytest.raises(NoBand):
        band(parse("1/sin(1/x)", X), "x", ZERO, 1, arb(-3).exp())
    assert tail(parse("1/x", X), "x", ZERO, 1, 50, 2000) is None


# The relation -------------------------------------------------------------------------------


def ask(f: str, low: str, high: str, student: str, **more: Any) -> tuple[str, str]:
    row = {"relation": "integral", "integrand": f, "wrt": "x", "from": low, "to": high, "student": student, **more}
    verdict = compare(row)
    return verdict.verdict, verdict.truth.value


@pytest.mark.parametrize(
    ("f", "low", "high", "student", "expected"),
    [
        ("x^2", "0", "1", "1/3", ("correct", "proved")),
        ("x^2", "0", "1", "I = 1/3", ("correct", "proved")),
        ("x^2", "0", "1", "1/3 + C", ("incorrect", "refuted")),
        ("x^2", "0", "1", "0.333", ("incorrect", "refuted")),
        ("x^2", "1", "0", "-1/3", ("correct", "proved")),
        ("x^2", "1", "1", "0", ("correct", "proved")),
        ("1/sqrt(x)", "0", "1", "2", ("correct", "proved")),
        ("1/x", "0", "1", "oo", ("correct", "proved")),
        ("1/x", "0", "1", "-oo", ("incorrect", "refuted")),
        ("1/x", "0", "1", "diverges", ("correct", "proved")),
        ("1/x", "-1", "1", "0", ("incorrect", "refuted")),
        ("1/x^2 + x^9 sin(x^2)", "0", "oo", "diverges", ("correct", "proved")),
        ("1/x^2 + x^9 sin(x^2)", "0", "oo", "oo", ("undecided", "undecided")),
        ("1/x^2 + sqrt(x)", "-1", "1", "oo", ("undecided", "undecided")),
        ("1/x^2 + sqrt(x)", "-1", "1", "5", ("incorrect", "refuted")),
        ("1/x^2 + x^3", "-1", "1", "oo", ("correct", "proved")),
        ("1/x", "-1", "1", "oo", ("incorrect", "refuted")),
        ("1/x", "-1", "1", "does not exist", ("correct", "proved")),
        ("cos(x)", "0", "oo", "0", ("incorrect", "refuted")),
        ("cos(x)", "0", "oo", "diverges", ("correct", "proved")),
        ("e^(-x)", "0", "oo", "1", ("correct", "proved")),
        ("e^(-x)", "0", "oo", "diverges", ("incorrect", "refuted")),
        ("e^(-x^2)", "-oo", "oo", "sqrt(pi)", ("correct", "proved")),
        ("e^(-x^2)", "-oo", "oo", "sqrt(2pi)", ("incorrect", "refuted")),
        ("e^(-x^2)", "-oo", "oo", "oo", ("incorrect", "refuted")),
        ("sin(x)/x", "0", "oo", "pi/2", ("correct", "agrees")),
        ("sin(x)/x", "0", "oo", "pi", ("incorrect", "refuted")),
        ("sin(x)/x", "0", "oo", "diverges", ("incorrect", "refuted")),
        ("x sin(x)/(1+cos(x)^2)", "0", "pi", "pi^2/4", ("correct", "proved")),
        ("sin(x)^2/(sin(x)^2+cos(x)^2)", "0", "pi/2", "pi/4", ("correct", "proved")),
        ("x", "0", "1", "y", ("incorrect", "refuted")),
        ("x", "0", "1", "(1, 2)", ("unreadable", "undecided")),
        ("x", "0", "ln(-1)", "1", ("unreadable", "undecided")),
        (r"\frac{1}{x}", "1", "e", "1", ("correct", "proved")),
    ],
)
def test_the_relation(f: str, low: str, high: str, student: str, expected: tuple[str, str]) -> None:
    assert ask(f, low, high, student) == expected


def test_the_relation_within_a_tolerance() -> None:
    near = {"accept": {"significant_digits": 3}}
    assert ask("e^(-x^2)", "0", "oo", "0.886", **near) == ("correct", "proved")
    assert ask("e^(-x^2)", "0", "oo", "0.896", **near) == ("incorrect", "refuted")
    assert ask("sin(x)/x^2", "1", "oo", "0.5", accept={"absolute": 0.1}) == ("correct", "proved")
    assert ask("sin(x)/x^2", "1", "oo", "0.9", accept={"absolute": 0.1}) == ("incorrect", "refuted")


# Values from tables of integrals (I. S. Gradshteyn and I. M. Ryzhik, 7th edition, and by hand).
PROVED = [
    ("1/(1+x^2)", "-oo", "oo", "pi"),
    ("1/(1+x^3)", "0", "1", "ln(2)/3 + pi/(3sqrt(3))"),
    ("1/(x^2+4)^2", "-oo", "oo", "pi/16"),
    ("ln(x)", "1", "e", "1"),
    ("ln(x)^2", "0", "1", "2"),
    ("e^x cos(x)", "0", "pi", "-(e^pi+1)/2"),
    ("arctan(x)", "0", "1", "pi/4 - ln(2)/2"),
    ("sqrt(1-x^2)", "-1", "1", "pi/2"),
    ("1/sqrt(4-x^2)", "0", "2", "pi/2"),
    ("|sin(x)|", "0", "2pi", "4"),
    ("|x^2-1|", "-2", "2", "4"),
    ("max(x,1-x)", "0", "1", "3/4"),
    ("min(x^2,2-x)", "0", "2", "5/6"),
    ("sign(x)", "-1", "2", "1"),
    ("x^3 e^(-x^2)", "-oo", "oo", "0"),
    ("sin(x^3)", "-2", "2", "0"),
    ("1/(2+cos(x))", "0", "2pi", "2pi/sqrt(3)"),
    ("tan(x)", "0", "pi/4", "ln(2)/2"),
    ("1/(x^2-4)", "0", "1", "-ln(3)/4"),
    ("erf(x)", "0", "1", "erf(1)-(1-1/e)/sqrt(pi)"),
]


@pytest.mark.parametrize(("f", "low", "high", "value"), PROVED)
def test_closed_forms_are_proved(f: str, low: str, high: str, value: str) -> None:
    assert ask(f, low, high, value) == ("correct", "proved")
    assert ask(f, low, high, f"{value} + 1/1000") == ("incorrect", "refuted")


# NIST Handbook of Mathematical Functions, chapters 6 and 7, and residues.
WAVES = [
    ("sin(x)/x", "0", "oo", "pi/2"),
    ("sin(x)/x", "-oo", "oo", "pi"),
    ("sin(3x)/x", "0", "oo", "pi/2"),
    ("sin(pi x)/x", "0", "oo", "pi/2"),
    ("sin(x) cos(x)/x", "0", "oo", "pi/4"),
    ("sin(x)^2/x^2", "0", "oo", "pi/2"),
    ("sin(x)^3/x^3", "0", "oo", "3pi/8"),
    ("(sin(x)/x)^4", "0", "oo", "pi/3"),
    ("sin(x)^3/x", "0", "oo", "pi/4"),
    ("(1-cos(x))/x^2", "0", "oo", "pi/2"),
    ("(cos(x)-cos(2x))/x", "0", "oo", "ln(2)"),
    ("sin(x)/sqrt(x)", "0", "oo", "sqrt(pi/2)"),
    ("sin(x^2)", "0", "oo", "sqrt(pi/8)"),
    ("cos(x^2)", "-oo", "oo", "sqrt(pi/2)"),
    ("cos(pi x^2/2)", "0", "oo", "1/2"),
    ("cos(x)/(1+x^2)", "-oo", "oo", "pi/e"),
    ("cos(2x)/(x^2+2x+2)", "-oo", "oo", "pi cos(2)/e^2"),
    ("x sin(x)/(1+x^2)", "0", "oo", "pi/(2e)"),
    ("cos(x)/(x^4+4)", "-oo", "oo", "pi(cos(1)+sin(1))/(4e)"),
    ("sin(x+1)/(1+x^2)", "-oo", "oo", "pi sin(1)/e"),
    ("sin(1/x)/x", "0", "oo", "pi/2"),
    ("sin(1/(2-x))/(2-x)", "-oo", "2", "pi/2"),
]


@pytest.mark.parametrize(("f", "low", "high", "value"), WAVES)
def test_waves_up_to_infinity(f: str, low: str, high: str, value: str) -> None:
    found = definite_integral(parse(f, X), "x", parse(low, NONE), parse(high, NONE))
    assert found.enclosure is not None
    with precision(200):
        assert found.enclosure.overlaps(enclose(parse(value, NONE), {}))
    assert accuracy(found.enclosure) >= 80


@pytest.mark.parametrize(
    ("f", "g", "omega"),
    [
        ("cos(x)/(x + 1)", lambda x: mpmath.cos(x) / (x + 1), 1),
        ("sin(2x)/(x^2 + 3x + 7)", lambda x: mpmath.sin(2 * x) / (x * x + 3 * x + 7), 2),
        ("cos(x/3)^3/(x sqrt(x))", lambda x: mpmath.cos(x / 3) ** 3 / x**1.5, mpmath.mpf(1) / 3),
        ("sqrt(x) sin(5x - 2)/(x + 4)", lambda x: mpmath.sqrt(x) * mpmath.sin(5 * x - 2) / (x + 4), 5),
    ],
)
def test_waves_against_another_quadrature(f: str, g: Any, omega: float) -> None:
    found = definite_integral(parse(f, X), "x", parse("1", NONE), parse("oo", NONE))
    assert found.enclosure is not None and accuracy(found.enclosure) >= 80
    with mpmath.workdps(15):
        value = mpmath.quadosc(g, [1, mpmath.inf], omega=omega)
    assert abs(float(found.enclosure.mid()) - float(value)) < 1e-8


@pytest.mark.parametrize("student", ["sqrt(sqrt(2)^2 - 2)", "sin(pi)", "0"])
def test_a_zero_that_no_ball_tells_from_zero(student: str) -> None:
    assert ask("x^3", "-1", "1", student) == ("correct", "proved")


def test_two_methods_for_one_value() -> None:
    """The closed form by an antiderivative lies in the enclosure, which does not know of it."""
    from grader.decide.closed_integrals import closed_form

    for f, low, high in (("x e^(-x)", "0", "oo"), ("1/sqrt(x)", "0", "4"), ("x/(1 + x^2)^2", "0", "oo")):
        e, a, b = parse(f, X), parse(low, NONE), parse(high, NONE)
        closed, found = closed_form(e, "x", a, b), definite_integral(e, "x", a, b)
        assert closed is not None and closed.value is not None and found.enclosure is not None
        with precision(200):
            assert enclose(closed.value, {}).overlaps(found.enclosure)


def test_a_wrong_antiderivative_proves_nothing() -> None:
    from grader.decide.closed_integrals import closed_form

    e = parse("1/x^2", X)
    assert closed_form(e, "x", parse("1", NONE), parse("2", NONE), guess=parse("1/x", X)) is None
    jumping = closed_form(
        parse("1/(1 + x^2)", X), "x", parse("-1", NONE), parse("1", NONE), guess=parse("-arctan(1/x)", X)
    )
    # The jump at 0 is taken out, as each piece has its own limits.
    assert jumping is not None and jumping.value is not None
    with precision(128):
        assert enclose(jumping.value, {}).overlaps(enclose(parse("pi/2", NONE), {}))


def test_an_empty_range() -> None:
    assert definite_integral(parse("x", X), "x", parse("2", NONE), parse("2", NONE)).enclosure == 0
