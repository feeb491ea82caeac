"""The class or one student as Markdown: for the summary of a GitHub job, a wiki, a mail."""

from __future__ import annotations

from grader.feedback import OUTCOME_WORDS, for_student
from grader.grade import GradedItem, GradedSheet
from grader.reports.base import Report, ReportFormat, markdown, number

LARGEST = 900_000
"""Bytes: GitHub drops a summary of more than 1,024 KiB as a whole."""
_MOST = 400
"""Characters that are shown of an answer or of feedback."""


def render(report: Report) -> str:
    """Students one after another, as many as there is room for."""
    head = [f"## {markdown(report.title)} ({markdown(report.sheet)})", ""]
    if len(report.students) == 1:
        return "\n".join([*head, *_student(report.students[0]), *_troubles(report)]) + "\n"
    blocks = [_table(report), *(["", *_student(sheet)] for sheet in report.students)]
    lines, size, left = [*head, *_troubles(report)], 0, 0
    for block in blocks:
        size += sum(len(line.encode()) + 1 for line in block)
        if size > LARGEST:
            left += 1
            continue
        lines += block
    if left:
        lines += ["", f"{left} more students: see the results."]
    return "\n".join(lines) + "\n"


def _table(report: Report) -> list[str]:
    rows = [
        "| Student | Points | Right | Partly | Wrong | Unreadable | To decide | Blank |",
        "|---|---:|" + "---:|" * 6,
    ]
    for sheet in report.students[:2000]:
        counts = sheet.counts()
        told = " | ".join(str(counts[o]) for o in ("right", "partial", "wrong", "unreadable", "undecided", "blank"))
        points = "excused" if sheet.excused else f"{number(sheet.final)} of {number(sheet.points)}"
        rows.append(f"| {markdown(sheet.student)} | {points} | {told} |")
    return rows


def _student(sheet: GradedSheet) -> list[str]:
    lines = [f"### {markdown(sheet.name or sheet.student)}: {number(sheet.final)} of {number(sheet.points)} points", ""]
    lines += [markdown(said) for said in sheet.explained] + ([""] if sheet.explained else [])
    lines += ["| Question | Result | Points | |", "|---|---|---:|---|"]
    for item in sheet.items:
        graded = item.graded
        score = f"{number(graded.score)} of {number(graded.points)}"
        title = f"{markdown(item.number)} {markdown(item.title)}"
        lines.append(f"| {title} | {OUTCOME_WORDS[graded.outcome]} | {score} | {_told(item)} |")
    lines += [f"- {markdown(remark)}" for remark in sheet.remarks]
    return lines


def _told(item: GradedItem) -> str:
    graded = item.graded
    typed = f"typed: {markdown(graded.typed[:_MOST])}" if graded.typed.strip() else ""
    if graded.outcome in ("right", "blank"):
        return typed
    _, *more = for_student(graded)
    return "<br>".join(part for part in (typed, *(markdown(sentence[:_MOST]) for sentence in more)) if part)


def _troubles(report: Report) -> list[str]:
    return [f"- {markdown(t.source)}: {markdown(t.message)}" for t in report.troubles] + (
        [""] if report.troubles else []
    )


REPORT = ReportFormat("summary", ".md", render, about="Markdown, as for the summary of a GitHub job")
