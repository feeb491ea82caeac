"""The value of a definite integral, improper or not, that a student gives.

Two methods that share nothing: an enclosure (`grader.expr.improper`), which refutes, and an
antiderivative with its limits at the ends of every piece of the range, which gives the value in
closed form.  The antiderivative is only a guess until its derivative is proved to be the integrand.
"""

from __future__ import annotations

from flint import arb

from grader.claims import Accept, Equal, Finding, Truth, Witness
from grader.decide.closed_integrals import Closed, by_mirror, closed_form
from grader.decide.constants import tolerance
from grader.decide.exact import rounds_to
from grader.decide.refute import apart, decimal
from grader.expr.balls import Undefined, arb_of, enclose, precision
from grader.expr.domain import Domain
from grader.expr.improper import Integral, definite_integral
from grader.expr.quadrature import BITS, accuracy
from grader.expr.tree import INFINITY, Expr, Neg, variables

_METHOD = "enclosure of the integral"
_AGREEING_BITS = 60
"""So many bits of agreement with a proved enclosure are called agreement."""


def settle_integral(e: Expr, name: str, low: Expr, high: Expr, student: Expr | str, accept: Accept) -> Finding:
    """Whether the integral has the student's value; ``student`` is an expression or the word dne or diverges."""
    if not isinstance(student, str) and variables(student):
        return Finding(Truth.REFUTED, "shape", "a definite integral is a number without variables", "constant")
    found = definite_integral(e, name, low, high)
    if found.kind == "diverges":
        return _of_divergent(found.direction, found.evidence, student)
    given = None if isinstance(student, str) else _finite(student)
    if found.enclosure is not None:
        quick = _by_enclosure(found, given, student, accept)
        if quick is not None:
            return quick
    closed = by_mirror(e, name, low, high) if found.kind == "number" else None
    closed = closed or closed_form(e, name, low, high)
    if closed is None:
        if found.kind == "unknown":
            return Finding(Truth.UNDECIDED, _METHOD, found.evidence)
        return _of_enclosed(found, given, accept)
    if not _compatible(closed, found):
        return Finding(Truth.UNDECIDED, _METHOD, "two methods disagree about the value of the integral")
    if closed.value is None:
        return _of_divergent(closed.direction, closed.evidence, student)
    return _of_closed(closed, found, student, accept)


def _finite(e: Expr) -> arb | None:
    with precision(BITS + 32):
        try:
            ball = enclose(e, {})
        except Undefined:
            return None
        return ball if ball.is_finite() else None


def _compatible(closed: Closed, found: Integral) -> bool:
    if found.kind == "unknown":
        return True
    if closed.value is None or found.enclosure is None:
        return (closed.value is None) == (found.enclosure is None)
    ball = _finite(closed.value)
    return ball is not None and bool(ball.overlaps(found.enclosure))


# Verdicts -----------------------------------------------------------------------------------


def _of_divergent(direction: int | None, evidence: str, student: Expr | str) -> Finding:
    if isinstance(student, str):
        return Finding(Truth.PROVED, "comparison", f"the integral diverges: {evidence}")
    sign = 1 if student == INFINITY else -1 if student == Neg(INFINITY) else 0
    if sign and direction is None:
        words = "the integral diverges; whether it is infinite with one sign was not decided"
        return Finding(Truth.UNDECIDED, "comparison", f"{words}: {evidence}")
    if sign and sign == direction:
        return Finding(Truth.PROVED, "comparison", f"the integral is infinite: {evidence}")
    how = {
        1: ", it grows without bound (oo)",
        -1: ", it falls without bound (-oo)",
        0: ", it has not even the value oo",
    }
    said = how.get(direction, "") if direction is not None else ""
    return Finding(Truth.REFUTED, "comparison", f"the integral diverges{said}: {evidence}", "value")


def _of_closed(closed: Closed, found: Integral, student: Expr | str, accept: Accept) -> Finding:
    assert closed.value is not None
    if isinstance(student, str):
        return Finding(Truth.REFUTED, "antiderivative", f"the integral converges: {closed.evidence}", "value")
    from grader.decide import settle

    finding = settle(Equal(closed.value, student, Domain(), accept))
    shown = closed.evidence
    if found.enclosure is not None:
        shown += f"; its enclosure is {decimal(found.enclosure)}"
    return Finding(finding.truth, finding.by, f"{finding.evidence}; {shown}", finding.reason, finding.witness)


def _by_enclosure(found: Integral, given: arb | None, student: Expr | str, accept: Accept) -> Finding | None:
    """What the enclosure of an integral that converges settles by itself."""
    assert found.enclosure is not None
    if isinstance(student, str) or _is_infinite(student):
        return Finding(Truth.REFUTED, _METHOD, f"the integral converges, to {decimal(found.enclosure)}", "value")
    if given is None:
        return None
    if _apart(found, given, accept):
        return _refuted(found, given, student, accept)
    if accept.exact:
        return None
    with precision(BITS + 32):
        if abs(given - found.enclosure) <= tolerance(accept, found.enclosure):
            return Finding(Truth.PROVED, _METHOD, f"within the tolerance of the integral, {decimal(found.enclosure)}")
    return None


def _of_enclosed(found: Integral, given: arb | None, accept: Accept) -> Finding:
    assert found.enclosure is not None
    shown = decimal(found.enclosure)
    if given is None:
        return Finding(Truth.UNDECIDED, _METHOD, f"no value of yours was computed; the integral is {shown}")
    if not accept.exact:
        return Finding(Truth.UNDECIDED, _METHOD, f"the enclosure {shown} is too wide to tell")
    bits = min(accuracy(found.enclosure), accuracy(given))
    if bits < _AGREEING_BITS:
        return Finding(Truth.UNDECIDED, _METHOD, f"yours lies in the enclosure {shown}, which is too wide to tell more")
    return Finding(Truth.AGREES, _METHOD, f"yours lies in the proved enclosure {shown}, known to {bits} bits")


def _is_infinite(e: Expr) -> bool:
    return e in (INFINITY, Neg(INFINITY))


def _apart(found: Integral, given: arb, accept: Accept) -> bool:
    assert found.enclosure is not None
    with precision(BITS + 32):
        if accept.exact:
            return not found.enclosure.overlaps(given)
        return bool(abs(given - found.enclosure) > tolerance(accept, found.enclosure))


def _refuted(found: Integral, given: arb, student: Expr | str, accept: Accept) -> Finding:
    assert found.enclosure is not None and not isinstance(student, str)
    expected, got = apart(found.enclosure, given)
    form = accept.exact and rounds_to(student, found.enclosure, arb_of)
    witness = Witness((), expected, got)
    return Finding(Truth.REFUTED, _METHOD, f"{found.evidence}: {witness}", "form" if form else "value", witness)
