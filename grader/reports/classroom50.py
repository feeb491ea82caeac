"""``result.json`` of Classroom 50 (``classroom50/result/v1``), of one submission.

Scores are whole numbers there: points are counted in hundredths.  What names the submission (classroom,
assignment, owner, commit, ...) comes from where it runs: `Report.context`.
"""

from __future__ import annotations

import json
from fractions import Fraction

from grader.feedback import for_student
from grader.grade import GradedItem
from grader.reports.base import Report, ReportFormat, visible

SCHEMA = "classroom50/result/v1"
NAMES = ("classroom", "assignment", "assignment_type", "owner", "submission", "commit", "release", "review")
"""What the context has to say."""
_USUAL = {"assignment_type": "individual"}


def render(report: Report) -> str:
    (sheet,) = report.students
    moment = report.utc or f"{report.at}Z"
    given = {"assignment": report.sheet, "owner": sheet.student, **_USUAL, **report.context}
    tests = [_test(item) for item in sheet.items]
    result: dict[str, object] = {"schema": SCHEMA, **{name: visible(given.get(name, "")) for name in NAMES}}
    if not str(result["submission"]).startswith("submit/"):
        result["submission"] = f"submit/{result['submission']}"
    result |= {
        "datetime": given.get("datetime", moment),
        "graded_at": moment,
        # The sum of what is shown, so that nobody finds a hundredth missing, unless the policy says otherwise.
        "score": sum(int(str(t["score"])) for t in tests) if sheet.earned is None else _hundredths(sheet.earned),
        "max-score": sum(int(str(test["max-score"])) for test in tests),
        "tests": tests,
    }
    return json.dumps(result, indent=2, ensure_ascii=True) + "\n"


def _test(item: GradedItem) -> dict[str, object]:
    graded = item.graded
    most = _hundredths(graded.points)
    test: dict[str, object] = {
        "test-name": visible(f"{item.number} {item.title}"),
        "passed": graded.outcome == "right",
        "score": min(_hundredths(graded.score), most),
        "max-score": most,
    }
    if graded.outcome != "right":
        test["message"] = visible(" ".join(for_student(graded)))
    return test


def _hundredths(points: Fraction) -> int:
    return round(points * 100)


REPORT = ReportFormat("classroom50", ".classroom50.json", render, one=True, about="result.json of Classroom 50")
