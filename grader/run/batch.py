"""Grades a class: files and a manifest in, a report out; no file and no answer stops the others."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from grader.bank.instance import Record
from grader.classroom.manifest import Enrolled, Manifest
from grader.errors import StudentError
from grader.grade import GradedItem, GradedSheet
from grader.records import record, replace
from grader.reports.base import Report, Trouble
from grader.run.local import Job, Pool, Result
from grader.submission import Submission, Typed, read_submission

_NOTHING = Typed("", 0)


@record
class Handed:
    """A submission that belongs to a student of the manifest."""

    student: str
    submission: Submission
    remarks: tuple[str, ...]


def grade_class(
    manifest: Manifest,
    files: Sequence[tuple[str, bytes | str]],
    pool: Pool,
    at: str,
    made_with: str,
    done: Callable[[int, int], None] = lambda count, total: None,
    unread: tuple[Trouble, ...] = (),
    utc: str = "",
    context: Mapping[str, str] | None = None,
) -> Report:
    """Grade files given as name and content.

    ``done`` hears how many answers of how many are graded.  ``unread`` are further files that
    could not even be opened.  ``at`` and ``utc`` are the moment, and ``context`` what the place
    says of it, as `Report` has them.
    """
    handed, troubles = collect(manifest, files)
    jobs: list[Job] = []
    places: list[tuple[str, str]] = []
    for student in sorted(handed):
        answers = handed[student].submission.answers
        items = manifest.students[student].items
        for number, question in items.items():
            typed = answers.get(number, _NOTHING).text
            jobs.append(Job(question, typed, _earlier(number, question, items, answers)))
            places.append((student, number))
    # Working is checked in jobs of its own: one that hangs costs no answer its verdict.
    worked = [(student, number) for student, number in places if _steps(handed[student], number)]
    jobs += [_working(handed[student], number, manifest) for student, number in worked]
    every = pool.grade(jobs, lambda count: done(count, len(jobs)))
    results = dict(zip(places, every, strict=False))
    for place, checked in zip(worked, every[len(places) :], strict=True):
        result = results[place]
        results[place] = replace(result, graded=replace(result.graded, working=checked.graded.working))
    sheets = tuple(
        _sheet(handed[student], manifest.sheet, manifest.students[student], results) for student in sorted(handed)
    )
    absent = tuple(sorted(set(manifest.students) - set(handed)))
    troubles = tuple(sorted((*unread, *troubles), key=lambda trouble: trouble.source))
    title, course, sheet = manifest.title, manifest.course, manifest.sheet
    return Report(title, course, sheet, at, made_with, sheets, troubles, absent, utc, context or {})


def _steps(handed: Handed, number: str) -> tuple[str, ...]:
    """The lines of working to a question."""
    return tuple(typed.text for typed in handed.submission.working.get(number, ()))


def _working(handed: Handed, number: str, manifest: Manifest) -> Job:
    """The job that checks the working to a question."""
    typed = handed.submission.answers.get(number, _NOTHING).text
    return Job(manifest.students[handed.student].items[number], typed, working=_steps(handed, number))


def _earlier(
    number: str, question: Record, items: Mapping[str, Record], answers: Mapping[str, Typed]
) -> tuple[Record, str] | None:
    """The part of the same problem that this one follows, if it was answered."""
    follow, part = question.get("follow"), question.get("part", "")
    if not follow or not part or not number.endswith(part):
        return None
    before = number.removesuffix(part) + follow["part"]
    if before not in items or before not in answers:
        return None
    return items[before], answers[before].text


def _sheet(handed: Handed, sheet: str, enrolled: Enrolled, results: dict[tuple[str, str], Result]) -> GradedSheet:
    items = []
    for number, question in enrolled.items.items():
        result = results[handed.student, number]
        typed = handed.submission.answers.get(number)
        line = None if typed is None else typed.line
        problem, title = str(question.get("problem", "")), str(question.get("title", ""))
        items.append(GradedItem(number, problem, title, result.graded, line, result.seconds))
    return GradedSheet(handed.student, enrolled.name, sheet, handed.submission.source, tuple(items), handed.remarks)


def collect(
    manifest: Manifest, files: Sequence[tuple[str, bytes | str]]
) -> tuple[dict[str, Handed], tuple[Trouble, ...]]:
    """Each student's submission, and what is wrong with the files.

    When somebody hands in twice, the last file by name counts, and the report says so.
    """
    handed: dict[str, Handed] = {}
    troubles: list[Trouble] = []
    for source, data in sorted(files, key=lambda file: file[0]):
        try:
            submission = read_submission(data, source)
        except StudentError as error:
            troubles.append(Trouble(source, error.explanation, error.place.line))
            continue
        student, remark = whose(manifest, submission)
        if student is None:
            troubles.append(Trouble(source, remark, stranger=bool(submission.student)))
            continue
        if submission.sheet and submission.sheet.casefold() != manifest.sheet.casefold():
            fault = f"this is for the sheet '{submission.sheet}', not for '{manifest.sheet}'; it was not graded"
            troubles.append(Trouble(source, fault, stranger=True))
            continue
        if student in handed:
            before = handed[student].submission
            same = {n: t.text for n, t in before.answers.items()} == {n: t.text for n, t in submission.answers.items()}
            what = "the two are the same" if same else "this one was graded"
            troubles.append(Trouble(source, f"'{student}' also handed in {before.source}; {what}", lost=False))
        remarks = [f"line {r.line}: {r.text}" for r in submission.remarks] + ([remark] if remark else [])
        remarks += _strangers(manifest.students[student], submission)
        handed[student] = Handed(student, submission, tuple(remarks))
    return handed, tuple(troubles)


def whose(manifest: Manifest, submission: Submission) -> tuple[str | None, str]:
    """The id of the student whose submission it is, with a remark when it took some guessing;
    or None, and the reason."""
    given = submission.student
    if given in manifest.students:
        return given, ""
    stem = posixpath.basename(submission.source.replace("\\", "/")).rpartition(".")[0]
    for wanted, how in ((given, "student"), (stem if not given else "", "file name")):
        close = [
            student
            for student, enrolled in manifest.students.items()
            if wanted and wanted.casefold() in (student.casefold(), enrolled.email.casefold())
        ]
        if len(close) == 1:
            return close[0], f"taken for the submission of '{close[0]}' by the {how} '{wanted}'"
    if not given:
        return None, "the file does not say whose it is; add a line 'student: <id>'"
    from difflib import get_close_matches

    near = get_close_matches(given, manifest.students, 1)
    hint = f"; did you mean '{near[0]}'?" if near else ""
    return None, f"there is no student '{given}' in the manifest{hint}"


def _strangers(enrolled: Enrolled, submission: Submission) -> list[str]:
    return [
        f"line {typed.line}: there is no question {number} on this sheet; the answer was left out"
        for number, typed in submission.answers.items()
        if number not in enrolled.items and typed.text
    ]


def below(report: Report, share: Fraction) -> tuple[str, ...]:
    """The students whose score is certainly below that share of their points."""
    return tuple(
        sheet.student
        for sheet in report.students
        if sheet.points and (sheet.score + sheet.open_points) / sheet.points < share
    )
