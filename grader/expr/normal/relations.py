"""Last resort: is an element zero although its numerator is not?

The kernels may satisfy relations that no rule knows: ``ln(3 + 2 sqrt 2) = 2 ln(1 + sqrt 2)``,
``arctan(1/2) + arctan(1/3) = pi/4``.  Each test here is a proof.
"""

from __future__ import annotations

from math import lcm

from grader.expr.balls import precision
from grader.expr.normal.algebraic import coefficients_vanish
from grader.expr.normal.angles import Pair, multiple, plus, sine_cosine, turn
from grader.expr.normal.budget import GaveUp
from grader.expr.normal.field import Element, Field, Polynomial
from grader.expr.normal.powers import exponential
from grader.expr.normal.signs import continuous, value_inside

LARGEST_COEFFICIENT = 40
LARGEST_GAUSSIAN = 1 << 15
"""The bits of a power of a Gaussian integer."""


def vanishes(field: Field, a: Element) -> str | None:
    """Why ``a`` is zero, or None when it could not be proved."""
    present = field.reduced(a[0])
    kinds = {field.kernels[i].kind: i for i, k in enumerate(present.degrees()) if k}
    if "nonzero" in kinds:
        return _by_cases(field, present, kinds["nonzero"])
    if ("root" in kinds or "cosine" in kinds) and coefficients_vanish(field, present):
        return "its coefficients are algebraic numbers below their root bound"
    if ("ln" in kinds or "arctan" in kinds) and len(present) <= 60:
        try:
            if _combination_vanishes(field, a):
                return "its logarithms and arctangents combine to 0"
            groups = _by_monomials(field, present)
            if all(_combination_vanishes(field, (g, field.unity)) for g in groups):
                return "its logarithms and arctangents combine to 0"
        except GaveUp:
            return None
    return None


def _by_cases(field: Field, f: Polynomial, i: int) -> str | None:
    """``f`` with a generator that is 1 where ``g`` is not zero and 0 where it is."""
    inner = field.kernels[i].arguments[0][0]
    generator = field.generators[i]
    present, absent = field.reduced(f % (generator - 1)), field.reduced(f % generator)
    if not present.is_zero() and vanishes(field, (present, field.unity)) is None:
        return None
    absent = field.reduced(absent % inner)
    if any((d % inner).is_zero() for d in field.denominators):
        absent = field.zero[0]
    if not absent.is_zero() and vanishes(field, (absent, field.unity)) is None:
        return None
    return "it is 0 where the argument of each sign is zero and where it is not"


# Logarithms and arctangents


def _by_monomials(field: Field, f: Polynomial) -> list[Polynomial]:
    """The parts of ``f`` that are linear in logarithms, arctangents and pi, one for each monomial in the rest."""
    groups: dict[tuple[int, ...], dict[tuple[int, ...], int]] = {}
    linear = {i for i, kernel in field.kernels.items() if kernel.kind in ("ln", "arctan") or kernel.name == "pi"}
    for exponents, c in f.terms():
        outer = tuple(0 if i in linear else k for i, k in enumerate(exponents))
        inner = tuple(k if i in linear else 0 for i, k in enumerate(exponents))
        groups.setdefault(outer, {})[inner] = c
    return [field.context.from_dict(group) for group in groups.values()]


def _combination_vanishes(field: Field, a: Element) -> bool:
    """``a`` is zero as a combination of logarithms, of arctangents, or as a sum of two such."""
    if field.is_complex(a):
        # What follows from the value of an exponential follows for real arguments only.
        return False
    kinds = {field.kernels[i].kind for i, k in enumerate(a[0].degrees()) if k}
    if "arctan" not in kinds:
        return "ln" in kinds and _logarithms_vanish(field, a)
    if "ln" not in kinds:
        return _arctangents_vanish(field, a)
    logs = {
        exponents: c
        for exponents, c in a[0].terms()
        if any(k and field.kernels[i].kind == "ln" for i, k in enumerate(exponents))
    }
    f = field.context.from_dict(logs)
    return _logarithms_vanish(field, (f, a[1])) and _arctangents_vanish(field, field.lowest(a[0] - f, a[1]))


def _logarithms_vanish(field: Field, a: Element) -> bool:
    """``exp(k a) = 1`` with ``k`` such that only even powers occur, which need no sign."""
    denominators, coefficients = 1, [0]
    for c, _, _ in field.monomials(a):
        denominators = lcm(denominators, c.denominator)
        coefficients.append(abs(c.numerator))
    if max(coefficients) * denominators > LARGEST_COEFFICIENT:
        return False
    value = exponential(field, field.scale(a, 2 * denominators))
    return bool(field.subtract(value, field.one)[0].is_zero())


def _gaussian_power(field: Field, top: Polynomial, bottom: Polynomial, k: int) -> Pair:
    """Imaginary and real part of a Gaussian integer to some power."""
    n, d = int(top.leading_coefficient()), int(bottom.leading_coefficient())
    if abs(k) * (n.bit_length() + d.bit_length()) > LARGEST_GAUSSIAN:
        raise GaveUp("a Gaussian integer is too large")
    if k < 0:
        n, k = -n, -k
    imaginary, real = 0, 1
    while k:
        if k & 1:
            imaginary, real = imaginary * d + real * n, real * d - imaginary * n
        n, d = 2 * n * d, d * d - n * n
        k >>= 1
    return field.rational(imaginary), field.rational(real)


def _arctangents_vanish(field: Field, a: Element) -> bool:
    """``a`` times some ``k`` is a multiple of pi, continuous on the domain, and small at one point of it.

    ``arctan(n/d)`` is the argument of ``d + i n`` up to a multiple of pi, so the product of
    such factors is real where the sum of arctangents is a multiple of pi.  What holds for
    integers only says nothing about the points between them.
    """
    if any(field.domain[name].integer for name in field.depends(*a)):
        return False
    terms = list(field.monomials(a))
    scale = 1
    for c, numerator, denominator in terms:
        i = field.only_generator(numerator)
        if i is not None and field.kernels[i].kind == "arctan":
            if not denominator.is_one():
                return False
            scale = lcm(scale, c.denominator)
    total = (field.zero, field.one)
    for c, numerator, denominator in terms:
        i = field.only_generator(numerator)
        kernel = field.kernels[i] if i is not None else None
        if kernel is not None and kernel.kind == "arctan":
            top, bottom = kernel.arguments[0]
            if top.is_constant() and bottom.is_constant():
                part = _gaussian_power(field, top, bottom, int(c * scale))
            elif abs(c * scale) > LARGEST_COEFFICIENT:
                return False
            else:
                part = multiple(field, ((top, field.unity), (bottom, field.unity)), int(c * scale))
        elif kernel is not None and kernel.name == "pi" and denominator.is_one():
            part = turn(field, c * scale / 2)
        else:
            part = sine_cosine(field, field.lowest(numerator * int(c.numerator) * scale, denominator * c.denominator))
        total = plus(field, total, part)
    if not total[0][0].is_zero():
        return False
    with precision(64):
        value = value_inside(field, field.scale(a, scale))
        if not (value.is_finite() and abs(value) < 1):
            return False
    return not field.depends(*a) or continuous(field, a)
