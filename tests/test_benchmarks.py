"""The sets that the engines are compared on say the truth, and our verdicts on them are right."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "benchmarks"))

import pair_sets  # noqa: E402

from grader.compare import compare  # noqa: E402

ROWS = {name: pair_sets.SETS[name]() for name in ("textbook", "nested", "tricky")}


def test_the_sets_are_large_enough_and_half_equal() -> None:
    for name, least in (("textbook", 300), ("nested", 300), ("tricky", 100)):
        rows = ROWS[name]
        assert len(rows) >= least
        assert 0.4 < sum(row["expected"] == "correct" for row in rows) / len(rows) < 0.6, name
        assert len({(row["reference"], row["student"], str(row["domain"])) for row in rows}) == len(rows), name


@pytest.mark.parametrize("name", ["textbook", "tricky"])
def test_the_truth_of_every_pair_by_mpmath(name: str) -> None:
    # `nested` is checked pair by pair while it is made.
    wrong = [
        f"{row['reference']}  {row['student']}"
        for row in ROWS[name]
        if pair_sets.truth(row) is not (row["expected"] == "correct")
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", list(ROWS))
def test_our_verdicts_are_right_and_nearly_all_proved(name: str) -> None:
    verdicts = [(row, compare(row)) for row in ROWS[name]]
    wrong = [f"{row['id']}: {v.verdict} by {v.by}: {v.evidence}" for row, v in verdicts if v.verdict != row["expected"]]
    assert not wrong, "\n".join(wrong)
    shaken = [
        f"{row['reference']}  {row['student']}: {v.truth.value}"
        for row, v in verdicts
        if v.truth.value not in ("proved", "refuted")
    ]
    assert len(shaken) <= 0.02 * len(verdicts), "\n".join(shaken)
