"""Puts scores into a gradebook that was downloaded from Canvas or Moodle, for uploading it again.

Nothing is invented: the column has to be there, as the platform wrote it, because a heading that it does
not know makes a new assignment (Canvas) or nothing (Moodle).  What comes out has the columns that tell
who is who and the one that is filled, so that an upload can change nothing else.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Literal, TypeAlias

from grader.errors import AuthorError, Place
from grader.records import record

Platform: TypeAlias = Literal["canvas", "moodle"]
PLATFORMS: tuple[Platform, ...] = ("canvas", "moodle")

_WHO: Mapping[Platform, tuple[str, ...]] = {
    "canvas": ("Student", "ID", "SIS User ID", "SIS Login ID", "Root Account", "Section", "Integration ID"),
    "moodle": ("First name", "Last name", "Surname", "ID number", "Username", "Email address"),
}
_NEEDED: Mapping[Platform, set[str]] = {"canvas": {"Student", "ID"}, "moodle": {"Email address"}}
# By what a student of ours is found, the surest first.
_BY: Mapping[Platform, tuple[str, ...]] = {
    "canvas": ("SIS User ID", "SIS Login ID", "Integration ID", "ID"),
    "moodle": ("ID number", "Username", "Email address"),
}
# Columns that Canvas computes and drops from an upload without a word.
_COMPUTED = re.compile(r"\b(Current|Final|Override|Unposted)\s+(Score|Points|Grade|Status|Current|Final)\b")


@record
class Scored:
    """``final`` is None for who is excused; ``open`` says that a person has still to decide."""

    student: str
    name: str
    final: Fraction | None
    open: bool = False


@record
class Merged:
    """``text`` is the file to upload.  ``absent`` are our students whom the gradebook has not, ``waiting``
    those whose cell was left as it is because a person has still to decide."""

    text: str
    column: str
    filled: int
    absent: tuple[str, ...]
    waiting: tuple[str, ...]
    notes: tuple[str, ...]


def merge(
    text: str, source: str, platform: Platform, scores: Sequence[Scored], points: Fraction, title: str, column: str = ""
) -> Merged:
    """The gradebook with the scores in the column, or in the one whose heading has the title.

    Raises AuthorError for a file that is no such gradebook, and when it is not clear which column is meant.
    """
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    place = Place(source, 1)
    if not rows or not _NEEDED[platform] <= {cell.strip() for cell in rows[0]}:
        fix = {"canvas": "in Canvas: Grades, Export", "moodle": "in Moodle: Grades, Export, Plain text file"}[platform]
        raise AuthorError(place, f"this is no gradebook of {platform.capitalize()}", f"download one ({fix})")
    heading = [cell.strip() for cell in rows[0]]
    target = _target(heading, platform, title, column, place)
    who = [i for i, name in enumerate(heading) if name in _WHO[platform]]
    notes: list[str] = []
    head, students = rows[:1], rows[1:]
    if platform == "canvas":
        # Below the heading: how many points, and sometimes whether a column is muted.
        first = next((i for i, row in enumerate(students) if not _is_head(row)), len(students))
        head, students = rows[: first + 1], rows[first + 1 :]
        notes += _about_points(head, target, points)
    known = _known(students, heading, platform)
    filled, absent, waiting = 0, [], []
    for scored in scores:
        row = known.get(scored.student.casefold())
        if row is None:
            absent.append(scored.student)
        elif scored.open:
            waiting.append(scored.student)
        else:
            row.extend([""] * (len(heading) - len(row)))
            row[target] = _written(scored.final, platform)
            filled += 1
    chosen = [*who, target]
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\r\n" if "\r\n" in text else "\n")
    writer.writerows([row[i] if i < len(row) else "" for i in chosen] for row in (*head, *students))
    return Merged(made.getvalue(), heading[target], filled, tuple(absent), tuple(waiting), tuple(notes))


def _target(heading: Sequence[str], platform: Platform, title: str, column: str, place: Place) -> int:
    """The column to fill."""
    if platform == "canvas":
        able = [i for i, name in enumerate(heading) if re.search(r"\(\d+\)$", name) and not _COMPUTED.search(name)]
    else:
        able = [i for i, name in enumerate(heading) if name.endswith("(Real)") and not name.startswith("Course total")]
    names = ", ".join(heading[i] for i in able[:8]) or "none"
    wanted = (column or title).strip().casefold()
    fitting = (
        [i for i in able if heading[i].casefold() == wanted]
        or [i for i in able if _bare(heading[i]) == wanted]
        or [i for i in able if wanted in heading[i].casefold()]
    )
    if len(fitting) == 1:
        return fitting[0]
    fault = f"no column fits '{column or title}'" if not fitting else f"several columns fit '{column or title}'"
    raise AuthorError(place, fault, f"name one with --column; there are: {names}")


def _bare(name: str) -> str:
    """The title in a heading, without what the platform adds."""
    return re.sub(r"^\w+: |\s*\((\d+|Real)\)$", "", name).casefold()


def _is_head(row: Sequence[str]) -> bool:
    first = row[0].strip() if row else ""
    return first == "Points Possible" or (not first and not any(cell.strip().isdecimal() for cell in row[1:4]))


def _about_points(head: Sequence[Sequence[str]], target: int, points: Fraction) -> list[str]:
    for row in head[1:]:
        if row and row[0].strip() == "Points Possible" and target < len(row):
            try:
                possible = Fraction(row[target].strip() or "0")
            except ValueError:
                return []
            if possible != points:
                both = f"the column has {float(possible):g} points and the sheet {float(points):g}"
                return [f"{both}; scores are as graded"]
    return []


def _known(students: Sequence[list[str]], heading: Sequence[str], platform: Platform) -> dict[str, list[str]]:
    """Rows by every id that is one person's alone."""
    found: dict[str, list[str]] = {}
    for name in reversed(_BY[platform]):
        if name not in heading:
            continue
        at = heading.index(name)
        ids: dict[str, list[list[str]]] = {}
        for row in students:
            if at < len(row) and row[at].strip():
                ids.setdefault(row[at].strip().casefold(), []).append(row)
        # Later columns are surer and come after.
        found |= {key: rows[0] for key, rows in ids.items() if len(rows) == 1}
    return found


def _written(final: Fraction | None, platform: Platform) -> str:
    """Two decimals, as the platforms compare them, and never a comma."""
    if final is None:
        return "EX" if platform == "canvas" else "-"
    return f"{float(final):.2f}"
