"""The manifest: every student's questions with their references, fixed when the sheets were made.

It is the only source of sheets, keys and grades, so the three agree even when the bank has
changed since, or another machine and another version would draw something else.  It gives the
answers away and is for the instructor alone.

A checksum tells a file that was damaged; the signature, an HMAC with the course secret, tells one
that somebody changed who could make a new checksum.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from grader.bank.instance import Instance, Record, from_record, to_record
from grader.errors import AuthorError, Place, StudentError
from grader.records import field, record

FORMAT = "calculus-grader manifest"
VERSION = 2
READABLE = (1, 2)
"""Version 1 knows no versions of an exam, no looks and no signature."""
LARGEST_MANIFEST = 500_000_000
"""Bytes; a class of 5,000 with 20 items each has about 150 million."""


@record
class Enrolled:
    """One student's part.  ``items`` are records by item number, in the order of the sheet.

    ``version`` is that of the exam (``A``), ``seat`` as the roster has it; ``look`` says how the
    sheet is set.
    """

    name: str
    email: str
    items: Mapping[str, Record]
    version: str = ""
    seat: str = ""
    look: Mapping[str, Any] = field(default_factory=dict)

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
    signature: str = ""
    made_from: str = ""
    """A digest of all that it was drawn from, so that a run that was stopped need not draw again."""

    def signed_with(self, secret: bytes) -> bool:
        """Whether the signature was made with the secret, for just this content."""
        return hmac.compare_digest(self.signature, _signature(_plain(_body(self)), secret))


def enrol(name: str, email: str, items: Mapping[str, Instance]) -> Enrolled:
    """A student with the records of their items."""
    return Enrolled(name, email, records_of(items))


def records_of(items: Mapping[str, Instance]) -> dict[str, Record]:
    return {number: to_record(instance) for number, instance in items.items()}


def write(manifest: Manifest, secret: bytes | None = None) -> str:
    """The manifest as JSON text: the same bytes for the same content, ASCII only.

    It is signed with the secret; without one it keeps the signature it has.
    """
    body = _body(manifest)
    plain = _plain(body)
    signature = manifest.signature if secret is None else _signature(plain, secret)
    if signature:
        body["signature"] = signature
    body["checksum"] = _checksum(plain)
    return json.dumps(body, indent=1, ensure_ascii=True) + "\n"


def _body(manifest: Manifest) -> dict[str, Any]:
    """What checksum and signature are made of."""
    body: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "made_with": manifest.made_with,
        "title": manifest.title,
        "course": manifest.course,
        "sheet": manifest.sheet,
        "due": manifest.due,
        "instructions": manifest.instructions,
        **({"made_from": manifest.made_from} if manifest.made_from else {}),
        "students": {
            student: {
                "name": part.name,
                "email": part.email,
                **({"version": part.version} if part.version else {}),
                **({"seat": part.seat} if part.seat else {}),
                **({"look": dict(part.look)} if part.look else {}),
                "items": dict(part.items),
            }
            for student, part in manifest.students.items()
        },
    }
    return body


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
    if body.get("version") not in READABLE:
        fault = f"this manifest has the version {body.get('version')!r}; this program reads versions 1 to {VERSION}"
        raise AuthorError(place, fault, "install the version of the program that made it")
    signature = body.pop("signature", "")
    if body.pop("checksum", None) != _checksum(_plain(body)):
        fix = "restore it from a copy, or make it anew with 'grader sheets'"
        raise AuthorError(place, "the manifest was changed after it was written", fix)
    try:
        return Manifest(
            title=body["title"],
            course=body["course"],
            sheet=body["sheet"],
            students={
                student: Enrolled(
                    part["name"],
                    part["email"],
                    part["items"],
                    part.get("version", ""),
                    part.get("seat", ""),
                    part.get("look", {}),
                )
                for student, part in body["students"].items()
            },
            made_with=body["made_with"],
            due=body.get("due", ""),
            instructions=body.get("instructions", ""),
            source=source,
            signature=str(signature),
            made_from=str(body.get("made_from", "")),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise AuthorError(place, f"the manifest lacks a field: {error}", "make it anew with 'grader sheets'") from None


def _plain(body: dict[str, Any]) -> bytes:
    """The content without its layout: an editor that indents anew does no harm, nor do tuples for lists."""
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode("ascii")


def _checksum(plain: bytes) -> str:
    return "sha256:" + hashlib.sha256(plain).hexdigest()


def _signature(plain: bytes, secret: bytes) -> str:
    # Under a name of its own, so that no seed of the course is a signature too.
    key = hmac.new(secret, b"calculus-grader manifest signature", hashlib.sha256).digest()
    return "hmac-sha256:" + hmac.new(key, plain, hashlib.sha256).hexdigest()
