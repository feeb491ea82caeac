"""Continuity of an expression of one variable, and jumps that an antiderivative may not have."""

from __future__ import annotations

from fractions import Fraction

from flint import arb

from grader.decide.points import window
from grader.decide.requirements import denominators
from grader.expr.balls import Undefined, arb_between, arb_of, enclose, precision
from grader.expr.domain import Interval
from grader.expr.tree import Apply, Div, Expr, children, rebuild, walk
from grader.records import record

_FINEST = 1 << 22


@record
class Jump:
    """F(right) - F(left) is larger than the integrand allows: ``bound`` times the distance."""

    left: Fraction
    right: Fraction
    change: str
    bound: str


def with_visible_jumps(e: Expr) -> Expr:
    """The tree with ``sign(u)`` as ``u/|u|``: a finite ball then proves continuity."""
    parts = tuple(with_visible_jumps(part) for part in children(e))
    if isinstance(e, Apply) and e.function == "sign":
        return Div(parts[0], Apply("abs", parts))
    return rebuild(e, parts)


_BROKEN = frozenset(
    {"tan", "cot", "sec", "csc", "coth", "csch", "arccsc", "arcsec", "arcoth", "arcsch", "sign", "factorial"}
)


def naturally_continuous(e: Expr) -> bool:
    """Whether nothing in the expression could make it jump where it is defined: no division, no poles."""
    return not denominators(e) and not any(isinstance(node, Apply) and node.function in _BROKEN for node in walk(e))


def suspicious_boxes(
    e: Expr, name: str, interval: Interval, budget: int = 500
) -> list[tuple[Fraction, Fraction]] | None:
    """Small intervals outside of which ``e`` is proved continuous or proved undefined.

    Empty: continuous wherever it is defined on the interval.  None: too many were left.
    Adjacent ones are joined.
    """
    visible = with_visible_jumps(e)
    low, high = window(interval)
    width = high - low
    pending = [(low, high)]
    left: list[tuple[Fraction, Fraction]] = []
    with precision(64):
        while pending:
            a, b = pending.pop()
            budget -= 1
            if budget < 0:
                return None
            try:
                if enclose(visible, {name: arb_between(a, b)}).is_finite():
                    continue
            except Undefined:
                continue
            if (b - a) * _FINEST < width:
                left.append((a, b))
                continue
            cut = a + (b - a) * Fraction(503, 1009)
            pending += [(cut, b), (a, cut)]
    joined: list[tuple[Fraction, Fraction]] = []
    for a, b in sorted(left):
        if joined and joined[-1][1] == a:
            joined[-1] = (joined[-1][0], b)
        else:
            joined.append((a, b))
    return joined


def find_jump(antiderivative: Expr, integrand: Expr, name: str, interval: Interval) -> tuple[Jump | None, bool]:
    """A jump of the antiderivative where its integrand is bounded, and whether continuity is known.

    By the mean value theorem ``|F(b) - F(a)| <= (b - a) max |f|`` where F' = f on all of [a, b].
    """
    if naturally_continuous(antiderivative):
        return None, True
    boxes = suspicious_boxes(antiderivative, name, interval)
    known = boxes is not None
    low, high = window(interval)
    if boxes is None:
        # Too many on the whole, as for a periodic function: one that jumps does so on a part as well.
        middle, part = (low + high) / 2, (high - low) / 16
        low, high = middle - part, middle + part
        boxes = suspicious_boxes(antiderivative, name, Interval(low, high)) or []
    margin = (high - low) / (_FINEST // 64)
    for a, b in boxes:
        left, right = max(low, a - margin), min(high, b + margin)
        with precision(128):
            try:
                slope = enclose(integrand, {name: arb_between(left, right)})
                change = _value(antiderivative, name, right) - _value(antiderivative, name, left)
            except Undefined:
                continue
            if not slope.is_finite():
                continue
            if not change.is_finite():
                known = False
                continue
            allowed = slope.abs_upper() * arb_of(right - left)
            if abs(change) > allowed:
                return Jump(left, right, str(change.str(8)), str(slope.abs_upper().str(8))), True
    return None, known


def _value(e: Expr, name: str, x: Fraction) -> arb:
    return enclose(e, {name: arb_of(x)})
