"""Errors, divided by who can mend them: the author of a problem, or the student.

Anything that is neither is a bug of ours and propagates as whatever it is.
Every message has three parts: the place, the fault, and the way to mend it.
Fields are handed to ``super().__init__`` so that errors survive pickling on
their way home from a worker process.
"""

from __future__ import annotations

from grader.records import record


@record
class Place:
    """A spot in a text: the file (or ``answer``), its line and column, both from 1."""

    source: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.source}:{self.line}:{self.column}"

    def __lt__(self, other: Place) -> bool:
        return (self.source, self.line, self.column) < (other.source, other.line, other.column)


class GraderError(Exception):
    """A fault somebody can mend: where it is, what it is, how to mend it."""

    def __init__(self, place: Place, fault: str, fix: str = "") -> None:
        super().__init__(place, fault, fix)
        self.place = place
        self.fault = fault
        self.fix = fix

    def __str__(self) -> str:
        return f"{self.place}: {self.explanation}"

    @property
    def explanation(self) -> str:
        """Fault and fix without the place."""
        return f"{self.fault}; {self.fix}" if self.fix else self.fault


class AuthorError(GraderError):
    """The problem, assignment or roster file has to change."""


class AuthorErrors(Exception):
    """Every fault found in one reading, in the order of their places.

    ``errors`` is never empty; its elements are `AuthorError`.
    """

    def __init__(self, errors: tuple[AuthorError, ...]) -> None:
        super().__init__(errors)
        self.errors = tuple(sorted(errors, key=lambda e: (e.place, e.fault)))

    def __str__(self) -> str:
        return "\n".join(str(error) for error in self.errors)


class StudentError(GraderError):
    """The answer could not be read; it has to be typed differently.

    ``text`` is the answer as typed, for the caret that points at the fault.
    It is data from a stranger: whoever shows it escapes it.
    """

    def __init__(self, place: Place, fault: str, fix: str = "", text: str = "") -> None:
        super().__init__(place, fault, fix)
        self.args = (place, fault, fix, text)
        self.text = text

    def caret(self) -> str:
        """The line of the fault with a caret under it, or nothing when it has no text."""
        lines = self.text.splitlines()
        if not 0 < self.place.line <= len(lines):
            return ""
        line = "".join(c if c.isprintable() else " " for c in lines[self.place.line - 1])
        column = min(self.place.column, len(line) + 1)
        # A window keeps the caret in view on a terminal of 80 columns.
        start = max(0, column - 60)
        window = line[start : start + 72]
        return f"{window}\n{' ' * (column - 1 - start)}^"
