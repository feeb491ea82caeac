"""MathML is well formed, uses only MathML Core, and lets no name out of its element."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import NAMES, expressions

from grader.expr.mathml import to_mathml
from grader.expr.parse import Names, parse
from grader.expr.tree import Expr, Variable

KNOWN = Names((*NAMES, "n"))
CORE = {"mrow", "mi", "mn", "mo", "msup", "msub", "mfrac", "msqrt", "mroot"}
_CHILDREN = {"msup": 2, "msub": 2, "mfrac": 2, "mroot": 2, "msqrt": 1, "mi": 0, "mn": 0, "mo": 0}


def elements(markup: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(markup).iter())


@settings(max_examples=200, deadline=None)
@given(expressions())
def test_well_formed_and_of_the_right_number_of_children(e: Expr) -> None:
    for element in elements(to_mathml(e)):
        assert element.tag in CORE
        assert len(element) == _CHILDREN.get(element.tag, len(element))
        assert bool(element.text) == (element.tag in ("mi", "mn", "mo"))


@given(st.text(min_size=1, max_size=20).filter(lambda text: all(c.isprintable() for c in text)))
def test_names_are_escaped(name: str) -> None:
    for element in elements(to_mathml(Variable(name))):
        assert element.tag in ("mi", "mn", "msub")


def seen(markup: str) -> str:
    """The characters in order, with the invisible signs as ``*`` and ``@``."""
    text = "".join(ElementTree.fromstring(markup).itertext())
    return text.replace("\u2062", "*").replace("\u2061", "@").replace("\u2212", "-").replace("\u22c5", ".")


@pytest.mark.parametrize(
    ("typed", "characters"),
    [
        ("2x*cos(x^2)", "2*x*cos@(x2)"),
        ("x*sin(x)", "x*sin@x"),
        ("sin(x)*x", "sin@(x)*x"),
        ("sin(x)^2*x", "sin2@(x)*x"),
        ("sin(x)^(-1)", "(sin@x)-1"),
        ("2*3", "2.3"),
        ("2*(x/3)", "2.x3"),
        ("2*3^x", "2.3x"),
        ("-x - -y", "-x-(-y)"),
        ("(x + 1)*(-y)", "(x+1)*(-y)"),
        ("abs(x)", "|x|"),
        ("ln(abs(x))", "ln@|x|"),
        ("log10(x)", "log10@x"),
        ("log(2, x)", "log2@(x)"),
        ("max(x, y)", "max@(x,y)"),
        ("theta*x_1", "θ*x1"),
        ("n!", "n!"),
        ("factorial(sin(x))", "(sin@x)!"),
    ],
)
def test_characters(typed: str, characters: str) -> None:
    assert seen(to_mathml(parse(typed, KNOWN))) == characters


def test_structure() -> None:
    assert to_mathml(parse("x^2/2", KNOWN)) == "<mfrac><msup><mi>x</mi><mn>2</mn></msup><mn>2</mn></mfrac>"
    assert to_mathml(parse("root(4, x)", KNOWN)) == "<mroot><mi>x</mi><mn>4</mn></mroot>"
    assert to_mathml(parse("cbrt(x)", KNOWN)) == "<mroot><mi>x</mi><mn>3</mn></mroot>"
