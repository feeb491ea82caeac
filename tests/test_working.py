"""Working handed in with an answer: which line does not follow, and that right working is never called wrong."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rewriting import rewritten

from grader import kinds
from grader.bank.instance import given_from_text
from grader.expr.balls import Undefined, arb_of, enclose
from grader.expr.domain import Domain, Interval
from grader.expr.parse import Names, parse
from grader.expr.text import to_text
from grader.kinds.base import Task
from grader.submission import read_submission
from grader.working.check import MOST_LINES, check_working
from grader.working.sides import take_apart

TABLE = yaml.safe_load((Path(__file__).parent / "tables" / "workings.yaml").read_text())
STATES = {"+": "follows", "!": "does not follow", ".": "not checked"}
NAMES = ("x", "y")


def task_of(kind_name: str, given: dict[str, Any]) -> Task:
    kind = kinds.load(kind_name)
    values = {name: given_from_text(kind.givens[name], text, NAMES) for name, text in given.items()}
    domain = Domain.of({name: Interval(Fraction(-3), Fraction(13)) for name in kind.variables(values) if name in NAMES})
    policy = {name: knob.values[0] for name, knob in kind.policies.items()}
    return Task(kind_name, values, domain, kind.solve(values, domain, policy), policy=policy)


@pytest.mark.parametrize("row", TABLE, ids=[row["name"] for row in TABLE])
def test_each_line_is_told(row: dict[str, Any]) -> None:
    marked = row["lines"].splitlines()
    found = check_working(task_of(row["kind"], row["given"]), [line[2:] for line in marked], row.get("answer", ""))
    assert [(line.state, line.text) for line in found] == [(STATES[line[0]], line[2:]) for line in marked]
    said = [line.said for line in found if line.said]
    assert (said[0] if said else "") == row.get("says", "")
    assert all(line.evidence for line in found if line.said and "last line" not in line.said)


@settings(max_examples=60, deadline=None)
@example("e^(2x)/(x^2+1)", 95167)
@given(
    st.sampled_from(["x^2 sin(3x)", "e^(2x)/(x^2+1)", "(x^2+1)^3", "ln(x^2+4) x", "sqrt(x^2+5)"]), st.integers(0, 10**9)
)
def test_an_answer_rewritten_line_by_line_follows(f: str, seed: int) -> None:
    rng = Random(seed)
    task = task_of("derivative", {"f": f, "wrt": ["x"]})
    e = task.reference.value  # type: ignore[union-attr]
    lines = [to_text(e)]
    for _ in range(4):
        e, _ = rewritten(e, rng, 1)
        try:
            enclose(e, {"x": arb_of(Fraction(7, 10))})
        except Undefined:
            break  # an identity such as u + v = (u^2 - v^2)/(u - v) was used where u = v
        lines.append(f"= {to_text(e)}")
    assert [line.state for line in check_working(task, lines) if line.state == "does not follow"] == []


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 9), st.integers(-9, 9), st.integers(0, 3))
def test_a_slip_is_found_where_it_is(a: int, b: int, where: int) -> None:
    task = task_of("derivative", {"f": f"{a}x^3 + ({b})x", "wrt": ["x"]})
    lines = [f"3*{a}x^2 + ({b})", f"{3 * a}x^2 + ({b})", f"({b}) + {3 * a}x^2", f"{3 * a}*x*x + {b}"]
    slipped = [line.replace("x", "x + x", 1) if i == where else line for i, line in enumerate(lines)]
    states = [line.state for line in check_working(task, slipped)]
    assert states[where] == "does not follow" and "does not follow" not in states[:where]


def test_very_long_working_is_looked_at_in_part() -> None:
    found = check_working(task_of("derivative", {"f": "x^2", "wrt": ["x"]}), ["2x"] * (MOST_LINES + 5))
    assert len(found) == MOST_LINES + 5
    assert [line.state for line in found[-6:]] == ["follows", *["not checked"] * 5]


@pytest.mark.parametrize(
    ("line", "left", "sides"),
    [
        ("2x = 3", "", ("2x", "3")),
        ("= 2x - 3.", "", ("2x - 3",)),
        ("f'(x) = 2x", "f'(x)", ("2x",)),
        ("dy/dx = 2x", "dy/dx", ("2x",)),
        ("x = 2", "x", ("2",)),
        ("=> x <= 3", "", ("x <= 3",)),
        ("So, u = x^2", "u", ("x^2",)),
        ("f(x=2)", "", ("f(x=2)",)),
        ("", "", ("",)),
    ],
)
def test_sides_of_a_line(line: str, left: str, sides: tuple[str, ...]) -> None:
    taken = take_apart(line)
    assert (taken.left, taken.sides) == (left, sides)


SUBMITTED = """\
student: ada
sheet: w1
answers:
  1: 2x
  2: 5
working:
  1:
    f(x) = x^2
    # a comment
    = 2x
  2: |
    2 + 3

    = 5
  3: one line
"""


def test_working_is_read_with_the_answers() -> None:
    read = read_submission(SUBMITTED, "ada.yaml")
    assert {n: [t.text for t in lines] for n, lines in read.working.items()} == {
        "1": ["f(x) = x^2", "= 2x"],
        "2": ["2 + 3", "= 5"],
        "3": ["one line"],
    }
    assert [typed.line for typed in read.working["1"]] == [8, 10]
    assert {n: t.text for n, t in read.answers.items()} == {"1": "2x", "2": "5"}
    assert not read.remarks


def test_working_that_is_not_set_in_belongs_to_the_question_above() -> None:
    read = read_submission("answers:\n  1: 2x\nworking:\n1:\nf(x) = x^2\n= 2x\n", "a.yaml")
    assert [t.text for t in read.working["1"]] == ["f(x) = x^2", "= 2x"]


def test_working_in_json() -> None:
    read = read_submission('{"answers": {"1": "2x"}, "working": {"Question 1": ["x + x", "= 2x"], "2": "a\\nb"}}', "a")
    assert {n: [t.text for t in lines] for n, lines in read.working.items()} == {
        "1": ["x + x", "= 2x"],
        "2": ["a", "b"],
    }


def test_parse_is_the_students_own() -> None:
    # A name of the working that is no variable of the question is still a name.
    assert parse("u^2", Names(("u",))) is not None
