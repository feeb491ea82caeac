"""JUnit XML for CI: one suite for each student, one case for each question.

Wrong and partly right are failures, unreadable and undecided errors, blank is skipped.  The
form is the one that satisfies both schemas in use (Jenkins' ``junit-10.xsd`` and Ant's
``JUnit.xsd``).  It holds nothing but what a student may see.
"""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from grader.feedback import for_student
from grader.grade import GradedItem, GradedSheet
from grader.reports.base import Report, ReportFormat, Trouble, number, visible

_ELEMENTS = {"partial": "failure", "wrong": "failure", "unreadable": "error", "undecided": "error", "blank": "skipped"}


def render(report: Report) -> str:
    lines = ['<?xml version="1.0" encoding="utf-8"?>', "<testsuites>"]
    for sheet in report.students:
        lines += _suite(sheet, report, len([line for line in lines if line.startswith("  <testsuite ")]))
    if report.troubles:
        lines += _troubles(report.troubles, report, len(report.students))
    return "\n".join([*lines, "</testsuites>"]) + "\n"


def _suite(sheet: GradedSheet, report: Report, index: int) -> list[str]:
    counts = sheet.counts()
    cases = [line for item in sheet.items for line in _case(item, sheet)]
    return _wrapped(
        cases,
        report,
        index,
        name=sheet.student,
        tests=len(sheet.items),
        failures=counts["wrong"] + counts["partial"],
        errors=counts["unreadable"] + counts["undecided"],
        skipped=counts["blank"],
        seconds=sum(item.seconds for item in sheet.items),
        properties={
            "student": sheet.student,
            "file": sheet.source,
            "score": number(sheet.score),
            "max_score": number(sheet.points),
            "open_points": number(sheet.open_points),
            **({"final": "excused" if sheet.excused else number(sheet.final)} if sheet.explained else {}),
        },
        remarks=(*sheet.explained, *sheet.remarks),
    )


def _case(item: GradedItem, sheet: GradedSheet) -> list[str]:
    graded = item.graded
    score = f"{number(graded.score)}/{number(graded.points)}"
    opening = (
        f"    <testcase classname={_attribute(f'{sheet.sheet}.{sheet.student}.{item.number}')} "
        f'name={_attribute(f"{item.number} {item.title} ({score})")} time="{item.seconds:.3f}"'
    )
    if graded.outcome == "right":
        return [opening + "/>"]
    heading, *more = for_student(graded)
    body = [f"typed: {graded.typed}"] if graded.typed.strip() else []
    if graded.read_as is not None:
        body.append(f"read as: {graded.read_as.text}")
    if item.line is not None:
        body.append(f"at {sheet.source}, line {item.line}")
    text = "\n".join(_text(line) for line in [*more, *body])
    element = _ELEMENTS[graded.outcome]
    if element == "skipped":
        # Ant's schema knows no type here.
        return [opening + ">", f"      <skipped message={_attribute(heading)}/>", "    </testcase>"]
    return [
        opening + ">",
        f'      <{element} type="{graded.outcome}" message={_attribute(heading)}>{text}</{element}>',
        "    </testcase>",
    ]


def _troubles(troubles: tuple[Trouble, ...], report: Report, index: int) -> list[str]:
    """A suite of its own for the files that could not be used."""
    cases = []
    for trouble in troubles:
        name = _attribute(trouble.source)
        cases += [
            f'    <testcase classname="files" name={name} time="0.000">',
            f'      <error type="file" message={_attribute(trouble.message)}>line {trouble.line}</error>',
            "    </testcase>",
        ]
    count = len(troubles)
    return _wrapped(cases, report, index, name="files", tests=count, failures=0, errors=count, skipped=0, seconds=0.0)


def _wrapped(
    cases: list[str],
    report: Report,
    index: int,
    *,
    name: str,
    tests: int,
    failures: int,
    errors: int,
    skipped: int,
    seconds: float,
    properties: dict[str, str] | None = None,
    remarks: tuple[str, ...] = (),
) -> list[str]:
    return [
        f'  <testsuite name={_attribute(name)} package={_attribute(report.sheet)} id="{index}" hostname="localhost" '
        f'tests="{tests}" failures="{failures}" errors="{errors}" skipped="{skipped}" time="{seconds:.3f}" '
        f'timestamp="{report.at}">',
        "    <properties>",
        *(f'      <property name="{key}" value={_attribute(value)}/>' for key, value in (properties or {}).items()),
        "    </properties>",
        *cases,
        f"    <system-out>{chr(10).join(_text(remark) for remark in remarks)}</system-out>",
        "    <system-err></system-err>",
        "  </testsuite>",
    ]


def _attribute(text: str) -> str:
    """A quoted attribute that is never empty: the schemas want a name."""
    return quoteattr(visible(text).strip() or "-")


def _text(text: str) -> str:
    return escape(visible(text))


REPORT = ReportFormat("junit", ".xml", render, about="JUnit XML for CI")
