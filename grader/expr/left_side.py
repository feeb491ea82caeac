"""Left-hand sides that only name the question, such as ``f'(x) =`` and ``dy/dx =``.

They are blanked out before an answer is read, so that the places of errors stay right.
"""

from __future__ import annotations

import re

from grader.expr.notation import Names, Note
from grader.expr.tokens import fault_at

_LONGEST = 80
# An equals sign that is no part of <=, >=, != or ==.
_EQUALS = re.compile(r"(?<![<>!=:]):?=(?![=<>])")
_DROPPED = re.compile(r"\s+|\\left|\\right|\\,|\\!|\\;|\\ |[{}*$]")
_SPELLED = (
    (re.compile(r"\\d?frac\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}"), r"\1/\2"),
    (re.compile(r"\\(?:text|mathrm|operatorname|mathbf)\b"), ""),
    (re.compile(r"\\prime|[′’´`]"), "'"),
    (re.compile(r"^\s*\((?:([A-Za-z]'+)|(d/d[A-Za-z]))\)"), r"\1\2"),
    (re.compile(r"\^\{?('+)\}?"), r"\1"),
    (re.compile(r"″|\""), "''"),
    (re.compile(r"\\nabla|∇|\bgrad\b"), "nabla"),
    (re.compile(r"\\partial|∂"), "d"),
    (re.compile("²"), "^2"),
    (re.compile("³"), "^3"),
)
_SPOKEN = re.compile(
    r"\s*(?:the\s+)?(?:final\s+)?(?:answer|ans|result|solution|derivative|slope|gradient|area|limit|integral|value)\s*(?:[:=]|is\b)",
    re.IGNORECASE,
)
_USUAL = re.compile(
    r"(?:"
    r"[A-Za-z]'{0,4}(?:_[A-Za-z0-9]+)?(?:\([^()]*\))?"  # f, f'(x), y'', T_3(x), f_xy, H_f(x, y)
    r"|[A-Za-z]\^\(\d\)(?:\([^()]*\))?"  # f^(4)(x)
    r"|d(?:\^?\d)?[A-Za-z]?(?:\([^()]*\))?/(?:d[A-Za-z]\w*(?:\^?\d)?)+(?:\([^()]*\)|[A-Za-z](?:\([^()]*\))?)?"
    r"|nabla[A-Za-z]?(?:\([^()]*\))?"
    r"|D\^?2?[A-Za-z](?:\([^()]*\))?"
    r"|[JH][A-Za-z]?(?:\([^()]*\))?"
    r")"
)


def without_left_side(
    text: str, asked: tuple[str, ...], names: Names, lenient: bool, source: str
) -> tuple[str, tuple[Note, ...]]:
    """The text with a left side that names the question blanked out, and the note that says so.

    ``lenient``: whether the answer is no equation itself, so that with nothing in ``asked`` any
    usual left side goes, and with something in it another one is refused by name (StudentError).
    """
    if "=" not in text and ":" not in text and " is " not in text:
        return text, ()
    spoken = _SPOKEN.match(text) if lenient else None
    if spoken is not None:
        shown = " ".join(spoken[0].split())
        return _blank(text, spoken.end()), (Note(0, f"'{shown}' was left out: it names the question"),)
    match = _EQUALS.search(text)
    if match is None or match.start() > _LONGEST:
        return text, ()
    typed = text[: match.start()]
    plain = _plain(typed)
    if lenient and not plain and text[match.end() :].strip():
        return _blank(text, match.end()), (Note(match.start(), "the sign = at the beginning was left out"),)
    wanted = {_plain(name) for name in asked}
    if plain in wanted:
        return _blank(text, match.end()), (_note(typed),)
    if not lenient or not plain or plain in names.variables or not _USUAL.fullmatch(plain):
        return text, ()
    if wanted:
        shown = " ".join(typed.split())
        raise fault_at(
            text, len(typed) - len(typed.lstrip()), f"the left side '{shown}' is not what is asked",
            f"leave it out or write {asked[0]} =", source,
        )  # fmt: skip
    return _blank(text, match.end()), (_note(typed),)


def _plain(name: str) -> str:
    for pattern, spelling in _SPELLED:
        name = pattern.sub(spelling, name)
    return _DROPPED.sub("", name)


def _blank(text: str, end: int) -> str:
    return "".join(c if c == "\n" else " " for c in text[:end]) + text[end:]


def _note(typed: str) -> Note:
    return Note(len(typed) - len(typed.lstrip()), f"'{' '.join(typed.split())} =' was left out: it names the question")
