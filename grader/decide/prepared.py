"""What is known of a reference before any student answers: computed once, used for a whole class.

Its points, its values there, and its reading for the quick proof.  Nothing in it depends on
an answer, so that a verdict is the same whether it was kept or made anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from grader.decide.exact import exact_value
from grader.decide.points import Point, fingerprint, points
from grader.decide.total import has_value_everywhere
from grader.expr.domain import Domain
from grader.expr.kronecker import Reading
from grader.expr.tree import Expr, variables

if TYPE_CHECKING:
    from fractions import Fraction

    from flint import arb

EVALUATION = "exact evaluation"
"""The name of the proof by `grader.expr.kronecker`."""

_MOST = 64
_TRIED = 24


class Prepared:
    """A reference on a domain that names every variable of the comparison."""

    __slots__ = (
        "_exact",
        "_points",
        "_stream",
        "_total",
        "_values",
        "declared",
        "domain",
        "names",
        "reading",
        "reference",
        "seed",
    )

    def __init__(self, reference: Expr, domain: Domain) -> None:
        self.reference = reference
        self.declared = domain
        self.names = variables(reference)
        self.domain = domain.including(self.names)
        self.seed = fingerprint(reference)
        self.reading = Reading(reference)
        self._stream: Iterator[Point] = points(self.domain, self.seed)
        self._points: list[Point] = []
        self._values: dict[tuple[int, int], tuple[dict[str, arb], arb | None]] = {}
        self._exact: Fraction | bool | None = False
        self._total: bool | None = None

    def including(self, names: frozenset[str]) -> Prepared:
        """The same with the names of an answer that the domain does not have."""
        if names <= self.names:
            return self
        domain = self.domain.including(names)
        return self if domain is self.domain else Prepared(self.reference, domain)

    def point(self, index: int) -> Point:
        """The point of this index; always the same one."""
        while len(self._points) <= index:
            self._points.append(next(self._stream))
        return self._points[index]

    @property
    def exact(self) -> Fraction | None:
        """The value at the first point when it is found by exact arithmetic."""
        if self._exact is False:
            self._exact = exact_value(self.reference, self.point(0))
        return self._exact  # type: ignore[return-value]  # False stands for "not asked yet" only

    @property
    def total(self) -> bool:
        """Whether the reference has a value everywhere, by its shape."""
        if self._total is None:
            self._total = has_value_everywhere(self.reference)
        return self._total

    def value(self, index: int, bits: int) -> tuple[dict[str, arb], arb | None]:
        """The point as balls and a ball around the value there; None when there is provably no value.

        To be called at this precision.
        """
        known = self._values.get((index, bits))
        if known is None:
            from grader.decide.refute import environment
            from grader.expr.balls import Undefined, enclose

            env = environment(self.point(index))
            try:
                known = env, enclose(self.reference, env)
            except Undefined:
                known = env, None
            self._values[index, bits] = known
        return known


def indices() -> range:
    """The points looked at before a proof is tried."""
    return range(_TRIED)


_KEPT: dict[int, Prepared] = {}


def prepared(reference: Expr, domain: Domain) -> Prepared:
    """The prepared reference; the same object for the same two objects, as long as it is kept."""
    known = _KEPT.get(id(reference))
    if known is not None and known.reference is reference and known.declared == domain:
        return known
    if len(_KEPT) >= _MOST:
        del _KEPT[next(iter(_KEPT))]
    known = _KEPT[id(reference)] = Prepared(reference, domain)
    return known


def forget() -> None:
    """Let go of every reference that is kept; for measuring what keeping them saves."""
    _KEPT.clear()
