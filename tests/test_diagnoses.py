"""Mistakes are named end to end: each rule of the catalogue on questions of its kind, and nothing wrongly."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from diagnosing import TABLE, task_of

from grader import kinds
from grader.answer_text import write, write_latex, write_unicode
from grader.feedback import for_student
from grader.grade import Graded, grade_task

ROWS = [pytest.param(row, id=f"{row['rule']} {row['given']} {row['wrong']}") for row in TABLE]
RULES = {rule for name in kinds.names() for mistake in kinds.load(name).mistakes for rule in mistake.rule.split()}


@pytest.mark.parametrize("row", ROWS)
def test_the_mistake_is_named(row: dict) -> None:
    task = task_of(row)
    graded = grade_task(task, row["wrong"])
    assert graded.outcome in ("wrong", "partial")
    assert graded.mistake == row["named"]
    said = " ".join(for_student(graded))
    assert row.get("told", "") in said
    assert_gives_nothing_away(task, graded)


def assert_gives_nothing_away(task, graded: Graded) -> None:
    """The reference, in any of its spellings, stands in no sentence for the student."""
    said = " ".join(for_student(graded))
    spellings = {written(task.reference) for written in (write, write_latex, write_unicode)}
    assert not [text for text in spellings if len(text) > 3 and text in said]


@pytest.mark.parametrize(
    "row", [p for p in ROWS if p.values[0]["kind"] not in ("matrix_derivative", "antiderivative")][::5]
)
def test_a_change_beside_the_mistake_has_no_name(row: dict) -> None:
    wrong = row["wrong"]
    if not re.fullmatch(r"[^\[\]{}:,]+", wrong):
        return
    graded = grade_task(task_of(row), f"({wrong}) + 17/1301")
    assert graded.mistake is None or row["named"] is None


def test_at_least_120_rules_are_in_force() -> None:
    assert len(RULES) >= 120


def test_figures() -> None:
    """How many of the table are named, told in another way, and neither."""
    counts = Counter("named" if row["named"] else "told" if "told" in row else "neither" for row in TABLE)
    assert counts["named"] >= 258 and counts["neither"] <= 3
    assert len({row["rule"] for row in TABLE}) >= 107


FEEDBACK = [
    pytest.param(mistake.feedback, id=f"{name} {mistake.name}")
    for name in kinds.names()
    for mistake in kinds.load(name).mistakes
]
# What stands in sentences as an example to try; none of it is a claim about the question.
EXAMPLES = ("x*x", "x^3/x", "x = 0", "a b = c")


@pytest.mark.parametrize("feedback", FEEDBACK)
def test_a_sentence_states_no_formula(feedback: str) -> None:
    for example in EXAMPLES:
        feedback = feedback.replace(example, "")
    assert not re.search(r"[=^*/$`\\]", feedback), "a formula in feedback could be false or the answer: ask instead"
    assert feedback[0].isupper() and feedback[-1] in ".?"
