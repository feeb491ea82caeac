"""Antiderivatives: the derivative is the integrand, nothing is missing, nothing jumps, one constant is free."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from itertools import islice

from grader.claims import Antiderivative, Equal, Finding, Truth
from grader.decide.continuity import find_jump
from grader.decide.definedness import coverage
from grader.decide.effort import Effort
from grader.decide.points import fingerprint, points
from grader.decide.refute import Look, look, missing_on_interval, refutation
from grader.decide.requirements import conditions
from grader.expr.derivative import NotDifferentiable, derivative
from grader.expr.domain import Domain
from grader.expr.tree import (
    Add,
    Apply,
    Expr,
    Mul,
    Variable,
    children,
    rational,
    rational_value,
    rebuild,
    substitute,
    variables,
)

SettleEqual = Callable[[Equal, Effort], Finding]

# Values tried for the free constant when the expression itself is evaluated: ln(k x) has
# a value for positive x with one of them, for negative x with another.
_SAMPLE_CONSTANTS = (Fraction(7, 3), Fraction(-7, 3))


def settle_antiderivative(claim: Antiderivative, effort: Effort, settle_equal: SettleEqual) -> Finding:
    """Settle an antiderivative; see `grader.claims.Antiderivative`.

    ``note`` is a sentence for the student about the constant, ``reason`` is ``constant``
    when everything but the constant is right.
    """
    name, student = claim.variable, claim.student
    if claim.log_abs == "optional":
        student = _absolute_logarithms(student)
    constants = sorted(variables(student) - {name} - variables(claim.integrand) - set(claim.domain))
    try:
        slope = derivative(student, name)
    except NotDifferentiable as fault:
        return Finding(Truth.UNDECIDED, "derivative", f"the derivative of the answer is out of reach: {fault}")
    domain = claim.domain.including({name} | variables(claim.integrand))
    # The constants range over the reals; only those not already in the problem count as free.
    finding = settle_equal(Equal(claim.integrand, slope, domain.including(set(constants))), effort)
    if not finding.right:
        return _explain_slope(claim, finding)
    gap = _gap(claim, student, constants, domain)
    if gap is not None:
        return gap
    jump, continuous = _jump(claim, student, constants, domain)
    if jump is not None:
        return jump
    judged = _judge_constants(claim, student, constants, settle_equal, effort)
    if judged is not None:
        return judged
    truth, evidence = finding.truth, f"the derivative equals the integrand ({finding.evidence})"
    if truth is Truth.PROVED and not continuous:
        truth = Truth.AGREES
        evidence += "; continuity was not proved everywhere"
    return Finding(truth, finding.by, evidence, note=finding.note)


def _explain_slope(claim: Antiderivative, finding: Finding) -> Finding:
    if finding.truth is not Truth.REFUTED:
        return finding
    evidence = f"the derivative of yours is not the integrand: {finding.evidence}"
    return Finding(finding.truth, finding.by, evidence, finding.reason, finding.witness, finding.note)


def _defined_where(claim: Antiderivative) -> Expr:
    """What says where the antiderivative has to exist: the reference if there is one."""
    return claim.reference if claim.reference is not None else claim.integrand


def _fixed(student: Expr, constants: Iterable[str], value: Fraction) -> Expr:
    return substitute(student, {c: rational(value) for c in constants})


def _gap(claim: Antiderivative, student: Expr, constants: list[str], domain: Domain) -> Finding | None:
    """A refutation when the antiderivative has no value on part of the domain."""
    guard = _fixed(
        _defined_where(claim), variables(_defined_where(claim)) - {claim.variable} - set(domain), Fraction(1)
    )
    gaps = []
    for value in _SAMPLE_CONSTANTS if constants else _SAMPLE_CONSTANTS[:1]:
        fixed = _fixed(student, constants, value)
        gap = _undefined(guard, fixed, domain)
        if gap is None:
            return None
        gaps.append(gap)
    first = gaps[0]
    return Finding(
        Truth.REFUTED,
        first.by,
        f"the antiderivative has no value on part of the domain: {first.evidence}",
        "domain",
        first.witness,
    )


def _undefined(guard: Expr, student: Expr, domain: Domain) -> Finding | None:
    """A point where the guard has a value and the student's expression has none on an interval."""
    if not conditions(student):
        # Only denominators can take its value away, and those at single points.
        return None
    for point in islice(points(domain, fingerprint(student, fingerprint(guard))), 6):
        outcome, expected, got = look(guard, student, point, 128)
        if outcome is Look.MISSING and missing_on_interval(guard, student, point):
            return refutation(outcome, point, expected, got)
    gap = coverage(guard, student, domain).gap
    # Different values are no gap: an antiderivative is not compared with its guard.
    return gap if gap is not None and gap.reason == "domain" else None


def _jump(claim: Antiderivative, student: Expr, constants: list[str], domain: Domain) -> tuple[Finding | None, bool]:
    others = set(domain) - {claim.variable}
    if others:
        # Parameters besides the variable: continuity is checked for one value of each.
        point = next(points(domain, 11))
        values = {o: rational(point[o]) for o in others}
        student, integrand = substitute(student, values), substitute(claim.integrand, values)
    else:
        integrand = claim.integrand
    fixed = _fixed(student, constants, _SAMPLE_CONSTANTS[0])
    free = variables(integrand) - {claim.variable}
    jump, known = find_jump(fixed, _fixed(integrand, free, Fraction(1)), claim.variable, domain[claim.variable])
    if jump is None:
        return None, known
    evidence = (
        f"between {claim.variable} = {jump.left} and {jump.right} yours changes by {jump.change}, "
        f"but the integrand is at most {jump.bound} there: an antiderivative does not jump"
    )
    return Finding(Truth.REFUTED, "mean value theorem", evidence, "domain", note="your answer jumps"), True


def _judge_constants(
    claim: Antiderivative, student: Expr, constants: list[str], settle_equal: SettleEqual, effort: Effort
) -> Finding | None:
    """What is wrong with the free constants, if anything; the slope is known to be right."""
    if claim.constant == "forbidden" and constants:
        return _constant(
            f"no free constant is asked for, but yours has {constants[0]}", "no constant is asked for here"
        )
    if claim.constant != "required":
        return None
    if not constants:
        if _typed_number(student):
            return _constant(
                "a number stands where the free constant belongs",
                "you added a number; the constant has to be free: write + C",
            )
        return _constant("the free constant is missing", "all antiderivatives are asked for: add + C")
    if any(_takes_all_values(student, c, settle_equal, effort) for c in constants):
        return None
    return _constant(
        f"the constant {constants[0]} does not take every value",
        f"with {constants[0]} as you use it not every constant can be reached: write + {constants[0]}",
    )


def _constant(evidence: str, note: str) -> Finding:
    return Finding(Truth.REFUTED, "constant of integration", evidence, "constant", note=note)


def _typed_number(student: Expr) -> bool:
    """Whether a nonzero number was added at the outermost level."""
    return isinstance(student, Add) and any(not variables(term) and rational_value(term) != 0 for term in student.terms)


def _takes_all_values(student: Expr, constant: str, settle_equal: SettleEqual, effort: Effort) -> bool:
    """Whether the constant shifts the antiderivative by every real number.

    It does where the shift is linear in the constant, is its logarithm, or has odd degree as a power.
    """
    try:
        shift = derivative(student, constant)
    except NotDifferentiable:
        return False
    if rational_value(shift) == 0:
        return False
    if constant not in variables(shift):
        return True
    # The slope in the constant is the same everywhere; a zero second derivative would let |C| pass.
    there = substitute(shift, {constant: rational(_SAMPLE_CONSTANTS[0])})
    linear = settle_equal(Equal(there, shift, Domain.reals(*variables(shift))), effort)
    if linear.right:
        return True
    # d/dk of ln(k x) is 1/k: the logarithm takes every value.
    logarithmic = derivative(Mul((Variable(constant), shift)), constant)
    if settle_equal(Equal(rational(0), logarithmic, Domain.reals(*variables(logarithmic))), effort).right:
        return True
    return _onto(student, constant) or _odd_power(student, constant)


_ONTO = frozenset({"sinh", "tan", "cot", "cbrt", "artanh"})


def _onto(student: Expr, constant: str) -> bool:
    """Whether the constant stands in one term only, as the argument of a function with every value."""
    terms = student.terms if isinstance(student, Add) else ()
    holding = [term for term in terms if constant in variables(term)]
    return (
        len(holding) == 1
        and isinstance(holding[0], Apply)
        and holding[0].function in _ONTO
        and holding[0].arguments == (Variable(constant),)
    )


def _odd_power(student: Expr, constant: str) -> bool:
    from grader.decide.polynomials import degree_bound

    bound = degree_bound(student, frozenset({constant}))
    return bound is not None and bound % 2 == 1


def _absolute_logarithms(e: Expr) -> Expr:
    """The tree with every ``ln(u)`` of a varying ``u`` as ``ln|u|``."""
    parts = tuple(_absolute_logarithms(part) for part in children(e))
    if isinstance(e, Apply) and e.function == "ln" and variables(parts[0]) and not _is_abs(parts[0]):
        return Apply("ln", (Apply("abs", parts),))
    return rebuild(e, parts)


def _is_abs(e: Expr) -> bool:
    return isinstance(e, Apply) and e.function == "abs"
