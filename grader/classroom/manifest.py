"""The manifest: every student's questions with their references, fixed when the sheets were made.

It is the only source of sheets, keys and grades, so the three agree even when the bank has
changed since.  It gives the answers away and is for the instructor alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from grader.bank.instance import Instance, Record, from_record, to_record
from grader.errors import AuthorError, Place, StudentError
from grader.records import record

FORMAT = "calculus-grader manifest"
VERSION = 1
LARGEST_MANIFEST = 500_000_000
"""Bytes; a class of 5,000 with 20 items each has about 150 million."""


@record
class Enrolled:
    """One student's part.  ``items`` are records by item number, in the order of the sheet."""

    name: str
    email: str
    items: Mapping[str, Record]

    def instance(self, number: str) -> Instance:
        """The question of that number; KeyError when the sheet has no such number.

        Raises ValueError when the record is no instance.
        """
        record = self.items[number]
        try:
            return from_record(record)
        except (KeyError, TypeError, AttributeError, StudentError) as error:
            raise ValueError(f"item {number} of the manifest cannot be understood: {error}") from error

    def instances(self) -> dict[str, Instance]:
        return {number: self.instance(number) for number in self.items}


@record
class Manifest:
    """``students`` by their ids.  ``due`` (ISO 8601) and ``instructions`` (Markdown) may be empty."""

    title: str
    course: str
    sheet: str
    students: Mapping[str, Enrolled]
    made_with: str
    due: str = ""
    instructions: str = ""
    source: str = "manifest.json"


def enrol(name: str, email: str, items: Mapping[str, Instance]) -> Enrolled:
    """A student with the records of their items."""
    return Enrolled(name, email, {number: to_record(instance) for number, instance in items.items()})


def write(manifest: Manifest) -> str:
    """The manifest as JSON text: the same bytes for the same content, ASCII only."""
    body = {
        "format": FORMAT,
        "version": VERSION,
        "made_with": manifest.made_with,
        "title": manifest.title,
        "course": manifest.course,
        "sheet": manifest.sheet,
        "due": manifest.due,
        "instructions": manifest.instructions,
        "students": {
            student: {"name": part.name, "email": part.email, "items": dict(part.items)}
            for student, part in manifest.students.items()
        },
    }
    # Read back first, so that tuples and lists, say, cannot give two checksums for one content.
    body["checksum"] = _checksum(json.loads(json.dumps(body)))
    return json.dumps(body, indent=1, ensure_ascii=True) + "\n"


def read(text: str, source: str = "manifest.json") -> Manifest:
    """The manifest of a JSON text.

    Raises AuthorError when it is none, was made by a newer version, or was changed since it was
    written.  Loads neither SymPy nor NumPy nor Jinja.
    """
    place = Place(source)
    try:
        body = json.loads(text)
    except json.JSONDecodeError as error:
        there, fault = Place(source, error.lineno, error.colno), f"this is not JSON: {error.msg}"
        raise AuthorError(there, fault, "make it anew with 'grader sheets'") from None
    except (RecursionError, ValueError):
        # Lists in lists without end, or a number of thousands of digits.
        raise AuthorError(
            place, "this is not a manifest", "give the manifest.json that 'grader sheets' wrote"
        ) from None
    if not isinstance(body, dict) or body.get("format") != FORMAT:
        raise AuthorError(place, "this is not a manifest", "give the manifest.json that 'grader sheets' wrote")
    if body.get("version") != VERSION:
        fault = f"this manifest has the version {body.get('version')!r}; this program reads version {VERSION}"
        raise AuthorError(place, fault, "install the version of the program that made it")
    if body.pop("checksum", None) != _checksum(body):
        fix = "restore it from a copy, or make it anew with 'grader sheets'"
        raise AuthorError(place, "the manifest was changed after it was written", fix)
    try:
        return Manifest(
            title=body["title"],
            course=body["course"],
            sheet=body["sheet"],
            students={
                student: Enrolled(part["name"], part["email"], part["items"])
                for student, part in body["students"].items()
            },
            made_with=body["made_with"],
            due=body.get("due", ""),
            instructions=body.get("instructions", ""),
            source=source,
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise AuthorError(place, f"the manifest lacks a field: {error}", "make it anew with 'grader sheets'") from None


def _checksum(body: dict[str, Any]) -> str:
    """Over the content, not its layout: an editor that indents anew does no harm."""
    plain = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return "sha256:" + hashlib.sha256(plain.encode("ascii")).hexdigest()
