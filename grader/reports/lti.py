"""Score payloads of LTI Advantage (Assignment and Grade Services 2.0), one for each student.

The transport is left to whoever has the platform's token: each payload is the body of a POST to the
line item's ``scores``.  https://www.imsglobal.org/spec/lti-ags/v2p0#score-publish-service
"""

from __future__ import annotations

import json

from grader.grade import GradedSheet
from grader.reports.base import Report, ReportFormat, number, visible


def render(report: Report) -> str:
    # Who is excused has no score.
    counted = [sheet for sheet in report.students if not sheet.excused]
    return json.dumps([_payload(sheet, report) for sheet in counted], indent=2, ensure_ascii=True) + "\n"


def _payload(sheet: GradedSheet, report: Report) -> dict[str, object]:
    open_points = sheet.open_points
    comment = f"{report.sheet}: {number(sheet.final)} of {number(sheet.points)}"
    if open_points:
        comment += f", {number(open_points)} to be decided by a person"
    comment = " ".join([comment, *(f"({said})" for said in sheet.explained)])
    return {
        "userId": sheet.student,
        "scoreGiven": round(float(sheet.final), 4),
        "scoreMaximum": round(float(sheet.points), 4),
        "timestamp": _moment(report),
        "activityProgress": "Completed",
        "gradingProgress": "PendingManual" if open_points else "FullyGraded",
        "comment": visible(comment),
    }


def _moment(report: Report) -> str:
    """With fractions of a second, which the specification wants."""
    moment = report.utc or f"{report.at}Z"
    return moment if "." in moment else moment.replace("Z", ".000Z")


REPORT = ReportFormat("lti", ".lti.json", render, about="score payloads for LTI Advantage")
