"""Limits against known answers, and against values close to the place."""

from __future__ import annotations

import mpmath
import pytest

from grader.claims import Equal
from grader.decide import settle
from grader.expr.domain import Domain
from grader.expr.limits import Limit, Side, limit
from grader.expr.parse import Names, parse
from grader.expr.text import to_text

X = Names(("x",))
NONE = Names(())

SIDES: dict[str, Side] = {"+": "right", "-": "left"}


def find(f: str, to: str) -> Limit:
    side: Side = "both"
    if to[-1] in SIDES:
        side, to = SIDES[to[-1]], to[:-1]
    return limit(parse(f, X), "x", parse(to, NONE), side)


def shown(found: Limit) -> str:
    if found.kind == "unknown":
        return "?"
    return "dne" if found.value is None else to_text(found.value)


CASES = [
    ("sin(x)/x", "0", "1"),
    ("0^x", "0+", "0"),
    ("0^(-x)", "0+", "dne"),
    ("x^2 + sqrt(2)", "1", "1 + sqrt(2)"),
    ("(1-cos x)/x^2", "0", "1/2"),
    ("(e^x-1)/x", "0", "1"),
    ("ln(1+x)/x", "0", "1"),
    ("(1+1/x)^x", "oo", "e"),
    ("(1+2/x)^(3x)", "oo", "e^6"),
    ("x^x", "0+", "1"),
    ("x^(1/x)", "oo", "1"),
    ("sqrt(x^2+x)-x", "oo", "1/2"),
    ("sqrt(x^2+x)-x", "-oo", "oo"),
    ("(sin(x)/x)^(1/x^2)", "0", "e^(-1/6)"),
    ("1/x", "0", "dne"),
    ("1/x^2", "0", "oo"),
    ("1/x", "0+", "oo"),
    ("1/x", "0-", "-oo"),
    ("|x|/x", "0", "dne"),
    ("sin(1/x)", "0", "dne"),
    ("x sin(1/x)", "0", "0"),
    ("sin x", "oo", "dne"),
    ("sin(x)/x", "oo", "0"),
    ("x+sin x", "oo", "oo"),
    ("x sin x", "oo", "dne"),
    ("x^2 e^(-x)", "oo", "0"),
    ("ln(x)/x", "oo", "0"),
    ("x ln x", "0+", "0"),
    ("e^(1/x)", "0", "dne"),
    ("e^(1/x)", "0-", "0"),
    ("e^(-1/x^2)/x^10", "0", "0"),
    ("(2^x+3^x)^(1/x)", "oo", "3"),
    ("(3^x-2^x)/(3^x+2^x)", "oo", "1"),
    ("(3^x-2^x)/x", "0", "ln(3/2)"),
    ("arctan(x)", "oo", "pi/2"),
    ("arctan(1/x)", "0", "dne"),
    ("tanh x", "-oo", "-1"),
    ("x(pi/2-arctan x)", "oo", "1"),
    ("(x^2-4)/(x-2)", "2", "4"),
    ("(sqrt(x)-3)/(x-9)", "9", "1/6"),
    ("tan x", "pi/2", "dne"),
    ("tan(x)", "pi/2-", "oo"),
    ("tan x", "oo", "dne"),
    ("(tan x - sin x)/x^3", "0", "1/2"),
    ("(x-sin x)/x^3", "0", "1/6"),
    ("(e^x-1-x-x^2/2)/x^3", "0", "1/6"),
    ("1/x-1/sin x", "0", "0"),
    ("1/ln x - 1/(x-1)", "1", "1/2"),
    ("cos(x)^(1/x^2)", "0", "e^(-1/2)"),
    ("ln(ln x)/ln x", "oo", "0"),
    ("(ln x)^100/x", "oo", "0"),
    ("x^100/e^x", "oo", "0"),
    ("arccos(1-x)/sqrt(x)", "0+", "sqrt 2"),
    ("arcsin(x)/x", "0", "1"),
    ("sinh(x)/e^x", "oo", "1/2"),
    ("(cosh x-1)/x^2", "0", "1/2"),
    ("sqrt(x)", "0-", "dne"),
    ("ln x", "0+", "-oo"),
    ("x!^(1/x)/x", "oo", "1/e"),
    ("erf(x)", "oo", "1"),
    ("e^(x^2)(1-erf(x))x", "oo", "1/sqrt(pi)"),
    ("(x^3-1)/(x-1)", "1", "3"),
    ("sin(x)^2+cos(x)^2", "oo", "1"),
    ("cos(1/x)^2+sin(1/x)^2", "0", "1"),
    ("(1-cos(x))/(x sin x)", "0", "1/2"),
    ("max(x,1/x)", "oo", "oo"),
    ("e^x/x^x", "oo", "0"),
    ("x^(ln x)/e^x", "oo", "0"),
    ("e^(x+1/x)-e^x", "oo", "oo"),
    ("(x+sin(x))/(x-sin x)", "oo", "1"),
    ("sin(x)sin(1/x)", "0", "0"),
    ("x^2sin(1/x)/sin x", "0", "0"),
    ("x-ln(cosh x)", "oo", "ln 2"),
    ("(x-2)/|x-2|", "2", "dne"),
    ("cbrt(x^3+x^2)-x", "oo", "1/3"),
    ("e^(-x^2)", "-oo", "0"),
    ("sign(x)x", "0", "0"),
    ("ln(x^2)/ln(x^4+1)", "oo", "1/2"),
    ("(1+x)^(1/x)", "0", "e"),
    ("((1+x)^(1/x)-e)/x", "0", "-e/2"),
    ("x^sin(x)", "0+", "1"),
    ("sin(pi x)/(x-1)", "1", "-pi"),
    ("(sqrt(2+x)-2)/(x-2)", "2", "1/4"),
    ("x cos(x)", "oo", "dne"),
    ("2+sin(x)", "oo", "dne"),
    ("e^(sin x)", "oo", "dne"),
    ("sigmoid(x)", "oo", "1"),
    ("0*x", "3", "0"),
    ("1/(x-1)^3", "1", "dne"),
    ("csc(x) - cot x", "0", "0"),
    ("(1 - 1/x)^(x^2)/e^(-x)", "oo", "e^(-1/2)"),
    ("e^(e^x)/e^(e^(x-1))", "oo", "oo"),
    ("ln(x+e^x)/x", "oo", "1"),
    ("1/(1+2^(1/x))", "0", "dne"),
]


@pytest.mark.parametrize(("f", "to", "expected"), CASES)
def test_known_limits(f: str, to: str, expected: str) -> None:
    found = find(f, to)
    if found.kind == "number" and expected not in ("dne", "oo", "-oo"):
        assert found.value is not None
        assert settle(Equal(found.value, parse(expected, NONE), Domain())).right
    else:
        assert shown(found) == expected


# Too slow to come close, or they cancel more digits than are computed with.
SLOW = {"(1+2/x)^(3x)", "(ln x)^100/x", "x^100/e^x", "e^(x^2)(1-erf(x))x"}


@pytest.mark.parametrize(
    ("f", "to", "expected"), [case for case in CASES if case[2] not in ("dne", "oo", "-oo") and case[0] not in SLOW]
)
def test_values_close_to_the_place_come_closer(f: str, to: str, expected: str) -> None:
    """By another method: the distance at two places, the second much closer, falls or is tiny."""
    import sympy

    from grader.expr.symbolic import to_sympy

    g = sympy.lambdify(sympy.Symbol("x", real=True), to_sympy(parse(f, X)), "mpmath")
    with mpmath.workdps(60):
        value = mpmath.mpmathify(sympy.N(to_sympy(parse(expected, NONE)), 60))
        sides = {"+": [1], "-": [-1]}.get(to[-1], [1, -1])
        place = to.rstrip("+-") if to[-1] in SIDES else to
        distances = []
        for step in (mpmath.mpf(1) / 16, mpmath.mpf(1) / 256):
            if place in ("oo", "-oo"):
                points = [(1 if place == "oo" else -1) / step]
            else:
                centre = mpmath.mpmathify(sympy.N(to_sympy(parse(place, NONE)), 60))
                points = [centre + side * step for side in sides]
            distances.append(max(abs(mpmath.mpmathify(g(p)) - value) for p in points))
    assert distances[1] < distances[0] * 1.0001 + mpmath.mpf(10) ** -40
    assert distances[1] < 0.5


@pytest.mark.parametrize(
    ("f", "to", "why"),
    [
        ("sqrt(x)", "0", "say from which side"),
        ("x + y", "0", "more than its variable"),
        ("ln(2 + sin(x))/x", "oo", ""),
        ("sin(1/x) + sin(1/x^2)", "0", ""),
        ("sin(oo) + x", "1", "infinity"),
    ],
)
def test_what_is_not_known_is_said(f: str, to: str, why: str) -> None:
    found = limit(parse(f, Names(("x", "y"))), "x", parse(to, NONE))
    assert found.kind == "unknown" and why in found.evidence


@pytest.mark.parametrize(
    ("f", "expected"),
    [
        ("(-1)^n", "dne"),
        ("(-1)^n/n", "0"),
        ("cos(2pi n)", "1"),
        ("cos(pi n)", "dne"),
        ("sin(pi n)", "0"),
        ("(1 + 1/n)^n", "e"),
        ("n!/n^n", "0"),
        ("(-2)^n", "dne"),
        ("n^(1/n)", "1"),
        ("(n!)^(1/n)/n", "e^(-1)"),
        ("(-1)^(2n)", "1"),
        ("(2n)!/(4^n (n!)^2) sqrt(n)", "1/sqrt(pi)"),
        ("((-1)^n + 2)/((-1)^n + 2)", "1"),
    ],
)
def test_sequences(f: str, expected: str) -> None:
    found = limit(parse(f, Names(("n",))), "n", parse("oo", NONE), integers=True)
    if expected == "dne":
        assert found.kind == "none"
    else:
        assert found.kind == "number" and found.value is not None
        assert settle(Equal(found.value, parse(expected, NONE), Domain())).right


@pytest.mark.parametrize(
    ("f", "to"),
    [("(arcosh(1/x) - 3/2)^(1/x)", "0"), ("(arctan(x) - arctan(sqrt(2)))^3/(x - sqrt(2))^3", "sqrt(2)")],
)
def test_long_coefficients_are_given_up(f: str, to: str) -> None:
    """They took minutes once: the work of an expansion is bounded."""
    import time

    start = time.perf_counter()
    find(f, to)
    assert time.perf_counter() - start < 10
