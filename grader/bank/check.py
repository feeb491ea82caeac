"""Runs the tests that stand in the problem files.

Grading lies above the bank, so the function that grades is handed in.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Protocol

from grader.bank.instance import Instance, from_record, to_record
from grader.bank.problem import BankTest, Problem
from grader.bank.sample import printed_values, sample_parts
from grader.bank.statement import render
from grader.errors import AuthorError
from grader.records import record


class Outcome(Protocol):
    """What a test looks at in a graded answer."""

    @property
    def outcome(self) -> str: ...

    @property
    def score(self) -> Fraction: ...

    @property
    def points(self) -> Fraction: ...

    @property
    def mistake(self) -> str | None: ...


class Grade(Protocol):
    """Grades an answer; ``earlier`` is the question that it follows with what was answered there."""

    def __call__(self, instance: Instance, text: str, earlier: tuple[Instance, str] | None = None, /) -> Outcome: ...


@record
class Checked:
    """One test of a problem: what was typed, and what is wrong with how it was graded.

    ``faults`` is empty when the test passes.
    """

    problem: str
    test: BankTest
    answer: str
    faults: tuple[str, ...]

    @property
    def passed(self) -> bool:
        return not self.faults

    def __str__(self) -> str:
        if self.passed:
            return f"{self.test.place}: passed"
        where = f"{self.test.place}: '{self.problem}', seed {self.test.seed}, answer '{self.answer}'"
        return f"{where}: {'; '.join(self.faults)}"


def check(problem: Problem, grade: Grade) -> Iterator[Checked]:
    """Every test of the problem and its parts, graded as a student's answer from a manifest would be."""
    variants: dict[int, dict[str, Instance] | AuthorError] = {}
    for question in problem.questions:
        for test in question.tests:
            if test.seed not in variants:
                variants[test.seed] = _variant(problem, test.seed)
            yield _checked(question, test, variants[test.seed], grade)


def _checked(question: Problem, test: BankTest, parts: dict[str, Instance] | AuthorError, grade: Grade) -> Checked:
    if isinstance(parts, AuthorError):
        return Checked(question.id, test, test.answer.value, (str(parts),))
    instance = parts[question.part]
    try:
        answer = render(test.answer, printed_values(instance), "text")
        earlier = _earlier(test, instance, parts)
    except AuthorError as error:
        return Checked(question.id, test, test.answer.value, (str(error),))
    # Through the record and back: what is tested is what grading will see.
    graded = grade(from_record(to_record(instance)), answer, *(() if earlier is None else (earlier,)))
    return Checked(question.id, test, answer, tuple(_faults(test, graded)))


def _earlier(test: BankTest, instance: Instance, parts: dict[str, Instance]) -> tuple[Instance, str] | None:
    """The part that this one follows, with what was answered there."""
    if instance.follow is None:
        return None
    from grader.answer_text import write

    before = parts[instance.follow.part]
    if test.earlier is None:
        return before, write(before.task.reference)
    return before, render(test.earlier, printed_values(before), "text")


def _variant(problem: Problem, seed: int) -> dict[str, Instance] | AuthorError:
    try:
        return {instance.part: instance for instance in sample_parts(problem, seed)}
    except AuthorError as error:
        return error


def _faults(test: BankTest, graded: Outcome) -> Iterator[str]:
    if graded.outcome != test.expect:
        yield f"expected {test.expect}, graded {graded.outcome}"
    if test.mistake is not None and graded.mistake != test.mistake:
        yield f"expected the mistake '{test.mistake}', {_diagnosis(graded)}"
    if test.score is not None:
        share = graded.score / graded.points if graded.points else Fraction(0)
        if share != test.score:
            yield f"expected {test.score} of the points, graded {share}"


def _diagnosis(graded: Outcome) -> str:
    return f"named '{graded.mistake}'" if graded.mistake else "none was named"
