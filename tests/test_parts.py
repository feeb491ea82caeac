"""Problems in several parts: one draw for all, shares of the points, follow-through."""

from __future__ import annotations

from fractions import Fraction

import pytest

from grader.bank.check import check
from grader.bank.instance import Instance, from_record, to_record
from grader.bank.lint import lint
from grader.bank.problem import SEVERAL, Problem
from grader.bank.read import read_problems
from grader.bank.sample import sample_parts
from grader.errors import AuthorErrors
from grader.grade import grade_answer

TEXT = """\
- id: slope-then-slope
  title: A slope and its slope
  difficulty: 2
  parameters:
    a: {integer: [2, 9]}
    n: {integer: [4, 7]}
  statement: 'Let $f(x) = {{ a }}x^{{ n }}$.'
  parts:
    - kind: derivative
      given: {f: "a x^n", wrt: x}
      statement: Find $f'$.
      hints: [Which rule is for powers?]
      solution: 'The power rule gives {{ answer }}.'
      points: 2
      tests:
        - {seed: 1, answer: "{{ a*n }}x^({{ n-1 }})", expect: right}
        - {seed: 1, answer: "{{ a }}x^({{ n-1 }})", expect: wrong, mistake: power-factor}
    - kind: derivative
      given: {f: "a n x^(n-1)", wrt: x}
      follow: {part: a, given: f}
      statement: Find $f''$.
      hints: [Differentiate once more.]
      solution: 'Once more: {{ answer }}.'
      points: 1
      tests:
        - {seed: 1, answer: "{{ a*n*(n-1) }}x^({{ n-2 }})", expect: right}
        - {seed: 1, answer: "{{ a*(n-1) }}x^({{ n-2 }})", earlier: "{{ a }}x^({{ n-1 }})", expect: right}
        - {seed: 1, answer: "{{ a*(n-1) }}x^({{ n-2 }})", expect: wrong}
        - {seed: 1, answer: "{{ a }}x", earlier: "x^", expect: wrong}
"""


def problem() -> Problem:
    (found,) = read_problems(TEXT, "05_higher_order.yaml")
    return found


def graded(instance: Instance, text: str, earlier: tuple[Instance, str] | None = None):
    return grade_answer(from_record(to_record(instance)), text, earlier)


def test_the_parts_share_what_is_written_once() -> None:
    whole = problem()
    assert whole.kind == SEVERAL
    assert (whole.id, whole.points, [part.id for part in whole.parts]) == (
        "slope-then-slope",
        Fraction(3),
        ["slope-then-slope.a", "slope-then-slope.b"],
    )
    assert all(part.parameters == whole.parameters and part.title == whole.title for part in whole.parts)


def test_one_draw_serves_all_parts() -> None:
    for seed in range(6):
        first, second = sample_parts(problem(), seed)
        assert first.parameters == second.parameters
        assert first.stem == second.stem != ""
        assert (first.part, second.part) == ("a", "b")


def test_parts_go_through_the_manifest() -> None:
    for instance in sample_parts(problem(), 3):
        assert from_record(to_record(instance)) == instance


def test_the_tests_of_the_parts_pass() -> None:
    results = list(check(problem(), grade_answer))
    assert [str(result) for result in results if not result.passed] == []
    assert len(results) == 6


def test_lint_finds_nothing() -> None:
    linted = lint(problem(), range(1, 8), lambda: 0.0)
    assert [str(remark) for remark in linted.remarks] == []


def test_a_consequence_of_a_wrong_answer_is_right_once() -> None:
    first, second = sample_parts(problem(), 1)
    a, n = (int(first.parameters[name]) for name in "an")
    wrong = f"{a}x^{n - 1}"
    alone = graded(second, f"{a * (n - 1)}x^{n - 2}")
    assert (alone.outcome, alone.followed) == ("wrong", "")
    followed = graded(second, f"{a * (n - 1)}x^{n - 2}", (first, wrong))
    assert (followed.outcome, followed.score, followed.followed) == ("right", Fraction(1), "a")
    # What is wrong for both stays wrong, with its diagnosis.
    assert graded(second, "7x + 1", (first, wrong)).outcome == "wrong"


@pytest.mark.parametrize("earlier", ["", "x^", "1/0", "ln(-1)", "y", "(1, 2)"])
def test_an_earlier_answer_of_any_sort_does_no_harm(earlier: str) -> None:
    first, second = sample_parts(problem(), 1)
    assert graded(second, "x + 1", (first, earlier)).outcome == "wrong"


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("follow: {part: a, given: f}", "follow: {part: b, given: f}", "unknown part 'b'; known are a"),
        ("follow: {part: a, given: f}", "follow: {part: a, given: g}", "unknown given 'g'; known are"),
        ("statement: 'Let", "statment: 'Let", "unknown field 'statment'"),
        ("a: {integer: [2, 9]}", "a: {integer: [9, 2]}", "05_higher_order.yaml:5:"),
        ("{{ a }}x^{{ n }}$.'", "{{ b }}x^{{ n }}$.'", "b"),
    ],
)
def test_faults_are_told_once_and_with_their_place(before: str, after: str, message: str) -> None:
    with pytest.raises(AuthorErrors) as caught:
        read_problems(TEXT.replace(before, after, 1), "05_higher_order.yaml")
    told = [str(error) for error in caught.value.errors]
    assert len(told) == len(set(told))
    assert any(message in line for line in told)
