"""One question from anywhere: are these two answers equal?

The rows of ``grader compare --batch``; also what ``grader compare A B`` asks.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from time import perf_counter
from typing import Any, Literal, cast

from grader import answer as answers
from grader.answer import Answer, Equation, Formula, Label, Matrix, Points, Range, Scalar, Set, Shape, Vector
from grader.answer_text import write
from grader.claims import (
    EXACT,
    Accept,
    Antiderivative,
    Claim,
    Equal,
    EqualArrays,
    Finding,
    Point,
    SameEquation,
    SameLabel,
    SamePoints,
    SameRange,
    Truth,
)
from grader.decide import settle
from grader.errors import Place, StudentError
from grader.expr.bounds import read_bound, read_domain
from grader.expr.derivative import NotDifferentiable, derivative
from grader.expr.domain import Domain
from grader.expr.parse import Names
from grader.expr.tree import Add, Expr, Neg, Variable, variables
from grader.records import record

_MATRIX = ("matrix_derivative", "matrix_equal")
_BEYOND = ("direction", "family", "integral", "limit", "on_curve", "parallel", "polynomial", "stationary_points")
"""Relations that `grader.relations` settles."""
RELATIONS = ("equal", "antiderivative", "antiderivative_with_constant", "points", *_MATRIX, *_BEYOND)
_SHOWN_REASONS = frozenset({"layout", "shape", "domain", "constant"})


@record
class Verdict:
    """The outcome of one comparison; ``as_json`` is the line that a batch writes."""

    id: str | int | None
    verdict: Literal["correct", "incorrect", "unreadable", "undecided"]
    reason: str | None
    truth: Truth
    by: str
    evidence: str
    read_as: str
    message: str
    seconds: float
    witness: Mapping[str, Any] | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "verdict": self.verdict,
            "reason": self.reason,
            "truth": self.truth.value,
            "by": self.by,
            "evidence": self.evidence,
            "read_as": self.read_as,
            "message": self.message,
            "seconds": round(self.seconds, 6),
            "witness": self.witness,
        }


def compare(row: Mapping[str, Any]) -> Verdict:
    """The verdict on one row; see docs/compare.md for the fields.  Never raises on bad data."""
    started = perf_counter()
    identity = row.get("id") if isinstance(row.get("id"), str | int) else None
    try:
        read_as, finding, message = _settle_row(row)
    except StudentError as fault:
        return Verdict(
            identity, "unreadable", None, Truth.UNDECIDED, "reading", "", "", str(fault), perf_counter() - started
        )
    except (MemoryError, RecursionError) as fault:
        why = (
            "took more memory than it may" if isinstance(fault, MemoryError) else "the expression is nested too deeply"
        )
        return Verdict(identity, "undecided", None, Truth.UNDECIDED, "limits", why, "", why, perf_counter() - started)
    verdict = _verdict(finding)
    return Verdict(
        identity,
        verdict,
        finding.reason if finding.reason in _SHOWN_REASONS else None,
        finding.truth,
        finding.by,
        finding.evidence,
        read_as,
        message,
        perf_counter() - started,
        _witness(finding),
    )


def answer_line(line: str) -> str:
    """The verdict on one line of a batch, as a line; a line that is no question is *unreadable*."""
    started = perf_counter()
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as fault:
        return _line(_no_question(f"this line is not JSON: {fault}", started))
    if not isinstance(row, dict):
        return _line(_no_question("this line is not a JSON object", started))
    return _line(compare(row))


def undecided_line(line: str, why: str) -> str:
    """The line for a question that could not be finished: ours, not the student's."""
    try:
        identity = json.loads(line).get("id")
    except (ValueError, AttributeError, RecursionError):
        identity = None
    return _line(Verdict(identity, "undecided", None, Truth.UNDECIDED, "limits", why, "", why, 0.0))


def _no_question(message: str, started: float) -> Verdict:
    return Verdict(None, "unreadable", None, Truth.UNDECIDED, "reading", "", "", message, perf_counter() - started)


def _line(verdict: Verdict) -> str:
    return json.dumps(verdict.as_json(), ensure_ascii=False)


def _verdict(finding: Finding) -> Literal["correct", "incorrect", "undecided"]:
    if finding.right:
        return "correct"
    return "incorrect" if finding.truth is Truth.REFUTED else "undecided"


def _witness(finding: Finding) -> dict[str, Any] | None:
    if finding.witness is None:
        return None
    return {
        "point": {name: str(value) for name, value in finding.witness.point},
        "reference": finding.witness.reference,
        "student": finding.witness.student,
    }


def _settle_row(row: Mapping[str, Any]) -> tuple[str, Finding, str]:
    relation = row.get("relation", "equal")
    if relation not in RELATIONS:
        raise _bad("relation", f"unknown relation {relation!r}", "use one of " + ", ".join(RELATIONS))
    syntax = row.get("syntax", "auto")
    if syntax not in ("auto", "infix", "latex"):
        raise _bad("syntax", f"unknown syntax {syntax!r}", "use infix or latex")
    if relation in _MATRIX:
        from grader.matrix import settle_row

        return settle_row(row)
    if relation in _BEYOND:
        from grader.relations import settle_relation

        read_as, finding = settle_relation(row, read_accept(row.get("accept")))
        return read_as, finding, _message(finding)
    names = row.get("variables", ["x"])
    if not isinstance(names, list | tuple) or not all(isinstance(n, str) for n in names):
        raise _bad("variables", "a list of names is needed", 'for example ["x", "y"]')
    domain = _domain(row.get("domain"), names)
    accept = read_accept(row.get("accept"))
    reference, student = _text(row, "reference"), _text(row, "student")
    if relation in ("antiderivative", "antiderivative_with_constant"):
        return _antiderivative(relation, reference, student, tuple(names), domain, syntax)
    known = Names(tuple(names))
    if relation == "points":
        expected = answers.read(reference, Shape("points"), known, syntax=syntax, source="reference").answer
        reading = answers.read(student, Shape("points"), known, syntax=syntax, source="student")
    else:
        expected = _reference(reference, known, syntax)
        reading = answers.read_any(student, known, syntax=syntax, source="student")
        if type(reading.answer) is not type(expected):
            expected, reading = _of_one_shape(expected, reading, reference, student, known, syntax)
    finding = settle_answers(expected, reading.answer, domain, accept)
    return write(reading.answer), finding, _message(finding)


_FORMS: Mapping[type, Literal["set", "points", "interval"]] = {Set: "set", Points: "points", Range: "interval"}


def _of_one_shape(
    expected: Answer, reading: answers.Reading, reference: str, student: str, names: Names, syntax: Any
) -> tuple[Answer, answers.Reading]:
    """The two answers in one shape where what was typed allows it: ``x = 2`` for ``2``, ``2`` for ``{2}``,
    ``(0, 0)`` for a point, ``(0, 1)`` for an interval; else as they are."""
    match expected, reading.answer:
        case Scalar(), Vector((only,)) | Matrix(((only,),)) | Set((only,)):
            return expected, answers.Reading(Scalar(only), reading.notes)
        case Vector((only,)) | Matrix(((only,),)) | Set((only,)), Scalar():
            return Scalar(only), reading
        case Scalar(), Equation(Variable(), right) if not variables(right):
            return expected, answers.Reading(Scalar(right), reading.notes)
        case Equation(Variable(), right), Scalar() if not variables(right):
            return Scalar(right), reading
    try:
        form = _FORMS.get(type(expected))
        if form is not None:
            size = len(expected.points[0].coordinates) if isinstance(expected, Points) and expected.points else None
            return expected, answers.read(student, Shape(form, size), names, syntax=syntax, source="student")
        form = _FORMS.get(type(reading.answer))
        if form is not None and isinstance(expected, Vector | Equation | Label):
            return answers.read(reference, Shape(form), names, syntax=syntax, source="reference").answer, reading
    except StudentError:
        pass  # they differ in shape, and that is the finding
    return expected, reading


@lru_cache(256)
def _reference(text: str, names: Names, syntax: Any) -> Answer:
    """The expected answer.  A class is compared with the same one: it is read, and prepared, once."""
    return answers.read_any(text, names, syntax=syntax, source="reference").answer


def forget() -> None:
    """Let go of every reference that is kept; for measuring what keeping them saves."""
    _reference.cache_clear()


def _bad(field: str, fault: str, fix: str) -> StudentError:
    return StudentError(Place(field), fault, fix)


def _text(row: Mapping[str, Any], field: str) -> str:
    value = row.get(field)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise _bad(field, f"the field {field!r} is missing or not a text", f'give "{field}": "..."')
    return value


def _domain(value: object, names: list[str] | tuple[str, ...]) -> Domain:
    if value is None:
        return Domain.reals(*names)
    if not isinstance(value, Mapping) or not all(isinstance(ends, list | tuple | str) for ends in value.values()):
        raise _bad("domain", "an object of intervals is needed", 'for example {"x": ["0", "3"]}')
    declared = read_domain(cast("Mapping[str, object]", value), "domain")
    return Domain(
        tuple((name, declared[name]) for name in names) + tuple((n, i) for n, i in declared.intervals if n not in names)
    )


def read_accept(value: object) -> Accept:
    """The numbers that count as equal: ``"exact"`` or one of ``{significant_digits: n}``,
    ``{decimal_places: n}``, ``{absolute: t}``, ``{relative: t}``."""
    if value is None or value == "exact":
        return Accept()
    if isinstance(value, Mapping) and len(value) == 1:
        ((mode, amount),) = value.items()
        if mode == "decimal_places" and isinstance(amount, int) and 0 <= amount <= 50:
            return Accept(absolute=Fraction(1, 2 * 10**amount))
        if mode == "significant_digits" and isinstance(amount, int) and 1 <= amount <= 50:
            return Accept(significant_digits=amount)
        if mode in ("absolute", "relative"):
            bound = read_bound(amount, "accept")
            if bound is not None and bound >= 0:
                return Accept(absolute=bound) if mode == "absolute" else Accept(relative=bound)
    raise _bad(
        "accept",
        f"{value!r} is no way to accept numbers",
        'use "exact", {"significant_digits": 3}, {"decimal_places": 2}, {"absolute": 0.01} or {"relative": 0.01}',
    )


def _antiderivative(
    relation: str, reference: str, student: str, names: tuple[str, ...], domain: Domain, syntax: Any
) -> tuple[str, Finding, str]:
    shape = Shape("scalar", free_names=True)
    known = Names(names, free=True)
    expected = _scalar(answers.read(reference, shape, known, syntax=syntax, source="reference").answer)
    reading = answers.read(student, shape, known, syntax=syntax, source="student")
    variable = names[0]
    try:
        integrand = derivative(expected, variable)
    except NotDifferentiable as fault:
        raise _bad("reference", str(fault), "give an antiderivative that can be differentiated") from None
    claim = Antiderivative(
        integrand,
        _scalar(reading.answer),
        variable,
        domain,
        constant="required" if relation == "antiderivative_with_constant" else "optional",
        log_abs="required",
        reference=expected,
    )
    finding = settle(claim)
    return write(reading.answer), finding, _message(finding)


def _scalar(answer: Answer) -> Expr:
    assert isinstance(answer, Scalar)
    return answer.value


def settle_answers(expected: Answer, given: Answer, domain: Domain, accept: Accept) -> Finding:
    """Settle two answers of any shape."""
    claim = answers_claim(expected, given, domain, accept)
    if claim is None:
        words = f"expected {_sort(expected)}, yours is {_sort(given)}"
        return Finding(Truth.REFUTED, "shape", words, "shape")
    return settle(claim)


def answers_claim(expected: Answer, given: Answer, domain: Domain, accept: Accept = EXACT) -> Claim | None:
    """The claim that two answers are equal; None when they differ in shape."""
    match expected, given:
        case Scalar(a), Scalar(b):
            return Equal(a, b, domain, accept)
        case (Vector() | Matrix(), Vector() | Matrix()):
            free = _plain(expected) or _plain(given)
            return EqualArrays(_rows(expected), _rows(given), domain, "free" if free else "strict", accept)
        case Set(a), Set(b):
            return SamePoints(tuple(Point((e,)) for e in a), tuple(Point((e,)) for e in b), domain)
        case Points(a), Points(b):
            return SamePoints(a, b, domain)
        case Equation(), Equation():
            return SameEquation(_difference(expected), _difference(given), domain)
        case Label(a), Label(b):
            return SameLabel(a, b)
        case Range(a), Range(b):
            return SameRange(a, b, domain)
        case _:
            return None


def _plain(answer: Answer) -> bool:
    """Whether a vector says neither row nor column."""
    return isinstance(answer, Vector) and answer.orientation == "tuple"


def _rows(answer: Answer) -> tuple[tuple[Expr, ...], ...]:
    match answer:
        case Matrix(rows):
            return rows
        case Vector(entries, "row"):
            return (entries,)
        case Vector(entries):
            return tuple((entry,) for entry in entries)
        case _:
            raise AssertionError("only arrays have rows")


def _difference(equation: Equation) -> Expr:
    return Add((equation.left, Neg(equation.right)))


def _sort(answer: Answer) -> str:
    match answer:
        case Scalar():
            return "one expression"
        case Vector(entries):
            return f"a vector with {len(entries)} entries"
        case Matrix(rows):
            return f"a {len(rows)} x {len(rows[0])} matrix"
        case Set():
            return "a set"
        case Points():
            return "a list of points"
        case Equation():
            return "an equation"
        case Range():
            return "an interval"
        case Label():
            return "a word"
        case Formula():
            return "a matrix expression"


_MESSAGES = {
    "domain": "Your expression has no value on part of the domain where the expected one has.",
    "layout": "Your array is the transpose of the right one.",
    "shape": "Your answer has another shape or size than the expected one.",
    "form": "Give the exact value, not a rounded decimal.",
    "missing": "Points are missing.",
    "extra": "There are points that do not belong there.",
}


def _message(finding: Finding) -> str:
    if finding.note:
        return finding.note[0].upper() + finding.note[1:]
    if finding.truth is Truth.REFUTED and finding.reason in _MESSAGES:
        return _MESSAGES[finding.reason]
    return ""
