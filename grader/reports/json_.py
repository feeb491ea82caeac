"""Results as JSON, complete and in a stable order; `grader schema results` describes it.

``feedback`` is for the student; ``instructor`` holds evidence with values of the reference.
Everything is ASCII, so that no reader and no terminal can be misled by a stranger's text.
"""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

from grader.claims import Finding
from grader.feedback import for_instructor, for_student
from grader.grade import Graded, GradedItem, GradedSheet
from grader.reports.base import Report, ReportFormat

FORMAT = "calculus-grader results"
VERSION = 1


def render(report: Report) -> str:
    return json.dumps(as_json(report), indent=2, ensure_ascii=True) + "\n"


def as_json(report: Report) -> dict[str, Any]:
    """The report as JSON values."""
    mean = report.mean()
    return {
        "format": FORMAT,
        "version": VERSION,
        "made_with": report.made_with,
        "graded_at": report.at,
        "title": report.title,
        "course": report.course,
        "sheet": report.sheet,
        "summary": {
            "students": len(report.students),
            "absent": len(report.absent),
            "outcomes": dict(report.counts()),
            "mean_share": None if mean is None else round(float(mean), 6),
            "mistakes": [{"mistake": name, "count": n, "items": list(where)} for name, n, where in report.mistakes()],
            "unnamed": [
                {
                    "problem": group.problem,
                    "relation": group.relation or None,
                    "answers": list(group.answers),
                    "count": group.count,
                    "students": list(group.students),
                }
                for group in report.unnamed()
            ],
        },
        "students": [_sheet(sheet) for sheet in report.students],
        "absent": list(report.absent),
        "files": [{"file": t.source, "line": t.line, "message": t.message} for t in report.troubles],
    }


def _sheet(sheet: GradedSheet) -> dict[str, Any]:
    return {
        "student": sheet.student,
        "name": sheet.name,
        "file": sheet.source,
        **_score(sheet.score, sheet.points),
        "open_points": _float(sheet.open_points),
        "final": None if sheet.excused else _float(sheet.final),
        "excused": sheet.excused,
        "explained": list(sheet.explained),
        "remarks": list(sheet.remarks),
        "items": [_item(item) for item in sheet.items],
    }


def _score(score: Fraction, points: Fraction) -> dict[str, Any]:
    return {"score": _float(score), "points": _float(points), "exact": f"{score} of {points}"}


def _float(q: Fraction) -> float | int:
    return int(q) if q.denominator == 1 else round(float(q), 6)


def _item(item: GradedItem) -> dict[str, Any]:
    graded = item.graded
    return {
        "item": item.number,
        "problem": item.problem,
        "title": item.title,
        "outcome": graded.outcome,
        **_score(graded.score, graded.points),
        "typed": graded.typed,
        "line": item.line,
        "read_as": _read_as(graded),
        "mistake": graded.mistake,
        "decided": graded.decided or None,
        "follows_from_part": graded.followed or None,
        "feedback": list(for_student(graded)),
        "fault": _fault(graded),
        "working": [{"text": line.text, "state": line.state} for line in graded.working],
        "instructor": {
            "summary": list(for_instructor(graded)),
            "findings": [
                {"about": s.about, "weight": str(s.weight), "earned": str(s.earned), **_finding(s.finding)}
                for s in graded.findings
            ],
        },
    }


def _read_as(graded: Graded) -> dict[str, str] | None:
    if graded.read_as is None:
        return None
    r = graded.read_as
    return {"text": r.text, "unicode": r.unicode, "latex": r.latex, "spoken": r.spoken}


def _fault(graded: Graded) -> dict[str, Any] | None:
    if graded.fault is None:
        return None
    f = graded.fault
    return {"line": f.line, "column": f.column, "fault": f.fault, "fix": f.fix}


def _finding(finding: Finding) -> dict[str, Any]:
    witness = finding.witness
    return {
        "truth": finding.truth.value,
        "by": finding.by,
        "evidence": finding.evidence,
        "reason": finding.reason,
        "witness": None
        if witness is None
        else {
            "point": {name: str(value) for name, value in witness.point},
            "reference": witness.reference,
            "student": witness.student,
        },
        "parts": [_finding(part) for part in finding.parts],
    }


REPORT = ReportFormat(
    "json", ".json", render, shows_reference=True, about="everything, with the evidence; for the instructor"
)
