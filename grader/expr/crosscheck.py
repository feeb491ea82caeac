"""Whether two forms of a reference, found by different methods, agree: balls at points of the domain.

For references only, when a variant is made.  Answers are settled by `grader.decide`, whose
verdicts carry proofs; here agreement to many digits at many points is enough, because a
mistake in a rule of differentiation or in a translation shows at almost every point.
"""

from __future__ import annotations

from fractions import Fraction

from grader.expr.balls import Undefined, arb_of, enclose, precision
from grader.expr.canonical import is_zero
from grader.expr.domain import Domain, Interval
from grader.expr.tree import Add, Expr, Neg, variables

_POINTS = 24
_ENOUGH = 5
"""Points at which both have a value; below that a proof is needed."""
_BITS = 160

# Multiples of nearly irrational numbers fill a box evenly (additive recurrences).
_STEPS = (Fraction(377, 610), Fraction(408, 985), Fraction(351, 1351), Fraction(265, 989))


def disagreement(a: Expr, b: Expr, domain: Domain) -> str:
    """Why the two are not accepted as the same function on the domain; empty when they are."""
    names = sorted(variables(a) | variables(b))
    seen = 0
    with precision(_BITS):
        for i in range(_POINTS if names else 1):
            point = {name: _spread(domain[name], i, k) for k, name in enumerate(names)}
            env = {name: arb_of(value) for name, value in point.items()}
            try:
                left, right = enclose(a, env), enclose(b, env)
            except Undefined:
                continue
            if left.is_finite() and right.is_finite():
                if not left.overlaps(right):
                    where = ", ".join(f"{name} = {value}" for name, value in point.items()) or "every point"
                    return f"{left.str(10)} and {right.str(10)} at {where}"
                seen += 1
    if seen >= _ENOUGH or (seen and not names) or is_zero(Add((a, Neg(b))), domain):
        return ""
    return "there are too few points of the domain where both have a value"


def _spread(interval: Interval, i: int, k: int) -> Fraction:
    """The i-th point of an interval for the k-th variable."""
    share = (Fraction(1, 3) + (i + 1) * _STEPS[k % len(_STEPS)]) % 1
    low, high = interval.low, interval.high
    if low is not None and high is not None:
        return low + (high - low) * share
    if low is not None:
        return low + 8 * share
    return high - 8 * share if high is not None else 8 * share - 4
