"""The value of a definite integral, improper or not, that a student gives.

Two methods that share nothing: an enclosure (`grader.expr.improper`), which refutes, and an
antiderivative with its limits at the ends of every piece of the range, which gives the value in
closed form.  The antiderivative is only a guess until its derivative is proved to be the integrand.
"""

from __future__ import annotations

from flint import arb

from grader.claims import Accept, Equal, Finding, Truth, Witness
from grader.decide.constants import tolerance
from grader.decide.exact import rounds_to
from grader.decide.refute import apart, decimal
from grader.expr.balls import Undefined, arb_of, enclose, precision
from grader.expr.by_hand import antiderivative_by_hand
from grader.expr.canonical import is_zero
from grader.expr.derivative import NotDifferentiable, derivative
from grader.expr.domain import Domain, Interval
from grader.expr.exact_numbers import Exact, SignUnknown
from grader.expr.improper import Integral, breaks, definite_integral, pieces_of
from grader.expr.limits import limit
from grader.expr.quadrature import BITS, accuracy
from grader.expr.tidy import tidy
from grader.expr.tree import INFINITY, ZERO, Add, Apply, Expr, Neg, rational_value, variables, walk
from grader.records import record

_METHOD = "enclosure of the integral"
_AGREEING_BITS = 60
"""So many bits of agreement with a proved enclosure are called agreement."""


@record
class Closed:
    """An integral by an antiderivative: its value, or None when it diverges (``direction`` as in `Integral`)."""

    value: Expr | None
    direction: int
    evidence: str


def settle_integral(e: Expr, name: str, low: Expr, high: Expr, student: Expr | str, accept: Accept) -> Finding:
    """Whether the integral has the student's value; ``student`` is an expression or the word dne or diverges."""
    if not isinstance(student, str) and variables(student):
        return Finding(Truth.REFUTED, "shape", "a definite integral is a number without variables", "constant")
    found = definite_integral(e, name, low, high)
    given = None if isinstance(student, str) else _finite(student)
    if found.kind == "number" and given is not None and _apart(found, given, accept):
        return _refuted(found, given, student, accept)
    closed = closed_form(e, name, low, high)
    if closed is not None and not _compatible(closed, found):
        return Finding(Truth.UNDECIDED, _METHOD, "two methods disagree about the value of the integral")
    if found.kind == "diverges" or (closed is not None and closed.value is None):
        if found.kind == "diverges":
            return _of_divergent(found.direction, found.evidence, student)
        assert closed is not None
        return _of_divergent(closed.direction, closed.evidence, student)
    if closed is not None and closed.value is not None:
        return _of_closed(closed, found, student, accept)
    if found.kind == "unknown":
        return Finding(Truth.UNDECIDED, _METHOD, found.evidence)
    return _of_enclosed(found, given, student, accept)


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


def _of_divergent(direction: int, evidence: str, student: Expr | str) -> Finding:
    if isinstance(student, str):
        return Finding(Truth.PROVED, "comparison", f"the integral diverges: {evidence}")
    sign = 1 if student == INFINITY else -1 if student == Neg(INFINITY) else 0
    if sign and sign == direction:
        return Finding(Truth.PROVED, "comparison", f"the integral is infinite: {evidence}")
    words = {1: "it grows without bound (oo)", -1: "it falls without bound (-oo)", 0: "it has no value, not even oo"}
    return Finding(Truth.REFUTED, "comparison", f"the integral diverges, {words[direction]}: {evidence}", "value")


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


def _of_enclosed(found: Integral, given: arb | None, student: Expr | str, accept: Accept) -> Finding:
    assert found.enclosure is not None
    shown = decimal(found.enclosure)
    if isinstance(student, str) or (given is None and _is_infinite(student)):
        return Finding(Truth.REFUTED, _METHOD, f"the integral converges, to {shown}", "value")
    if given is None:
        return Finding(Truth.REFUTED, _METHOD, f"yours has no real value; the integral is {shown}", "value")
    if not accept.exact:
        with precision(BITS + 32):
            allowed = tolerance(accept, found.enclosure)
            if abs(given - found.enclosure) <= allowed:
                return Finding(Truth.PROVED, _METHOD, f"within the tolerance of the integral, {shown}")
        return Finding(Truth.UNDECIDED, _METHOD, f"the enclosure {shown} is too wide to tell")
    bits = min(accuracy(found.enclosure), accuracy(given))
    if bits < _AGREEING_BITS:
        return Finding(Truth.UNDECIDED, _METHOD, f"yours lies in the enclosure {shown}, which is too wide to tell more")
    return Finding(Truth.AGREES, _METHOD, f"yours lies in the proved enclosure {shown}, {bits} bits wide")


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


# Closed forms -------------------------------------------------------------------------------


def closed_form(e: Expr, name: str, low: Expr, high: Expr, guess: Expr | None = None) -> Closed | None:
    """By an antiderivative F found by hand's rules, or a guess.

    On each open piece between the places where F or the integrand may not be analytic, F' is proved
    to be the integrand, and F has a value inside; so the integral over the piece is the difference of
    the one-sided limits of F, and diverges when one of them does not exist.
    """
    antiderivative = guess if guess is not None else antiderivative_by_hand(e, name)
    if antiderivative is None or any(isinstance(n, Apply) and n.function == "factorial" for n in walk(antiderivative)):
        return None
    try:
        if low == high and low in (INFINITY, Neg(INFINITY)):
            return None
        both = Add((e, antiderivative))
        turned, pieces = pieces_of(both, name, low, high)
        if not pieces:
            return Closed(ZERO, 0, "as its ends are the same")
        ends = [pieces[0].low, pieces[-1].high]
        if not breaks(both, name, ends[0], ends[1])[1]:
            return None
        low_end, high_end = (None if end is None else rational_value(end) for end in ends)
        interval = Interval(low_end, high_end)
        if not is_zero(Add((derivative(antiderivative, name), Neg(e))), Domain.of({name: interval})):
            return None
        total: Expr = ZERO
        signs: list[int] = []
        for piece in pieces:
            if not _has_value_inside(both, name, piece.low, piece.high):
                return None
            values = []
            for at, side in ((piece.low, "right"), (piece.high, "left")):
                place = at if at is not None else Neg(INFINITY) if side == "right" else INFINITY
                towards = limit(antiderivative, name, place, "right" if side == "right" else "left")
                if towards.kind == "unknown":
                    return None
                if towards.kind == "number":
                    assert towards.value is not None
                    values.append(towards.value)
                else:
                    infinite = 0 if towards.value is None else 1 if towards.value == INFINITY else -1
                    signs.append(infinite if side == "left" else -infinite)
            if len(values) == 2:
                total = Add((total, values[1], Neg(values[0])))
    except (NotDifferentiable, SignUnknown):
        return None
    from grader.expr.text import to_text

    shown = f"by the antiderivative {to_text(antiderivative)} and its limits"
    if signs:
        direction = signs[0] if len(set(signs)) == 1 else 0
        return Closed(None, -direction if turned else direction, shown + ", of which one is infinite or does not exist")
    return Closed(tidy(Exact(Neg(total) if turned else total).tree), 0, shown)


def _has_value_inside(e: Expr, name: str, low: Expr | None, high: Expr | None) -> bool:
    with precision(BITS):
        a = None if low is None else enclose(low, {})
        b = None if high is None else enclose(high, {})
        if a is None:
            a = arb(-2) if b is None else b - 2
        if b is None:
            b = a + 2
        try:
            return bool(enclose(e, {name: arb(((a + b) / 2).mid())}).is_finite())
        except Undefined:
            return False
