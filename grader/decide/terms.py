"""Sums compared term by term, where their difference as a whole is too much for one normal form.

Terms that are written alike cancel; then terms with the same value at a point are paired, and each
pair is proved to cancel by a normal form of its own.  What has no partner is left over.  The sum of
what is left over is the difference of the two sides wherever every term is defined: nothing left is a
proof, and what is left shows a difference that balls cannot see beside much larger terms.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from flint import arb

from grader.decide.points import points
from grader.decide.refute import environment
from grader.expr.balls import Undefined, enclose, precision
from grader.expr.domain import Domain
from grader.expr.tree import ZERO, Add, Expr, Neg
from grader.records import record

METHOD = "normal forms of the terms"
_BITS = 128
_POINTS = 6
_MOST_FAILURES = 3
"""So many pairs that have equal values but no proof end the search: each may cost a whole proof."""


@record
class Leftover:
    """What is left of ``student - reference``.

    ``proved`` says how many pairs of terms that differ as typed were proved to cancel.
    """

    terms: tuple[Expr, ...]
    cancelled: int
    proved: int

    def __str__(self) -> str:
        return f"the terms of the difference cancel one by one, {self.proved} of them by a normal form of their own"

    @property
    def sum(self) -> Expr:
        if not self.terms:
            return ZERO
        return self.terms[0] if len(self.terms) == 1 else Add(self.terms)


def leftover(reference: Expr, student: Expr, domain: Domain) -> Leftover:
    """The terms of the difference without those that are known to cancel."""
    plus, minus = _signed(reference, student)
    alike = [t for t in plus if t in minus]
    cancelled = 0
    for term in alike:
        if minus.get(term):
            count = min(plus[term], minus[term])
            plus[term] -= count
            minus[term] -= count
            cancelled += count
    ours = [t for t, count in plus.items() for _ in range(count)]
    theirs = [t for t, count in minus.items() for _ in range(count)]
    proved = 0
    # Of one term against another everything is known that a pair could tell.
    if ours and theirs and len(ours) + len(theirs) + cancelled > 2:
        ours, theirs, proved = _paired(ours, theirs, domain)
    return Leftover((*ours, *(Neg(t) for t in theirs)), cancelled + proved, proved)


def _signed(reference: Expr, student: Expr) -> tuple[dict[Expr, int], dict[Expr, int]]:
    """How often each term is added and subtracted."""
    plus: dict[Expr, int] = {}
    minus: dict[Expr, int] = {}
    for positive, term in (*_terms(student, True), *_terms(reference, False)):
        side = plus if positive else minus
        side[term] = side.get(term, 0) + 1
    return plus, minus


def _terms(e: Expr, positive: bool) -> Iterator[tuple[bool, Expr]]:
    if isinstance(e, Add):
        for term in e.terms:
            yield from _terms(term, positive)
    elif isinstance(e, Neg):
        yield from _terms(e.argument, not positive)
    else:
        yield positive, e


def _paired(ours: list[Expr], theirs: list[Expr], domain: Domain) -> tuple[list[Expr], list[Expr], int]:
    """Without the pairs that were proved to cancel, and how many these were."""
    from grader.expr.canonical import is_zero

    values = _values((*ours, *theirs), domain)
    if values is None:
        return ours, theirs, 0
    left: list[Expr] = []
    rest = list(zip(theirs, values[len(ours) :], strict=True))
    proved = failures = 0
    for term, value in zip(ours, values, strict=False):
        partner = next((i for i, (_, other) in enumerate(rest) if value.overlaps(other)), None)
        if partner is None or failures >= _MOST_FAILURES:
            left.append(term)
        elif is_zero(Add((term, Neg(rest[partner][0]))), domain):
            del rest[partner]
            proved += 1
        else:
            left.append(term)
            failures += 1
    return left, [term for term, _ in rest], proved


def _values(terms: tuple[Expr, ...], domain: Domain) -> list[arb] | None:
    """Enclosures of all the terms at one point where all are defined, narrow enough to tell them apart."""
    for point in islice(points(domain, 11), _POINTS):
        with precision(_BITS):
            env = environment(point)
            try:
                values = [enclose(term, env) for term in terms]
            except Undefined:
                continue
            if all(value.is_finite() and value.rel_accuracy_bits() > 40 for value in values):
                return values
    return None
