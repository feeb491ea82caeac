"""Ends of intervals as people write them: ``-2``, ``1/4``, ``0.5``, ``pi/2``, ``oo``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import lru_cache

from grader.errors import Place, StudentError
from grader.expr.domain import Domain, Interval
from grader.expr.parse import Names, parse
from grader.expr.tree import INFINITY, Neg, rational_value

# An irrational end is moved inwards by at most this much, so that the interval is exact.
_INWARD = Fraction(1, 1 << 40)

_NO_NAMES = Names(())

# What nearly all ends are needs no parser.
_PLAIN = re.compile(r"-?\d{1,30}(?:/0*[1-9]\d{0,30}|\.\d{1,30})?")


def read_bound(value: object, source: str, inward: int = 0) -> Fraction | None:
    """An end of an interval; None for plus or minus infinity.

    ``inward`` is +1 for a lower end, -1 for an upper one: the way an irrational end
    (``pi``) is moved to reach a rational.  Raises StudentError, placed in ``source``,
    for what is not a real constant.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return Fraction(value)
    text = str(value)
    if _PLAIN.fullmatch(text):
        return Fraction(text)
    tree = parse(text, _NO_NAMES, source=source)
    inner = tree.argument if isinstance(tree, Neg) else tree
    if inner == INFINITY:
        return None
    exact = rational_value(tree)
    if exact is not None:
        return exact
    # Loaded for irrational ends only: balls take longer to load than Python to start.
    from grader.expr.balls import Undefined, enclose, integer_of, precision

    with precision(96):
        try:
            ball = enclose(tree, {})
        except Undefined:
            ball = None
    if ball is None or not ball.is_finite():
        raise StudentError(
            Place(source), f"{text!r} is not a real number", "write a number such as 1/4, pi/2 or oo", text
        )
    scaled = integer_of((ball.mid() * (1 << 41)).floor())
    assert scaled is not None
    return Fraction(scaled, 1 << 41) + inward * _INWARD


def read_interval(ends: Sequence[object], source: str) -> Interval:
    """An interval from its two ends; raises StudentError unless the first is smaller."""
    if len(ends) != 2:
        raise StudentError(Place(source), "an interval has two ends", "write [low, high]")
    return _interval(str(ends[0]), str(ends[1]), source)


# A batch asks about the same few intervals again and again.
@lru_cache(1024)
def _interval(first: str, second: str, source: str) -> Interval:
    low, high = read_bound(first, source, 1), read_bound(second, source, -1)
    if low is not None and high is not None and low >= high:
        raise StudentError(Place(source), f"the interval from {low} to {high} is empty", "write the smaller end first")
    return Interval(low, high)


def read_domain(intervals: Mapping[str, Sequence[object]], source: str) -> Domain:
    """A domain from pairs of ends for each variable."""
    return Domain.of({name: read_interval(ends, source) for name, ends in intervals.items()})
