"""Integrals and limits of a question, computed anew by mpmath: tanh-sinh quadrature, values ever closer to a place.

Both are checks by numbers: a value is confirmed or contradicted to some digits.  That there is no
value is left open.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import mpmath

from grader import answer as answers
from grader.answer import Equation, Label, Scalar
from grader.expr.parse import Names, parse
from grader.expr.tree import INFINITY, Expr, Neg, Variable
from grader.verify.outcome import Check
from grader.verify.values import NoValue, Unsure, evaluate, real, value

_DIGITS = 40
_CLOSE = 12


def check_integral(question: Mapping[str, Any], found: Mapping[str, Any]) -> list[Check]:
    """The value of a definite integral, from its integrand alone."""
    about = "the integral by quadrature"
    x = str(question.get("wrt", "x"))
    integrand = parse(str(question["integrand"]), Names((x,)), source="integrand")
    given = _given(question, x)
    if given is None or given in (INFINITY, Neg(INFINITY)):
        return [Check(about, "could not check", "that it has no value is not computed here")]
    with mpmath.workdps(_DIGITS):
        ends = [_end(str(question[key])) for key in ("from", "to")]
        points = [ends[0], mpmath.mpf(1) / 3, ends[1]] if _between(mpmath.mpf(1) / 3, ends) else ends
        try:
            expected, error = mpmath.quad(lambda t: _at(integrand, x, t), points, error=True)
            typed = value(given, {})
        except (NoValue, Unsure, ValueError, ZeroDivisionError, OverflowError):
            return [Check(about, "could not check", "the integrand has no value at some point")]
        if not error < mpmath.mpf(10) ** -_CLOSE * (1 + abs(expected)):
            return [Check(about, "could not check", "the quadrature did not settle")]
        return [_compared(about, expected, typed, found)]


def check_limit(question: Mapping[str, Any], found: Mapping[str, Any]) -> list[Check]:
    """The value of a limit, from values of the function close to the place."""
    about = "the limit by values close by"
    x = str(question.get("wrt", "x"))
    function = parse(str(question["function"]), Names((x,)), source="function")
    given = _given(question, x)
    if given is None or given in (INFINITY, Neg(INFINITY)):
        return [Check(about, "could not check", "that it is no number is not computed here")]
    with mpmath.workdps(4 * _DIGITS):
        place = _end(str(question["to"]))
        typed = value(given, {})
        for side in _sides(str(question.get("side", "both")), place):
            try:
                near = [_at(function, x, _close(place, side, k)) for k in (16, 20, 24)]
            except (NoValue, Unsure, ValueError, ZeroDivisionError, OverflowError):
                return [Check(about, "could not check", "the function has no value close to the place")]
            steps = abs(near[1] - near[0]), abs(near[2] - near[1])
            if steps[1] > steps[0] / 10 + mpmath.mpf(10) ** -_DIGITS:
                return [Check(about, "could not check", "the values settle too slowly")]
            gap = abs(near[2] - typed)
            if gap > 100 * steps[1] + mpmath.mpf(10) ** -_CLOSE:
                return [_verdict(about, False, found, f"{mpmath.nstr(near[2], 15)} close by")]
    return [_verdict(about, True, found, f"the values tend to {mpmath.nstr(typed, 15)}")]


def _given(question: Mapping[str, Any], x: str) -> Expr | None:
    """The typed number; None for a word."""
    found = answers.read_any(str(question["student"]), Names((x,)), source="student").answer
    match found:
        case Scalar(e) | Equation(Variable(), e):
            return e
        case Label():
            return None
    raise ValueError("no single value was typed")


def _end(text: str) -> Any:
    e = parse(text, Names(()))
    if e in (INFINITY, Neg(INFINITY)):
        return mpmath.inf if e == INFINITY else -mpmath.inf
    return value(e, {})


def _between(middle: Any, ends: list[Any]) -> bool:
    return bool(min(ends) < middle < max(ends))


def _at(e: Expr, x: str, t: Any) -> Any:
    return real(evaluate(e, {x: t}))


def _sides(side: str, place: Any) -> tuple[int, ...]:
    if mpmath.isinf(place):
        return (1,)
    return {"left": (-1,), "right": (1,)}.get(side, (-1, 1))


def _close(place: Any, side: int, k: int) -> Any:
    if mpmath.isinf(place):
        return (1 if place > 0 else -1) * mpmath.mpf(10) ** k
    return place + side * mpmath.mpf(10) ** -k


def _compared(about: str, expected: Any, typed: Any, found: Mapping[str, Any]) -> Check:
    same = abs(expected - typed) < mpmath.mpf(10) ** -_CLOSE * (1 + abs(expected))
    return _verdict(about, same, found, f"{mpmath.nstr(expected, 15)} computed, {mpmath.nstr(typed, 15)} given")


def _verdict(about: str, same: bool, found: Mapping[str, Any], how: str) -> Check:
    return Check(about, "confirmed" if same == (found["verdict"] == "correct") else "contradicted", how)
