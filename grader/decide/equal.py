"""Equality of two expressions: what exact arithmetic settles, and where the rest goes."""

from __future__ import annotations

import sys

from grader.claims import Equal, Finding, Truth
from grader.decide.effort import Effort
from grader.decide.exact import differ_exactly, exact_value, settle_numbers
from grader.decide.floats import likely_equal
from grader.decide.prepared import EVALUATION, Prepared, prepared
from grader.decide.total import has_value_everywhere
from grader.expr.tree import Constant, Expr, variables, walk

log: list[tuple[Equal, Finding]] | None = None
"""Where every equality that is settled is noted, for a certificate; None when nobody asked."""


def settle_equal(claim: Equal, effort: Effort) -> Finding:
    """Settle ``student = reference`` on the domain; see `grader.claims.Equal`."""
    finding = _found(claim, effort)
    if log is not None:
        log.append((claim, finding))
    return finding


def _found(claim: Equal, effort: Effort) -> Finding:
    reference, student = claim.reference, claim.student
    if reference == student:
        return _identical(claim)
    known = prepared(reference, claim.domain)
    names = variables(student)
    if not names and not known.names:
        finding = settle_numbers(reference, student) if claim.accept.exact else None
        if finding is None:
            from grader.decide.constants import settle_constant

            finding = settle_constant(claim, effort)
        return finding
    known = known.including(names)
    if known.domain.integers:
        from grader.decide.sequences import settle_sequence

        return settle_sequence(reference, student, known.domain, effort)
    return _settle(known, student, effort)


_TRIED = 24
"""Points at which a value is looked for."""


def _identical(claim: Equal) -> Finding:
    """The same as typed is equal, if it has a value anywhere: 1/0 is no answer to anything."""
    e = claim.reference
    proved = Finding(Truth.PROVED, "identity", "the two expressions are the same as typed")
    if has_value_everywhere(e):
        return proved
    known = prepared(e, claim.domain)
    if known.exact is not None or any(isinstance(node, Constant) and node.name == "oo" for node in walk(e)):
        return proved
    from grader.decide.refute import look

    for i in range(_TRIED if known.names else 1):
        value = look(e, e, known.point(i), 128)[1]
        if value is not None and value.is_finite():
            return proved
    return Finding(Truth.UNDECIDED, "identity", "the same as typed, but no point was found at which it has a value")


def _settle(known: Prepared, student: Expr, effort: Effort) -> Finding:
    """What needs no balls first: they take longer to load than Python to start."""
    proof = None
    if known.exact is not None:
        value = exact_value(student, known.point(0))
        if value is not None:
            if value != known.exact:
                return differ_exactly(known.exact, value, known.point(0))
            proof = known.reading.same(student)
    elif "flint" not in sys.modules and likely_equal(known.reference, student, known.point(0)):
        # This changes the order of the work, not what is found: `settle_functions` tries the same.
        proof = known.reading.same(student)
    if proof is not None and known.total and has_value_everywhere(student):
        return Finding(Truth.PROVED, EVALUATION, str(proof))
    from grader.decide.functions import settle_functions

    return settle_functions(known, student, effort, proof)
