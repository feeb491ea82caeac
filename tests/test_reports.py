"""Reports: valid for their readers, hostile text is data, and students see nothing of the reference."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from grader import reports
from grader.claims import Finding, Truth, Witness
from grader.diagnose import Diagnosis
from grader.feedback import for_instructor, for_student
from grader.grade import Fault, Graded, GradedItem, GradedSheet, ReadAs, Settled, undecided
from grader.reports.base import Report, Trouble
from grader.reports.terminal import render as terminal

SECRET = "17.171717"
"""Stands for a value of the reference; no student may see it."""
HOSTILE = "\x1b[2J\x07\x00<script>&\"']]>\u202e\u2028\ud800\n::error::x"

WRONG = Finding(
    Truth.REFUTED,
    "ball arithmetic",
    f"at x = 3/7: expected {SECRET}, yours gives 2",
    "value",
    Witness((("x", Fraction(3, 7)),), SECRET, "2"),
)
RIGHT = Finding(Truth.PROVED, "normal form", f"the difference to {SECRET} is zero")


def graded(outcome: str, **more: Any) -> Graded:
    points = Fraction(4)
    score = {"right": points, "partial": Fraction(4, 3)}.get(outcome, Fraction(0))
    return Graded(outcome, score, points, **{"typed": HOSTILE, **more})  # type: ignore[arg-type]


READ = ReadAs("2x", "2x", "2 x", "two x")
SAMPLES = {
    "right": graded("right", read_as=READ, findings=(Settled("the derivative", Fraction(1), RIGHT, Fraction(1)),)),
    "partial": graded(
        "partial",
        read_as=ReadAs("(1, 2, 3)", "(1, 2, 3)", "(1, 2, 3)", "", (3, 1)),
        findings=(
            Settled(
                "the gradient",
                Fraction(1),
                Finding(Truth.REFUTED, "entries", SECRET, "value", parts=(RIGHT, WRONG, WRONG)),
                Fraction(1, 3),
            ),
        ),
    ),
    "wrong": graded(
        "wrong",
        read_as=READ,
        findings=(Settled("the derivative", Fraction(1), WRONG, Fraction(0)),),
        diagnosis=Diagnosis("inner-derivative", "Multiply by the derivative of the inside.", Fraction(0), ("other",)),
        notes=("1/2x was read as (1/2)*x",),
    ),
    "unreadable": graded("unreadable", fault=Fault(1, 4, f"unexpected {HOSTILE}", "remove it", "2x+)\n   ^")),
    "undecided": undecided(HOSTILE, Fraction(4), "grading took more than 30 seconds"),
    "blank": graded("blank", typed=""),
}


def sheet(student: str, name: str, outcomes: list[str]) -> GradedSheet:
    items = tuple(
        GradedItem(str(i), f"problem-{i}", f"Problem {HOSTILE}", SAMPLES[outcome], i + 4, 0.0123)
        for i, outcome in enumerate(outcomes, 1)
    )
    return GradedSheet(student, name, "week-3", f"{student}.yaml", items, (f"line 3: {HOSTILE}",))


def report(*sheets: GradedSheet) -> Report:
    return Report(
        "Week 3",
        f"Course {HOSTILE}",
        "week-3",
        "2026-11-23T00:13:13",
        "0.1.0",
        sheets,
        (Trouble("broken.yaml", f"this is {HOSTILE}"), Trouble(HOSTILE, "what is this")),
        ("zoe",),
    )


CLASS = report(
    sheet("ada", "Ada", ["right"] * 6),
    sheet("ben", HOSTILE, list(SAMPLES)),
    sheet("花", "高橋 花 with a very long name indeed that goes on", ["wrong", "wrong"]),
)


ONE = report(sheet("ben", HOSTILE, list(SAMPLES)))


def rendered(name: str) -> str:
    """The class in a format, or one student of it."""
    return reports.load(name).render(ONE if reports.load(name).one else CLASS)


def test_every_format_is_found() -> None:
    assert {"terminal", "json", "junit"} <= set(reports.names())
    for name in reports.names():
        assert reports.load(name).suffix.startswith(".")
    with pytest.raises(KeyError):
        reports.load("nonsense")


@pytest.mark.parametrize("schema", ["junit-10.xsd", "ant-JUnit.xsd"])
@pytest.mark.parametrize(
    "made", [CLASS, report(), report(sheet("ada", "", list(SAMPLES)))], ids=["class", "none", "one"]
)
def test_junit_is_valid(schema: str, made: Report) -> None:
    validator = etree.XMLSchema(etree.parse(Path(__file__).parent / "formats" / schema))
    document = etree.fromstring(reports.load("junit").render(made).encode())
    assert validator.validate(document), validator.error_log


def test_junit_keeps_the_outcomes_apart() -> None:
    document = etree.fromstring(reports.load("junit").render(CLASS).encode())
    suite = document.findall("testsuite")[1]
    assert dict(suite.attrib) | {"time": ""} == {
        "name": suite.get("name"),
        "package": "week-3",
        "id": "1",
        "hostname": "localhost",
        "tests": "6",
        "failures": "2",
        "errors": "2",
        "skipped": "1",
        "time": "",
        "timestamp": "2026-11-23T00:13:13",
    }
    found = [[(child.tag, child.get("type")) for child in case] for case in suite.findall("testcase")]
    assert found == [
        [],
        [("failure", "partial")],
        [("failure", "wrong")],
        [("error", "unreadable")],
        [("error", "undecided")],
        [("skipped", None)],
    ]
    assert [p.get("value") for p in suite.findall("properties/property") if p.get("name") == "score"] == ["5.33"]


def test_json_is_complete_and_ascii() -> None:
    text = reports.load("json").render(CLASS)
    assert text.isascii() and "\x1b" not in text
    loaded = json.loads(text)
    assert list(loaded["summary"]["outcomes"].values()) == [7, 1, 3, 1, 1, 1]
    ben = loaded["students"][1]
    assert [item["outcome"] for item in ben["items"]] == list(SAMPLES)
    assert ben["exact"] == "16/3 of 24" and ben["open_points"] == 4
    assert ben["items"][2]["mistake"] == "inner-derivative"
    assert ben["items"][2]["instructor"]["findings"][0]["witness"]["point"] == {"x": "3/7"}
    assert loaded["absent"] == ["zoe"]


def test_json_meets_its_schema() -> None:
    import jsonschema

    from grader.schemas import load

    jsonschema.Draft202012Validator(load("results")).validate(json.loads(reports.load("json").render(CLASS)))


def test_the_same_report_gives_the_same_bytes() -> None:
    for name in reports.names():
        assert rendered(name) == rendered(name)


@pytest.mark.parametrize("made", [CLASS, report(sheet("ben", HOSTILE, list(SAMPLES)))], ids=["class", "one"])
@pytest.mark.parametrize("unicode", [True, False])
def test_the_terminal_shows_hostile_text_as_data(made: Report, unicode: bool) -> None:
    text = terminal(made, colour=False, unicode=unicode)
    assert all(c.isprintable() or c == "\n" for c in text)
    from grader.reports.terminal import _width

    assert max(_width(line) for line in text.splitlines()) <= 80
    if not unicode:
        assert "✓" not in text and "█" not in text
    assert "\x1b[32m" in terminal(made, colour=True)


def test_the_terminal_names_what_needs_attention() -> None:
    text = terminal(CLASS)
    assert "3 x inner-derivative" in text
    assert "ben, question 5: grading took more than 30 seconds" in text
    assert "broken.yaml:1: this is" in text
    assert "Nothing to grade from\n  zoe" in text


@pytest.mark.parametrize("outcome", SAMPLES)
def test_students_see_nothing_of_the_reference(outcome: str) -> None:
    assert SECRET not in " ".join(for_student(SAMPLES[outcome]))


@pytest.mark.parametrize("name", [n for n in reports.names() if n != "json"])
def test_only_json_shows_the_reference(name: str) -> None:
    assert SECRET not in rendered(name) and not reports.load(name).shows_reference


def test_junit_and_terminal_show_nothing_of_the_reference() -> None:
    assert SECRET not in reports.load("junit").render(CLASS)
    assert SECRET not in terminal(CLASS) and SECRET not in terminal(report(sheet("b", "", list(SAMPLES))))
    assert reports.load("json").shows_reference


def test_instructors_see_the_evidence() -> None:
    lines = for_instructor(SAMPLES["wrong"])
    assert lines[0] == f"the derivative: refuted by ball arithmetic: at x = 3/7: expected {SECRET}, yours gives 2"
    assert lines[1] == "the same answer also comes from: other"


SENTENCES = {
    "right": ("Right.",),
    "partial": ("Partly right.", "1 of 3 entries is right; look again at entry 2, entry 3."),
    "wrong": ("Not right.", "Multiply by the derivative of the inside.", "1/2x was read as (1/2)*x"),
    "blank": ("No answer was given.",),
    "undecided": (
        "Your answer could not be graded automatically. It does not count as wrong; a person will look at it.",
    ),
}


@pytest.mark.parametrize("outcome", SENTENCES)
def test_sentences_for_students(outcome: str) -> None:
    assert for_student(SAMPLES[outcome]) == SENTENCES[outcome]


# Platforms -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", reports.names())
def test_hostile_text_does_nothing_in_any_format(name: str) -> None:
    """Terminal escapes, HTML, workflow commands, ends of CDATA and lines, letters that reorder."""
    text = rendered(name)
    if name in ("summary", "junit"):
        assert "<script" not in text
    # JSON, CSV and commands are data until somebody shows them: there only control characters could act.
    assert all(c.isprintable() or c in "\r\n" for c in text)
    assert "\u202e" not in text and "\u2028" not in text
    # At the start of a line "::error::" would be a command of GitHub's, in the log of any job.
    commands = [line for line in text.splitlines() if line.lstrip().startswith("::")]
    assert name == "github" or not commands


def test_gradescope_meets_its_schema() -> None:
    import jsonschema

    schema = json.loads((Path(__file__).parent / "formats" / "gradescope_results.schema.json").read_text())
    from grader.reports.gradescope import unfinished

    for text in (rendered("gradescope"), unfinished(f"it died: {HOSTILE}")):
        jsonschema.Draft202012Validator(schema).validate(json.loads(text))
    loaded = json.loads(rendered("gradescope"))
    assert loaded["score"] == pytest.approx(16 / 3, abs=1e-4)
    statuses = [test.get("status") for test in loaded["tests"]]
    assert statuses == ["passed", "failed", "failed", "failed", None, "failed"]
    # A hidden test would hide the total.
    assert all(test["visibility"] == "visible" for test in loaded["tests"])


def test_classroom50_counts_in_hundredths() -> None:
    from grader.records import replace

    told = {"classroom": "calc", "submission": "2026-x", "commit": "c", "release": "r", "review": "v"}
    made = json.loads(reports.load("classroom50").render(replace(ONE, context=told, utc="2026-11-23T00:13:13Z")))
    assert set(made) == {
        "schema", "classroom", "assignment", "assignment_type", "owner", "submission", "commit", "release", "review",
        "datetime", "graded_at", "score", "max-score", "tests",
    }  # fmt: skip
    assert made["schema"] == "classroom50/result/v1" and made["submission"] == "submit/2026-x"
    assert all(
        type(t[k]) is int and 0 <= t["score"] <= t["max-score"] for t in made["tests"] for k in ("score", "max-score")
    )
    assert made["score"] == sum(t["score"] for t in made["tests"]) == 533
    assert made["datetime"] == made["graded_at"] == "2026-11-23T00:13:13Z"


def test_csv_has_no_formula() -> None:
    import csv
    import io

    bad = ["=cmd|'/C calc'!A0", "+1", "-2", "@SUM(A1)", "\t=1", " =1", '"x', "a,b"]
    made = report(*(sheet(f"s{i}", name, ["right", "blank"]) for i, name in enumerate(bad)))
    rows = list(csv.reader(io.StringIO(reports.load("csv").render(made), newline="")))
    assert [row[0] for row in rows] == ["id", *(f"s{i}" for i in range(len(bad))), "zoe"]
    assert all(len(row) == len(rows[0]) for row in rows)
    for row in rows[1:-1]:
        assert row[1] and not row[1].lstrip().startswith(("=", "+", "-", "@"))
        assert row[3:7] == ["4", "8", "50", "0"]
    assert rows[6][1] == "' =1" and rows[8][1] == "a,b"


def test_lti_payloads() -> None:
    payloads = json.loads(reports.load("lti").render(CLASS))
    assert [p["userId"] for p in payloads] == ["ada", "ben", "花"]
    assert [p["gradingProgress"] for p in payloads] == ["FullyGraded", "PendingManual", "FullyGraded"]
    for payload in payloads:
        assert set(payload) == {
            "userId", "scoreGiven", "scoreMaximum", "timestamp", "activityProgress", "gradingProgress", "comment"
        }  # fmt: skip
        assert 0 <= payload["scoreGiven"] <= payload["scoreMaximum"]
        assert payload["timestamp"].endswith("Z") and "." in payload["timestamp"]


def test_annotations_point_at_the_line_and_stay_under_the_limit() -> None:
    lines = reports.load("github").render(ONE).splitlines()
    levels = [line.split(" ")[0] for line in lines]
    assert levels == ["::error"] * 4 + ["::warning", "::notice", "::notice"]
    assert "file=ben.yaml,line=7,title=3 Problem" in lines[2]
    # Only the colons of the command itself are bare in the properties.
    for line in lines:
        properties = line[2:].split("::")[0]
        assert ":" not in properties and properties.count(",") == 2
    many = report(*(sheet(f"s{i}", "", ["wrong", "partial"] * 3) for i in range(9)))
    lines = reports.load("github").render(many).splitlines()
    assert sum(line.startswith("::error") for line in lines) == 10
    assert lines[9].endswith("20 more; see the summary")


def test_the_summary_fits_into_a_job() -> None:
    from grader.reports.summary import LARGEST

    many = report(*(sheet(f"student-{i}", HOSTILE, ["wrong", "unreadable"] * 8) for i in range(800)))
    text = reports.load("summary").render(many)
    assert len(text.encode()) < LARGEST + 100_000 and "more students" in text.splitlines()[-1]
    assert "student" in text.splitlines()[-1]


def test_markdown_of_strangers_is_text() -> None:
    from markdown_it import MarkdownIt

    from grader.reports.base import markdown

    for typed in (HOSTILE, "[a](javascript:1) ![x](y) `code` **b** @user #1 <b> | cell\n# heading", "| a | b |"):
        html = MarkdownIt("commonmark").enable("table").render(f"| h |\n|---|\n| {markdown(typed)} |\n")
        assert not any(tag in html for tag in ("<a", "<img", "<code", "<strong", "<h1", "<b>", "<script"))
        assert html.count("<td>") == 1
