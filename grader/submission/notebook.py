"""Reads the answers back from a notebook that ``grader sheets`` made."""

from __future__ import annotations

import json
from typing import Any

from grader.submission.collected import Collected, Typed
from grader.submission.expectation import Expectation


def read_notebook(text: str, reader: Collected) -> bool:
    """Read the text as a notebook; False when it is none."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return False
    if not isinstance(body, dict) or not isinstance(body.get("cells"), list):
        return False
    belongs = _mapping(_mapping(body.get("metadata")).get("grader"))
    for name in ("student", "sheet"):
        if isinstance(belongs.get(name), str) and belongs[name]:
            reader.set_field(name, belongs[name], 1)
    _expectations(_mapping(belongs.get("outline")), reader)
    above = ""
    for cell in body["cells"]:
        cell = _mapping(cell)
        number = _mapping(_mapping(cell.get("metadata")).get("grader")).get("answer")
        source, line = _source(cell), _line_of(text, cell)
        if isinstance(number, str) and number:
            reader.saw_answers = True
            reader.add(number.lower(), Typed(source, line))
            above = number
        elif above and cell.get("cell_type") in ("raw", "code") and source:
            place = f"the cell below question {above}"
            reader.remark(line, f"{place} is none of the sheet's and was left out; answers go into the cells for them")
        elif cell.get("cell_type") == "markdown":
            above = ""
    if not reader.saw_answers:
        fix = "hand in the notebook that came with the sheet, with all its cells"
        reader.refuse(1, 1, "this notebook has no cells for answers", fix)
    return True


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _source(cell: dict[str, Any]) -> str:
    """The text of a cell, which is a string or its lines."""
    source = cell.get("source", "")
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    return source.strip() if isinstance(source, str) else ""


def _expectations(outline: dict[str, Any], reader: Collected) -> None:
    items = outline.get("items")
    for item in items if isinstance(items, list) else []:
        number, line = _mapping(item).get("number"), _mapping(item).get("expects")
        if isinstance(number, str) and isinstance(line, str):
            expectation = Expectation.from_line(line)
            if expectation is not None:
                reader.expects[number] = expectation


def _line_of(text: str, cell: dict[str, Any]) -> int:
    """Where the cell begins in the file, for those who show a place in it."""
    name = cell.get("id")
    at = text.find(json.dumps(name)) if isinstance(name, str) else -1
    return text.count("\n", 0, at) + 1 if at >= 0 else 1
