"""Complete sets of zeros against known answers, polynomial arithmetic, and sign changes on fine grids."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import numpy as np
import pytest

from grader.expr.derivative import derivative
from grader.expr.domain import Domain, Interval
from grader.expr.parse import Names, parse
from grader.expr.recognise import candidates
from grader.expr.symbolic import to_sympy
from grader.expr.systems import common_zeros
from grader.expr.text import to_text
from grader.expr.tree import Expr
from grader.expr.zeros import Zeros, square_part, zeros

X = Names(("x",))
XY = Names(("x", "y"))


def stationary(f: str, low: str | None = None, high: str | None = None) -> Zeros:
    ends = [None if end is None else Fraction(end) for end in (low, high)]
    return zeros(derivative(parse(f, X), "x"), "x", Interval(*ends))


def exact(found: Zeros) -> list[str]:
    return [to_text(zero.exact) if zero.exact is not None else "?" for zero in found.found]


def middles(found: Zeros) -> list[float]:
    return [float(zero.enclosure.mid()) for zero in found.found]


@pytest.mark.parametrize(
    ("f", "expected"),
    [
        ("x^3 - 3x", ["-1", "1"]),
        ("(x^2 - 1)^3", ["-1", "0", "1"]),
        ("x^3 e^(-2x)", ["0", "3/2"]),
        ("x^4 e^(-x)", ["0", "4"]),
        ("e^x + 3x", []),
        ("e^x - 3x", ["ln(3)"]),
        ("x - ln(x)", ["1"]),
        ("ln(x)/x", ["e"]),
        ("x^2 - 4sqrt(x)", ["1"]),
        ("x^(2/3) - x", ["8/27"]),
        ("pi x^2 - 2x", ["1/pi"]),
        ("cosh(x)", ["0"]),
        ("arctan(x) - x/2", ["-1", "1"]),
        ("x + 1/x", ["-1", "1"]),
        ("2x + sin(x)", []),
        ("x/(x^2 + 1)", ["-1", "1"]),
        ("ln(x^2 + 1) - x/2", ["2 - sqrt(3)", "2 + sqrt(3)"]),
        ("x^3 + x", []),
        ("|x|", []),
        ("sigmoid(x)(1 - sigmoid(x))", ["0"]),
    ],
)
def test_closed_forms_on_the_whole_line(f: str, expected: list[str]) -> None:
    found = stationary(f)
    assert found.complete
    assert exact(found) == expected


@pytest.mark.parametrize(
    ("f", "low", "high"),
    [
        ("sin(x) + cos(2x)", "0", "157/25"),
        ("sin(x) + sin(3x)/3 + sin(5x)/5", "1/10", "61/10"),
        ("x^2 e^(-x) sin(x)", "-21/20", "9"),
        ("e^(-x/5) cos(3x)", "0", "10"),
        ("x sin(x)", "-10", "101/10"),
        ("x + 2sin(x)", "1/10", "12"),
        ("sin(x^2)", "1/10", "5"),
        ("tanh(x) - x/2", "-5", "5"),
        ("x^5 - 5x^4 + 2x", "-10", "10"),
        ("x^4 - 6x^2 + 4x", "-10", "10"),
    ],
)
def test_as_many_as_sign_changes_on_a_grid(f: str, low: str, high: str) -> None:
    import sympy

    found = stationary(f, low, high)
    assert found.complete
    slope = sympy.lambdify(sympy.Symbol("x", real=True), to_sympy(derivative(parse(f, X), "x")), "numpy")
    grid = np.linspace(float(Fraction(low)), float(Fraction(high)), 200_001)[1:-1]
    signs = np.sign(slope(grid))
    changes = grid[:-1][signs[1:] * signs[:-1] < 0]
    assert len(changes) <= len(found.found)
    # Every sign change is one of ours, and every one of ours is a zero to many digits.
    for change in changes:
        assert min(abs(change - middle) for middle in middles(found)) < 1e-3
    with mpmath.workdps(40):
        precise = sympy.lambdify(sympy.Symbol("x", real=True), to_sympy(derivative(parse(f, X), "x")), "mpmath")
        for zero in found.found:
            assert abs(precise(mpmath.mpf(zero.enclosure.mid().str(45, radius=False)))) < mpmath.mpf(10) ** -25


def test_multiple_zeros_are_found_beside_simple_ones() -> None:
    found = stationary("x^2 e^(-x) sin(x)", "-21/20", "9")
    assert found.complete and "0" in exact(found) and len(found.found) == 4


def test_a_zero_that_two_factors_share_counts_once() -> None:
    found = zeros(parse("x sin(x)", X), "x", Interval(Fraction(-1), Fraction(1)))
    assert found.complete and exact(found) == ["0"]


def test_ends_belong_to_closed_intervals_only() -> None:
    e = parse("x (x - 2) sin(pi x)", X)
    closed = zeros(e, "x", Interval(Fraction(0), Fraction(2)))
    assert [round(m, 9) for m in middles(closed)] == [0.0, 1.0, 2.0]
    half_open = zeros(parse("x^2 - 1", X), "x", Interval(Fraction(-1), Fraction(1), low_closed=False))
    assert exact(half_open) == ["1"]


def test_where_the_whole_is_undefined_there_is_no_zero() -> None:
    assert exact(zeros(parse("(x^2 - 1)/(x - 1)", X), "x")) == ["-1"]
    assert exact(zeros(parse("x ln(x)", X), "x")) == ["1"]
    assert exact(zeros(parse("tan(x)/sin(x) (x - 3)", X), "x", Interval(Fraction(2), Fraction(4)))) == ["3"]


@pytest.mark.parametrize(
    ("e", "why"),
    [
        ("0*x", "zero everywhere"),
        ("sin(x)", "unbounded"),
        ("sin(x)^2 + cos(x)^2 - 1", ""),
        ("x + sign(x)", "jumps"),
    ],
)
def test_what_is_not_known_is_said(e: str, why: str) -> None:
    found = zeros(parse(e, X), "x")
    assert not found.complete and why in found.evidence


def test_the_budget_ends_a_search() -> None:
    found = zeros(parse("sin(1/x) + x/1000", X), "x", Interval(Fraction(-1), Fraction(1)), most_boxes=200)
    assert not found.complete and found.unresolved


def test_a_double_zero_that_no_factor_shows_stays_unresolved() -> None:
    found = zeros(parse("1 - sin(x)", X), "x", Interval(Fraction(0), Fraction(3)))
    assert not found.complete
    assert found.unresolved
    assert all(abs(a - Fraction("1.5707963268")) < Fraction(1, 10**6) for a, _ in found.unresolved)


def critical(f: str, span: str | None = None) -> tuple[int, bool, str]:
    e = parse(f, XY)
    interval = Interval() if span is None else Interval(*(Fraction(s) for s in span.split(",")))
    box = Domain.of({"x": interval, "y": interval})
    found = common_zeros((derivative(e, "x"), derivative(e, "y")), ("x", "y"), box)
    return len(found.found), found.complete, found.evidence


@pytest.mark.parametrize(
    ("f", "span", "count"),
    [
        ("(x^2 + y - 11)^2 + (x + y^2 - 7)^2", None, 9),
        ("sin(x) + sin(y) + cos(x + y)", "-1/7,6", 6),
        ("x^3 - 3x y + y^3", None, 2),
        ("x^4 + y^4 - 4x y + 1", None, 3),
        ("x y e^(-x^2 - y^2)", None, 5),
        ("x^2 y - x^2 - 2y^2", None, 3),
        ("x^2 y - 12y + y^3", None, 4),
        ("sin(x) sin(y)", "1/10,6", 5),
        ("cos(x) + cos(y)", "-4,4", 9),
        ("x^2 + 2y^4", None, 1),
        ("e^x + e^y - x - 2y", None, 1),
        ("e^x sin(y)", "-3,3", 0),
        ("x^2 + y^2 + 1/(x y)", None, 2),
    ],
)
def test_every_stationary_point_in_the_plane(f: str, span: str | None, count: int) -> None:
    found, complete, _ = critical(f, span)
    assert complete and found == count


@pytest.mark.parametrize("f", ["x^2 y^2", "x^2", "(x^2 + y^2 - 1)^2", "(x - y)^4"])
def test_points_that_are_not_isolated_are_declared_so(f: str) -> None:
    _, complete, evidence = critical(f, "-2,2")
    assert not complete and "isolated" in evidence


def test_himmelblau_against_newton_from_a_grid() -> None:
    """Newton's method from many starts reaches nine different points."""
    reached = set()
    for a in np.linspace(-5, 5, 21):
        for b in np.linspace(-5, 5, 21):
            p = np.array([a, b])
            for _ in range(60):
                x, y = p
                g = np.array(
                    [4 * x * (x * x + y - 11) + 2 * (x + y * y - 7), 2 * (x * x + y - 11) + 4 * y * (x + y * y - 7)]
                )
                h = np.array([[12 * x * x + 4 * y - 42, 4 * x + 4 * y], [4 * x + 4 * y, 4 * x + 12 * y * y - 26]])
                if abs(np.linalg.det(h)) < 1e-9:
                    break
                p = p - np.linalg.solve(h, g)
            if np.abs(g).max() < 1e-9 and np.abs(p).max() < 10:
                reached.add((round(float(p[0]), 5), round(float(p[1]), 5)))
    e = parse("(x^2 + y - 11)^2 + (x + y^2 - 7)^2", XY)
    found = common_zeros((derivative(e, "x"), derivative(e, "y")), ("x", "y"), Domain.reals("x", "y"))
    ours = {tuple(round(float(c.enclosure.mid()), 5) for c in zero.coordinates) for zero in found.found}
    assert ours == reached


@pytest.mark.parametrize(
    ("text", "expected"), [("22/7", "22/7"), ("5pi/6", "5pi/6"), ("-sqrt(3)/2", "-sqrt(3/4)"), ("ln(2)", None)]
)
def test_short_closed_forms_are_recognised(text: str, expected: str | None) -> None:
    from grader.expr.balls import enclose, precision

    with precision(192):
        ball = enclose(parse(text, X), {})
    found: list[Expr] = list(candidates(ball))
    assert [to_text(e) for e in found[:1]] == ([] if expected is None else [expected])


def test_square_parts() -> None:
    for n in range(1, 500):
        outside, inside = square_part(n)
        assert outside * outside * inside == n
        assert all(inside % (p * p) for p in range(2, 23))
