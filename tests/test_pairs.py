"""The table of answer pairs: no false accept, no false reject, nothing undecided, nearly all proved."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import mpmath
import oracle
import pytest

from grader import answer as answers
from grader.answer import Matrix, Scalar, Shape
from grader.compare import compare
from grader.expr.derivative import derivative
from grader.expr.parse import Names

PAIRS = [
    json.loads(line) for line in (Path(__file__).parent / "tables/pairs.jsonl").read_text(encoding="utf-8").splitlines()
]


@pytest.fixture(scope="module")
def verdicts():
    return {row["id"]: compare(row) for row in PAIRS}


@pytest.mark.parametrize("row", PAIRS, ids=lambda row: row["id"])
def test_the_verdict_is_right(row, verdicts):
    verdict = verdicts[row["id"]]
    assert verdict.verdict == row["expected"], verdict


def test_nearly_all_equal_pairs_are_proved(verdicts):
    equal = [verdicts[row["id"]] for row in PAIRS if row["expected"] == "correct"]
    proved = sum(v.truth.value == "proved" for v in equal)
    assert proved >= 0.95 * len(equal), f"{proved} of {len(equal)}"


@pytest.mark.parametrize("row", [r for r in PAIRS if r["expected"] == "incorrect"], ids=lambda row: row["id"])
def test_the_witness_holds_at_50_digits(row, verdicts):
    """Recomputed by mpmath from the texts, without our enclosures."""
    witness = verdicts[row["id"]].witness
    assert witness is not None
    point = {name: Fraction(text) for name, text in witness["point"].items()}
    for name, (low, high) in row["domain"].items():
        if name in point:
            assert Fraction(low) < point[name] < Fraction(high)
    names = Names(tuple(row["variables"]), free=row["relation"] == "antiderivative")
    gaps = []
    for reference, student in entries(row, names):
        try:
            gaps.append(abs(oracle.value(reference, point) - oracle.value(student, point)))
        except oracle.NoRealValue:
            gaps.append(mpmath.inf)
    assert max(gaps) > mpmath.mpf(10) ** -40


def entries(row, names):
    """The pairs of expressions compared: both derivatives of antiderivatives, every entry of a matrix."""
    a = answers.read_any(row["reference"], names).answer
    b = answers.read_any(row["student"], names).answer
    if row["relation"] == "antiderivative":
        a = answers.read(row["reference"], Shape("scalar", free_names=True), names).answer
        b = answers.read(row["student"], Shape("scalar", free_names=True), names).answer
        variable = row["variables"][0]
        return [(derivative(a.value, variable), derivative(b.value, variable))]
    if isinstance(a, Scalar):
        return [(a.value, b.value)]
    assert isinstance(a, Matrix)
    return [pair for r, s in zip(a.rows, b.rows, strict=True) for pair in zip(r, s, strict=True)]
