"""Closed forms that a ball may stand for: short rationals, multiples of pi, square roots.

Nothing is proved here: a candidate lies in the ball, and whoever uses it proves the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from flint import arb

from grader.expr.balls import precision
from grader.expr.tree import PI, Apply, Div, Expr, Mul, Neg, integer, rational

_LARGEST_DENOMINATOR = 720
_LARGEST_SQUARE = 10_000


def candidates(ball: arb) -> Iterator[Expr]:
    """Closed forms inside a narrow ball, the simplest first."""
    with precision(192):
        q = _rational(ball)
        if q is not None:
            yield rational(q)
            return
        q = _rational(ball / arb.pi())
        if q is not None:
            yield _multiple_of_pi(q)
        q = _rational(ball * ball)
        if q is not None and q.numerator < _LARGEST_SQUARE:
            root = Apply("sqrt", (rational(q),))
            yield Neg(root) if ball < 0 else root


def _rational(ball: arb) -> Fraction | None:
    """The rational with a small denominator in the ball, if the ball is much narrower than their distances."""
    if not ball.is_finite() or not ball.rad() < 1e-12 or not abs(ball) < 1e6:
        return None
    near = Fraction(float(ball.mid())).limit_denominator(_LARGEST_DENOMINATOR)
    return near if (ball * near.denominator).contains(near.numerator) else None


def _multiple_of_pi(q: Fraction) -> Expr:
    top: Expr = PI if abs(q.numerator) == 1 else Mul((integer(abs(q.numerator)), PI))
    whole = top if q.denominator == 1 else Div(top, integer(q.denominator))
    return Neg(whole) if q < 0 else whole
