"""A text with some of its pieces spelled otherwise, that still knows where each character came from.

What is typed in words (`grader.expr.said`) or in the spelling of another program
(`grader.expr.programs`) is respelled in the signs of the language before it is read again.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from grader.records import record

Replacement = Callable[["re.Match[str]"], str]


@record
class Respelling:
    """``text``, and for each of its characters the index it came from in the text as typed."""

    text: str
    origin: tuple[int, ...]

    @staticmethod
    def of(text: str) -> Respelling:
        return Respelling(text, tuple(range(len(text))))

    def put(self, start: int, end: int, new: str) -> Respelling:
        """With the characters from start to end replaced; the new ones count as standing at the first of the old."""
        at = self.origin[start] if start < len(self.origin) else (self.origin[-1] + 1 if self.origin else 0)
        old = self.text[start:end]
        kept = new.find(old) if old else -1
        if kept < 0:
            inserted: tuple[int, ...] = (at,) * len(new)
        else:
            # What is only put in brackets keeps its place.
            last = self.origin[end - 1]
            inserted = (at,) * kept + self.origin[start:end] + (last,) * (len(new) - kept - len(old))
        return Respelling(self.text[:start] + new + self.text[end:], self.origin[:start] + inserted + self.origin[end:])

    def sub(self, pattern: re.Pattern[str], new: str | Replacement) -> Respelling:
        """With every match of a pattern replaced."""
        found = self
        for match in reversed(list(pattern.finditer(self.text))):
            found = found.put(match.start(), match.end(), new if isinstance(new, str) else new(match))
        return found


def closing(text: str, opening: int) -> int:
    """The index of the bracket that closes the one at an index, -1 when none does."""
    depth = 0
    for i in range(opening, len(text)):
        if text[i] in "([{":
            depth += 1
        elif text[i] in ")]}":
            depth -= 1
            if not depth:
                return i
    return -1


def parts(text: str, separator: str = ",") -> list[str]:
    """The text between separators that stand in no brackets."""
    found, depth, begin = [], 0, 0
    for i, sign in enumerate(text):
        if sign in "([{":
            depth += 1
        elif sign in ")]}":
            depth -= 1
        elif sign == separator and not depth:
            found.append(text[begin:i])
            begin = i + 1
    return [part.strip() for part in (*found, text[begin:])]
