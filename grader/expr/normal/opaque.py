"""Functions of which nothing is used but what they are applied to, and which power of theirs is known.

Two such kernels are equal when their arguments are equal as elements.  They stand for
functions without rules of their own, and, where angles are written by complex
exponentials (see `grader.expr.normal.turning`), for real functions of arguments whose
factors have no signs.
"""

from __future__ import annotations

from fractions import Fraction

from grader.expr.normal.budget import GaveUp
from grader.expr.normal.field import NOWHERE, Element, Field, Kernel


def opaque(field: Field, name: str, arguments: tuple[Element, ...]) -> Element:
    """A kernel about which nothing is known but its arguments."""
    return field.element(_generator(field, name, tuple(field.rationalised(a) for a in arguments), 0))


def opaque_root(field: Field, a: Element, q: Fraction) -> Element:
    """``a**q`` for a real ``a`` with complex generators.

    The kernel is ``h = d (n/d)^(1/k)`` for ``a = n/d``, because ``h^k = n d^(k-1)`` is a
    monic relation, whatever the sign of ``d``.
    """
    n, d = field.rationalised(a)
    k = q.denominator
    field.spend(len(n) * len(d))
    if n.total_degree() + k * d.total_degree() > field.budget.degree:
        raise GaveUp("the degree is too high")
    i = _generator(field, "opaque root", ((n, d),), k)
    if all(relation.generator != i for relation in field.relations):
        field.relate(i, k, field.reduced(n * d ** (k - 1)), trace=0 if k == 2 else None, pure=True)
    return field.power(field.lowest(field.generators[i], d), q.numerator)


def opaque_absolute(field: Field, a: Element) -> Element:
    """``|a|`` for a real ``a`` with complex generators: ``h = d |n/d|``, so ``h^2 = n^2``."""
    n, d = field.rationalised(a)
    if n.leading_coefficient() < 0:
        n = -n
    i = _generator(field, "opaque abs", ((n, d),), 0)
    if all(relation.generator != i for relation in field.relations):
        field.relate(i, 2, field.multiply((n, field.unity), (n, field.unity))[0], trace=0)
    return field.lowest(field.generators[i], d)


def _generator(field: Field, name: str, arguments: tuple[Element, ...], index: int) -> int:
    key = (name, index, *((field.number(n), field.number(d)) for n, d in arguments))
    depends = NOWHERE.union(*(field.depends(*a) for a in arguments))
    return field.generator(key, Kernel(name, arguments, index=index, depends=depends))
