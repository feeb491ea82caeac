"""A line of working with what was found about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NoReturn, TypeAlias

from grader.records import record

State: TypeAlias = Literal["follows", "does not follow", "not checked"]


@record
class WorkedLine:
    """One line of working, ``number`` from 1.

    ``said`` is a sentence for the student: what is not equal to what.  ``evidence`` is a point at
    which a third person sees it; both sides there are the student's own, or the question's.
    """

    number: int
    text: str
    state: State
    said: str = ""
    evidence: str = ""


def first_fault(lines: Sequence[WorkedLine]) -> WorkedLine | None:
    """The first line that does not follow."""
    return next((line for line in lines if line.state == "does not follow"), None)


class NotChecked(Exception):
    """This line says nothing that can be checked."""


def not_checked() -> NoReturn:
    raise NotChecked
