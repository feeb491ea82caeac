"""Answers that are right in more ways than one, against tests/tables/claims.yaml."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from grader.compare import compare

TABLE = yaml.safe_load((Path(__file__).parent / "tables/claims.yaml").read_text())


def _cases():
    for row in TABLE:
        for verdict in ("correct", "incorrect", "unreadable"):
            for entry in row.get(verdict, []):
                answer, _, reason = (part.strip() for part in entry.partition("//"))
                name = f"{row['ask']['relation']} {row['ask']['reference']}: {answer} is {verdict}"
                yield pytest.param(row["ask"], answer, verdict, reason, id=name)


@pytest.mark.parametrize(("question", "student", "verdict", "reason"), list(_cases()))
def test_answer(question, student, verdict, reason):
    found = compare({**question, "student": student})
    assert found.verdict == verdict, found
    assert found.evidence or found.message
    if reason == "form":
        assert found.message, found
    elif reason:
        assert found.reason == reason or (reason == "value" and found.reason is None), found


def _examples():
    page = (Path(__file__).parent.parent / "docs/compare.md").read_text(encoding="utf-8")
    lines = "\n".join(line[4:] for line in page.splitlines() if line.startswith("    ") and "grader " not in line)
    decoder, at = json.JSONDecoder(), 0
    while (at := lines.find("{", at)) >= 0:
        found, at = decoder.raw_decode(lines, at)
        yield found


@pytest.mark.parametrize("row", list(_examples()), ids=lambda row: str(row["id"]))
def test_the_examples_of_the_page(row):
    assert compare(row).verdict == "correct"


def test_the_page_has_examples():
    assert len(list(_examples())) >= 6
