"""Values of expressions by mpmath, with many digits and no other code of ours than the tree.

Each value is computed twice, the second time with twice the digits; where the two differ the value
is not used.  That is a check and no enclosure, but one that shares nothing with the decider's balls.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, TypeAlias

import mpmath

from grader.expr.functions import FUNCTIONS
from grader.expr.tree import Add, Apply, Constant, Div, Expr, Mul, Neg, Number, Pow, Variable, rational_value

DIGITS = 60
_GUARD = 15
_LARGEST_EXPONENT = 10**7

Value: TypeAlias = Any  # mpmath.mpf: the package ships no types
Point: TypeAlias = Mapping[str, Fraction]


class NoValue(Exception):
    """There is no real value at the point."""


class Unsure(Exception):
    """The value could not be computed with the digits asked for."""


def value(e: Expr, point: Point, digits: int = DIGITS) -> Value:
    """The value to ``digits`` digits after the point, relative to the size of the largest part that it is made of."""
    once = _at(e, point, digits + _GUARD)
    twice = _at(e, point, 2 * digits + _GUARD)
    with mpmath.workdps(2 * digits):
        if abs(once - twice) > mpmath.mpf(10) ** -digits * (1 + abs(twice)):
            raise Unsure
    return twice


def _at(e: Expr, point: Point, digits: int) -> Value:
    with mpmath.workdps(digits):
        names = {name: number(q) for name, q in point.items()}
        try:
            return +real(evaluate(e, names))
        except (ZeroDivisionError, ValueError, mpmath.libmp.ComplexResult):
            raise NoValue from None
        except (OverflowError, MemoryError, RecursionError):
            raise Unsure from None


def number(q: Fraction) -> Value:
    """A rational at the working precision."""
    return mpmath.mpf(q.numerator) / q.denominator


def real(z: Value) -> Value:
    """The number itself if it is real and finite."""
    if isinstance(z, mpmath.mpc) or not mpmath.isfinite(z):
        raise NoValue
    return z


def evaluate(e: Expr, names: Mapping[str, Value]) -> Value:
    """The value at the working precision, from the values of the variables."""
    match e:
        case Number(q):
            return number(q)
        case Constant("pi"):
            return +mpmath.pi
        case Constant("e"):
            return +mpmath.e
        case Variable(name):
            return names[name]
        case Neg(a):
            return -evaluate(a, names)
        case Add(terms):
            return mpmath.fsum([evaluate(t, names) for t in terms])
        case Mul(factors):
            return mpmath.fprod([evaluate(f, names) for f in factors])
        case Div(a, b):
            return evaluate(a, names) / evaluate(b, names)
        case Pow(b, x):
            return _power(evaluate(b, names), rational_value(x), x, names)
        case Apply(f, arguments):
            return applied(f, [evaluate(a, names) for a in arguments])
    raise NoValue


def _power(b: Value, q: Fraction | None, exponent: Expr, names: Mapping[str, Value]) -> Value:
    if q is None:
        x = evaluate(exponent, names)
        if b < 0 and not mpmath.isint(x):
            raise NoValue
        if abs(x) > _LARGEST_EXPONENT and b not in (0, 1):
            if (b >= 2 and x < 0) or (0 < b <= 0.5 and x > 0):
                # Below 10^(-3,000,000): nothing beside any other number here.
                return mpmath.mpf(0)
            raise OverflowError
        return b**x
    if abs(q) > _LARGEST_EXPONENT:
        raise OverflowError
    if q.denominator == 1:
        return b**q.numerator
    if b < 0 and q.denominator % 2 == 0:
        raise NoValue
    size = mpmath.power(abs(b), number(q))
    return -size if b < 0 and q.numerator % 2 else size


def _root(n: Value, x: Value) -> Value:
    if not mpmath.isint(n) or n < 1:
        raise NoValue
    if x < 0 and int(n) % 2 == 0:
        raise NoValue
    return mpmath.sign(x) * mpmath.root(abs(x), int(n))


def _logarithm(x: Value) -> Value:
    if x <= 0:
        raise NoValue
    return mpmath.log(x)


def _factorial(x: Value) -> Value:
    if x > _LARGEST_EXPONENT:
        raise OverflowError
    return mpmath.factorial(x)


_PRIMITIVE: Mapping[str, Any] = {
    **{name: getattr(mpmath, name) for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh", "exp", "sign", "erf")},
    "sqrt": mpmath.sqrt,
    "arcsin": mpmath.asin,
    "arccos": mpmath.acos,
    "arctan": mpmath.atan,
    "arsinh": mpmath.asinh,
    "arcosh": mpmath.acosh,
    "artanh": mpmath.atanh,
    "ln": _logarithm,
    "abs": abs,
    "min": min,
    "max": max,
    "log": lambda b, x: _logarithm(x) / _logarithm(b),
    "cbrt": lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x)),
    "root": _root,
    "factorial": _factorial,
}


def applied(name: str, arguments: list[Value]) -> Value:
    """A function at values; those without a row of their own by their definition."""
    row = _PRIMITIVE.get(name)
    if row is not None:
        return real(row(*arguments))
    known = FUNCTIONS.get(name)
    if known is None or known.definition is None:
        raise Unsure
    stand_ins = [Variable(f"argument {i}") for i in range(len(arguments))]
    body = known.definition(*stand_ins)
    return evaluate(body, {v.name: a for v, a in zip(stand_ins, arguments, strict=True)})
