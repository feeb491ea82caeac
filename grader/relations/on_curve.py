"""The relation ``on_curve``: equal at every point of a curve, as an implicit derivative needs to be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grader import answer as answers
from grader.answer import Equation, Scalar, Shape
from grader.answer_text import write
from grader.claims import Accept, EqualOnCurve, Finding
from grader.decide import settle
from grader.expr.parse import Names
from grader.expr.tree import Add, Neg
from grader.relations.fields import domain, expression, fault, syntax, text, variables_of


def settle_row(row: Mapping[str, Any], accept: Accept) -> tuple[str, Finding]:
    """Fields: ``reference``, ``student``, ``variables`` (two), ``curve`` (an equation), ``domain``."""
    names = variables_of(row)
    if len(names) != 2:
        raise fault("variables", "a curve has two variables", 'for example ["x", "y"]')
    known = Names(names)
    curve = answers.read(text(row, "curve"), Shape("equation"), known, syntax=syntax(row), source="curve").answer
    if not isinstance(curve, Equation):
        raise fault("curve", "an equation is needed", 'for example "x^2 + y^2 = 25"')
    reference = expression(row, "reference", names)
    reading = answers.read(text(row, "student"), Shape("scalar"), known, syntax=syntax(row), source="student").answer
    assert isinstance(reading, Scalar)
    relation = Add((curve.left, Neg(curve.right)))
    claim = EqualOnCurve(reference, reading.value, relation, (names[0], names[1]), domain(row, names))
    return write(reading), settle(claim)
