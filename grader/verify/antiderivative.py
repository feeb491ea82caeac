"""Antiderivatives: slopes by differences with many digits, and one constant between two of them."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import mpmath

from grader import answer as answers
from grader.answer import Scalar, Shape
from grader.expr.parse import Names
from grader.expr.tree import Expr, variables
from grader.verify.domain import points, read_box
from grader.verify.outcome import Check
from grader.verify.sampling import shown
from grader.verify.values import NoValue, Unsure, evaluate, number, real

_DIGITS = 150
_STEP = 40
_CLOSE = 30
_CONSTANTS = (Fraction(7, 3), Fraction(-7, 3))


def check_antiderivative(question: Mapping[str, Any], verdict: Mapping[str, Any]) -> list[Check]:
    """Whether the slopes of the two answers are the same, or not, as the verdict says."""
    names = tuple(question.get("variables") or ["x"])
    known, shape = Names(names, free=True), Shape("scalar", free_names=True)
    syntax = question.get("syntax", "auto")
    reference, student = (
        answers.read(str(question[key]), shape, known, syntax=syntax).answer for key in ("reference", "student")
    )
    assert isinstance(reference, Scalar) and isinstance(student, Scalar)
    right = verdict["verdict"] == "correct"
    required = question.get("relation") == "antiderivative_with_constant"
    own = variables(student.value) - set(names)
    checks = [_slopes(reference.value, student.value, names, question, right, verdict.get("reason"))]
    if required and right:
        checks.append(Check("a free constant", "confirmed" if own else "contradicted", ", ".join(sorted(own))))
    if verdict.get("reason") == "constant" and not own:
        checks.append(Check("no free constant is there", "confirmed"))
    elif verdict.get("reason") == "constant":
        how = f"whether {', '.join(sorted(own))} takes every value is not looked at"
        checks.append(Check("the free constant", "could not check", how))
    return checks


def _slopes(
    a: Expr, b: Expr, names: tuple[str, ...], question: Mapping[str, Any], right: bool, reason: str | None
) -> Check:
    about = "the slopes of the two answers"
    variable = names[0]
    box = read_box(question.get("domain"), names)
    order = sorted((variables(a) | variables(b)) & set(names) | {variable})
    met = 0
    for point in points(box, order, f"{question['reference']} {question['student']}", 120):
        for constant in _CONSTANTS:
            try:
                expected, given = (_slope(e, variable, point, constant) for e in (a, b))
            except (NoValue, Unsure, ZeroDivisionError, ValueError, OverflowError):
                continue
            with mpmath.workdps(_DIGITS):
                equal = abs(expected - given) < mpmath.mpf(10) ** -_CLOSE * (1 + abs(expected))
            if not equal:
                words = f"{mpmath.nstr(expected, 12)} and {mpmath.nstr(given, 12)} at {shown(point)}"
                return Check(about, "contradicted" if right or reason == "constant" else "confirmed", words)
            met += 1
            break
        if met >= 16:
            break
    if not met:
        if not right and reason == "domain":
            return Check(about, "confirmed", "the answer has no value where one is expected")
        return Check(about, "could not check", "no point was found where both have one")
    if right or reason == "constant":
        return Check(about, "confirmed", f"equal at {met} points, {_CLOSE} digits")
    if reason == "domain":
        return _gap_or_jump(a, b, variable, order, box, question)
    return Check(about, "contradicted", f"equal at {met} points, {_CLOSE} digits")


def _slope(e: Expr, variable: str, point: Mapping[str, Fraction], constant: Fraction) -> Any:
    """The symmetric difference quotient; its error is of the order of the square of the step."""
    with mpmath.workdps(_DIGITS):
        h = mpmath.mpf(10) ** -_STEP
        at = {name: number(constant) for name in variables(e)} | {n: number(q) for n, q in point.items()}
        there = real(evaluate(e, {**at, variable: at[variable] + h}))
        here = real(evaluate(e, {**at, variable: at[variable] - h}))
        return (there - here) / (2 * h)


def _value(e: Expr, variable: str, at: Mapping[str, Fraction], constant: Fraction) -> Any:
    with mpmath.workdps(_DIGITS):
        names = {name: number(constant) for name in variables(e)} | {n: number(q) for n, q in at.items()}
        return real(evaluate(e, names))


def _gap_or_jump(a: Expr, b: Expr, variable: str, order: list[str], box: Any, question: Mapping[str, Any]) -> Check:
    """The slopes agree, yet there is a point without a value, or the difference of the two is not one number."""
    seen = []
    for point in points(box, order, f"gap {question['student']}", 200):
        try:
            expected = _value(a, variable, point, _CONSTANTS[0])
        except (NoValue, Unsure, ZeroDivisionError, ValueError, OverflowError):
            continue
        for constant in _CONSTANTS:
            try:
                seen.append((point[variable], _value(b, variable, point, constant) - expected))
                break
            except (NoValue, Unsure, ZeroDivisionError, ValueError, OverflowError):
                continue
        else:
            return Check("a point without a value", "confirmed", f"the answer has none at {shown(point)}")
    if len(order) == 1 and seen:
        seen.sort(key=lambda pair: pair[0])
        for (left, before), (right, after) in zip(seen, seen[1:], strict=False):
            if abs(before - after) > mpmath.mpf(10) ** -_CLOSE:
                where = f"between {variable} = {left} and {right}"
                return Check("a jump", "confirmed", f"the answer minus the expected one changes {where}")
    return Check("a gap or a jump", "could not check", "neither was found")
