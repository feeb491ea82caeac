"""Refutation by what is left of a difference: what the subtraction of two huge values hides.

Where every part of both sides is defined, their difference has the value of the terms that do not
cancel (see `grader.decide.terms`), and of its normal form, by the same argument that makes a normal
form of zero a proof (see `grader.expr.canonical`).  So ``e^e^e^x + 1`` against ``e^e^e^x`` leaves 1,
though the two values agree to millions of digits; and ``x + e^(-10^6)`` against ``x`` leaves a number
that balls know to be positive.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from grader.claims import Finding, Truth
from grader.decide.points import points
from grader.decide.refute import decimal, environment
from grader.decide.terms import Leftover
from grader.expr.balls import Undefined, enclose, precision
from grader.expr.domain import Domain
from grader.expr.tree import Expr, larger

METHOD = "what is left of the difference"
_POINTS = 12
_LARGEST = 400
_LADDER = (128, 1024)


def by_remainder(reference: Expr, student: Expr, domain: Domain, left: Leftover) -> Finding | None:
    """REFUTED with a point where both sides have a value and their difference is not zero, or None."""
    return next(filter(None, (_seen(rest, reference, student, domain) for rest in _rests(left, domain))), None)


def _rests(left: Leftover, domain: Domain) -> Iterator[Expr]:
    """Trees with the value of the difference."""
    from grader.expr.canonical import remainder

    if left.cancelled:
        yield left.sum
    rest = remainder(left.sum, domain)
    if rest is not None and not larger(rest, _LARGEST):
        yield rest


def _seen(rest: Expr, reference: Expr, student: Expr, domain: Domain) -> Finding | None:
    for point in islice(points(domain, 5), _POINTS if domain.intervals else 1):
        for bits in _LADDER:
            with precision(bits):
                env = environment(point)
                try:
                    # Around a point with finite balls everything is defined.
                    if not (enclose(reference, env).is_finite() and enclose(student, env).is_finite()):
                        continue
                    difference = enclose(rest, env)
                except Undefined:
                    break
                if difference.is_finite() and not difference.contains(0):
                    where = ", ".join(f"{name} = {value}" for name, value in point.items())
                    at = f"at {where} both have a value, and " if where else ""
                    evidence = f"{at}their difference, with equal terms removed, is {decimal(difference, 10)}"
                    return Finding(Truth.REFUTED, METHOD, evidence, "value")
    return None
