"""The class, or one student, on a terminal of 80 columns, with or without colour."""

from __future__ import annotations

from fractions import Fraction
from textwrap import wrap
from unicodedata import east_asian_width

from grader.feedback import OUTCOME_WORDS, for_student
from grader.grade import OUTCOMES, GradedItem, GradedSheet, Outcome
from grader.reports.base import Report, ReportFormat, number, visible
from grader.working import first_fault

WIDTH = 80
_MARKS: dict[Outcome, tuple[str, str]] = {
    "right": ("✓", "+"),
    "partial": ("½", "~"),
    "wrong": ("✗", "-"),
    "unreadable": ("?", "?"),
    "undecided": ("!", "!"),
    "blank": ("·", "."),
}
_COLOURS: dict[Outcome, str] = {
    "right": "32",
    "partial": "36",
    "wrong": "31",
    "unreadable": "33",
    "undecided": "35",
    "blank": "2",
}
_BAR = 12
_MOST_MARKS = 24
_MOST_MISTAKES = 8
_MOST_UNNAMED = 5
_MOST_ABSENT = 60


def render(report: Report, colour: bool = False, unicode: bool = True) -> str:
    """The summary; ``unicode`` False keeps to ASCII apart from names and answers."""
    style = _Style(colour, unicode)
    title = " · ".join(filter(None, (report.title, report.course, report.sheet)))
    lines = [style.bold(_fit(visible(title), WIDTH)), ""]
    if len(report.students) == 1:
        lines += _one_student(report.students[0], style)
    elif report.students:
        lines += _table(report, style)
        lines += ["", *_outcomes(report, style)]
        lines += _mistakes(report, style)
        lines += _unnamed(report, style)
    lines += _by_hand(report, style)
    lines += _troubles(report, style)
    if report.absent and len(report.students) != 1:
        named = ", ".join(map(visible, report.absent[:_MOST_ABSENT]))
        more = len(report.absent) - _MOST_ABSENT
        told = f"{named} and {more} more" if more > 0 else named
        lines += ["", style.bold("Nothing to grade from"), *wrapped(told, "  ")]
    text = "\n".join(lines) + "\n"
    return text if unicode else text.replace(" · ", " - ")


class _Style:
    """Colours and symbols, or their plain stand-ins."""

    def __init__(self, colour: bool, unicode: bool) -> None:
        self._colour = colour
        self._unicode = unicode

    def paint(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self._colour and text else text

    def bold(self, text: str) -> str:
        return self.paint(text, "1")

    def mark(self, outcome: Outcome) -> str:
        return self.paint(_MARKS[outcome][0 if self._unicode else 1], _COLOURS[outcome])

    def outcome(self, outcome: Outcome, text: str) -> str:
        return self.paint(text, _COLOURS[outcome])

    def bar(self, share: Fraction) -> str:
        full, empty = ("█", "░") if self._unicode else ("#", ".")
        filled = int(share * _BAR + Fraction(1, 2))
        return self.paint(full * filled, "32") + self.paint(empty * (_BAR - filled), "2")


def _table(report: Report, style: _Style) -> list[str]:
    numbers = list(dict.fromkeys(item.number for sheet in report.students for item in sheet.items))
    shown = numbers[:_MOST_MARKS]
    # Marks stand two or three columns apart while there is room.
    gap = 3 if len(shown) <= 8 else 1
    head = " ".join(f"{n[:gap]:>{gap}}" for n in shown) if gap > 1 else ""
    rows = [f"  {'student':24}  {'points':>9}  {'':{_BAR}}  {head}".rstrip()]
    for sheet in report.students:
        name = _fit(visible(sheet.name or sheet.student), 24)
        points = "excused" if sheet.excused else f"{number(sheet.final)}/{number(sheet.points)}"
        share = sheet.final / sheet.points if sheet.points and not sheet.excused else Fraction(0)
        graded = {item.number: item for item in sheet.items}
        marks = (style.mark(graded[n].graded.outcome) if n in graded else " " for n in shown)
        joined = " ".join(" " * (gap - 1) + mark for mark in marks) if gap > 1 else "".join(marks)
        more = "..." if len(numbers) > len(shown) else ""
        rows.append(f"  {name}  {points:>9}  {style.bar(share)}  {joined}{more}".rstrip())
    return rows


def _outcomes(report: Report, style: _Style) -> list[str]:
    counts = report.counts()
    total = sum(counts.values())
    lines = []
    for outcome in OUTCOMES:
        if counts[outcome]:
            share = Fraction(counts[outcome], total)
            word = OUTCOME_WORDS[outcome]
            label = f"{style.mark(outcome)} {style.outcome(outcome, f'{word:18}')}"
            lines.append(f"  {label} {counts[outcome]:>4}  {style.bar(share)}")
    mean = report.mean()
    people = f"{len(report.students)} students, {total} answers"
    return [
        *lines,
        "",
        f"  {people}, {float(mean):.0%} of the points on average" if mean is not None else f"  {people}",
    ]


def _mistakes(report: Report, style: _Style) -> list[str]:
    rows = report.mistakes()
    if not rows:
        return []
    lines = ["", style.bold("Commonest mistakes")]
    for name, count, where in rows[:_MOST_MISTAKES]:
        questions = f"question{'s' if len(where) > 1 else ''} {', '.join(where)}"
        lines.append(_fit(f"  {count:>3} x {name:34} {questions}", WIDTH).rstrip())
    if len(rows) > _MOST_MISTAKES:
        lines.append(f"      and {len(rows) - _MOST_MISTAKES} more")
    return lines


def _unnamed(report: Report, style: _Style) -> list[str]:
    """The commonest wrong answers that no mistake explains; the author of the problem may name them."""
    groups = [group for group in report.unnamed() if group.count > 1 or group.relation][:_MOST_UNNAMED]
    if not groups:
        return []
    lines = ["", style.bold("Commonest wrong answers without a name")]
    for group in groups:
        what = group.relation or visible(group.answers[0])
        lines.append(_fit(f"  {group.count:>3} x {visible(group.problem):24} {what}", WIDTH).rstrip())
    return lines


def _one_student(sheet: GradedSheet, style: _Style) -> list[str]:
    share = sheet.final / sheet.points if sheet.points else Fraction(0)
    who = visible(f"{sheet.name} ({sheet.student})" if sheet.name else sheet.student)
    if _width(who) > 44:
        who = _fit(who, 44)
    lines = [f"{who}: {number(sheet.final)} of {number(sheet.points)} points  {style.bar(share)}"]
    lines += [f"  {line}" for said in sheet.explained for line in wrap(visible(said), WIDTH - 2)]
    lines.append("")
    for item in sheet.items:
        lines += _item(item, style)
    for remark in sheet.remarks:
        lines += wrapped(f"note: {visible(remark)}", "")
    return lines


def _item(item: GradedItem, style: _Style) -> list[str]:
    graded = item.graded
    points = f"{number(graded.score)}/{number(graded.points)}"
    word = style.outcome(graded.outcome, OUTCOME_WORDS[graded.outcome])
    lines = [f"{style.mark(graded.outcome)} {item.number:>3}  {_fit(visible(item.title), 40)}  {points:>7}  {word}"]
    if graded.read_as is not None:
        lines += wrapped(f"read as {visible(graded.read_as.text)}", "       ")
    elif graded.fault is not None and graded.fault.caret:
        lines += ["       " + visible(line) for line in graded.fault.caret.split("\n")]
    if graded.outcome != "right" or graded.notes or graded.followed or first_fault(graded.working):
        heading, *sentences = for_student(graded)
        shown = sentences if graded.outcome in ("right", "wrong", "partial") else [heading, *sentences]
        for sentence in shown or [heading]:
            lines += wrapped(visible(sentence), "       ")
    return lines


def _by_hand(report: Report, style: _Style) -> list[str]:
    lines = [
        line
        for sheet in report.students
        for item in sheet.items
        if item.graded.outcome == "undecided"
        for line in wrapped(visible(f"{sheet.student}, question {item.number}: {item.graded.trouble}"), "  ")
    ]
    return ["", style.bold("To be graded by a person"), *lines] if lines else []


def _troubles(report: Report, style: _Style) -> list[str]:
    if not report.troubles:
        return []
    lines = ["", style.bold("Files that need attention")]
    for trouble in report.troubles:
        lines += wrapped(visible(f"{trouble.source}:{trouble.line}: {trouble.message}"), "  ")
    return lines


def _width(text: str) -> int:
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)


def _fit(text: str, width: int) -> str:
    """The text cut or padded to that many columns."""
    if _width(text) > width:
        while _width(text) > width - 3:
            text = text[:-1]
        text += "..."
    return text + " " * (width - _width(text)) if width < WIDTH else text


def wrapped(text: str, indent: str) -> list[str]:
    """Lines of at most 80 columns, broken at spaces where there are any."""
    lines, room = [], WIDTH - len(indent) - 2
    while _width(text) > room:
        at = text.rfind(" ", 0, room + 1)
        if not text[:at].strip() or at < 0:
            at = room // 2
        lines.append(indent + text[:at].rstrip())
        text = "  " + text[at:].lstrip()
        if len(lines) > 40:
            return [*lines, f"{indent}  ..."]
    return [*lines, indent + text]


REPORT = ReportFormat("terminal", ".txt", render)
