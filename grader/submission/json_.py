"""Reads an answer file that is JSON, numbers and backslashes as typed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from grader.submission.collected import IGNORED, Collected, Typed, field_named
from grader.submission.expectation import Expectation

# A backslash command of LaTeX whose first letter JSON takes for an escape.
_EATEN = re.compile(
    "(\t(?=an|au|ext|heta|imes|frac)|\r(?=ight|ho|m\\b)|\n(?=u\\b|eq|abla)|\x0c(?=rac|orall)|\x08(?=egin|eta|ar|ig|oldsymbol))"
)
_LETTER = {"\t": "t", "\r": "r", "\n": "n", "\x0c": "f", "\x08": "b"}


def read_json(text: str, reader: Collected) -> bool:
    """Read the text as JSON; False when it is none, and a line-by-line reading may still succeed."""
    loaded = _loaded(text)
    if loaded is None:
        loaded = _loaded(re.sub(r'\\(?!["\\/bfnrtu])', r"\\\\", text))
        if loaded is None:
            reader.remark(1, "this looks like JSON and is not complete; it was read line by line")
            return False
        reader.remark(1, "backslashes in JSON are written twice; they were taken as typed")
    for key, value in loaded:
        name = field_named(key)
        line = _line_of(text, key)
        if name in ("student", "sheet"):
            reader.set_field(name, _json_text(value), line)
        elif name == "answers":
            reader.saw_answers = True
            for number, answer in _json_answers(value):
                number = _plain(number)
                reader.add(number, Typed(_json_text(answer).strip(), _line_of(text, number)))
        elif name == "working" and isinstance(value, Pairs):
            for number, steps in value:
                several = isinstance(steps, list) and not isinstance(steps, Pairs)
                each = [_json_text(step).strip() for step in (steps if several else _json_text(steps).split("\n"))]
                at = _line_of(text, number)
                reader.working[_plain(number)] = [Typed(step, at) for step in each if step]
        elif name == "expects" and isinstance(value, Pairs):
            for number, record in value:
                expectation = Expectation.from_line(_json_text(record))
                if expectation is not None:
                    reader.expects[number] = expectation
        elif key.lower() not in IGNORED:
            reader.remark(line, f"'{key}' is no field of an answer file; it was left out")
    if not reader.saw_answers:
        reader.refuse(1, 1, "no answers were found", 'write them as "answers": {"1": "2x"}')
    return True


def _plain(number: str) -> str:
    """``1`` of ``Question 1``."""
    return re.sub(r"^(question|problem|item|q)\s*", "", number.strip().lower())


class Pairs(list[tuple[str, Any]]):
    """A JSON object with every key it had, also those given twice."""


def _loaded(text: str) -> Pairs | None:
    try:
        # Numbers stay as typed.
        value = json.loads(text, object_pairs_hook=Pairs, parse_int=Numeral, parse_float=Numeral, strict=False)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, Pairs) else None


class Numeral(str):
    """A JSON number as typed."""


def _json_answers(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Pairs):
        yield from value
    elif isinstance(value, list):
        yield from ((str(i), answer) for i, answer in enumerate(value, 1))


def _json_text(value: Any) -> str:
    match value:
        case None:
            return ""
        case Numeral():
            return str(value)
        case str():
            return _EATEN.sub(lambda found: "\\" + _LETTER[found[0]], value)
        case bool():
            return "true" if value else "false"
        case Pairs():
            return "{" + ", ".join(f"{json.dumps(key)}: {_json_value(item)}" for key, item in value) + "}"
        case list():
            return "[" + ", ".join(_json_text(item) for item in value) + "]"
        case _:
            return str(value)


def _json_value(value: Any) -> str:
    """JSON again, for a record inside an answer file."""
    match value:
        case Pairs():
            return _json_text(value)
        case Numeral():
            return str(value)
        case list():
            return "[" + ", ".join(_json_value(item) for item in value) + "]"
        case _:
            return json.dumps(value)


def _line_of(text: str, key: str) -> int:
    found = re.search(rf'"\s*(?:q|question|problem|item)?\s*{re.escape(key)}\s*"\s*:', text, re.IGNORECASE)
    return text.count("\n", 0, found.start()) + 1 if found else 1
