"""One question for one student, complete, and its record in a manifest.

A record holds everything as text in the student's language.  Reading one back loads neither
SymPy nor NumPy nor Jinja nor YAML: grading stands on this.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, TypeAlias

from grader.answer import Answer
from grader.claims import EXACT, Accept
from grader.expr.domain import Domain, Interval
from grader.expr.parse import Names, parse
from grader.expr.tree import Expr
from grader.figures.base import Figure
from grader.figures.base import from_record as figure_from_record
from grader.figures.base import to_record as figure_record
from grader.kinds.base import Given, GivenValue, Kind, Task
from grader.records import record

Record: TypeAlias = dict[str, Any]


@record
class NamedMistake:
    """A wrong answer that the author of the problem foresaw, beside those of the kind.

    ``credit`` is the share of the points that an answer with this mistake keeps.
    """

    name: str
    answer: Answer
    feedback: str
    credit: Fraction = Fraction(0)


@record
class Follow:
    """Follow-through: a wrong answer to the earlier part may stand in for one of this part's givens.

    ``part`` is the name of the earlier part, ``given`` the field that its answer takes.
    """

    part: str
    given: str


@record
class Instance:
    """A variant of a problem, or of one part of it.

    ``statement``, ``hints`` and ``solution`` are Markdown with LaTeX between dollar signs;
    ``answer_hint`` says how to type the answer.  A parameter that is not a rational number is
    given by its text.  ``part`` is the name of a part, ``stem`` the statement that the parts of the
    problem share.
    """

    problem: str
    title: str
    kind: str
    seed: int
    parameters: Mapping[str, Fraction | str]
    task: Task
    statement: str
    hints: tuple[str, ...]
    solution: str
    points: Fraction
    difficulty: int
    concepts: tuple[str, ...]
    answer_hint: str
    mistakes: tuple[NamedMistake, ...] = ()
    part: str = ""
    stem: str = ""
    follow: Follow | None = None
    figure: Figure | None = None
    solution_figure: Figure | None = None
    """What keys show below the solution."""


def declared_names(kind: Kind, given: Mapping[str, GivenValue], domain: Domain) -> tuple[str, ...]:
    """The names an answer may use: the kind's variables, then what else the domain declares."""
    names = tuple(kind.variables(given))
    return names + tuple(name for name in domain if name not in names)


def to_record(instance: Instance) -> Record:
    """The instance as JSON values; `from_record` gives it back."""
    from grader import kinds
    from grader.answer_text import write

    task = instance.task
    kind = kinds.load(instance.kind)
    record: Record = {
        "problem": instance.problem,
        "title": instance.title,
        "kind": instance.kind,
        "seed": str(instance.seed),
        "parameters": {name: str(value) for name, value in instance.parameters.items()},
        "variables": list(declared_names(kind, task.given, task.domain)),
        "given": {name: _given_record(value) for name, value in task.given.items()},
        "domain": {name: str(interval) for name, interval in task.domain.intervals},
        "reference": write(task.reference),
        "accept": _accept_record(task.accept),
        "policy": dict(task.policy),
        "statement": instance.statement,
        "hints": list(instance.hints),
        "solution": instance.solution,
        "points": str(instance.points),
        "difficulty": instance.difficulty,
        "concepts": list(instance.concepts),
        "answer_hint": instance.answer_hint,
    }
    if instance.mistakes:
        record["mistakes"] = [
            {"name": m.name, "answer": write(m.answer), "feedback": m.feedback, "credit": str(m.credit)}
            for m in instance.mistakes
        ]
    if instance.part:
        record["part"] = instance.part
        record["stem"] = instance.stem
    if instance.follow is not None:
        record["follow"] = {"part": instance.follow.part, "given": instance.follow.given}
    if instance.figure is not None:
        record["figure"] = figure_record(instance.figure)
    if instance.solution_figure is not None:
        record["solution_figure"] = figure_record(instance.solution_figure)
    return record


def from_record(record: Record) -> Instance:
    """The instance of a record.

    Raises KeyError for a record that lacks a field or names an unknown kind, and ValueError
    (or StudentError for text in the student's language) for a field that does not read.
    """
    from grader import kinds
    from grader.answer import read

    kind = kinds.load(record["kind"])
    names = tuple(record["variables"])
    written = record["given"]
    known = tuple(dict.fromkeys((*names, *_named(kind, written))))
    given = {name: given_from_text(kind.givens[name], text, known) for name, text in written.items()}
    policy = dict(record["policy"])
    shape = kind.shape(given, policy)

    def answer(text: str) -> Answer:
        return read(text, shape, Names(names, free=shape.free_names), syntax="infix", source="manifest").answer

    task = Task(
        kind=record["kind"],
        given=given,
        domain=Domain(tuple((name, read_interval(text)) for name, text in record["domain"].items())),
        reference=answer(record["reference"]),
        accept=_accept_from(record["accept"]),
        policy=policy,
    )
    return Instance(
        problem=record["problem"],
        title=record["title"],
        kind=record["kind"],
        seed=int(record["seed"]),
        parameters={name: _quantity(text) for name, text in record["parameters"].items()},
        task=task,
        statement=record["statement"],
        hints=tuple(record["hints"]),
        solution=record["solution"],
        points=Fraction(record["points"]),
        difficulty=record["difficulty"],
        concepts=tuple(record["concepts"]),
        answer_hint=record["answer_hint"],
        mistakes=tuple(
            NamedMistake(m["name"], answer(m["answer"]), m["feedback"], Fraction(m["credit"]))
            for m in record.get("mistakes", ())
        ),
        part=record.get("part", ""),
        stem=record.get("stem", ""),
        follow=Follow(record["follow"]["part"], record["follow"]["given"]) if "follow" in record else None,
        figure=figure_from_record(record["figure"]) if "figure" in record else None,
        solution_figure=figure_from_record(record["solution_figure"]) if "solution_figure" in record else None,
    )


def _named(kind: Kind, written: Mapping[str, Any]) -> Iterator[str]:
    """The names that the givens themselves bring: they may occur in other givens and in no answer."""
    for field, text in written.items():
        if kind.givens[field].type == "variable":
            yield str(text)
        elif kind.givens[field].type == "variables":
            yield from (str(part) for part in text)


def given_from_text(spec: Given, text: Any, names: tuple[str, ...]) -> GivenValue:
    """A given of a record; ``text`` is a list of texts for the plural types."""
    known = Names(names)
    match spec.type:
        case "variable":
            return str(text)
        case "variables":
            return tuple(str(part) for part in text)
        case "integer":
            return int(text)
        case "expressions" | "point":
            return tuple(parse(part, known, "infix", "manifest") for part in text)
        case "matrix":
            return tuple(tuple(parse(part, known, "infix", "manifest") for part in row) for row in text)
        case "text":
            return str(text)
        case "texts" | "choices":
            return tuple(str(part) for part in text)
        case _:
            return parse(text, known, "infix", "manifest")


INTEGER = "integer "
"""What stands before an interval of integers."""


def interval_parts(text: str) -> tuple[bool, str, str, bool] | None:
    """``(0, 3]`` as (closed on the left, "0", "3", closed on the right); None when it is no interval."""
    text = text.strip()
    if len(text) < 5 or text[0] not in "([" or text[-1] not in ")]":
        return None
    inside, depth, commas = text[1:-1], 0, []
    for index, character in enumerate(inside):
        depth += (character == "(") - (character == ")")
        if character == "," and depth == 0:
            commas.append(index)
    if len(commas) != 1:
        return None
    return text[0] == "[", inside[: commas[0]].strip(), inside[commas[0] + 1 :].strip(), text[-1] == "]"


def read_interval(text: str) -> Interval:
    """The interval that ``str(interval)`` wrote."""
    parts = interval_parts(text.removeprefix(INTEGER))
    if parts is None:
        raise ValueError(f"'{text}' is not an interval")
    low_closed, low, high, high_closed = parts
    return Interval(
        None if low == "-oo" else Fraction(low),
        None if high == "oo" else Fraction(high),
        low_closed or low == "-oo",
        high_closed or high == "oo",
        text.startswith(INTEGER),
    )


def _given_record(value: GivenValue) -> str | list[Any]:
    if isinstance(value, tuple):
        return [[_part(entry) for entry in part] if isinstance(part, tuple) else _part(part) for part in value]
    return _part(value)


def _part(value: Expr | str | int) -> str:
    from grader.expr.text import to_text

    return str(value) if isinstance(value, str | int) else to_text(value)


def _quantity(text: str) -> Fraction | str:
    try:
        return Fraction(text)
    except ValueError:
        return text


def _accept_record(accept: Accept) -> dict[str, str]:
    fields = {
        "significant_digits": accept.significant_digits,
        "absolute": accept.absolute,
        "relative": accept.relative,
    }
    return {name: str(value) for name, value in fields.items() if value is not None}


def _accept_from(record: dict[str, str]) -> Accept:
    if not record:
        return EXACT
    digits = record.get("significant_digits")
    absolute, relative = record.get("absolute"), record.get("relative")
    return Accept(
        None if digits is None else int(digits),
        None if absolute is None else Fraction(absolute),
        None if relative is None else Fraction(relative),
    )
