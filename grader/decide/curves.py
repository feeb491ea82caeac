"""Equality at the points of a curve ``F(x, y) = 0``.

Refuted at a point of the curve whose second coordinate is known as a ball that holds exactly one zero of
F.  Proved when every irreducible factor of F divides the numerator of the difference: the difference is
zero then wherever F is, and it is defined.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from flint import arb

from grader.claims import EqualOnCurve, Finding, Truth, Witness
from grader.decide.refute import apart
from grader.expr.balls import Undefined, arb_of, enclose, precision
from grader.expr.derivative import NotDifferentiable
from grader.expr.domain import Domain, Interval
from grader.expr.factors import Factor, TooLarge, numerator_factors
from grader.expr.tidy import tidy
from grader.expr.tree import Add, Expr, Neg, rational, substitute, variables
from grader.expr.zeros import zeros

_BITS = 192
_PLACES = 24
_WANTED = 12
_METHOD = "points of the curve"


def settle_on_curve(claim: EqualOnCurve) -> Finding:
    """Whether the two are equal wherever the reference has a value on the curve, within the domain."""
    reference, student, relation = claim.reference, claim.student, claim.relation
    names, domain = claim.names, claim.domain.including(set(claim.names))
    if others := (variables(student) | variables(reference)) - set(names):
        words = f"{', '.join(sorted(others))} is no coordinate of the curve"
        return Finding(Truth.UNDECIDED, _METHOD, words)
    met = gaps = 0
    for env, at in _points(relation, names, domain):
        with precision(_BITS):
            expected, given = _value(reference, env), _value(student, env)
            if expected is None:
                continue
            where = ", ".join(f"{name} = {shown}" for name, shown in at)
            if given is None:
                gaps += 1
                continue
            if not expected.overlaps(given):
                a, b = apart(expected, given)
                words = f"at {where} on the curve: expected {a}, yours gives {b}"
                return Finding(Truth.REFUTED, _METHOD, words, "value", Witness((), a, b))
            met += 1
            if met >= _WANTED:
                break
    if gaps > met:
        words = "at most points of the curve the expected answer has a value and yours has none"
        return Finding(Truth.REFUTED, _METHOD, words, "domain")
    if _divides(relation, Add((student, Neg(reference)))):
        words = "the curve's equation divides the numerator of the difference"
        return Finding(Truth.PROVED, "division", words)
    if met < 3:
        return Finding(Truth.UNDECIDED, _METHOD, f"only {met} points of the curve were found in the domain")
    return Finding(Truth.AGREES, _METHOD, f"equal at {met} points of the curve, to {_BITS // 2} bits and more")


def _points(
    relation: Expr, names: tuple[str, str], domain: Domain
) -> Iterator[tuple[dict[str, arb], tuple[tuple[str, str], ...]]]:
    """Points of the curve: one coordinate a rational, the other a ball with exactly one zero."""
    for first, second in (names, names[::-1]):
        for q in _places(domain[first]):
            try:
                found = zeros(tidy(substitute(relation, {first: rational(q)})), second, domain[second], most_boxes=500)
            except NotDifferentiable:
                return
            for zero in found.found:
                with precision(_BITS):
                    env = {first: arb_of(q), second: zero.enclosure}
                    yield env, ((first, str(q)), (second, zero.enclosure.str(8, radius=False)))


def _places(interval: Interval) -> Iterator[Fraction]:
    """Rational numbers inside the interval, well spread and of no special kind."""
    low, high = interval.low, interval.high
    for i in range(1, _PLACES + 1):
        share = Fraction((377 * i) % 610, 610)
        if low is not None and high is not None:
            yield low + (high - low) * share
        elif low is not None:
            yield low + 8 * share
        elif high is not None:
            yield high - 8 * share
        else:
            yield 12 * share - 6


def _value(e: Expr, env: dict[str, arb]) -> arb | None:
    try:
        ball = enclose(e, env)
    except Undefined:
        return None
    return ball if ball.is_finite() else None


def _divides(relation: Expr, difference: Expr) -> bool:
    try:
        of_curve, of_difference = numerator_factors(relation), numerator_factors(difference)
    except TooLarge:
        return False
    if of_difference is None:
        return True
    if not of_curve:
        return False
    return all(any(_same(f, g) for g in of_difference) for f in of_curve)


def _same(f: Factor, g: Factor) -> bool:
    """The same factor but for its sign."""
    return f.tree == g.tree or tidy(Neg(f.tree)) == g.tree or bool(_ratio(f, g))


def _ratio(f: Factor, g: Factor) -> bool:
    from grader.expr.canonical import is_zero

    same = tuple(sorted(map(str, f.generators))) == tuple(sorted(map(str, g.generators)))
    if not same:
        return False
    return any(bool(is_zero(Add((f.tree, other)), Domain()).verdict) for other in (g.tree, Neg(g.tree)))
