"""Domains as they stand in a file, and points in them, chosen anew: not those of the decider."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from random import Random
from typing import Any

import mpmath

from grader.expr.parse import Names, parse
from grader.expr.tree import INFINITY, Neg, rational_value
from grader.records import record
from grader.verify.values import value

_REACHES = (Fraction(3), Fraction(1, 2), Fraction(10), Fraction(3), Fraction(100))
_DENOMINATOR = 30011


@record
class Side:
    """The range of one variable; None is an infinite end."""

    low: Fraction | None = None
    high: Fraction | None = None
    integer: bool = False

    def inside(self, rng: Random, index: int) -> Fraction:
        """A point strictly inside; every fifth one close to an end."""
        reach = _REACHES[index % len(_REACHES)]
        low, high = self.low, self.high
        if self.integer:
            base = 0 if low is None and high is None else low if low is not None else high
            assert base is not None
            step = rng.randint(0, 12) if index % 3 else rng.randint(0, 40)
            if low is None and high is not None:
                return Fraction(int(base) - step)
            found = Fraction(int(base) + (step if low is not None else step - 6))
            return found if high is None else Fraction(int(base) + (int(found - base) % (int(high - base) + 1)))
        if low is None:
            low = -reach if high is None else high - reach
        if high is None:
            high = reach if self.low is None else low + reach
        share = Fraction(rng.randint(1, _DENOMINATOR - 1), _DENOMINATOR)
        if index % 5 == 4:
            share = share / 1000 if index % 2 else 1 - share / 1000
        return low + (high - low) * share


Box = Mapping[str, Side]


def read_box(written: Mapping[str, Any] | None, names: Sequence[str]) -> dict[str, Side]:
    """The ranges of the variables; the reals for those that are not written."""
    box = {name: Side() for name in names}
    for name, ends in (written or {}).items():
        words = _words(ends) if isinstance(ends, str) else ["oo" if end is None else str(end) for end in ends]
        integer = "integer" in words
        low, high = [word for word in words if word != "integer"][:2]
        box[name] = Side(_end("-oo" if low == "oo" else low), _end(high), integer)
    return box


def _words(text: str) -> list[str]:
    """``integer 1..5``, with nothing for an infinite end, as its words."""
    kind, space, ends = text.strip().partition(" ")
    integer = kind == "integer"
    low, _, high = (ends if integer else text).partition("..")
    return [*(["integer"] if integer else []), low.strip() or "-oo", high.strip() or "oo"]


def _end(text: str) -> Fraction | None:
    """An end; an irrational one to forty digits."""
    tree = parse(text, Names(()))
    inner = tree.argument if isinstance(tree, Neg) else tree
    if inner == INFINITY:
        return None
    exact = rational_value(tree)
    if exact is not None:
        return exact
    with mpmath.workdps(60):
        return Fraction(int(mpmath.floor(value(tree, {}) * mpmath.mpf(10) ** 40)), 10**40)


def points(box: Box, names: Sequence[str], seed: str, count: int) -> Iterator[dict[str, Fraction]]:
    """So many points of the box, the same for the same seed."""
    rng = Random(f"verify {seed}")
    for index in range(count):
        yield {name: box.get(name, Side()).inside(rng, index) for name in names}
