"""Outcomes, scores and partial credit, from typed text."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from grader import kinds
from grader.answer import Answer, Scalar, read
from grader.bank.instance import Instance, NamedMistake
from grader.expr.domain import Domain
from grader.expr.parse import Names, parse
from grader.feedback import for_student
from grader.grade import Fault, Graded, grade_answer, grade_task
from grader.kinds.base import Task

X = Names(("x",))
XY = Names(("x", "y"))


def scalar(text: str) -> Scalar:
    return Scalar(parse(text, X))


def derivative(reference: str = "2x cos(x^2)", f: str = "sin(x^2)") -> Task:
    return Task("derivative", {"f": parse(f, X), "wrt": ("x",)}, Domain.reals("x"), scalar(reference))


def array(kind: str, given: dict[str, Any], reference: str, names: Names = XY, **policy: str) -> Task:
    loaded = kinds.load(kind)
    knobs = {name: knob.values[0] for name, knob in loaded.policies.items()} | policy
    answer: Answer = read(reference, loaded.shape(given, knobs), names).answer
    return Task(kind, given, Domain.reals(*names.variables), answer, policy=knobs)


def jacobian(**policy: str) -> Task:
    f = (parse("x^2 y", XY), parse("5x + sin(y)", XY))
    return array("jacobian", {"f": f, "variables": ("x", "y")}, "[2xy, x^2; 5, cos(y)]", **policy)


CASES = [
    ("2x cos(x^2)", "right", 4),
    ("2 x cos(x * x)", "right", 4),
    (r"2x\cos\left(x^{2}\right)", "right", 4),
    ("f'(x) = 2x cos(x^2)", "right", 4),
    ("cos(x^2)", "wrong", 0),
    ("x", "wrong", 0),
    ("2x cos(x^2", "unreadable", 0),
    ("2x cos(q^2)", "unreadable", 0),
    ("", "blank", 0),
    ("  \n\t", "blank", 0),
]


@pytest.mark.parametrize(("text", "outcome", "score"), CASES)
def test_one_expression(text: str, outcome: str, score: int) -> None:
    graded = grade_task(derivative(), text, Fraction(4))
    assert (graded.outcome, graded.score, graded.points) == (outcome, score, 4)


def test_a_mistake_is_named_and_says_nothing_of_the_reference() -> None:
    graded = grade_task(derivative(), "cos(x^2)")
    assert graded.mistake == "inner-derivative"
    said = " ".join(for_student(graded))
    assert graded.diagnosis is not None and graded.diagnosis.feedback in said
    assert graded.findings[0].finding.witness is not None
    assert str(graded.findings[0].finding.witness.reference) not in said


def test_right_answers_are_not_diagnosed() -> None:
    assert grade_task(derivative(), "2x cos(x^2)").diagnosis is None


def test_foreseen_mistakes_come_first_and_may_keep_credit() -> None:
    foreseen = (NamedMistake("my-own", scalar("cos(x^2)"), "Think of the inside.", Fraction(1, 4)),)
    graded = grade_task(derivative(), "cos(x^2)", Fraction(4), foreseen)
    assert (graded.outcome, graded.score, graded.mistake) == ("partial", 1, "my-own")
    assert graded.diagnosis is not None and "inner-derivative" in graded.diagnosis.also


def test_an_instance_brings_its_points() -> None:
    instance = Instance(
        "p", "P", "derivative", 1, {}, derivative(), "", (), "", Fraction(5, 2), 1, (), ""
    )  # fmt: skip
    assert grade_answer(instance, "2x cos(x^2)").score == Fraction(5, 2)


ENTRIES = [
    ("[2xy, x^2; 5, cos(y)]", "right", Fraction(4)),
    ("[2xy, x^2; 5, sin(y)]", "partial", Fraction(3)),
    ("[2xy, x; 6, sin(y)]", "partial", Fraction(1)),
    ("[x, y; 6, sin(y)]", "wrong", Fraction(0)),
    ("[2xy, 5; x^2, cos(y)]", "wrong", Fraction(0)),
    ("[2xy, x^2]", "unreadable or wrong", Fraction(0)),
]


@pytest.mark.parametrize(("text", "outcome", "score"), ENTRIES)
def test_entries_earn_their_share(text: str, outcome: str, score: Fraction) -> None:
    graded = grade_task(jacobian(), text, Fraction(4))
    assert graded.outcome in outcome.split(" or ")
    assert graded.score == score


def test_the_transpose_is_its_own_reason() -> None:
    graded = grade_task(jacobian(), "[2xy, 5; x^2, cos(y)]", Fraction(4))
    assert graded.findings[0].finding.reason == "layout"
    assert any("rows and columns are swapped" in sentence for sentence in for_student(graded))
    assert grade_task(jacobian(layout_credit="1/2"), "[2xy, 5; x^2, cos(y)]", Fraction(4)).score == 2


def test_another_size_is_told_with_the_size_typed() -> None:
    graded = grade_task(jacobian(), "[2xy, x^2, 1; 5, cos(y), 1]")
    assert graded.outcome == "wrong"
    assert any("2 rows and 3 columns" in sentence for sentence in for_student(graded))


def test_which_entries_to_look_at() -> None:
    graded = grade_task(jacobian(), "[2xy, x^2; 5, 77]")
    assert "3 of 4 entries are right; look again at row 2, column 2." in for_student(graded)


def test_the_reading_is_reported() -> None:
    graded = grade_task(derivative(), "cos(x^2)(x+x)")
    assert graded.read_as is not None
    assert "cos" in graded.read_as.text and "cos" in graded.read_as.latex and graded.read_as.spoken
    noted = grade_task(derivative("x/2", "x^2/4"), "1/2x")
    assert noted.outcome == "right" and noted.notes


def test_an_unreadable_answer_says_where() -> None:
    graded = grade_task(derivative(), "2x+)")
    assert graded.fault is not None
    assert (graded.fault.line, graded.fault.column) == (1, 4)
    assert graded.fault.caret == "2x+)\n   ^"


def test_graded_answers_travel_between_processes() -> None:
    import pickle

    for text in ("cos(x^2)", "2x+)", "2x cos(x^2)"):
        graded = grade_task(derivative(), text)
        assert pickle.loads(pickle.dumps(graded)) == graded
        assert isinstance(graded, Graded)


def test_a_question_in_feedback_ends_without_a_full_stop() -> None:
    fault = Fault(1, 1, "unknown name 'sinn'", "did you mean 'sin'?", "")
    graded = Graded("unreadable", Fraction(0), Fraction(1), "sinn", fault=fault)
    assert for_student(graded)[1] == "At character 1: unknown name 'sinn'; did you mean 'sin'?"
