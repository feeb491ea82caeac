"""Ranges of integration, cut where an integrand may have a pole, a corner or an end."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from grader.expr.balls import enclose, precision
from grader.expr.derivative import NotDifferentiable
from grader.expr.domain import Interval
from grader.expr.exact_numbers import Exact
from grader.expr.functions import primitive
from grader.expr.tree import INFINITY, ONE, Add, Apply, Div, Expr, Neg, Pow, rational_value, variables, walk
from grader.expr.zeros import zeros
from grader.records import record

_MOST_PIECES = 12
_BOXES = 1500
"""For the places where the range is cut: nothing is lost but time where one is missed."""


@record
class Piece:
    """A part of the range; None is an infinite end."""

    low: Expr | None
    high: Expr | None


def pieces_of(e: Expr, name: str, low: Expr, high: Expr) -> tuple[bool, list[Piece]]:
    """Whether the ends come in falling order, and the range from the smaller one in parts.

    Raises `SignUnknown`.
    """
    if low == high:
        return False, []
    left, right = end_of(low), end_of(high)
    turned = False
    if low == INFINITY or high == Neg(INFINITY):
        left, right, turned = end_of(high), end_of(low), True
    elif left is not None and right is not None:
        order = Exact(Add((right, Neg(left)))).sign()
        if order == 0:
            return False, []
        if order < 0:
            left, right, turned = right, left, True
    cuts: list[Expr] = []
    for at in breaks(e, name, left, right)[0]:
        if left is not None and Exact(Add((at, Neg(left)))).sign() <= 0:
            continue
        if right is not None and Exact(Add((right, Neg(at)))).sign() <= 0:
            continue
        if not any(Exact(Add((at, Neg(other)))).sign() == 0 for other in cuts):
            cuts.append(at)
    cuts.sort(key=middle)
    ends = [left, *cuts, right]
    return turned, [Piece(a, b) for a, b in zip(ends, ends[1:], strict=False)]


def end_of(e: Expr) -> Expr | None:
    """The number; None for an infinity."""
    return None if e in (INFINITY, Neg(INFINITY)) else e


def middle(e: Expr) -> float:
    """Of a constant, about."""
    with precision(64):
        return float(enclose(e, {}).mid())


def breaks(e: Expr, name: str, low: Expr | None, high: Expr | None) -> tuple[list[Expr], bool]:
    """Numbers in the range, with closed forms, where the expression may have a pole, a corner or an end;
    and whether it is proved that these are all."""
    interval = Interval(_outside(low, -1), _outside(high, 1))
    found: list[Expr] = []
    complete = True
    for part in dict.fromkeys(critical_parts(primitive(e), name)):
        try:
            roots = zeros(part, name, interval, most_boxes=_BOXES)
        except NotDifferentiable:
            complete = False
            continue
        exact = [zero.exact for zero in roots.found if zero.exact is not None]
        complete = complete and roots.complete and len(exact) == len(roots.found)
        found += exact
        if len(found) > _MOST_PIECES:
            return found[:_MOST_PIECES], False
    return found, complete


def _outside(end: Expr | None, sign: int) -> Fraction | None:
    """A rational just beyond the end."""
    if end is None:
        return None
    q = rational_value(end)
    if q is not None:
        return q
    return Fraction(middle(end)) + sign * Fraction(1, 1 << 20)


def critical_parts(e: Expr, name: str) -> Iterator[Expr]:
    """Expressions without a zero where ``e``, written in primitive functions, is defined and analytic."""
    for node in walk(e):
        if name not in variables(node):
            continue
        match node:
            case Div(_, bottom):
                yield bottom
            case Pow(base, exponent):
                q = rational_value(exponent)
                if q is None or q < 0 or q.denominator > 1:
                    yield base
            case Apply(("ln" | "abs" | "sign"), (u,)):
                yield u
            case Apply(("arcsin" | "arccos" | "artanh" | "arcosh"), (u,)):
                yield Add((ONE, Neg(u)))
                yield Add((ONE, u))
            case Apply(("min" | "max"), parts):
                for i, part in enumerate(parts):
                    for other in parts[:i]:
                        yield Add((part, Neg(other)))
