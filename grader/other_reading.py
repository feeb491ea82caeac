"""Whether a wrong answer would be right, had it been read in the other way that its text allows: ``1/2x``."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

_NOTE = re.compile(r"(?P<typed>.+?) was read as .+?; for the other write (?P<other>.+)")
_MOST = 4


def other_readings(typed: str, notes: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Texts that say what else may have been meant, each with the piece that differs.

    They are made from the notes that the reader left; the last one changes all pieces at once.
    """
    plain = " ".join(typed.split())
    pieces = [(found["typed"], found["other"]) for note in notes if (found := _NOTE.fullmatch(note))]
    pieces = [(a, b) for a, b in pieces if a in plain and "..." not in a + b][:_MOST]
    texts = [(plain.replace(a, b), b) for a, b in pieces]
    if len(pieces) > 1:
        every = plain
        for a, b in pieces:
            every = every.replace(a, b)
        texts.append((every, " and ".join(b for _, b in pieces)))
    return tuple(texts)


def meant(typed: str, notes: Sequence[str], is_right: Callable[[str], bool]) -> str | None:
    """What would have had to be typed for the answer to be right, or nothing."""
    return next((piece for text, piece in other_readings(typed, notes) if is_right(text)), None)
