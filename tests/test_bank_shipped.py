"""The shipped bank: its own tests pass, every solution is worked out in steps, and the steps are true."""

from __future__ import annotations

import pytest

from grader.answer_text import write, write_latex, write_unicode
from grader.bank.check import check
from grader.bank.problem import Problem
from grader.bank.read import load_bank
from grader.bank.sample import sample_parts
from grader.bank.steps.base import SAY
from grader.grade import grade_answer
from grader.resources import bank_directory

PROBLEMS = tuple(load_bank([bank_directory()]))
# What is asked there is a word, and the way to it is told in words.
IN_WORDS = {"multiple_choice"}


@pytest.mark.parametrize("problem", PROBLEMS, ids=[problem.id for problem in PROBLEMS])
def test_its_tests_pass_and_its_steps_are_true(problem: Problem) -> None:
    results = list(check(problem, grade_answer))
    assert results and [str(result) for result in results if not result.passed] == []


@pytest.mark.parametrize("problem", PROBLEMS, ids=[problem.id for problem in PROBLEMS])
def test_every_question_has_a_worked_solution(problem: Problem) -> None:
    for question in problem.questions:
        assert question.solution, question.id
        formulas = [step for step in question.solution if step.operation != SAY]
        assert formulas or question.kind in IN_WORDS, f"{question.id}: no step of the solution is checked"


def test_there_are_fifteen_topics() -> None:
    topics = {problem.topic for problem in PROBLEMS}
    assert len(topics) == 15 and len(PROBLEMS) >= 135


def test_a_wrong_answer_is_followed_through_somewhere() -> None:
    assert sum(question.follow is not None for problem in PROBLEMS for question in problem.questions) >= 2


@pytest.mark.parametrize("problem", PROBLEMS, ids=[problem.id for problem in PROBLEMS])
def test_what_is_said_of_a_foreseen_mistake_gives_nothing_away(problem: Problem) -> None:
    for instance in sample_parts(problem, 2):
        reference = instance.task.reference
        spellings = {written(reference) for written in (write, write_latex, write_unicode)}
        telling = [text for text in spellings if len(text) >= 4]
        for mistake in instance.mistakes:
            assert not [text for text in telling if text in mistake.feedback], mistake.name
            assert mistake.feedback[0].isupper() or mistake.feedback[0] in "$`"
            assert mistake.feedback.rstrip("`$")[-1] in ".?", mistake.feedback
