"""Takes one line of working apart: what it is about, and the sides between its equals signs."""

from __future__ import annotations

import re
from collections.abc import Collection

from grader.records import record

_AHEAD = re.compile(
    r"\s*(?:(?:⇒|⟹|=>|⇔|⟺|<=>|→|->|∴|\\(?:Right|Leftright|right)arrow|\\iff|\\implies|[-*•]|\d{1,2}[.)]"
    r"|(?:so|thus|hence|therefore|and|then|also|i\.e\.)\b[ ,:]?)\s+)+",
    re.IGNORECASE,
)
_EQUALS = re.compile(r"(?<![<>!:=])=(?![=>])|\\equiv|≡")
_REMARK = re.compile(r"\s(?:#|%|//)\s.*$|\s+\((?:by|using|from|since|because|as)\b[^()]*\)\s*$", re.IGNORECASE)
_NAME = re.compile(
    r"\s*(?:\\?[A-Za-z]\w{0,7}'*(?:_\{?[A-Za-z]{1,4}\}?)?'*(?:\([^()=]{1,40}\))?|d\^?\d?\s*[A-Za-z]?\s*/\s*d\s*[A-Za-z]\^?\d?)\s*"
)


@record
class Sides:
    """``carries_on``: the line begins with an equals sign.  ``left`` names what the line is about, as
    ``f'(2)`` or ``u`` does; empty when it does not say."""

    left: str
    carries_on: bool
    sides: tuple[str, ...]


def take_apart(line: str, asked: Collection[str] = ()) -> Sides:
    """The sides of a line without what people put before and after a formula; ``asked`` are further left sides."""
    text = _REMARK.sub("", line.replace("$", " ").strip())
    ahead = _AHEAD.match(text)
    text = text[ahead.end() :].strip() if ahead else text
    text = text.rstrip(" .,;") if not text.endswith("...") else text
    parts = [part.strip() for part in _cut(text)]
    carries_on = len(parts) > 1 and not parts[0]
    if carries_on:
        parts = parts[1:]
    left = ""
    if len(parts) > 1 and not carries_on and (_NAME.fullmatch(parts[0]) or plain(parts[0]) in map(plain, asked)):
        left, parts = parts[0], parts[1:]
    return Sides(left, carries_on, tuple(parts))


def plain(name: str) -> str:
    """A left side without spaces, backslashes and typographic primes."""
    return re.sub(r"\s|\\,", "", name).replace("′", "'").replace("\\", "")


def _cut(text: str) -> list[str]:
    pieces, start = [], 0
    for found in _EQUALS.finditer(text):
        before = text[: found.start()]
        if sum(before.count(c) for c in "([{") == sum(before.count(c) for c in ")]}"):
            pieces.append(text[start : found.start()])
            start = found.end()
    return [*pieces, text[start:]]
