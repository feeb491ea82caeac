"""A guess in floating point whether two expressions are equal: it orders the work, and decides nothing."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from grader.decide.points import Point
from grader.expr.tree import Add, Apply, Constant, Div, Expr, Mul, Neg, Number, Pow, Variable

_CLOSE = 1e-9


def likely_equal(a: Expr, b: Expr, point: Point) -> bool:
    """Whether the two seem to have the same value at the point."""
    env = {name: float(q) for name, q in point.items()}
    x, y = _estimate(a, env), _estimate(b, env)
    return x is not None and y is not None and abs(x - y) <= _CLOSE * (1 + abs(x))


def _estimate(e: Expr, env: Mapping[str, float]) -> float | None:
    try:
        value = _of(e, env)
    except (ArithmeticError, ValueError, LookupError, TypeError, RecursionError):
        return None
    return value if type(value) is float and math.isfinite(value) else None


def _of(e: Expr, env: Mapping[str, float]) -> float:
    return _NODES[type(e)](e, env)


def _sum(e: Add, env: Mapping[str, float]) -> float:
    total = 0.0
    for term in e.terms:
        total += _NODES[type(term)](term, env)
    return total


def _product(e: Mul, env: Mapping[str, float]) -> float:
    product = 1.0
    for factor in e.factors:
        product *= _NODES[type(factor)](factor, env)
    return product


def _power(e: Pow, env: Mapping[str, float]) -> float:
    # A negative base to a fraction gives a complex number, which `_estimate` does not take.
    result: float = _of(e.base, env) ** _of(e.exponent, env)
    return result


def _apply(e: Apply, env: Mapping[str, float]) -> float:
    return _FUNCTIONS[e.function](*(_of(u, env) for u in e.arguments))


_CONSTANTS = {"pi": math.pi, "e": math.e}

_NODES: Mapping[type, Callable[..., float]] = {
    Number: lambda e, env: float(e.value),
    Constant: lambda e, env: _CONSTANTS[e.name],
    Variable: lambda e, env: env[e.name],
    Neg: lambda e, env: -_of(e.argument, env),
    Add: _sum,
    Mul: _product,
    Div: lambda e, env: _of(e.numerator, env) / _of(e.denominator, env),
    Pow: _power,
    Apply: _apply,
}

_FUNCTIONS: Mapping[str, Callable[..., float]] = {
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "cot": lambda u: 1 / math.tan(u),
    "sec": lambda u: 1 / math.cos(u),
    "csc": lambda u: 1 / math.sin(u),
    "arcsin": math.asin,
    "arccos": math.acos,
    "arctan": math.atan,
    "sinh": math.sinh,
    "cosh": math.cosh,
    "tanh": math.tanh,
    "arsinh": math.asinh,
    "arcosh": math.acosh,
    "artanh": math.atanh,
    "exp": math.exp,
    "ln": math.log,
    "log10": math.log10,
    "sqrt": math.sqrt,
    "cbrt": math.cbrt,
    "abs": abs,
    "max": max,
    "min": min,
    "erf": math.erf,
}
"""The commonest; of the others no guess is made."""
