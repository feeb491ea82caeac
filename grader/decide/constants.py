"""Equality of numbers: exact, or within a tolerance that the problem states."""

from __future__ import annotations

from fractions import Fraction

from flint import arb

from grader.claims import Accept, Equal, Finding, Truth, Witness
from grader.decide.effort import Effort
from grader.decide.exact import rounds_to
from grader.decide.refute import METHOD, Look, apart, close, decimal, look, refutation
from grader.expr.balls import Undefined, arb_of, enclose, precision
from grader.expr.domain import Domain
from grader.expr.tree import Add, Constant, Div, Expr, Mul, Neg, Pow, rational_value, walk

_LADDER = (64, 256, 1024)


def settle_constant(claim: Equal, effort: Effort) -> Finding:
    """Settle the equality of two expressions without variables."""
    reference, student = claim.reference, claim.student
    if _infinite(reference) or _infinite(student):
        return _settle_infinite(reference, student)
    if claim.accept.exact:
        return _settle_exact(reference, student, effort)
    return _settle_within(claim.accept, reference, student)


def _settle_exact(reference: Expr, student: Expr, effort: Effort) -> Finding:
    for bits in _LADDER:
        outcome, expected, got = look(reference, student, {}, bits)
        if outcome is Look.DIFFER or outcome is Look.MISSING:
            finding = refutation(outcome, {}, expected, got)
            if outcome is Look.DIFFER and expected is not None and rounds_to(student, expected, arb_of):
                return Finding(Truth.REFUTED, METHOD, finding.evidence, "form", finding.witness)
            return finding
        if outcome is Look.OUTSIDE:
            return Finding(Truth.UNDECIDED, METHOD, "the expected answer has no real value")
    from grader.expr.canonical import is_zero

    proof = is_zero(Add((student, Neg(reference))), Domain())
    if proof.verdict:
        return Finding(Truth.PROVED, "normal form", proof.evidence)
    outcome, expected, got = look(reference, student, {}, effort.deep_bits)
    if outcome is Look.DIFFER:
        return refutation(outcome, {}, expected, got)
    from grader.decide.remainder import by_remainder
    from grader.decide.terms import METHOD as TERMS
    from grader.decide.terms import leftover

    left = leftover(reference, student, Domain())
    if not left.terms and outcome is Look.AGREE:
        return Finding(Truth.PROVED, TERMS, str(left))
    difference = by_remainder(reference, student, Domain(), left)
    if difference is not None:
        return difference
    if outcome is Look.AGREE and close(expected, got):
        return Finding(Truth.AGREES, "numerical agreement", f"the two numbers agree to {effort.deep_bits // 2} bits")
    return Finding(Truth.UNDECIDED, METHOD, "the precision did not tell whether the two numbers are equal")


def _settle_within(accept: Accept, reference: Expr, student: Expr) -> Finding:
    """Equality within the stated tolerance; a tie at its very edge is accepted."""
    for bits in _LADDER:
        with precision(bits):
            try:
                expected = enclose(reference, {})
            except Undefined:
                return Finding(Truth.UNDECIDED, METHOD, "the expected answer has no real value")
            try:
                got = enclose(student, {})
            except Undefined:
                return refutation(Look.MISSING, {}, expected, None)
            if not (expected.is_finite() and got.is_finite()):
                continue
            distance, allowed = abs(expected - got), tolerance(accept, expected)
            shown = f"the distance {decimal(distance, 6)} against the tolerance {decimal(allowed, 6)}"
            if distance <= allowed or (bits == _LADDER[-1] and distance.overlaps(allowed)):
                return Finding(Truth.PROVED, METHOD, shown)
            if distance > allowed:
                witness = Witness((), *apart(expected, got))
                return Finding(Truth.REFUTED, METHOD, shown, "value", witness)
    return Finding(Truth.UNDECIDED, METHOD, "the precision did not tell whether the number is within the tolerance")


def tolerance(accept: Accept, expected: arb) -> arb:
    """How far from the expected value a number may be.

    Significant digits: half a unit of the last digit asked for, as rounding leaves it.
    """
    if accept.absolute is not None:
        return arb_of(accept.absolute)
    if accept.relative is not None:
        return abs(expected) * arb_of(accept.relative)
    assert accept.significant_digits is not None
    if expected.contains(0):
        return arb(0)
    exponent = (abs(expected).log() / arb(10).log()).floor()
    whole = exponent.unique_fmpz()
    power = int(whole) if whole is not None else int(float(abs(expected).log() / arb(10).log()))
    return arb_of(Fraction(10) ** (power - accept.significant_digits + 1) / 2)


def _infinite(e: Expr) -> bool:
    return any(isinstance(node, Constant) and node.name == "oo" for node in walk(e))


def _direction(e: Expr) -> int | None:
    """+1 or -1 for an expression that is infinity or minus infinity, None for anything else."""
    match e:
        case Constant("oo"):
            return 1
        case Neg(inner):
            direction = _direction(inner)
            return None if direction is None else -direction
        case Mul((first, Constant("oo"))) | Mul((Constant("oo"), first)):
            value = rational_value(first)
            return None if not value else (1 if value > 0 else -1)
        case Add((first, second)):
            kinds = {_direction(first), _direction(second)}
            finite = [t for t in (first, second) if not _infinite(t)]
            return next(iter(kinds - {None}), None) if len(kinds) == 1 or len(finite) == 1 else None
        case Div(top, bottom) if not _infinite(bottom):
            value, direction = rational_value(bottom), _direction(top)
            return None if not value or direction is None else (direction if value > 0 else -direction)
        case Pow(base, exponent):
            n = rational_value(exponent)
            return 1 if n is not None and n > 0 and _direction(base) == 1 else None
        case _:
            return None


def _settle_infinite(reference: Expr, student: Expr) -> Finding:
    a, b = _direction(reference), _direction(student)
    if a is None and _infinite(reference):
        return Finding(Truth.UNDECIDED, "infinite values", "the expected answer is not a number")
    if a is not None and a == b:
        return Finding(Truth.PROVED, "infinite values", "both are infinite with the same sign")
    if b is None and _infinite(student):
        witness = Witness((), "infinite" if a else "finite", "not a number")
        return Finding(Truth.REFUTED, "infinite values", "yours is not a definite value", "value", witness)
    words = {1: "oo", -1: "-oo", None: "a finite number"}
    witness = Witness((), words[a], words[b])
    return Finding(Truth.REFUTED, "infinite values", str(witness), "value", witness)
