"""Rational numbers, and values of quotients of polynomials: exact arithmetic, without rounding.

The commonest wrong answers of a first course need no balls to be refuted, nor the library
that computes with them: that halves the time a single comparison takes from a cold start.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from grader.claims import Finding, Reason, Truth, Witness
from grader.decide.points import Point
from grader.expr.tree import Add, Div, Expr, Mul, Neg, Number, Pow, Variable, rational_value

METHOD = "exact arithmetic"

_HIGHEST = 24
_MOST_BITS = 4096


def settle_numbers(reference: Expr, student: Expr) -> Finding | None:
    """PROVED or REFUTED for two rational numbers, None for anything else.

    An honest decimal of the right value is refuted with reason ``form``.
    """
    a = rational_value(reference)
    b = rational_value(student) if a is not None else None
    if a is None or b is None:
        return None
    if a == b:
        return Finding(Truth.PROVED, METHOD, f"both are {a}")
    witness = Witness((), str(a), str(b))
    reason: Reason = "form" if rounds_to(student, a, Fraction) else "value"
    return Finding(Truth.REFUTED, METHOD, str(witness), reason, witness)


def typed_decimal(e: Expr) -> tuple[Fraction, int] | None:
    """The value of a number typed with a decimal point, and how many places it has."""
    inner = e.argument if isinstance(e, Neg) else e
    if not isinstance(inner, Number) or not inner.decimal:
        return None
    sign = -1 if isinstance(e, Neg) else 1
    places, scaled = 0, inner.value
    while scaled.denominator != 1 and places < 400:
        scaled *= 10
        places += 1
    return sign * inner.value, places


def rounds_to(student: Expr, expected: Any, number: Callable[[Fraction], Any]) -> bool:
    """Whether a decimal was typed that is the expected number, rounded or cut off.

    ``expected`` is a rational or a ball, ``number`` makes one of the same sort.
    """
    typed = typed_decimal(student)
    if typed is None:
        return False
    value, places = typed
    if places == 0:
        return False
    unit = Fraction(1, 10**places)
    over = number(value) - expected
    rounded = abs(over) <= number(unit / 2)
    # Cut off: too small in size by less than a unit.
    cut = abs(over) < number(unit) and abs(number(value)) <= abs(expected)
    return bool(rounded or cut)


def exact_value(e: Expr, point: Point) -> Fraction | None:
    """The value at a rational point of a quotient of polynomials; None for other expressions,
    where a divisor is zero, and where the numbers get long."""
    try:
        n, d = _value(e, point)
    except _Inexact:
        return None
    return Fraction(n, d)


class _Inexact(Exception):
    """No rational value is found here."""


def _value(e: Any, point: Point) -> tuple[int, int]:
    """Numerator and denominator, not reduced: that is done once, at the end."""
    # By type rather than by `match`: this runs for every answer.
    kind = type(e)
    if kind is Number:
        q = e.value
        return q.numerator, q.denominator
    if kind is Variable:
        q = point[e.name]
        return q.numerator, q.denominator
    if kind is Mul:
        n, d = 1, 1
        for factor in e.factors:
            m, c = _value(factor, point)
            n, d = n * m, d * c
    elif kind is Add:
        n, d = 0, 1
        for term in e.terms:
            m, c = _value(term, point)
            n, d = (n + m, d) if c == d else (n * c + m * d, d * c)
    elif kind is Neg:
        n, d = _value(e.argument, point)
        return -n, d
    elif kind is Pow:
        exponent = e.exponent
        power = exponent.value if type(exponent) is Number else rational_value(exponent)
        if not power or power.denominator != 1 or abs(power) > _HIGHEST:
            raise _Inexact
        n, d = _value(e.base, point)
        k = power.numerator
        if k < 0:
            n, d, k = d, n, -k
        if not d:
            raise _Inexact
        n, d = n**k, d**k
    elif kind is Div:
        n, d = _value(e.numerator, point)
        m, c = _value(e.denominator, point)
        if not m:
            raise _Inexact
        n, d = n * c, d * m
    else:
        raise _Inexact
    if n.bit_length() + d.bit_length() > _MOST_BITS:
        raise _Inexact
    return n, d


def differ_exactly(a: Fraction, b: Fraction, point: Point) -> Finding:
    """The refutation by two rational values."""
    witness = Witness(tuple(point.items()), str(a), str(b))
    return Finding(Truth.REFUTED, METHOD, str(witness), "value", witness)
