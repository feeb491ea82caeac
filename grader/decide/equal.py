"""Equality of two expressions: what exact arithmetic settles, and where the rest goes."""

from __future__ import annotations

from grader.claims import Equal, Finding, Truth
from grader.decide.effort import Effort
from grader.decide.exact import differ_exactly, exact_value, settle_numbers
from grader.decide.floats import close, estimate
from grader.decide.prepared import Prepared, prepared
from grader.decide.total import has_value_everywhere
from grader.expr.tree import Expr, variables


def settle_equal(claim: Equal, effort: Effort) -> Finding:
    """Settle ``student = reference`` on the domain; see `grader.claims.Equal`."""
    reference, student = claim.reference, claim.student
    if reference == student:
        return Finding(Truth.PROVED, "identity", "the two expressions are the same as typed")
    known = prepared(reference, claim.domain)
    names = variables(student)
    if not names and not known.names:
        finding = settle_numbers(reference, student) if claim.accept.exact else None
        if finding is None:
            from grader.decide.constants import settle_constant

            finding = settle_constant(claim, effort)
        return finding
    return _settle(known.including(names), student, effort)


def _settle(known: Prepared, student: Expr, effort: Effort) -> Finding:
    """Exact arithmetic first, in the order that a guess suggests."""
    proof = None
    point = known.point(0)
    guess = estimate(student, point)
    if guess is not None and known.estimated is not None:
        if close(known.estimated, guess):
            proof = known.reading.same(student)
            if proof is not None and has_value_everywhere(known.reference) and has_value_everywhere(student):
                return Finding(Truth.PROVED, "exact evaluation", str(proof))
        elif known.exact is not None:
            value = exact_value(student, point)
            if value is not None and value != known.exact:
                return differ_exactly(known.exact, value, point)
    # Loaded when needed: ball arithmetic takes longer to load than Python to start.
    from grader.decide.functions import settle_functions

    return settle_functions(known, student, effort, proof)
