"""Identities are proved, near misses refuted with a witness: tests/tables/proofs.yaml and near_misses.yaml."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from grader.compare import compare

TABLES = Path(__file__).parent / "tables"
LETTER = re.compile(r"(?<![A-Za-z])([abknxy])(?![A-Za-z(])")


def _rows(name):
    rows = yaml.safe_load((TABLES / f"{name}.yaml").read_text())
    return [pytest.param(row, id=f"{row['reference']} | {row['student']}") for row in rows]


def _verdict(row):
    letters = set(LETTER.findall(f"{row['reference']} {row['student']}")) | set(row.get("domain", ()))
    return compare({"variables": sorted(letters) or ["x"], **row})


@pytest.mark.parametrize("row", _rows("proofs"))
def test_an_identity_is_proved(row):
    verdict = _verdict(row)
    assert (verdict.verdict, verdict.truth.value) == ("correct", "proved"), verdict


@pytest.mark.parametrize("row", _rows("near_misses"))
def test_a_near_miss_is_refuted(row):
    verdict = _verdict(row)
    assert (verdict.verdict, verdict.truth.value) == ("incorrect", "refuted"), verdict
    assert verdict.evidence
