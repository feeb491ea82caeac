"""Whether an integral converges at an end of its range, by comparison with the leading term of the integrand."""

from __future__ import annotations

from grader.expr.exact_numbers import Exact, SignUnknown
from grader.expr.expansions import LENGTHS, Expander, NotExpandable, Place
from grader.expr.scale import Cancelled, Expansion, Growth, NoValue, Scale
from grader.expr.tree import Expr
from grader.records import record


@record
class Behaviour:
    """Whether the integral up to an end diverges, and the sign of the integrand near it (0: not known)."""

    diverges: bool
    sign: int


def end_behaviour(e: Expr, name: str, at: Expr | None, side: int) -> Behaviour | None:
    """At a number from one side; for None at infinity (``side`` -1, the upper end) or minus infinity."""
    place: Place = -side if at is None else Exact(at)
    for length in LENGTHS:
        expander = Expander(name, place, side, length)
        try:
            found = expander.expand(e)
            return _behaviour(expander.scale, found, at is None)
        except Cancelled:
            continue
        except (NoValue, NotExpandable, SignUnknown, RecursionError):
            return None
    return None


def _behaviour(scale: Scale, found: Expansion, far: bool) -> Behaviour | None:
    if found.is_zero:
        return Behaviour(False, 0)
    growth = scale.bound(found)
    # With u = x or u = 1/|x - a| the integral is that of e or of e/u^2 over u.
    element = scale.times(growth, {scale.u: Exact(1 if far else -1)})
    converges = _integrable(scale, element)
    if converges:
        return Behaviour(False, 0)
    if not found.terms:
        return None
    return Behaviour(True, found.terms[0][1].sign())


def _integrable(scale: Scale, growth: Growth) -> bool:
    """Whether ``growth/u`` is integrable up to infinity: what tends to 0 like a power of u is, and
    ``(ln u)^p (ln ln u)^q ...`` is when the first exponent that is not -1 is below -1."""
    logarithm = scale.log_of(scale.u).terms[0][0]
    while growth:
        if scale.compare(growth, {}) >= 0:
            return False
        fastest = next(g for g in reversed(scale.order) if g in growth)
        (generator,) = logarithm
        if scale.order.index(fastest) > scale.order.index(generator):
            return True
        exponent = growth.get(generator, Exact(0))
        order = (exponent + Exact(1)).sign()
        if order:
            return order < 0
        growth = scale.times(growth, {generator: Exact(1)})
        logarithm = scale.log_of(generator).terms[0][0]
    return False
