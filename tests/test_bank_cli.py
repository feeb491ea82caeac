"""``grader bank``: what it prints, as text and as JSON, and its exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from time import process_time

import pytest
from click.testing import CliRunner, Result
from test_bank_lint import CLEAN

from grader import kinds
from grader.bank.check import check
from grader.bank.lint import lint
from grader.bank.read import read_problems
from grader.cli.bank import command
from grader.grade import grade_answer


@pytest.fixture
def bank(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "01_powers.yaml").write_text(CLEAN)
    return tmp_path / "mine"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, arguments)


def test_list(bank: Path) -> None:
    result = run("list", "--bank", "mine")
    assert result.output == "01_powers\n  square  derivative  *      A power\n1 problem\n"
    assert run("list", "--bank", "mine", "--kind", "taylor").output == "0 problems\n"
    (row,) = json.loads(run("list", "--bank", "mine", "--json").output)
    assert row["id"] == "square" and row["place"] == "mine/01_powers.yaml:1:7"


def test_the_shipped_bank_and_an_own_one(bank: Path) -> None:
    ids = {row["id"] for row in json.loads(run("list", "--json", "--bank", "shipped", "--bank", "mine").output)}
    assert {"square", "pow-int"} <= ids


def test_show(bank: Path) -> None:
    result = run("show", "square", "--seed", "3", "--bank", "mine")
    assert result.exit_code == 0
    assert result.output.startswith("A power  (square, derivative, seed 3)\n  difficulty 1, 1 points; c = ")
    for title in ("Statement", "How to answer", "Answer", "Hint 1", "Solution"):
        assert f"\n{title}\n  " in result.output
    record = json.loads(run("show", "square", "--seed", "3", "--bank", "mine", "--json").output)
    assert record["problem"] == "square" and record["seed"] == "3"


def test_an_unknown_id(bank: Path) -> None:
    result = run("show", "sqare", "--bank", "mine")
    assert result.exit_code == 2
    assert "there is no problem 'sqare'; did you mean 'square'?" in result.output


def test_preview(bank: Path) -> None:
    output = run("preview", "square", "--seeds", "3", "--bank", "mine").output
    assert output.count("answer: ") == 3 and output.startswith("seed 1: c = ")


def test_lint(bank: Path) -> None:
    result = run("lint", "--bank", "mine", "--seeds", "6")
    assert result.exit_code == 0
    assert result.output.endswith("different variants: 0 errors, 0 warnings\n")
    (bank / "02_bad.yaml").write_text(CLEAN.replace("square", "bad").replace("'Use the", "'{{ f.nosuch }} Use the"))
    result = run("lint", "--bank", "mine", "--seeds", "6", "--json")
    assert result.exit_code == 2
    report = json.loads(result.output)
    assert [row["problem"] for row in report["problems"]] == ["square", "bad"]
    assert [(row["level"], row["problem"]) for row in report["remarks"]] == [("error", "bad")]
    assert run("lint", "square", "--bank", "mine", "--seeds", "6").exit_code == 0


def test_tests(bank: Path) -> None:
    result = run("test", "--bank", "mine")
    assert (result.exit_code, result.output) == (0, "2 tests of 1 problem: 2 passed, 0 failed\n")
    (bank / "01_powers.yaml").write_text(CLEAN.replace('"x", expect: wrong', '"x", expect: right'))
    result = run("test", "--bank", "mine")
    assert result.exit_code == 2
    assert "mine/01_powers.yaml:12:7: 'square', seed 1, answer 'x': expected right, graded wrong" in result.output
    rows = json.loads(run("test", "--bank", "mine", "--json").output)
    assert [row["passed"] for row in rows] == [True, False]


def test_faults_of_all_files_are_reported(bank: Path) -> None:
    (bank / "03_worse.yaml").write_text("- id: a\n  kind: derivatve\n")
    result = run("list", "--bank", "mine")
    assert "mine/03_worse.yaml:2:9: unknown kind 'derivatve'; did you mean 'derivative'?" in str(result.exception)


@pytest.mark.parametrize("kind", kinds.names())
def test_a_new_problem_of_every_kind_passes_the_linter_and_its_own_tests(kind: str) -> None:
    (problem,) = read_problems(run("new", kind, "--id", "mine").output, "f.yaml")
    assert (problem.id, problem.kind) == ("mine", kind)
    remarks = [str(remark) for remark in lint(problem, range(1, 7), process_time).remarks]
    assert [remark for remark in remarks if "different variants" not in remark] == []
    checked = list(check(problem, grade_answer))
    assert len(checked) >= 2 and [str(result) for result in checked if not result.passed] == []


def test_a_new_problem_of_an_unknown_kind() -> None:
    assert "unknown kind 'jacobi'; did you mean 'jacobian'?" in run("new", "jacobi").output


def test_new_refuses_an_id_that_no_bank_takes() -> None:
    result = run("new", "derivative", "--id", "My problem")
    assert result.exit_code == 2 and "use small letters, digits and hyphens" in result.output


def test_search_finds_the_best_first() -> None:
    ids = [row["id"] for row in json.loads(run("search", "chain rule", "tanh", "--json").output)]
    assert "tanh-relu" in ids or "chain-backprop-num" in ids
    assert run("search", "tangent", "plane").output.startswith("tangent-plane")
    assert run("search", "Hessian").output.splitlines()[0].startswith("hess-")


def test_search_without_a_find() -> None:
    result = run("search", "xylophone")
    assert result.exit_code == 1 and "no problem has all of these words" in result.output
