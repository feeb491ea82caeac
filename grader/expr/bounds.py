"""Ends of intervals as people write them: ``-2``, ``1/4``, ``0.5``, ``pi/2``, ``oo``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from grader.errors import Place, StudentError
from grader.expr.balls import Undefined, enclose, integer_of, precision
from grader.expr.domain import Domain, Interval
from grader.expr.parse import Names, parse
from grader.expr.tree import Constant, Neg, rational_value

# An irrational end is moved inwards by at most this much, so that the interval is exact.
_INWARD = Fraction(1, 1 << 40)

_NO_NAMES = Names(())


def read_bound(value: object, source: str, inward: int = 0) -> Fraction | None:
    """An end of an interval; None for plus or minus infinity.

    ``inward`` is +1 for a lower end, -1 for an upper one: the way an irrational end
    (``pi``) is moved to reach a rational.  Raises StudentError, placed in ``source``,
    for what is not a real constant.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return Fraction(value)
    text = str(value)
    tree = parse(text, _NO_NAMES, source=source)
    if isinstance(tree, Constant | Neg) and "oo" in (
        getattr(tree, "name", ""),
        getattr(getattr(tree, "argument", None), "name", ""),
    ):
        return None
    exact = rational_value(tree)
    if exact is not None:
        return exact
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
    low, high = read_bound(ends[0], source, 1), read_bound(ends[1], source, -1)
    if low is not None and high is not None and low >= high:
        raise StudentError(Place(source), f"the interval from {low} to {high} is empty", "write the smaller end first")
    return Interval(low, high)


def read_domain(intervals: Mapping[str, Sequence[object]], source: str) -> Domain:
    """A domain from pairs of ends for each variable."""
    return Domain.of({name: read_interval(ends, source) for name, ends in intervals.items()})
