"""Text reads back to the same tree, and looks as a person would type it."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from hypothesis import given, settings
from strategies import NAMES, expressions

from grader.expr.parse import Names, parse, read_notation
from grader.expr.text import decimal, to_text
from grader.expr.tree import Add, Apply, Div, Expr, Mul, Neg, Number, Pow, Variable, walk
from grader.expr.unicode import name_in_unicode, to_unicode

KNOWN = Names(NAMES)


def read(text: str) -> Expr:
    return parse(text, KNOWN)


@settings(max_examples=400, deadline=None)
@given(expressions())
def test_text_reads_back_to_the_same_tree(e: Expr) -> None:
    assert read(to_text(e)) == e


@settings(max_examples=200, deadline=None)
@given(expressions())
def test_unicode_reads_back_to_the_same_tree(e: Expr) -> None:
    assert read(to_unicode(e)) == e


def could_be_meant_otherwise(e: Expr) -> bool:
    """Where a note has to be.

    That is ``root(x, 3)``, which some programs write for the cube root of x, and ``x^3/2``,
    which people type for ``x^(3/2)``.
    """
    return any(
        (isinstance(node, Apply) and node.function == "root" and isinstance(node.arguments[1], Number))
        or (isinstance(node, Div) and re.search(r"\^\d+$", to_text(node.numerator)))
        for node in walk(e)
    )


@settings(max_examples=200, deadline=None)
@given(expressions().filter(lambda e: not could_be_meant_otherwise(e)))
def test_text_needs_no_note(e: Expr) -> None:
    assert read_notation(to_text(e), KNOWN, "infix", "answer")[1] == ()


@pytest.mark.parametrize(
    ("typed", "text", "unicode"),
    [
        ("2 x cos(x^2)", "2x*cos(x^2)", "2x·cos(x²)"),
        ("1/2x", "(1/2)*x", "(1/2)·x"),
        ("x/y/2", "(x/y)/2", "(x/y)/2"),
        ("x/(y/2)", "x/(y/2)", "x/(y/2)"),
        ("x-(y-1)", "x - (y - 1)", "x − (y − 1)"),
        ("x - -y", "x - (-y)", "x − (−y)"),
        ("-x^2", "-x^2", "−x²"),
        ("(-x)^2", "(-x)^2", "(−x)²"),
        ("-2x y", "-2x*y", "−2x·y"),
        ("x*(-2)", "x*(-2)", "x·(−2)"),
        ("x^-1", "x^(-1)", "x⁻¹"),
        ("x^y^2", "x^(y^2)", "x^(y²)"),
        ("(x^y)^2", "(x^y)^2", "(x^y)²"),
        ("sin x^2", "sin(x^2)", "sin(x²)"),
        ("sin(x)^2", "sin(x)^2", "sin(x)²"),
        ("2e^(3x)", "2e^(3x)", "2e^(3x)"),
        ("2*e", "2*e", "2·e"),
        ("0.50 x", "0.5x", "0.5x"),
        ("2.0", "2.0", "2.0"),
        ("theta x_1", "theta*x_1", "θ·x₁"),
        ("sqrt(x+1)", "sqrt(x + 1)", "√(x + 1)"),
        ("sqrt(x)", "sqrt(x)", "√x"),
        ("ln|x|", "ln(abs(x))", "ln(|x|)"),
        ("||x|-1|", "abs(abs(x) - 1)", "abs(|x| − 1)"),
        ("x!", "x!", "x!"),
        ("2 pi", "2pi", "2π"),
        ("(x y) 3", "(x*y)*3", "(x·y)·3"),
        ("-oo", "-oo", "−∞"),
    ],
)
def test_spelling(typed: str, text: str, unicode: str) -> None:
    e = read(typed)
    assert to_text(e) == text
    assert to_unicode(e) == unicode


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (Number(Fraction(3)), "3"),
        (Number(Fraction(1, 8)), "0.125"),
        (Number(Fraction(5, 2), decimal=True), "2.5"),
        (Number(Fraction(1, 1000), decimal=True), "0.001"),
        (Number(Fraction(10) ** 50, decimal=True), "1e50"),
        (Number(12 * Fraction(10) ** -50, decimal=True), "12e-50"),
        (Number(Fraction(1, 3)), ""),
        (Number(Fraction(-1)), ""),
    ],
)
def test_numerals(number: Number, text: str) -> None:
    assert decimal(number) == text


def test_numbers_that_no_numeral_can_show_become_quotients() -> None:
    x = Variable("x")
    assert to_text(Mul((Number(Fraction(1, 3)), x))) == "(1/3)*x"
    assert to_text(Add((x, Number(Fraction(-2))))) == "x + (-2)"
    assert to_text(Pow(x, Number(Fraction(-1, 3)))) == "x^(-1/3)"


def test_a_name_that_could_be_an_exponent_keeps_its_distance() -> None:
    assert to_text(Mul((Number(Fraction(2)), Variable("e1")))) == "2*e1"


@pytest.mark.parametrize(
    ("name", "written"),
    [("x", "x"), ("x_1", "x₁"), ("x1", "x₁"), ("alpha_2", "α₂"), ("speed", "speed"), ("x_max", "x_max"), ("C", "C")],
)
def test_names(name: str, written: str) -> None:
    assert name_in_unicode(name) == written


def test_the_grouping_that_was_typed_is_kept() -> None:
    x, y = Variable("x"), Variable("y")
    nested = [
        Add((Add((x, y)), x)),
        Add((x, Add((y, x)))),
        Mul((x, Mul((y, x)))),
        Div(Div(x, y), x),
        Div(x, Div(y, x)),
        Neg(Neg(Neg(x))),
        Neg(Add((x, y))),
        Pow(Pow(x, y), x),
        Pow(Apply("factorial", (x,)), y),
        Apply("factorial", (Apply("factorial", (x,)),)),
    ]
    for e in nested:
        assert read(to_text(e)) == e
