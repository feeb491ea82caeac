"""How the template of a notebook says where a cell begins."""

from __future__ import annotations

from grader.records import record

# No statement and no name has it: data is printed on one line, and YAML forbids it.
_MARK = "\x1e"


@record
class Cell:
    """``sort`` is ``markdown``, or ``answer`` with the number of the question."""

    sort: str
    number: str
    text: str


def mark(sort: str, number: str = "") -> str:
    """Stands before the text of a cell."""
    return f"{_MARK}{sort} {number}{_MARK}"


def cells(text: str) -> list[Cell]:
    """The cells of a rendered template, without blank lines around their texts."""
    _, *pieces = text.split(_MARK)
    found = []
    for head, body in zip(pieces[::2], pieces[1::2], strict=True):
        sort, _, number = head.partition(" ")
        found.append(Cell(sort, number, body.strip("\n")))
    return found
