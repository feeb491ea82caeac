"""Runs the tests that stand in the problem files.

Grading lies above the bank, so the function that grades is handed in.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Literal, Protocol

from grader.bank.instance import Instance, from_record, to_record
from grader.bank.problem import BankTest, Problem
from grader.bank.sample import printed_values, sample_parts
from grader.bank.statement import render
from grader.errors import AuthorError, Place
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

    A step of the solution is a test too: ``answer`` is then what it shows.  ``faults`` is empty when
    the test passes.
    """

    problem: str
    place: Place
    seed: int
    answer: str
    faults: tuple[str, ...]
    what: Literal["answer", "step"] = "answer"

    @property
    def passed(self) -> bool:
        return not self.faults

    def __str__(self) -> str:
        if self.passed:
            return f"{self.place}: passed"
        where = f"{self.place}: '{self.problem}', seed {self.seed}, {self.what} '{self.answer}'"
        return f"{where}: {'; '.join(self.faults)}"


def check(problem: Problem, grade: Grade) -> Iterator[Checked]:
    """Every test of the problem and its parts, graded as a student's answer from a manifest would be,
    and every step of the solution for the seeds of the tests."""
    variants: dict[int, dict[str, Instance] | AuthorError] = {}
    for question in problem.questions:
        for test in question.tests:
            if test.seed not in variants:
                variants[test.seed] = _variant(problem, test.seed)
            yield _checked(question, test, variants[test.seed], grade)
        for parts in variants.values():
            if not isinstance(parts, AuthorError):
                yield from _steps(question, parts[question.part])


def _steps(question: Problem, instance: Instance) -> Iterator[Checked]:
    from grader.bank.sample import steps_of

    for checked in steps_of(question, instance):
        found, told = checked.finding, f"{checked.about}: {checked.finding.truth.value}: {checked.finding.evidence}"
        faults = () if found.right else (told,)
        yield Checked(question.id, checked.step.place, instance.seed, checked.shown, faults, "step")


def _checked(question: Problem, test: BankTest, parts: dict[str, Instance] | AuthorError, grade: Grade) -> Checked:
    if isinstance(parts, AuthorError):
        return Checked(question.id, test.place, test.seed, test.answer.value, (str(parts),))
    instance = parts[question.part]
    try:
        answer = render(test.answer, printed_values(instance), "text")
        earlier = _earlier(test, instance, parts)
    except AuthorError as error:
        return Checked(question.id, test.place, test.seed, test.answer.value, (str(error),))
    # Through the record and back: what is tested is what grading will see.
    graded = grade(from_record(to_record(instance)), answer, *(() if earlier is None else (earlier,)))
    return Checked(question.id, test.place, test.seed, answer, tuple(_faults(test, graded)))


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
