"""One equality of a certificate, checked by what its finding says."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import mpmath

from grader.expr.parse import Names, parse
from grader.expr.tree import ZERO, Constant, Expr, variables, walk
from grader.verify.domain import Box, read_box
from grader.verify.normal import check_proof, read
from grader.verify.outcome import Check
from grader.verify.sampling import agreement, difference, look, shown, witness
from grader.verify.values import DIGITS, NoValue, Unsure, value


def check_equality(entry: Mapping[str, Any]) -> list[Check]:
    """The checks of one equality of a certificate."""
    names = frozenset(entry.get("domain") or {})
    reference, student = read(entry["reference"], names), read(entry["student"], names)
    box = read_box(entry.get("domain"), sorted(names))
    seed = f"{entry['reference']} | {entry['student']}"
    if _infinite(reference) or _infinite(student):
        return [Check("infinite values", "could not check", "infinity is no number to compute with")]
    if "accept" in entry:
        return [within(entry["accept"], entry["truth"] == "proved", reference, student)]
    truth = entry["truth"]
    if truth == "refuted":
        found = entry.get("witness")
        if found is None:
            return [difference(reference, student, box, seed)]
        point = {name: Fraction(text) for name, text in found["point"].items()}
        return [witness(reference, student, point, found["student"] == "undefined", box)]
    if truth == "undecided":
        return [Check("undecided", "could not check", "nothing was claimed")]
    checks = [agreement(reference, student, box, seed)]
    proof = entry.get("proof") or {}
    match proof.get("kind"):
        case "identity":
            same = reference == student
            checks.append(Check("the same as typed", "confirmed" if same else "contradicted"))
        case "normal form":
            checks += check_proof(proof, reference, student, names, box, seed)
        case "zero derivative":
            for part in proof["slopes"]:
                slope = read(part["slope"], names)
                checks += check_proof(part["proof"], ZERO, slope, names, box, f"{seed} {part['variable']}")
        case "agreement":
            checks += _agreement(proof, reference, student)
    return checks


def equality_of_texts(reference: str, student: str, names: tuple[str, ...], box: Box, right: bool) -> list[Check]:
    """The check of a verdict without a certificate."""
    a, b = parse(reference, Names(names)), parse(student, Names(names))
    return [agreement(a, b, box, reference + student) if right else difference(a, b, box, reference + student)]


def _infinite(e: Expr) -> bool:
    return any(isinstance(node, Constant) and node.name == "oo" for node in walk(e))


def _agreement(proof: Mapping[str, Any], reference: Expr, student: Expr) -> list[Check]:
    """The points of an agreement, each looked at again; the prime of a signature."""
    listed = proof.get("points", [])
    checks = []
    for written in listed:
        point = {name: Fraction(text) for name, text in written.items()}
        seen = look(reference, student, point)
        if seen in ("different", "outside"):
            return [Check("the points of the agreement", "contradicted", f"{seen} at {shown(point)}")]
    if listed:
        checks.append(Check("the points of the agreement", "confirmed", f"{len(listed)} points, {DIGITS - 10} digits"))
    if "prime" in proof:
        from sympy import isprime

        prime = int(proof["prime"])
        outcome = "confirmed" if isprime(prime) else "contradicted"
        checks.append(
            Check(f"the modulus of {prime.bit_length()} bits is a prime", outcome)  # type: ignore[arg-type]  # one of two
        )
        checks.append(Check("the residues", "could not check", "they are not drawn again", minor=True))
    return checks


def within(accept: Mapping[str, Any], right: bool, reference: Expr, student: Expr) -> Check:
    """A number within a tolerance, or not, as ``right`` says."""
    if variables(reference) | variables(student):
        return Check("within the tolerance", "could not check", "there are variables")
    try:
        expected, given = value(reference, {}), value(student, {})
    except NoValue:
        return Check("within the tolerance", "could not check", "there is no real value")
    except Unsure:
        return Check("within the tolerance", "could not check", "the value could not be computed")
    ((mode, amount),) = accept.items()
    with mpmath.workdps(DIGITS):
        if mode == "significant_digits":
            power = int(mpmath.floor(mpmath.log10(abs(expected)))) if expected else 0
            allowed = mpmath.mpf(10) ** (power - int(amount) + 1) / 2 if expected else mpmath.mpf(0)
        else:
            q = Fraction(amount)
            allowed = mpmath.mpf(q.numerator) / q.denominator * (abs(expected) if mode == "relative" else 1)
        gap = abs(expected - given)
        edge = abs(gap - allowed) < mpmath.mpf(10) ** -50
        inside = edge or gap < allowed
    how = f"the distance is {mpmath.nstr(gap, 8)}, the tolerance {mpmath.nstr(allowed, 8)}"
    return Check("within the tolerance", "confirmed" if inside == right else "contradicted", how)
