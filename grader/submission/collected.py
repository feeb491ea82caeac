"""What has been found in one file: fields, answers with their places, and remarks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NoReturn

from grader.errors import Place, StudentError
from grader.records import field, record
from grader.submission.expectation import Expectation

_FIELDS = {
    "student": "student",
    "student_id": "student",
    "studentid": "student",
    "id": "student",
    "sheet": "sheet",
    "sheet_id": "sheet",
    "assignment": "sheet",
    "answers": "answers",
    "answer": "answers",
    "solutions": "answers",
    "responses": "answers",
    "expects": "expects",
    "working": "working",
    "workings": "working",
    "work": "working",
    "steps": "working",
}
IGNORED = frozenset({"name", "title", "course", "email", "variant", "version", "format", "date", "due"})
"""Fields that an answer file may have and that say nothing here."""


@record
class Remark:
    """Something that the reader of a file should know; ``line`` counts from 1."""

    line: int
    text: str


@record
class Typed:
    """An answer as typed, and where it starts in the file, both from 1."""

    text: str
    line: int
    column: int = 1


@record
class Submission:
    """One student's file.  ``student`` and ``sheet`` are empty when the file does not say."""

    source: str
    student: str
    sheet: str
    answers: Mapping[str, Typed]
    remarks: tuple[Remark, ...] = ()
    expects: Mapping[str, Expectation] = field(default_factory=dict)
    working: Mapping[str, tuple[Typed, ...]] = field(default_factory=dict)
    """The steps to an answer, a line each, where they were handed in."""


class Collected:
    """Collects what has been found so far in one file."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.fields: dict[str, str] = {}
        self.answers: dict[str, Typed] = {}
        self.expects: dict[str, Expectation] = {}
        self.working: dict[str, list[Typed]] = {}
        self.remarks: list[Remark] = []
        self.saw_answers = False

    def refuse(self, line: int, column: int, fault: str, fix: str) -> NoReturn:
        raise StudentError(Place(self.source, line, column), fault, fix)

    def remark(self, line: int, text: str) -> None:
        self.remarks.append(Remark(line, text))

    def set_field(self, name: str, value: str, line: int) -> None:
        if self.fields.get(name, value) != value:
            self.remark(line, f"'{name}' is given twice; the first one counts")
        self.fields.setdefault(name, value)

    def add(self, number: str, typed: Typed) -> None:
        """Take an answer; of two to the same question the later counts, unless it is blank."""
        before = self.answers.get(number)
        if before is not None and before.text and typed.text and before.text != typed.text:
            both = f"lines {before.line} and {typed.line}"
            self.remark(typed.line, f"question {number} is answered twice ({both}); the last counts")
        if before is None or typed.text:
            self.answers[number] = typed

    def submission(self) -> Submission:
        return Submission(
            self.source,
            self.fields.get("student", ""),
            self.fields.get("sheet", ""),
            self.answers,
            tuple(sorted(self.remarks, key=lambda remark: remark.line)),
            self.expects,
            {number: tuple(lines) for number, lines in self.working.items() if lines},
        )


def field_named(name: str) -> str:
    """The field that a key stands for: ``student``, ``sheet``, ``answers``, ``expects``, or nothing."""
    return _FIELDS.get(re.sub(r"[ -]+", "_", name.strip().lower()), "")
