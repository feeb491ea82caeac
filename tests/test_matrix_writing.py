"""Matrix expressions as they are printed, drawn and spoken."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from grader.expr.matrices import latex, mathml, spoken, unicode
from grader.expr.matrices.parse import parse

NAMES = frozenset({"A", "B", "W", "X", "a", "b", "v", "x", "lambda"})
SIZES = frozenset({"m", "n"})
ROWS = [
    json.loads(line) for line in (Path(__file__).parent / "tables/matrix_derivatives.jsonl").read_text().splitlines()
]


@pytest.mark.parametrize(
    ("typed", "line", "math", "words"),
    [
        (
            "2A'(Ax-b)",
            "2Aᵀ(Ax − b)",
            r"2 A^\top \left(A x - b\right)",
            "two times capital a transposed times open bracket capital a times x minus b close bracket",
        ),
        (
            "-X^-T a b'",
            "−X⁻ᵀ a bᵀ",
            r"-X^{-\top} a b^\top",
            "minus capital x inverse transposed times a times b transposed",
        ),
        (
            "(v.*x)x'/||x||",
            "((v ⊙ x)xᵀ)/‖x‖",
            r"\frac{\left(v \odot x\right) x^\top}{\lVert x \rVert}",
            "the fraction open bracket v times, entry by entry, x close bracket times x transposed all over "
            "norm of open bracket x close bracket end fraction",
        ),
        ("1/2*A", "(1/2)A", r"\frac{1}{2} A", "the fraction one all over two end fraction times capital a"),
        ("a - (-b)", "a − (−b)", r"a - \left(-b\right)", "a minus open bracket minus b close bracket"),
        ("x.^2 + 1_n", "x^(⊙2) + 1_n", r"x^{\odot 2} + \mathbf{1}_{n}", "x squared, every entry plus ones of size n"),
        ("lambda I_n", "λ I_n", r"\lambda I_{n}", "lambda times identity of size n"),
        ("A⊗B", "A ⊗ B", r"A \otimes B", "capital a Kronecker product with capital b"),
    ],
)
def test_an_expression_in_every_format(typed, line, math, words):
    e = parse(typed, NAMES, "answer", SIZES)
    assert (unicode.to_unicode(e), latex.to_latex(e), spoken.to_spoken(e)) == (line, math, words)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_every_identity_can_be_written(row):
    names = frozenset(row["shapes"])
    e = parse(row["student"], names, "answer", frozenset(side for size in row["shapes"].values() for side in size))
    ElementTree.fromstring(f"<math>{mathml.to_mathml(e)}</math>")
    assert spoken.to_spoken(e)
    assert latex.to_latex(parse(latex.to_latex(e), names)) == latex.to_latex(e)
