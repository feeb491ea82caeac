"""Written answers read back to the same answer, and are set as one would write them."""

from __future__ import annotations

from fractions import Fraction
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import NAMES, expressions

from grader.answer import Answer, Equation, Label, Matrix, Points, Range, Scalar, Set, Shape, Vector, read
from grader.answer_text import write, write_latex, write_mathml, write_spoken, write_unicode
from grader.claims import Point
from grader.expr.parse import Names, parse
from grader.expr.spans import Span
from grader.expr.tree import integer, rational

LABELS = ("minimum", "maximum", "saddle")
SHAPES = {
    Scalar: Shape("scalar"),
    Vector: Shape("vector"),
    Matrix: Shape("matrix"),
    Set: Shape("set"),
    Points: Shape("points", labels=LABELS),
    Equation: Shape("equation"),
    Range: Shape("interval"),
    Label: Shape("label", labels=LABELS),
}
KNOWN = Names(NAMES)
X, TWICE, SUM = (parse(text, KNOWN) for text in ("x", "2x^2", "x - pi"))

EXAMPLES: list[tuple[Answer, str, str, str]] = [
    (Scalar(TWICE), "2x^2", "2x^{2}", "two x squared"),
    (Vector((X, SUM)), "(x, x - pi)", r"\left(x, x - \pi\right)", "vector with 2 entries: x, then x minus pi"),
    (Vector((X,)), "[x]", r"\left(x\right)", "vector with 1 entry: x"),
    (
        Vector((X, SUM), "row"),
        "[[x, x - pi]]",
        r"\begin{bmatrix} x & x - \pi \end{bmatrix}",
        "row vector with 2 entries: x, then x minus pi",
    ),
    (
        Vector((X, SUM), "column"),
        "[[x], [x - pi]]",
        r"\begin{bmatrix} x \\ x - \pi \end{bmatrix}",
        "column vector with 2 entries: x, then x minus pi",
    ),
    (
        Matrix(((X, TWICE), (SUM, X))),
        "[[x, 2x^2], [x - pi, x]]",
        r"\begin{bmatrix} x & 2x^{2} \\ x - \pi & x \end{bmatrix}",
        "matrix with 2 rows and 2 columns; row 1: x, then two x squared; row 2: x minus pi, then x",
    ),
    (Set((X, TWICE)), "{x, 2x^2}", r"\left\{x, 2x^{2}\right\}", "the set of x, then two x squared"),
    (
        Points((Point((X, SUM), "saddle"), Point((X, TWICE)))),
        "(x, x - pi): saddle; (x, 2x^2)",
        r"\left(x, x - \pi\right): \text{saddle};\quad \left(x, 2x^{2}\right)",
        "point x, then x minus pi: saddle; point x, then two x squared",
    ),
    (Points((Point((X,), "minimum"),)), "x: minimum", r"x: \text{minimum}", "point x: minimum"),
    (Points(()), "none", r"\text{none}", "no points"),
    (Equation(X, SUM), "x = x - pi", r"x = x - \pi", "x, equals, x minus pi"),
    (
        Range((Span(rational(Fraction(-1, 2)), None, True),)),
        "[-1/2, oo)",
        r"\left[-\frac{1}{2}, \infty\right)",
        "the interval from minus one over two, included, to infinity, excluded",
    ),
    (
        Range((Span(None, integer(3)), Span(integer(5), integer(5), True, True))),
        "(-oo, 3) U {5}",
        r"\left(-\infty, 3\right) \cup \left\{5\right\}",
        "the interval from minus infinity, excluded, to three, excluded, together with the number five",
    ),
    (Label("minimum"), "minimum", r"\text{minimum}", "minimum"),
]


@pytest.mark.parametrize(("answer", "text", "latex", "spoken"), EXAMPLES, ids=[e[1] for e in EXAMPLES])
def test_written(answer: Answer, text: str, latex: str, spoken: str) -> None:
    assert write(answer) == text
    assert write_latex(answer) == latex
    assert write_spoken(answer) == spoken
    ElementTree.fromstring(write_mathml(answer))


@pytest.mark.parametrize("answer", [e[0] for e in EXAMPLES], ids=[e[1] for e in EXAMPLES])
def test_reads_back(answer: Answer) -> None:
    assert read(write(answer), SHAPES[type(answer)], KNOWN).answer == answer


@pytest.mark.parametrize("answer", [e[0] for e in EXAMPLES], ids=[e[1] for e in EXAMPLES])
def test_unicode_reads_back(answer: Answer) -> None:
    assert read(write_unicode(answer), SHAPES[type(answer)], KNOWN).answer == answer


entries = st.lists(expressions(4), min_size=2, max_size=3).map(tuple)
answers = st.one_of(
    expressions(6).map(Scalar),
    st.builds(Vector, entries, st.sampled_from(("row", "column", "tuple"))),
    entries.map(Set),
    st.lists(entries, min_size=2, max_size=3).filter(lambda rows: len({*map(len, rows)}) == 1).map(tuple).map(Matrix),
    st.builds(Equation, expressions(4), expressions(4)),
)


@settings(max_examples=150, deadline=None)
@given(answers)
def test_any_answer_reads_back(answer: Answer) -> None:
    assert read(write(answer), SHAPES[type(answer)], KNOWN).answer == answer


def test_labels_are_escaped_in_mathml() -> None:
    assert write_mathml(Label("<b>&")) == "<mtext>&lt;b&gt;&amp;</mtext>"
