"""The one decider: ``settle(claim) -> Finding``.

It knows no task kind.  Strategies stand in a fixed order, the first that is sure decides:
a rigorous counterexample, a proof by normal form, a zero modulo a prime, agreement of many
digits at many points, SymPy.  Not being able to decide is `Truth.UNDECIDED`, never wrong.
"""

from __future__ import annotations

from grader.claims import (
    Antiderivative,
    Claim,
    Equal,
    EqualArrays,
    EqualOnCurve,
    Finding,
    MatrixDerivative,
    MatrixEqual,
    PolynomialOf,
    SameEquation,
    SameLabel,
    SamePoints,
    SameRange,
    Truth,
    Witness,
)
from grader.decide.effort import NORMAL, WITHOUT_ALGEBRA, Effort
from grader.decide.equal import settle_equal

__all__ = ["NORMAL", "WITHOUT_ALGEBRA", "Effort", "settle"]


def settle(claim: Claim, effort: Effort = NORMAL) -> Finding:
    """What is known about the claim, with evidence.  Does not raise on any expression."""
    # Each sort of claim loads its own module: one plain answer needs only `equal`.
    match claim:
        case Equal():
            return settle_equal(claim, effort)
        case EqualArrays():
            from grader.decide.arrays import settle_arrays

            return settle_arrays(claim, effort, settle_equal)
        case Antiderivative():
            from grader.decide.antiderivative import settle_antiderivative

            return settle_antiderivative(claim, effort, settle_equal)
        case SamePoints():
            from grader.decide.point_sets import settle_points

            return settle_points(claim, effort, settle_equal)
        case SameEquation():
            from grader.decide.equations import settle_equation

            return settle_equation(claim, effort, settle_equal)
        case PolynomialOf():
            from grader.decide.polynomials import settle_polynomial

            return settle_polynomial(claim, effort, settle_equal)
        case EqualOnCurve():
            from grader.decide.curves import settle_on_curve

            return settle_on_curve(claim)
        case SameRange():
            from grader.decide.ranges import settle_range

            return settle_range(claim, effort, settle)
        case MatrixDerivative() | MatrixEqual():
            from grader.errors import StudentError
            from grader.matrix.decide import settle as settle_matrix

            try:
                return settle_matrix(claim)
            except StudentError as fault:
                return Finding(Truth.UNDECIDED, "sizes", fault.explanation)
        case SameLabel(reference, student):
            if reference == student:
                return Finding(Truth.PROVED, "label", f"both say {reference}")
            witness = Witness((), reference, student)
            return Finding(Truth.REFUTED, "label", str(witness), "value", witness)
