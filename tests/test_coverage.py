"""``grader bank coverage`` and docs/coverage.md: no concept of the course is without a problem."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from grader.bank.coverage import concepts, coverage, markdown, unplaced
from grader.bank.problem import Problem
from grader.bank.read import load_bank
from grader.cli.commands import group
from grader.resources import bank_directory

PAGE = Path(__file__).parent.parent / "docs" / "coverage.md"


@pytest.fixture(scope="module")
def problems() -> tuple[Problem, ...]:
    return tuple(load_bank([bank_directory()]))


def run(*arguments: str) -> Result:
    return CliRunner().invoke(group, ["bank", "coverage", *arguments])


def test_every_concept_has_a_problem(problems: tuple[Problem, ...]) -> None:
    assert len(concepts()) == 32
    assert [row.concept.title for row in coverage(problems) if not row.problems] == []


def test_every_problem_belongs_to_the_course(problems: tuple[Problem, ...]) -> None:
    assert unplaced(problems) == ()


def test_the_page_is_up_to_date(problems: tuple[Problem, ...]) -> None:
    made = markdown(coverage(problems))
    assert PAGE.read_text(encoding="utf-8") == made, "run: grader bank coverage --markdown > docs/coverage.md"


def test_a_table_of_eighty_columns() -> None:
    shown = run().output
    assert max(map(len, shown.splitlines())) <= 80
    assert "32 concepts, 0 without a problem" in shown


def test_holes_are_told(tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text(
        "- {id: a, kind: derivative, title: A, difficulty: 2, concepts: [chain rule], given: {f: x, wrt: x}, "
        "statement: s}\n"
    )
    result = run("--bank", str(tmp_path), "--strict")
    assert result.exit_code == 1 and "31 without a problem" in result.output
    record = json.loads(run("--bank", str(tmp_path), "--json").output)
    assert record["concepts"][5] == {
        "number": 6,
        "concept": "Chain rule of one variable",
        "words": ["chain rule"],
        "problems": ["a"],
        "kinds": {"derivative": 1},
        "difficulties": {"2": 1},
        "hole": "",
    }
    assert record["concepts"][0]["hole"] == "no problem"
