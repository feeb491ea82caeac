"""What an agreement rests on: points and digits, or a prime and a bound."""

from __future__ import annotations

from itertools import islice
from typing import Any

from grader.claims import Equal, Finding
from grader.decide.effort import NORMAL
from grader.decide.points import fingerprint, points
from grader.decide.refute import Look, look
from grader.expr.tree import Add, Neg, variables


def agreement(claim: Equal, finding: Finding) -> dict[str, Any]:
    """The certificate of an equality that is not proved and not refuted."""
    reference, student = claim.reference, claim.student
    domain = claim.domain.including(variables(reference) | variables(student))
    written: dict[str, Any] = {"kind": "agreement", "conclusion": finding.evidence, "bits": NORMAL.bits // 2}
    if finding.by == "modular signature":
        from grader.expr.modular import signature_zero

        found = signature_zero(Add((student, Neg(reference))), domain)
        if found is not None:
            written |= {"prime": str(found.prime), "residues": found.points, "bound": found.bound}
    stream = islice(points(domain, fingerprint(student, fingerprint(reference))), NORMAL.search)
    met = [p for p in stream if look(reference, student, p, NORMAL.bits)[0] is Look.AGREE]
    written["points"] = [{name: str(value) for name, value in point.items()} for point in met]
    return written
