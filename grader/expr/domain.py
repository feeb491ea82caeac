"""Where a statement is meant to hold: an interval for each variable."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from grader.records import record


@record
class Interval:
    """A real interval; None is an infinite end.  ``low < high``.

    Whether an end belongs to it matters for what is asked of a student (a global
    maximum), never for equality of expressions, which is settled on the inside.

    With ``integer`` it is the set of the integers between the ends, which are integers
    themselves and belong to it; there every single point counts, and there may be only one.
    """

    low: Fraction | None = None
    high: Fraction | None = None
    low_closed: bool = True
    high_closed: bool = True
    integer: bool = False

    def contains(self, value: Fraction) -> bool:
        if self.integer and value.denominator != 1:
            return False
        if self.low is not None and (value < self.low or (value == self.low and not self.low_closed)):
            return False
        return self.high is None or value < self.high or (value == self.high and self.high_closed)

    def __str__(self) -> str:
        left = "[" if self.low_closed and self.low is not None else "("
        right = "]" if self.high_closed and self.high is not None else ")"
        low = "-oo" if self.low is None else self.low
        high = "oo" if self.high is None else self.high
        return f"{'integer ' if self.integer else ''}{left}{low}, {high}{right}"


REALS = Interval()


@record
class Domain:
    """A box: variables with their intervals, in the order declared.

    A variable that is not named ranges over the reals.  ``avoid`` and conditions
    beyond a box are not needed: equality is asked only where the reference is defined.
    """

    intervals: tuple[tuple[str, Interval], ...] = ()

    @classmethod
    def of(cls, intervals: Mapping[str, Interval]) -> Domain:
        return cls(tuple(intervals.items()))

    @classmethod
    def reals(cls, *names: str) -> Domain:
        return cls(tuple((name, REALS) for name in names))

    def __getitem__(self, name: str) -> Interval:
        for known, interval in self.intervals:
            if known == name:
                return interval
        return REALS

    def __iter__(self) -> Iterator[str]:
        return (name for name, _ in self.intervals)

    @property
    def integers(self) -> tuple[str, ...]:
        """The variables that stand for integers."""
        return tuple(name for name, interval in self.intervals if interval.integer)

    def including(self, names: frozenset[str] | set[str]) -> Domain:
        """The same box with every further name ranging over the reals."""
        missing = names.difference([name for name, _ in self.intervals])
        if not missing:
            return self
        return Domain(self.intervals + tuple((n, REALS) for n in sorted(missing)))

    def __str__(self) -> str:
        return ", ".join(f"{name} in {interval}" for name, interval in self.intervals)
