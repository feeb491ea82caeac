"""Polynomials with rational coefficients, decided by expanding them: exact both ways.

The commonest answers of a first course need neither balls nor kernels, nor the library that
computes with them: that halves the time a single comparison takes from a cold start.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, TypeAlias

from grader.claims import Finding, Reason, Truth, Witness
from grader.decide.points import Point, fingerprint, points
from grader.expr.domain import Domain
from grader.expr.tree import Add, Div, Expr, Mul, Neg, Number, Pow, Variable, rational_value

METHOD = "exact arithmetic"

Monomial: TypeAlias = tuple[tuple[str, int], ...]
"""Variables with their exponents, sorted by name."""
Polynomial: TypeAlias = dict[Monomial, Fraction]

_MOST_TERMS = 64
_HIGHEST = 24
_MOST_BITS = 512


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


def settle_polynomials(reference: Expr, student: Expr, domain: Domain) -> Finding | None:
    """PROVED or REFUTED for two small polynomials, None for anything else."""
    expected = expand(reference)
    given = expand(student) if expected is not None else None
    if expected is None or given is None:
        return None
    if expected == given:
        count = len(expected)
        return Finding(
            Truth.PROVED, METHOD, f"both expand to the same polynomial with {count} term{'s' * (count != 1)}"
        )
    # A polynomial that is not zero vanishes at few of the points; one of the first is enough.
    for point in points(domain, fingerprint(reference)):
        a, b = value(expected, point), value(given, point)
        if a != b:
            witness = Witness(tuple(point.items()), str(a), str(b))
            return Finding(Truth.REFUTED, METHOD, str(witness), "value", witness)
    raise AssertionError("the stream of points does not end")


def expand(e: Expr) -> Polynomial | None:
    """The polynomial, without zero coefficients; None when it is none or would be large."""
    match e:
        case Number(number):
            return {(): number} if number else {}
        case Variable(name):
            return {((name, 1),): Fraction(1)}
        case Neg(argument):
            inner = expand(argument)
            return None if inner is None else {m: -c for m, c in inner.items()}
        case Add(terms):
            total: Polynomial = {}
            for term in terms:
                inner = expand(term)
                if inner is None:
                    return None
                _add(total, inner)
            return _within(total)
        case Mul(factors):
            product: Polynomial | None = {(): Fraction(1)}
            for factor in factors:
                inner = expand(factor)
                if inner is None or product is None:
                    return None
                product = _times(product, inner)
            return product
        case Div(numerator, denominator):
            divisor = rational_value(denominator)
            inner = expand(numerator) if divisor else None
            return None if inner is None or not divisor else {m: c / divisor for m, c in inner.items()}
        case Pow(base, exponent):
            n = rational_value(exponent)
            inner = expand(base) if n is not None and n.denominator == 1 and 0 < n <= _HIGHEST else None
            power = inner
            for _ in range(int(n or 1) - 1):
                if power is None or inner is None:
                    return None
                power = _times(power, inner)
            return power
        case _:
            return None


def value(polynomial: Polynomial, point: Point) -> Fraction:
    """The exact value at a rational point."""
    total = Fraction(0)
    for monomial, coefficient in polynomial.items():
        term = coefficient
        for name, exponent in monomial:
            term *= point[name] ** exponent
        total += term
    return total


def _add(total: Polynomial, other: Polynomial) -> None:
    for monomial, coefficient in other.items():
        new = total.get(monomial, 0) + coefficient
        if new:
            total[monomial] = new
        else:
            total.pop(monomial, None)


def _times(a: Polynomial, b: Polynomial) -> Polynomial | None:
    if len(a) * len(b) > 4 * _MOST_TERMS:
        return None
    product: Polynomial = {}
    for first, x in a.items():
        for second, y in b.items():
            _add(product, {_joined(first, second): x * y})
    return _within(product)


def _joined(a: Monomial, b: Monomial) -> Monomial:
    if not a or not b:
        return a or b
    exponents = dict(a)
    for name, exponent in b:
        exponents[name] = exponents.get(name, 0) + exponent
    return tuple(sorted(exponents.items()))


def _within(polynomial: Polynomial) -> Polynomial | None:
    """The polynomial if it is small: large ones are for the normal form, which has faster arithmetic."""
    if len(polynomial) > _MOST_TERMS:
        return None
    for monomial, c in polynomial.items():
        if c.numerator.bit_length() + c.denominator.bit_length() > _MOST_BITS:
            return None
        if sum(exponent for _, exponent in monomial) > _HIGHEST:
            return None
    return polynomial
