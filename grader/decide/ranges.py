"""Sets of real numbers that are made of intervals."""

from __future__ import annotations

from collections.abc import Callable

from grader.answer import Range
from grader.answer_text import write
from grader.claims import EqualArrays, Finding, Point, SamePoints, SameRange, Truth, Witness
from grader.decide.effort import Effort
from grader.expr.spans import Span, intersection, merged
from grader.expr.text import to_text
from grader.expr.tree import ZERO, Expr

Settle = Callable[[EqualArrays | SamePoints], Finding]
_METHOD = "sets of numbers"


def settle_range(claim: SameRange, effort: Effort, settle: Settle) -> Finding:
    """Both in order from left to right: the same sorts of ends, and equal ones."""
    reference, student = claim.reference, claim.student
    if claim.ends == "free":
        for point in claim.excluded:
            held = intersection(student, (Span(point, point, True, True),))
            if held is None:
                return Finding(Truth.UNDECIDED, _METHOD, "the ends of the sets cannot be put in order")
            if held:
                words = f"{to_text(point)} does not belong to the domain"
                return Finding(Truth.REFUTED, _METHOD, words, "value", Witness((), "excluded", to_text(point)))
        reference, student = _closed(reference), _closed(student)
    left, right = merged(reference), merged(student)
    if left is None or right is None:
        if len(reference) == 1 == len(student):
            return settle(SamePoints(_labelled_ends(reference), _labelled_ends(student), claim.domain))
        return Finding(Truth.UNDECIDED, _METHOD, "the ends of the sets cannot be put in order")
    if _built(left) != _built(right):
        witness = Witness((), write(Range(left)), write(Range(right)))
        return Finding(Truth.REFUTED, _METHOD, str(witness), "value", witness)
    ends = _finite_ends(left)
    if not ends:
        return Finding(Truth.PROVED, _METHOD, "both are the same" if left else "both are empty")
    finding = settle(EqualArrays((ends,), (_finite_ends(right),), claim.domain))
    return Finding(finding.truth, finding.by, f"the ends: {finding.evidence}", finding.reason, finding.witness)


def _closed(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    return tuple(Span(s.low, s.high, s.low is not None, s.high is not None) for s in spans)


def _built(spans: tuple[Span, ...]) -> tuple[tuple[bool, bool, bool, bool], ...]:
    """Which ends are finite and which belong to the set."""
    return tuple((s.low is None, s.high is None, s.low_closed, s.high_closed) for s in spans)


def _finite_ends(spans: tuple[Span, ...]) -> tuple[Expr, ...]:
    return tuple(end for span in spans for end in (span.low, span.high) if end is not None)


def _labelled_ends(spans: tuple[Span, ...]) -> tuple[Point, ...]:
    """The ends of an interval with what they are, which determines it."""
    found = []
    for span in spans:
        for end, side, closed in ((span.low, "left", span.low_closed), (span.high, "right", span.high_closed)):
            sort = "no" if end is None else "closed" if closed else "open"
            found.append(Point((ZERO if end is None else end,), f"{sort} {side} end"))
    return tuple(found)
