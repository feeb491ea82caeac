"""Answers that are right in more ways than one, against tests/tables/claims.yaml."""

from __future__ import annotations

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
