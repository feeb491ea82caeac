"""The value of a limit that a student gives: a number, an infinity, or that there is none."""

from __future__ import annotations

from grader.claims import Accept, Equal, Finding, Truth
from grader.expr.domain import Domain
from grader.expr.limits import Limit, Side, limit
from grader.expr.tree import INFINITY, Expr, Neg, variables

_METHOD = "expansion"


def settle_limit(
    e: Expr, name: str, to: Expr, side: Side, student: Expr | str, accept: Accept, integers: bool = False
) -> Finding:
    """Whether the limit is the student's; ``student`` is an expression or the word dne or diverges.

    An infinite limit does not exist as a number: "does not exist" is accepted for it with a note.
    """
    if not isinstance(student, str) and variables(student):
        return Finding(Truth.REFUTED, "shape", "a limit is a number without variables", "constant")
    found = limit(e, name, to, side, integers)
    match found.kind:
        case "unknown":
            return Finding(Truth.UNDECIDED, _METHOD, found.evidence)
        case "none":
            if isinstance(student, str):
                return Finding(Truth.PROVED, _METHOD, f"there is no limit: {found.evidence}")
            return Finding(Truth.REFUTED, _METHOD, f"there is no limit: {found.evidence}", "value")
        case "infinite":
            return _of_infinite(found, student)
    if isinstance(student, str):
        return Finding(Truth.REFUTED, _METHOD, f"there is a limit: {found.evidence}", "value")
    from grader.decide import settle

    assert found.value is not None
    finding = settle(Equal(found.value, student, Domain(), accept))
    evidence = f"{found.evidence}; {finding.evidence}"
    return Finding(finding.truth, finding.by, evidence, finding.reason, finding.witness, finding.note)


def _of_infinite(found: Limit, student: Expr | str) -> Finding:
    assert found.value is not None
    word = "oo" if found.value == INFINITY else "-oo"
    if isinstance(student, str):
        note = f"more can be said: the limit is {word}"
        return Finding(Truth.PROVED, _METHOD, f"the limit is {word}, which is no number", None, None, note)
    if student in (INFINITY, Neg(INFINITY)) and student == found.value:
        return Finding(Truth.PROVED, _METHOD, f"the limit is {word}: {found.evidence}")
    return Finding(Truth.REFUTED, _METHOD, f"the limit is {word}: {found.evidence}", "value")
