"""One change to a matrix expression at a time: what is left when a transpose, an inverse or a factor is forgotten.

A change is a function of a node that returns the other node, or None where it cannot be made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import TypeAlias

from grader.expr.matrices.tree import Binary, Call, Matrix, Negative, Numeral, Power, Transpose, parts, with_parts

Change: TypeAlias = Callable[[Matrix], Matrix | None]


def once(e: Matrix, change: Change) -> Iterator[Matrix]:
    """The expression with the change made at one place, for every place where it can be made."""
    changed = change(e)
    if changed is not None:
        yield changed
    inner = parts(e)
    for i, part in enumerate(inner):
        for other in once(part, change):
            yield with_parts(e, (*inner[:i], other, *inner[i + 1 :]))


def throughout(e: Matrix, change: Change) -> Matrix:
    """The expression with the change made wherever it can be."""
    e = with_parts(e, tuple(throughout(part, change) for part in parts(e)))
    changed = change(e)
    return e if changed is None else changed


def untransposed(e: Matrix) -> Matrix | None:
    return e.argument if isinstance(e, Transpose) else None


def inverted(e: Matrix) -> Matrix | None:
    """What an inverse is the inverse of."""
    match e:
        case Call("inv", (a,)):
            return a
        case Power(a, n, False) if n == -1:
            return a
        case _:
            return None


def swapped(e: Matrix) -> Matrix | None:
    return Binary("*", e.right, e.left) if isinstance(e, Binary) and e.operator == "*" else None


def without_factor(e: Matrix) -> Iterator[Matrix]:
    """One factor less, of a product that is no bare multiple."""
    match e:
        case Binary("*" | ".*", a, b):
            for kept, dropped in ((a, b), (b, a)):
                if not isinstance(dropped, Numeral):
                    yield kept
            for less in without_factor(a):
                yield Binary(e.operator, less, b)
            for less in without_factor(b):
                yield Binary(e.operator, a, less)
        case Negative(a) | Transpose(a):
            for less in without_factor(a):
                yield with_parts(e, (less,))
        case Binary("/", a, b):
            for less in without_factor(a):
                yield Binary("/", less, b)


def without_term(e: Matrix) -> Iterator[Matrix]:
    """A term of a sum forgotten, at the top or within a factor."""
    if isinstance(e, Binary) and e.operator in "+-" and not isinstance(e.left, Numeral):
        yield e.left
        yield e.right if e.operator == "+" else Negative(e.right)
    for i, part in enumerate(parts(e)):
        for less in without_term(part):
            yield with_parts(e, (*parts(e)[:i], less, *parts(e)[i + 1 :]))


def scaled(e: Matrix, factor: Fraction) -> Matrix:
    return Binary("*", Numeral(factor), e)
