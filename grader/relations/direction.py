"""The relations ``direction`` and ``parallel``: vectors up to a positive factor, or up to any factor but zero."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grader import answer as answers
from grader.answer import Matrix, Shape, Vector
from grader.answer_text import write
from grader.claims import Accept, Equal, EqualArrays, Finding, Truth
from grader.decide import settle
from grader.expr.domain import Domain
from grader.expr.parse import Names
from grader.expr.tidy import tidy
from grader.expr.tree import ZERO, Add, Apply, Div, Expr, Mul, Neg, Pow, rational
from grader.relations.fields import domain, fault, syntax, text, variables_of

_Entries = tuple[Expr, ...]


def settle_row(row: Mapping[str, Any], accept: Accept) -> tuple[str, Finding]:
    """Fields: ``reference``, ``student``, ``variables``, ``domain``."""
    names = variables_of(row)
    known = Names(names)
    box = domain(row, names)
    sides = []
    for field in ("reference", "student"):
        reading = answers.read(text(row, field), Shape("vector"), known, syntax=syntax(row), source=field).answer
        sides.append((write(reading), _entries(reading, field)))
    (_, reference), (shown, student) = sides
    if len(reference) != len(student):
        words = f"{len(reference)} entries are expected, {len(student)} were given"
        return shown, Finding(Truth.REFUTED, "sizes", words, "shape", note=words)
    if settle(Equal(ZERO, _square(student), box)).right:
        words = "the zero vector has no direction"
        return shown, Finding(Truth.REFUTED, "length", words, "value", note=words)
    settled = _same_direction if row["relation"] == "direction" else _parallel
    return shown, settled(reference, student, box)


def _entries(answer: answers.Answer, field: str) -> _Entries:
    match answer:
        case Vector(entries) | Matrix((entries,)):
            return entries
        case Matrix(rows) if all(len(row) == 1 for row in rows):
            return tuple(row[0] for row in rows)
    raise fault(field, "one vector is needed", "for example (1, 2)")


def _square(entries: _Entries) -> Expr:
    return tidy(Add(tuple(Pow(e, rational(2)) for e in entries)))


def _same_direction(reference: _Entries, student: _Entries, box: Domain) -> Finding:
    """Equal after both are made unit vectors."""
    units = (tuple((Div(e, Apply("sqrt", (_square(v),))),) for e in v) for v in (reference, student))
    expected, given = units
    finding = settle(EqualArrays(expected, given, box))
    if finding.truth is Truth.REFUTED and _parallel(reference, student, box).right:
        words = "this points the opposite way"
        if settle(EqualArrays(expected, tuple((Neg(row[0]),) for row in given), box)).right:
            return Finding(Truth.REFUTED, finding.by, finding.evidence, "value", finding.witness, words)
    return finding


def _parallel(reference: _Entries, student: _Entries, box: Domain) -> Finding:
    """All minors of the two are zero, and neither is the zero vector."""
    minors = [
        Add((Mul((reference[i], student[j])), Neg(Mul((reference[j], student[i])))))
        for i in range(len(reference))
        for j in range(i)
    ]
    zeros = tuple((ZERO,) for _ in minors)
    if not minors:
        return Finding(Truth.PROVED, "form", "any two numbers that are not zero are multiples of each other")
    return settle(EqualArrays(zeros, tuple((minor,) for minor in minors), box))
