"""What lint says about problems that read well and are bad all the same."""

from __future__ import annotations

from itertools import count

import pytest

from grader.bank.lint import Linted, lint
from grader.bank.read import read_problems

CLEAN = """\
- id: square
  kind: derivative
  title: A power
  difficulty: 1
  parameters: {c: {integer: [2, 9]}}
  given: {f: "c x^3", wrt: x}
  statement: 'Differentiate ${{ f }}$.'
  hints: ['Use the power rule.']
  solution: '${{ answer }}$'
  tests:
    - {seed: 1, answer: "{{ 3*c }}x^2", expect: right}
    - {seed: 1, answer: "x", expect: wrong}
"""


def linted(text: str, seeds: int = 8, step: float = 0.0) -> Linted:
    (problem,) = read_problems(text, "f.yaml")
    ticks = count()
    return lint(problem, range(1, seeds + 1), lambda: next(ticks) * step)


def test_a_good_problem() -> None:
    result = linted(CLEAN)
    assert result.remarks == ()
    assert (result.tried, result.errors) == (8, 0) and 5 <= result.variants <= 8


@pytest.mark.parametrize(
    ("old", "new", "remark"),
    [
        (
            "c: {integer: [2, 9]}",
            "c: {integer: [2, 9]}, k: {sign: true}",
            "f.yaml:5:38: warning: 'k' is not used anywhere",
        ),
        ("  hints: ['Use the power rule.']\n", "", "f.yaml:1:7: warning: there is no hint"),
        ("  solution: '${{ answer }}$'\n", "", "f.yaml:1:7: warning: there is no solution"),
        ("expect: wrong", "expect: right", "f.yaml:1:7: warning: tests should hold a right answer and a wrong one"),
        ("[2, 9]", "[2, 4]", "f.yaml:1:7: warning: 8 seeds gave only 3 different variants"),
        (
            "'Use the power rule.'",
            "'It is {{ 3*c }}x^2, not x.'",
            "f.yaml:8:11: error: the hint gives the answer away (seed 1, 2, ",
        ),
        (
            "'Differentiate ${{ f }}$.'",
            "'Differentiate a cubic.'",
            "f.yaml:1:7: error: two variants have the same statement and different answers",
        ),
        (
            "'${{ answer }}$'",
            "'$x^{{ c + 10 }}$'",
            "f.yaml:9:13: warning: an exponent of several characters needs braces: write ^{ {{ n }} } (seed 1, 2, 3)",
        ),
        (
            "'Use the power rule.'",
            r"'Remember $\frac{d}{dx} {{ f }} = x \cdot {{ 3*c }} x$.'",
            "f.yaml:8:11: error: the hint gives the answer away (seed 1, 2, ",
        ),
        (
            "'Differentiate ${{ f }}$.'",
            "'Differentiate ${{ f }}$, that is ${{ 3*c }} x x$ with a sum $x + x$.'",
            "f.yaml:7:14: error: the statement gives the answer away (seed 1, 2, ",
        ),
        (
            'given: {f: "c x^3", wrt: x}',
            'given: {f: "c x^3*10^5", wrt: x}',
            "f.yaml:1:7: warning: an answer has a number of 7 digits",
        ),
        (
            'parameters: {c: {integer: [2, 9]}}\n  given: {f: "c x^3", wrt: x}',
            'parameters: {c: {choice: ["x", "2x", "3x", "5x", "x^2", "(x+1)/((x+2)*(x+3)*(x+4)*(x+5))"]}}'
            '\n  given: {f: "c x^3", wrt: x}',
            "f.yaml:1:7: warning: the variants are uneven: answers have from ",
        ),
        ("  given:", "  constraints: [c > 9]\n  given:", "f.yaml:6:17: error: no variant of 'square' could be drawn"),
        ("'Use the power rule.'", "'{{ f.nosuch }}'", "f.yaml:8:12: error: template: "),
    ],
)
def test_remark(old: str, new: str, remark: str) -> None:
    assert old in CLEAN
    found = [str(r) for r in linted(CLEAN.replace(old, new)).remarks]
    assert len(found) == 1, found
    assert found[0].startswith(remark)


def test_slow_variants_are_told() -> None:
    (remark,) = linted(CLEAN, step=3.0).remarks
    assert str(remark) == "f.yaml:1:7: warning: a variant took 3.0 s to make"


def test_an_answer_that_is_no_work_is_told() -> None:
    from grader import kinds

    names = ", ".join(mistake.name for mistake in kinds.load("derivative").mistakes)
    text = CLEAN.replace('"c x^3", wrt: x}', f'"c + 0*x", wrt: x}}\n  overlook: [{names}]')
    assert str(linted(text).remarks[0]).startswith(
        "f.yaml:1:7: warning: the answer is zero, or stands in the question (seed 1, 2, "
    )


def test_how_evenly_variants_are_made() -> None:
    spread = linted(CLEAN).spread
    assert spread is not None and not spread.uneven
    assert spread.as_record()["digits"] == {"least": 1, "median": 2.0, "most": 2}
    assert spread.answer.least == spread.answer.most == 4
