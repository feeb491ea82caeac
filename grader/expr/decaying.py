"""An integrand near an end, or far out, in a variable in which it decays exponentially.

With ``x = a + t`` or ``x = 1/t`` and ``t = e^(-s)`` powers of t become ``e^(-r s)`` and logarithms become
linear, by exact algebra: what is left can be evaluated on wide complex boxes without meeting a
branch point at ``t = 0``.
"""

from __future__ import annotations

from fractions import Fraction

from grader.expr.exact_numbers import Exact
from grader.expr.tree import (
    ONE,
    Add,
    Apply,
    Div,
    E,
    Expr,
    Mul,
    Neg,
    Pow,
    Variable,
    children,
    integer,
    rational,
    rational_value,
    rebuild,
    variables,
)

_HIGHEST_DEGREE = 12

Polynomial = dict[int, Exact]


def decaying(e: Expr, name: str, at: Expr | None, side: int) -> Expr:
    """``e dx/ds`` up to its sign, in ``s`` under the same name: ``x = at + side e^(-s)``, or ``side e^s`` for None.

    ``e`` is written in primitive functions.
    """
    r, rest = _Pulled(name, at, side).pulled(e)
    return _product(_power_of_t(r + (1 if at is not None else -1), name), rest)


def _power_of_t(r: Fraction, name: str) -> Expr:
    if r == 0:
        return ONE
    return Pow(E, Mul((rational(-r), Variable(name))))


def _product(*factors: Expr) -> Expr:
    kept = tuple(factor for factor in factors if factor != ONE)
    return ONE if not kept else kept[0] if len(kept) == 1 else Mul(kept)


class _Pulled:
    """Trees in x as ``t^r`` times a tree in s."""

    def __init__(self, name: str, at: Expr | None, side: int) -> None:
        self._name = name
        self._at = at
        self._side = side

    def pulled(self, e: Expr) -> tuple[Fraction, Expr]:
        zero = Fraction(0)
        if self._name not in variables(e):
            return zero, e
        if self._at is not None:
            polynomial = self._polynomial(e)
            if polynomial is not None:
                return self._of_polynomial(polynomial)
        match e:
            case Variable():
                return Fraction(-1), integer(self._side)
            case Neg(argument):
                r, rest = self.pulled(argument)
                return r, Neg(rest)
            case Mul(factors):
                total, rests = zero, []
                for factor in factors:
                    r, rest = self.pulled(factor)
                    total += r
                    rests.append(rest)
                return total, _product(*rests)
            case Div(top, bottom):
                (r, above), (q, below) = self.pulled(top), self.pulled(bottom)
                return r - q, Div(above, below)
            case Add(terms):
                parts = [self.pulled(term) for term in terms]
                least = min(r for r, _ in parts)
                return least, Add(tuple(_product(_power_of_t(r - least, self._name), rest) for r, rest in parts))
            case Pow(base, exponent):
                power = rational_value(exponent)
                if power is not None:
                    r, rest = self.pulled(base)
                    return r * power, Pow(rest, exponent)
                if base == E:
                    return zero, Pow(E, self.plain(exponent))
                return zero, Pow(E, Mul((self.plain(exponent), self.plain(Apply("ln", (base,))))))
            case Apply("ln", (u,)):
                r, rest = self.pulled(u)
                line = Mul((rational(-r), Variable(self._name)))
                return zero, Add((line, Apply("ln", (rest,)))) if rest != ONE else line
            case Apply("abs", (u,)):
                r, rest = self.pulled(u)
                return r, Apply("abs", (rest,))
            case _:
                return zero, rebuild(e, tuple(self.plain(part) for part in children(e)))

    def plain(self, e: Expr) -> Expr:
        r, rest = self.pulled(e)
        return _product(_power_of_t(r, self._name), rest)

    def _of_polynomial(self, polynomial: Polynomial) -> tuple[Fraction, Expr]:
        lowest = min(polynomial, default=0)
        terms = [_product(c.tree, _power_of_t(Fraction(k - lowest), self._name)) for k, c in sorted(polynomial.items())]
        if not terms:
            return Fraction(0), rational(0)
        return Fraction(lowest), terms[0] if len(terms) == 1 else Add(tuple(terms))

    def _polynomial(self, e: Expr) -> Polynomial | None:
        """The coefficients in t, zeros left out; None when it is no polynomial of low degree."""
        if self._name not in variables(e):
            value = Exact(e)
            return {0: value} if value.sign() else {}
        match e:
            case Variable():
                assert self._at is not None
                place = Exact(self._at)
                return {**({0: place} if place.sign() else {}), 1: Exact(self._side)}
            case Neg(argument):
                inner = self._polynomial(argument)
                return None if inner is None else {k: -c for k, c in inner.items()}
            case Add(terms):
                total: Polynomial = {}
                for term in terms:
                    inner = self._polynomial(term)
                    if inner is None:
                        return None
                    total = _sum(total, inner)
                return total
            case Mul(factors):
                product: Polynomial = {0: Exact(1)}
                for factor in factors:
                    inner = self._polynomial(factor)
                    if inner is None:
                        return None
                    product = _times(product, inner)
                    if max(product, default=0) > _HIGHEST_DEGREE:
                        return None
                return product
            case Div(top, bottom) if self._name not in variables(bottom):
                return self._polynomial(Mul((top, Div(ONE, bottom))))
            case Pow(base, exponent):
                n = rational_value(exponent)
                if n is None or n.denominator != 1 or not 0 < n <= _HIGHEST_DEGREE:
                    return None
                return self._polynomial(Mul((base,) * int(n)))
            case _:
                return None


def _sum(a: Polynomial, b: Polynomial) -> Polynomial:
    total = dict(a)
    for k, c in b.items():
        value = total[k] + c if k in total else c
        if value.sign():
            total[k] = value
        else:
            total.pop(k, None)
    return total


def _times(a: Polynomial, b: Polynomial) -> Polynomial:
    total: Polynomial = {}
    for i, x in a.items():
        total = _sum(total, {i + j: x * y for j, y in b.items()})
    return total
