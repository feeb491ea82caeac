"""docs/authoring.md: its ten minutes lead to a problem that passes its tests and the linter."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.bank.steps import OPERATIONS
from grader.cli.commands import group

GUIDE = (Path(__file__).parent.parent / "docs" / "authoring.md").read_text(encoding="utf-8")


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The problem of the guide, put together from its pieces."""
    monkeypatch.chdir(tmp_path)
    tutorial = GUIDE[: GUIDE.index("## Fields")]
    pieces = re.findall(r"```yaml\n(.*?)```", tutorial, re.S)
    assert len(pieces) == 3
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "04_chain_rule.yaml").write_text("".join(pieces))
    return tmp_path


def test_the_ten_minutes(mine: Path) -> None:
    commands = [line.split("#")[0].split(" > ")[0].split() for line in re.findall(r"^    (grader .*)$", GUIDE, re.M)]
    assert ["grader", "bank", "test", "chain-trigpow", "--bank", "mine"] in commands
    for words in commands:
        if "mine" in words:
            result = CliRunner().invoke(group, [word.replace("200", "20") for word in words[1:]])
            assert result.exit_code == 0, result.output
            assert "0 failed" in result.output or "test" not in words
            assert "0 errors, 0 warnings" in result.output or "lint" not in words


def test_a_slip_in_the_solution_is_found(mine: Path) -> None:
    file = mine / "mine" / "04_chain_rule.yaml"
    file.write_text(file.read_text().replace('is: "{{ k }}cos({{ k }}x)"', 'is: "cos({{ k }}x)"'))
    result = CliRunner().invoke(group, ["bank", "test", "--bank", "mine"])
    assert result.exit_code != 0, result.output
    assert re.search(
        r"04_chain_rule.yaml:18:\d+: 'chain-trigpow', seed 1, step .*the derivative: refuted", result.output
    )


def test_every_operation_is_in_the_guide() -> None:
    assert all(f"| `{name}` |" in GUIDE for name in OPERATIONS)
