"""Every row of docs/typing.md is true: what it says may be typed is read as it says, and what it refuses is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from grader.answer import Shape, read
from grader.answer_text import write
from grader.errors import StudentError
from grader.expr.parse import Names

PAGE = Path(__file__).parent.parent / "docs" / "typing.md"
LETTERS = Names(("x", "y", "a", "b", "c", "n", "theta"))
PLANE = Names(("x", "y"))
LABELS = ("minimum", "maximum", "saddle")
ASKED: dict[str, tuple[Shape, Names]] = {
    "Numbers": (Shape("scalar"), PLANE),
    "Signs, products and quotients": (Shape("scalar"), LETTERS),
    "Powers and roots": (Shape("scalar"), LETTERS),
    "Functions": (Shape("scalar"), PLANE),
    "Letters": (Shape("scalar"), Names(("x_1", "theta"))),
    "Antiderivatives": (Shape("scalar", free_names=True), Names(("x",))),
    "Vectors": (Shape("vector", 2), PLANE),
    "Matrices": (Shape("matrix"), PLANE),
    "Sets of values": (Shape("set"), Names(("x",))),
    "Intervals": (Shape("interval"), Names(("x",))),
    "Points and their nature": (Shape("points", 2, LABELS), PLANE),
    "Equations": (Shape("equation"), PLANE),
    "What is refused": (Shape("scalar"), PLANE),
}


def rows() -> list[tuple[str, list[str]]]:
    """The section and the cells of every row."""
    found, section = [], ""
    for line in PAGE.read_text("utf-8").splitlines():
        if line.startswith("## "):
            section = line[3:]
        elif line.startswith("| `"):
            found.append((section, [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]))
    return found


def typed(cell: str) -> list[str]:
    return [span.replace("\\|", "|") for span in re.findall(r"`([^`]+)`", cell)]


READ = [(section, cells) for section, cells in rows() if section != "What is refused"]
REFUSED = [cells for section, cells in rows() if section == "What is refused"]


@pytest.mark.parametrize(("section", "cells"), READ, ids=lambda value: value if isinstance(value, str) else value[0])
def test_row(section: str, cells: list[str]) -> None:
    shape, names = ASKED[section]
    (wanted,) = typed(cells[1])
    remarked = []
    for text in typed(cells[0]):
        found = read(text, shape, names)
        assert write(found.answer) == wanted, text
        remarked.append(bool(found.notes))
    if cells[2].startswith("remark"):
        assert all(remarked)


@pytest.mark.parametrize("cells", REFUSED, ids=lambda cells: cells[0])
def test_refused(cells: list[str]) -> None:
    shape, names = ASKED["What is refused"]
    (text,) = typed(cells[0])
    with pytest.raises(StudentError):
        read(text, shape, names)
    for other in typed(cells[1]):
        read(other, shape, names)


def test_every_section_has_rows() -> None:
    assert {section for section, _ in rows()} == set(ASKED)
    assert len(rows()) > 100
