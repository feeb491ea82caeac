"""Mistakes of no kind in particular, and answers that would be right if they were read in another way."""

from __future__ import annotations

import pytest
from diagnosing import task_of
from test_unnamed import instance

from grader.feedback import for_student
from grader.grade import Graded, grade_answer, grade_task
from grader.other_reading import other_readings


def graded(kind: str, given: dict, typed: str, **more: dict) -> Graded:
    return grade_task(task_of({"kind": kind, "given": given, **more}), typed)


CUBIC = {"f": "x^4/4 - 3x^2 + 5x", "wrt": ["x"]}
NAMED = [
    ("derivative", CUBIC, "2x^3 - 12x + 10", "off-by-a-factor"),
    ("derivative", CUBIC, "x^3 - 6x + 8", "off-by-a-constant"),
    ("derivative", CUBIC, "x^3 + 18x + 5", "one-term"),
    ("derivative", CUBIC, "7x^3 - 6x + 5", "one-term"),
    ("hessian", {"f": "x^2 y + y^3", "variables": ["x", "y"]}, "[-2y, -2x; -2x, -6y]", "overall-sign"),
    ("hessian", {"f": "x^2 y + y^3", "variables": ["x", "y"]}, "[2x, 2y; 6y, 2x]", "entries-exchanged"),
    ("definite_integral", {"f": "cos(x)", "wrt": "x", "from": "0", "to": "1"}, "sin(pi/180)", "degrees"),
    ("gradient", {"f": "x^2 y + y^3", "variables": ["x", "y"], "at": ["1", "2"]}, "(4, 7)", "at-another-point"),
    ("derivative", {"f": "x^4 + x", "wrt": ["x"], "at": "2"}, "109", "at-another-point"),
    ("derivative", {"f": "x^2 y", "wrt": ["x"], "variables": ["x", "y"]}, "3 x y", "off-by-a-factor"),
    ("taylor", {"f": "e^x", "wrt": "x", "at": "0", "degree": "3"}, "1 + x + x^2/2 + x^3/12", "one-term"),
]


@pytest.mark.parametrize(("kind", "given", "typed", "name"), NAMED)
def test_it_is_named(kind: str, given: dict, typed: str, name: str) -> None:
    found = graded(kind, given, typed)
    assert found.mistake == name
    assert found.diagnosis is not None and found.diagnosis.general


def test_the_term_is_named_as_it_was_typed() -> None:
    said = " ".join(for_student(graded("derivative", CUBIC, "x^3 + 18x + 5")))
    assert "look at 18x again" in said and "6x" not in said


@pytest.mark.parametrize("typed", ["x^3 - 6x^2 + 5", "x^2 - 7x + 6", "sin(x)", "x^3 - 6x + 5 + x/1000", "5"])
def test_other_wrong_answers_have_no_general_name(typed: str) -> None:
    found = graded("derivative", CUBIC, typed)
    assert found.outcome == "wrong"
    assert found.diagnosis is None or not found.diagnosis.general


HALF = {"f": "ln(x)/2", "wrt": ["x"]}


def test_another_reading_is_told() -> None:
    found = graded("derivative", HALF, "1/2x", domain={"x": "(0, oo)"})
    assert (found.outcome, found.mistake, found.score) == ("wrong", "other_reading", 0)
    assert "Your answer would be right if you meant 1/(2x): put brackets." in for_student(found)


def test_another_reading_may_be_accepted_or_ignored() -> None:
    for policy, outcome, name in (("accepted", "right", "other_reading"), ("ignored", "wrong", None)):
        found = graded("derivative", HALF, "1/2x", domain={"x": "(0, oo)"}, policy={"other_reading": policy})
        assert found.outcome == outcome
        assert (found.mistake == "other_reading") is (name is not None)


def test_a_wrong_answer_that_is_wrong_in_every_reading_is_no_other_reading() -> None:
    assert graded("derivative", HALF, "1/3x", domain={"x": "(0, oo)"}).mistake != "other_reading"


def test_a_problem_may_set_the_policy() -> None:
    text = """\
- id: half
  kind: derivative
  title: A logarithm
  difficulty: 1
  parameters: {a: {integer: [2, 9]}}
  given: {f: "ln(x)/a", wrt: x}
  domain: {x: "(0, oo)"}
  policy: {other_reading: accepted}
  statement: 'Differentiate ${{ f }}$.'
"""
    made = instance(text)
    assert grade_answer(made, f"1/{made.parameters['a']}x").outcome == "right"


def test_other_readings_are_made_from_the_notes() -> None:
    notes = [
        "1/2x was read as (1/2)*x; for the other write 1/(2x)",
        "x^1/3 was read as (x^1)/3; for the other write x^(1/3)",
    ]
    assert other_readings("1/2x  +  x^1/3", notes) == (
        ("1/(2x) + x^1/3", "1/(2x)"),
        ("1/2x + x^(1/3)", "x^(1/3)"),
        ("1/(2x) + x^(1/3)", "1/(2x) and x^(1/3)"),
    )
    assert other_readings("x", notes) == ()
