"""Stationary points as a question of `grader compare`: all of them, with natures that were proved."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from grader.compare import compare
from grader.decide.degenerate import nature_by_expansion
from grader.expr.parse import Names, parse
from grader.expr.tree import ZERO

TABLE = yaml.safe_load((Path(__file__).parent / "tables/stationary.yaml").read_text())


def _cases():
    for row in TABLE:
        question = {"relation": "stationary_points", "function": row["f"], "variables": row["over"]}
        question |= {"domain": row["domain"]} if "domain" in row else {}
        answers = [(row["at"], "correct")] if "at" in row else []
        answers += [(text, "incorrect") for text in row["wrong"]]
        answers += [(text, "undecided") for text in row.get("undecided", [])]
        for text, verdict in answers:
            yield pytest.param(question, text, verdict, id=f"{row['f']}: {text} is {verdict}")


@pytest.mark.parametrize(("question", "student", "verdict"), list(_cases()))
def test_answer(question, student, verdict):
    found = compare({**question, "student": student})
    assert found.verdict == verdict, found
    assert found.evidence


def test_only_the_places_may_be_asked():
    question = {"relation": "stationary_points", "function": "x^3 - 3x", "nature": False}
    assert compare({**question, "student": "1, -1"}).verdict == "correct"
    assert compare({**question, "student": "1"}).verdict == "incorrect"


@pytest.mark.parametrize(("nature", "sign"), [("minimum", ""), ("maximum", "-")])
@pytest.mark.parametrize("powers", [(2, 4), (4, 4), (6, 2), (4, 6), (2, 8), (6, 6)])
def test_sums_of_even_powers(powers, nature, sign):
    f = parse(f"{sign}(2x^{powers[0]} + y^{powers[1]}/3)", Names(("x", "y")))
    assert nature_by_expansion(f, ("x", "y"), (ZERO, ZERO)) == nature


@pytest.mark.parametrize("f", ["x^2 + y^5", "x^4 y + y^3", "x^3 + y^6", "x^2 - y^6", "x y^3", "x^4 - 3x^2 y^2 + y^4"])
def test_saddles_of_higher_order(f):
    assert nature_by_expansion(parse(f, Names(("x", "y"))), ("x", "y"), (ZERO, ZERO)) == "saddle"


@pytest.mark.parametrize("f", ["x^4", "x^2 y^2", "(x - y)^2", "x^10 + y^10", "(y - x^2)^2", "e^(-1/x^2)"])
def test_nothing_is_claimed_where_nothing_is_proved(f):
    """Valleys, terms beyond the highest order looked at, functions without an expansion."""
    assert nature_by_expansion(parse(f, Names(("x", "y"))), ("x", "y"), (ZERO, ZERO)) is None
