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
    """A real constant."""

    __slots__ = ("_sign", "value")

    def __init__(self, value: Fraction | int | Expr) -> None:
        if isinstance(value, int):
            value = Fraction(value)
        elif not isinstance(value, Fraction):
            value = tidy(value)
            folded = rational_value(value)
            value = value if folded is None else folded
        self.value: Fraction | Expr = value
        self._sign: int | None = None

    @property
    def tree(self) -> Expr:
        return rational(self.value) if isinstance(self.value, Fraction) else self.value

    @property
    def fraction(self) -> Fraction | None:
        return self.value if isinstance(self.value, Fraction) else None

    def sign(self) -> int:
        """-1, 0 or 1, proved.  Raises `SignUnknown`."""
        if self._sign is None:
            self._sign = self._find_sign()
        return self._sign

    def _find_sign(self) -> int:
        if isinstance(self.value, Fraction):
            return (self.value > 0) - (self.value < 0)
        for bits in _LADDER:
            with precision(bits):
                try:
                    ball = enclose(self.value, {})
                except Undefined:
                    raise SignUnknown("a constant has no real value") from None
                if ball.is_finite() and not ball.contains(0):
                    return 1 if ball > 0 else -1
            if bits == _LADDER[0] and is_zero(self.value, Domain()):
                return 0
        raise SignUnknown("whether a constant is zero was not decided")

    def __add__(self, other: Exact) -> Exact:
        a, b = self.value, other.value
        if isinstance(a, Fraction) and isinstance(b, Fraction):
            return Exact(a + b)
        if a == 0 or b == 0:
            return other if a == 0 else self
        return Exact(Add((self.tree, other.tree)))

    def __neg__(self) -> Exact:
        return Exact(-self.value) if isinstance(self.value, Fraction) else Exact(Neg(self.value))

    def __sub__(self, other: Exact) -> Exact:
        return self + -other

    def __mul__(self, other: Exact) -> Exact:
        a, b = self.value, other.value
        if isinstance(a, Fraction) and isinstance(b, Fraction):
            return Exact(a * b)
        if a == 0 or b == 0:
            return Exact(0)
        if a == 1 or b == 1:
            return other if a == 1 else self
        return Exact(Mul((self.tree, other.tree)))

    def __truediv__(self, other: Exact) -> Exact:
        """The divisor must not be zero."""
        a, b = self.value, other.value
        if isinstance(a, Fraction) and isinstance(b, Fraction):
            return Exact(a / b)
        if b == 1:
            return self
        if a == b:
            return Exact(1)
        return Exact(Div(self.tree, other.tree))

    def power(self, exponent: Exact) -> Exact:
        """The real power: of a positive base, or of a negative one with an odd denominator."""
        a, q = self.value, exponent.value
        if a == 1 or q == 1:
            return self
        if isinstance(a, Fraction) and isinstance(q, Fraction) and q.denominator == 1:
            bits = max(a.numerator.bit_length(), a.denominator.bit_length())
            if abs(q) * bits <= _LARGEST:
                return Exact(a ** int(q))
        return Exact(Pow(self.tree, exponent.tree))

    def exp(self) -> Exact:
        return Exact(1) if self.value == 0 else Exact(E if self.value == 1 else Pow(E, self.tree))

    def ln(self) -> Exact:
        """Of a positive number."""
        if self.value == 1:
            return Exact(0)
        match self.value:
            case Pow(base, exponent) if base == E:
                return Exact(exponent)
            case value if value == E:
                return Exact(ONE)
        return Exact(Apply("ln", (self.tree,)))

    def same(self, other: Exact) -> bool:
        """Whether the two are equal, proved either way.  Raises `SignUnknown`."""
        return self.value == other.value or (self - other).sign() == 0
