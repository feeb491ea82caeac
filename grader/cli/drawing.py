"""Draws the variants of a class, problem by problem, on all cores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from string import ascii_uppercase
from typing import TYPE_CHECKING, Any

import click

from grader.bank.instance import Record
from grader.records import record

if TYPE_CHECKING:
    from grader.classroom.assignment import Assignment
    from grader.classroom.manifest import Manifest
    from grader.classroom.overrides import Override
    from grader.classroom.roster import Student
    from grader.classroom.variants import Slot

_STUDENTS_AT_ONCE = 60
"""Students in one piece of work: they share what became of a problem's draws."""


@record
class _Job:
    """One problem for some students."""

    sheet: str
    secret: bytes
    slots: tuple[tuple[str, str, tuple[Slot, ...]], ...]
    """For whom, whose seeds they get, and what."""


@record
class Plans:
    """What everybody is to get, before anything is drawn; by student or, of an exam in versions, by
    what `version_key` says."""

    slots: Mapping[str, tuple[Slot, ...]]
    versions: Mapping[str, str]
    """The version of each student; empty when everybody has variants of their own."""

    def of(self, student: str) -> tuple[Slot, ...]:
        return self.slots.get(student) or self.slots[version_key(self.versions[student])]

    def seeds_of(self, name: str) -> str:
        """Whose seeds are used for a student: their own, or those of the version."""
        return version_key(self.versions[name]) if name in self.versions else name


def version_key(version: str) -> str:
    """What stands for a student's id in the seeds of a version; no id has a control character."""
    return f"\0version {version}"


def plans(
    assignment: Assignment, students: Sequence[Student], secret: bytes, overrides: Mapping[str, Override]
) -> Plans:
    """Who gets which problems; raises AuthorError when that cannot be."""
    from grader.classroom.overrides import NONE
    from grader.classroom.seating import versions_of
    from grader.classroom.variants import plan

    versions: dict[str, str] = {}
    slots: dict[str, tuple[Slot, ...]] = {}
    if assignment.versions:
        versions = versions_of(students, assignment.versions)
        versions |= {name: o.version for name, o in overrides.items() if o.version and name in versions}
        _check_versions(assignment, overrides)
        for version in sorted(set(versions.values())):
            slots[version_key(version)] = plan(assignment, version_key(version), secret)
    for student in students:
        own = overrides.get(student.id, NONE)
        if not versions:
            slots[student.id] = plan(assignment, student.id, secret, own)
        elif own.items or own.language:
            # Another problem for one student of a version: the rest of their sheet stays that version.
            slots[student.id] = plan(assignment, version_key(versions[student.id]), secret, own)
    return Plans(slots, versions)


def _check_versions(assignment: Assignment, overrides: Mapping[str, Override]) -> None:
    known = ascii_uppercase[: assignment.versions]
    for student, override in overrides.items():
        if override.version and override.version not in known:
            raise click.UsageError(f"overrides: '{student}' has the version {override.version}; there are {known}")


def make_manifest(
    assignment: Assignment,
    students: Sequence[Student],
    secret: bytes,
    kept: Manifest | None = None,
    overrides: Mapping[str, Override] | None = None,
    jobs: int = 1,
) -> Manifest:
    """Draw every student's items; those whom ``kept`` has keep theirs."""
    from grader.classroom.manifest import Enrolled, Manifest
    from grader.classroom.overrides import NONE
    from grader.version import __version__

    if kept is not None and kept.sheet != assignment.sheet:
        raise click.UsageError(
            f"the sheets there are of '{kept.sheet}', not of '{assignment.sheet}'; choose another --out"
        )
    overrides = overrides or {}
    old = kept.students if kept is not None else {}
    planned = plans(assignment, students, secret, overrides)
    wanted = {name: planned.slots[name] for name in planned.slots if name not in old}
    drawn = _drawn(assignment, wanted, planned, secret, jobs)
    enrolled: dict[str, Enrolled] = {}
    for student in students:
        own = overrides.get(student.id, NONE)
        before = old.get(student.id)
        version = before.version if before is not None else planned.versions.get(student.id, "")
        items = before.items if before is not None else drawn.get(student.id) or drawn[version_key(version)]
        look = _look(assignment, own)
        enrolled[student.id] = Enrolled(student.name, student.email, items, version, student.seat, look)
    # Who has left the class may still have a submission to be graded.
    enrolled |= {student: part for student, part in old.items() if student not in enrolled}
    return Manifest(
        title=assignment.title,
        course=assignment.course,
        sheet=assignment.sheet,
        students=enrolled,
        made_with=__version__,
        due=assignment.due,
        instructions=assignment.instructions,
    )


def _look(assignment: Assignment, own: Override) -> dict[str, Any]:
    """How the student's sheet is set, where that is not the usual."""
    from grader.sheets.base import PLAIN

    chosen = {"language": own.language or assignment.language, "paper": own.paper or assignment.paper}
    look: dict[str, Any] = {name: value for name, value in chosen.items() if value != getattr(PLAIN, name)}
    return {**look, "large_print": True} if own.large_print else look


def _drawn(
    assignment: Assignment, wanted: Mapping[str, Sequence[Slot]], planned: Plans, secret: bytes, jobs: int
) -> dict[str, dict[str, Record]]:
    from grader.cli.parallel import each

    found: dict[str, dict[str, Record]] = {name: {} for name in wanted}
    for made in each(_draw, _jobs(assignment, wanted, planned, secret), jobs, "Drawing variants"):
        for name, items in made.items():
            found[name] |= items
    return {name: _in_order(items) for name, items in found.items()}


def _jobs(assignment: Assignment, wanted: Mapping[str, Sequence[Slot]], planned: Plans, secret: bytes) -> list[_Job]:
    """The work by problems, so that all students of a piece share what was found about its draws."""
    by_problem: dict[tuple[str, str], list[tuple[str, str, tuple[Slot, ...]]]] = {}
    for name, slots in wanted.items():
        groups: dict[tuple[str, str], list[Slot]] = {}
        for slot in slots:
            groups.setdefault((slot.problem.id, slot.problem.language), []).append(slot)
        for problem, same in groups.items():
            by_problem.setdefault(problem, []).append((name, planned.seeds_of(name), tuple(same)))
    return [
        _Job(assignment.sheet, secret, tuple(rows[i : i + _STUDENTS_AT_ONCE]))
        for rows in by_problem.values()
        for i in range(0, len(rows), _STUDENTS_AT_ONCE)
    ]


def _draw(job: _Job) -> dict[str, dict[str, Record]]:
    from grader.bank.sample import Memory
    from grader.classroom.manifest import records_of
    from grader.classroom.variants import draw_problem

    memory = Memory()
    return {
        name: records_of(draw_problem(slots, job.sheet, seeds, job.secret, memory)) for name, seeds, slots in job.slots
    }


def _in_order(items: Mapping[str, Record]) -> dict[str, Record]:
    from grader.classroom.variants import in_order

    return {number: items[number] for number in sorted(items, key=in_order)}
