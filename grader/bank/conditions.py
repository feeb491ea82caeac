"""Exact arithmetic and conditions over the parameters of a problem, and whether they hold.

Arithmetic is a tree of `grader.expr.tree` evaluated with fractions; nothing is rounded.
`grader.bank.condition_reader` makes both from text.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TypeAlias

from grader.expr.tree import Add, Apply, Div, Expr, Mul, Neg, Number, Pow, Variable, rational_value
from grader.records import record

Quantity: TypeAlias = Fraction | Expr
"""What a parameter or derived value stands for: a rational, or an expression or name."""

LARGEST_BITS = 4096
"""Bits of the largest number that a condition may compute."""


@record
class Compare:
    """A chain such as ``0 < a <= b``: one more side than there are signs."""

    sides: tuple[Expr, ...]
    signs: tuple[str, ...]


@record
class Predicate:
    """``is_square(n)`` or ``is_integer(q)``."""

    name: str
    argument: Expr


@record
class Not:
    condition: Condition


@record
class Every:
    conditions: tuple[Condition, ...]


@record
class Some:
    conditions: tuple[Condition, ...]


Condition: TypeAlias = Compare | Predicate | Not | Every | Some


class NoValue(Exception):
    """A value that does not exist for these parameters, with the reason."""


def holds(condition: Condition, values: Mapping[str, Quantity]) -> bool:
    """Whether the condition is true; raises `NoValue` when a part of it has no value."""
    match condition:
        case Compare(sides, signs):
            return all(
                _compare(left, sign, right, values) for left, sign, right in zip(sides, signs, sides[1:], strict=False)
            )
        case Predicate(name, argument):
            value = evaluate(argument, values)
            return value.denominator == 1 if name == "is_integer" else _is_square(value)
        case Not(inner):
            return not holds(inner, values)
        case Every(parts):
            return all(holds(part, values) for part in parts)
        case Some(parts):
            return any(holds(part, values) for part in parts)


def evaluate(e: Expr, values: Mapping[str, Quantity]) -> Fraction:
    """The exact value; raises `NoValue` for a quotient by zero, a number too large, or a
    parameter that is an expression."""
    match e:
        case Number(value):
            return value
        case Variable(name):
            quantity = values[name]
            known = quantity if isinstance(quantity, Fraction) else rational_value(quantity)
            if known is None:
                raise NoValue(f"'{name}' is not a number")
            return known
        case Neg(argument):
            return -evaluate(argument, values)
        case Add(terms):
            return sum((evaluate(term, values) for term in terms), Fraction(0))
        case Mul(factors):
            return _bounded(math.prod((evaluate(factor, values) for factor in factors), start=Fraction(1)))
        case Div(numerator, denominator):
            bottom = evaluate(denominator, values)
            if bottom == 0:
                raise NoValue("a quotient by zero")
            return _bounded(evaluate(numerator, values) / bottom)
        case Pow(base, exponent):
            return _power(evaluate(base, values), evaluate(exponent, values))
        case Apply(function, arguments):
            return FUNCTIONS[function][1](*(evaluate(argument, values) for argument in arguments))
        case _:
            raise NoValue("not a rational number")


def _compare(left: Expr, sign: str, right: Expr, values: Mapping[str, Quantity]) -> bool:
    if sign in ("=", "!=") and (same := _same_names(left, right, values)) is not None:
        return same == (sign == "=")
    a, b = evaluate(left, values), evaluate(right, values)
    return SIGNS[sign](a, b)


def _same_names(left: Expr, right: Expr, values: Mapping[str, Quantity]) -> bool | None:
    """Two parameters that are expressions compare as written; None when both are numbers."""
    if not (isinstance(left, Variable) and isinstance(right, Variable)):
        return None
    a, b = values[left.name], values[right.name]
    return None if isinstance(a, Fraction) and isinstance(b, Fraction) else a == b


def _bounded(value: Fraction) -> Fraction:
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > LARGEST_BITS:
        raise NoValue(f"a number of more than {LARGEST_BITS} bits")
    return value


def _power(base: Fraction, exponent: Fraction) -> Fraction:
    if exponent.denominator != 1:
        raise NoValue("a power with a fractional exponent")
    if base == 0 and exponent < 0:
        raise NoValue("a quotient by zero")
    bits = max(base.numerator.bit_length(), base.denominator.bit_length())
    if abs(exponent.numerator) * bits > LARGEST_BITS:
        raise NoValue(f"a number of more than {LARGEST_BITS} bits")
    return Fraction(base**exponent.numerator)


def _whole(*values: Fraction) -> list[int]:
    if any(value.denominator != 1 for value in values):
        raise NoValue("a whole number is needed")
    return [value.numerator for value in values]


def _mod(a: Fraction, b: Fraction) -> Fraction:
    if b == 0:
        raise NoValue("a remainder by zero")
    return a % b


def _is_square(value: Fraction) -> bool:
    return value >= 0 and all(math.isqrt(n) ** 2 == n for n in (value.numerator, value.denominator))


def _square_root(value: Fraction) -> Fraction:
    if not _is_square(value):
        raise NoValue(f"{value} is not a square")
    return Fraction(math.isqrt(value.numerator), math.isqrt(value.denominator))


def _factorial(value: Fraction) -> Fraction:
    (n,) = _whole(value)
    if not 0 <= n <= 100:
        raise NoValue(f"the factorial of {n}")
    return Fraction(math.factorial(n))


FUNCTIONS: dict[str, tuple[int | None, Callable[..., Fraction]]] = {
    "gcd": (2, lambda a, b: Fraction(math.gcd(*_whole(a, b)))),
    "lcm": (2, lambda a, b: Fraction(math.lcm(*_whole(a, b)))),
    "abs": (1, abs),
    "mod": (2, _mod),
    "floor": (1, lambda a: Fraction(math.floor(a))),
    "isqrt": (1, _square_root),
    "factorial": (1, _factorial),
    "min": (None, min),
    "max": (None, max),
}
"""Name: the number of arguments (None: one or more) and the function on fractions."""
PREDICATES = ("is_square", "is_integer")
SIGNS: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
