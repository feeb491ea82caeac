"""How much work a normal form may cost before it gives up, and what one pass tells the next."""

from __future__ import annotations

from grader.records import record


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


class Refine(Exception):
    """The plan has changed; the tree has to be read again with it."""


class Plan:
    """What one pass over a tree learned that the next pass has to know from its start.

    ``units``: into how many parts the argument of an exponential or a trigonometric
    kernel is divided, so that all its multiples are integral.
    ``facts``: signs that hold because an expression is defined (``ln u`` is defined, so
    ``u`` is positive), by the identity of the polynomial, with the polynomial spelled out.
    ``size``: the number of generators to make room for.
    ``labels``: short names for kernels, which make the identity of a polynomial short.
    ``signs``: signs on the domain that were looked for, None where none was found.
    ``angles``: whether there is a sine or its like.
    """

    __slots__ = ("angles", "facts", "labels", "signs", "size", "units")

    def __init__(self) -> None:
        self.units: dict[str, int] = {}
        self.facts: dict[str, tuple[int, str]] = {}
        self.size = 8
        self.angles = False
        self.labels: dict[str, str] = {}
        self.signs: dict[tuple[str, bool], int | None] = {}

    def knowing(self, learned: dict[str, tuple[int, str]]) -> Plan:
        """The same plan with other facts; the tables are shared."""
        other = Plan()
        other.units, other.facts, other.size = self.units, learned, self.size
        other.labels, other.signs, other.angles = self.labels, self.signs, self.angles
        return other
