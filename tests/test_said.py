"""Words become the formula that they name, or are refused: what is spoken of a tree never reads as another tree."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from test_readings import expressions

from grader.answer import Scalar, Shape, read
from grader.errors import StudentError
from grader.expr.parse import Names, parse
from grader.expr.respelling import Respelling
from grader.expr.spoken import to_spoken
from grader.expr.text import to_text

NAMES = Names(("x", "y"))


@given(expressions())
@settings(max_examples=600, deadline=None)
def test_what_is_spoken_reads_back_or_is_refused(e) -> None:
    try:
        found = read(to_spoken(e), Shape("scalar"), NAMES).answer
    except StudentError:
        return
    assert isinstance(found, Scalar)
    assert to_text(found.value) == to_text(e)


@pytest.mark.parametrize(
    "text",
    [
        "x squared plus two x plus one",
        "the fraction x plus one, all over, x minus one, end fraction",
        "e to the minus x squared",
        "two times the square root of y plus one, end root",
        "the absolute value of minus the square root of x, end absolute value",
        "two thirds x cubed",
    ],
)
def test_a_reading_in_words_is_shown_in_signs(text: str) -> None:
    found = read(text, Shape("scalar"), NAMES)
    assert isinstance(found.answer, Scalar)
    assert [note.text for note in found.notes] == [f"this was read, in words, as {to_text(found.answer.value)}"]


@pytest.mark.parametrize("text", ["one", "x squared", "Rational(1, 2)", "square root of x"])
def test_authors_write_in_signs(text: str) -> None:
    with pytest.raises(StudentError):
        parse(text, NAMES)


def test_a_place_in_words_is_that_of_the_word() -> None:
    with pytest.raises(StudentError) as caught:
        read("x squared plus q squared", Shape("scalar"), NAMES)
    assert caught.value.caret() == "x squared plus q squared\n               ^"


def test_what_is_put_in_brackets_keeps_its_place() -> None:
    found = Respelling.of("abc").put(1, 2, "(b)")
    assert (found.text, found.origin) == ("a(b)c", (0, 1, 1, 1, 2))
