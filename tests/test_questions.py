"""Integrals and limits asked of `grader compare` without a reference: the key is computed, and proved."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from grader.compare import compare

TABLE = yaml.safe_load((Path(__file__).parent / "tables/questions.yaml").read_text())


def _cases():
    for row in TABLE:
        relation = "integral" if "integral" in row else "limit"
        question = {"relation": relation, "integrand" if relation == "integral" else "function": row[relation]}
        question |= {key: row[key] for key in ("from", "to", "side", "wrt") if key in row}
        for truth in ("proved", "right", "refuted"):
            for answer in row.get(truth, []):
                yield pytest.param(question, answer, truth, id=f"{row[relation]} to {row['to']}: {answer} is {truth}")


@pytest.mark.parametrize(("question", "student", "truth"), list(_cases()))
def test_answer(question, student, truth):
    verdict = compare({**question, "student": student})
    assert verdict.verdict == ("incorrect" if truth == "refuted" else "correct"), verdict
    assert verdict.evidence
    if truth != "right":
        assert verdict.truth.value == truth, verdict


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"relation": "integral", "integrand": "x", "from": "0", "student": "1"}, "the field 'to' is missing"),
        ({"relation": "integral", "integrand": "x", "from": "y", "to": "1", "student": "1"}, "from:1:1"),
        ({"relation": "integral", "integrand": "x+", "from": "0", "to": "1", "student": "1"}, "integrand:1:3"),
        ({"relation": "limit", "function": "x", "to": "0", "side": "up", "student": "1"}, "unknown side 'up'"),
        ({"relation": "limit", "function": "x", "to": "0", "student": "(1, 2)"}, "one value is asked"),
    ],
)
def test_a_question_that_is_none_says_where(row, message):
    verdict = compare(row)
    assert verdict.verdict == "unreadable"
    assert message in verdict.message
