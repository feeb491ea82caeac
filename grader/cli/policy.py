"""Reads what ``grader grade`` is told about policy and times."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from grader.errors import AuthorError, Place

if TYPE_CHECKING:
    from grader.classroom.manifest import Manifest
    from grader.classroom.policy import Policy

_FILES = ("file", "submission", "name")
_TIMES = ("submitted", "submitted_at", "created_at", "time", "date")


def policy_of(path: Path, manifest: Manifest) -> tuple[Policy, tuple[str, ...]]:
    """The policy of a file, and notes on students that it names and the manifest has not."""
    from grader.classroom.policy import read_policy
    from grader.cli.files import read_bytes

    policy = read_policy(read_bytes(path), str(path), manifest.due)
    unknown = sorted(set(policy.students) - set(manifest.students))
    notes = (f"{path}: the manifest has no student {', '.join(unknown[:5])}",) if unknown else ()
    return policy, notes


def times_of(path: Path, files: Sequence[str]) -> dict[str, datetime]:
    """When each file was handed in, by a CSV with the columns ``file`` and ``submitted``.

    A file is named as it was given, or by the end of its path.  Raises AuthorError for a time that is none
    and for a name that fits several files.
    """
    from grader.classroom.policy import moment
    from grader.cli.files import read_text

    rows = list(csv.reader(io.StringIO(read_text(path))))
    heading = [cell.strip().casefold() for cell in rows[0]] if rows else []
    named, timed = _column(heading, _FILES), _column(heading, _TIMES)
    if named is None or timed is None:
        fix = "its first line is 'file,submitted'"
        raise AuthorError(Place(str(path), 1), "this list of times has not the columns it needs", fix)
    found: dict[str, datetime] = {}
    for line, row in enumerate(rows[1:], 2):
        if len(row) <= max(named, timed) or not row[named].strip():
            continue
        when = moment(row[timed].strip())
        if when is None:
            fault = f"'{row[timed][:40]}' is no time"
            raise AuthorError(Place(str(path), line, 1), fault, "write 2026-10-31T23:59+01:00")
        fitting = [file for file in files if _fits(file, row[named].strip())]
        if len(fitting) > 1:
            fault = f"'{row[named][:60]}' may be {fitting[0]} or {fitting[1]}"
            raise AuthorError(Place(str(path), line, 1), fault, "write the path with its folder")
        if fitting:
            found[fitting[0]] = when
    return found


def _column(heading: Sequence[str], names: Iterable[str]) -> int | None:
    return next((heading.index(name) for name in names if name in heading), None)


def _fits(file: str, name: str) -> bool:
    parts, wanted = PurePosixPath(file).parts, PurePosixPath(name.replace("\\", "/")).parts
    return parts[-len(wanted) :] == wanted
