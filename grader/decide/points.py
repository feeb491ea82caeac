"""Rational points of a domain, the same on every machine and in every run.

The stream depends on the expressions compared, so that nobody can write an answer that
happens to be right at points known beforehand.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from zlib import crc32

from grader.expr.chance import MASK, stream
from grader.expr.domain import Domain, Interval
from grader.expr.tree import Apply, Constant, Expr, Number, Variable, children, rational, substitute

Point = dict[str, Fraction]

# Prime denominators make it unlikely that a point falls into a hole, which authors and
# students put at simple fractions.  The first few are small, so that a witness is short.
_SHORT, _LONG = 97, 10007

_FINGERPRINTED = 16

# Reaches of the points on an unbounded axis: most of them where textbook problems live,
# then further out and closer in, in case the reference is defined only there.
_REACHES = (
    Fraction(3),
    Fraction(3),
    Fraction(10),
    Fraction(1, 2),
    Fraction(3),
    Fraction(100),
    Fraction(10),
    Fraction(1000),
)


# Beyond this reach of an unbounded axis only the random points speak.
_WINDOW = Fraction(64)


def window(interval: Interval) -> tuple[Fraction, Fraction]:
    """The ends of an interval; of an unbounded one, the part that bisection looks at."""
    low, high = interval.low, interval.high
    if low is None:
        low = -_WINDOW if high is None else high - _WINDOW
    if high is None:
        high = _WINDOW if interval.low is None else low + _WINDOW
    return low, high


def fingerprint(e: Expr, seed: int = 0) -> int:
    """A 64-bit number from the tree alone: equal trees give equal numbers.

    The first nodes are enough to keep the points from being known beforehand.
    """
    h = seed
    stack = [e]
    for _ in range(_FINGERPRINTED):
        if not stack:
            break
        node = stack.pop()
        kind = type(node)
        if kind is Number:
            q: Fraction = node.value  # type: ignore[union-attr]  # narrowed by `kind`, which is quicker
            x = q.numerator * 31 + q.denominator
        elif kind is Variable or kind is Constant:
            x = _hashed(node.name)  # type: ignore[union-attr]  # as above
        else:
            x = _hashed(node.function if kind is Apply else kind.__name__)  # type: ignore[union-attr]  # as above
            stack += children(node)
        h = ((h ^ x) * 0x9E3779B97F4A7C15 + 0x7F4A7C15) & MASK
    return h ^ (h >> 29)


@lru_cache(1024)
def _hashed(name: str) -> int:
    return crc32(name.encode())


def points(domain: Domain, seed: int, start: int = 0) -> Iterator[Point]:
    """An endless stream of points inside the domain, from the ``start``-th on.

    Every coordinate is rational and strictly inside its interval; an integer may be at its end.
    """
    numbers = stream(seed)
    index = 0
    while True:
        denominator = _SHORT if index < 6 else _LONG
        reach = _REACHES[index % len(_REACHES)]
        point = {name: _inside(interval, next(numbers), denominator, reach) for name, interval in domain.intervals}
        if index >= start:
            yield point
        index += 1


def _integer(interval: Interval, number: int, reach: Fraction) -> Fraction:
    """An integer of the interval; on an unbounded side within four times the reach of its end."""
    low, high = interval.low, interval.high
    most = max(4 * int(reach), 6)
    if low is not None and high is not None:
        return low + number % (int(high - low) + 1)
    if low is not None:
        return low + number % most
    return high - number % most if high is not None else Fraction(number % (2 * most + 1) - most)


def _inside(interval: Interval, number: int, denominator: int, reach: Fraction) -> Fraction:
    if interval.integer:
        return _integer(interval, number, reach)
    # In integers, reduced once: this runs for every coordinate of every answer.
    n = 1 + number % (denominator - 1)
    low, high = interval.low, interval.high
    if low is None and high is None:
        return Fraction(reach.numerator * (2 * n - denominator), reach.denominator * denominator)
    if low is not None:
        width = reach if high is None else high - low
        a, b = low.numerator, low.denominator
        c, d = width.numerator * n, width.denominator * denominator
        return Fraction(a * d + b * c, b * d)
    assert high is not None
    a, b = high.numerator, high.denominator
    c, d = reach.numerator * n, reach.denominator * denominator
    return Fraction(a * d - b * c, b * d)


def at_point(e: Expr, point: Point) -> Expr:
    """The tree with the coordinates put in, exactly."""
    return substitute(e, {name: rational(value) for name, value in point.items()})
