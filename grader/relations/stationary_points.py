"""The relation ``stationary_points``: are these all stationary points of that function, and of that nature?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grader import answer as answers
from grader.answer import Points, Shape
from grader.answer_text import write
from grader.claims import Accept, Equal, Finding, Point, SamePoints, Truth
from grader.decide import settle
from grader.decide.stationary import NotSettled, left_out, stationary_points
from grader.expr.derivative import NotDifferentiable, derivative
from grader.expr.domain import Domain
from grader.expr.parse import Names
from grader.expr.tidy import tidy
from grader.expr.tree import ZERO, Expr, substitute, variables
from grader.relations.fields import domain, expression, fault, syntax, text, variables_of

LABELS = ("minimum", "maximum", "saddle", "neither", "inflection")
# What people call a point of inflection with a level tangent.
_ON_A_LINE = {"saddle": "inflection", "neither": "inflection"}


def settle_row(row: Mapping[str, Any], accept: Accept) -> tuple[str, Finding]:
    """Fields: ``function``, ``variables``, ``domain``, ``nature`` (whether it is asked, as it is by default)."""
    names = variables_of(row)
    nature = row.get("nature", True)
    if not isinstance(nature, bool):
        raise fault("nature", "it says whether the nature of the points is asked", "give true or false")
    function = expression(row, "function", names)
    shape = Shape("points", None if len(names) == 1 else len(names), LABELS)
    reading = answers.read(text(row, "student"), shape, Names(names), syntax=syntax(row), source="student").answer
    assert isinstance(reading, Points)
    student = reading.points
    if len(names) == 1:
        student = tuple(Point(p.coordinates, _ON_A_LINE.get(p.label, p.label)) for p in student)
    box = domain(row, names)
    try:
        found = stationary_points(function, names, box)
    except NotSettled as why:
        return write(reading), _without_key(function, names, box, student, str(why))
    if not nature:
        found, student = (tuple(Point(p.coordinates) for p in points) for points in (found, student))
    finding = settle(SamePoints(found, student, Domain()))
    how = f"the stationary points are {write(Points(found))}, and no others" if found else "there are none"
    return write(reading), Finding(
        finding.truth, finding.by, f"{finding.evidence}; {how}", finding.reason, finding.witness, finding.note,
        finding.parts,
    )  # fmt: skip


def _without_key(f: Expr, names: tuple[str, ...], box: Domain, student: tuple[Point, ...], why: str) -> Finding:
    """A point where a slope is not zero is wrong, whatever all the right ones are; so is to leave one out."""
    plain = [point for point in student if len(point.coordinates) == len(names)]
    if len(plain) < len(student) or any(variables(c) for point in student for c in point.coordinates):
        return Finding(Truth.UNDECIDED, "stationary points", why)
    try:
        slopes = [(name, tidy(derivative(f, name))) for name in names]
    except NotDifferentiable:
        return Finding(Truth.UNDECIDED, "stationary points", why)
    for point in student:
        at = dict(zip(names, point.coordinates, strict=True))
        for name, e in slopes:
            finding = settle(Equal(ZERO, tidy(substitute(e, at)), Domain()))
            if finding.truth is Truth.REFUTED:
                words = f"at {_shown(point)} the derivative by {name} is not zero; {finding.evidence}"
                return Finding(Truth.REFUTED, "slopes", words, "extra", finding.witness)
    missing = left_out(f, [e for _, e in slopes], names, box, student)
    if missing is not None:
        words = f"all slopes are zero at {_shown(missing)} too, which is not among yours"
        return Finding(Truth.REFUTED, "slopes", words, "missing")
    return Finding(Truth.UNDECIDED, "stationary points", why)


def _shown(point: Point) -> str:
    return write(Points((Point(point.coordinates),)))
