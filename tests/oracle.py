"""A second opinion on witnesses: mpmath at 50 digits, with its own evaluation of our trees.

Shares nothing with `grader.expr.balls` but the tree.
"""

from __future__ import annotations

from fractions import Fraction

import mpmath

from grader.expr.functions import FUNCTIONS
from grader.expr.tree import Add, Apply, Constant, Div, Expr, Mul, Neg, Number, Pow, Variable, rational_value

DIGITS = 50


class NoRealValue(Exception):
    """The expression has no real value at the point."""


def value(e: Expr, point: dict[str, Fraction], digits: int = DIGITS) -> mpmath.mpf:
    """The value of a tree at a rational point; NoRealValue where there is none."""
    with mpmath.workdps(digits + 20):
        names = {name: mpmath.mpf(q.numerator) / q.denominator for name, q in point.items()}
        try:
            return +_real(_evaluate(e, names))
        except (ZeroDivisionError, ValueError):
            raise NoRealValue from None


def _real(z):
    if isinstance(z, mpmath.mpc):
        raise NoRealValue
    if not mpmath.isfinite(z):
        raise NoRealValue
    return z


def _evaluate(e: Expr, names):
    match e:
        case Number(q):
            return mpmath.mpf(q.numerator) / q.denominator
        case Constant("pi"):
            return +mpmath.pi
        case Constant("e"):
            return +mpmath.e
        case Variable(name):
            return names[name]
        case Neg(a):
            return -_evaluate(a, names)
        case Add(terms):
            return mpmath.fsum(_evaluate(t, names) for t in terms)
        case Mul(factors):
            return mpmath.fprod(_evaluate(f, names) for f in factors)
        case Div(a, b):
            return _evaluate(a, names) / _evaluate(b, names)
        case Pow(b, x):
            return _power(_evaluate(b, names), rational_value(x), x, names)
        case Apply(f, arguments):
            return _apply(f, [_evaluate(a, names) for a in arguments], e)
    raise AssertionError(e)


def _power(b, q, exponent, names):
    if q is None:
        x = _evaluate(exponent, names)
        if b < 0 and not mpmath.isint(x):
            raise NoRealValue
        return b**x
    if q.denominator % 2 == 1 and b < 0:
        return (-1) ** (q.numerator % 2) * mpmath.root(-b, q.denominator) ** q.numerator
    if q.denominator > 1 and b < 0:
        raise NoRealValue
    return mpmath.root(b, q.denominator) ** q.numerator


_SAME_NAME = ("sin cos tan cot sec csc sinh cosh tanh coth sech csch exp sqrt sign erf factorial").split()
_FUNCTIONS = {
    **{name: getattr(mpmath, name) for name in _SAME_NAME},
    "arcsin": mpmath.asin,
    "arccos": mpmath.acos,
    "arctan": mpmath.atan,
    "arsinh": mpmath.asinh,
    "arcosh": mpmath.acosh,
    "artanh": mpmath.atanh,
    "ln": mpmath.log,
    "abs": abs,
    "min": min,
    "max": max,
    "log": lambda b, x: mpmath.log(x) / mpmath.log(b),
    "cbrt": lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x)),
    "root": lambda n, x: mpmath.sign(x) * mpmath.root(abs(x), int(n)) if n % 2 else mpmath.root(x, int(n)),
}


def _apply(name, arguments, e):
    function = _FUNCTIONS.get(name)
    if function is not None:
        return _real(function(*arguments))
    stand_ins = [Variable(f"argument{i}") for i in range(len(arguments))]
    body = FUNCTIONS[name].definition(*stand_ins)
    return _evaluate(body, {v.name: a for v, a in zip(stand_ins, arguments, strict=True)})
