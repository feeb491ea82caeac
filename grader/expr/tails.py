"""Bounds for an expression near the end of its domain, or far out, and for its integral over what is cut off.

A *band* says of a function on ``0 < t <= h`` that it is ``e^(-r/t) t^p L^q c(t)`` with ``L = ln(1/t)``
and ``low <= c(t) <= high``.  Near a number a the variable is ``a + t`` or ``a - t``; far out it is ``1/t``
or ``-1/t``.  Each rule below is interval arithmetic for ``c``; where terms of different size are added,
the smaller ones are bounded by the largest value that their ratio to the leading one takes on
``(0, h]``.  With ``h <= 1/e`` the logarithm L is at least 1.
"""

from __future__ import annotations

from fractions import Fraction
from math import factorial, log

from flint import arb

from grader.expr.balls import Undefined, arb_of, definition, enclose, precision, rational_power
from grader.expr.canonical import is_zero
from grader.expr.derivative import NotDifferentiable, derivative
from grader.expr.domain import Domain
from grader.expr.exact_numbers import SignUnknown
from grader.expr.tidy import tidy
from grader.expr.tree import (
    ZERO,
    Add,
    Apply,
    Div,
    E,
    Expr,
    Mul,
    Neg,
    Pow,
    Variable,
    rational_value,
    substitute,
    variables,
    walk,
)
from grader.records import record

_BITS = 64
_INF = arb("inf")
_ZERO = arb(0)
_HIGHEST_ORDER = 6
_HIGHEST_POWER = 1 << 20
_MOST_NODES = 120


class NoBand(Exception):
    """No bound was found."""


@record
class Band:
    """``e^(-r/t) t^p L^q c`` with ``low <= c <= high``; a bound may be infinite."""

    r: Fraction
    p: Fraction
    q: Fraction
    low: arb
    high: arb

    @property
    def sign(self) -> int:
        """1 or -1 where the function has one strict sign, with a positive lower bound for its size; else 0."""
        return 1 if self.low > 0 else -1 if self.high < 0 else 0


def band(e: Expr, name: str, at: Expr | None, side: int, h: arb) -> Band:
    """A band for ``e`` on ``0 < t <= h``: with ``at`` a constant for ``at + side t``, with None for ``side/t``.

    Raises `NoBand`.
    """
    if sum(1 for _ in walk(e)) > _MOST_NODES:
        raise NoBand
    with precision(_BITS):
        try:
            return _Bands(name, at, side, h).of(e)
        except (Undefined, NotDifferentiable, SignUnknown, RecursionError):
            raise NoBand from None


class _Bands:
    def __init__(self, name: str, at: Expr | None, side: int, h: arb) -> None:
        self._name = name
        self._at = at
        self._side = side
        self._h = h
        self._log = -(h.log())
        if not (self._log >= 1):
            raise NoBand
        if at is not None:
            span = (_ZERO.union(h)) * side
            self._env = {name: enclose(at, {}) + span}

    def of(self, e: Expr) -> Band:
        if self._name not in variables(e):
            return self._ball(enclose(e, {}))
        if self._at is None:
            return self._of_parts(e)
        whole = _range(e, self._env)
        if whole is None:
            return self._of_parts(e)
        if not whole.contains(0):
            return self._ball(whole)
        found = self._vanishing(e)
        if found is not None:
            return found
        try:
            return self._of_parts(e)
        except NoBand:
            return self._ball(whole)

    def _of_parts(self, e: Expr) -> Band:
        match e:
            case Variable():
                size = arb(self._side)
                return Band(Fraction(0), Fraction(-1), Fraction(0), size, size)
            case Neg(argument):
                return _times(self.of(argument), self._ball(arb(-1)))
            case Add(terms):
                total = self.of(terms[0])
                for term in terms[1:]:
                    total = self._plus(total, self.of(term))
                return total
            case Mul(factors):
                product = self.of(factors[0])
                for factor in factors[1:]:
                    product = _times(product, self.of(factor))
                return product
            case Div(top, bottom):
                return _times(self.of(top), _reciprocal(self.of(bottom)))
            case Pow(base, exponent):
                return self._power(base, exponent)
            case Apply(function, (u,)):
                return self._apply(function, u, e)
        raise NoBand

    def _ball(self, value: arb) -> Band:
        if not value.is_finite():
            raise NoBand
        zero = Fraction(0)
        return Band(zero, zero, zero, value.lower(), value.upper())

    def _vanishing(self, e: Expr) -> Band | None:
        """``t^k`` times the range of a derivative, for a smooth function that vanishes at the place.

        If the derivatives below the k-th vanish there, ``e = t^k e^(k)(s)/k!`` for some s between
        (Taylor's theorem with Lagrange's remainder).
        """
        assert self._at is not None
        slope = e
        for k in range(1, _HIGHEST_ORDER + 1):
            if not is_zero(tidy(substitute(slope, {self._name: self._at})), Domain()):
                return None
            slope = tidy(derivative(slope, self._name))
            values = _range(slope, self._env)
            if values is None:
                return None
            if not values.contains(0):
                found = self._ball(values * self._side**k / factorial(k))
                return Band(found.r, Fraction(k), found.q, found.low, found.high)
        return None

    # Sums -------------------------------------------------------------------------------------

    def _plus(self, a: Band, b: Band) -> Band:
        if (b.r, b.p, -b.q) < (a.r, a.p, -a.q):
            a, b = b, a
        # a leads: the ratio e^(-dr/t) t^dp L^dq is between 0 and its largest value.
        dr, dp, dq = b.r - a.r, b.p - a.p, b.q - a.q
        if not (dr or dp or dq):
            return Band(a.r, a.p, a.q, a.low + b.low, a.high + b.high)
        most = self._largest(dr, dp, dq)
        low = a.low + (b.low * most if b.low < 0 else _ZERO)
        high = a.high + (b.high * most if b.high > 0 else _ZERO)
        return Band(a.r, a.p, a.q, low.lower(), high.upper())

    def _largest(self, dr: Fraction, dp: Fraction, dq: Fraction) -> arb:
        """The largest value on (0, h] of ``e^(-dr/t) t^dp L^dq``, which tends to 0 with t; raises `NoBand`.

        Its logarithm ``-dr/t + dp ln t + dq ln L`` grows with t where ``dr/t + dp >= dq/L``.
        """
        h, big = self._h, self._log
        slowest = arb_of(dr) / h + arb_of(dp)
        if not (slowest >= (arb_of(dq) / big if dq > 0 else _ZERO)):
            raise NoBand
        value: arb = (-arb_of(dr) / h).exp() * (arb_of(dp) * h.log()).exp() * (arb_of(dq) * big.log()).exp()
        return value.upper()

    # Powers and functions ---------------------------------------------------------------------

    def _power(self, base: Expr, exponent: Expr) -> Band:
        q = rational_value(exponent)
        if q is not None:
            if abs(q) > _HIGHEST_POWER:
                raise NoBand
            return _raised(self.of(base), q)
        if base == E:
            return self._exp(exponent)
        return self._exp(Mul((exponent, Apply("ln", (base,)))))

    def _exp(self, u: Expr) -> Band:
        zero = Fraction(0)
        if self._at is None:
            # e^(a x + b), exactly.
            try:
                slope = tidy(derivative(u, self._name))
            except NotDifferentiable:
                raise NoBand from None
            a = rational_value(slope)
            if a is not None:
                start = enclose(substitute(u, {self._name: ZERO}), {}).exp()
                return Band(-a * self._side, zero, zero, start.lower(), start.upper())
        inner = self.of(u)
        if inner.r > 0:
            return self._ball((_ZERO.union(self._largest(inner.r, inner.p, inner.q)) * _hull(inner)).exp())
        if inner.r < 0:
            raise NoBand
        p, q = inner.p, inner.q
        if p > 0 or (p == 0 and q <= 0):
            shrink = self._largest(zero, p, q) if p or q else arb(1)
            factor = _ZERO.union(shrink) if p or q else arb(1)
            return self._ball((factor * _hull(inner)).exp())
        if p == 0 and q == 1:
            # e^(c L) = t^(-c)
            if inner.low.is_exact() and inner.low == inner.high:
                c = _fraction(inner.low)
                return Band(zero, -c, zero, arb(1), arb(1))
            if inner.high < 0:
                return Band(zero, -_fraction(inner.high), zero, _ZERO, arb(1))
            raise NoBand
        if p < 0 and q >= 0 and inner.high < 0:
            return self._fast(-inner.high, -p)
        if p < 0 and q >= 0 and inner.low > 0:
            fast = self._fast(inner.low, -p)
            return Band(zero, -fast.p, zero, (1 / fast.high).lower(), _INF)
        raise NoBand

    def _fast(self, c: arb, m: Fraction) -> Band:
        """A bound for ``e^(-c t^(-m) L^q)``, which is at most ``e^(-c t^(-m))``, by a power of t.

        ``e^(-c t^(-m)) t^(-N)`` grows with t while ``N <= c m t^(-m)``, so it is largest at h.
        """
        grown = (self._h.log() * arb_of(-m)).exp()
        n = Fraction(min(int(float((c * arb_of(m) * grown).lower())), _HIGHEST_POWER))
        most = (-c * grown).exp() * (self._h.log() * arb_of(-n)).exp()
        return Band(Fraction(0), n, Fraction(0), _ZERO, most.upper())

    def _apply(self, function: str, u: Expr, e: Apply) -> Band:
        zero = Fraction(0)
        match function:
            case "ln":
                return self._ln(self.of(u))
            case "exp":
                return self._exp(u)
            case "abs":
                inner = self.of(u)
                if inner.sign:
                    return inner if inner.sign > 0 else _times(inner, self._ball(arb(-1)))
                return Band(inner.r, inner.p, inner.q, _ZERO, max(-inner.low, inner.high))
            case "sin" | "cos":
                return self._small(function, u) or Band(zero, zero, zero, arb(-1), arb(1))
            case "arctan" | "erf":
                small = self._small(function, u)
                if small is not None:
                    return small
                half = arb.pi() / 2 if function == "arctan" else arb(1)
                inner = self.of(u)
                if inner.sign and inner.p < 0 and inner.r == 0 and inner.q >= 0:
                    near = inner.low if inner.sign > 0 else -inner.high
                    start = near * (self._h.log() * arb_of(inner.p)).exp()
                    least = start.atan() if function == "arctan" else start.erf()
                    found = Band(zero, zero, zero, least.lower(), half.upper())
                    return found if inner.sign > 0 else _times(found, self._ball(arb(-1)))
                return Band(zero, zero, zero, (-half).lower(), half.upper())
            case "sinh" | "cosh":
                up, down = self.of(Pow(E, u)), self.of(Pow(E, Neg(u)))
                both = self._plus(up, down if function == "cosh" else _times(down, self._ball(arb(-1))))
                return _times(both, self._ball(arb(1) / 2))
        try:
            return self.of(definition(e))
        except KeyError:
            raise NoBand from None

    def _small(self, function: str, u: Expr) -> Band | None:
        """Of an argument that is at most m <= 1 in size: ``sin(u)/u`` falls from 1 to ``sin(m)/m`` with the
        size of u, as ``arctan(u)/u`` and ``erf(u)/u`` fall from their slopes at 0."""
        try:
            inner = self.of(u)
            most = self._largest(inner.r, inner.p, inner.q) * arb(abs(_hull(inner)).abs_upper())
        except NoBand:
            return None
        if not 0 < most <= 1:
            return None
        if function == "cos":
            return self._ball(most.cos().union(arb(1)))
        at_most = {"sin": arb.sin, "arctan": arb.atan, "erf": arb.erf}[function](most) / most
        return _times(inner, self._ball(at_most.union(2 / arb.pi().sqrt() if function == "erf" else arb(1))))

    def _ln(self, u: Band) -> Band:
        """``ln u = L (-p + q ln L/L + ln c/L)``."""
        if not u.low > 0 or not u.high.is_finite():
            raise NoBand
        zero, logs = Fraction(0), u.low.log().union(u.high.log())
        if u.r:
            raise NoBand
        if not u.p and not u.q:
            return self._ball(logs)
        if not u.p or (u.q and not self._log > 3):
            raise NoBand
        shrinking = _ZERO.union(1 / self._log)
        # ln L/L falls for L > e.
        extra = arb_of(u.q) * _ZERO.union(self._log.log() / self._log) if u.q else _ZERO
        exact = u.low == 1 and u.high == 1 and not u.q
        c = arb_of(-u.p) + extra + (_ZERO if exact else logs * shrinking)
        return Band(zero, zero, Fraction(1), c.lower(), c.upper())


def _range(e: Expr, env: dict[str, arb]) -> arb | None:
    try:
        value = enclose(e, env)
    except Undefined:
        return None
    return value if value.is_finite() else None


def _hull(a: Band) -> arb:
    if not (a.low.is_finite() and a.high.is_finite()):
        raise NoBand
    return a.low.union(a.high)


def _fraction(exact: arb) -> Fraction:
    mantissa, exponent = exact.man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def _times(a: Band, b: Band) -> Band:
    corners = [_product(x, y) for x in (a.low, a.high) for y in (b.low, b.high)]
    if any(corner.is_nan() for corner in corners):
        raise NoBand
    low, high = corners[0].lower(), corners[0].upper()
    for corner in corners[1:]:
        low, high = min(low, corner.lower()), max(high, corner.upper())
    return Band(a.r + b.r, a.p + b.p, a.q + b.q, low, high)


def _product(x: arb, y: arb) -> arb:
    return _ZERO if x.is_zero() or y.is_zero() else x * y


def _reciprocal(a: Band) -> Band:
    if not a.sign:
        raise NoBand
    low = (1 / a.high).lower() if a.high.is_finite() else _ZERO
    high = (1 / a.low).upper() if a.low.is_finite() else _ZERO
    return Band(-a.r, -a.p, -a.q, low, high)


def _raised(a: Band, q: Fraction) -> Band:
    if q == 0:
        return Band(Fraction(0), Fraction(0), Fraction(0), arb(1), arb(1))
    if q < 0:
        return _reciprocal(_raised(a, -q))
    if not a.high.is_finite() or not a.low.is_finite():
        if q.denominator == 1 and a.sign > 0:
            return Band(a.r * q, a.p * q, a.q * q, rational_power(a.low, q).lower(), _INF)
        raise NoBand
    if a.sign:
        ends = [rational_power(a.low, q), rational_power(a.high, q)]
        value = ends[0].union(ends[1])
    else:
        value = rational_power(a.low.union(a.high), q)
    if not value.is_finite():
        raise NoBand
    return Band(a.r * q, a.p * q, a.q * q, value.lower(), value.upper())


# What is cut off ----------------------------------------------------------------------------


def cut_off(found: Band, far: bool, depth: int) -> arb | None:
    """A bound for the integral of ``|e|`` over ``0 < t <= e^(-depth)``, or over ``x >= e^depth`` if ``far``.

    None where the bound does not show that it converges, or ``depth`` is too small for the bound to hold.
    With ``s = ln(1/t)``: ``int_S^oo e^(-k s) s^q ds <= e^(-k S) S^q/(k - q/S)``, as the logarithm of the
    integrand falls at least with slope ``k - q/s``.  For ``r > 0`` the same in ``x = 1/t``.
    """
    if not (found.low.is_finite() and found.high.is_finite()):
        return None
    size = max(abs(found.low).upper(), abs(found.high).upper())
    with precision(_BITS):
        start = arb(depth)
        q = max(found.q, Fraction(0))
        if found.r > 0:
            if not far:
                return None
            x = start.exp()
            # L = ln x <= x.
            m = max(-found.p, Fraction(0)) + q
            slope = arb_of(found.r) - arb_of(m) / x
            if not slope > 0:
                return None
            return (size * (-arb_of(found.r) * x).exp() * (start * arb_of(m)).exp() / slope).upper()
        if found.r < 0:
            return None
        k = found.p - 1 if far else found.p + 1
        slope = arb_of(k) - arb_of(q) / start
        if not slope > 0:
            return None
        return (size * (-arb_of(k) * start).exp() * (start.log() * arb_of(q)).exp() / slope).upper()


@record
class Tail:
    """What is left beyond ``t = e^(-depth)`` is at most ``bound`` in size."""

    depth: int
    bound: arb


_DEPTHS = (2, 3, 4, 5, 6, 7, 8, 12, 16)


def tail(e: Expr, name: str, at: Expr | None, side: int, bits: int, deepest: int) -> Tail | None:
    """Where to cut so that less than ``2^-bits`` is lost: near a constant, or far out for None."""
    far = at is None
    most = arb(2) ** -bits
    depths = list(_DEPTHS)
    tried = 0
    while tried < len(depths):
        depth = depths[tried]
        tried += 1
        if depth > deepest:
            break
        try:
            found = band(e, name, at, side, arb(-depth).exp())
        except (NoBand, OverflowError):
            continue
        lost = cut_off(found, far, depth)
        if lost is None:
            continue
        if lost < most:
            return Tail(depth, lost)
        if tried == len(_DEPTHS):
            rate = float(found.p - 1 if far else found.p + 1)
            needed = int((bits + 8) * log(2) / rate * 1.1) + 4
            depths += [needed, 2 * needed]
    return None
