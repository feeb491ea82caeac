"""Reads who is in the class from the CSV file of any learning platform."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterator, Mapping

from grader.errors import AuthorError, AuthorErrors, Place
from grader.records import record

LARGEST_CLASS = 20_000
LONGEST_ID = 120
LONGEST_NAME = 300

# What platforms call their columns, in the order in which they are preferred.  Canvas writes
# "Student", "ID", "SIS User ID", "SIS Login ID"; Moodle "First name", "Surname", "ID number",
# "Email address"; Gradescope "Name", "SID", "Email".
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "id": (
        "sis user id",
        "student id",
        "student number",
        "id number",
        "matriculation number",
        "matrikelnummer",
        "sid",
        "sis login id",
        "id",
        "student id number",
        "username",
        "user name",
        "login",
        "login id",
        "netid",
        "net id",
        "orgdefinedid",
        "email address",
        "email",
        "e mail",
    ),
    "name": ("name", "full name", "student name", "student"),
    "first": ("first name", "given name", "firstname", "forename", "vorname"),
    "last": ("surname", "last name", "family name", "lastname", "nachname"),
    "seat": ("seat", "seat number", "seat no", "desk", "sitzplatz", "platz"),
    "email": ("email address", "email", "e mail", "mail", "e mail address"),
}
_DELIMITERS = (",", ";", "\t", "|")


@record
class Student:
    """``id`` as the roster has it; ``name`` falls back to the id, ``email`` and ``seat`` to nothing."""

    id: str
    name: str
    email: str = ""
    seat: str = ""


@record
class Roster:
    """``id_column``: the heading of the column that the ids were taken from.  ``notes``: what the
    instructor should know about how the file was read."""

    students: tuple[Student, ...]
    id_column: str
    notes: tuple[str, ...] = ()


def read_roster(data: bytes, source: str, id_column: str = "") -> Roster:
    """The students of a CSV file in its order.

    Delimiter, encoding and columns are recognised; ``id_column`` chooses the column of the ids.
    Raises `AuthorErrors` with every fault of the file: missing columns, empty and repeated ids,
    rows that do not fit the heading.
    """
    text, notes = _decoded(data, source)
    rows = _rows(text, source)
    heading = _Heading(rows[0][1], id_column, source, rows[0][0])
    errors: list[AuthorError] = []
    body = [(line, cells) for line, cells in rows[1:] if not heading.is_canvas_extra(cells)]
    column = heading.id_index(body)
    students = []
    seen: dict[str, int] = {}
    for line, cells in body:
        student = _student(line, cells, heading, column, source, errors)
        if student is None:
            continue
        # Files are named after ids, and on some disks 'A1' and 'a1' are one file.
        key = student.id.casefold()
        if key in seen:
            fault = f"the id '{_shown(student.id)}' stands in line {seen[key]} already"
            errors.append(AuthorError(Place(source, line), fault, "every student needs an id of their own"))
            continue
        seen[key] = line
        students.append(student)
    if not body:
        errors.append(AuthorError(Place(source), "there is no student below the heading", "add one line for each"))
    if len(body) > LARGEST_CLASS:
        errors.append(AuthorError(Place(source), f"there are more than {LARGEST_CLASS:,} students"))
    if errors:
        raise AuthorErrors(tuple(errors))
    return Roster(tuple(students), heading.titles[column], notes)


def _decoded(data: bytes, source: str) -> tuple[str, tuple[str, ...]]:
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        fix = "save it from the spreadsheet program as CSV"
        raise AuthorErrors((AuthorError(Place(source), "this is a spreadsheet, not a CSV file", fix),))
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(encoding, "replace"), ()
    notes: tuple[str, ...] = ()
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        # Older versions of Excel write Windows-1252, in which nearly every byte is a letter.
        text = data.decode("cp1252", "replace")
        notes = (f"{source} is not UTF-8; it was read as Windows-1252, so check the names with accents",)
    if "\0" in text:
        raise AuthorErrors((AuthorError(Place(source), "this is not a text file", "give the class list as CSV"),))
    return text, notes


def _rows(text: str, source: str) -> list[tuple[int, list[str]]]:
    """The heading and every row that is not blank, each with the line it starts in."""
    line, hint = 1, ""
    # Excel's own way to name the delimiter.
    if text[:4].lower() == "sep=":
        first, _, text = text.partition("\n")
        line, hint = 2, first[4:].rstrip("\r")[:1]
    delimiters = (hint,) if hint else _DELIMITERS
    best: list[tuple[int, list[str]]] = []
    for delimiter in delimiters:
        heading = next(iter(_parsed(text, delimiter, source, line, quiet=True)), (line, []))[1]
        if not best or _known(heading) > _known(best[0][1]):
            best = [(line, heading)]
            hint = delimiter
    rows = list(_parsed(text, hint, source, line))
    if not rows:
        raise AuthorErrors((AuthorError(Place(source), "the file is empty", "it needs a heading such as id,name"),))
    return rows


def _parsed(text: str, delimiter: str, source: str, first: int, quiet: bool = False) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=not quiet)
    line = first
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = first + reader.line_num
    except csv.Error as error:
        if quiet:
            return
        fix = "close the quotes that open in this line, and double quotes inside quotes"
        raise AuthorErrors((AuthorError(Place(source, line), f"the row cannot be read: {error}", fix),)) from None


def _plain(title: str) -> str:
    """A heading as the table of columns has it: ``E-Mail`` and ``e_mail`` are one."""
    words = "".join(c if c.isalnum() else " " for c in title.casefold())
    return " ".join(words.split())


def _known(titles: list[str]) -> int:
    known = {name for names in _COLUMNS.values() for name in names}
    return sum(_plain(title) in known for title in titles)


class _Heading:
    """The columns of the file and what each is."""

    def __init__(self, titles: list[str], id_column: str, source: str, line: int) -> None:
        self.titles = [title.strip() for title in titles]
        self._plain = [_plain(title) for title in titles]
        place = Place(source, line)
        shown = ", ".join(f"'{_shown(title)}'" for title in self.titles[:12])
        if id_column:
            if _plain(id_column) not in self._plain:
                fault = f"there is no column '{id_column}'"
                raise AuthorErrors((AuthorError(place, fault, f"the columns are {shown}"),))
            self._ids = [self._plain.index(_plain(id_column))]
        else:
            self._ids = self._find("id")
        if not self._ids:
            fix = f"name a column 'id' or choose one with --id-column; the columns are {shown}"
            raise AuthorErrors((AuthorError(place, "no column for the students' ids was recognised", fix),))
        self._name, self._first, self._last, self._email, self._seat = (
            next(iter(self._find(what)), None) for what in ("name", "first", "last", "email", "seat")
        )

    def _find(self, what: str) -> list[int]:
        return [self._plain.index(name) for name in _COLUMNS[what] if name in self._plain]

    def id_index(self, body: list[tuple[int, list[str]]]) -> int:
        """The best column for ids that is not empty throughout: platforms export columns nobody filled."""
        return next((i for i in self._ids if any(_cell(cells, i) for _, cells in body)), self._ids[0])

    def is_canvas_extra(self, cells: list[str]) -> bool:
        """Canvas adds a row with the points possible, and a student who is none, for testing."""
        first = _cell(cells, 0)
        return "student" in self._plain and (first.startswith("Points Possible") or first == "Student, Test")

    def name(self, cells: list[str]) -> str:
        parts = [_cell(cells, i) for i in (self._first, self._last) if i is not None]
        whole = _cell(cells, self._name) if self._name is not None else ""
        # Canvas writes "Noether, Emmy".
        if self._name is not None and self._plain[self._name] == "student" and whole.count(",") == 1:
            whole = " ".join(part.strip() for part in reversed(whole.split(",")))
        return whole or " ".join(part for part in parts if part)

    def seat(self, cells: list[str]) -> str:
        return _cell(cells, self._seat) if self._seat is not None else ""

    def email(self, cells: list[str]) -> str:
        return _cell(cells, self._email) if self._email is not None else ""


def _student(
    line: int, cells: list[str], heading: _Heading, column: int, source: str, errors: list[AuthorError]
) -> Student | None:
    place = Place(source, line)
    if any(cell.strip() for cell in cells[len(heading.titles) :]):
        fault = f"the row has {len(cells)} cells, the heading {len(heading.titles)}"
        errors.append(AuthorError(place, fault, "put quotes around a name with a comma"))
        return None
    identity, name, email = _cell(cells, column), heading.name(cells), heading.email(cells)
    seat = heading.seat(cells)
    if not identity:
        fault = f"the column '{_shown(heading.titles[column])}' is empty"
        errors.append(AuthorError(place, fault, "every student needs an id; --id-column chooses another column"))
        return None
    for what, text, longest in (
        ("id", identity, LONGEST_ID),
        ("name", name, LONGEST_NAME),
        ("email", email, 320),
        ("seat", seat, 40),
    ):
        if len(text) > longest:
            errors.append(AuthorError(place, f"the {what} has more than {longest} characters"))
            return None
    return Student(identity, name or identity, email, seat)


def _cell(cells: list[str], index: int) -> str:
    """The cell as one line: control characters and bidirectional overrides, which could reorder
    what stands around them, are left out."""
    text = unicodedata.normalize("NFC", cells[index]) if index < len(cells) else ""
    kept = (" " if c.isspace() else c for c in text if c.isspace() or not _acts(c))
    return " ".join("".join(kept).split())


def _acts(character: str) -> bool:
    # Zero-width joiners (U+200C, U+200D) belong to the spelling of names in several scripts.
    category = unicodedata.category(character)
    return category in ("Cc", "Cs", "Co", "Cn") or (category == "Cf" and character not in "\u200c\u200d")


def _shown(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
