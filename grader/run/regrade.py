"""What a grading changes against an earlier one: who, from what to what, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from grader.classroom.decisions import Decision, Decisions
from grader.feedback import for_instructor
from grader.grade import GradedItem
from grader.records import record
from grader.reports.base import Report


@record
class Was:
    """An answer in the earlier results."""

    outcome: str
    score: Fraction
    typed: str


@record
class Change:
    """One answer whose outcome or score is another; ``was`` is None for one that was not graded before.

    ``kept``: it would be lower now, and keeps what it had.  ``why`` is a sentence for the instructor.
    """

    student: str
    item: str
    was: Was | None
    outcome: str
    score: Fraction
    why: str
    kept: bool = False


def earlier(results: Mapping[str, Any]) -> dict[tuple[str, str], Was]:
    """The answers of ``results.json``; raises KeyError, TypeError or ValueError for what is none."""
    found = {}
    for student in results["students"]:
        for item in student["items"]:
            score, _, _ = str(item["exact"]).partition(" of ")
            found[str(student["student"]), str(item["item"])] = Was(
                str(item["outcome"]), Fraction(score), str(item["typed"])
            )
    return found


def floors(before: Mapping[tuple[str, str], Was], graded_at: str, made_with: str) -> Decisions:
    """What keeps every score from falling: for the same answer it is at least what it was."""
    reason = f"kept from the grading of {graded_at} by version {made_with}; graded anew it would be lower"
    return {
        key: Decision(*key, was.score, reason, was.typed)
        for key, was in before.items()
        if was.score and was.typed.strip()
    }


def changes(before: Mapping[tuple[str, str], Was], report: Report, kept: Decisions) -> tuple[Change, ...]:
    """Every change, in the order of the report."""
    found: list[Change] = []
    for sheet in report.students:
        for item in sheet.items:
            key = sheet.student, item.number
            was, graded = before.get(key), item.graded
            floor = kept.get(key)
            stays = floor is not None and graded.decided.startswith(floor.reason)
            same = was is not None and (was.outcome, was.score) == (graded.outcome, graded.score)
            if not same or stays:
                found.append(Change(*key, was, graded.outcome, graded.score, _why(was, item), stays))
    return tuple(found)


def _why(was: Was | None, item: GradedItem) -> str:
    graded = item.graded
    if was is None:
        return "it was not graded before"
    if "".join(was.typed.split()) != "".join(graded.typed.split()):
        return "another answer was handed in"
    if graded.decided:
        return graded.decided
    lines: Sequence[str] = for_instructor(graded)
    return lines[0] if lines else ""
