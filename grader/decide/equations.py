"""Equations with the same solutions: one is a nonzero multiple of the other."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

from grader.claims import Equal, Finding, SameEquation, Truth
from grader.decide.effort import Effort
from grader.decide.points import Point, at_point, fingerprint, points
from grader.decide.refute import environment
from grader.expr.balls import Undefined, enclose, precision
from grader.expr.tree import ZERO, Expr, Mul, variables

SettleEqual = Callable[[Equal, Effort], Finding]


def settle_equation(claim: SameEquation, effort: Effort, settle_equal: SettleEqual) -> Finding:
    """Settle ``student = c * reference`` for some number ``c != 0``.

    At a point ``p`` where neither side is zero that means
    ``student * reference(p) = reference * student(p)`` everywhere.
    """
    reference, student = claim.reference, claim.student
    names = variables(reference) | variables(student)
    domain = claim.domain.including(names)
    for point in islice(points(domain, fingerprint(student, fingerprint(reference))), 24):
        expected, given = at_point(reference, point), at_point(student, point)
        if not _nonzero(expected) or not _nonzero(given):
            continue
        scaled = Equal(Mul((reference, given)), Mul((student, expected)), domain)
        finding = settle_equal(scaled, effort)
        if finding.truth is Truth.REFUTED:
            return Finding(
                Truth.REFUTED,
                finding.by,
                f"no multiple of the expected equation: made equal at {_show(point)}, {finding.evidence}",
                finding.reason,
                finding.witness,
            )
        evidence = f"a nonzero multiple of the expected equation; {finding.evidence}"
        return Finding(finding.truth, finding.by, evidence, finding.reason, finding.witness, finding.note)
    # One of the two vanishes wherever it was looked at: then the other has to as well.
    finding = settle_equal(Equal(ZERO, student, domain), effort)
    if finding.right:
        return Finding(Truth.REFUTED, finding.by, "your equation is true for all values", "value")
    return Finding(Truth.UNDECIDED, "ball arithmetic", "no point was found where both sides are defined and not zero")


def _nonzero(e: Expr) -> bool:
    with precision(128):
        try:
            value = enclose(e, environment({}))
        except Undefined:
            return False
        return bool(value.is_finite() and not value.contains(0))


def _show(point: Point) -> str:
    return ", ".join(f"{name} = {value}" for name, value in point.items())
