"""Limits of expressions of one variable, each with its proof: a number, an infinity, or that there is none.

The expression is expanded at the place (`grader.expr.expansions`).  Where a sine or cosine of something
that tends to infinity leaves no limit, two sequences are looked for along which the expression has
different limits: ``sin(g)`` takes each of its values infinitely often, as ``g`` is continuous.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import lcm
from typing import Literal

from flint import arb

from grader.expr.balls import Undefined, enclose, precision
from grader.expr.canonical import is_zero
from grader.expr.derivative import NotDifferentiable, derivative
from grader.expr.domain import Domain
from grader.expr.exact_numbers import Exact, SignUnknown
from grader.expr.expansions import LENGTHS, Expander, NotExpandable, Place
from grader.expr.functions import primitive
from grader.expr.recognise import candidates
from grader.expr.scale import Cancelled, Expansion, NoValue
from grader.expr.tidy import tidy
from grader.expr.tree import (
    INFINITY,
    PI,
    ZERO,
    Add,
    Apply,
    Div,
    Expr,
    Mul,
    Neg,
    Pow,
    children,
    rational,
    rational_value,
    rebuild,
    substitute,
    variables,
    walk,
)
from grader.records import record

Side = Literal["left", "right", "both"]

_MOST_NODES = 400
_BITS = 192
_NEAR = 96
"""Continuity is looked for within 2^-96."""
_LONGEST_PERIOD = 24
_ANGLES = tuple(Fraction(k) for k in ("0", "1/2", "1", "3/2", "1/6", "5/6", "1/3"))
"""Multiples of pi at which an oscillating function is looked at."""


@record
class Limit:
    """What the expression tends to.

    ``kind``: ``number`` and ``infinite`` (``value`` is a constant, oo or -oo); ``none``, there is
    proved to be no limit, nor an infinite one; ``unknown``, nothing is claimed.  ``evidence`` says why.
    """

    kind: Literal["number", "infinite", "none", "unknown"]
    value: Expr | None
    evidence: str


def limit(e: Expr, name: str, to: Expr, side: Side = "both", integers: bool = False) -> Limit:
    """The limit as the variable tends to a constant, to oo or to -oo; over the integers if so asked."""
    if variables(e) - {name}:
        return _unknown("it depends on more than its variable")
    if sum(1 for _ in walk(e)) > _MOST_NODES:
        return _unknown("the expression is too long to be expanded")
    try:
        place = _place(to)
        e = primitive(e)
        if integers:
            return _over_integers(e, name, place)
        if not isinstance(place, int) and _is_continuous(e, name, to):
            there = Exact(substitute(e, {name: to}))
            return Limit("number", there.tree if there.sign() else ZERO, "the value there, as it is continuous")
        if isinstance(place, int) or side != "both":
            return _one_sided(e, name, place, -1 if side == "left" else 1)
        right, left = (_one_sided(e, name, place, towards) for towards in (1, -1))
        return _joined(left, right)
    except SignUnknown as unknown:
        return _unknown(str(unknown))


def _unknown(why: str) -> Limit:
    return Limit("unknown", None, why)


def _place(to: Expr) -> Place:
    if to == INFINITY:
        return 1
    if to == Neg(INFINITY):
        return -1
    return Exact(to)


def _is_continuous(e: Expr, name: str, at: Expr) -> bool:
    """Whether it is, around a number: a finite ball over an interval bounds every part of the expression,
    and all functions but the sign are continuous wherever they are defined."""
    if any(isinstance(node, Apply) and node.function == "sign" for node in walk(e)):
        return False
    with precision(_BITS):
        try:
            around = enclose(at, {}) + arb(0, arb(2) ** -_NEAR)
            return bool(enclose(e, {name: around}).is_finite())
        except Undefined:
            return False


def _joined(left: Limit, right: Limit) -> Limit:
    """Of the limits from both sides."""
    if "unknown" in (left.kind, right.kind):
        if "none" in (left.kind, right.kind) and _MISSING not in (left.evidence, right.evidence):
            return left if left.kind == "none" else right
        return left if left.kind == "unknown" else right
    gaps = [one.evidence == _MISSING for one in (left, right)]
    if all(gaps):
        return left
    if any(gaps):
        where = "left" if gaps[0] else "right"
        return _unknown(f"the expression has no real value on the {where}; say from which side")
    if left.kind == "none" or right.kind == "none":
        return left if left.kind == "none" else right
    assert left.value is not None and right.value is not None
    if _same(left, right):
        return Limit(right.kind, right.value, f"from both sides: {right.evidence}")
    return Limit(
        "none", None, f"the limits from the left, {_text(left.value)}, and the right, {_text(right.value)}, differ"
    )


def _same(a: Limit, b: Limit) -> bool:
    assert a.value is not None and b.value is not None
    if a.kind != b.kind or a.kind == "infinite":
        return a.kind == b.kind and a.value == b.value
    return Exact(a.value).same(Exact(b.value))


def _text(e: Expr) -> str:
    from grader.expr.text import to_text

    return to_text(e)


# One side -----------------------------------------------------------------------------------

_MISSING = "the expression has no real value there"


def _one_sided(e: Expr, name: str, place: Place, side: int) -> Limit:
    found = _expanded(e, name, place, side)
    if found.kind != "unknown":
        return found
    waves = _waves(e, name, place, side)
    if waves is None:
        return found
    return _along_sequences(e, name, place, side, waves) or found


def _expanded(e: Expr, name: str, place: Place, side: int) -> Limit:
    """By the expansion alone."""
    why = "the leading terms were not found"
    for length in LENGTHS:
        expander = Expander(name, place, side, length)
        try:
            found = _read(expander, expander.expand(e))
        except NoValue:
            return Limit("none", None, _MISSING)
        except NotExpandable as fault:
            return _unknown(f"not expanded: {fault}")
        except Cancelled:
            continue
        except RecursionError:
            return _unknown("the expression is nested too deeply")
        if found is not None:
            return found
        why = "the expansion leaves a bounded part that may oscillate"
    return _unknown(why)


def _read(expander: Expander, found: Expansion) -> Limit | None:
    scale = expander.scale
    if found.is_zero:
        return Limit("number", ZERO, "the expression is zero there")
    if not found.terms:
        assert found.rest is not None
        if scale.compare(found.rest, {}) < 0:
            return Limit("number", ZERO, "it is bounded by what tends to zero")
        return None
    growth, c = found.terms[0]
    size = scale.compare(growth, {})
    if size > 0:
        sign = c.sign()
        return Limit("infinite", INFINITY if sign > 0 else Neg(INFINITY), "the leading term is unbounded")
    if found.rest is not None and scale.compare(found.rest, {}) >= 0:
        return None
    if size == 0:
        return Limit("number", c.tree, "the leading term is constant")
    return Limit("number", ZERO, "the leading term tends to zero")


# Oscillation --------------------------------------------------------------------------------


def _waves(e: Expr, name: str, place: Place, side: int) -> list[Expr] | None:
    """The arguments of sines and cosines that tend to infinity; None when there are none or they are not known."""
    found: dict[Expr, None] = {}
    for node in walk(e):
        if isinstance(node, Apply) and node.function in ("sin", "cos") and name in variables(node):
            (u,) = node.arguments
            towards = _expanded(u, name, place, side)
            if towards.kind == "infinite":
                found[u] = None
            elif towards.kind != "number":
                return None
    return list(found) or None


def _along_sequences(e: Expr, name: str, place: Place, side: int, waves: list[Expr]) -> Limit | None:
    """Values of the expression where every wave has a fixed phase: ``first wave = 2 pi N k + theta``."""
    first = waves[0]
    relations = []
    for wave in waves:
        ratio = _expanded(Div(wave, first), name, place, side)
        q = None if ratio.value is None or ratio.kind != "number" else rational_value(ratio.value)
        if not q:
            return None
        offset = tidy(Add((wave, Neg(Mul((rational(q), first))))))
        constant = _constant_part(offset, name)
        if constant is None:
            return None
        relations.append((wave, q, constant))
    return _compared(
        e, name, place, side, ((Mul((rational(angle), PI)), relations) for angle in _ANGLES), f"of {_text(first)}"
    )


def _constant_part(e: Expr, name: str) -> Expr | None:
    """The value of an expression that does not depend on the variable."""
    if name not in variables(e):
        return e
    try:
        if not is_zero(derivative(e, name), Domain()):
            return None
    except NotDifferentiable:
        return None
    for at in (1, 2):
        value = tidy(substitute(e, {name: rational(at)}))
        if Exact(Add((value, Neg(value)))).sign() == 0:
            return value
    return None


Phase = tuple[Expr, list[tuple[Expr, Fraction, Expr]]]


def _compared(e: Expr, name: str, place: Place, side: int, phases: Iterator[Phase], about: str) -> Limit | None:
    """No limit, when two phases give different ones; the limit, when it is proved to be one constant."""
    known: list[tuple[Expr, Limit]] = []
    for theta, relations in phases:
        values = {wave: Add((Mul((rational(q), theta)), shift)) for wave, q, shift in relations}
        try:
            along = _expanded(_fixed(e, values), name, place, side)
        except SignUnknown:
            # The tangent has no value at some phases.
            continue
        if along.kind not in ("number", "infinite") or along.value is None:
            continue
        for other, before in known:
            if not _same(before, along):
                assert before.value is not None
                return Limit(
                    "none",
                    None,
                    f"where the phase {about} is {_text(tidy(other))} it tends to {_text(before.value)}, "
                    f"where it is {_text(tidy(theta))} to {_text(along.value)}",
                )
        known.append((theta, along))
    if known and known[0][1].kind == "number" and known[0][1].value is not None:
        value = known[0][1].value
        if is_zero(Add((e, Neg(value))), Domain()):
            return Limit("number", value, "the expression is constant")
    return None


def _fixed(e: Expr, values: Mapping[Expr, Expr]) -> Expr:
    """The tree with sines and cosines of the waves replaced by those of the given angles."""
    if isinstance(e, Apply) and e.function in ("sin", "cos") and e.arguments[0] in values:
        return Exact(Apply(e.function, (values[e.arguments[0]],))).tree
    parts = children(e)
    return rebuild(e, tuple(_fixed(part, values) for part in parts)) if parts else e


# Sequences ----------------------------------------------------------------------------------


def _over_integers(e: Expr, name: str, place: Place) -> Limit:
    """For integers that tend to infinity: residue by residue, where the waves have a whole period."""
    if place != 1:
        return _unknown("integers tend to infinity only")
    e = _alternating(e, name)
    found = _expanded(e, name, place, 1)
    if found.kind != "unknown" and found.evidence != _MISSING:
        return found
    waves = _waves(e, name, place, 1)
    if waves is None:
        return found
    speeds = []
    for wave in waves:
        speed = _constant_part(tidy(derivative(wave, name)), name)
        q = None if speed is None else _rational(Div(speed, PI))
        if q is None:
            return found
        speeds.append(q)
    period = 2 * lcm(*(q.denominator for q in speeds))
    if period > _LONGEST_PERIOD:
        return found
    limits = []
    for residue in range(period):
        values = {wave: tidy(substitute(wave, {name: rational(residue)})) for wave in waves}
        along = _expanded(_fixed(e, values), name, place, 1)
        limits.append(along)
    if any(one.kind == "unknown" or one.evidence == _MISSING for one in limits):
        return found
    for residue, one in enumerate(limits):
        if not _same(limits[0], one):
            assert one.value is not None and limits[0].value is not None
            return Limit(
                "none",
                None,
                f"along {name} = 0 mod {period} it tends to {_text(limits[0].value)}, "
                f"along {name} = {residue} mod {period} to {_text(one.value)}",
            )
    return Limit(limits[0].kind, limits[0].value, f"the same along {name} = 0, 1, ..., {period - 1} mod {period}")


def _rational(e: Expr) -> Fraction | None:
    """The value of a constant that is a fraction with a small denominator, proved."""
    with precision(128):
        try:
            ball = enclose(e, {})
        except Undefined:
            return None
    for candidate in candidates(ball):
        q = rational_value(candidate)
        if q is not None and Exact(Add((e, Neg(candidate)))).sign() == 0:
            return q
    return None


def _alternating(e: Expr, name: str) -> Expr:
    """``(-b)^m`` as ``b^m cos(pi m)``, for an exponent that is a whole number at every integer."""
    parts = tuple(_alternating(part, name) for part in children(e))
    e = rebuild(e, parts) if parts else e
    match e:
        case Pow(Neg(base), exponent) if name in variables(exponent) and name not in variables(base):
            if Exact(base).sign() <= 0 or not _whole(exponent, name):
                return e
            return Mul((Pow(base, exponent), Apply("cos", (Mul((PI, exponent)),))))
        case _:
            return e


def _whole(e: Expr, name: str) -> bool:
    slope = rational_value(tidy(derivative(e, name)))
    start = rational_value(tidy(substitute(e, {name: ZERO})))
    return slope is not None and start is not None and slope.denominator == 1 == start.denominator


__all__ = ["Limit", "Side", "limit"]
