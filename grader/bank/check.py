"""Runs the tests that stand in the problem files.

Grading lies above the bank, so the function that grades is handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Protocol

from grader.bank.instance import Instance, from_record, to_record
from grader.bank.problem import BankTest, Problem
from grader.bank.sample import printed_values, sample
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


Grade = Callable[[Instance, str], Outcome]


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
    """Every test of the problem, graded as a student's answer from a manifest would be."""
    instances: dict[int, Instance | AuthorError] = {}
    for test in problem.tests:
        if test.seed not in instances:
            instances[test.seed] = _variant(problem, test.seed)
        instance = instances[test.seed]
        if isinstance(instance, AuthorError):
            yield Checked(problem.id, test, test.answer.value, (str(instance),))
            continue
        try:
            answer = render(test.answer, printed_values(instance), "text")
        except AuthorError as error:
            yield Checked(problem.id, test, test.answer.value, (str(error),))
            continue
        # Through the record and back: what is tested is what grading will see.
        graded = grade(from_record(to_record(instance)), answer)
        yield Checked(problem.id, test, answer, tuple(_faults(test, graded)))


def _variant(problem: Problem, seed: int) -> Instance | AuthorError:
    try:
        return sample(problem, seed)
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
