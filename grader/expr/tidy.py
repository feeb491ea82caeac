"""Cosmetic folding for display: what filling numbers into a template leaves behind.

``sin(1*x)`` becomes ``sin(x)``, ``3x + -2`` becomes ``3x - 2``, ``2*(-3)*x`` becomes ``-6x``,
``x^1`` becomes ``x``, ``1/2 + 1/3`` becomes ``5/6``.  Nothing is expanded, cancelled or
reordered beyond numerals: the sum ``x + x`` and the product ``x*x^2`` stay, they may be what a
problem is about.  The result has the value of the input wherever that is defined (it may be
defined further, as 0 for ``0*ln(x)``) and is no larger.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import isqrt

from grader.expr.tree import (
    ONE,
    ZERO,
    Add,
    Apply,
    Constant,
    Div,
    E,
    Expr,
    Mul,
    Neg,
    Number,
    Pow,
    Variable,
    rational,
    rational_value,
    size,
)

_LARGEST = 10**12
"""Powers of numerals are worked out up to here."""


def tidy(e: Expr) -> Expr:
    """The tree with its numerals folded; doing it twice changes nothing more."""
    match e:
        case Number(value):
            return e if value >= 0 else rational(value)
        case Constant() | Variable():
            return e
        case Neg(argument):
            return _negative(tidy(argument))
        case Add(terms):
            return _sum([tidy(term) for term in terms])
        case Mul(factors):
            return _product([tidy(factor) for factor in factors])
        case Div(numerator, denominator):
            return _quotient(tidy(numerator), tidy(denominator))
        case Pow(base, exponent):
            return _power(tidy(base), tidy(exponent))
        case Apply(function, arguments):
            new = tuple(tidy(argument) for argument in arguments)
            known = _VALUES.get(function)
            shorter = known(new[0]) if known is not None and len(new) == 1 else None
            return Apply(function, new) if shorter is None else shorter


def _negative(e: Expr) -> Expr:
    if e == ZERO:
        return ZERO
    return e.argument if isinstance(e, Neg) else Neg(e)


def _numeral(e: Expr) -> Fraction | None:
    """The value of a tidy tree that is a rational number as it stands: ``-3/4``, not ``2^100``."""
    match e:
        case Number(value):
            return value
        case Neg(argument):
            inner = _numeral(argument)
            return None if inner is None else -inner
        case Div(Number(top), Number(bottom)) if bottom:
            return top / bottom
        case _:
            return None


def _is_decimal(e: Expr) -> bool:
    match e:
        case Number():
            return e.decimal
        case Neg(argument):
            return _is_decimal(argument)
        case Div(Number() as top, Number() as bottom):
            return top.decimal or bottom.decimal
        case _:
            return False


def _folded(value: Fraction, decimal: bool) -> Expr:
    """A decimal remains one when its expansion ends."""
    if not decimal:
        return rational(value)
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest != 1:
        return rational(value)
    return Number(value, decimal=True) if value >= 0 else Neg(Number(-value, decimal=True))


def _sum(terms: list[Expr]) -> Expr:
    """The rational terms are added where the first of them stands."""
    flat: list[Expr] = []
    for term in terms:
        flat.extend(term.terms if isinstance(term, Add) else (term,))
    kept: list[Expr] = []
    numerals: list[Expr] = []
    place = 0
    for term in flat:
        if _numeral(term) is None:
            kept.append(term)
        else:
            if not numerals:
                place = len(kept)
            numerals.append(term)
    if len(numerals) == 1 and numerals[0] != ZERO:
        kept.insert(place, numerals[0])
    elif numerals:
        total = sum((_numeral(n) or Fraction(0) for n in numerals), Fraction(0))
        if total:
            kept.insert(place, _folded(total, any(map(_is_decimal, numerals))))
    return Add(tuple(kept)) if len(kept) > 1 else kept[0] if kept else ZERO


def _product(factors: list[Expr]) -> Expr:
    value, decimal, kept = _split(factors)
    return _shorter(_scaled(value, decimal, kept, ()), Mul(tuple(factors)), decimal)


def _quotient(numerator: Expr, denominator: Expr) -> Expr:
    above, decimal_above, kept = _split([numerator])
    below, decimal_below, divisors = _split([denominator])
    if not below:
        return Div(numerator, denominator)
    decimal = decimal_above or decimal_below
    return _shorter(_scaled(above / below, decimal, kept, tuple(divisors)), Div(numerator, denominator), decimal)


def _shorter(folded: Expr, plain: Expr, decimal: bool) -> Expr:
    """Decimals whose quotient does not end would grow: ``x/0.3`` stays."""
    return plain if decimal and size(folded) > size(plain) else folded


def _split(factors: list[Expr]) -> tuple[Fraction, bool, list[Expr]]:
    """The rational coefficient of a product, whether a decimal takes part, and the other factors."""
    value, decimal = Fraction(1), False
    kept: list[Expr] = []
    pending = factors[::-1]
    while pending:
        factor = pending.pop()
        number = _numeral(factor)
        if number is not None:
            value *= number
            decimal = decimal or _is_decimal(factor)
            continue
        match factor:
            case Neg(argument):
                value = -value
                pending.append(argument)
            case Mul(inner):
                pending.extend(inner[::-1])
            case Div(numerator, Number(bottom)) if bottom:
                value /= bottom
                decimal = decimal or _is_decimal(factor.denominator)
                pending.append(numerator)
            case _:
                kept.append(factor)
    return value, decimal, kept


def _scaled(value: Fraction, decimal: bool, above: list[Expr], below: tuple[Expr, ...]) -> Expr:
    """``value * above / below`` with the sign in front, the numerals first and one bar."""
    if not value:
        return ZERO
    magnitude = abs(value)
    if not above and not below:
        whole: Expr = _folded(magnitude, decimal)
    else:
        coefficient = _folded(magnitude, decimal)
        top, bottom = (coefficient, ONE) if isinstance(coefficient, Number) else _both(coefficient)
        if len(above) == 1 and isinstance(above[0], Div) and not below and bottom != ONE:
            # 3/4 of x/y is 3x/(4y), half of 2/x is 1/x; a quotient by 0 stays as it is.
            upper, decimal_upper, kept = _split([above[0].numerator])
            lower, decimal_lower, divisors = _split([above[0].denominator])
            if lower:
                decimals = decimal or decimal_upper or decimal_lower
                return _scaled(value * upper / lower, decimals, kept, tuple(divisors))
        numerator = _joined(top, above)
        denominator = _joined(bottom, list(below))
        whole = numerator if denominator == ONE else Div(numerator, denominator)
    return whole if value > 0 else Neg(whole)


def _both(coefficient: Expr) -> tuple[Expr, Expr]:
    assert isinstance(coefficient, Div)
    return coefficient.numerator, coefficient.denominator


def _joined(coefficient: Expr, factors: list[Expr]) -> Expr:
    flat: list[Expr] = [] if coefficient == ONE and factors else [coefficient]
    for factor in factors:
        flat.extend(factor.factors if isinstance(factor, Mul) else (factor,))
    return flat[0] if len(flat) == 1 else Mul(tuple(flat))


def _power(base: Expr, exponent: Expr) -> Expr:
    n = _numeral(exponent)
    if n == 1:
        return base
    if n == 0 or base == ONE:
        return ONE
    b = _numeral(base)
    if n is None or b is None or n.denominator != 1:
        return Pow(base, exponent)
    value = rational_value(Pow(base, exponent))
    if value is None or max(abs(value.numerator), value.denominator) > _LARGEST:
        return Pow(base, exponent)
    return _folded(value, _is_decimal(base))


def _at(point: Expr, value: Expr) -> Callable[[Expr], Expr | None]:
    return lambda u: value if u == point else None


def _logarithm(u: Expr) -> Expr | None:
    return ZERO if u == ONE else ONE if u == E else None


def _square_root(u: Expr) -> Expr | None:
    value = _numeral(u)
    if value is None or value < 0:
        return None
    top, bottom = isqrt(value.numerator), isqrt(value.denominator)
    if top * top != value.numerator or bottom * bottom != value.denominator:
        return None
    return _folded(Fraction(top, bottom), _is_decimal(u))


def _absolute(u: Expr) -> Expr | None:
    value = _numeral(u)
    return None if value is None else u.argument if isinstance(u, Neg) else u


_VALUES: Mapping[str, Callable[[Expr], Expr | None]] = {
    **dict.fromkeys(("sin", "tan", "arcsin", "arctan", "sinh", "tanh", "arsinh", "artanh", "erf"), _at(ZERO, ZERO)),
    **dict.fromkeys(("cos", "sec", "cosh", "sech", "exp"), _at(ZERO, ONE)),
    "ln": _logarithm,
    "log10": _at(ONE, ZERO),
    "sqrt": _square_root,
    "abs": _absolute,
}
"""Functions with a value that is written more shortly at some numerals."""
