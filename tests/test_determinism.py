"""The same input gives the same bytes: whatever the hash seed, on one core or two."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

TABLES = Path(__file__).parent / "tables"
CODE = "from grader.cli import main; main()"


def _questions():
    pairs = [json.loads(line) for line in (TABLES / "pairs.jsonl").read_text(encoding="utf-8").splitlines()]
    matrices = [json.loads(line) for line in (TABLES / "matrix_derivatives.jsonl").read_text().splitlines()]
    return "\n".join(json.dumps(row) for row in pairs[::5] + matrices[::6])


def _run(words, seed, text=None, folder=None):
    environment = {**os.environ, "PYTHONHASHSEED": seed, "SOURCE_DATE_EPOCH": "0"}
    return subprocess.run(
        [sys.executable, "-c", CODE, *words],
        input=text, capture_output=True, text=True, encoding="utf-8", env=environment, cwd=folder,
    )  # fmt: skip


def _without_times(out):
    rows = [json.loads(line) for line in out.splitlines()]
    for row in rows:
        assert row.pop("seconds") >= 0
    return [json.dumps(row) for row in rows]


@pytest.fixture(scope="module")
def verdicts():
    return _without_times(_run(["compare", "--batch", "-", "--certificates"], "0", _questions()).stdout)


@pytest.mark.parametrize(("seed", "jobs"), [("1", "1"), ("2", "2")])
def test_verdicts_and_certificates(verdicts, seed, jobs):
    again = _run(["compare", "--batch", "-", "--certificates", "--jobs", jobs], seed, _questions())
    assert _without_times(again.stdout) == verdicts
    assert len(verdicts) > 90


def test_a_class_graded_on_one_core_and_on_two(tmp_path):
    course = tmp_path / "class"
    assert _run(["demo", str(course)], "0").returncode == 0
    for seed, jobs in (("1", "1"), ("2", "2")):
        words = [str(course / "submissions"), "--manifest", str(course / "course" / "manifest.json")]
        _run(["grade", *words, "--out", str(tmp_path / jobs), "--jobs", jobs], seed)
    one, two = ((tmp_path / jobs / "results.json").read_bytes() for jobs in ("1", "2"))
    assert one == two and b"ada" in one
