"""The condition of form "a polynomial of degree at most n"."""

from __future__ import annotations

from collections.abc import Callable

from grader.claims import Equal, Finding, PolynomialOf, Truth
from grader.decide.effort import Effort
from grader.expr.domain import Domain
from grader.expr.tree import (
    ZERO,
    Add,
    Div,
    Expr,
    Mul,
    Neg,
    Pow,
    Variable,
    rational_value,
    variables,
)

SettleEqual = Callable[[Equal, Effort], Finding]


def settle_polynomial(claim: PolynomialOf, effort: Effort, settle_equal: SettleEqual) -> Finding:
    """Settle that the student's expression is a polynomial of at most the degree.

    The degree that can be read off bounds the true one from above.  Where it is too large the
    terms of higher degree may cancel: then all derivatives of order ``degree + 1`` are zero.
    """
    names = frozenset(claim.variables)
    bound = degree_bound(claim.student, names)
    if bound is not None and bound <= claim.degree:
        return Finding(Truth.PROVED, "form", f"a polynomial of degree at most {bound} as written")
    if bound is None:
        return Finding(Truth.REFUTED, "form", "not written as a polynomial", "form")
    from grader.expr.derivative import derivative

    layer = {claim.student}
    for _ in range(claim.degree + 1):
        layer = {derivative(e, name) for e in layer for name in claim.variables}
    for high in layer:
        finding = settle_equal(Equal(ZERO, high, Domain.reals(*claim.variables)), effort)
        if not finding.right:
            evidence = (
                f"the degree is more than {claim.degree}: a derivative of that order is not zero, {finding.evidence}"
            )
            return Finding(finding.truth, finding.by, evidence, "form", finding.witness)
    return Finding(Truth.PROVED, "derivatives", f"all derivatives of order {claim.degree + 1} are zero")


def degree_bound(e: Expr, names: frozenset[str]) -> int | None:
    """An upper bound for the total degree in the names; None when not written as a polynomial."""
    if not variables(e) & names:
        return 0
    match e:
        case Variable():
            return 1
        case Neg(inner):
            return degree_bound(inner, names)
        case Add(terms):
            bounds = [degree_bound(term, names) for term in terms]
            return None if None in bounds else max(b for b in bounds if b is not None)
        case Mul(factors):
            bounds = [degree_bound(factor, names) for factor in factors]
            return None if None in bounds else sum(b for b in bounds if b is not None)
        case Div(top, bottom):
            return None if variables(bottom) & names else degree_bound(top, names)
        case Pow(base, exponent):
            n, bound = rational_value(exponent), degree_bound(base, names)
            return int(n) * bound if n is not None and n.denominator == 1 and n >= 0 and bound is not None else None
        case _:
            return None
