"""YAML text as a tree that knows where everything stands.

The tree is built from the parser's events, so nothing is resolved behind the author's
back: ``1.50``, ``no`` and ``2026-01-01`` stay the texts that were typed.  Anchors, aliases
and tags are refused, and size and depth are bounded, so a file cannot unfold into a bomb.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from grader.errors import AuthorError, AuthorErrors, Place
from grader.records import field, record

LARGEST_FILE = 1_000_000
"""Bytes of the largest file that is read."""
DEEPEST = 20
"""Levels of nesting."""


@record
class Text:
    """A scalar as typed.  ``lines`` are the source columns at which each of its lines
    starts; empty when the text was folded or escaped, so that columns inside are unknown.
    ``translations`` are the same in other languages, by their codes."""

    value: str
    place: Place
    quoted: bool = False
    lines: tuple[Place, ...] = field(default=(), compare=False)
    translations: Mapping[str, Text] = field(default_factory=dict)

    def said(self, language: str) -> Text:
        """The text in a language; in English where there is no translation."""
        return self.translations.get(language, self)

    def at(self, line: int, column: int) -> Place:
        """Where a character of the text (line and column from 1) stands in the file."""
        if not 1 <= line <= len(self.lines):
            return self.place
        start = self.lines[line - 1]
        return Place(start.source, start.line, start.column + max(column, 1) - 1)

    def offset(self, index: int) -> Place:
        """Where the character at an index (from 0) stands in the file."""
        before = self.value[:index]
        return self.at(before.count("\n") + 1, index - (before.rfind("\n") + 1) + 1)


@record
class Items:
    items: tuple[Node, ...]
    place: Place


@record
class Fields:
    """Keys with their values, in the order of the file; a repeated key keeps its first value."""

    entries: tuple[tuple[Text, Node], ...]
    place: Place

    def __iter__(self) -> Iterator[tuple[Text, Node]]:
        return iter(self.entries)


Node: TypeAlias = Text | Items | Fields


class Faults:
    """The faults found so far in one reading, to be reported all at once."""

    def __init__(self) -> None:
        self._errors: list[AuthorError] = []

    def add(self, place: Place, fault: str, fix: str = "") -> None:
        self.extend((AuthorError(place, fault, fix),))

    def extend(self, errors: tuple[AuthorError, ...]) -> None:
        # What several parts share is read with each of them; its faults are told once.
        known = {str(error) for error in self._errors}
        self._errors.extend(error for error in errors if str(error) not in known)

    def __len__(self) -> int:
        return len(self._errors)

    def settle(self) -> None:
        """Raise `AuthorErrors` when there is any fault."""
        if self._errors:
            raise AuthorErrors(tuple(self._errors))


def suggest(name: str, known: Any) -> str:
    """``did you mean 'derivative'?``, or nothing when no known name is near."""
    from difflib import get_close_matches

    near = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"did you mean '{near[0]}'?" if near else ""


def read_document(data: str | bytes, source: str) -> Node:
    """The one document of a YAML text.

    Raises `AuthorErrors`: with every repeated key, anchor, alias and tag of the file, or with
    the one fault of syntax after which nothing more can be understood.
    """
    text = _decoded(data, source)
    faults = Faults()
    node = _Composer(text, source, faults).document()
    faults.settle()
    assert node is not None
    return node


def _decoded(data: str | bytes, source: str) -> str:
    size = len(data) if isinstance(data, bytes) else len(data.encode("utf-8", "surrogatepass"))
    if size > LARGEST_FILE:
        fault = f"the file has {size:,} bytes, more than {LARGEST_FILE:,}"
        raise AuthorErrors((AuthorError(Place(source), fault, "divide it into several files"),))
    if isinstance(data, bytes):
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            head = data[: error.start]
            line = head.count(b"\n") + 1
            column = len(head[head.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
            fault = f"the byte 0x{data[error.start]:02x} is not UTF-8"
            place = Place(source, line, column)
            raise AuthorErrors((AuthorError(place, fault, "save the file with the encoding UTF-8"),)) from None
    else:
        text = data
    return text.removeprefix("\ufeff")


class _Composer:
    """Builds the tree from the events of the YAML parser."""

    def __init__(self, text: str, source: str, faults: Faults) -> None:
        self._source = source
        self._faults = faults
        self._text = text
        # YAML's line breaks, not those of str.splitlines, which counts form feeds too.
        self._lines = re.split(r"\r\n|[\r\n\x85\u2028\u2029]", text)
        self._depth = 0

    def document(self) -> Node | None:
        import yaml

        loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        try:
            self._events: Iterator[Any] = iter(yaml.parse(self._text, Loader=loader))
            next(self._events)
            event = next(self._events)
            if isinstance(event, yaml.StreamEndEvent):
                self._faults.add(Place(self._source), "the file is empty")
                return None
            node = self._node(next(self._events))
            next(self._events)
            event = next(self._events)
            if not isinstance(event, yaml.StreamEndEvent):
                fix = "remove the line '---' or put what follows into its own file"
                self._faults.add(self._place(event.start_mark), "a second document starts here", fix)
            return node
        except yaml.MarkedYAMLError as error:
            self._syntax_fault(error)
        except yaml.reader.ReaderError as error:
            head = self._text[: error.position]
            place = Place(self._source, head.count("\n") + 1, error.position - (head.rfind("\n") + 1) + 1)
            code = error.character if isinstance(error.character, int) else ord(error.character[:1] or "\0")
            self._faults.add(place, f"the character U+{code:04X} is not allowed in YAML", "remove it")
        except _TooDeep as error:
            self._faults.add(error.place, f"nested more than {DEEPEST} levels deep")
        return None

    def _place(self, mark: Any) -> Place:
        return Place(self._source, mark.line + 1, mark.column + 1)

    def _node(self, event: Any) -> Node:
        import yaml

        place = self._place(event.start_mark)
        if isinstance(event, yaml.AliasEvent):
            self._faults.add(place, f"the alias '*{event.anchor}' is not allowed", "write the value out")
            return Text("", place)
        if event.anchor is not None:
            self._faults.add(place, f"the anchor '&{event.anchor}' is not allowed", "write the value out where needed")
        if event.tag is not None and event.tag != "!":
            self._faults.add(place, f"the tag '{event.tag}' is not allowed", "remove it")
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, place)
        if self._depth >= DEEPEST:
            raise _TooDeep(place)
        self._depth += 1
        node = self._items(place) if isinstance(event, yaml.SequenceStartEvent) else self._fields(place)
        self._depth -= 1
        return node

    def _items(self, place: Place) -> Items:
        import yaml

        items = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._node(event))
        return Items(tuple(items), place)

    def _fields(self, place: Place) -> Fields:
        import yaml

        entries: dict[str, tuple[Text, Node]] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._node(event)
            value = self._node(next(self._events))
            if not isinstance(key, Text):
                self._faults.add(key.place, "a name is needed before the colon", "put quotes around text with brackets")
            elif key.value in entries:
                first = entries[key.value][0].place.line
                self._faults.add(key.place, f"'{key.value}' is given twice", f"it was given in line {first} already")
            else:
                entries[key.value] = (key, value)
        return Fields(tuple(entries.values()), place)

    def _scalar(self, event: Any, place: Place) -> Text:
        value: str = event.value
        quoted = event.style in ("'", '"')
        if event.style == "|":
            return Text(value, place, False, self._block_lines(value, place))
        if event.style == '"':
            self._check_escapes(value, place)
        # Where the source shows the very same characters, a column inside is the column in the file.
        start = place.column - 1 + (1 if quoted else 0)
        line = self._lines[place.line - 1]
        same = line[start : start + len(value)] == value and event.style != ">"
        return Text(value, place, quoted, (Place(self._source, place.line, start + 1),) if same else ())

    def _block_lines(self, value: str, place: Place) -> tuple[Place, ...]:
        body = self._lines[place.line :]
        first = next((line for line in body if line.strip()), "")
        indent = len(first) - len(first.lstrip(" "))
        count = value.rstrip("\n").count("\n") + 1
        return tuple(Place(self._source, place.line + 1 + i, indent + 1) for i in range(count))

    def _check_escapes(self, value: str, place: Place) -> None:
        r"""In double quotes ``\frac`` is a form feed and ``rac``: LaTeX that would vanish silently."""
        line = self._lines[place.line - 1][place.column - 1 :]
        lost = _LATEX_ESCAPE.search(line) if any(c in value for c in "\a\b\t\n\v\f\r") else None
        if lost is not None:
            fault = f"in double quotes '{lost.group()}' loses its backslash"
            self._faults.add(place, fault, "use single quotes or a block of text after '|'")

    def _syntax_fault(self, error: Any) -> None:
        mark = error.problem_mark or error.context_mark
        place = self._place(mark) if mark is not None else Place(self._source)
        line = self._lines[place.line - 1] if place.line <= len(self._lines) else ""
        indent = line[: len(line) - len(line.lstrip(" \t"))]
        if "\t" in indent:
            place = Place(self._source, place.line, indent.index("\t") + 1)
            self._faults.add(place, "a tab stands in the indentation", "indent with spaces")
            return
        problem = str(error.problem or error.context or "this is not YAML")
        for pattern, fault, fix in _SYNTAX:
            if pattern in problem:
                self._faults.add(place, fault, fix)
                return
        self._faults.add(place, problem)


# The names of LaTeX commands that begin like an escape of YAML.
_LATEX_ESCAPE = re.compile(
    r"(?<!\\)\\(?:frac|forall|begin|beta|bar|bmatrix|big|text|theta|tan|times|to|tfrac"
    r"|nabla|neq?|nu|not|alpha|approx|arcsin|arctan|right|rho|vec|varphi|rightarrow|r)\b"
)


class _TooDeep(Exception):
    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.place = place


# What the YAML parser says, in an instructor's words.
_SYNTAX = (
    ("mapping values are not allowed", "a second colon makes a new field of this text", "put quotes around the text"),
    ("did not find expected key", "this line does not fit the lines above", "align it with the fields of its block"),
    ("expected <block end>", "this line does not fit the lines above", "align it with the fields of its block"),
    ("could not find expected ':'", "a colon is missing after a name", "write 'name: value'"),
    ("did not find expected ',' or", "a bracket is not closed, or a comma is missing", "check the line above too"),
    ("expected ',' or", "a bracket is not closed, or a comma is missing", "check the line above too"),
    ("cannot start any token", "this character cannot start a value", "put quotes around the text"),
    ("unexpected end of stream", "a quote is not closed", "check the text that starts above"),
    ("unknown escape character", "this backslash is not understood in double quotes", "use single quotes or '|'"),
    ("did not find expected hexdecimal number", "an unfinished escape", "use single quotes or '|'"),
    ("did not find expected '-' indicator", "a list item has to start with '- '", "align it with the items above"),
    ("did not find expected node content", "a value is missing here", ""),
    ("found undefined tag handle", "a tag is not allowed", "put quotes around the text"),
    ("did not find expected alphabetic or numeric", "'*' and '&' cannot start a text", "put quotes around the text"),
    ("block sequence entries are not allowed", "a list cannot start here", "start it on its own line"),
    ("did not find expected comment or line break", "a block of text starts on the line after '|'", ""),
)
