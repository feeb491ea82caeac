"""Grades a class: files and a manifest in, a report out; no file and no answer stops the others."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from fractions import Fraction
from typing import TypeAlias

from grader.bank.instance import Record
from grader.classroom.decisions import Decisions, decided
from grader.classroom.manifest import Enrolled, Manifest
from grader.classroom.policy import Attempt, Policy, earn
from grader.errors import StudentError
from grader.grade import GradedItem, GradedSheet
from grader.records import record, replace
from grader.reports.base import Report, Trouble
from grader.run.local import Grader, Job, Result
from grader.submission import Submission, Typed, read_submission

_NOTHING = Typed("", 0)
_BEFORE = datetime.min.replace(tzinfo=UTC)
"""Of who says no time: before all that say one."""


@record
class Handed:
    """A submission that belongs to a student of the manifest."""

    student: str
    submission: Submission
    remarks: tuple[str, ...]
    at: datetime | None = None


_Place: TypeAlias = tuple[str, int, str]
"""A student, the place of an attempt among theirs, and the number of a question."""


def grade_class(
    manifest: Manifest,
    files: Sequence[tuple[str, bytes | str]],
    pool: Grader,
    at: str,
    made_with: str,
    done: Callable[[int, int], None] = lambda count, total: None,
    unread: tuple[Trouble, ...] = (),
    utc: str = "",
    context: Mapping[str, str] | None = None,
    policy: Policy | None = None,
    times: Mapping[str, datetime] | None = None,
    decisions: Decisions | None = None,
    floors: Decisions | None = None,
) -> Report:
    """Grade files given as name and content.

    ``done`` hears how many answers of how many are graded.  ``unread`` are further files that
    could not even be opened.  ``at`` and ``utc`` are the moment, and ``context`` what the place
    says of it, as `Report` has them.  With a ``policy`` every file of a student is an attempt, in the
    order of their ``times`` (by the names of the files); without one the last file by name counts.
    ``decisions`` of people stand above what is graded here; a score below one of the ``floors`` is raised to it.
    """
    handed, troubles = collect(manifest, files, times or {}, every=policy is not None)
    jobs: list[Job] = []
    places: list[_Place] = []
    for student in sorted(handed):
        items = manifest.students[student].items
        for attempt, one in enumerate(handed[student]):
            answers = one.submission.answers
            for number, question in items.items():
                typed = answers.get(number, _NOTHING).text
                jobs.append(Job(question, typed, _earlier(number, question, items, answers)))
                places.append((student, attempt, number))
    # Working is checked in jobs of its own: one that hangs costs no answer its verdict.
    worked = [place for place in places if _steps(handed[place[0]][place[1]], place[2])]
    jobs += [_working(handed[student][attempt], number, manifest) for student, attempt, number in worked]
    graded = pool.grade(jobs, lambda count: done(count, len(jobs)))
    results = dict(zip(places, graded, strict=False))
    for place, checked in zip(worked, graded[len(places) :], strict=True):
        result = results[place]
        results[place] = replace(result, graded=replace(result.graded, working=checked.graded.working))
    sheets = tuple(
        _counted(handed[student], manifest, results, policy, decisions or {}, floors or {})
        for student in sorted(handed)
    )
    absent = tuple(sorted(set(manifest.students) - set(handed)))
    troubles = tuple(sorted((*unread, *troubles), key=lambda trouble: trouble.source))
    title, course, sheet = manifest.title, manifest.course, manifest.sheet
    return Report(title, course, sheet, at, made_with, sheets, troubles, absent, utc, context or {})


def _counted(
    attempts: Sequence[Handed],
    manifest: Manifest,
    results: Mapping[_Place, Result],
    policy: Policy | None,
    decisions: Decisions,
    floors: Decisions,
) -> GradedSheet:
    """The attempt that counts, with what the policy makes of it."""
    enrolled = manifest.students[attempts[0].student]
    sheets = [
        _sheet(one, index, manifest.sheet, enrolled, results, decisions, floors) for index, one in enumerate(attempts)
    ]
    if policy is None:
        return sheets[-1]
    tried = [Attempt(sheet.score, one.at, sheet.source) for sheet, one in zip(sheets, attempts, strict=True)]
    earned = earn(policy, attempts[0].student, sheets[0].points, tried)
    chosen = _hinted(sheets[earned.chosen], sheets, enrolled, policy)
    return replace(chosen, earned=earned.score, explained=earned.said, excused=earned.score is None)


def _hinted(chosen: GradedSheet, tried: Sequence[GradedSheet], enrolled: Enrolled, policy: Policy) -> GradedSheet:
    """The sheet with the hints that wrong tries have earned, from gentle to plain."""
    if policy.hints_after is None:
        return chosen
    items = []
    for item in chosen.items:
        graded = item.graded
        same = [other.graded.outcome for sheet in tried for other in sheet.items if other.number == item.number]
        wrong = sum(outcome in ("wrong", "partial") for outcome in same)
        hints = enrolled.items[item.number].get("hints", ())[: max(wrong - policy.hints_after + 1, 0)]
        if hints and graded.outcome != "right":
            item = replace(item, graded=replace(graded, notes=(*graded.notes, *(f"Hint: {hint}" for hint in hints))))
        items.append(item)
    return replace(chosen, items=tuple(items))


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


def _sheet(
    handed: Handed,
    attempt: int,
    sheet: str,
    enrolled: Enrolled,
    results: Mapping[_Place, Result],
    decisions: Decisions,
    floors: Decisions,
) -> GradedSheet:
    items, remarks = [], list(handed.remarks)
    for number, question in enrolled.items.items():
        result = results[handed.student, attempt, number]
        typed = handed.submission.answers.get(number)
        line = None if typed is None else typed.line
        problem, title = str(question.get("problem", "")), str(question.get("title", ""))
        graded = result.graded
        decision = decisions.get((handed.student, number))
        if decision is not None and decision.is_about(graded.typed):
            graded = decided(graded, decision)
        elif decision is not None:
            remarks.append(f"question {number}: what was decided by a person was about another answer")
        floor = floors.get((handed.student, number))
        if floor is not None and decision is None and floor.is_about(graded.typed) and graded.score < floor.score:
            graded = decided(graded, floor)
        items.append(GradedItem(number, problem, title, graded, line, result.seconds))
    return GradedSheet(handed.student, enrolled.name, sheet, handed.submission.source, tuple(items), tuple(remarks))


def collect(
    manifest: Manifest,
    files: Sequence[tuple[str, bytes | str]],
    times: Mapping[str, datetime] | None = None,
    every: bool = False,
) -> tuple[dict[str, list[Handed]], tuple[Trouble, ...]]:
    """Each student's submissions in their order, and what is wrong with the files.

    Unless ``every`` one is wanted, and somebody handed in twice, the last file by name is kept, and the
    report says so.
    """
    times = times or {}
    handed: dict[str, list[Handed]] = {}
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
        if student in handed and not every:
            before = handed[student].pop().submission
            same = {n: t.text for n, t in before.answers.items()} == {n: t.text for n, t in submission.answers.items()}
            what = "the two are the same" if same else "this one was graded"
            troubles.append(Trouble(source, f"'{student}' also handed in {before.source}; {what}", lost=False))
        remarks = [f"line {r.line}: {r.text}" for r in submission.remarks] + ([remark] if remark else [])
        remarks += _strangers(manifest.students[student], submission)
        own = handed.setdefault(student, [])
        own.append(Handed(student, submission, tuple(remarks), times.get(source)))
    for attempts in handed.values():
        attempts.sort(key=lambda one: (one.at or _BEFORE, one.submission.source))
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
        if sheet.points and not sheet.excused and (sheet.final + sheet.open_points) / sheet.points < share
    )
