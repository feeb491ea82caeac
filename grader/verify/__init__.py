"""Verdicts derived anew by those who do not trust us.

A short, slow path beside the decider: of our code it uses the reader of answers, the tree and its printer.
Values are mpmath's, with 60 digits and more at points of its own choice; the arithmetic of proofs is
SymPy's.  Nothing of `grader.decide`, of the normal form or of the balls is imported.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from grader.errors import GraderError
from grader.verify.equality import check_equality
from grader.verify.outcome import Check, Checked, together

__all__ = ["Check", "Checked", "check_line", "check_verdict", "unchecked_line"]


def check_verdict(found: Mapping[str, Any]) -> Checked:
    """Check one verdict as ``grader compare --json`` writes it.  Does not raise on any data."""
    identity, verdict, truth = found.get("id"), str(found.get("verdict", "")), str(found.get("truth", ""))
    question = found.get("question")
    if not isinstance(question, Mapping):
        return _open(found, "there is no question in it; write it with --json, or a batch with --certificates")
    if verdict in ("unreadable", "undecided"):
        return _open(found, f"nothing was claimed: {found.get('message') or found.get('evidence') or verdict}")
    try:
        checks = tuple(_checks(question, found))
    except (GraderError, KeyError, ValueError, TypeError, AttributeError, AssertionError) as fault:
        return _open(found, f"it cannot be read: {type(fault).__name__}: {fault}")
    asked = _asked(question)
    checks = tuple(dict.fromkeys(checks))
    return Checked(identity, verdict, truth, together(checks), checks, asked, tuple(_lemmas(found)))


def _checks(question: Mapping[str, Any], found: Mapping[str, Any]) -> list[Check]:
    relation = question.get("relation", "equal")
    checks: list[Check] = []
    if relation in ("matrix_derivative", "matrix_equal"):
        from grader.verify.matrices import check_matrices

        return check_matrices(question, found)
    if relation == "integral":
        from grader.verify.analysis import check_integral

        return check_integral(question, found)
    if relation == "limit":
        from grader.verify.analysis import check_limit

        return check_limit(question, found)
    if relation in ("antiderivative", "antiderivative_with_constant"):
        from grader.verify.antiderivative import check_antiderivative

        checks += check_antiderivative(question, found)
    else:
        from grader.verify.question import check_question

        checks += check_question(question, found)
    entries = (found.get("certificate") or {}).get("equalities", [])
    several = len(entries) > 1
    for entry in entries:
        # The parts that were tried and are undecided claim nothing.
        if entry["truth"] == "undecided":
            continue
        shown = f"{entry['reference']} = {entry['student']}: " if several else ""
        checks += [Check(shown + c.about, c.outcome, c.how, c.minor) for c in check_equality(entry)]
    if not checks:
        checks.append(Check("the verdict", "could not check", f"there is no rule for the relation {relation!r}"))
    return checks


def _open(found: Mapping[str, Any], why: str) -> Checked:
    check = Check("the verdict", "could not check", why)
    question = found.get("question")
    asked = _asked(question) if isinstance(question, Mapping) else ""
    identity = found.get("id")
    identity = identity if isinstance(identity, str | int) else None
    return Checked(
        identity, str(found.get("verdict", "")), str(found.get("truth", "")), "could not check", (check,), asked
    )


def _asked(question: Mapping[str, Any]) -> str:
    match question.get("relation"):
        case "integral":
            expected = (
                f"the integral of {question.get('integrand')} from {question.get('from')} to {question.get('to')}"
            )
        case "limit":
            expected = f"the limit of {question.get('function')} to {question.get('to')}"
        case _:
            expected = question.get("reference", f"d({question.get('function')})/d{question.get('wrt')}")
    return f"{expected}   against   {question.get('student')}"


def _lemmas(found: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """What SymPy may be asked: the lemmas of every proof, with the kernels that they use."""
    asked = []
    for entry in (found.get("certificate") or {}).get("equalities", []):
        for case in (entry.get("proof") or {}).get("cases", []):
            for lemma in case.get("lemmas", []):
                data = {"lemma": lemma, "kernels": case["kernels"], "domain": case["domain"]}
                asked.append((lemma["function"], data))
    return asked


def check_line(line: str) -> Checked:
    """The check of one line of JSON."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as fault:
        return _open({}, f"this is not JSON: {fault}")
    if not isinstance(found, dict):
        return _open({}, "this is not a JSON object")
    return check_verdict(found)


def unchecked_line(line: str, why: str) -> Checked:
    """For a check that was stopped."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        found = {}
    return _open(found if isinstance(found, dict) else {}, why)
