"""Definite integrals in closed form, by antiderivatives and mirror images.

An antiderivative is a guess, by hand's rules or by SymPy's, until its derivative is proved to be the
integrand; nothing else rests on where it came from.
"""

from __future__ import annotations

from functools import lru_cache

from flint import arb

from grader.claims import Equal, Truth
from grader.decide.effort import WITHOUT_ALGEBRA
from grader.expr.balls import Undefined, enclose, precision
from grader.expr.by_hand import antiderivative_by_hand
from grader.expr.canonical import is_zero
from grader.expr.derivative import NotDifferentiable, derivative
from grader.expr.domain import Domain, Interval
from grader.expr.exact_numbers import Exact, SignUnknown
from grader.expr.functions import primitive
from grader.expr.limits import limit
from grader.expr.pieces import Piece, breaks, pieces_of
from grader.expr.quadrature import BITS
from grader.expr.tidy import tidy
from grader.expr.tree import (
    INFINITY,
    ONE,
    TWO,
    ZERO,
    Add,
    Apply,
    Div,
    Expr,
    Mul,
    Neg,
    Variable,
    children,
    rational_value,
    rebuild,
    substitute,
    variables,
    walk,
)
from grader.records import record

_SECONDS = 2.0
_NOT_SMOOTH = ("abs", "sign", "min", "max")


@record
class Closed:
    """An integral in closed form: its value, or None when it diverges.

    ``direction``: 1 or -1 where it diverges to infinity with that sign, else 0.
    """

    value: Expr | None
    direction: int
    evidence: str


def closed_form(e: Expr, name: str, low: Expr, high: Expr, guess: Expr | None = None) -> Closed | None:
    """By an antiderivative, or the ``guess`` of one.

    Between the places where the integrand may have a pole or a corner, absolute values and signs are
    resolved.  There, on each open piece between the places where F or the integrand may not be
    analytic, F' is proved to be the integrand, and F has a value inside; so the integral over the
    piece is the difference of the one-sided limits of F, and diverges when one does not exist.
    """
    if low == high and low in (INFINITY, Neg(INFINITY)):
        return None
    e = primitive(e)
    try:
        turned, pieces = pieces_of(e, name, low, high)
        if not pieces:
            return Closed(ZERO, 0, "as its ends are the same")
        if not breaks(e, name, pieces[0].low, pieces[-1].high)[1]:
            return None
        total: Expr = ZERO
        signs: list[int] = []
        shown: list[Expr] = []
        for piece in pieces:
            found = _over(_smooth(e, name, piece), name, piece, guess)
            if found is None:
                return None
            value, infinite, antiderivative = found
            total = Add((total, value))
            signs += infinite
            shown.append(antiderivative)
        value = tidy(Exact(Neg(total) if turned else total).tree)
    except (NotDifferentiable, SignUnknown, Undefined):
        return None
    from grader.expr.text import to_text

    evidence = f"by the antiderivative {' and '.join(dict.fromkeys(map(to_text, shown)))} and its limits"
    if signs:
        direction = signs[0] if len(set(signs)) == 1 else 0
        evidence += ", of which one is infinite or does not exist"
        return Closed(None, -direction if turned else direction, evidence)
    return Closed(value, 0, evidence)


def by_mirror(e: Expr, name: str, low: Expr, high: Expr) -> Closed | None:
    """Of an integral that is known to converge, by its mirror image.

    With ``x`` turned into ``a + b - x`` the range stays, so both have the same integral, half of that
    of their sum.
    """
    x = Variable(name)
    if {low, high} == {INFINITY, Neg(INFINITY)}:
        image: Expr = Neg(x)
    elif INFINITY in (low, high) or Neg(INFINITY) in (low, high):
        return None
    else:
        image = Add((tidy(Add((low, high))), Neg(x)))
    both = Add((e, substitute(e, {name: image})))
    if is_zero(both, Domain()):
        return Closed(ZERO, 0, "as the integrand changes its sign with the sides of the range")
    if INFINITY in (low, high) or name not in variables(e):
        return None
    try:
        return _of_constant_mean(both, name, low, high) or _of_even_factor(e, both, name, low, high)
    except (NotDifferentiable, SignUnknown, Undefined):
        return None


def _of_constant_mean(both: Expr, name: str, low: Expr, high: Expr) -> Closed | None:
    """Where the sum of the images is a constant c and has no gap: ``c (b - a)/2``."""
    both = primitive(both)
    if any(isinstance(node, Apply) and node.function in _NOT_SMOOTH for node in walk(both)):
        return None
    if not is_zero(derivative(both, name), Domain()):
        return None
    _, pieces = pieces_of(both, name, low, high)
    if len(pieces) != 1 or not breaks(both, name, pieces[0].low, pieces[0].high)[1]:
        return None
    middle = Div(Add((low, high)), TWO)
    value = Div(Mul((substitute(both, {name: middle}), Add((high, Neg(low))))), TWO)
    return Closed(tidy(Exact(value).tree), 0, "as the mean with its mirror image is a constant")


def _of_even_factor(e: Expr, both: Expr, name: str, low: Expr, high: Expr) -> Closed | None:
    """Of ``x h(x)`` where the mirror leaves h as it is: ``(a + b)/2`` times the integral of h."""
    even = tidy(Div(e, Variable(name)))
    for factor in (_without(e, name), even):
        if factor is not None and is_zero(Add((both, Neg(Mul((Add((low, high)), factor))))), Domain()):
            found = closed_form(factor, name, low, high)
            if found is not None and found.value is not None:
                value = tidy(Exact(Mul((Div(Add((low, high)), TWO), found.value))).tree)
                return Closed(value, 0, f"by the mirror image of the integrand, {found.evidence}")
            return None
    return None


def _without(e: Expr, name: str) -> Expr | None:
    """The other factors of a product with the variable."""
    x = Variable(name)
    match e:
        case Mul(factors) if x in factors:
            rest = list(factors)
            rest.remove(x)
            return rest[0] if len(rest) == 1 else Mul(tuple(rest))
        case Div(top, bottom):
            if top == x:
                return Div(ONE, bottom)
            inner = _without(top, name)
            return None if inner is None else Div(inner, bottom)
    return None


def _smooth(e: Expr, name: str, piece: Piece) -> Expr:
    """The integrand without absolute values, signs and extremes, whose arguments have no zero in the piece."""
    if not any(isinstance(node, Apply) and node.function in _NOT_SMOOTH for node in walk(e)):
        return e
    inside = _inside(piece)

    def sign(u: Expr) -> int:
        with precision(BITS):
            value = enclose(u, {name: inside})
        if not value.is_finite() or value.contains(0):
            raise SignUnknown
        return 1 if value > 0 else -1

    def resolved(e: Expr) -> Expr:
        parts = tuple(resolved(part) for part in children(e))
        if name in variables(e):
            match e:
                case Apply("abs"):
                    return parts[0] if sign(parts[0]) > 0 else Neg(parts[0])
                case Apply("sign"):
                    return ONE if sign(parts[0]) > 0 else Neg(ONE)
                case Apply("min" | "max", _):
                    best = parts[0]
                    for part in parts[1:]:
                        if part != best and (sign(Add((part, Neg(best)))) > 0) == (e.function == "max"):
                            best = part
                    return best
        return rebuild(e, parts)

    return tidy(resolved(e))


def _over(e: Expr, name: str, piece: Piece, guess: Expr | None) -> tuple[Expr, list[int], Expr] | None:
    """The value, the signs of what is infinite, and the antiderivative; None where nothing is proved."""
    ends = [None if end is None else rational_value(end) for end in (piece.low, piece.high)]
    domain = Domain.of({name: Interval(ends[0], ends[1], False, False)})
    antiderivative = guess
    if antiderivative is None:
        antiderivative = antiderivative_by_hand(e, name)
        if antiderivative is None or not _is_slope(antiderivative, e, name, domain):
            antiderivative = _by_algebra(e, name)
            guess = antiderivative
    if antiderivative is None or any(isinstance(n, Apply) and n.function == "factorial" for n in walk(antiderivative)):
        return None
    if guess is not None and not _is_slope(antiderivative, e, name, domain):
        return None
    both = Add((e, antiderivative))
    low, high = (Neg(INFINITY) if piece.low is None else piece.low), (INFINITY if piece.high is None else piece.high)
    if not breaks(both, name, piece.low, piece.high)[1]:
        return None
    total: Expr = ZERO
    signs: list[int] = []
    for part in pieces_of(both, name, low, high)[1]:
        with precision(BITS):
            if not enclose(both, {name: _inside(part)}).is_finite():
                return None
        values = []
        for at, outward in ((part.low, -1), (part.high, 1)):
            place = at if at is not None else INFINITY if outward > 0 else Neg(INFINITY)
            towards = limit(antiderivative, name, place, "left" if outward > 0 else "right")
            if towards.kind == "unknown":
                return None
            if towards.kind == "number":
                assert towards.value is not None
                values.append(towards.value)
            else:
                signs.append(0 if towards.value is None else outward if towards.value == INFINITY else -outward)
        if len(values) == 2:
            total = Add((total, values[1], Neg(values[0])))
    return total, signs, antiderivative


def _is_slope(antiderivative: Expr, e: Expr, name: str, domain: Domain) -> bool:
    try:
        slope = derivative(antiderivative, name)
    except NotDifferentiable:
        return False
    if is_zero(Add((slope, Neg(e))), domain):
        return True
    from grader.decide import settle

    return settle(Equal(e, slope, domain), WITHOUT_ALGEBRA).truth is Truth.PROVED


@lru_cache(maxsize=256)
def _by_algebra(e: Expr, name: str) -> Expr | None:
    from grader.decide.algebra import antiderivatives

    found = antiderivatives(e, name, Domain.reals(name), _SECONDS)
    return found[0] if found else None


def _inside(piece: Piece) -> arb:
    """A number in the piece."""
    with precision(BITS):
        low = None if piece.low is None else enclose(piece.low, {})
        high = None if piece.high is None else enclose(piece.high, {})
        if low is None:
            low = arb(-2) if high is None else high - 2
        if high is None:
            high = low + 2
        return arb(((low + high) / 2).mid())
