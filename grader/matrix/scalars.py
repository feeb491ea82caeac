"""The numbers that matrices are made of: a prime field, the rationals, balls; and jets over each of them.

A `Jet` is a number with its derivative in one direction.  With jets as the entries of matrices
that carry a derivative themselves, second derivatives are exact as well (forward mode twice;
Griewank and Walther, "Evaluating Derivatives", ch. 3 and 10).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from flint import arb, fmpq, nmod

from grader.expr.balls import arb_of
from grader.records import record

PRIME = (1 << 61) - 1
"""A Mersenne prime: two different rational functions agree at a random point modulo it with
probability at most their degree divided by it (Schwartz, 1980; Zippel, 1979)."""


class NoValue(Exception):
    """No value at this draw, as a division by zero: draw again."""


class Undefined(NoValue):
    """Certainly no value at this draw nor anywhere near it, as the logarithm of a negative number."""


class NotRational(Exception):
    """A function that this field does not have."""


@record
class Field:
    """How to make a scalar of a rational, and the functions of one number that it has."""

    number: Callable[[Fraction], Any]
    functions: Mapping[str, Callable[[Any], Any]]


class Jet:
    """A number and its derivative in one direction."""

    __slots__ = ("value", "slope")

    def __init__(self, value: Any, slope: Any) -> None:
        self.value, self.slope = value, slope

    def __add__(self, other: Any) -> Jet:
        if isinstance(other, Jet):
            return Jet(self.value + other.value, self.slope + other.slope)
        return Jet(self.value + other, self.slope)

    __radd__ = __add__

    def __neg__(self) -> Jet:
        return Jet(-self.value, -self.slope)

    def __sub__(self, other: Any) -> Jet:
        return self.__add__(-other)

    def __rsub__(self, other: Any) -> Jet:
        return (-self).__add__(other)

    def __mul__(self, other: Any) -> Jet:
        if isinstance(other, Jet):
            return Jet(self.value * other.value, self.slope * other.value + self.value * other.slope)
        return Jet(self.value * other, self.slope * other)

    __rmul__ = __mul__


def reciprocal(x: Any) -> Any:
    """``1/x``; NoValue where x may be zero."""
    if isinstance(x, Jet):
        inverse = reciprocal(x.value)
        return Jet(inverse, -x.slope * inverse * inverse)
    if not usable(x):
        raise NoValue
    return 1 / x


def usable(x: Any) -> bool:
    """Whether a pivot is certainly not zero."""
    if isinstance(x, Jet):
        return usable(x.value)
    return not x.contains(0) if isinstance(x, arb) else x != 0


def apply(field: Field, name: str, x: Any) -> Any:
    """A function of one number; NoValue, or NotRational where the field lacks it."""
    if isinstance(x, Jet):
        return Jet(apply(field, name, x.value), slope(field, name, x.value) * x.slope)
    own = field.functions.get(name)
    if own is not None:
        return own(x)
    derived = _DERIVED.get(name)
    if derived is None:
        raise NotRational(name)
    return derived(lambda f, y: apply(field, f, y), x)


def slope(field: Field, name: str, x: Any) -> Any:
    """The derivative of a function of one number."""
    return _SLOPES[name](lambda f, y: apply(field, f, y), x)


_Apply = Callable[[str, Any], Any]

_DERIVED: Mapping[str, Callable[[_Apply, Any], Any]] = {
    "abs": lambda f, x: x * f("sign", x),
    "relu": lambda f, x: x * f("step", x),
    "step": lambda f, x: (f("sign", x) + 1) * _half(x),
    "tan": lambda f, x: f("sin", x) * reciprocal(f("cos", x)),
    "sech": lambda f, x: reciprocal(f("cosh", x)),
    "sigmoid": lambda f, x: reciprocal(f("exp", -x) + 1),
    "softplus": lambda f, x: f("log", f("exp", x) + 1),
}

_SLOPES: Mapping[str, Callable[[_Apply, Any], Any]] = {
    "exp": lambda f, x: f("exp", x),
    "log": lambda f, x: reciprocal(x),
    "sin": lambda f, x: f("cos", x),
    "cos": lambda f, x: -f("sin", x),
    "tan": lambda f, x: reciprocal(f("cos", x) * f("cos", x)),
    "sinh": lambda f, x: f("cosh", x),
    "cosh": lambda f, x: f("sinh", x),
    "sech": lambda f, x: -f("sech", x) * f("tanh", x),
    "tanh": lambda f, x: f("sech", x) * f("sech", x),
    "arctan": lambda f, x: reciprocal(x * x + 1),
    "sqrt": lambda f, x: reciprocal(f("sqrt", x) * 2),
    "sigmoid": lambda f, x: f("sigmoid", x) * f("sigmoid", -x),
    "softplus": lambda f, x: f("sigmoid", x),
    "abs": lambda f, x: f("sign", x),
    "sign": lambda f, x: x * 0,
    "step": lambda f, x: x * 0,
    "relu": lambda f, x: f("step", x),
}


def _half(x: Any) -> Any:
    while isinstance(x, Jet):
        x = x.value
    return fmpq(1, 2) if isinstance(x, fmpq) else arb(1) / 2


def _sign(x: Any) -> Any:
    if x > 0:
        return x * 0 + 1
    if x < 0:
        return x * 0 - 1
    raise NoValue


def _ball_sign(x: arb) -> arb:
    if x > 0:
        return arb(1)
    if x < 0:
        return arb(-1)
    raise NoValue


def _log(x: arb) -> arb:
    if x > 0:
        return x.log()
    raise Undefined if x < 0 else NoValue


def _sqrt(x: arb) -> arb:
    if x > 0:
        return x.sqrt()
    raise Undefined if x < 0 else NoValue


MODULAR = Field(lambda q: nmod(q.numerator, PRIME) / nmod(q.denominator, PRIME), {})
RATIONAL = Field(lambda q: fmpq(q.numerator, q.denominator), {"sign": _sign})
REAL = Field(
    arb_of,
    {
        "exp": arb.exp, "log": _log, "sin": arb.sin, "cos": arb.cos, "sqrt": _sqrt, "tanh": arb.tanh,
        "sinh": arb.sinh, "cosh": arb.cosh, "arctan": arb.atan, "sign": _ball_sign,
    },
)  # fmt: skip
