"""Integrals over any range, improper ones included: a proved enclosure, or a proof that there is none.

The range is cut where the integrand may be unbounded or has a corner.  Towards an end that it cannot be
evaluated at, or towards infinity, the leading term of its expansion tells whether the integral converges
(the comparison test; for ``1/(x ln(x) ...)`` the scale of J. Bertrand).  If it does, the piece is
integrated in ``s`` with ``x = a + e^(-s)`` or ``x = e^s``, where the integrand decays exponentially, up
to some S by ball arithmetic (`grader.expr.quadrature`); what lies beyond S is bounded by
`grader.expr.tails`, and that bound is added to the radius of the result.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from flint import arb

from grader.expr.balls import Undefined, enclose, precision
from grader.expr.canonical import is_zero
from grader.expr.convergence import end_behaviour
from grader.expr.decaying import decaying
from grader.expr.domain import Domain
from grader.expr.exact_numbers import Exact, SignUnknown
from grader.expr.functions import primitive
from grader.expr.limits import limit
from grader.expr.pieces import Piece, breaks, end_of, middle, pieces_of
from grader.expr.quadrature import BITS, between
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
)
from grader.expr.waves import mirrored, oscillating, waves_in
from grader.records import record

_EVALUATIONS = 20_000
_WANTED = 100
_DEEPEST = 2000
_DEEPEST_WAVE = 7


@record
class Integral:
    """The value of an integral.

    ``kind``: ``number``, with an ``enclosure`` that is proved; ``diverges``, proved, with ``direction``
    1 or -1 where it is infinite with that sign, 0 where it is not even that, None where neither is known;
    ``unknown``, nothing is claimed.
    """

    kind: Literal["number", "diverges", "unknown"]
    evidence: str
    enclosure: arb | None = None
    direction: int | None = 0


def definite_integral(e: Expr, name: str, low: Expr, high: Expr) -> Integral:
    """The integral of ``e`` over the variable between two constants, or infinities, in either order."""
    if variables(e) - {name} or variables(low) or variables(high):
        return _unknown("it depends on more than its variable")
    if low == high and end_of(low) is None:
        return _unknown("both ends are the same infinity")
    try:
        turned, pieces = pieces_of(e, name, low, high)
        found = _over(e, name, pieces)
    except SignUnknown:
        return _unknown("the order of the two ends was not decided")
    except Undefined:
        return _unknown("a constant in it has no real value")
    if not turned:
        return found
    with precision(BITS + 32):
        enclosure = None if found.enclosure is None else -found.enclosure
    direction = None if found.direction is None else -found.direction
    return Integral(found.kind, found.evidence, enclosure, direction)


def _unknown(why: str) -> Integral:
    return Integral("unknown", why)


def _over(e: Expr, name: str, pieces: list[Piece]) -> Integral:
    directions, known = [], True
    for piece in pieces:
        for at, side in ((piece.low, 1), (piece.high, -1)):
            if at is not None and _evaluates(e, name, at):
                continue
            growth = end_behaviour(e, name, at, side)
            if growth is None:
                known = False
            elif growth.diverges:
                directions.append((growth.sign, "at infinity" if at is None else f"at {name} = {_text(at)}"))
    if directions:
        signs = {sign for sign, _ in directions}
        where = " and ".join(dict.fromkeys(place for _, place in directions))
        return Integral(
            "diverges",
            f"{where} the integrand is not integrable, by comparison with its leading term",
            None,
            0 if len(signs) > 1 else signs.pop() if known and _is_real(e, name, pieces) else None,
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


def _is_real(e: Expr, name: str, pieces: list[Piece]) -> bool:
    """Whether it is proved that the integrand is real and finite inside every piece."""
    if not breaks(e, name, pieces[0].low, pieces[-1].high)[1]:
        return False
    # With all places known where it may end, one value in each piece tells.
    return all(_evaluates(e, name, rational(_inside(piece))) for piece in pieces)


def _inside(piece: Piece) -> Fraction:
    if piece.low is not None and piece.high is not None:
        return _between(piece.low, piece.high)
    if piece.low is not None:
        return Fraction(middle(piece.low) + 1)
    return Fraction(0 if piece.high is None else middle(piece.high) - 1)


def _text(e: Expr) -> str:
    from grader.expr.text import to_text

    return to_text(e)


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
        cut = rational(_between(low, high))
        first, second = _towards(e, name, low, cut, 1), _towards(e, name, cut, high, -1)
    elif low is None and high is None:
        first, second = _far(e, name, rational(-1), -1), _far(e, name, ONE, 1)
        centre = _plain(e, name, rational(-1), ONE)
        with precision(BITS + 32):
            second = None if second is None or centre is None else second + centre
    elif low is not None:
        start = rational(max(Fraction(1), Fraction(int(middle(low)) + 2)))
        first, second = _enclosed(e, name, Piece(low, start)), _far(e, name, start, 1)
    else:
        assert high is not None
        start = rational(min(Fraction(-1), Fraction(int(middle(high)) - 2)))
        first, second = _far(e, name, start, -1), _enclosed(e, name, Piece(start, high))
    if first is None or second is None:
        return None
    with precision(BITS + 32):
        return first + second


def _between(low: Expr, high: Expr) -> Fraction:
    return Fraction((middle(low) + middle(high)) / 2).limit_denominator(1 << 20)


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
    width = side * (middle(other) - middle(at))
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


__all__ = ["Integral", "definite_integral"]
