"""What leaves for a learning platform, and what a format of it is made of."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from grader.bank.instance import Instance
from grader.records import record
from grader.translations import ENGLISH


@record
class Variant:
    """One variant of a problem: its parts in order, or the one question of a problem without parts.

    ``name`` tells it from the others of its problem (``v01``); it is stable, so that an LMS that
    imports the bank again can replace what it had.
    """

    name: str
    parts: tuple[Instance, ...]


@record
class Entry:
    """A problem with the variants of it that leave; ``points`` of the whole problem."""

    number: str
    problem: str
    title: str
    points: Fraction
    variants: tuple[Variant, ...]


@record
class Collection:
    """``sheet`` is the permanent id of the assignment."""

    title: str
    course: str
    sheet: str
    entries: tuple[Entry, ...]
    language: str = ENGLISH


@record
class LeftOut:
    """A problem, or one variant of it, that a format cannot express; ``why`` is a sentence for the
    instructor that says what is asked and what the format lacks."""

    problem: str
    variant: str
    why: str


@record
class Exported:
    """``content`` is the whole file.  ``questions`` counts what it holds.  ``notes`` say what an
    importer has to know."""

    content: bytes
    questions: int
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()


@record
class Export:
    """One format, in a file of its own beside this one.

    ``about`` is a line for the list: what it is for and what it can hold.
    """

    name: str
    suffix: str
    about: str
    write: Callable[[Collection], Exported]

    def __post_init__(self) -> None:
        if not self.suffix.startswith("."):
            raise TypeError(f"export {self.name}: the suffix has to start with a dot")
