"""Where samples of one variable could mislead: near the ends of the domain and near corners.

An expression with ``abs``, ``max``, an inverse sine or a root can follow another one on
most of an interval and leave it on a small part.  The parts are cut by the zeros of the
arguments of these functions, so a point on either side of each zero is looked at.
"""

from __future__ import annotations

from fractions import Fraction

from grader.decide.points import Point, window
from grader.decide.requirements import conditions, denominators
from grader.expr.balls import Undefined, arb_between, arb_of, enclose, precision
from grader.expr.domain import Domain, Interval
from grader.expr.tree import ONE, Add, Apply, Expr, Neg, children, rational_value, size, variables, walk

_STEPS = 96
_LINES = 4
_WORK = 15_000
"""How many nodes may be enclosed while corners are looked for, once on all lines and once in boxes."""


def lines_and_steps(reference: Expr, student: Expr, names: int) -> tuple[int, int]:
    """Through how many points lines are to be drawn, and how many steps to take on each.

    One line in one variable, else one for every variable through each of some points; fewer of
    both for large expressions in many variables.
    """
    if names == 1:
        lines, each = 1, _weight(reference, student)
    else:
        each = max(1, names) * _weight(reference, student)
        lines = max(1, min(_LINES, _WORK // (_STEPS * each)))
    return lines, max(6, min(_STEPS, _WORK // (lines * each)))


def _weight(reference: Expr, student: Expr) -> int:
    """The nodes to be enclosed for one point of a line."""
    return 1 + sum(size(argument) for argument in _arguments(reference) | _arguments(student))


def corner_points(reference: Expr, student: Expr, name: str, interval: Interval, steps: int = _STEPS) -> list[Fraction]:
    """Rational points inside the interval, close to its ends and on both sides of corners."""
    low, high = window(interval)
    width = high - low
    near = width / 10**6
    found = {low + width * Fraction(1, 5003), high - width * Fraction(1, 5003), low + near, high - near}
    for argument in _arguments(reference) | _arguments(student):
        for zero in _sign_changes(argument, name, low, high, steps):
            found.update((zero - near, zero + near, zero - 1000 * near, zero + 1000 * near))
    return sorted(p for p in found if low < p < high)[:200]


def sign_points(e: Expr, domain: Domain) -> list[Point]:
    """Points inside the box at which the argument of a corner is negative, and ones where it is positive.

    By branch and bound: boxes on which its enclosure excludes the sign wanted are dropped.  A part of
    the box too small for the budget can be missed.
    """
    found: list[Point] = []
    arguments = _arguments(e)
    budget = max(12, min(160, _WORK // (2 + 2 * sum(map(size, arguments)))))
    for argument in arguments:
        names = sorted(variables(argument))
        if not names:
            continue  # a number, such as sin(pi), whose sign nothing changes
        box = tuple(window(domain[name]) for name in names)
        for sign in (-1, 1):
            point = _point_with_sign(argument, names, box, sign, budget)
            if point is not None:
                found.append(point)
    return found


def _point_with_sign(
    e: Expr, names: list[str], whole: tuple[tuple[Fraction, Fraction], ...], sign: int, budget: int
) -> Point | None:
    boxes = [whole]
    with precision(64):
        while boxes and budget > 0:
            box = boxes.pop(0)
            budget -= 1
            middle = {
                name: low + (high - low) * Fraction(501, 1009) for name, (low, high) in zip(names, box, strict=True)
            }
            env = {name: arb_between(low, high) for name, (low, high) in zip(names, box, strict=True)}
            try:
                range_ = enclose(e, env)
                value = enclose(e, {name: arb_of(x) for name, x in middle.items()})
            except Undefined:
                continue
            if (value > 0) if sign > 0 else (value < 0):
                return middle
            if (range_ <= 0) if sign > 0 else (range_ >= 0):
                continue
            index = max(range(len(box)), key=lambda i: box[i][1] - box[i][0])
            low, high = box[index]
            cut = (low + high) / 2
            halves = [(*box[:index], half, *box[index + 1 :]) for half in ((low, cut), (cut, high))]
            boxes.extend(halves)
    return None


def has_corners(e: Expr) -> bool:
    """Whether there is anything at which the expression may change its form or lose its value."""
    return bool(_arguments(e))


def _arguments(e: Expr) -> dict[Expr, None]:
    """Expressions at whose zeros ``e`` may change its form."""
    found: dict[Expr, None] = {}
    for node in walk(e):
        if isinstance(node, Apply):
            if node.function in ("abs", "sign", "relu", "cbrt", "sqrt"):
                found[node.arguments[0]] = None
            elif node.function in ("min", "max"):
                first, *rest = node.arguments
                found.update((Add((first, Neg(other))), None) for other in rest)
            elif node.function in ("arcsin", "arccos"):
                u = node.arguments[0]
                found[Add((ONE, Neg(u)))] = None
                found[Add((ONE, u))] = None
                # arcsin(sin v) turns where cos v is zero.
                found.update((Apply(_COFUNCTION[c.function], c.arguments), None) for c in _inner(u))
            elif node.function == "arctan":
                found.update((Apply("cos", c.arguments), None) for c in _inner(node.arguments[0]))
    found.update(conditions(e))
    found.update(denominators(e))
    return {u: None for u in found if rational_value(u) is None}


_COFUNCTION = {"sin": "cos", "cos": "sin", "tan": "cos"}


def _inner(u: Expr) -> list[Apply]:
    return [n for n in (u, *children(u)) if isinstance(n, Apply) and n.function in _COFUNCTION]


def _sign_changes(e: Expr, name: str, low: Fraction, high: Fraction, steps: int) -> list[Fraction]:
    """Rational points within 2^-30 of sign changes of ``e`` on a grid, at most as many as a quarter of its steps."""
    changes: list[Fraction] = []
    with precision(64):
        previous: tuple[Fraction, int] | None = None
        for step in range(steps + 1):
            if 4 * len(changes) > steps:
                break
            x = low + (high - low) * Fraction(2 * step + 1, 2 * steps + 3)
            sign = _sign(e, name, x)
            if sign and previous is not None and previous[1] != sign:
                changes.append(_bisect(e, name, previous[0], x, sign))
            if sign:
                previous = (x, sign)
    return changes


def _sign(e: Expr, name: str, x: Fraction) -> int:
    try:
        value = enclose(e, {name: arb_of(x)})
    except Undefined:
        return 0
    return 1 if value > 0 else -1 if value < 0 else 0


def _bisect(e: Expr, name: str, low: Fraction, high: Fraction, sign_at_high: int) -> Fraction:
    for _ in range(32):
        middle = (low + high) / 2
        sign = _sign(e, name, middle)
        if sign == sign_at_high:
            high = middle
        elif sign:
            low = middle
        else:
            return middle
    return (low + high) / 2
