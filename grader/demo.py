"""A made-up class: every answer is made from the student's own variant, so that its outcome is known.

``_demo/class.yaml`` says what each student does: ``expanded`` writes the right answer
multiplied out, ``{mistake: inner-derivative}`` makes that mistake, ``{text: "2x+)", expect:
unreadable}`` types just that.  `expected` is what grading has to find, answer by answer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from grader import kinds
from grader.answer import Answer, Equation, Matrix, Points, Scalar, Set, Vector
from grader.answer_text import write, write_latex, write_unicode
from grader.bank.instance import Instance, declared_names
from grader.claims import Point
from grader.errors import AuthorError, Place
from grader.expr.tree import (
    ONE,
    TWO,
    ZERO,
    Add,
    Div,
    Expr,
    Mul,
    Neg,
    Number,
    Variable,
    children,
    rebuild,
    substitute,
    variables,
)
from grader.grade import Outcome
from grader.records import record

SECRET = b"a made-up class; a real course keeps its secret to itself"
"""Fixed, so that the demo is the same everywhere."""
_DATA = Path(__file__).parent / "_demo"
_SCRIPT = "class.yaml"


@record
class Expected:
    """What grading has to say about an answer; ``score`` is None where only the outcome is fixed."""

    outcome: Outcome
    mistake: str | None = None
    score: Fraction | None = None


@record
class Scripted:
    """One file that is handed in.

    ``acts`` maps question numbers to what the student does there; ``content`` is a whole file
    instead.  ``style`` is how the file is written.  ``counts``: whether it is the one that is
    graded for its student.
    """

    student: str
    file: str
    acts: Mapping[str, Any]
    style: str
    content: str | None
    counts: bool


def assignment_text() -> str:
    """The assignment of the demo."""
    return (_DATA / "assignment.yaml").read_text(encoding="utf-8")


def roster_text() -> str:
    """The class list of the demo, CSV."""
    return (_DATA / "roster.csv").read_text(encoding="utf-8")


def script() -> tuple[Scripted, ...]:
    """What is handed in, in the order of ``class.yaml``."""
    import yaml

    rows = yaml.safe_load((_DATA / _SCRIPT).read_text(encoding="utf-8"))
    return tuple(
        Scripted(
            row["student"],
            row.get("file", f"{row['student']}.yaml"),
            {str(number): act for number, act in row.get("answers", {}).items()},
            row.get("style", "plain"),
            row.get("content"),
            row.get("counts", "content" not in row),
        )
        for row in rows
    )


def file_content(scripted: Scripted, sheet: str, items: Mapping[str, Instance], blank: str = "") -> bytes:
    """The bytes of the file that the student hands in; ``blank`` is the answer file to fill in."""
    if scripted.content is not None:
        return scripted.content.encode("latin-1")
    answers = {
        number: typed(act, items[number], number)
        for number, act in scripted.acts.items()
        if number in items and act != "missing"
    }
    if scripted.style == "json":
        record = {"student": scripted.student, "sheet": sheet, "answers": answers}
        return json.dumps(record, indent=2).encode("utf-8")
    return _STYLES[scripted.style](_filled_in(blank, items, answers))


def expected(scripted: Scripted, items: Mapping[str, Instance]) -> dict[str, Expected]:
    """What grading has to find for each question of the sheet."""
    return {number: _expected(scripted.acts.get(number, "missing"), items[number]) for number in items}


# Files ------------------------------------------------------------------------------------------


def _filled_in(blank: str, items: Mapping[str, Instance], answers: Mapping[str, str]) -> str:
    """The blank answer file with the answers typed after their numbers, and the others' lines gone."""
    lines = []
    for line in blank.split("\n"):
        found = re.fullmatch(r"  (\w+):", line)
        if found is None or found[1] not in items:
            lines.append(line)
        elif found[1] in answers:
            lines.append(f"{line} {answers[found[1]]}".rstrip())
    return "\n".join(lines)


_STYLES: Mapping[str, Callable[[str], bytes]] = {
    "plain": lambda text: text.encode("utf-8"),
    "windows": lambda text: ("\ufeff" + text.replace("\n", "\r\n")).encode("utf-8"),
    "utf-16": lambda text: text.encode("utf-16"),
    "windows-1252": lambda text: text.encode("cp1252", "replace"),
    "tabs": lambda text: re.sub(r"^  (\d+): ", r"\t\1:\t", text, flags=re.MULTILINE).encode("utf-8"),
}


# Answers ----------------------------------------------------------------------------------------


def typed(act: Any, instance: Instance, number: str = "") -> str:
    """What the student types; raises AuthorError for an act that this variant does not allow."""
    match act:
        case str() if act in _FORMS:
            return _FORMS[act](instance)
        case {"mistake": str(name)}:
            for answer in _wrong_answers(name, instance):
                return write(answer)
            raise _impossible(number, f"the mistake '{name}' cannot be made in this variant of {instance.problem}")
        case {"text": str(text)}:
            return text
        case _:
            raise _impossible(number, f"unknown act {act!r}")


def _expected(act: Any, instance: Instance) -> Expected:
    match act:
        case "missing" | "blank":
            return Expected("blank", score=Fraction(0))
        case "one-entry-wrong":
            count = sum(1 for _ in _entries(instance.task.reference))
            return Expected("partial", score=instance.points * Fraction(count - 1, count))
        case "transposed" | "no constant":
            return Expected("wrong")
        case "one point too many":
            # It costs as much as a point earns.
            count = sum(1 for _ in _points(instance))
            return Expected("partial", score=instance.points * Fraction(count - 1, count))
        case str():
            return Expected("right", score=instance.points)
        case {"mistake": str(name)}:
            credit = next((m.credit for m in _mistakes(instance) if m.name == name), Fraction(0))
            return Expected(act.get("expect", "partial" if credit else "wrong"), name)
        case _:
            return Expected(act["expect"], act.get("mistake"))


def _impossible(number: str, fault: str) -> AuthorError:
    return AuthorError(Place(_SCRIPT), f"question {number}: {fault}")


def _mistakes(instance: Instance) -> Iterator[Any]:
    yield from instance.mistakes
    yield from kinds.load(instance.kind).mistakes


def _wrong_answers(name: str, instance: Instance) -> Iterator[Answer]:
    for foreseen in instance.mistakes:
        if foreseen.name == name:
            yield foreseen.answer
    for mistake in kinds.load(instance.kind).mistakes:
        if mistake.name == name:
            yield from mistake.wrong(instance.task)


def _entries(answer: Answer) -> Iterator[Expr]:
    match answer:
        case Scalar(value):
            yield value
        case Vector(entries) | Set(entries):
            yield from entries
        case Matrix(rows):
            for row in rows:
                yield from row
        case Points(points):
            for point in points:
                yield from point.coordinates
        case Equation(left, right):
            yield left
            yield right


def _each(answer: Answer, change: Callable[[Expr], Expr]) -> Answer:
    """The answer with every expression in it rewritten."""
    match answer:
        case Scalar(value):
            return Scalar(change(value))
        case Vector(entries, orientation):
            return Vector(tuple(change(e) for e in entries), orientation)
        case Matrix(rows):
            return Matrix(tuple(tuple(change(e) for e in row) for row in rows))
        case Set(elements):
            return Set(tuple(change(e) for e in reversed(elements)))
        case Points(points):
            return Points(tuple(Point(tuple(change(c) for c in p.coordinates), p.label) for p in reversed(points)))
        case Equation(left, right):
            return Equation(change(left), change(right))
        case _:
            return answer


def _rewritten(change: Callable[[Expr], Expr]) -> Callable[[Instance], str]:
    return lambda instance: write(_each(instance.task.reference, change))


def _reordered(e: Expr) -> Expr:
    """Terms and factors the other way round, all the way down."""
    parts = tuple(_reordered(part) for part in children(e))
    match e:
        case Add():
            return Add(tuple(reversed(parts)))
        case Mul():
            return Mul(tuple(reversed(parts)))
        case _:
            return rebuild(e, parts)


def _by_sympy(name: str) -> Callable[[Expr], Expr]:
    def change(e: Expr) -> Expr:
        import sympy

        from grader.expr.symbolic import from_sympy, to_sympy

        return from_sympy(getattr(sympy, name)(to_sympy(e)))

    return change


def _roundabout(e: Expr) -> Expr:
    """Nothing added and taken away, as working at the edge of the page leaves it."""
    return Add((Neg(Mul((ONE, Neg(e)))), Add((ONE, Neg(ONE)))))


def _named(instance: Instance) -> str:
    """With the question's name before it: ``f'(x) = ...``."""
    asked = kinds.load(instance.kind).asked(instance.task.given)
    text = write(instance.task.reference)
    name = next((name for name in asked if "'" in name), asked[0] if asked else "")
    # A line that is already an equation has a name of its own.
    return f"{name} = {text}" if name and "=" not in text else text


def _one_entry_wrong(instance: Instance) -> str:
    """The last entry of a vector or matrix, off by one."""
    last = sum(1 for _ in _entries(instance.task.reference)) - 1
    seen = iter(range(last + 1))
    return write(_each(instance.task.reference, lambda e: Add((e, ONE)) if next(seen) == last else e))


def _transposed(instance: Instance) -> str:
    reference = instance.task.reference
    assert isinstance(reference, Matrix)
    return write(Matrix(tuple(zip(*reference.rows, strict=True))))


def _points(instance: Instance) -> tuple[Point, ...]:
    reference = instance.task.reference
    assert isinstance(reference, Points)
    return reference.points


def _one_point_too_many(instance: Instance) -> str:
    points = _points(instance)
    far = Point(tuple(Add((Neg(Mul((TWO, c))), Number(Fraction(97)))) for c in points[0].coordinates), points[0].label)
    return write(Points((*points, far)))


def _without_constant(instance: Instance) -> str:
    return write(_each(instance.task.reference, lambda e: substitute(e, _constants(instance, ZERO))))


def _other_constant(instance: Instance) -> str:
    """``+ k/3 - 5`` instead of ``+ C``, which ranges over the same numbers."""
    other = Add((Div(Variable("k"), Number(Fraction(3))), Neg(Number(Fraction(5)))))
    return write(_each(instance.task.reference, lambda e: substitute(e, _constants(instance, other))))


def _constants(instance: Instance, value: Expr) -> dict[str, Expr]:
    """The names in the reference that the question does not declare, each with that value."""
    declared = set(declared_names(kinds.load(instance.kind), instance.task.given, instance.task.domain))
    used = {name for entry in _entries(instance.task.reference) for name in variables(entry)}
    return {name: value for name in used - declared}


_FORMS: Mapping[str, Callable[[Instance], str]] = {
    "blank": lambda instance: "",
    "reference": lambda instance: write(instance.task.reference),
    "latex": lambda instance: write_latex(instance.task.reference),
    "unicode": lambda instance: write_unicode(instance.task.reference),
    "named": _named,
    "reordered": _rewritten(_reordered),
    "roundabout": _rewritten(_roundabout),
    "expanded": _rewritten(_by_sympy("expand")),
    "factored": _rewritten(_by_sympy("factor")),
    "plus zero": _rewritten(lambda e: Add((e, ZERO))),
    "one-entry-wrong": _one_entry_wrong,
    "transposed": _transposed,
    "one point too many": _one_point_too_many,
    "no constant": _without_constant,
    "other constant": _other_constant,
}
