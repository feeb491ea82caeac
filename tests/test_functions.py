"""The table of functions is complete and consistent."""

from __future__ import annotations

import re
from fractions import Fraction

import oracle
import pytest

from grader.expr.balls import PRIMITIVE
from grader.expr.functions import ALIASES, FUNCTIONS
from grader.expr.tree import Apply, Expr, Variable, rational, walk


def test_every_function_has_a_ball_or_a_definition() -> None:
    for name, row in FUNCTIONS.items():
        assert name in PRIMITIVE or row.definition is not None, name


def test_names_are_used_once() -> None:
    written = [name for row in FUNCTIONS.values() for name in (row.name, *row.aliases)]
    assert len(written) == len(set(written))
    assert set(written) == set(ALIASES)
    assert all(ALIASES[name] == name for name in FUNCTIONS)


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        ("asin", "arcsin"),
        ("arctg", "arctan"),
        ("tg", "tan"),
        ("cosec", "csc"),
        ("cotan", "cot"),
        ("asinh", "arsinh"),
        ("arcsinh", "arsinh"),
        ("arccosh", "arcosh"),
        ("arctanh", "artanh"),
        ("Ln", "ln"),
        ("lg", "log10"),
        ("logistic", "sigmoid"),
        ("sgn", "sign"),
        ("ReLU", "relu"),
    ],
)
def test_usual_names(alias: str, name: str) -> None:
    assert ALIASES[alias] == name


def test_rows_are_well_formed() -> None:
    for row in FUNCTIONS.values():
        assert re.fullmatch(r"\\[a-z]+(\[3\]|_\{10\}|\{[a-z]+\})?", row.latex), row.name
        assert re.fullmatch(r"[a-z ]+", row.spoken), row.name
        assert row.slope is None or row.takes(1)
        assert not row.takes(0)
    assert len({row.spoken for row in FUNCTIONS.values()}) == len(FUNCTIONS)


def test_arity() -> None:
    assert FUNCTIONS["log"].takes(2) and not FUNCTIONS["log"].takes(1)
    assert FUNCTIONS["max"].takes(5) and not FUNCTIONS["max"].takes(1)
    assert FUNCTIONS["sin"].takes(1) and not FUNCTIONS["sin"].takes(2)


def depth(e: Expr, seen: tuple[str, ...] = ()) -> None:
    """Definitions must end in functions without one."""
    for node in walk(e):
        if isinstance(node, Apply) and (definition := FUNCTIONS[node.function].definition) is not None:
            assert node.function not in seen
            depth(definition(*node.arguments), (*seen, node.function))


def test_definitions_do_not_go_round() -> None:
    for row in FUNCTIONS.values():
        count = row.arity if isinstance(row.arity, int) else row.arity[0]
        depth(Apply(row.name, tuple(Variable(f"x{i}") for i in range(count))))


@pytest.mark.parametrize(
    ("name", "arguments", "at"),
    [
        *((name, ("x",), Fraction(1, 3)) for name in "tan cot sec csc tanh coth sech csch sqrt cbrt exp".split()),
        ("cbrt", ("x",), Fraction(-2)),
        ("log", ("3", "x"), Fraction(1, 3)),
        ("root", ("3", "x"), Fraction(-2)),
        ("root", ("4", "x"), Fraction(2)),
    ],
)
def test_definitions_have_the_same_value(name: str, arguments: tuple[str, ...], at: Fraction) -> None:
    trees = tuple(Variable(a) if a == "x" else rational(int(a)) for a in arguments)
    definition = FUNCTIONS[name].definition
    assert definition is not None
    direct, expanded = (oracle.value(e, {"x": at}) for e in (Apply(name, trees), definition(*trees)))
    assert abs(direct - expanded) < 1e-40
