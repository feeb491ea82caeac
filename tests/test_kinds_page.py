"""``grader bank kinds`` and docs/kinds.md: the reference of the kinds is that of the kinds there are."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner, Result

from grader import kinds
from grader.bank.kinds_page import page
from grader.cli.commands import group

PAGE = Path(__file__).parent.parent / "docs" / "kinds.md"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(group, ["bank", "kinds", *arguments])


def test_the_page_is_up_to_date() -> None:
    made = page([kinds.load(name) for name in kinds.names()])
    assert PAGE.read_text(encoding="utf-8") == made, "run: grader bank kinds --markdown > docs/kinds.md"


def test_every_kind_is_listed() -> None:
    listed = run().output
    assert [line.split()[0] for line in listed.splitlines()] == list(kinds.names())


def test_one_kind_on_eighty_columns() -> None:
    shown = run("derivative").output
    assert "given.f\n" in shown and "inner-derivative\n" in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_json() -> None:
    (record,) = json.loads(run("taylor", "--json").output)
    assert record["given"]["degree"]["required"] and record["policy"]["credit"]["values"] == ["whole", "coefficients"]


def test_an_unknown_kind() -> None:
    result = run("derivate")
    assert result.exit_code == 2 and "did you mean 'derivative'?" in result.output
