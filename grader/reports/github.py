"""Annotations of GitHub Actions: workflow commands that point at the line of an answer.

GitHub shows ten annotations of each level for a step and drops the others without a word, so there is
one for each question at most, and the last says how many there are more.
https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

from __future__ import annotations

from grader.feedback import OUTCOME_WORDS, for_student
from grader.grade import GradedItem, GradedSheet
from grader.reports.base import Report, ReportFormat, number, visible

MOST = 10
_LEVELS = {"wrong": "error", "unreadable": "error", "partial": "warning", "undecided": "notice", "blank": "notice"}


def render(report: Report) -> str:
    """One command in each line; stdout of a step is where they belong."""
    made: dict[str, list[str]] = {"error": [], "warning": [], "notice": []}
    for trouble in report.troubles:
        made["error"].append(_command("error", trouble.source, trouble.line, "not graded", trouble.message))
    for sheet in report.students:
        for item in sheet.items:
            level = _LEVELS.get(item.graded.outcome)
            if level is not None:
                made[level].append(_annotation(level, sheet, item))
    lines = []
    for level, commands in made.items():
        # The last place is for saying that there is more.
        shown = commands if len(commands) <= MOST else commands[: MOST - 1]
        lines += shown
        if len(shown) < len(commands):
            lines.append(f"::{level} title=more::{len(commands) - len(shown)} more; see the summary")
    return "".join(line + "\n" for line in lines)


def _annotation(level: str, sheet: GradedSheet, item: GradedItem) -> str:
    graded = item.graded
    score = f"{number(graded.score)} of {number(graded.points)}"
    title = f"{item.number} {item.title}: {OUTCOME_WORDS[graded.outcome]} ({score})"
    return _command(level, sheet.source, item.line, title, " ".join(for_student(graded)))


def _command(level: str, file: str, line: int | None, title: str, message: str) -> str:
    where = f"file={_property(file)}" + (f",line={line}" if line else "")
    return f"::{level} {where},title={_property(title)}::{_data(message)}"


def _data(text: str) -> str:
    return visible(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


REPORT = ReportFormat("github", ".github.txt", render, about="annotations of GitHub Actions")
