"""Integrals of waves up to infinity, which converge by their oscillation: ``sin(x)/x``, ``cos(x^2)``.

The integrand is written as a sum of ``G(x) cos(k c x^m)`` and ``G(x) sin(k c x^m)`` with quotients G of
sums of powers; with ``z = x^m`` the waves are ``e^(i k c z)``.  Beyond some S the denominators have no
zero for Re z >= S, and if G tends to 0 there, the path is turned up (Jordan's lemma):

    integral of G(z) e^(iwz) from S to infinity  =  i e^(iwS) integral of G(S + it) e^(-wt) over t > 0,

which decays exponentially, and is cut at some T with a bound for what is left.
"""

from __future__ import annotations

from fractions import Fraction

from flint import acb, arb

from grader.expr.balls import Undefined, arb_of, enclose, precision
from grader.expr.exact_numbers import Exact, SignUnknown
from grader.expr.functions import primitive
from grader.expr.quadrature import BITS, NOT_KNOWN, between
from grader.expr.tree import (
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
from grader.records import record

_BITS = 100
_EVALUATIONS = 20_000
_FARTHEST = 400
_MOST_TERMS = 60
_HIGHEST_POWER = 8

Powers = dict[Fraction, Exact]
"""A sum of powers: the coefficient of each exponent, none of them zero."""

_NONE: Powers = {}
_UNIT: Powers = {Fraction(0): Exact(1)}
_HALF = Exact(Fraction(1, 2))


class _NoWave(Exception):
    """The expression is no such sum."""


@record
class _Quotient:
    top: Powers
    bottom: Powers


Waves = dict[tuple[Fraction, bool], _Quotient]
"""Of each wave: a multiple of the slowest, and whether it is a sine; (0, False) stands for no wave."""

_STILL = (Fraction(0), False)


def oscillating(e: Expr, name: str, start: Fraction) -> tuple[arb, Expr | None, Fraction] | None:
    """The integral from ``start``, at least 1, to infinity, but for a part without waves.

    That part is an expression, to be integrated from the number given with it; None when there is none.
    None altogether where the integrand is not of this form, or a wave does not decay.
    """
    try:
        reader = _Reader(primitive(e), name)
        waves = reader.waves
        still = waves.pop(_STILL, None)
        if not waves:
            return None
        far = _far_enough(reader, waves, start)
        with precision(BITS):
            total = between(e, name, arb_of(start), arb_of(far), _BITS, _EVALUATIONS)
            for (multiple, sine), quotient in waves.items():
                part = None if total is None else _turned(reader, multiple, sine, quotient, far)
                total = None if total is None or part is None else total + part
        if total is None:
            return None
        return total, None if still is None else _tree(still, name), far
    except (_NoWave, SignUnknown, Undefined, RecursionError):
        return None


# Reading ------------------------------------------------------------------------------------


def _plus(a: Powers, b: Powers) -> Powers:
    found = dict(a)
    for power, c in b.items():
        total = found[power] + c if power in found else c
        if total.sign():
            found[power] = total
        else:
            found.pop(power, None)
    return _short(found)


def _times(a: Powers, b: Powers) -> Powers:
    found = _NONE
    for power, c in a.items():
        found = _plus(found, {power + other: c * d for other, d in b.items()})
    return found


def _short(a: Powers) -> Powers:
    if len(a) > _MOST_TERMS:
        raise _NoWave
    return a


def _sum(a: _Quotient, b: _Quotient) -> _Quotient:
    if a.bottom.keys() == b.bottom.keys() and all((a.bottom[k] - c).sign() == 0 for k, c in b.bottom.items()):
        return _Quotient(_plus(a.top, b.top), a.bottom)
    return _Quotient(_plus(_times(a.top, b.bottom), _times(b.top, a.bottom)), _times(a.bottom, b.bottom))


def _product(a: _Quotient, b: _Quotient) -> _Quotient:
    return _Quotient(_times(a.top, b.top), _times(a.bottom, b.bottom))


def _constant(c: Exact) -> _Quotient:
    return _Quotient({Fraction(0): c} if c.sign() else _NONE, _UNIT)


class _Reader:
    """``waves`` of an expression; ``slope`` c and ``exponent`` m of the argument ``c x^m`` of the slowest."""

    def __init__(self, e: Expr, name: str) -> None:
        self._name = name
        self.slope: Exact | None = None
        self.exponent = Fraction(1)
        self.waves = {wave: q for wave, q in self._read(e).items() if q.top}

    def _read(self, e: Expr) -> Waves:
        if self._name not in variables(e):
            return {_STILL: _constant(Exact(e))}
        match e:
            case Variable():
                return {_STILL: _Quotient({Fraction(1): Exact(1)}, _UNIT)}
            case Neg(argument):
                return self._multiplied({_STILL: _constant(Exact(-1))}, self._read(argument))
            case Add(terms):
                total: Waves = {}
                for term in terms:
                    for wave, quotient in self._read(term).items():
                        total[wave] = _sum(total[wave], quotient) if wave in total else quotient
                return total
            case Mul(factors):
                product = self._read(factors[0])
                for factor in factors[1:]:
                    product = self._multiplied(product, self._read(factor))
                return product
            case Div(top, bottom):
                below = self._quotient(bottom)
                if not below.top:
                    raise _NoWave
                return self._multiplied(self._read(top), {_STILL: _Quotient(below.bottom, below.top)})
            case Pow(base, exponent):
                return self._power(base, exponent)
            case Apply("sin" | "cos", (u,)):
                return self._wave(u, e.function == "sin")
        raise _NoWave

    def _quotient(self, e: Expr) -> _Quotient:
        """Of an expression without waves."""
        found = self._read(e)
        if any(wave != _STILL for wave in found):
            raise _NoWave
        return found.get(_STILL, _constant(Exact(0)))

    def _power(self, base: Expr, exponent: Expr) -> Waves:
        n = rational_value(exponent)
        if n is None:
            raise _NoWave
        if n.denominator == 1 and 0 < n <= _HIGHEST_POWER:
            product = factor = self._read(base)
            for _ in range(int(n) - 1):
                product = self._multiplied(product, factor)
            return product
        found = self._quotient(base)
        if n.denominator == 1 and -_HIGHEST_POWER <= n < 0:
            return self._power(Div(ONE, base), rational(-n))
        if len(found.top) != 1 or len(found.bottom) != 1:
            raise _NoWave
        ((p, c),) = found.top.items()
        ((q, d),) = found.bottom.items()
        ratio = c / d
        if ratio.sign() < 0:
            raise _NoWave
        return {_STILL: _Quotient({(p - q) * n: ratio.power(Exact(n))}, _UNIT)}

    def _wave(self, u: Expr, sine: bool) -> Waves:
        """``sin(c x^m + d)`` by the sum of the angles."""
        found = self._quotient(u)
        ((q, below),) = found.bottom.items() if len(found.bottom) == 1 else ((None, None),)
        if q is None or below is None:
            raise _NoWave
        terms = {power - q: c / below for power, c in found.top.items()}
        phase = terms.pop(Fraction(0), Exact(0))
        if len(terms) != 1:
            raise _NoWave
        ((m, c),) = terms.items()
        if self.slope is None:
            if m <= 0:
                raise _NoWave
            self.exponent, self.slope = m, c if c.sign() > 0 else -c
        multiple = (c / self.slope).fraction
        if multiple is None or m != self.exponent:
            raise _NoWave
        sign = Exact(1 if multiple > 0 else -1)
        key = abs(multiple)
        if not phase.sign():
            return {(key, sine): _constant(sign if sine else Exact(1))}
        # sin(t + d) = sin(t) cos(d) + cos(t) sin(d), cos(t + d) = cos(t) cos(d) - sin(t) sin(d).
        cos, sin = Exact(Apply("cos", (phase.tree,))), Exact(Apply("sin", (phase.tree,)))
        of_sine, of_cosine = (sign * cos, sin) if sine else (-(sign * sin), cos)
        return {(key, True): _constant(of_sine), (key, False): _constant(of_cosine)}

    def _multiplied(self, a: Waves, b: Waves) -> Waves:
        found: Waves = {}
        for (j, first), p in a.items():
            for (k, second), q in b.items():
                product = _product(p, q)
                for wave, factor in _angles(j, first, k, second):
                    part = _product(product, _constant(factor))
                    found[wave] = _sum(found[wave], part) if wave in found else part
        return found


def _angles(j: Fraction, first: bool, k: Fraction, second: bool) -> list[tuple[tuple[Fraction, bool], Exact]]:
    """The product of two waves as a sum of waves."""
    if not j or not k:
        return [((j or k, first or second), Exact(1))]
    if first and not second:
        j, first, k, second = k, second, j, first
    gap, both = abs(j - k), j + k
    if first:
        return [((gap, False), _HALF), ((both, False), -_HALF)]
    if not second:
        return [((gap, False), _HALF), ((both, False), _HALF)]
    # cos(j) sin(k) = (sin(k + j) + sin(k - j))/2.
    found = [((both, True), _HALF)]
    if gap:
        found.append(((gap, True), _HALF if k > j else -_HALF))
    return found


# Beyond S -----------------------------------------------------------------------------------


def _ball(c: Exact) -> arb:
    return enclose(c.tree, {})


def _in_z(quotient: _Quotient, m: Fraction) -> _Quotient:
    """With x = z^(1/m) and dx = z^(1/m - 1)/m dz."""
    top = {power / m + 1 / m - 1: c * Exact(1 / m) for power, c in quotient.top.items()}
    return _Quotient(top, {power / m: c for power, c in quotient.bottom.items()})


def _bound(quotient: _Quotient, at: arb) -> arb | None:
    """An upper bound for the size of the quotient where ``|z| >= at``; None where there is none yet.

    With the leading term of the denominator taken out, what is left falls with ``|z|`` or is constant.
    """
    lead = max(quotient.bottom)
    if max(quotient.top) >= lead:
        raise _NoWave
    size = abs(_ball(quotient.bottom[lead]))
    rest = sum((abs(_ball(c)) * at ** arb_of(j - lead) for j, c in quotient.bottom.items() if j != lead), arb(0))
    if not rest < size / 2:
        return None
    above = sum((abs(_ball(c)) * at ** arb_of(j - lead) for j, c in quotient.top.items()), arb(0))
    return arb((above / (size - rest)).abs_upper())


def _far_enough(reader: _Reader, waves: Waves, start: Fraction) -> Fraction:
    """A number from which on the denominators have no zero in the half plane."""
    far = start
    with precision(BITS):
        while far <= _FARTHEST:
            at = arb_of(far) ** arb_of(reader.exponent)
            if all(_bound(_in_z(quotient, reader.exponent), at) is not None for quotient in waves.values()):
                return far
            far *= 2
    raise _NoWave


def _turned(reader: _Reader, multiple: Fraction, sine: bool, quotient: _Quotient, far: Fraction) -> arb | None:
    assert reader.slope is not None
    g = _in_z(quotient, reader.exponent)
    s = arb_of(far) ** arb_of(reader.exponent)
    w = _ball(reader.slope) * arb_of(multiple)
    bound = _bound(g, s)
    assert bound is not None
    top = [(arb_of(power), _ball(c)) for power, c in g.top.items()]
    bottom = [(arb_of(power), _ball(c)) for power, c in g.bottom.items()]

    def integrand(t: acb, _analytic: bool) -> acb:
        z = s + acb(0, 1) * t
        if not z.real > 0:
            # Powers have their cut on the negative axis.
            return NOT_KNOWN
        log = z.log()
        above, below = (sum((c * (log * power).exp() for power, c in side), acb(0)) for side in (top, bottom))
        return above / below * (-w * t).exp()

    end = arb(int(float(((_BITS + 8) * arb(2).log() / w).mid())) + 1)
    tolerance = arb(2) ** -_BITS
    found = acb.integral(integrand, acb(0), acb(end), rel_tol=tolerance, abs_tol=tolerance, eval_limit=_EVALUATIONS)
    if not found.is_finite():
        return None
    lost = arb(0, (bound * (-w * end).exp() / w).abs_upper())
    value = acb(0, 1) * (acb(0, 1) * w * s).exp() * (found + acb(lost, lost))
    return arb(value.imag if sine else value.real)


def _tree(quotient: _Quotient, name: str) -> Expr:
    def side(powers: Powers) -> Expr:
        terms = [Mul((c.tree, Pow(Variable(name), rational(power)))) for power, c in powers.items()]
        return terms[0] if len(terms) == 1 else Add(tuple(terms))

    return Div(side(quotient.top), side(quotient.bottom))


def waves_in(e: Expr, name: str) -> list[Expr]:
    """The arguments of its sines and cosines."""
    return [
        node.arguments[0]
        for node in walk(e)
        if isinstance(node, Apply) and node.function in ("sin", "cos") and name in variables(node)
    ]


def mirrored(e: Expr, name: str) -> Expr:
    """The expression at ``-x``."""
    return substitute(e, {name: Neg(Variable(name))})


__all__ = ["mirrored", "oscillating", "waves_in"]
