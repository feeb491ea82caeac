"""Integrals over any range, improper ones included: a proved enclosure, or a proof that there is none.

The range is cut where the integrand may be unbounded or has a corner.  Towards an end that it cannot be
evaluated at, or towards infinity, the leading term of its expansion tells whether the integral converges
(the comparison test; for ``1/(x ln(x) ...)`` the scale of J. Bertrand).  If it does, the piece is
integrated in ``s`` with ``x = a + e^(-s)`` or ``x = e^s``, where the integrand decays exponentially, up
to some S by ball arithmetic (`grader.expr.quadrature`); what lies beyond S is bounded by
`grader.expr.tails`, and that bound is added to the radius of the result.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Literal

from flint import arb

from grader.expr.balls import Undefined, enclose, precision
from grader.expr.canonical import is_zero
from grader.expr.decaying import decaying
from grader.expr.derivative import NotDifferentiable
from grader.expr.domain import Domain, Interval
from grader.expr.exact_numbers import Exact, SignUnknown
from grader.expr.expansions import LENGTHS, Expander, NotExpandable, Place
from grader.expr.functions import primitive
from grader.expr.limits import limit
from grader.expr.quadrature import BITS, between
from grader.expr.scale import Cancelled, Expansion, Growth, NoValue, Scale
from grader.expr.tails import tail
from grader.expr.tidy import tidy
from grader.expr.tree import (
    INFINITY,
    ONE,
    Add,
    Apply,
    Div,
    Expr,
    Mul,
    Neg,
    Pow,
    Variable,
    rational,
    rational_value,
    substitute,
    variables,
    walk,
)
from grader.expr.waves import mirrored, oscillating, waves_in
from grader.expr.zeros import zeros
from grader.records import record

_EVALUATIONS = 20_000
_WANTED = 100
_MOST_PIECES = 12
_BOXES = 1500
"""For the places where the range is cut: nothing is lost but time where one is missed."""
_DEEPEST = 2000
_DEEPEST_WAVE = 7


@record
class Integral:
    """The value of an integral.

    ``kind``: ``number``, with an ``enclosure`` that is proved; ``diverges``, proved, with ``direction``
    1 or -1 where it is infinite with that sign, else 0; ``unknown``, nothing is claimed.
    """

    kind: Literal["number", "diverges", "unknown"]
    evidence: str
    enclosure: arb | None = None
    direction: int = 0


@record
class Piece:
    """A part of the range; None is an infinite end."""

    low: Expr | None
    high: Expr | None


def definite_integral(e: Expr, name: str, low: Expr, high: Expr) -> Integral:
    """The integral of ``e`` over the variable between two constants, or infinities, in either order."""
    if variables(e) - {name} or variables(low) or variables(high):
        return _unknown("it depends on more than its variable")
    if low == high and _end(low) is None:
        return _unknown("both ends are the same infinity")
    try:
        turned, pieces = pieces_of(e, name, low, high)
    except SignUnknown:
        return _unknown("the order of the two ends was not decided")
    found = _over(e, name, pieces)
    if not turned:
        return found
    with precision(BITS + 32):
        enclosure = None if found.enclosure is None else -found.enclosure
    return Integral(found.kind, found.evidence, enclosure, -found.direction)


def _unknown(why: str) -> Integral:
    return Integral("unknown", why)


def _over(e: Expr, name: str, pieces: list[Piece]) -> Integral:
    directions = []
    for piece in pieces:
        for at, side in ((piece.low, 1), (piece.high, -1)):
            if at is not None and _evaluates(e, name, at):
                continue
            growth = end_behaviour(e, name, at, side)
            if growth is not None and growth.diverges:
                directions.append((growth.sign, "at infinity" if at is None else f"at {name} = {_text(at)}"))
    if directions:
        signs = {sign for sign, _ in directions}
        where = " and ".join(dict.fromkeys(place for _, place in directions))
        return Integral(
            "diverges",
            f"{where} the integrand is not integrable, by comparison with its leading term",
            None,
            signs.pop() if len(signs) == 1 else 0,
        )
    total, method = arb(0), "ball arithmetic"
    for piece in pieces:
        part = _enclosed(e, name, piece)
        if part is None:
            return _unknown("the integral could not be enclosed: the integrand oscillates, or is not real in between")
        with precision(BITS + 32):
            total = total + part
        if piece.low is None or piece.high is None:
            method = "ball arithmetic, with a bound for the tail"
    return Integral("number", f"enclosed by {method}", total)


def _text(e: Expr) -> str:
    from grader.expr.text import to_text

    return to_text(e)


# Pieces -------------------------------------------------------------------------------------


def pieces_of(e: Expr, name: str, low: Expr, high: Expr) -> tuple[bool, list[Piece]]:
    """Whether the ends come in falling order, and the range from the smaller one in parts.

    Raises `SignUnknown`.
    """
    if low == high:
        return False, []
    left, right = _end(low), _end(high)
    turned = False
    if low == INFINITY or high == Neg(INFINITY):
        left, right, turned = _end(high), _end(low), True
    elif left is not None and right is not None:
        order = Exact(Add((right, Neg(left)))).sign()
        if order == 0:
            return False, []
        if order < 0:
            left, right, turned = right, left, True
    cuts: list[Expr] = []
    for at in breaks(e, name, left, right)[0]:
        if left is not None and Exact(Add((at, Neg(left)))).sign() <= 0:
            continue
        if right is not None and Exact(Add((right, Neg(at)))).sign() <= 0:
            continue
        if not any(Exact(Add((at, Neg(other)))).sign() == 0 for other in cuts):
            cuts.append(at)
    cuts.sort(key=_middle)
    ends = [left, *cuts, right]
    return turned, [Piece(a, b) for a, b in zip(ends, ends[1:], strict=False)]


def _end(e: Expr) -> Expr | None:
    return None if e in (INFINITY, Neg(INFINITY)) else e


def _middle(e: Expr) -> float:
    with precision(64):
        return float(enclose(e, {}).mid())


def breaks(e: Expr, name: str, low: Expr | None, high: Expr | None) -> tuple[list[Expr], bool]:
    """Numbers in the range, with closed forms, where the expression may have a pole, a corner or an end;
    and whether it is proved that these are all."""
    interval = Interval(_outside(low, -1), _outside(high, 1))
    found: list[Expr] = []
    complete = True
    for part in dict.fromkeys(critical_parts(primitive(e), name)):
        try:
            roots = zeros(part, name, interval, most_boxes=_BOXES)
        except NotDifferentiable:
            complete = False
            continue
        exact = [zero.exact for zero in roots.found if zero.exact is not None]
        complete = complete and roots.complete and len(exact) == len(roots.found)
        found += exact
        if len(found) > _MOST_PIECES:
            return found[:_MOST_PIECES], False
    return found, complete


def _outside(end: Expr | None, sign: int) -> Fraction | None:
    """A rational just beyond the end."""
    if end is None:
        return None
    q = rational_value(end)
    if q is not None:
        return q
    return Fraction(_middle(end)) + sign * Fraction(1, 1 << 20)


def critical_parts(e: Expr, name: str) -> Iterator[Expr]:
    """Expressions without a zero where ``e``, written in primitive functions, is defined and analytic."""
    for node in walk(e):
        if name not in variables(node):
            continue
        match node:
            case Div(_, bottom):
                yield bottom
            case Pow(base, exponent):
                q = rational_value(exponent)
                if q is None or q < 0 or q.denominator > 1:
                    yield base
            case Apply(("ln" | "abs" | "sign"), (u,)):
                yield u
            case Apply(("arcsin" | "arccos" | "artanh" | "arcosh"), (u,)):
                yield Add((ONE, Neg(u)))
                yield Add((ONE, u))
            case Apply(("min" | "max"), parts):
                for i, part in enumerate(parts):
                    for other in parts[:i]:
                        yield Add((part, Neg(other)))


# Convergence --------------------------------------------------------------------------------


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


# Enclosures ---------------------------------------------------------------------------------


def _evaluates(e: Expr, name: str, at: Expr) -> bool:
    """Whether the expression has a finite value at a number."""
    with precision(BITS):
        try:
            return bool(enclose(e, {name: enclose(at, {})}).is_finite())
        except Undefined:
            return False


def _enclosed(e: Expr, name: str, piece: Piece) -> arb | None:
    """The integral over a piece that has no trouble inside."""
    low, high = piece.low, piece.high
    left = low is not None and _evaluates(e, name, low)
    right = high is not None and _evaluates(e, name, high)
    if low is not None and high is not None:
        if left and right:
            return _plain(e, name, low, high)
        if left or right:
            return _towards(e, name, low, high, 1 if right else -1)
        middle = rational(_between(low, high))
        first, second = _towards(e, name, low, middle, 1), _towards(e, name, middle, high, -1)
    elif low is None and high is None:
        first, second = _far(e, name, rational(-1), -1), _far(e, name, ONE, 1)
        centre = _plain(e, name, rational(-1), ONE)
        with precision(BITS + 32):
            second = None if second is None or centre is None else second + centre
    elif low is not None:
        start = rational(max(Fraction(1), Fraction(int(_middle(low)) + 2)))
        first, second = _enclosed(e, name, Piece(low, start)), _far(e, name, start, 1)
    else:
        assert high is not None
        start = rational(min(Fraction(-1), Fraction(int(_middle(high)) - 2)))
        first, second = _far(e, name, start, -1), _enclosed(e, name, Piece(start, high))
    if first is None or second is None:
        return None
    with precision(BITS + 32):
        return first + second


def _between(low: Expr, high: Expr) -> Fraction:
    return Fraction((_middle(low) + _middle(high)) / 2).limit_denominator(1 << 20)


def _plain(e: Expr, name: str, low: Expr, high: Expr) -> arb | None:
    with precision(BITS):
        return between(e, name, enclose(low, {}), enclose(high, {}), BITS, _EVALUATIONS)


def _towards(e: Expr, name: str, low: Expr, high: Expr, side: int) -> arb | None:
    """Up to a finite end where the integrand has no value: ``side`` 1 for the lower end."""
    at, other = (low, high) if side > 0 else (high, low)
    turned = _wave_towards(e, name, at, other, side) if waves_in(e, name) else None
    if turned is not None:
        return turned
    rest = tail(e, name, at, side, _WANTED, _DEEPEST)
    if rest is None:
        return _logarithmic(e, name, None, high) if side > 0 and Exact(low).is_zero else None
    integrand = decaying(primitive(e), name, at, side)
    with precision(BITS + 4 * rest.depth):
        width = (enclose(other, {}) - enclose(at, {})) * side
        begin = -width.log()
        if not begin < rest.depth:
            return None
        found = between(integrand, name, begin, arb(rest.depth), _WANTED, _EVALUATIONS)
    return None if found is None else _widened(found, rest.bound)


def _wave_towards(e: Expr, name: str, at: Expr, other: Expr, side: int) -> arb | None:
    """A wave that grows faster and faster towards the end ``at``: it is one up to infinity in 1/(x - at)."""
    width = side * (_middle(other) - _middle(at))
    if width < 1e-6:
        return None
    start = Fraction(int(1 / width) + 2)
    step = Div(rational(side), Variable(name))
    inverted = Div(substitute(e, {name: Add((at, step))}), Pow(Variable(name), rational(2)))
    found = _oscillating(inverted, name, start, 1)
    between_them = None if found is None else _plain(e, name, *_ordered(Add((at, rational(side / start))), other, side))
    if found is None or between_them is None:
        return None
    with precision(BITS + 32):
        return found + between_them


def _ordered(a: Expr, b: Expr, side: int) -> tuple[Expr, Expr]:
    return (a, b) if side > 0 else (b, a)


def _far(e: Expr, name: str, start: Expr, side: int) -> arb | None:
    """From a number of size at least 1 to infinity, or from minus infinity to it."""
    infinite = INFINITY if side > 0 else Neg(INFINITY)
    wave = any(limit(u, name, infinite).kind != "number" for u in waves_in(e, name))
    if wave:
        turned = _oscillating(e if side > 0 else mirrored(e, name), name, rational_value(start), side)
        if turned is not None:
            return turned
    for bits in (_WANTED, 32, 8) if wave else (_WANTED,):
        rest = tail(e, name, None, side, bits, _DEEPEST_WAVE if wave else _DEEPEST)
        if rest is None:
            continue
        integrand = decaying(primitive(e), name, None, side)
        with precision(BITS + 4 * rest.depth):
            begin = (enclose(start, {}) * side).log()
            end = arb(max(rest.depth, int(float(begin)) + 1))
            found = between(integrand, name, begin, end, bits, _EVALUATIONS)
        if found is not None:
            return _widened(found, rest.bound)
    return _logarithmic(e, name, start, None) if side > 0 else None


def _oscillating(e: Expr, name: str, start: Fraction | None, side: int) -> arb | None:
    """By a turned path for the waves; what is left without waves is integrated by itself."""
    assert start is not None
    found = oscillating(e, name, start * side)
    if found is None:
        return None
    total, still, far = found
    if still is None:
        return total
    behaviour = end_behaviour(still, name, None, -1)
    if behaviour is None or behaviour.diverges:
        return None
    rest = _far(still, name, rational(far), 1)
    if rest is None:
        return None
    with precision(BITS + 32):
        return total + rest


def _logarithmic(e: Expr, name: str, start: Expr | None, stop: Expr | None) -> arb | None:
    """``h(ln x)/x`` as the integral of ``h(s)``: from ``start`` to infinity, or from 0 to ``stop``."""
    rest = tidy(Mul((e, Variable(name))))
    inner = _in_logarithm(rest, name)
    back = None if inner is None else substitute(inner, {name: Apply("ln", (Variable(name),))})
    if inner is None or back is None or not is_zero(Add((back, Neg(rest))), Domain()):
        return None
    ends = [None if end is None else Apply("ln", (end,)) for end in (start, stop)]
    return _enclosed(inner, name, Piece(*ends))


def _in_logarithm(e: Expr, name: str) -> Expr | None:
    """``h`` with ``e = h(ln x)``, by giving up a factor x and its reciprocal."""
    from grader.expr.tree import children, rebuild

    if e == Apply("ln", (Variable(name),)):
        return Variable(name)
    if e == Variable(name):
        return None
    match e:
        case Mul(factors) if len(factors) == 2 and Variable(name) in factors:
            other = factors[1] if factors[0] == Variable(name) else factors[0]
            match other:
                case Div(top, Mul(below)) if Variable(name) in below:
                    left = list(below)
                    left.remove(Variable(name))
                    bottom = left[0] if len(left) == 1 else Mul(tuple(left))
                    return _in_logarithm(Div(top, bottom), name)
                case Div(top, bottom) if bottom == Variable(name):
                    return _in_logarithm(top, name)
            return None
        case _:
            parts = [_in_logarithm(part, name) for part in children(e)]
            if any(part is None for part in parts):
                return None
            return rebuild(e, tuple(part for part in parts if part is not None))


def _widened(ball: arb, error: arb) -> arb:
    with precision(BITS + 32):
        return ball + arb(0, error.abs_upper())


__all__ = ["Integral", "Piece", "breaks", "definite_integral", "end_behaviour", "pieces_of"]
