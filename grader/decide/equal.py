"""Equality of two expressions: what exact arithmetic settles, and where the rest goes."""

from __future__ import annotations

from grader.claims import Equal, Finding, Truth
from grader.decide.effort import Effort
from grader.decide.exact import settle_numbers, settle_polynomials
from grader.expr.tree import variables


def settle_equal(claim: Equal, effort: Effort) -> Finding:
    """Settle ``student = reference`` on the domain; see `grader.claims.Equal`."""
    reference, student = claim.reference, claim.student
    if reference == student:
        return Finding(Truth.PROVED, "identity", "the two expressions are the same as typed")
    names = variables(reference) | variables(student)
    if not names:
        finding = settle_numbers(reference, student) if claim.accept.exact else None
        if finding is None:
            from grader.decide.constants import settle_constant

            finding = settle_constant(claim, effort)
        return finding
    domain = claim.domain.including(names)
    finding = settle_polynomials(reference, student, domain)
    if finding is None:
        # Loaded when needed: ball arithmetic takes longer to load than Python to start.
        from grader.decide.functions import settle_functions

        finding = settle_functions(reference, student, domain, effort)
    return finding
