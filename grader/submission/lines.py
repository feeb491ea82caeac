"""Reads an answer file line by line: an answer is what stands after its number, as typed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from grader.submission.collected import IGNORED, Collected, Typed, field_named
from grader.submission.expectation import Expectation

_QUOTES = {'"': '"', "'": "'", "\u201c": "\u201d", "\u2018": "\u2019", "\u201e": "\u201c", "\u00ab": "\u00bb", "`": "`"}

# `1:`, `2a :`, `"3":`, `- 4:`, `Q5.`, `Question 6)`.  A dot or bracket needs a space after it.
_NUMBERED = re.compile(
    r"""(?:-\s+)?["']?(?:(?:q|question|problem|item|exercise|answer|no\.?)\s*|\#)?(\d{1,3}\s?[a-z]?)["']?\s*(?:[:：=](?!=)|[).](?=\s|$))""",
    re.IGNORECASE,
)
_NAMED = re.compile(r"""\{?\s*["']?([A-Za-z][\w .-]{0,60}?)["']?\s*[:：](\s|$|["'\[{])?""")
_BLOCK = re.compile(r"([|>])[+-]?\d?\s*(#.*)?$")


def read_lines(lines: Sequence[str], reader: Collected) -> None:
    section = ""
    at = 0
    while at < len(lines):
        line = lines[at]
        stripped = line.strip()
        indent = len(line) - len(line.lstrip())
        numbered = _NUMBERED.match(stripped)
        if numbered is None and (stripped in ("", "{", "}", "},") or stripped.startswith(("#", "%", "---", "..."))):
            # A comment, or a mark between documents, or a bracket of broken JSON.
            at += 1
            continue
        named = None if numbered else _NAMED.match(stripped)
        if named is not None and (field_named(named[1]) or (indent == 0 and named[2] is not None)):
            section, at = _top(lines, at, named, stripped, reader, section)
        elif numbered is not None:
            at = _numbered(lines, at, numbered, stripped, reader, section)
        elif section == "working" and reader.working:
            # A line that is not set in belongs to the question above it.
            next(reversed(reader.working.values())).append(Typed(stripped, at + 1, indent + 1))
            at += 1
        elif section == "answers" and stripped.startswith("- "):
            # A plain list: the answers in order.
            number = str(len(reader.answers) + 1)
            value, end = _value(lines, at, stripped[2:], indent, reader)
            reader.add(number, Typed(value, at + 1, indent + 3))
            at = end
        elif stripped.casefold() == "answers":
            # The colon was forgotten.
            section, reader.saw_answers = "answers", True
            at += 1
        else:
            if section != "other":
                fix = "begin an answer with its number, as in '5: 2x'"
                reader.remark(at + 1, f"this line belongs to no question and was left out; {fix}")
            at += 1


def _top(
    lines: Sequence[str], at: int, named: re.Match[str], stripped: str, reader: Collected, section: str
) -> tuple[str, int]:
    """A line ``student: ...`` and its like; returns the section that it opens and the next line."""
    name = field_named(named[1])
    rest = stripped[named.end(1) :].lstrip("\"' ").removeprefix(":").removeprefix("：").strip()
    if name in ("student", "sheet"):
        reader.set_field(name, _unquoted(_uncommented(rest, None, 0).rstrip(",")), at + 1)
        return "", at + 1
    if name == "answers":
        reader.saw_answers = True
        rest = _uncommented(rest, None, 0)
        if rest and rest not in ("{", "null", "~", "{}"):
            _flow(rest, at + 1, reader)
        return "answers", at + 1
    if name in ("expects", "working"):
        return name, at + 1
    if named[1].strip().lower() not in IGNORED:
        reader.remark(at + 1, f"'{named[1].strip()}' is no field of an answer file; it was left out")
    return "other", at + 1


def _numbered(
    lines: Sequence[str], at: int, numbered: re.Match[str], stripped: str, reader: Collected, section: str
) -> int:
    """A line ``1: ...``; returns the next line."""
    number = re.sub(r"\s", "", numbered[1]).lower().lstrip("0") or "0"
    rest = stripped[numbered.end() :]
    if section == "expects":
        expectation = Expectation.from_line(rest.strip().rstrip(","))
        if expectation is not None:
            reader.expects[number] = expectation
        return at + 1
    indent = len(lines[at]) - len(lines[at].lstrip())
    if section == "working":
        steps, end = _steps(lines, at, rest.strip(), indent)
        reader.working.setdefault(number, []).extend(steps)
        return end
    value, end = _value(lines, at, rest, indent, reader)
    column = indent + numbered.end() + len(rest) - len(rest.lstrip()) + 1
    reader.add(number, Typed(value, at + 1, column))
    return end


def _steps(lines: Sequence[str], at: int, rest: str, indent: int) -> tuple[list[Typed], int]:
    """The lines of working that stand after a number and deeper than it."""
    steps = [Typed(rest, at + 1, indent + 1)] if rest and not _BLOCK.match(rest) else []
    end = at + 1
    while end < len(lines):
        line = lines[end].strip()
        depth = len(lines[end]) - len(lines[end].lstrip())
        if line and depth <= indent:
            break
        if line and not line.startswith("#"):
            steps.append(Typed(line, end + 1, depth + 1))
        end += 1
    return steps, end


def _value(lines: Sequence[str], at: int, rest: str, indent: int, reader: Collected) -> tuple[str, int]:
    """The answer that starts with ``rest`` on line ``at``, and the line after it."""
    rest = rest.strip()
    block = _BLOCK.match(rest)
    if block is not None:
        parts, end = _deeper(lines, at + 1, indent, whole=True)
        return ("\n" if block[1] == "|" else " ").join(parts).strip(), end
    parts, end = _deeper(lines, at + 1, indent, whole=False)
    if parts and not rest:
        # The answer stands on the line below its number.
        rest = ""
    if rest.startswith(tuple(_QUOTES)):
        whole = " ".join([rest, *parts])
        if len(_unquoted(whole)) < len(whole):
            return _unquoted(whole).strip(), end
        if _unquoted(rest.rstrip(",")) != rest.rstrip(","):
            # One line of JSON that is broken elsewhere.
            return _unquoted(rest.rstrip(",")).strip(), at + 1
        if rest[0] in "\"'":
            reader.remark(at + 1, f"a quotation mark {rest[0]} is opened and not closed; the line was taken as typed")
    kept = [_uncommented(part, reader, at + 1 + i) for i, part in enumerate([rest, *parts])]
    value = " ".join(part for part in kept if part).strip()
    return ("" if value in ("~", "null") else value), end


def _deeper(lines: Sequence[str], at: int, indent: int, whole: bool) -> tuple[list[str], int]:
    """The lines from ``at`` that continue a value: deeper than its number, and not numbered
    themselves unless the value is a block (``whole``)."""
    parts: list[str] = []
    while at < len(lines):
        line = lines[at]
        stripped = line.strip()
        if stripped:
            depth = len(line) - len(line.lstrip())
            if depth <= indent or (not whole and (stripped.startswith("#") or _NUMBERED.match(stripped))):
                break
            parts.append(stripped)
        elif not whole:
            break
        at += 1
    return parts, at


def _uncommented(text: str, reader: Collected | None, line: int) -> str:
    """The text before `` #``, as in YAML."""
    if text.startswith("#"):
        return ""
    before, mark, comment = text.partition(" #")
    if mark and reader is not None:
        reader.remark(line, f"what follows the # was taken for a comment: {comment.strip()[:40]}")
    return before.strip()


def _unquoted(text: str) -> str:
    """The text without the quotation marks around it, if they are a pair.

    In double quotes ``\\"`` and ``\\\\`` stand for one character; every other backslash is the
    student's (``"\\frac{1}{2}"``), although YAML would make a form feed of it.
    """
    if len(text) < 2 or _QUOTES.get(text[0]) != text[-1]:
        return text
    inside = text[1:-1]
    if text[0] == "'":
        return text if "'" in inside.replace("''", "") else inside.replace("''", "'")
    if text[0] == '"':
        return text if re.search(r'(?<!\\)(?:\\\\)*"', inside) else re.sub(r'\\(["\\])', r"\1", inside)
    return inside


def _flow(text: str, line: int, reader: Collected) -> None:
    """``answers: {1: 2x, 2: 3}`` or ``answers: [2x, 3]``, all on one line."""
    if text[0] not in "[{":
        reader.refuse(line, 1, "after 'answers:' comes a line for each answer", "write '  1: 2x' on a line of its own")
    import yaml

    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        reader.refuse(line, 1, "the answers in one line could not be told apart", "write each on a line of its own")
    pairs: list[tuple[str, Any]] = []
    if isinstance(node, yaml.MappingNode):
        pairs = [(key.value if isinstance(key, yaml.ScalarNode) else "", value) for key, value in node.value]
    elif isinstance(node, yaml.SequenceNode):
        pairs = [(str(i), value) for i, value in enumerate(node.value, 1)]
    for number, value in pairs:
        start, end = value.start_mark.index, value.end_mark.index
        typed = value.value if isinstance(value, yaml.ScalarNode) else text[start:end]
        reader.add(str(number).strip().lower(), Typed("" if typed in ("~", "null") else typed.strip(), line, start + 1))
