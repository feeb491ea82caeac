"""The relation ``stationary_points``: are these all stationary points of that function, and of that nature?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grader import answer as answers
from grader.answer import Points, Shape
from grader.answer_text import write
from grader.claims import Accept, Equal, Finding, Point, SamePoints, Truth
from grader.decide import settle
from grader.decide.stationary import NotSettled, stationary_points
from grader.expr.bounds import read_domain
from grader.expr.derivative import NotDifferentiable, derivative
from grader.expr.domain import Domain
from grader.expr.parse import Names
from grader.expr.tidy import tidy
from grader.expr.tree import ZERO, Expr, substitute, variables
from grader.relations.fields import expression, fault, syntax, text

LABELS = ("minimum", "maximum", "saddle", "neither", "inflection")
# What people call a point of inflection with a level tangent.
_ON_A_LINE = {"saddle": "inflection", "neither": "inflection"}


def settle_row(row: Mapping[str, Any], accept: Accept) -> tuple[str, Finding]:
    """Fields: ``function``, ``variables``, ``domain``, ``nature`` (whether it is asked, as it is by default)."""
    over = row.get("variables", ["x"])
    if not isinstance(over, list | tuple) or not over or not all(isinstance(n, str) for n in over):
        raise fault("variables", "a list of names is needed", 'for example ["x", "y"]')
    names = tuple(over)
    nature = row.get("nature", True)
    if not isinstance(nature, bool):
        raise fault("nature", "it says whether the nature of the points is asked", "give true or false")
    function = expression(row, "function", names)
    shape = Shape("points", None if len(names) == 1 else len(names), LABELS)
    reading = answers.read(text(row, "student"), shape, Names(names), syntax=syntax(row), source="student").answer
    assert isinstance(reading, Points)
    domain = _domain(row.get("domain"), names)
    student = reading.points
    if len(names) == 1:
        student = tuple(Point(p.coordinates, _ON_A_LINE.get(p.label, p.label)) for p in student)
    try:
        found = stationary_points(function, names, domain)
    except NotSettled as why:
        return write(reading), _without_key(function, names, student, str(why))
    if not nature:
        found, student = (tuple(Point(p.coordinates) for p in points) for points in (found, student))
    finding = settle(SamePoints(found, student, Domain()))
    how = f"the stationary points are {write(Points(found))}, and no others" if found else "there are none"
    return write(reading), Finding(
        finding.truth, finding.by, f"{finding.evidence}; {how}", finding.reason, finding.witness, finding.note,
        finding.parts,
    )  # fmt: skip


def _domain(value: object, names: tuple[str, ...]) -> Domain:
    if value is None:
        return Domain.reals(*names)
    if not isinstance(value, Mapping) or not all(isinstance(ends, list | tuple | str) for ends in value.values()):
        raise fault("domain", "an object of ranges is needed", 'for example {"x": ["-2", "2"]}')
    return read_domain(value, "domain").including(set(names))


def _without_key(f: Expr, names: tuple[str, ...], student: tuple[Point, ...], why: str) -> Finding:
    """A point where a slope is not zero is wrong, whatever all the right ones are."""
    for point in student:
        if len(point.coordinates) != len(names) or any(variables(c) for c in point.coordinates):
            continue
        at = dict(zip(names, point.coordinates, strict=True))
        for name in names:
            try:
                slope = tidy(substitute(derivative(f, name), at))
            except NotDifferentiable:
                continue
            finding = settle(Equal(ZERO, slope, Domain()))
            if finding.truth is Truth.REFUTED:
                where = write(Points((Point(point.coordinates),)))
                words = f"at {where} the derivative by {name} is not zero; {finding.evidence}"
                return Finding(Truth.REFUTED, "slopes", words, "extra", finding.witness)
    return Finding(Truth.UNDECIDED, "stationary points", why)
