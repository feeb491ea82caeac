"""Signs that follow from other signs, without a look at values."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import lcm
from typing import TypeAlias

from grader.expr.domain import Domain
from grader.expr.normal.budget import Linear
from grader.expr.normal.field import Field, Polynomial

WeakSign: TypeAlias = Callable[[Field, Polynomial], int | None]
_MOST_INEQUALITIES = 60


def linear_form(field: Field, f: Polynomial) -> Linear | None:
    """``f`` as a linear form in variables, if it is one that is not constant."""
    if f.total_degree() != 1:
        return None
    coefficients: dict[str, Fraction] = {}
    constant = Fraction(0)
    for exponents, c in f.terms():
        i = next((i for i, k in enumerate(exponents) if k), None)
        if i is None:
            constant = Fraction(int(c))
        elif field.kernels[i].kind == "variable":
            coefficients[field.kernels[i].name] = Fraction(int(c))
        else:
            return None
    return coefficients, constant


def implied(form: Linear, known: tuple[Linear, ...], domain: Domain) -> int | None:
    """The weak sign of a linear form where the known ones are not negative, on the domain."""
    for sign in (1, -1):
        if not _feasible([(_scaled(form, -sign), True), *((g, False) for g in known)], domain):
            return sign
    return None


def _scaled(form: Linear, by: Fraction | int) -> Linear:
    return {name: c * by for name, c in form[0].items()}, form[1] * by


def _feasible(system: list[tuple[Linear, bool]], domain: Domain) -> bool:
    """Whether linear forms can all be at least zero (above it when strict): Fourier and Motzkin's elimination."""
    names = sorted({name for (coefficients, _), _ in system for name in coefficients})
    for name in names:
        side = domain[name]
        if side.low is not None:
            system.append((({name: Fraction(1)}, -side.low), False))
        if side.high is not None:
            system.append((({name: Fraction(-1)}, side.high), False))
    for name in names:
        lower: list[tuple[Linear, bool]] = []
        upper: list[tuple[Linear, bool]] = []
        rest: list[tuple[Linear, bool]] = []
        for form, strict in system:
            c = form[0].get(name, Fraction(0))
            (lower if c > 0 else upper if c < 0 else rest).append((form, strict))
        if len(lower) * len(upper) + len(rest) > _MOST_INEQUALITIES:
            return True
        for a, first in lower:
            for b, second in upper:
                x, y = -b[0][name], a[0][name]
                joined = {
                    key: a[0].get(key, Fraction(0)) * x + b[0].get(key, Fraction(0)) * y for key in {**a[0], **b[0]}
                }
                joined = {key: c for key, c in joined.items() if c}
                rest.append(((joined, a[1] * x + b[1] * y), first or second))
        system = rest
    return all(constant > 0 or (constant == 0 and not strict) for (_, constant), strict in system)


def semidefinite_sign(field: Field, f: Polynomial) -> int | None:
    """The weak sign of a quadratic in variables: that of its matrix when no two pivots differ in sign.

    ``f = (1, x)^T A (1, x)`` is not negative when ``A`` is positive semidefinite; Lagrange's
    reduction of the form to squares decides it.
    """
    if f.total_degree() != 2:
        return None
    places: dict[int, int] = {}
    entries: dict[tuple[int, int], Fraction] = {}
    for exponents, c in f.terms():
        at = [i for i, k in enumerate(exponents) for _ in range(int(k))]
        if any(field.kernels[i].kind == "sign" or i in field.complex for i in at):
            return None
        rows = [places.setdefault(i, len(places) + 1) for i in at]
        i, j = sorted([0] * (2 - len(rows)) + rows)
        entries[i, j] = entries[j, i] = Fraction(int(c)) if i == j else Fraction(int(c), 2)
    size = len(places) + 1
    if size > 6:
        return None
    matrix = [[entries.get((i, j), Fraction(0)) for j in range(size)] for i in range(size)]
    signs = set()
    left = list(range(size))
    while left:
        pivot = next((i for i in left if matrix[i][i]), None)
        if pivot is None:
            if any(matrix[i][j] for i in left for j in left):
                return None
            break
        left.remove(pivot)
        signs.add(matrix[pivot][pivot] > 0)
        if len(signs) > 1:
            return None
        for i in left:
            factor = matrix[i][pivot] / matrix[pivot][pivot]
            for j in left:
                matrix[i][j] -= factor * matrix[pivot][j]
    return 1 if signs == {True} else -1


def sign_by_comparison(field: Field, f: Polynomial, weak_sign: WeakSign) -> int | None:
    """Of a difference of two positive monomials, or of a function that is zero with its argument.

    The order of two positive numbers is that of their logarithms, and of their powers.
    """
    i = field.only_generator(f)
    if i is not None:
        kernel = field.kernels[i]
        if kernel.kind in ("arctan", "erf"):
            return _sign_of_product(field, (*kernel.arguments[0],), weak_sign)
        if kernel.kind == "ln":
            u = kernel.arguments[0][0]
            return _sign_of_product(field, (u - 1, u + 1), weak_sign)
        return None
    if len(f) != 2:
        return None
    (first, c), (second, d) = f.terms()
    if (c > 0) == (d > 0):
        return None
    exponents = [int(a) - int(b) for a, b in zip(first, second, strict=True)]
    used = [i for i, k in enumerate(exponents) if k]
    kinds = {field.kernels[i].kind for i in used}
    side = 1 if c > 0 else -1
    if kinds <= {"exp"} and abs(int(c)) == abs(int(d)):
        total = field.zero
        for i in used:
            total = field.add(total, field.scale(field.kernels[i].arguments[0], exponents[i]))
        sign = _sign_of_product(field, total, weak_sign)
    elif kinds <= {"root", "variable", "exp"} and "root" in kinds and all(_positive(field, i) for i in used):
        index = lcm(*(field.kernels[i].index for i in used if field.kernels[i].kind == "root"))
        powers = []
        for chosen, coefficient in ((1, c), (-1, d)):
            element = field.rational(abs(int(coefficient)) ** index)
            for i in used:
                k = exponents[i] * chosen
                if k > 0:
                    element = field.multiply(element, field.power(field.element(i), k * index))
            powers.append(element)
        sign = _sign_of_product(field, (field.subtract(*powers)[0],), weak_sign)
    else:
        return None
    return None if sign is None else side * sign


def _positive(field: Field, i: int) -> bool:
    kernel = field.kernels[i]
    if kernel.kind == "variable":
        low = field.domain[kernel.name].low
        return low is not None and low >= 0
    return kernel.nonnegative


def _sign_of_product(field: Field, parts: tuple[Polynomial, ...], weak_sign: WeakSign) -> int | None:
    result = 1
    for f in parts:
        if f.is_zero():
            return 1
        c, powers = field.factors(f)
        result = result if c > 0 else -result
        for factor, k in powers:
            if k % 2:
                sign = weak_sign(field, factor)
                if sign is None:
                    return None
                result *= sign
    return result
