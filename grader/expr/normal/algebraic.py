"""Whether an algebraic number is zero, by a root bound.

The generators that stand for algebraic numbers here (roots of integers, of sums of
such, and ``2 cos(2 pi/n)``) are algebraic integers.  So is a polynomial in them over the
integers; if it is not zero its norm is at least 1, and it cannot be too small.
"""

from __future__ import annotations

from flint import arb

from grader.expr.balls import precision
from grader.expr.normal.field import Field, Polynomial
from grader.expr.normal.signs import Values

MOST_BITS = 20_000


def _algebraic(field: Field, i: int) -> bool:
    """A generator that is an algebraic integer: all relations are monic over the integers."""
    kernel = field.kernels[i]
    if kernel.kind == "cosine":
        return True
    if kernel.kind != "root" or kernel.depends:
        return False
    inner = kernel.arguments[0][0]
    return all(_algebraic(field, j) for j, k in enumerate(inner.degrees()) if k)


def coefficients_vanish(field: Field, f: Polynomial) -> bool:
    """Every coefficient of ``f``, as a polynomial over the algebraic numbers in it, is zero."""
    degrees = f.degrees()
    algebraic = frozenset(i for i, k in enumerate(degrees) if k and _algebraic(field, i))
    groups: dict[tuple[int, ...], dict[tuple[int, ...], int]] = {}
    for exponents, c in f.terms():
        outer = tuple(0 if i in algebraic else k for i, k in enumerate(exponents))
        inner = tuple(k if i in algebraic else 0 for i, k in enumerate(exponents))
        groups.setdefault(outer, {})[inner] = c
    return all(algebraic_zero(field, field.context.from_dict(group)) for group in groups.values())


def algebraic_zero(field: Field, f: Polynomial) -> bool:
    """An algebraic integer of degree D with all conjugates below U is zero when it is below U^(1-D)."""
    bounds: dict[int, arb] = {}
    degree = 1

    def bound(g: Polynomial) -> arb:
        total = arb(0)
        for exponents, c in g.terms():
            term = arb(abs(c))
            for i, k in enumerate(exponents):
                if k:
                    term *= generator_bound(i) ** int(k)
            total += term
        return total

    def generator_bound(i: int) -> arb:
        nonlocal degree
        if i not in bounds:
            relation = next(r for r in field.relations if r.generator == i)
            degree *= relation.degree
            kernel = field.kernels[i]
            bounds[i] = arb(2) if kernel.kind == "cosine" else bound(kernel.arguments[0][0]).root(kernel.index)
        return bounds[i]

    with precision(64):
        size = abs(arb(1).max(bound(f)).log() / arb(2).log()).abs_upper()
        bits = int((size * (degree - 1)).ceil().unique_fmpz() or 0) + 1
    if bits > MOST_BITS:
        return False
    with precision(64):
        # Most that are not zero are seen not to be at once.
        if not Values(field, {}).polynomial(f).contains(0):
            return False
    with precision(bits + 128):
        value = Values(field, {}).polynomial(f)
        return bool(value.contains(0) and abs(value) < arb(2) ** (-bits))
