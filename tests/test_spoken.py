"""Words that mean one tree only."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from strategies import NAMES, expressions

from grader.expr.parse import Names, parse
from grader.expr.spoken import name_in_words, to_spoken
from grader.expr.tree import TWO, Add, Apply, Div, Expr, Mul, Neg, Pow, Variable

KNOWN = Names((*NAMES, "C", "n"))


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("2x*cos(x^2)", "two x times cosine of x squared"),
        ("cos(x)^2", "cosine squared of x"),
        ("cos(x^2)^2", "cosine squared of x squared"),
        ("sin(2x)", "sine of two x"),
        ("sin(x + 1)", "sine of open bracket x plus one close bracket"),
        ("x + 1", "x plus one"),
        ("x - y - 1", "x minus y minus one"),
        ("x - (y - 1)", "x minus open bracket y minus one close bracket"),
        ("-x^2", "minus x squared"),
        ("(-x)^2", "open bracket minus x close bracket squared"),
        ("x^3", "x cubed"),
        ("x^n", "x to the power n"),
        ("x^(-1)", "x to the power minus one"),
        ("e^(2x)", "e to the power two x, end power"),
        ("x^(1/2)", "x to the power one over two, end power"),
        ("1/2", "one over two"),
        ("x/2", "x over two"),
        ("(x + 1)/(2y)", "the fraction x plus one, all over, two y, end fraction"),
        ("(1/2)x", "open bracket one over two close bracket times x"),
        ("sqrt(x)", "the square root of x"),
        ("sqrt(x + 1)", "the square root of x plus one, end root"),
        ("root(4, x)", "the root with index four of x"),
        ("ln(abs(x))", "the natural logarithm of the absolute value of x, end absolute value"),
        ("log(2, x)", "the logarithm to base two of x"),
        ("n!", "n factorial"),
        ("2pi", "two pi"),
        ("x y", "x times y"),
        ("2x y", "two x times y"),
        ("2(x + 1)", "two times open bracket x plus one close bracket"),
        ("0.25x", "0 point 25 x"),
        ("x_1 + C", "x sub one plus capital c"),
        ("arsinh(x)", "inverse hyperbolic sine of x"),
        ("max(x, y + 1)", "the maximum of open bracket x, and y plus one close bracket"),
        ("137", "137"),
    ],
)
def test_words(typed: str, words: str) -> None:
    assert to_spoken(parse(typed, KNOWN)) == words


@pytest.mark.parametrize(
    ("name", "words"), [("x", "x"), ("x_max", "x sub max"), ("theta2", "theta sub two"), ("C1", "capital c sub one")]
)
def test_names(name: str, words: str) -> None:
    assert name_in_words(name) == words


def _grown(trees: list[Expr]) -> list[Expr]:
    pairs = list(itertools.product(trees, trees))
    return [
        *trees,
        *(Neg(a) for a in trees),
        *(Apply(name, (a,)) for name in ("sin", "sqrt", "abs", "factorial") for a in trees),
        *(Add(pair) for pair in pairs),
        *(Mul(pair) for pair in pairs),
        *(Div(a, b) for a, b in pairs),
        *(Pow(a, b) for a, b in pairs),
    ]


def test_no_two_small_trees_sound_alike() -> None:
    x = Variable("x")
    heard: dict[str, Expr] = {}
    first = _grown([x, TWO])
    wider = [
        *(op(pair) for op in (Add, Mul) for pair in itertools.product(first, first)),
        *(op(a, b) for op in (Div, Pow) for a, b in itertools.product(first, first)),
        *(Add((x, *pair)) for pair in itertools.product(first[:20], first[:20])),
        *(Mul((x, *pair)) for pair in itertools.product(first[:20], first[:20])),
        *(Mul((TWO, *pair)) for pair in itertools.product(first[:20], first[:20])),
        *(Apply(name, (a,)) for name in ("sin", "sqrt", "abs", "factorial") for a in first),
        *(Neg(a) for a in first),
    ]
    for e in dict.fromkeys((*first, *wider)):
        words = to_spoken(e)
        assert heard.setdefault(words, e) == e, words


@settings(max_examples=200, deadline=None)
@given(expressions())
def test_speaks_everything(e: Expr) -> None:
    words = to_spoken(e)
    assert words and not set(words) & set("+-*/^()_\\")
