"""Which version of an exam is at which seat, so that neighbours have different ones."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from string import ascii_uppercase

from grader.classroom.manifest import Enrolled
from grader.classroom.roster import Student

_SEAT = re.compile(r"\s*(?:row\s*)?([A-Za-z]+|\d+)\s*[-/., ]?\s*(?:seat\s*)?(\d+)\s*", re.IGNORECASE)


def versions_of(students: Sequence[Student], count: int) -> dict[str, str]:
    """The version of each student by id.

    A seat such as ``B7`` or ``3-12`` is a row and a place in it.  Versions go on by one from place to
    place; from row to row by one too when there are two versions, else by two, so that nobody has the
    version of the neighbour at the side, in front or (from four versions on) across.  Without seats, or with
    other names of seats, versions go around in the order of the roster.
    """
    places = {student.id: _place(student.seat) for student in students}
    if any(place is None for place in places.values()):
        return {student.id: ascii_uppercase[i % count] for i, student in enumerate(students)}
    step = 1 if count == 2 else 2
    return {
        student: ascii_uppercase[(place[1] + step * place[0]) % count]
        for student, place in places.items()
        if place is not None
    }


def seating_plan(students: Mapping[str, Enrolled]) -> list[tuple[str, str, str, str]]:
    """Rows of seat, student, name and version, in the order of the seats."""
    rows = [(part.seat, student, part.name, part.version) for student, part in students.items()]
    return sorted(rows, key=lambda row: (_place(row[0]) or (0, 0), row[0]))


def _place(seat: str) -> tuple[int, int] | None:
    """Row and place from 1; None for a seat of another form."""
    found = _SEAT.fullmatch(seat)
    if found is None:
        return None
    row = found[1].upper()
    number = int(row) if row.isdecimal() else sum((ord(c) - 64) * 26**i for i, c in enumerate(reversed(row)))
    return number, int(found[2])
