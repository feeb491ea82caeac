"""Reads what a student handed in, as people write such files.

The format is small YAML, or JSON::

    student: ada
    sheet: week-3
    answers:
      1: 2x cos(x^2)
      2: (0, 0): saddle; (1, 1): minimum

It is read line by line and not by a YAML parser: YAML makes a mapping of ``{1, 2}``, a list of
``[1, 2; 3, 4]``, an error of ``(0, 0): saddle``, a number of ``1_0`` and swallows the next line
after ``'x^2``.  Here an answer is what stands after its number, as typed.  For the same reason
there are no anchors and aliases, and nothing can grow beyond the size of the file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

from grader.answer import Shape
from grader.bank.instance import Instance, declared_names
from grader.errors import Place, StudentError

LARGEST = 1_000_000
"""Bytes that a submission may have."""

_FIELDS = {
    "student": "student",
    "student_id": "student",
    "studentid": "student",
    "id": "student",
    "sheet": "sheet",
    "sheet_id": "sheet",
    "assignment": "sheet",
    "answers": "answers",
    "answer": "answers",
    "solutions": "answers",
    "responses": "answers",
    "expects": "expects",
}
_IGNORED = frozenset({"name", "title", "course", "email", "variant", "version", "format", "date", "due"})
_FOREIGN = (
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a Word document, spreadsheet or zip archive"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"{\\rtf", "a rich text document"),
    (b"\xd0\xcf\x11\xe0", "an old Word document"),
)
_QUOTES = {'"': '"', "'": "'", "\u201c": "\u201d", "\u2018": "\u2019", "\u201e": "\u201c", "\u00ab": "\u00bb", "`": "`"}

# `1:`, `2a :`, `"3":`, `- 4:`, `Q5.`, `Question 6)`.  A dot or bracket needs a space after it.
_NUMBERED = re.compile(
    r"""(?:-\s+)?["']?(?:(?:q|question|problem|item|exercise|answer|no\.?)\s*|\#)?(\d{1,3}\s?[a-z]?)["']?\s*(?:[:：=](?!=)|[).](?=\s|$))""",
    re.IGNORECASE,
)
_NAMED = re.compile(r"""\{?\s*["']?([A-Za-z][\w .-]{0,60}?)["']?\s*[:：](\s|$|["'\[{])?""")
_BLOCK = re.compile(r"([|>])[+-]?\d?\s*(#.*)?$")


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that the reader of a file should know; ``line`` counts from 1."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Typed:
    """An answer as typed, and where it starts in the file, both from 1."""

    text: str
    line: int
    column: int = 1


@dataclass(frozen=True, slots=True)
class Expectation:
    """What an answer box takes, nothing more: enough to read an answer without any key."""

    kind: str
    shape: Shape
    variables: tuple[str, ...]
    asked: tuple[str, ...] = ()

    @classmethod
    def of(cls, instance: Instance) -> Expectation:
        from grader import kinds

        kind = kinds.load(instance.kind)
        task = instance.task
        shape = kind.shape(task.given, task.policy)
        names = declared_names(kind, task.given, task.domain)
        return cls(instance.kind, shape, names, tuple(kind.asked(task.given)))

    def to_line(self) -> str:
        """The value of one line of ``expects:`` in an answer file; JSON, which is also YAML."""
        record: dict[str, Any] = {"kind": self.kind, "form": self.shape.form, "variables": list(self.variables)}
        if self.shape.size is not None:
            record["size"] = self.shape.size
        if self.shape.labels:
            record["labels"] = list(self.shape.labels)
        if self.shape.free_names:
            record["free_names"] = True
        if self.asked:
            record["asked"] = list(self.asked)
        return json.dumps(record, ensure_ascii=False)

    @classmethod
    def from_line(cls, line: str) -> Expectation | None:
        """What `to_line` wrote; None when it has been changed beyond recognition."""
        try:
            record = json.loads(line) if line.startswith('{"') else _flow_mapping(line)
            shape = Shape(
                record["form"],
                record.get("size"),
                tuple(str(label) for label in record.get("labels", ())),
                bool(record.get("free_names", False)),
            )
            names = tuple(str(name) for name in record["variables"])
            return cls(str(record.get("kind", "")), shape, names, tuple(str(name) for name in record.get("asked", ())))
        except (ValueError, KeyError, TypeError, AttributeError):
            return None


def _flow_mapping(line: str) -> Any:
    """``{form: scalar, variables: [x]}`` written by hand."""
    import yaml

    # No anchors: a line of them can stand for billions of values.
    if len(line) > 2000 or "&" in line or "*" in line:
        raise ValueError
    try:
        return yaml.safe_load(line)
    except yaml.YAMLError as error:
        raise ValueError from error


@dataclass(frozen=True, slots=True)
class Submission:
    """One student's file.  ``student`` and ``sheet`` are empty when the file does not say."""

    source: str
    student: str
    sheet: str
    answers: Mapping[str, Typed]
    remarks: tuple[Remark, ...] = ()
    expects: Mapping[str, Expectation] = field(default_factory=dict)


def read_submission(data: bytes | str, source: str) -> Submission:
    """Read a file's content; ``source`` is its name in messages.

    Raises StudentError when it cannot be an answer file at all.
    """
    reader = _Reader(source)
    text = _decoded(data, reader) if isinstance(data, bytes) else data
    if len(text) > LARGEST:
        reader.refuse(1, 1, f"the file is larger than {LARGEST} characters", "hand in the answer file only")
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        reader.refuse(line, 1, "this is not a text file", "save it as plain text")
    text = text.lstrip("\ufeff")
    if not text.strip():
        reader.refuse(1, 1, "the file is empty", "fill in the answer file of your sheet")
    if text.lstrip().startswith("{") and _from_json(text, reader):
        return reader.submission()
    _from_lines(re.split(r"\r\n|\r|\n", text), reader)
    if not reader.answers and not reader.saw_answers:
        reader.refuse(1, 1, "no answers were found", "write 'answers:' and below it a line such as '  1: 2x' for each")
    return reader.submission()


class _Reader:
    """Collects what has been found so far in one file."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.fields: dict[str, str] = {}
        self.answers: dict[str, Typed] = {}
        self.expects: dict[str, Expectation] = {}
        self.remarks: list[Remark] = []
        self.saw_answers = False

    def refuse(self, line: int, column: int, fault: str, fix: str) -> NoReturn:
        raise StudentError(Place(self.source, line, column), fault, fix)

    def remark(self, line: int, text: str) -> None:
        self.remarks.append(Remark(line, text))

    def set_field(self, name: str, value: str, line: int) -> None:
        if self.fields.get(name, value) != value:
            self.remark(line, f"'{name}' is given twice; the first one counts")
        self.fields.setdefault(name, value)

    def add(self, number: str, typed: Typed) -> None:
        """Take an answer; of two to the same question the later counts, unless it is blank."""
        before = self.answers.get(number)
        if before is not None and before.text and typed.text and before.text != typed.text:
            both = f"lines {before.line} and {typed.line}"
            self.remark(typed.line, f"question {number} is answered twice ({both}); the last counts")
        if before is None or typed.text:
            self.answers[number] = typed

    def submission(self) -> Submission:
        return Submission(
            self.source,
            self.fields.get("student", ""),
            self.fields.get("sheet", ""),
            self.answers,
            tuple(sorted(self.remarks, key=lambda remark: remark.line)),
            self.expects,
        )


def _decoded(data: bytes, reader: _Reader) -> str:
    if len(data) > LARGEST:
        reader.refuse(1, 1, f"the file is larger than {LARGEST} bytes", "hand in the answer file only")
    for magic, what in _FOREIGN:
        if data.startswith(magic):
            reader.refuse(1, 1, f"this is {what}, not a text file", "save the answers as plain text")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif b"\0" in data[:64]:
        # Text saved as UTF-16 without its mark has a zero byte beside every plain letter.
        encoding = "utf-16-be" if data[:1] == b"\0" else "utf-16-le"
    else:
        encoding = "utf-8"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as fault:
        if encoding != "utf-8":
            reader.refuse(1, 1, "this is not a text file", "save it as plain text (UTF-8)")
        line = data.count(b"\n", 0, fault.start) + 1
        reader.remark(line, "the file is not UTF-8; it was read as Windows-1252")
        return data.decode("cp1252", errors="replace")


# Lines ------------------------------------------------------------------------------------------


def _from_lines(lines: Sequence[str], reader: _Reader) -> None:
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
        if named is not None and (_field(named[1]) or (indent == 0 and named[2] is not None)):
            section, at = _top(lines, at, named, stripped, reader, section)
        elif numbered is not None:
            at = _numbered(lines, at, numbered, stripped, reader, section)
        elif section == "answers" and stripped.startswith("- "):
            # A plain list: the answers in order.
            number = str(len(reader.answers) + 1)
            value, end = _value(lines, at, stripped[2:], indent, reader)
            reader.add(number, Typed(value, at + 1, indent + 3))
            at = end
        else:
            if section != "other":
                reader.remark(at + 1, "this line belongs to no question; it was left out")
            at += 1


def _top(
    lines: Sequence[str], at: int, named: re.Match[str], stripped: str, reader: _Reader, section: str
) -> tuple[str, int]:
    """A line ``student: ...`` and its like; returns the section that it opens and the next line."""
    name = _field(named[1])
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
    if name == "expects":
        return "expects", at + 1
    if named[1].strip().lower() not in _IGNORED:
        reader.remark(at + 1, f"'{named[1].strip()}' is no field of an answer file; it was left out")
    return "other", at + 1


def _field(name: str) -> str:
    return _FIELDS.get(re.sub(r"[ -]+", "_", name.strip().lower()), "")


def _numbered(
    lines: Sequence[str], at: int, numbered: re.Match[str], stripped: str, reader: _Reader, section: str
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
    value, end = _value(lines, at, rest, indent, reader)
    column = indent + numbered.end() + len(rest) - len(rest.lstrip()) + 1
    reader.add(number, Typed(value, at + 1, column))
    return end


def _value(lines: Sequence[str], at: int, rest: str, indent: int, reader: _Reader) -> tuple[str, int]:
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


def _uncommented(text: str, reader: _Reader | None, line: int) -> str:
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


def _flow(text: str, line: int, reader: _Reader) -> None:
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


# JSON -------------------------------------------------------------------------------------------

# A backslash command of LaTeX whose first letter JSON takes for an escape.
_EATEN = re.compile(
    "(\t(?=an|au|ext|heta|imes|frac)|\r(?=ight|ho|m\\b)|\n(?=u\\b|eq|abla)|\x0c(?=rac|orall)|\x08(?=egin|eta|ar|ig|oldsymbol))"
)
_LETTER = {"\t": "t", "\r": "r", "\n": "n", "\x0c": "f", "\x08": "b"}


def _from_json(text: str, reader: _Reader) -> bool:
    """Read the text as JSON; False when it is none, and a line-by-line reading may still succeed."""
    loaded = _loaded(text)
    if loaded is None:
        loaded = _loaded(re.sub(r'\\(?!["\\/bfnrtu])', r"\\\\", text))
        if loaded is None:
            reader.remark(1, "this looks like JSON and is not complete; it was read line by line")
            return False
        reader.remark(1, "backslashes in JSON are written twice; they were taken as typed")
    for key, value in loaded:
        name = _field(key)
        line = _line_of(text, key)
        if name in ("student", "sheet"):
            reader.set_field(name, _json_text(value), line)
        elif name == "answers":
            reader.saw_answers = True
            for number, answer in _json_answers(value):
                number = re.sub(r"^(q|question|problem|item)\s*", "", number.strip().lower())
                reader.add(number, Typed(_json_text(answer).strip(), _line_of(text, number)))
        elif name == "expects" and isinstance(value, _Pairs):
            for number, record in value:
                expectation = Expectation.from_line(_json_text(record))
                if expectation is not None:
                    reader.expects[number] = expectation
        elif key.lower() not in _IGNORED:
            reader.remark(line, f"'{key}' is no field of an answer file; it was left out")
    if not reader.saw_answers:
        reader.refuse(1, 1, "no answers were found", 'write them as "answers": {"1": "2x"}')
    return True


class _Pairs(list[tuple[str, Any]]):
    """A JSON object with every key it had, also those given twice."""


def _loaded(text: str) -> _Pairs | None:
    try:
        # Numbers stay as typed.
        value = json.loads(text, object_pairs_hook=_Pairs, parse_int=_Numeral, parse_float=_Numeral, strict=False)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, _Pairs) else None


class _Numeral(str):
    """A JSON number as typed."""


def _json_answers(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, _Pairs):
        yield from value
    elif isinstance(value, list):
        yield from ((str(i), answer) for i, answer in enumerate(value, 1))


def _json_text(value: Any) -> str:
    match value:
        case None:
            return ""
        case _Numeral():
            return str(value)
        case str():
            return _EATEN.sub(lambda found: "\\" + _LETTER[found[0]], value)
        case bool():
            return "true" if value else "false"
        case _Pairs():
            return "{" + ", ".join(f"{json.dumps(key)}: {_json_value(item)}" for key, item in value) + "}"
        case list():
            return "[" + ", ".join(_json_text(item) for item in value) + "]"
        case _:
            return str(value)


def _json_value(value: Any) -> str:
    """JSON again, for a record inside an answer file."""
    match value:
        case _Pairs():
            return _json_text(value)
        case _Numeral():
            return str(value)
        case list():
            return "[" + ", ".join(_json_value(item) for item in value) + "]"
        case _:
            return json.dumps(value)


def _line_of(text: str, key: str) -> int:
    found = re.search(rf'"\s*(?:q|question|problem|item)?\s*{re.escape(key)}\s*"\s*:', text, re.IGNORECASE)
    return text.count("\n", 0, found.start()) + 1 if found else 1
