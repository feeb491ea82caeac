"""The commands that the documents show exist, with these options; the examples are read."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from grader.bank.read import load_bank
from grader.classroom.assignment import read_assignment
from grader.classroom.overrides import read_overrides
from grader.cli.commands import group
from grader.cli.sheets import command as sheets_command
from grader.exports import exports
from grader.resources import bank_directory
from grader.sheets import formats

HERE = Path(__file__).parent.parent
OTHERS = ["docs/ci.md"]
ASSIGNMENTS = {"README.md": ("hw1", 3), "docs/authoring.md": ("hw1", 3), "docs/instructor.md": ("homework-3", 6)}
DOCUMENTS = list(ASSIGNMENTS)
LINE = re.compile(r"^(?:    )?(?:.*&& )?(grader [^#\n]*)", re.MULTILINE)
SHOWN = [
    (document, line.strip())
    for document in [*DOCUMENTS, *OTHERS]
    for block in re.findall(r"```sh\n(.*?)```|((?:^    grader .*\n)+)", (HERE / document).read_text(), re.S | re.M)
    for line in LINE.findall("".join(block).replace(" | grader", "\ngrader"))
]


def test_there_are_commands() -> None:
    assert len(SHOWN) >= 14


@pytest.mark.parametrize(("document", "line"), SHOWN, ids=[line for _, line in SHOWN])
def test_a_command_is_as_shown(document: str, line: str) -> None:
    words = shlex.split(line.partition(" >")[0])[1:]
    command: click.Command = group
    context = click.Context(group)
    while isinstance(command, click.Group):
        found = command.get_command(context, words[0])
        assert found is not None, words
        command, words = found, words[1:]
    command.make_context("grader", list(words))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_the_assignment_is_read(document: str) -> None:
    (example,) = re.findall(r"```yaml\n(title: .*?)```", (HERE / document).read_text(), re.S)
    read = read_assignment(example, document, load_bank([bank_directory()]))
    assert (read.sheet, len(read.entries)) == ASSIGNMENTS[document]


def test_the_overrides_of_the_manual_are_read() -> None:
    text = (HERE / "docs/instructor.md").read_text()
    (example,) = re.findall(r"```yaml\n(ada:.*?)```", text, re.S)
    found = read_overrides(example, "o.yaml", load_bank([bank_directory()]), ("ada", "grace"))
    assert found["ada"].large_print and set(found["grace"].items) == {2, 3, 4}


def test_every_format_and_export_is_in_the_manual() -> None:
    text = (HERE / "docs/instructor.md").read_text()
    for name in (*formats(), *exports()):
        assert f"| `{name}` |" in text
    options = {option.name: option.help or "" for option in sheets_command.params if isinstance(option, click.Option)}
    assert all(name in options["formats"] for name in formats())
