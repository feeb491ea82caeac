"""How much work a normal form may cost before it gives up, and what one pass tells the next."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, TypeAlias

from grader.records import record

Linear: TypeAlias = tuple[Mapping[str, Fraction], Fraction]
"""A linear form: coefficients by name, and the constant."""


@record
class Budget:
    """Limits on one attempt.  They are checked before each step, never within one.

    Nothing can interrupt a single call into FLINT, so what bounds its cost is bounded
    beforehand: ``terms`` (the product of the lengths of two polynomials that are about
    to meet), ``degree`` (the sum of their total degrees).  ``work`` bounds the sum of
    all steps in the same measure, so that giving up does not depend on the clock.
    """

    terms: int = 4000
    degree: int = 120
    generators: int = 36
    exponent: int = 200
    work: int = 60_000
    passes: int = 12
    boxes: int = 48

    def for_turning(self) -> Budget:
        """With angles as complex exponentials polynomials are sparse and of a high degree."""
        return Budget(
            2 * self.terms, 4 * self.degree, self.generators, self.exponent, 2 * self.work, self.passes, self.boxes
        )


DEFAULT = Budget()


class GaveUp(Exception):
    """The attempt would cost too much, or met something no rule covers: nothing is known."""


class Nowhere(GaveUp):
    """The expression is defined at no point of the domain, or at none near which it is defined."""


class Refine(Exception):
    """The plan has changed; the tree has to be read again with it."""


class Plan:
    """What one pass over a tree learned that the next pass has to know from its start.

    ``units``: into how many parts the argument of an exponential or a trigonometric
    kernel is divided, so that all its multiples are integral.
    ``facts``: signs that hold because an expression is defined (``ln u`` is defined, so
    ``u`` is positive), by the identity of the polynomial, with the polynomial spelled out.
    ``cases``: signs that are assumed, by the same identity; together with the opposite ones
    they make up a proof.  ``linear``: those of linear forms, as forms that are not negative.
    ``size``: the number of generators to make room for.
    ``labels``: short names for kernels, which make the identity of a polynomial short.
    ``signs``: signs on the domain that were looked for, None where none was found.
    ``angles``: whether there is a sine or its like.
    ``log``: where the field of every successful proof is left with its tree, for a certificate.
    """

    __slots__ = ("angles", "cases", "facts", "labels", "linear", "log", "signs", "size", "units")

    def __init__(self) -> None:
        self.units: dict[str, int] = {}
        self.facts: dict[str, tuple[int, str]] = {}
        self.size = 8
        self.angles = False
        self.cases: dict[str, tuple[int, str]] = {}
        self.linear: tuple[Linear, ...] = ()
        self.labels: dict[str, str] = {}
        self.signs: dict[tuple[str, bool], int | None] = {}
        self.log: list[Any] | None = None

    def knowing(self, learned: dict[str, tuple[int, str]]) -> Plan:
        """The same plan with other facts; the tables are shared."""
        other = Plan()
        other.units, other.facts, other.size = self.units, learned, self.size
        other.labels, other.signs, other.angles = self.labels, self.signs, self.angles
        other.log = self.log
        other.cases, other.linear = self.cases, self.linear
        return other

    def assuming(self, name: str, sign: int, text: str, linear: Linear | None) -> Plan:
        """The same plan in the case that a polynomial has this sign."""
        other = self.knowing(dict(self.facts))
        other.cases = {**self.cases, name: (sign, text)}
        if linear is not None:
            coefficients, constant = linear
            form = {key: c * sign for key, c in coefficients.items()}, constant * sign
            other.linear = (*self.linear, form)
        return other

    def elsewhere(self) -> Plan:
        """The same plan on a part of the domain, where more signs may be found."""
        other = self.knowing(dict(self.facts))
        other.signs = {}
        return other
