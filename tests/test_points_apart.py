"""Points that a student types below one another are read as a list."""

from __future__ import annotations

import pytest

from grader.answer import Shape, read
from grader.answer_text import write
from grader.errors import StudentError
from grader.expr.parse import Names

PLANE = Shape("points", 2, ("minimum", "maximum", "saddle"))
TWO = "(0, 0): saddle; (-4, 1/2): maximum"


@pytest.mark.parametrize(
    "typed",
    [
        "(0,0): saddle\n(-4,1/2): max",
        "(0,0):saddle (-4,1/2):max",
        "(0,0) saddle\n\n(-4, (1)/(2)) max",
        "(0,0): saddle;\n(-4,1/2): max",
        "(0,0): saddle and (-4,1/2): max",
        "(0,0) is a saddle, (-4,1/2) is a maximum",
        "Saddle at (0,0) and max at (-4,1/2)",
    ],
)
def test_labelled_points(typed: str) -> None:
    assert write(read(typed, PLANE, Names(("x", "y"))).answer) == TWO


def test_points_alone() -> None:
    answer = read("(0,0)\n(1,2)", Shape("points", 2), Names(("x", "y"))).answer
    assert write(answer) == "(0, 0); (1, 2)"


def test_a_fault_keeps_its_place() -> None:
    with pytest.raises(StudentError) as caught:
        read("(0,0): saddle\n(1,2+): max", PLANE, Names(("x", "y")))
    assert "(1,2+)" in caught.value.caret()
