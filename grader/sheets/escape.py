"""Data as text that means just its characters, in every format that documents are written in."""

from __future__ import annotations

import json
import re


class Escaped(str):
    """Text that is safe in its format as it stands; the counterpart of ``Markup`` outside HTML."""

    __slots__ = ()


def markdown(text: object) -> Escaped:
    """Data as Markdown text that means just these characters (CommonMark 0.31, 2.4 and 6.1), on one line."""
    line = " ".join(str(text).split())
    line = re.sub(r"[\\`*_{}\[\]$|~#!^]", r"\\\g<0>", line)
    line = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    # Addresses that some readers turn into links without being asked.
    line = re.sub(r"(?i)(?<=http)(s?):|(?<=ftp):|(?<=www)\.", lambda m: f"{m[1] or ''}&#{ord(m[0][-1])};", line)
    # What would begin a list, a heading or a rule at the start of a line.
    line = re.sub(r"^([-+=])", r"\\\1", line)
    return Escaped(re.sub(r"^(\d+)([.)])(?=\s|$)", r"\1\\\2", line))


def code(text: object) -> Escaped:
    """Data as a code span of Markdown, with more backticks around it than inside."""
    line = " ".join(str(text).split())
    longest = max((len(run) for run in re.findall("`+", line)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return Escaped(f"{fence}{pad}{line}{pad}{fence}" if line else "")


def yaml(text: object) -> Escaped:
    """Data as a quoted YAML scalar on one line."""
    quoted = json.dumps(str(text), ensure_ascii=False)
    return Escaped("".join(c if c.isprintable() else _unicode_escape(c) for c in quoted))


def comment(text: object) -> Escaped:
    """Data inside a line of comment: it cannot end the line."""
    return Escaped("".join(c if c.isprintable() else " " for c in " ".join(str(text).split())))


def css(text: object) -> Escaped:
    """Data inside a CSS string (CSS Syntax 3, 4.3.7)."""
    return Escaped("".join(c if c.isascii() and c.isalnum() else f"\\{ord(c):x} " for c in str(text)))


def typst(text: object) -> Escaped:
    """Data in Typst markup, as a string literal: no character of it is markup."""
    from grader.sheets.typst import content

    return Escaped(content(text))


def latex(text: object) -> Escaped:
    """Data as text of LaTeX."""
    from grader.sheets.latex import plain

    return Escaped(plain(str(text)))


def _unicode_escape(character: str) -> str:
    return f"\\u{ord(character):04x}" if ord(character) < 0x10000 else f"\\U{ord(character):08x}"
