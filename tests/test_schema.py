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
from grader.bank.read import read_problems
from grader.bank.sample import sample
from grader.bank.schema import problem_schema
from grader.bank.skeleton import skeleton
from grader.classroom import manifest
from grader.cli.schema import FORMATS, command
from grader.grade import GradedItem, GradedSheet, grade_answer
from grader.reports.base import Report, Trouble
from grader.reports.json_ import as_json
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


def validator(format: str) -> Draft202012Validator:
    return Draft202012Validator(printed(format))


def small_manifest() -> manifest.Manifest:
    (problem,) = read_problems(MINIMAL, "f.yaml")
    student = manifest.enrol("Ada", "ada@example.org", {"1": sample(problem, 1)})
    return manifest.Manifest("Week 1", "Calculus", "week-1", {"ada": student}, "0.1.0")


def test_a_manifest_as_written_is_valid() -> None:
    text = manifest.write(small_manifest())
    validator("manifest").validate(json.loads(text))
    assert list(validator("manifest").iter_errors({**json.loads(text), "version": 3}))


def test_results_as_written_are_valid() -> None:
    instance = small_manifest().students["ada"].instance("1")
    answers = ["2x", "x", "2x(", "", "x^2"]
    items = tuple(GradedItem(str(n), "a", "A", grade_answer(instance, text)) for n, text in enumerate(answers, 1))
    sheet = GradedSheet("ada", "Ada", "week-1", "ada.yaml", items, ("a remark",))
    trouble = Trouble("broken.pdf", "this is a PDF")
    report = Report("Week 1", "Calculus", "week-1", "2026-01-01T12:00:00", "0.1.0", (sheet,), (trouble,), ("bob",))
    validator("results").validate(as_json(report))


@pytest.mark.parametrize(
    ("entry", "valid"),
    [
        ({"use": "pow-int", "points": "3/2", "count": 2}, True),
        ({"topic": "chain rule", "difficulty": [1, 3], "pick": 2}, True),
        ({"use": "pow-int", "pick": 2}, False),
        ({"points": 2}, False),
        ({"topic": "chain rule", "difficulty": 6}, False),
    ],
)
def test_entries_of_an_assignment(entry: dict[str, Any], valid: bool) -> None:
    errors = list(validator("assignment").iter_errors({"title": "Week 1", "sheet": "week-1", "problems": [entry]}))
    assert (not errors) == valid


def test_a_submission() -> None:
    assert validator("submission").is_valid({"student": "ada", "sheet": "w", "answers": {"1": "2x", "2": None, "3": 4}})
    assert not validator("submission").is_valid({"student": "ada"})
