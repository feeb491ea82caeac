"""Tests in problem files: they pass when grading says what they expect, and say what differs."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from grader.bank.check import Checked, check
from grader.bank.instance import Instance
from grader.bank.read import read_problems

TEXT = """\
- id: square
  kind: derivative
  title: A power
  difficulty: 1
  parameters: {c: {integer: [2, 9]}}
  given: {f: "c x^2", wrt: x}
  statement: '{{ f }}'
  tests:
    - {seed: 1, answer: "{{ 2*c }}x", expect: right}
    - {seed: 1, answer: "{{ c }}x", expect: wrong, mistake: power-factor}
    - {seed: 2, answer: "x", expect: partial, score: 1/2}
    - {seed: 2, answer: "{{ c.nosuch }}", expect: right}
"""


@dataclass(frozen=True)
class Said:
    outcome: str
    score: Fraction = Fraction(0)
    points: Fraction = Fraction(1)
    mistake: str | None = None


def run(said: Said) -> tuple[list[Checked], list[tuple[int, str]]]:
    asked = []

    def grade(instance: Instance, text: str, earlier: tuple[Instance, str] | None = None) -> Said:
        asked.append((instance.seed, text))
        return said

    (problem,) = read_problems(TEXT, "f.yaml")
    return list(check(problem, grade)), asked


def test_answers_are_rendered_and_compared() -> None:
    results, asked = run(Said("right"))
    c = int(asked[1][1].removesuffix("x"))
    assert asked[:2] == [(1, f"{2 * c}x"), (1, f"{c}x")]
    assert [result.passed for result in results] == [True, False, False, False]
    assert str(results[0]) == "f.yaml:9:7: passed"
    assert str(results[1]) == (
        f"f.yaml:10:7: 'square', seed 1, answer '{c}x': expected wrong, graded right; "
        "expected the mistake 'power-factor', none was named"
    )
    assert results[2].faults == ("expected partial, graded right", "expected 1/2 of the points, graded 0")
    assert "nosuch" in results[3].faults[0]


def test_mistake_and_score_are_compared() -> None:
    results, _ = run(Said("partial", Fraction(3, 2), Fraction(3), "other"))
    assert results[1].faults == ("expected wrong, graded partial", "expected the mistake 'power-factor', named 'other'")
    assert results[2].passed


def test_a_problem_without_variants_fails_its_tests() -> None:
    (problem,) = read_problems(TEXT.replace("  given:", "  constraints: [c < 0]\n  given:"), "f.yaml")
    results = list(check(problem, lambda instance, text: Said("right")))
    assert len(results) == 4
    assert all("no variant of 'square' could be drawn" in result.faults[0] for result in results)
