"""The relation ``family``: sets of solutions with integer parameters, ``pi/4 + n pi``, however they are cut up."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from grader import answer as answers
from grader.answer import Set, Shape
from grader.answer_text import write
from grader.claims import Accept, Finding, Truth
from grader.decide.families import Family, NotAFamily, family, settle_families
from grader.expr.parse import Names
from grader.expr.tree import Expr
from grader.relations.fields import fault, syntax, text, variables_of

# {pi/4 + n pi | n in Z}, with what stands between the bar and the bracket.
_BUILT = re.compile(r"\s*\\?\{(.*?)(?:\||:|\\mid)([^|:{}]{1,40})\\?\}\s*\Z", re.DOTALL)


def settle_row(row: Mapping[str, Any], accept: Accept) -> tuple[str, Finding]:
    """Fields: ``reference``, ``student``, ``variables``; every other letter is an integer of its own."""
    names = Names(variables_of(row), free=True)
    expected, _ = _read(row, "reference", names)
    try:
        reference = _families(expected)
    except NotAFamily as why:
        raise fault("reference", str(why), "give numbers and families such as pi/4 + n pi") from None
    given, shown = _read(row, "student", names)
    try:
        student = _families(given)
    except NotAFamily as why:
        return shown, Finding(Truth.UNDECIDED, "residue classes", str(why))
    return shown, settle_families(reference, student)


def _read(row: Mapping[str, Any], field: str, names: Names) -> tuple[tuple[Expr, ...], str]:
    typed = text(row, field)
    built = _BUILT.match(typed)
    if built is not None:
        typed = f"{built[1]}, {built[2]}"
    shape = Shape("set", free_names=True)
    reading = answers.read(typed, shape, names, syntax=syntax(row), source=field).answer
    if not isinstance(reading, Set):
        raise fault(field, "a set of numbers is needed", "for example pi/4 + n pi, n integer")
    return reading.elements, write(reading)


def _families(elements: tuple[Expr, ...]) -> list[Family]:
    return [family(e) for e in elements]
