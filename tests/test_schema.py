"""The published JSON Schemas: valid themselves, and true of what is shipped and written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from jsonschema import Draft202012Validator
from test_bank_read import GOOD, MINIMAL, ONE_FAULT, changed

from grader import kinds
from grader.bank.schema import problem_schema
from grader.bank.skeleton import skeleton
from grader.cli.schema import FORMATS, command
from grader.resources import bank_directory

BANK = sorted(bank_directory().glob("*.yaml"))


def printed(format: str) -> dict[str, Any]:
    result = CliRunner().invoke(command, [format], catch_exceptions=False)
    assert result.exit_code == 0
    schema: dict[str, Any] = json.loads(result.output)
    return schema


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_has_a_valid_schema(format: str) -> None:
    Draft202012Validator.check_schema(printed(format))


def test_an_unknown_format_is_a_usage_error() -> None:
    result = CliRunner().invoke(command, ["problems"])
    assert result.exit_code == 2 and "'problem'" in result.output


@pytest.mark.parametrize("path", BANK, ids=[path.stem for path in BANK])
def test_every_shipped_file_is_valid(path: Path) -> None:
    errors = list(Draft202012Validator(problem_schema()).iter_errors(yaml.safe_load(path.read_text("utf-8"))))
    assert not errors, "\n".join(f"{list(e.absolute_path)}: {e.message}" for e in errors)


@pytest.mark.parametrize("text", [GOOD, MINIMAL])
def test_what_the_reader_takes_is_valid(text: str) -> None:
    Draft202012Validator(problem_schema()).validate(yaml.safe_load(text))


@pytest.mark.parametrize("kind", kinds.names())
def test_a_new_problem_is_valid(kind: str) -> None:
    Draft202012Validator(problem_schema()).validate(yaml.safe_load(skeleton(kinds.load(kind), "mine")))


# What only the reader can tell: names, ranges, expressions, and templates.
BEYOND = (
    "template",
    "unknown name",
    "condition",
    "is empty",
    "holds more than",
    "no value is left",
    "is a variable",
    "means something else",
    "takes two arguments",
    "unknown mistake",
    "knows the mistake",
    "names of variables",
)
FORMAL = [line for line, message in ONE_FAULT if not any(part in message for part in BEYOND)]


@pytest.mark.parametrize("line", FORMAL)
def test_faults_of_form_are_invalid(line: str) -> None:
    document = yaml.safe_load(changed(line))
    assert list(Draft202012Validator(problem_schema()).iter_errors(document))
