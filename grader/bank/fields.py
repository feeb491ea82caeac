"""Takes the fields of one record out of a YAML tree, noting every fault on the way.

Each method returns None (or nothing) for a field that is absent or faulty, so that a reader
carries on and reports all faults of a file at once; `Record.close` names the unknown fields.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from fractions import Fraction

from grader.bank.document import Faults, Fields, Items, Node, Text, suggest
from grader.errors import Place
from grader.records import replace

LONGEST_TEXT = 10_000
"""Characters of the longest text in a field."""

TRANSLATED = frozenset(("title", "statement", "hints", "answer_hint", "solution", "say", "choices", "right", "wrong"))
"""Fields whose texts may be given in several languages."""

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")
_NULL = ("", "~", "null", "Null", "NULL")
_YES, _NO = ("true", "yes", "on"), ("false", "no", "off")


def describe(node: Node) -> str:
    """What stands there, in a word."""
    if isinstance(node, Items):
        return "a list"
    if isinstance(node, Fields):
        return "a record with fields"
    return "nothing" if is_null(node) else f"'{node.value.strip()[:40]}'"


def is_null(node: Node) -> bool:
    return isinstance(node, Text) and not node.quoted and node.value.strip() in _NULL


def whole_number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[+-]?\d{1,40}", text.strip()) else None


def fraction(text: str) -> Fraction | None:
    """``3``, ``-1/2``, ``0.25``."""
    if not re.fullmatch(r"[+-]?\d{1,40}(\.\d{1,40}|/\d{1,40})?", text.strip()):
        return None
    try:
        return Fraction(text.strip())
    except ZeroDivisionError:
        return None


class Record:
    """One record of a file; ``what`` names it in messages ("a problem")."""

    def __init__(self, node: Fields, what: str, faults: Faults) -> None:
        self._what = what
        self._faults = faults
        self._nodes = {key.value: node for key, node in node}
        self._keys = {key.value: key for key, _ in node}
        self._asked: list[str] = []
        self.place = node.place

    def node(self, name: str, required: bool = False) -> Node | None:
        """The value of a field, whatever it is; a field without a value counts as absent."""
        if name not in self._asked:
            self._asked.append(name)
        node = self._nodes.get(name)
        if node is not None and not is_null(node):
            return node
        if required:
            fault = f"{self._what} needs the field '{name}'"
            self._faults.add(self.place if node is None else self.place_of(name), fault)
        return None

    def place_of(self, name: str) -> Place:
        """Where the field's value stands, or the record when the field is absent."""
        node = self._nodes.get(name)
        if node is None:
            return self.place
        return self._keys[name].place if is_null(node) else node.place

    def wrong(self, name: str, needed: str) -> None:
        self._faults.add(self.place_of(name), f"'{name}' has to be {needed}, not {describe(self._nodes[name])}")

    def text(self, name: str, required: bool = False) -> Text | None:
        node = self.node(name, required)
        if node is None:
            return None
        if isinstance(node, Fields) and name in TRANSLATED:
            node = self._in_languages(node)
            if node is None:
                return None
        if not isinstance(node, Text):
            self.wrong(name, "a text")
            return None
        if len(node.value) > LONGEST_TEXT:
            self._faults.add(node.place, f"'{name}' has more than {LONGEST_TEXT:,} characters")
            return None
        return node

    def texts(self, name: str) -> tuple[Text, ...]:
        """A list of texts; one text alone counts as a list of one."""
        node = self.node(name)
        if node is None:
            return ()
        if not isinstance(node, Items):
            node = Items((node,), node.place)
        found = []
        for item in node.items:
            read = self._in_languages(item) if isinstance(item, Fields) and name in TRANSLATED else item
            if isinstance(read, Text) and not is_null(read):
                found.append(read)
            elif read is not None:
                self._faults.add(item.place, f"'{name}' has to hold texts, not {describe(item)}")
        return tuple(found)

    def _in_languages(self, node: Fields) -> Text | None:
        """The English text of a record such as ``{en: ..., de: ...}``, with the others as its translations."""
        found: dict[str, Text] = {}
        for key, value in node:
            if not _LANGUAGE.fullmatch(key.value):
                fix = "write a text, or its languages by their codes, as in {en: ..., de: ...}"
                self._faults.add(key.place, f"'{key.value[:40]}' is no code of a language", fix)
                return None
            if not isinstance(value, Text) or is_null(value):
                self._faults.add(value.place, f"a text in '{key.value}' is needed, not {describe(value)}")
                return None
            found[key.value] = value
        english = found.pop("en", None)
        if english is None:
            self._faults.add(node.place, "a text in several languages needs the English one", "add 'en: ...'")
            return None
        return replace(english, translations=found)

    def whole(self, name: str, low: int, high: int, required: bool = False) -> int | None:
        node = self.node(name, required)
        if node is None:
            return None
        number = whole_number(node.value) if isinstance(node, Text) else None
        if number is None or not low <= number <= high:
            self.wrong(name, f"a whole number from {low} to {high}")
            return None
        return number

    def fraction(self, name: str, low: Fraction, high: Fraction) -> Fraction | None:
        node = self.node(name)
        if node is None:
            return None
        number = fraction(node.value) if isinstance(node, Text) else None
        if number is None or not low <= number <= high:
            self.wrong(name, f"a number from {low} to {high} such as 2, 1/2 or 0.5")
            return None
        return number

    def flag(self, name: str) -> bool:
        node = self.node(name)
        if node is None:
            return False
        word = node.value.lower() if isinstance(node, Text) else ""
        if word not in (*_YES, *_NO):
            self.wrong(name, "true or false")
        return word in _YES

    def word(self, name: str, known: Collection[str], required: bool = False) -> str | None:
        """One of the known words."""
        text = self.text(name, required)
        if text is None:
            return None
        if text.value not in known:
            advice = suggest(text.value, known) or f"known are {', '.join(sorted(known))}"
            self._faults.add(text.place, f"unknown {name} '{text.value}'", advice)
            return None
        return text.value

    def items(self, name: str) -> Sequence[Node]:
        node = self.node(name)
        if node is None:
            return ()
        if not isinstance(node, Items):
            self.wrong(name, "a list")
            return ()
        return node.items

    def fields(self, name: str, required: bool = False) -> Fields | None:
        node = self.node(name, required)
        if node is None:
            return None
        if not isinstance(node, Fields):
            self.wrong(name, "a record with fields")
            return None
        return node

    def records(self, name: str, what: str) -> list[Record]:
        """A list of records."""
        found = []
        for item in self.items(name):
            if isinstance(item, Fields):
                found.append(Record(item, what, self._faults))
            else:
                self._faults.add(item.place, f"{what} has to be a record with fields, not {describe(item)}")
        return found

    def close(self) -> None:
        """Name every field that nobody asked for."""
        for name, key in self._keys.items():
            if name not in self._asked:
                fields = f"the fields of {self._what} are {', '.join(self._asked)}"
                advice = suggest(name, self._asked) or (fields if self._asked else f"{self._what} has no fields")
                self._faults.add(key.place, f"unknown field '{name}'", advice)
