"""Equations with the same solutions: one is a nonzero multiple of the other, divided by variables or not."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

from grader.claims import Equal, Finding, SameEquation, Truth
from grader.decide.effort import Effort
from grader.decide.points import Point, at_point, fingerprint, points
from grader.decide.refute import environment
from grader.expr.balls import Undefined, enclose, precision
from grader.expr.domain import Domain
from grader.expr.tree import (
    ZERO,
    Add,
    Apply,
    Div,
    Expr,
    Mul,
    Neg,
    Pow,
    Variable,
    rational_value,
    substitute,
    variables,
    walk,
)

SettleEqual = Callable[[Equal, Effort], Finding]


def settle_equation(claim: SameEquation, effort: Effort, settle_equal: SettleEqual) -> Finding:
    """Settle ``student = c * reference`` for some number ``c != 0``, as typed and then without denominators."""
    finding = _settle_multiple(claim, effort, settle_equal)
    if finding.truth is not Truth.REFUTED:
        return finding
    # y = 1/x and x y = 1 have the same solutions.
    whole = SameEquation(_whole(claim.reference), _whole(claim.student), claim.domain)
    if whole != claim:
        again = _settle_multiple(whole, effort, settle_equal)
        if again.right:
            return again
    return _by_numerators(claim) or finding


def _by_numerators(claim: SameEquation) -> Finding | None:
    """Proved when both are quotients of polynomials whose numerators have the same irreducible factors.

    ``y = 2x/(x + 1)`` and ``y (x + 1) = 2x``: a solution of one that the other lacks makes a numerator and
    a denominator zero that have no factor in common, which happens at single points only.
    """
    if not (_is_quotient(claim.reference) and _is_quotient(claim.student)):
        return None
    from grader.expr.factors import TooLarge

    try:
        expected, given = _numerator(claim.reference), _numerator(claim.student)
    except TooLarge:
        return None
    if not expected or expected != given:
        return None
    return Finding(Truth.PROVED, "factors", "without denominators both sides have the same irreducible factors")


def _numerator(e: Expr) -> frozenset[tuple[Expr, int]]:
    """The irreducible factors of the numerator; empty where a denominator has one of them too.  Raises TooLarge."""
    from grader.expr.factors import numerator_factors

    factors = numerator_factors(e) or ()
    trees = {f.tree for f in factors}
    for node in walk(e):
        below = node.denominator if isinstance(node, Div) else node.base if isinstance(node, Pow) else None
        if below is None or (isinstance(node, Pow) and (rational_value(node.exponent) or 0) > 0):
            continue
        if any(f.tree in trees for f in numerator_factors(below) or ()):
            return frozenset()
    return frozenset((f.tree, f.multiplicity) for f in factors)


def _is_quotient(e: Expr) -> bool:
    """Whether only whole powers, products, sums and quotients occur."""
    return all(
        not isinstance(node, Apply)
        and not (isinstance(node, Pow) and ((n := rational_value(node.exponent)) is None or n.denominator > 1))
        for node in walk(e)
    )


def _settle_multiple(claim: SameEquation, effort: Effort, settle_equal: SettleEqual) -> Finding:
    """Settle ``student = c * reference`` for some number ``c != 0``.

    At a point ``p`` where neither side is zero that means
    ``student * reference(p) = reference * student(p)`` everywhere.
    """
    reference, student = claim.reference, claim.student
    names = variables(reference) | variables(student)
    domain = claim.domain.including(names)
    for point in islice(points(domain, fingerprint(student, fingerprint(reference))), 24):
        expected, given = at_point(reference, point), at_point(student, point)
        if not _nonzero(expected) or not _nonzero(given):
            continue
        scaled = Equal(Mul((reference, given)), Mul((student, expected)), domain)
        finding = settle_equal(scaled, effort)
        if finding.truth is Truth.REFUTED:
            return Finding(
                Truth.REFUTED,
                finding.by,
                f"no multiple of the expected equation: made equal at {_show(point)}, {finding.evidence}",
                finding.reason,
                finding.witness,
            )
        evidence = f"a nonzero multiple of the expected equation; {finding.evidence}"
        return Finding(finding.truth, finding.by, evidence, finding.reason, finding.witness, finding.note)
    # One of the two vanishes wherever it was looked at: then the other has to as well.
    finding = settle_equal(Equal(ZERO, student, domain), effort)
    if finding.right:
        return Finding(Truth.REFUTED, finding.by, "your equation is true for all values", "value")
    return Finding(Truth.UNDECIDED, "ball arithmetic", "no point was found where both sides are defined and not zero")


def _whole(e: Expr) -> Expr:
    """The sum times the variables that its terms are divided by, as long as no solution comes with that.

    Where such a variable is zero the new sum has to be different from zero, but for single points.
    """
    for name in sorted(variables(e)):
        power = max(_divided_by(term, name) for term in _terms(e))
        if not power:
            continue
        terms = tuple(_times(term, name, power) for term in _terms(e))
        multiplied = Add(terms) if len(terms) > 1 else terms[0]
        there = substitute(multiplied, {name: ZERO})
        nearby = islice(points(Domain.reals(*variables(e)), 5), 3)
        if any(_nonzero(at_point(there, point)) for point in nearby):
            e = multiplied
    return e


def _terms(e: Expr) -> tuple[Expr, ...]:
    """The terms of a sum, through nested sums and signs."""
    if isinstance(e, Add):
        return tuple(term for part in e.terms for term in _terms(part))
    if isinstance(e, Neg):
        return tuple(Neg(term) for term in _terms(e.argument))
    return (e,)


def _divided_by(term: Expr, name: str) -> int:
    """The power of the variable in the denominator of the term."""
    while isinstance(term, Neg):
        term = term.argument
    return sum(_power(factor, name) for factor in _divisors(term))


def _divisors(term: Expr) -> tuple[Expr, ...]:
    if not isinstance(term, Div):
        return ()
    return term.denominator.factors if isinstance(term.denominator, Mul) else (term.denominator,)


def _power(factor: Expr, name: str) -> int:
    if factor == Variable(name):
        return 1
    if isinstance(factor, Pow) and factor.base == Variable(name):
        exponent = rational_value(factor.exponent)
        if exponent is not None and exponent.denominator == 1 and 0 < exponent < 9:
            return int(exponent)
    return 0


def _times(term: Expr, name: str, power: int) -> Expr:
    """The term times a power of the variable, cancelled with its denominator."""
    if isinstance(term, Neg):
        return Neg(_times(term.argument, name, power))
    left = power - _divided_by(term, name)
    top = term.numerator if isinstance(term, Div) else term
    top = Mul((top, *(Variable(name),) * left)) if left else top
    rest = tuple(factor for factor in _divisors(term) if not _power(factor, name))
    if not rest:
        return top
    return Div(top, Mul(rest) if len(rest) > 1 else rest[0])


def _nonzero(e: Expr) -> bool:
    with precision(128):
        try:
            value = enclose(e, environment({}))
        except Undefined:
            return False
        return bool(value.is_finite() and not value.contains(0))


def _show(point: Point) -> str:
    return ", ".join(f"{name} = {value}" for name, value in point.items())
