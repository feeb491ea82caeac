"""The sign of a tree on a box with infinite sides, by ranges, by derivatives and by bisection.

In one variable the derivative says more than ranges do: ``e^x - x - 1`` has an increasing
derivative that is zero at 0, so its least value is the one there.  Every answer is a proof.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TypeAlias

from flint import arb

from grader.expr.balls import Undefined, arb_of, enclose, precision
from grader.expr.derivative import NotDifferentiable, derivative
from grader.expr.domain import Domain, Interval
from grader.expr.ranges import Box, Range, box_of, range_of
from grader.expr.tidy import tidy
from grader.expr.tree import (
    Add,
    Apply,
    Constant,
    Div,
    Expr,
    Mul,
    Neg,
    Number,
    Pow,
    Variable,
    larger,
    rational,
    rational_value,
    size,
    substitute,
    variables,
)
from grader.records import record

_DEEPEST = 3
_LARGEST = 120
_BOXES = 90
_FEWEST_BOXES = 8
_NODES = 16_000
"""Nodes whose ranges are found for one sign: what is spelled out from shared parts may have a thousand."""
_SIMPLE = (0, 1, -1, 2, -2, 3, -3, 4, -4)
_FAR = arb(8)


@record
class Crossing:
    """The tree has the sign of ``side * (name - at)`` and is zero at ``at`` only."""

    name: str
    at: Fraction
    side: int


Signs: TypeAlias = Callable[[Expr], int]
"""Another way to find a weak sign on the same domain: 1, -1, or 0 when it is not known."""


def settled_sign(e: Expr, domain: Domain, other: Signs | None = None) -> int | Crossing:
    """The sign on the inside of the domain, wherever ``e`` has a value: 1 or -1 (weak), 2 or -2
    (strict), a crossing, or 0 when it is not known.  ``other`` is asked for signs of derivatives."""
    names = variables(e)
    box = box_of(domain, names)
    try:
        sign = range_of(e, box).sign
    except Undefined:
        return 0
    if sign:
        return sign
    if len(names) == 1:
        (name,) = names
        found = _by_slope(e, name, domain[name], box, other, _DEEPEST)
        if found:
            return found
    return _by_bisection(e, box)


def analytic(e: Expr, box: Box) -> bool:
    """Proved: ``e`` is real-analytic at every point of the box (which is connected)."""
    match e:
        case Number() | Variable():
            return True
        case Constant(name):
            return name != "oo"
        case Neg(argument):
            return analytic(argument, box)
        case Add(parts) | Mul(parts):
            return all(analytic(part, box) for part in parts)
        case Div(top, bottom):
            return analytic(top, box) and analytic(bottom, box) and _stays_off_zero(bottom, box)
        case Pow(base, exponent):
            q = rational_value(exponent)
            if q is not None and q.denominator == 1:
                return analytic(base, box) and (q >= 0 or _stays_off_zero(base, box))
            if q is not None and q.denominator % 2:
                return analytic(base, box) and _stays_off_zero(base, box)
            return analytic(base, box) and analytic(exponent, box) and _is_positive(base, box)
        case Apply(function, parts):
            if not all(analytic(part, box) for part in parts):
                return False
            if function in _ENTIRE:
                return True
            if function in _ON_POSITIVE:
                return _is_positive(parts[0], box)
            if function in _OFF_ZERO:
                return _stays_off_zero(parts[0], box)
            return function in ("tan", "sec") and _stays_off_zero(Apply("cos", parts), box)
        case _:
            return False


_ENTIRE = frozenset(
    {"sin", "cos", "exp", "sinh", "cosh", "tanh", "sech", "arctan", "arccot", "arsinh", "erf", "sigmoid", "softplus"}
)
_ON_POSITIVE = frozenset({"ln", "sqrt", "log10"})
_OFF_ZERO = frozenset({"abs", "cbrt", "coth", "csch"})


def _stays_off_zero(e: Expr, box: Box) -> bool:
    return rational_value(e) not in (None, 0) or abs(_range_sign(e, box)) == 2


def _is_positive(e: Expr, box: Box) -> bool:
    return _range_sign(e, box) == 2


def _range_sign(e: Expr, box: Box) -> int:
    try:
        return range_of(e, box).sign
    except Undefined:
        return 0


def meromorphic(e: Expr, box: Box) -> bool:
    """Proved: ``e`` is a quotient of functions that are real-analytic on all of the box.

    Where such a quotient has one value that is not zero, its zeros are nowhere dense.
    """
    match e:
        case Neg(argument):
            return meromorphic(argument, box)
        case Add(parts) | Mul(parts):
            return all(meromorphic(part, box) for part in parts)
        case Div(top, bottom):
            return meromorphic(top, box) and meromorphic(bottom, box)
        case Pow(base, exponent):
            q = rational_value(exponent)
            if q is not None and q.denominator == 1:
                return meromorphic(base, box)
        case Apply("tan" | "cot" | "sec" | "csc" | "coth" | "csch", (argument,)):
            return analytic(argument, box)
        case _:
            pass
    return analytic(e, box)


def _by_slope(e: Expr, name: str, interval: Interval, box: Box, other: Signs | None, depth: int) -> int | Crossing:
    """By the mean value theorem, where the tree is differentiable on all of the interval."""
    if depth == 0 or larger(e, _LARGEST) or not analytic(e, box):
        return 0
    try:
        slope = tidy(derivative(e, name))
    except NotDifferentiable:
        return 0
    try:
        trend: int | Crossing = range_of(slope, box).sign
    except Undefined:
        return 0
    if not trend and other is not None:
        trend = other(slope)
    if not trend:
        trend = _by_slope(slope, name, interval, box, other, depth - 1)
    if isinstance(trend, Crossing):
        # The least value (or the greatest) is at the zero of the slope.
        value = _sign_at(e, name, trend.at)
        return trend.side if value is not None and value * trend.side >= 0 else 0
    if not trend:
        return 0
    side = 1 if trend > 0 else -1
    low, high = (interval.low, interval.high) if side > 0 else (interval.high, interval.low)
    if low is not None and _sign_at(e, name, low) in (0, 1):
        return 1
    if high is not None and _sign_at(e, name, high) in (0, -1):
        return -1
    for candidate in _SIMPLE:
        at = Fraction(candidate)
        if interval.contains(at) and _sign_at(e, name, at) == 0:
            # Analytic and monotone, so it is zero there only, unless it is zero everywhere.
            return Crossing(name, at, side)
    return 0


def _sign_at(e: Expr, name: str, at: Fraction) -> int | None:
    """The sign of the value at a rational point, proved; None when it is not known."""
    with precision(128):
        try:
            value = enclose(e, {name: arb_of(at)})
        except Undefined:
            return None
    if not value.is_finite():
        return None
    if value > 0:
        return 1
    if value < 0:
        return -1
    if value.is_zero():
        return 0
    from grader.expr.canonical import is_zero

    return 0 if is_zero(substitute(e, {name: rational(at)}), Domain()).verdict else None


def _by_bisection(e: Expr, box: Box) -> int:
    """One weak sign on every part of the box, by their ranges."""
    signs: set[int] = set()
    pending = [dict(box)]
    with precision(64):
        for _ in range(min(_BOXES, max(_FEWEST_BOXES, _NODES // size(e)))):
            if not pending:
                break
            part = pending.pop()
            try:
                sign = range_of(e, part).sign
            except Undefined:
                continue
            if sign:
                signs.add(1 if sign > 0 else -1)
                if len(signs) > 1:
                    return 0
                continue
            if not part:
                return 0
            middle = {name: _middle(side) for name, side in part.items()}
            try:
                value = enclose(e, middle)
                if value > 0 or value < 0:
                    signs.add(1 if value > 0 else -1)
                    if len(signs) > 1:
                        return 0
            except Undefined:
                pass
            widest = max(part, key=lambda name: _width(part[name]))
            low, high = part[widest].low, part[widest].high
            cut = middle[widest]
            pending.append({**part, widest: Range(low, cut, part[widest].low_open, False)})
            pending.append({**part, widest: Range(cut, high, False, part[widest].high_open)})
    return signs.pop() if not pending and len(signs) == 1 else 0


def _middle(side: Range) -> arb:
    """An exact number inside, far out on an infinite side."""
    low, high = side.low, side.high
    if low.is_finite() and high.is_finite():
        return ((low + high) / 2).mid()
    if low.is_finite():
        return (low * 4 if low > 1 else low + _FAR).mid()
    if high.is_finite():
        return (high * 4 if high < -1 else high - _FAR).mid()
    return arb(0)


def _width(side: Range) -> float:
    if side.low.is_finite() and side.high.is_finite():
        return float(side.high - side.low)
    return float("inf")
