"""Worked solutions: what a step shows, and that a step which is false is found."""

from __future__ import annotations

import pytest

from grader.bank.problem import Problem
from grader.bank.read import read_problems
from grader.bank.sample import sample_parts, steps_of
from grader.bank.steps import OPERATIONS
from grader.claims import Truth
from grader.errors import AuthorError, AuthorErrors

DERIVATIVE = """\
- id: product
  kind: derivative
  title: A product
  difficulty: 1
  parameters: {k: {choice: [3]}, j: {choice: [1]}}
  given: {f: "x^2 sin(k x)", wrt: x}
  statement: '{{ f }}, {{ j }}'
  solution:
    - STEP
"""
MATRIX = """\
- id: squares
  kind: matrix_derivative
  title: Least squares
  difficulty: 1
  given: {function: "norm(A*x-b)^2", wrt: x, derivative: "2*A'*(A*x-b)", symbols: ["A: m x n", "x: n", "b: m"]}
  statement: 'With respect to x.'
  solution:
    - STEP
"""


def problem(step: str, text: str = DERIVATIVE) -> Problem:
    (read,) = read_problems(text.replace("STEP", step), "f.yaml")
    return read


def shown_and_found(step: str, text: str = DERIVATIVE) -> tuple[str, list[Truth]]:
    read = problem(step, text)
    (instance,) = sample_parts(read, 1)
    return instance.solution, [checked.finding.truth for checked in steps_of(read, instance)]


RIGHT = [
    ('{derivative: "x^2", is: "2x"}', r"$$\frac{d}{d x} \left[x^{2}\right] = 2x$$"),
    ('{derivative: "sin(u)", wrt: u, is: "cos(u)", say: "Outside:"}',
     "Outside:\n\n" + r"$$\frac{d}{d u} \left[\sin u\right] = \cos u$$"),
    ('{derivative: "x^2 y^3", wrt: "x, y", is: "6x y^2"}',
     r"$$\frac{\partial^{2}}{\partial y \partial x} \left[x^{2} y^{3}\right] = 6x y^{2}$$"),
    ('{derivative: "x^4", order: 2, at: 2, is: "12*2^2 = 48", left: "f(2)"}', r"$$f(2) = 12 \cdot 2^{2} = 48$$"),
    ('{value: "x^2 + y", wrt: "x, y", at: "3, 1", is: ["3^2 + 1", 10], left: "f(3, 1)"}',
     "$$f(3, 1) = 3^{2} + 1 = 10$$"),
    ('{integral: "x^2 + 1", from: 0, to: 3, is: "9 + 3 = 12"}',
     r"$$\int_{0}^{3} \left(x^{2} + 1\right) \, dx = 9 + 3 = 12$$"),
    ('{integral: "e^(-x)", from: 0, to: oo, is: 1}', r"$$\int_{0}^{\infty} e^{-x} \, dx = 1$$"),
    ('{antiderivative: "1/x", is: "ln|x| + C"}', r"$$\int \frac{1}{x} \, dx = \ln\left|x\right| + C$$"),
    ('{limit: "|h|/h", wrt: h, to: 0, side: left, is: -1}', r"$$\lim_{h \to 0^-} \frac{\left|h\right|}{h} = -1$$"),
    ('{zeros: "3x^2 - 12", is: "-2, 2"}', "$3x^{2} - 12 = 0$ holds for $x = -2$ and $x = 2$."),
    ('{zeros: "2x = 6", is: 3}', "$2x = 6$ holds for $x = 3$."),
    ('{zeros: "x^2 + 1", is: none}', "$x^{2} + 1 = 0$ holds for no $x$."),
    ('{show: "2*3 - 4 = 2 > 0"}', r"$$2 \cdot 3 - 4 = 2 > 0$$"),
    ('{show: "sqrt(2) < 3/2 <= 3/2 != 1"}', r"$$\sqrt{2} < \frac{3}{2} \le \frac{3}{2} \ne 1$$"),
    ('{show: ["(1 - 4/2, 2)", "(-1, 2)"]}', r"$$\left(1 - \frac{4}{2}, 2\right) = \left(-1, 2\right)$$"),
    ('{show: "{{ j }}x^{{ j }} + {{ j }}*{{ k }} = x + 3"}', "$$x + 3 = x + 3$$"),
    ('{answer: ["2x*sin({{ k }}x) + x^2*{{ k }}cos({{ k }}x)"], left: "f\'(x)"}',
     r"$$f'(x) = 2x \sin\left(3x\right) + x^{2} \cdot 3 \cos\left(3x\right)$$"),
    ('"Nothing to check: {{ k }}."', "Nothing to check: 3."),
]  # fmt: skip

WRONG = [
    '{derivative: "x^2", is: "2x^2"}',
    '{derivative: "x^2", is: "2x = 3x"}',
    '{derivative: "x^2", is: "2x = x + 1"}',
    '{derivative: "x^4", order: 2, at: 2, is: "12*2^2 = 24"}',
    '{value: "x^2", at: 3, is: 6}',
    '{integral: "x^2", from: 0, to: 3, is: 27}',
    '{integral: "1/x", from: 0, to: 1, is: 1}',
    '{antiderivative: "1/x", is: "ln|x| + x"}',
    '{limit: "|h|/h", wrt: h, to: 0, is: 1}',
    '{zeros: "x^2 - 4", is: 2}',
    '{zeros: "x^2 - 4", is: "2, -2, 0"}',
    '{zeros: "x^2 - 4", is: none}',
    '{show: "2*3 - 4 = 2 < 0"}',
    '{show: "3/2 != 6/4"}',
    '{show: "(1, 2) = (2, 1)"}',
    '{answer: "2x*cos({{ k }}x)"}',
]


@pytest.mark.parametrize(("step", "markdown"), RIGHT)
def test_a_true_step_is_shown_and_confirmed(step: str, markdown: str) -> None:
    shown, found = shown_and_found(step)
    assert shown == markdown
    assert all(truth in (Truth.PROVED, Truth.AGREES) for truth in found)
    assert found or "Nothing" in step


@pytest.mark.parametrize("step", WRONG)
def test_a_false_step_is_found(step: str) -> None:
    assert Truth.REFUTED in shown_and_found(step)[1]


def test_steps_with_matrices() -> None:
    step = """{formula: "2A'(A x - b) = 2A'A x - 2A'b", of: "norm(A x - b)^2", wrt: x}"""
    shown, found = shown_and_found(step, MATRIX)
    assert shown.startswith(r"$$\frac{\partial}{\partial x}") and shown.count("=") == 2
    assert found == [Truth.AGREES, Truth.AGREES]
    wrong = """{formula: "2A'(A x - b) = 2A'A x + 2A'b", of: "norm(A x - b)^2", wrt: x}"""
    assert shown_and_found(wrong, MATRIX)[1] == [Truth.AGREES, Truth.REFUTED]
    with pytest.raises(AuthorError, match="this question has no matrices"):
        shown_and_found('{formula: "x = x"}')


def test_what_cannot_be_told_is_not_called_true() -> None:
    assert shown_and_found('{show: "x < x + 1"}')[1] == [Truth.UNDECIDED]
    assert shown_and_found('{zeros: "e^x = x + 2", is: "1"}')[1] == [Truth.UNDECIDED]


@pytest.mark.parametrize(
    ("step", "fault"),
    [
        ('{derivative: "x^2"}', "a step 'derivative' needs the field 'is'"),
        ('{derive: "x^2", is: "2x"}', "a step has to name one operation"),
        ('{derivative: "x", integral: "x", is: 1}', "a step has to name one operation, not derivative and integral"),
        ('{derivative: "x^2", is: "2x", frm: 1}', "unknown field 'frm'"),
        ('{derivative: "{{ q }}x", is: "1"}', "template: unknown name 'q'"),
        ("[1]", "a step is a text or a record, not a list"),
    ],
)
def test_faults_of_the_file_are_named(step: str, fault: str) -> None:
    with pytest.raises(AuthorErrors) as caught:
        problem(step)
    assert "f.yaml:9:" in str(caught.value) and fault in str(caught.value)


@pytest.mark.parametrize(
    ("step", "fault"),
    [
        ('{derivative: "x^2 +", is: "2x"}', "in the solution, 'derivative':"),
        ('{derivative: "x^2", is: "2q"}', "in the solution, 'is':"),
        ('{derivative: "x^2", wrt: q, is: "2x"}', "'q' is no variable here"),
        ('{derivative: "x^2", order: 0, is: "2x"}', "the order is a whole number from 1 to 12"),
        ('{value: "x^2", is: "4"}', "'at' needs a value for each variable"),
        ('{show: ""}', "a side is empty"),
        ('{show: "2 = = 3"}', "a side is empty"),
    ],
)
def test_a_step_that_cannot_be_read_is_named_with_its_place(step: str, fault: str) -> None:
    with pytest.raises((AuthorError, AuthorErrors)) as caught:
        shown_and_found(step)
    assert "f.yaml:9:" in str(caught.value)
    assert fault in str(caught.value)


def test_every_operation_is_tried_here() -> None:
    tried = " ".join(step for step, _ in RIGHT) + "formula:"
    assert all(f"{name}:" in tried for name in OPERATIONS)
