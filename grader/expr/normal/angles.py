"""Sines, cosines and their inverses as elements of a field.

The sine and cosine of an argument are rational functions of the tangent of half its
unit, so that they live in a field with unique factorisation.  Constant turns are
radicals or polynomials in ``2 cos(2 pi/n)``.  Inverse functions are arctangents.
"""

from __future__ import annotations

from fractions import Fraction
from math import comb, lcm
from typing import Any

from flint import arb, fmpz_poly

from grader.expr.balls import precision
from grader.expr.normal.algebraic import coefficients_vanish
from grader.expr.normal.budget import GaveUp, Nowhere, Refine
from grader.expr.normal.field import Element, Field, Kernel, Polynomial
from grader.expr.normal.powers import is_integer, parity, root, unit
from grader.expr.normal.signs import Values, proved_sign, weak_sign
from grader.expr.normal.turning import from_turning, to_turning, turning

HALF = Fraction(1, 2)
LARGEST_MULTIPLE = 24
LARGEST_TURN = 120

Pair = tuple[Element, Element]


def pi(field: Field) -> Element:
    return field.element(field.generator("pi", Kernel("constant", name="pi")))


def plus(field: Field, a: Pair, b: Pair) -> Pair:
    """Sine and cosine of a sum."""
    (s, c), (u, v) = a, b
    if s[0].is_zero() and c[0].is_one() and c[1].is_one():
        return b
    multiply = field.multiply
    return field.add(multiply(s, v), multiply(c, u)), field.subtract(multiply(c, v), multiply(s, u))


def multiple(field: Field, pair: Pair, k: int) -> Pair:
    """Sine and cosine of ``k`` times an angle."""
    if k < 0:
        s, c = multiple(field, pair, -k)
        return field.negative(s), c
    if k > LARGEST_MULTIPLE:
        raise GaveUp("too high a multiple of an angle")
    result: Pair = (field.zero, field.one)
    while k:
        if k & 1:
            result = plus(field, result, pair)
        k >>= 1
        if k:
            pair = plus(field, pair, pair)
    return result


def sine_cosine(field: Field, a: Element) -> Pair:
    """Sine and cosine of an element."""
    field.plan.angles = True
    if field.turning:
        return _by_turning(field, a)
    total: Pair = (field.zero, field.one)
    if a[0].is_zero():
        return total
    for c, numerator, denominator in field.monomials(a):
        i = field.only_generator(numerator) if denominator.is_one() else None
        kernel = field.kernels[i] if i is not None else None
        if kernel is not None and kernel.name == "pi":
            part = turn(field, c / 2)
        elif (m := _half_turns(field, numerator, denominator, c)) is not None:
            part = field.zero, parity(field, m)
        elif kernel is not None and kernel.kind == "arctan" and c.denominator <= 2:
            part = multiple(field, _of_arctangent(field, kernel.arguments[0], c.denominator == 2), c.numerator)
        else:
            key, parts, k = unit(field, "angle", numerator, denominator, c)
            depends = field.depends(numerator, denominator)
            half = Kernel("half tangent", ((numerator, denominator * parts),), depends=depends)
            part = _by_half_tangent(field, field.generator(key, half), k)
        total = plus(field, total, part)
    return total


def _half_turns(field: Field, numerator: Polynomial, denominator: Polynomial, c: Fraction) -> Polynomial | None:
    """The integer by which ``pi`` is multiplied, if it is one."""
    number = field.found.get("pi")
    if number is None or c.denominator != 1 or not denominator.is_one() or not field.domain.integers:
        return None
    if numerator.degrees()[number] != 1:
        return None
    rest = numerator // field.generators[number] * c.numerator
    return rest if is_integer(field, (rest, field.unity)) else None


def _by_turning(field: Field, a: Element) -> Pair:
    """Sine and cosine by complex exponentials, whose products are monomials."""
    total = field.one
    known: Pair = (field.zero, field.one)
    if a[0].is_zero():
        return known
    for c, numerator, denominator in field.monomials(a):
        i = field.only_generator(numerator) if denominator.is_one() else None
        kernel = field.kernels[i] if i is not None else None
        if kernel is not None and kernel.name == "pi":
            known = plus(field, known, turn(field, c / 2))
        elif (m := _half_turns(field, numerator, denominator, c)) is not None:
            known = plus(field, known, (field.zero, parity(field, m)))
        elif kernel is not None and kernel.kind == "arctan" and c.denominator <= 2:
            pair = _of_arctangent(field, kernel.arguments[0], c.denominator == 2)
            known = plus(field, known, multiple(field, pair, c.numerator))
        else:
            total = field.multiply(total, turning(field, (numerator, denominator), c))
    if total[0].is_one() and total[1].is_one():
        return known
    if not (known[0][0].is_zero() and known[1] == field.one):
        total = field.multiply(total, to_turning(field, *known))
    return from_turning(field, total)


def _by_half_tangent(field: Field, i: int, k: int) -> Pair:
    """Sine and cosine of ``k`` units, from ``(1 + i t)^(2k) / (1 + t^2)^k``."""
    known: Pair | None = field.found.get(("multiple", i, k))
    if known is not None:
        return known
    n = abs(k)
    if n > LARGEST_MULTIPLE:
        raise GaveUp("too high a multiple of an angle")
    field.spend(4 * n * n)
    t = field.generators[i]
    sine = sum((comb(2 * n, j) * (-1) ** (j // 2) * t**j for j in range(1, 2 * n, 2)), field.zero[0])
    cosine = sum((comb(2 * n, j) * (-1) ** (j // 2) * t**j for j in range(0, 2 * n + 1, 2)), field.zero[0])
    bottom = (t * t + 1) ** n
    pair = ((sine if k > 0 else -sine, bottom), (cosine, bottom))
    field.found["multiple", i, k] = pair
    return pair


def _of_arctangent(field: Field, u: Element, halved: bool) -> Pair:
    """Sine and cosine of ``arctan u`` or its half; the cosine is positive in both cases."""
    cosine = field.inverse(root(field, field.add(field.one, field.multiply(u, u)), HALF))
    if not halved:
        return field.multiply(u, cosine), cosine
    half = root(field, field.scale(field.add(field.one, cosine), HALF), HALF)
    return field.divide(field.scale(field.multiply(u, cosine), HALF), half), half


def turn(field: Field, part: Fraction) -> Pair:
    """Sine and cosine of a part of the full turn ``2 pi``."""
    part %= 1
    n = part.denominator
    if 4 % n == 0:
        quarter = int(part * 4)
        return field.rational((0, 1, 0, -1)[quarter]), field.rational((1, 0, -1, 0)[quarter])
    key = ("turn", part)
    known: Pair | None = field.found.get(key)
    if known is None:
        row = _SURDS.get(n)
        known = multiple(field, row(field), part.numerator) if row else _by_cosine(field, part)
        field.found[key] = known
    return known


def _surd(field: Field, n: int) -> Element:
    return root(field, field.rational(n), HALF)


def _third(field: Field) -> Pair:
    return field.scale(_surd(field, 3), HALF), field.rational(-HALF)


def _sixth(field: Field) -> Pair:
    return field.scale(_surd(field, 3), HALF), field.rational(HALF)


def _eighth(field: Field) -> Pair:
    side = field.scale(_surd(field, 2), HALF)
    return side, side


def _twelfth(field: Field) -> Pair:
    return field.rational(HALF), field.scale(_surd(field, 3), HALF)


def _twenty_fourth(field: Field) -> Pair:
    a = field.scale(field.multiply(_surd(field, 2), _surd(field, 3)), Fraction(1, 4))
    b = field.scale(_surd(field, 2), Fraction(1, 4))
    return field.subtract(a, b), field.add(a, b)


def _tenth(field: Field) -> Pair:
    cosine = field.scale(field.add(field.one, _surd(field, 5)), Fraction(1, 4))
    return root(field, field.subtract(field.one, field.multiply(cosine, cosine)), HALF), cosine


def _fifth(field: Field) -> Pair:
    return multiple(field, _tenth(field), 2)


def _sixteenth(field: Field) -> Pair:
    cosine = root(field, field.scale(field.add(field.rational(2), _surd(field, 2)), Fraction(1, 4)), HALF)
    return root(field, field.subtract(field.one, field.multiply(cosine, cosine)), HALF), cosine


_SURDS = {
    3: _third,
    5: _fifth,
    6: _sixth,
    8: _eighth,
    10: _tenth,
    12: _twelfth,
    16: _sixteenth,
    24: _twenty_fourth,
}
"""Parts of a turn that people write with square roots."""


def _by_cosine(field: Field, part: Fraction) -> Pair:
    """Polynomials in ``w = 2 cos(2 pi/n)``, one ``n`` for all such constants of the tree."""
    n = lcm(field.plan.units.get("turns", 4), part.denominator)
    if field.plan.units.get("turns") != n:
        field.plan.units["turns"] = n
        if "cosine" in field.found:
            raise Refine
    if n > LARGEST_TURN:
        raise GaveUp("too fine a part of the turn")
    minimal = fmpz_poly.cos_minpoly(n)
    degree = int(minimal.degree())
    new = "cosine" not in field.found
    i = field.generator("cosine", Kernel("cosine", index=n))
    w: Polynomial = field.generators[i]
    if new:
        rest = field.zero[0]
        for j in range(degree):
            rest -= int(minimal[j]) * w**j
        field.relate(i, degree, rest)
    k = int(part * n)
    return _cosine_of(field, w, n, (n // 4 - k) % n), _cosine_of(field, w, n, k)


def _cosine_of(field: Field, w: Polynomial, n: int, k: int) -> Element:
    """``cos(2 pi k/n)``: half the Dickson polynomial of ``w``."""
    k = min(k, n - k)
    before: Polynomial = field.context.constant(2)
    now: Polynomial = w
    if k == 0:
        return field.one
    for _ in range(k - 1):
        before, now = now, field.reduced(w * now - before)
    return field.scale((now, field.unity), HALF)


def arctangent(field: Field, u: Element) -> Element:
    """``arctan u`` through one kernel for ``u``, ``-u`` and, where the sign is known, ``1/u``."""
    u = field.rationalised(u)
    if u[0].is_zero():
        return u
    if u[0].leading_coefficient() < 0:
        return field.negative(arctangent(field, field.negative(u)))
    if not field.depends(*u) and not field.is_complex(u):
        exact = _exact_arctangent(field, u)
        if exact is not None:
            return exact
    other = field.inverse(u)
    side = 1 if other[0].leading_coefficient() > 0 else -1
    other = field.scale(other, side)
    sign = _sign_of(field, u) if field.depends(*u) or _order(other) < _order(u) else None
    if sign is not None:
        # What is divided by should not vanish: then the kernel is continuous.
        here, there = _stays_off_zero(field, u[1]), _stays_off_zero(field, u[0])
        if there if here != there else _order(other) < _order(u):
            quarter = field.scale(pi(field), Fraction(sign, 2))
            return field.subtract(quarter, field.scale(_arctangent_kernel(field, other), side))
    return _arctangent_kernel(field, u)


def _stays_off_zero(field: Field, f: Polynomial) -> bool:
    return all(proved_sign(field, factor, strict=True) is not None for factor, _ in field.factors(f)[1])


def _arctangent_kernel(field: Field, u: Element) -> Element:
    key = ("arctan", field.number(u[0]), field.number(u[1]))
    return field.element(field.generator(key, Kernel("arctan", (u,), depends=field.depends(*u))))


def _order(u: Element) -> tuple[int, int, Any, Any]:
    n, d = u
    return d.total_degree() - n.total_degree(), len(n) - len(d), n.monoms(), n.coeffs()


def _sign_of(field: Field, u: Element) -> int | None:
    sign = 1
    for f in u:
        c, powers = field.factors(f)
        sign = sign if c > 0 else -sign
        for factor, k in powers:
            if k % 2:
                known = weak_sign(field, factor)
                if known is None:
                    return None
                sign *= known
    return sign


def _exact_arctangent(field: Field, u: Element) -> Element | None:
    """A rational multiple of pi whose tangent provably is ``u``."""
    with precision(64):
        share = Values(field, {}).element(u).atan() / arb.pi() * 120
        k = share.unique_fmpz()
    if k is None:
        return None
    half_turns = Fraction(int(k), 120)
    if half_turns.denominator not in _TANGENTS:
        return None
    s, c = turn(field, half_turns / 2)
    gap = field.subtract(field.multiply(u, c), s)[0]
    if gap.is_zero() or coefficients_vanish(field, gap):
        return field.scale(pi(field), half_turns)
    return None


_TANGENTS = frozenset({1, 2, 3, 4, 5, 6, 8, 10, 12})


def arcsine(field: Field, u: Element) -> Element:
    """``arctan(u / sqrt(1 - u^2))``, and a quarter of a turn at the ends."""
    value = field.rational_of(u)
    if value is not None and abs(value) >= 1:
        if abs(value) > 1:
            raise Nowhere("an arcsine outside its domain")
        return field.scale(pi(field), value / 2)
    rest = field.subtract(field.one, field.multiply(u, u))
    if rest[0].is_zero():
        raise GaveUp("an arcsine at the end of its domain")
    return arctangent(field, field.divide(u, root(field, rest, HALF)))


def arccosine(field: Field, u: Element) -> Element:
    return field.subtract(field.scale(pi(field), HALF), arcsine(field, u))
