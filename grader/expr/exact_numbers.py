"""Real constants with exact arithmetic and proved signs.

A number is a fraction where it can be one, else a constant expression.  A sign is read off a ball,
or zero is proved by the normal form; where neither succeeds, `SignUnknown` is raised and nothing
is claimed.
"""

from __future__ import annotations

from fractions import Fraction

from grader.expr.balls import Undefined, enclose, precision
from grader.expr.canonical import is_zero
from grader.expr.domain import Domain
from grader.expr.tidy import tidy
from grader.expr.tree import ONE, Add, Apply, Div, E, Expr, Mul, Neg, Pow, rational, rational_value

_LADDER = (64, 256, 1024)
_LARGEST = 4096
"""Bits of a power that is still computed as a fraction."""


class SignUnknown(Exception):
    """Whether a constant is positive, negative or zero was not decided."""


class Exact:
    """A real constant: a fraction times a constant expression, ``unit``, which is None for 1."""

    __slots__ = ("_sign", "factor", "unit")

    def __init__(self, value: Fraction | int | Expr) -> None:
        self._sign: int | None = None
        self.unit: Expr | None = None
        if isinstance(value, int):
            self.factor = Fraction(value)
        elif isinstance(value, Fraction):
            self.factor = value
        else:
            self.factor, self.unit = _split(tidy(value))

    @classmethod
    def _of(cls, factor: Fraction, unit: Expr | None) -> Exact:
        made = cls(factor)
        made.unit = unit if factor else None
        return made

    @property
    def tree(self) -> Expr:
        if self.unit is None:
            return rational(self.factor)
        return self.unit if self.factor == 1 else tidy(Mul((rational(self.factor), self.unit)))

    @property
    def fraction(self) -> Fraction | None:
        return self.factor if self.unit is None else None

    @property
    def is_one(self) -> bool:
        return self.unit is None and self.factor == 1

    @property
    def is_zero(self) -> bool:
        """Whether it is the fraction 0; other zeros are found by `sign`."""
        return self.unit is None and not self.factor

    def sign(self) -> int:
        """-1, 0 or 1, proved.  Raises `SignUnknown`."""
        if self._sign is None:
            of_factor = (self.factor > 0) - (self.factor < 0)
            self._sign = of_factor if self.unit is None else of_factor * _sign_of(self.unit)
        return self._sign

    def __add__(self, other: Exact) -> Exact:
        if self.unit == other.unit:
            return Exact._of(self.factor + other.factor, self.unit)
        if self.is_zero or other.is_zero:
            return other if self.is_zero else self
        return Exact(Add((self.tree, other.tree)))

    def __neg__(self) -> Exact:
        return Exact._of(-self.factor, self.unit)

    def __sub__(self, other: Exact) -> Exact:
        return self + -other

    def __mul__(self, other: Exact) -> Exact:
        factor = self.factor * other.factor
        if self.unit is None or other.unit is None:
            return Exact._of(factor, self.unit or other.unit)
        return Exact._of(factor, None) * Exact(Mul((self.unit, other.unit)))

    def __truediv__(self, other: Exact) -> Exact:
        """The divisor must not be zero."""
        factor = self.factor / other.factor
        if other.unit is None:
            return Exact._of(factor, self.unit)
        if self.unit == other.unit:
            return Exact(factor)
        return Exact._of(factor, None) * Exact(Div(self.unit or ONE, other.unit))

    def power(self, exponent: Exact) -> Exact:
        """The real power: of a positive base, or of a negative one with an odd denominator."""
        a, q = self.fraction, exponent.fraction
        if self.is_one or exponent.is_one:
            return self
        if a is not None and q is not None and q.denominator == 1:
            bits = max(a.numerator.bit_length(), a.denominator.bit_length())
            if abs(q) * bits <= _LARGEST:
                return Exact(a ** int(q))
        return Exact(Pow(self.tree, exponent.tree))

    def exp(self) -> Exact:
        return Exact(1) if self.is_zero else Exact(E if self.is_one else Pow(E, self.tree))

    def ln(self) -> Exact:
        """Of a positive number."""
        if self.is_one:
            return Exact(0)
        if self.factor == 1:
            match self.unit:
                case Pow(base, exponent) if base == E:
                    return Exact(exponent)
                case unit if unit == E:
                    return Exact(1)
        return Exact(Apply("ln", (self.tree,)))

    def same(self, other: Exact) -> bool:
        """Whether the two are equal, proved either way.  Raises `SignUnknown`."""
        return (self - other).sign() == 0


def _split(e: Expr) -> tuple[Fraction, Expr | None]:
    """The rational factor that stands in front of a constant or below it, and the rest."""
    q = rational_value(e)
    if q is not None:
        return q, None
    match e:
        case Neg(inner):
            factor, unit = _split(inner)
            return -factor, unit
        case Mul((first, *others)) if (q := rational_value(first)) is not None and others:
            factor, unit = _split(others[0] if len(others) == 1 else Mul(tuple(others)))
            return q * factor, unit
        case Div(top, bottom) if (q := rational_value(bottom)) is not None and q:
            factor, unit = _split(top)
            return factor / q, unit
        case Div(top, bottom) if (q := rational_value(top)) is not None and q != 1:
            return q, Div(ONE, bottom)
        case _:
            return Fraction(1), e


def _sign_of(e: Expr) -> int:
    for bits in _LADDER:
        with precision(bits):
            try:
                ball = enclose(e, {})
            except Undefined:
                raise SignUnknown("a constant has no real value") from None
            if ball.is_finite() and not ball.contains(0):
                return 1 if ball > 0 else -1
        if bits == _LADDER[0] and is_zero(e, Domain()):
            return 0
    raise SignUnknown("whether a constant is zero was not decided")
