"""Refutation by what is left of a difference: what the subtraction of two huge values hides.

Where every part of both sides is defined, their difference has the value of the terms that do not
cancel (see `grader.decide.terms`), and of its normal form, by the same argument that makes a normal
form of zero a proof (see `grader.expr.canonical`).  So ``e^e^e^x + 1`` against ``e^e^e^x`` leaves 1,
though the two values agree to millions of digits; and ``x + e^(-10^6)`` against ``x`` leaves a number
that balls know to be positive.  Functions that take no value twice are taken off both sides:
``tanh(e^(x+9))`` and ``tanh(e^(x+8))`` differ as their arguments do, though both are 1 to thousands
of digits.  And ``arctan(e^x)`` is not ``pi/2`` anywhere near 10^6, because it has a slope.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice

from grader.claims import Finding, Truth
from grader.decide.points import points
from grader.decide.refute import decimal, environment
from grader.decide.terms import Leftover
from grader.expr.balls import Undefined, enclose, precision
from grader.expr.derivative import NotDifferentiable, derivative
from grader.expr.domain import Domain
from grader.expr.tree import Add, Apply, E, Expr, Neg, Pow, larger, variables
from grader.records import record

METHOD = "what is left of the difference"
_POINTS = 12
_LARGEST = 400
_SMALL = 60
"""Nodes of a tree: of what is looked at, and of a derivative whose normal form is."""
_MOST_SLOPES = 3
_LADDER = (128, 1024)
_WITHOUT_EQUALS = "their difference, with equal terms removed,"
_ONE_TO_ONE = frozenset(
    "exp ln sqrt cbrt arcsin arccos arctan sinh tanh coth csch arsinh artanh arcosh erf sigmoid softplus".split()
)


def by_remainder(reference: Expr, student: Expr, domain: Domain, left: Leftover) -> Finding | None:
    """REFUTED with a point where both sides have a value and their difference is not zero, or None."""
    rests = chain(_rests(left, domain), _of_arguments(reference, student), _slopes(left, domain))
    return next(filter(None, (_seen(rest, reference, student, domain) for rest in rests)), None)


@record
class _Rest:
    """A tree that is not zero only where the difference is not; of a reciprocal it is enough that it has a value."""

    tree: Expr
    about: str
    reciprocal: bool = False


def _rests(left: Leftover, domain: Domain) -> Iterator[_Rest]:
    """Trees with the value of the difference."""
    if left.cancelled:
        yield _Rest(left.sum, _WITHOUT_EQUALS)
    yield from _normal(left.sum, domain, _WITHOUT_EQUALS)


def _normal(e: Expr, domain: Domain, about: str) -> Iterator[_Rest]:
    """The normal form, and its reciprocal."""
    from grader.expr.canonical import remainder

    for tree, reciprocal in zip(remainder(e, domain), (False, True), strict=True):
        if tree is not None and not larger(tree, _LARGEST):
            yield _Rest(tree, f"the reciprocal of {about}" if reciprocal else about, reciprocal)


def _of_arguments(a: Expr, b: Expr) -> Iterator[_Rest]:
    """The difference of the arguments of one-to-one functions that both sides are."""
    found = None
    while True:
        match a, b:
            case Apply(name, (u,)), Apply(other, (v,)) if name == other and name in _ONE_TO_ONE:
                a, b = u, v
            case Pow(base, u), Pow(same, v) if base == same == E:
                a, b = u, v
            case Apply("cosh", (u,)), Apply("cosh", (v,)):
                a, b = Apply("abs", (u,)), Apply("abs", (v,))
            case Apply("abs", (Pow(base, u),)), Apply("abs", (Pow(same, v),)) if base == same == E:
                a, b = u, v
            case Apply("abs", (Apply("exp", (u,)),)), Apply("abs", (Apply("exp", (v,)),)):
                a, b = u, v
            case _:
                break
        found = Add((b, Neg(a)))
    if found is not None:
        yield _Rest(found, "the difference of the arguments of functions that take no value twice")


def _slopes(left: Leftover, domain: Domain) -> Iterator[_Rest]:
    """The derivatives: where one is not zero the difference is not constant, so not zero all around."""
    difference = left.sum
    if larger(difference, _LARGEST):
        return
    for name in sorted(variables(difference) - set(domain.integers))[:_MOST_SLOPES]:
        try:
            slope = derivative(difference, name)
        except NotDifferentiable:
            continue
        if not larger(slope, _LARGEST):
            about = f"the derivative of their difference with respect to {name}"
            yield _Rest(slope, about)
        if not larger(slope, _SMALL):
            yield from _normal(slope, domain, about)


def _seen(rest: _Rest, reference: Expr, student: Expr, domain: Domain) -> Finding | None:
    for point in islice(points(domain, 5), _POINTS if domain.intervals else 1):
        for bits in _LADDER:
            with precision(bits):
                env = environment(point)
                try:
                    # Around a point with finite balls everything is defined.
                    if not (enclose(reference, env).is_finite() and enclose(student, env).is_finite()):
                        continue
                    difference = enclose(rest.tree, env)
                except Undefined:
                    break
                if difference.is_finite() and (rest.reciprocal or not difference.contains(0)):
                    where = ", ".join(f"{name} = {value}" for name, value in point.items())
                    at = f"at {where} both have a value, and " if where else ""
                    evidence = f"{at}{rest.about} is {decimal(difference, 10)}"
                    return Finding(Truth.REFUTED, METHOD, evidence, "value")
    return None
