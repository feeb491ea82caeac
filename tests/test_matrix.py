"""Typed matrix derivatives: spellings, sizes as sentences, layout, counterexamples."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from grader.compare import compare
from grader.errors import StudentError
from grader.expr.matrices.parse import parse
from grader.expr.matrices.tree import to_text

ROWS = [
    json.loads(line) for line in (Path(__file__).parent / "tables/matrix_derivatives.jsonl").read_text().splitlines()
]
EXPECTED = {
    "right": ("correct", None),
    "wrong": ("incorrect", None),
    "layout": ("incorrect", "layout"),
    "shape": ("incorrect", "shape"),
}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_identity(row):
    verdict = compare(row)
    assert (verdict.verdict, verdict.reason) == EXPECTED[row["expected"]], verdict
    assert verdict.evidence


ANSWERS = {
    "right": ("correct", None),
    "wrong": ("incorrect", None),
    "flipped": ("incorrect", "layout"),
    "shape": ("incorrect", "shape"),
    "unread": ("unreadable", None),
}


def _answers():
    for row in yaml.safe_load((Path(__file__).parent / "tables/matrix_answers.yaml").read_text()):
        question = {"shapes": row["sizes"], "assumptions": row.get("given", {})}
        if "is" in row:
            question |= {"relation": "matrix_equal", "reference": row["is"]}
        else:
            question |= {"relation": "matrix_derivative", "function": row["f"], "wrt": row["by"]}
            question["layout"] = row.get("layout", "denominator")
        for sort in ANSWERS:
            for answer in row.get(sort, []):
                yield pytest.param(question, str(answer), sort, id=f"{row.get('is') or row['f']}: {answer} is {sort}")


@pytest.mark.parametrize(("question", "student", "sort"), list(_answers()))
def test_answer(question, student, sort):
    verdict = compare({**question, "student": student})
    assert (verdict.verdict, verdict.reason) == ANSWERS[sort], verdict
    assert verdict.message if sort in ("shape", "flipped", "unread") else verdict.evidence


LEAST_SQUARES = {
    "relation": "matrix_derivative",
    "function": "norm(A*x-b)^2",
    "wrt": "x",
    "shapes": {"A": ["m", "n"], "x": ["n", "1"], "b": ["m", "1"]},
}


@pytest.mark.parametrize(
    "student",
    [
        "2*A'*(A*x-b)", "2A'(Ax-b)", "2 A^T (A x - b)", "2A^{T}(Ax-b)", "2*A.T@(A@x-b)", "2 transpose(A)*(A*x-b)",
        "2Aᵀ(Ax−b)", "-2A'(b-Ax)", "2A'Ax-2A'b", "2*(A'*A*x-A'*b)", "((Ax-b)'*2A)'", "2*A'*A*x - 2*A'*b",
        r"2\mathbf{A}^\top(\mathbf{A}\mathbf{x}-\mathbf{b})", r"2A^{T}\left(Ax-b\right)", "4A'(Ax-b)/2", "A'(Ax-b)*2",
        r"\frac{4}{2}A^T(Ax-b)", "2A'*I*(Ax-b)", "(2I)A'(Ax-b)",
    ],
)  # fmt: skip
def test_spellings_of_one_gradient(student):
    assert compare({**LEAST_SQUARES, "student": student}).verdict == "correct"


@pytest.mark.parametrize(
    ("student", "message"),
    [
        ("2*A*(A*x-b)", "2*A is m x n and A*x - b is m x 1: they cannot be multiplied; the inner sizes n and m differ"),
        ("A'*(A*x-b)+1/A", "A is m x n: cannot divide by a matrix; use inv(...), or ./ for entry by entry"),
        (
            "x^2",
            "x is n x 1: a vector like this has no powers; for every entry use .^, for the square x'*x or norm(x)^2",
        ),
        ("A'*A+2", "A'*A is n x n and 2 is 1 x 1: they cannot be added; did you mean a multiple of I?"),
        ("A+A'", "A is m x n and A' is n x m: they cannot be added; is a transpose missing?"),
        ("tr(A)*x", "A is m x n: the trace needs a square matrix"),
    ],
)
def test_shape_errors_are_sentences_with_the_problems_own_sizes(student, message):
    verdict = compare({**LEAST_SQUARES, "student": student})
    assert (verdict.verdict, verdict.reason, verdict.message) == ("incorrect", "shape", message)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2*Q", "answer:1:3: unknown name 'Q'; this problem uses A, b, x"),
        ("2*(A", "answer:1:3: '(' is never closed; add ')'"),
        ("2*A)", "answer:1:4: unexpected ')'; remove it or open a bracket before"),
        ("A +", "answer:1:4: the answer ends too early; complete it"),
        ("dot(x)", "answer:1:1: dot takes 2 arguments, not 1"),
        ("A^", "answer:1:3: a power needs a number or T; write ^2, ^(-1) or ^T"),
        ("A^99", "answer:1:3: the exponent is larger than 20; use a smaller one"),
        ("#", "answer:1:1: unexpected '#'; remove it"),
        ("__import__('os')", "answer:1:1: unexpected '_'; remove it"),
        ("(" * 100, "answer:1:41: brackets are nested deeper than 40; simplify the expression"),
        ("x" * 3000, "answer:1:1: the answer is longer than 2000 characters; shorten it"),
    ],
)
def test_errors(text, message):
    with pytest.raises(StudentError) as caught:
        parse(text, frozenset({"A", "x", "b"}))
    assert str(caught.value) == message


def test_what_is_printed_reads_back():
    for row in ROWS:
        names = frozenset(row["shapes"])
        tree = parse(row["student"], names)
        assert parse(to_text(tree), names) == tree


def test_a_refutation_comes_with_matrices_to_try():
    verdict = compare({**LEAST_SQUARES, "student": "A'*(A*x-b)"})
    assert verdict.evidence.startswith("with A = [") and "expected" in verdict.evidence


@pytest.mark.parametrize(
    ("reference", "student", "verdict"),
    [
        ("2*I", "I + I", "correct"),
        ("2*I", "3*I", "incorrect"),
        ("2*I", "2*A*inv(A)", "correct"),
        ("2*I", "A", "incorrect"),
        ("2*I", "x", "incorrect"),
        ("I", "1", "incorrect"),
        ("A", "2*I", "incorrect"),
    ],
)
def test_an_identity_matrix_alone_has_the_size_of_the_other_side(reference: str, student: str, verdict: str) -> None:
    row = {"reference": reference, "student": student, "shapes": {"A": ["n", "n"], "x": ["n", "1"]}}
    assert compare({"relation": "matrix_equal", "assumptions": {"A": "invertible"}, **row}).verdict == verdict
