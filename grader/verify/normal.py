"""A proof by normal form, checked from its certificate.

Exact: the two sides are put together again from the lemmas by arithmetic, and the numerator is divided
by the relations.  By numbers, with many digits at many points: every relation, every lemma and every sign
that the proof uses, and that the cases make up the domain.  SymPy is asked about the lemmas elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import mpmath

from grader.expr.parse import Names, parse
from grader.expr.tree import Add, Expr, Neg, rational, substitute, variables
from grader.verify.arithmetic import Arithmetic, NotGiven, TooLarge
from grader.verify.domain import Box, points, read_box
from grader.verify.kernels import Kernels, polynomial, quotient
from grader.verify.outcome import Check
from grader.verify.sampling import shown
from grader.verify.values import DIGITS, NoValue, Unsure, evaluate, number

_POINTS = 12
_TRIED = 120
_PLAIN = "the normal form of the difference is 0"
_HOLDS = {
    ">= 0": lambda v: v >= 0,
    "<= 0": lambda v: v <= 0,
    "> 0": lambda v: v > 0,
    "< 0": lambda v: v < 0,
}


def read(text: str, names: frozenset[str]) -> Expr:
    """A tree from a certificate's text."""
    return parse(text, Names(tuple(sorted(names))))


def check_proof(
    proof: Mapping[str, Any], reference: Expr, student: Expr, names: frozenset[str], box: Box, seed: str
) -> list[Check]:
    """The checks of one certificate of kind ``normal form``, of ``student = reference``."""
    checks: list[Check] = []
    cases = [case for case in proof["cases"] if not case.get("nowhere")]
    difference = Add((student, Neg(reference)))
    for case in cases:
        if read(case["difference"], names) != _at(difference, case["when"]):
            return [Check("the proof", "contradicted", "it is about another difference")]
    for i, case in enumerate(cases):
        where = f" where {', '.join(case['when'])}" if case["when"] else ""
        checks += _case(case, names, f"{seed} {i}", where, proof["conclusion"])
    if len(proof["cases"]) > 1:
        checks.append(_cover(proof["cases"], names, box, seed))
    return checks


def _at(difference: Expr, when: list[str]) -> Expr:
    """The difference with the values of variables that a case fixes."""
    fixed = {}
    for text in when:
        name, equals, at = text.partition(" = ")
        if equals:
            fixed[name] = rational(Fraction(at))
    return substitute(difference, fixed)


def _case(case: Mapping[str, Any], names: frozenset[str], seed: str, where: str, conclusion: str) -> list[Check]:
    difference = read(case["difference"], names)
    lemmas = [(read(lemma["function"], names), lemma["is"]) for lemma in case["lemmas"]]
    return [
        _exact(case, difference, lemmas, where, conclusion),
        _by_numbers(case, difference, lemmas, seed, where),
    ]


def _exact(
    case: Mapping[str, Any], difference: Expr, lemmas: list[tuple[Expr, list[str]]], where: str, conclusion: str
) -> Check:
    about = "the arithmetic of the proof" + where
    order = [*sorted(variables(difference)), *(kernel["name"] for kernel in case["kernels"])]
    try:
        arithmetic = Arithmetic(order, case["relations"])
        known = {e: arithmetic.quotient(pair) for e, pair in lemmas}
        if arithmetic.is_zero(arithmetic.value(difference, known)):
            return Check(about, "confirmed", f"exact, with {len(case['kernels'])} kernels and {len(lemmas)} lemmas")
    except TooLarge:
        return Check(about, "could not check", "too large to repeat", minor=True)
    except NotGiven:
        return Check(about, "could not check", "a function is not among the lemmas", minor=True)
    if conclusion == _PLAIN:
        # A case of a proof by cases may end otherwise than the whole.
        return Check(about, "contradicted", "the numerator does not reduce to zero")
    return Check(about, "could not check", f"its last step is not arithmetic: {conclusion}", minor=True)


def _by_numbers(
    case: Mapping[str, Any], difference: Expr, lemmas: list[tuple[Expr, list[str]]], seed: str, where: str
) -> Check:
    """Kernels, relations, lemmas and signs at points of the case."""
    parts = f"{len(lemmas)} lemmas, {len(case['relations'])} relations and {len(case['conditions'])} signs"
    about = parts + where
    names = sorted(variables(difference))
    box = read_box(case["domain"], names)
    kernels = Kernels(case["kernels"])
    met = unsure = 0
    for point in points(box, names, seed, _TRIED if names else 1):
        with mpmath.workdps(2 * DIGITS):
            at = {name: number(q) for name, q in point.items()}
            try:
                evaluate(difference, at)
                known = kernels.at(at)
                fault = _fault(case, lemmas, known, at)
            except (NoValue, ZeroDivisionError, ValueError, TypeError):
                continue
            except (Unsure, OverflowError, MemoryError):
                unsure += 1
                continue
        if fault == "outside":
            continue
        if fault:
            return Check(about, "contradicted", f"{fault} at {shown(point)}")
        met += 1
        if met >= _POINTS:
            break
    if not met:
        why = "their kernels have no rule here" if unsure else "no point was found where all is defined"
        return Check(about, "could not check", why, minor=True)
    return Check(about, "confirmed", f"{DIGITS} digits at {met} points" if names else f"{DIGITS} digits")


def _fault(
    case: Mapping[str, Any], lemmas: list[tuple[Expr, list[str]]], known: dict[str, Any], at: dict[str, Any]
) -> str:
    """What does not hold at the point, if anything; ``outside`` when the point does not belong to the case."""
    small = mpmath.mpf(10) ** -DIGITS
    for condition in case["conditions"]:
        v = polynomial(condition["of"], known)
        v = v.real if isinstance(v, mpmath.mpc) else v
        if abs(v) > small and not _HOLDS[condition["is"]](v):
            return "outside" if condition["because"] == "case" else f"{condition['of']} {condition['is']} fails"
    for relation in case["relations"]:
        sizes = sum(abs(polynomial(t.lstrip("+- "), known)) for t in relation.replace(" + ", "\n").split("\n"))
        if abs(polynomial(relation, known)) > small * (1 + sizes):
            return f"the relation {relation} = 0 fails"
    for e, pair in lemmas:
        try:
            expected = evaluate(e, at)
        except (NoValue, ZeroDivisionError, ValueError):
            continue
        given = quotient(pair, known)
        if abs(expected - given) > small * (1 + abs(expected) + abs(given)):
            return "a lemma fails"
    return ""


def _cover(cases: list[Mapping[str, Any]], names: frozenset[str], box: Box, seed: str) -> Check:
    """Whether every point of the domain belongs to a case."""
    about = f"the {len(cases)} cases make up the domain"
    order = sorted(names)
    met = 0
    for point in points(box, order, seed + " cover", 60):
        with mpmath.workdps(DIGITS):
            at = {name: number(q) for name, q in point.items()}
            try:
                if any(_belongs(case, order, point, at) for case in cases):
                    met += 1
                    continue
            except (NoValue, Unsure, ZeroDivisionError, ValueError, TypeError, OverflowError):
                continue
        return Check(about, "contradicted", f"none holds at {shown(point)}")
    return Check(about, "confirmed" if met else "could not check", f"{met} points", minor=True)


def _belongs(case: Mapping[str, Any], order: list[str], point: Mapping[str, Any], at: dict[str, Any]) -> bool:
    if case.get("nowhere"):
        return True
    box = read_box(case["domain"], order)
    for name, q in point.items():
        side = box[name]
        if (side.low is not None and q < side.low) or (side.high is not None and q > side.high):
            return False
    known = Kernels(case["kernels"]).at(at)
    for condition in case["conditions"]:
        if condition["because"] == "case":
            v = polynomial(condition["of"], known)
            if abs(v) > mpmath.mpf(10) ** -30 and not _HOLDS[condition["is"]](v):
                return False
    return True
