"""An equality looked at at many points, with many digits: what a verdict says has to be seen there."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal, TypeAlias

import mpmath

from grader.expr.tree import Expr, variables
from grader.verify.domain import Box, points
from grader.verify.outcome import Check
from grader.verify.values import DIGITS, NoValue, Point, Unsure, value

POINTS = 24
_TRIED = 240
_CLOSE = 50

Look: TypeAlias = Literal["equal", "different", "missing", "outside", "unsure"]


def look(reference: Expr, student: Expr, point: Point, digits: int = DIGITS) -> Look:
    """What one point shows."""
    try:
        expected = value(reference, point, digits)
    except NoValue:
        return "outside"
    except Unsure:
        return "unsure"
    try:
        given = value(student, point, digits)
    except NoValue:
        return "missing"
    except Unsure:
        return "unsure"
    with mpmath.workdps(2 * digits):
        scale = max(abs(expected), abs(given), mpmath.mpf(10) ** -(digits // 2))
        gap = abs(expected - given) / max(scale, mpmath.mpf(1))
        if gap < mpmath.mpf(10) ** -(digits - (DIGITS - _CLOSE)):
            return "equal"
        return "different"


def agreement(reference: Expr, student: Expr, box: Box, seed: str) -> Check:
    """Whether the two are equal wherever the reference has a value, at points of our own choice."""
    names = sorted(variables(reference) | variables(student))
    about = "equal at points of our own"
    met = holes = 0
    for point in points(box, names, seed, _TRIED if names else 1):
        seen = look(reference, student, point)
        if seen == "different" or (seen == "missing" and _missing_around(reference, student, point)):
            words = "has no value" if seen == "missing" else "differs"
            return Check(about, "contradicted", f"the answer {words} at {shown(point)}")
        met += seen == "equal"
        holes += seen == "missing"
        if met >= POINTS:
            break
    if not met:
        return Check(about, "could not check", "no point was found where both have a value")
    more = f"; no value at {holes} single points" if holes else ""
    if not names:
        return Check("equal as numbers", "confirmed", f"to {_CLOSE} digits")
    return Check(about, "confirmed", f"{met} points, {_CLOSE} digits{more}")


def difference(reference: Expr, student: Expr, box: Box, seed: str) -> Check:
    """Whether a difference is found at points of our own choice."""
    names = sorted(variables(reference) | variables(student))
    about = "different at a point of our own"
    for point in points(box, names, seed, _TRIED if names else 1):
        seen = look(reference, student, point)
        if seen == "different":
            return Check(about, "confirmed", shown(point))
        if seen == "missing" and _missing_around(reference, student, point):
            return Check(about, "confirmed", f"the answer has no value at {shown(point)}")
    return Check(about, "could not check", "no such point was found")


def _missing_around(reference: Expr, student: Expr, point: Point) -> bool:
    """Whether the answer has no value near the point either: a single hole is accepted."""
    if not point:
        return True
    near = 0
    for step in (Fraction(1, 10**9), Fraction(-3, 10**9), Fraction(7, 10**10)):
        moved = {name: q + step * (i + 1) for i, (name, q) in enumerate(sorted(point.items()))}
        near += look(reference, student, moved) == "missing"
    return near >= 2


def shown(point: Point) -> str:
    """A point in words."""
    return ", ".join(f"{name} = {q}" for name, q in point.items()) or "no variables"


def witness(reference: Expr, student: Expr, point: Point, says_undefined: bool, box: Box) -> Check:
    """Whether the two values at the witness differ, or the student's is missing, as the verdict says."""
    about = f"the witness {shown(point)}"
    outside = [
        name for name, q in point.items()
        if name in box and ((box[name].low is not None and q < box[name].low)  # type: ignore[operator]  # not None
                            or (box[name].high is not None and q > box[name].high))  # type: ignore[operator]  # not None
    ]  # fmt: skip
    if outside:
        return Check(about, "contradicted", f"{outside[0]} lies outside of the domain")
    for digits in (DIGITS, 4 * DIGITS, 20 * DIGITS):
        seen = look(reference, student, point, digits)
        if seen == "outside":
            return Check(about, "contradicted", "the expected answer has no value there")
        if seen == "missing":
            if says_undefined or _missing_around(reference, student, point):
                return Check(about, "confirmed", "the expected answer has a value there, yours has none")
            return Check(about, "contradicted", "the answer has no value there, but has around it")
        if seen == "different":
            if says_undefined:
                return Check(about, "confirmed", "the answer has a value there, and it is a wrong one")
            return Check(about, "confirmed", f"the values differ: {_two(reference, student, point, digits)}")
    if seen == "equal":
        return Check(about, "contradicted", f"the two values agree to {20 * DIGITS - 10} digits")
    return Check(about, "could not check", "the values could not be computed")


def _two(reference: Expr, student: Expr, point: Point, digits: int) -> str:
    """Both values, with as many digits as it takes to see the difference."""
    a, b = value(reference, point, digits), value(student, point, digits)
    for places in (12, 25, 50, 120, 1200):
        one, other = mpmath.nstr(a, places), mpmath.nstr(b, places)
        if one != other:
            break
    return f"{one} and {other}"
