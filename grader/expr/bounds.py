"""Ends of intervals as people write them: ``-2``, ``1/4``, ``0.5``, ``pi/2``, ``oo``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from math import ceil, floor

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


def read_interval(ends: object, source: str) -> Interval:
    """An interval from two ends, or from a text: ``0..3``, ``[0, 3]``, ``integer 1..``.

    With the word ``integer`` (in front of the text, or as the first of three) it is one of
    integers.  An end left out is infinite.  Raises StudentError unless the first is smaller.
    """
    parts: list[object] = []
    if isinstance(ends, str):
        parts = _parts(ends)
    elif isinstance(ends, list | tuple):
        parts = list(ends)
    integer = False
    if parts and isinstance(parts[0], str) and (marked := _INTEGER.match(parts[0])):
        integer = True
        rest = parts[0][marked.end() :]
        parts = parts[1:] if not rest and len(parts) != 2 else [rest, *parts[1:]]
    if integer and not parts:
        parts = [None, None]
    if len(parts) != 2:
        raise StudentError(Place(source), "an interval has two ends", "write [low, high]")
    low, high = (infinite if end is None or end == "" else str(end) for end, infinite in zip(parts, _ENDS, strict=True))
    return _interval(low, high, source, integer)


_INTEGER = re.compile(r"\s*integers?\b\s*")
_ENDS = ("-oo", "oo")


def _parts(text: str) -> list[object]:
    """The ends in ``1..3`` or ``[1, 3]``, the word ``integer`` kept with the first."""
    marked = _INTEGER.match(text)
    word = "integer " if marked else ""
    body = text[marked.end() :].strip() if marked else text.strip()
    if not body:
        return [word] if word else []
    separator = ".." if ".." in body else ","
    first, found, second = body.strip("[]()").partition(separator)
    return [word + first.strip(), second.strip()] if found else []


# A batch asks about the same few intervals again and again.
@lru_cache(1024)
def _interval(first: str, second: str, source: str, integer: bool) -> Interval:
    low, high = read_bound(first, source, 1), read_bound(second, source, -1)
    if integer:
        return _integers(low, high, source)
    if low is not None and high is not None and low >= high:
        raise StudentError(Place(source), f"the interval from {low} to {high} is empty", "write the smaller end first")
    return Interval(low, high)


def _integers(low: Fraction | None, high: Fraction | None, source: str) -> Interval:
    least = None if low is None else Fraction(ceil(low))
    greatest = None if high is None else Fraction(floor(high))
    if least is not None and greatest is not None and least > greatest:
        raise StudentError(Place(source), f"there is no integer from {low} to {high}", "write the smaller end first")
    return Interval(least, greatest, integer=True)


def read_domain(intervals: Mapping[str, object], source: str) -> Domain:
    """A domain from an interval for each variable, as `read_interval` takes it."""
    return Domain.of({name: read_interval(ends, source) for name, ends in intervals.items()})
