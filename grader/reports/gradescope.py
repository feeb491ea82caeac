"""Gradescope's ``results.json`` of one submission.

https://gradescope-autograders.readthedocs.io/en/latest/specs/.  Outputs are plain text, so that
nothing in them acts, and hold what a student may see and no more.  A test that is hidden would hide
the total too: nothing is.
"""

from __future__ import annotations

import json

from grader.feedback import OUTCOME_WORDS, for_student
from grader.grade import GradedItem
from grader.reports.base import Report, ReportFormat, number, visible


def render(report: Report) -> str:
    """The report has one student's sheet."""
    (sheet,) = report.students
    told = [
        f"{report.title} ({report.sheet}): {number(sheet.final)} of {number(sheet.points)} points.",
        *sheet.explained,
    ]
    if sheet.open_points:
        told.append(f"{number(sheet.open_points)} points are to be decided by a person.")
    told += [*sheet.remarks, *(f"{t.source}: {t.message}" for t in report.troubles)]
    results = {
        "score": _points(sheet.final),
        "execution_time": round(sum(item.seconds for item in sheet.items), 2),
        "output": "\n".join(map(visible, told)),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": [_test(item) for item in sheet.items],
        "extra_data": {
            "sheet": report.sheet,
            "student": sheet.student,
            "made_with": report.made_with,
            "outcomes": {item.number: item.graded.outcome for item in sheet.items},
        },
    }
    return json.dumps(results, indent=2, ensure_ascii=True) + "\n"


def _points(q: object) -> float:
    return round(float(q), 4)  # type: ignore[arg-type]


def _test(item: GradedItem) -> dict[str, object]:
    graded = item.graded
    lines = [f"Typed: {graded.typed}"] if graded.typed.strip() else []
    if graded.read_as is not None:
        lines.append(f"Read as: {graded.read_as.unicode}")
    lines += for_student(graded)
    test: dict[str, object] = {
        "number": item.number,
        "name": visible(f"{item.title} ({OUTCOME_WORDS[graded.outcome]})"),
        "score": _points(graded.score),
        "max_score": _points(graded.points),
        "output": "\n".join(map(visible, lines)),
        "visibility": "visible",
    }
    if graded.outcome != "undecided":
        # Without a status Gradescope shows neither a tick nor a cross.
        test["status"] = "passed" if graded.outcome == "right" else "failed"
    return test


def refused(message: str, score: float = 0) -> str:
    """The results of a submission that is not graded, and why, in a sentence for the student."""
    return unfinished(message, score)


def unfinished(message: str, score: float = 0) -> str:
    """What stands in ``results.json`` before anything is graded, and stays there when grading dies."""
    results = {
        "score": score,
        "output": visible(message),
        "output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
    }
    return json.dumps(results, indent=2, ensure_ascii=True) + "\n"


REPORT = ReportFormat("gradescope", ".gradescope.json", render, one=True, about="Gradescope's results, of one student")
