"""A class from files to report: who handed in what, and what becomes of odd files."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest

from grader.classroom.manifest import Enrolled, Manifest
from grader.reports.base import Report, Trouble
from grader.run.batch import below, collect, grade_class
from grader.run.local import Pool


def record(f: str, reference: str, **more: Any) -> dict[str, Any]:
    return {
        "problem": "p",
        "title": "P",
        "kind": "derivative",
        "seed": "1",
        "parameters": {},
        "variables": ["x"],
        "given": {"f": f, "wrt": ["x"]},
        "domain": {},
        "reference": reference,
        "accept": {},
        "policy": {},
        "statement": "Differentiate.",
        "hints": [],
        "solution": "",
        "points": "2",
        "difficulty": 1,
        "concepts": [],
        "answer_hint": "",
        **more,
    }


def enrolled(name: str) -> Enrolled:
    items = {"1": record("x^2", "2x"), "2": record("sin(x)", "cos(x)", points="1/3")}
    return Enrolled(name, f"{name.lower()}@example.org", items)


CLASS = Manifest(
    "Week 3", "Calculus", "week-3", {s: enrolled(s.title()) for s in ("ada", "ben", "Zoe")}, made_with="0.1.0"
)


def text(student: str, *answers: str, sheet: str = "week-3") -> str:
    lines = [f"  {i}: {answer}" for i, answer in enumerate(answers, 1)]
    return "\n".join([f"student: {student}", f"sheet: {sheet}", "answers:", *lines]) + "\n"


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(jobs=2) as made:
        yield made


def graded(pool: Pool, *files: tuple[str, str | bytes]) -> Report:
    return grade_class(CLASS, files, pool, "2026-11-23T00:13:13", "0.1.0")


def test_everybody_is_graded_against_their_own_items(pool: Pool) -> None:
    report = graded(pool, ("b.yaml", text("ben", "2x", "sin(x)")), ("a.yaml", text("ada", "x + x", "cos x")))
    assert [sheet.student for sheet in report.students] == ["ada", "ben"]
    assert [sheet.score for sheet in report.students] == [Fraction(7, 3), Fraction(2)]
    assert report.absent == ("Zoe",)
    assert not report.troubles
    assert [item.line for item in report.students[0].items] == [4, 5]


def test_a_broken_file_and_a_broken_record_stop_nobody(pool: Pool) -> None:
    broken = {"1": record("x^2", "2x", kind="nonsense"), "2": record("sin(x)", "cos(x)")}
    part = Manifest("", "", "week-3", {**CLASS.students, "ben": Enrolled("Ben", "", broken)}, made_with="")
    files = [("ada.yaml", text("ada", "2x")), ("ben.yaml", text("ben", "2x", "cos x")), ("c.yaml", b"\0\0\0" * 99)]
    report = grade_class(part, files, pool, "2026-11-23T00:13:13", "0.1.0")
    assert [[item.graded.outcome for item in sheet.items] for sheet in report.students] == [
        ["right", "blank"],
        ["undecided", "right"],
    ]
    assert report.students[1].open_points == 2
    assert [trouble.source for trouble in report.troubles] == ["c.yaml"]


WHO = [
    ("ada", "x.yaml", "ada", ""),
    ("ADA", "x.yaml", "ada", "taken for the submission of 'ada' by the student 'ADA'"),
    ("zoe", "x.yaml", "Zoe", "taken for the submission of 'Zoe' by the student 'zoe'"),
    ("ben@example.org", "x.yaml", "ben", "taken for the submission of 'ben' by the student 'ben@example.org'"),
    ("", "in/ben.yaml", "ben", "taken for the submission of 'ben' by the file name 'ben'"),
    ("", "in\\ben.yaml", "ben", "taken for the submission of 'ben' by the file name 'ben'"),
]


@pytest.mark.parametrize(("given", "source", "student", "remark"), WHO)
def test_whose_a_file_is(given: str, source: str, student: str, remark: str) -> None:
    handed, troubles = collect(CLASS, [(source, text(given, "2x"))])
    assert not troubles and list(handed) == [student]
    assert handed[student][0].remarks == ((remark,) if remark else ())


TROUBLES = [
    (text("bne", "2x"), "there is no student 'bne' in the manifest; did you mean 'ben'?"),
    (text("nobody", "2x"), "there is no student 'nobody' in the manifest"),
    (text("", "2x"), "the file does not say whose it is; add a line 'student: <id>'"),
    (
        text("ada", "2x", sheet="week-2"),
        "this is for the sheet 'week-2', not for 'week-3'; it was not graded",
    ),
    ("", "the file is empty; fill in the answer file of your sheet"),
]


@pytest.mark.parametrize(("content", "message"), TROUBLES)
def test_files_that_are_not_graded(content: str, message: str) -> None:
    handed, troubles = collect(CLASS, [("x.yaml", content)])
    assert not handed
    assert [(trouble.source, trouble.message, trouble.lost) for trouble in troubles] == [("x.yaml", message, True)]


def test_the_last_of_two_files_counts() -> None:
    handed, troubles = collect(CLASS, [("2.yaml", text("ada", "2x")), ("1.yaml", text("ada", "x"))])
    assert handed["ada"][0].submission.answers["1"].text == "2x"
    assert troubles == (Trouble("2.yaml", "'ada' also handed in 1.yaml; this one was graded", lost=False),)


def test_answers_to_other_questions_are_mentioned() -> None:
    handed, _ = collect(CLASS, [("a.yaml", text("ada", "2x", "3x", "4x"))])
    assert handed["ada"][0].remarks == ("line 6: there is no question 3 on this sheet; the answer was left out",)


def test_nothing_handed_in(pool: Pool) -> None:
    report = graded(pool)
    assert report.absent == ("Zoe", "ada", "ben") and report.mean() is None


def test_below_gives_the_benefit_of_what_is_undecided(pool: Pool) -> None:
    report = graded(pool, ("a.yaml", text("ada", "2x")), ("b.yaml", text("ben", "2x", "cos x")))
    assert below(report, Fraction(9, 10)) == ("ada",)
    assert below(report, Fraction(1, 2)) == ()
