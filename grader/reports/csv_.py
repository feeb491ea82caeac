"""A table of scores for spreadsheets: a row for each student, a column for each question.

A cell that a spreadsheet would take for a formula begins with an apostrophe instead (OWASP, "CSV
Injection"); every text stands in quotes.
"""

from __future__ import annotations

from grader.grade import GradedSheet
from grader.reports.base import Report, ReportFormat, number, visible

_ACTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def render(report: Report) -> str:
    numbers = tuple(dict.fromkeys(item.number for sheet in report.students for item in sheet.items))
    heading = ["id", "name", "file", "score", "points", "percent", "open points", "final", *numbers]
    rows = [[_cell(name) for name in heading]]
    rows += [_row(sheet, numbers) for sheet in report.students]
    rows += [[_cell(student), *[_cell("")] * (len(heading) - 1)] for student in report.absent]
    return "".join(",".join(row) + "\r\n" for row in rows)


def _row(sheet: GradedSheet, numbers: tuple[str, ...]) -> list[str]:
    scores = {item.number: number(item.graded.score) for item in sheet.items}
    percent = number(100 * sheet.score / sheet.points) if sheet.points else ""
    known = (number(sheet.score), number(sheet.points), percent, number(sheet.open_points))
    final = _cell("excused") if sheet.excused else number(sheet.final)
    return [
        _cell(sheet.student),
        _cell(sheet.name),
        _cell(sheet.source),
        *known,
        final,
        *(scores.get(n, "") for n in numbers),
    ]


def _cell(text: str) -> str:
    shown = visible(text)
    if shown.lstrip().startswith(_ACTS):
        shown = f"'{shown}"
    return '"' + shown.replace('"', '""') + '"'


REPORT = ReportFormat("csv", ".csv", render, about="scores for spreadsheets")
