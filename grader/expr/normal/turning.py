"""Sines and cosines by complex exponentials, where half tangents grow too large.

``cos u = (w + 1/w)/2`` and ``sin u = (w - 1/w)/2i`` with ``w = e^(iu)``: sums and multiples
of angles are monomials, so that hundredfold angles and sums of many stay short.  What is
lost are the signs: a polynomial in ``w`` has none, and a root, a logarithm or an absolute
value of it is a kernel without further rules.  The relations (``i^2 = -1``, and that
``e^z`` turns sums into products) hold for complex values, so that a numerator that
reduces to zero is zero at every point, as with real generators.
"""

from __future__ import annotations

from fractions import Fraction

from grader.expr.normal.field import Element, Field, Kernel
from grader.expr.normal.powers import unit

HALF = Fraction(1, 2)


def imaginary(field: Field) -> Element:
    """The imaginary unit."""
    new = "imaginary" not in field.found
    i = field.generator("imaginary", Kernel("imaginary", name="i"))
    if new:
        field.relate(i, 2, -field.unity, trace=0)
    return field.element(i)


def turning(field: Field, numerator: Element, c: Fraction) -> Element:
    """``e^(i c m)`` for a fixed quotient ``m``."""
    n, d = numerator
    key, parts, k = unit(field, "turn", n, d, c)
    w = field.generators[field.generator(key, Kernel("turn", ((n, d * parts),), depends=field.depends(n, d)))]
    return (w**k, field.unity) if k > 0 else (field.unity, w**-k)


def from_turning(field: Field, z: Element) -> tuple[Element, Element]:
    """Sine and cosine of the angle ``u`` with ``z = e^(iu)``."""
    n, d = z
    square, other = field.reduced(n * n), field.reduced(d * d)
    bottom = field.reduced(2 * n * d)
    i = imaginary(field)
    sine = field.multiply(i, field.lowest(other - square, bottom))
    return sine, field.lowest(square + other, bottom)


def to_turning(field: Field, sine: Element, cosine: Element) -> Element:
    """``e^(iu)`` from sine and cosine of ``u``."""
    return field.add(cosine, field.multiply(imaginary(field), sine))
