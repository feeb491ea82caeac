"""Verdicts with what a third person needs to check them: the question, and a certificate.

A certificate lists the equalities that the verdict rests on, whatever the shape of the answers,
and for each a witness, the parts of a proof, or the points of an agreement.  Deciding is
deterministic, so the certificate is made afterwards, from the question, by those who ask
for it; nobody else pays for it.  `grader.verify` checks it without the decider.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from grader.certificate.agreement import agreement
from grader.claims import Accept, Equal, Finding, Truth
from grader.compare import answer_line, compare
from grader.decide import equal
from grader.expr.domain import Domain
from grader.expr.text import to_text
from grader.expr.tree import variables
from grader.version import __version__

_MOST = 120
"""So many equalities are written at most; larger certificates are cut and say so."""

_QUESTION = (
    "relation", "reference", "student", "variables", "domain", "syntax", "accept",
    "function", "wrt", "shapes", "assumptions", "layout", "integrand", "from", "to", "side", "integer",
)  # fmt: skip

_DEFAULTS = {"relation": "equal", "syntax": "auto", "accept": "exact"}


def certified(row: Mapping[str, Any]) -> dict[str, Any]:
    """The verdict on a row of ``grader compare`` with its question and its certificate."""
    equalities: list[tuple[Equal, Finding]] = []
    equal.log = equalities
    try:
        verdict = compare(row)
    finally:
        equal.log = None
    found = verdict.as_json()
    question = {key: row[key] for key in row if key in _QUESTION and row[key] not in (None, _DEFAULTS.get(key))}
    if verdict.verdict == "unreadable":
        return {**found, "question": question, "certificate": None, "version": __version__}
    return {**found, "question": question, "certificate": _certificate(equalities), "version": __version__}


def certified_line(line: str) -> str:
    """The verdict on one line of a batch, with its question and certificate, as a line."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return answer_line(line)
    return json.dumps(certified(row), ensure_ascii=False) if isinstance(row, dict) else answer_line(line)


def _certificate(equalities: list[tuple[Equal, Finding]]) -> dict[str, Any]:
    once = dict(equalities)
    written = [_equality(claim, finding) for claim, finding in list(once.items())[:_MOST]]
    left_out = len(once) - len(written)
    return {"equalities": written, **({"left out": left_out} if left_out else {})}


def _equality(claim: Equal, finding: Finding) -> dict[str, Any]:
    """One equality: its two sides as they can be typed, what was found, and why."""
    names = sorted(variables(claim.reference) | variables(claim.student))
    written: dict[str, Any] = {
        "reference": to_text(claim.reference),
        "student": to_text(claim.student),
        "domain": {name: _ends(claim.domain, name) for name in names},
        "truth": finding.truth.value,
        "by": finding.by,
    }
    if claim.accept != Accept():
        written["accept"] = _accept(claim.accept)
    if finding.witness is not None:
        written["witness"] = {
            "point": {name: str(value) for name, value in finding.witness.point},
            "reference": finding.witness.reference,
            "student": finding.witness.student,
        }
        written["reason"] = finding.reason
    if finding.right and claim.accept.exact:
        written["proof"] = _proof(claim, finding)
    return written


def _proof(claim: Equal, finding: Finding) -> dict[str, Any]:
    if finding.by == "identity":
        return {"kind": "identity"}
    from grader.certificate.normal import normal_form_proof, zero_derivative_proof

    if finding.by != "SymPy":
        proof = normal_form_proof(claim.reference, claim.student, claim.domain)
        if proof is not None:
            return proof
    if finding.by == "zero derivative":
        proof = zero_derivative_proof(claim.reference, claim.student, claim.domain, finding.evidence)
        if proof is not None:
            return proof
    if finding.truth is Truth.AGREES:
        return agreement(claim, finding)
    return {"kind": finding.by, "conclusion": finding.evidence}


def _ends(domain: Domain, name: str) -> list[str]:
    side = domain[name]
    low = "-oo" if side.low is None else str(side.low)
    high = "oo" if side.high is None else str(side.high)
    return [low, high, *(["integer"] if side.integer else [])]


def _accept(accept: Accept) -> dict[str, Any]:
    if accept.significant_digits is not None:
        return {"significant_digits": accept.significant_digits}
    mode, amount = ("absolute", accept.absolute) if accept.absolute is not None else ("relative", accept.relative)
    return {mode: str(amount)}
