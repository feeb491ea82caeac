"""The commands that the documents show exist, with these options; the examples are read."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from grader.bank.read import load_bank
from grader.classroom.assignment import read_assignment
from grader.cli.commands import group
from grader.resources import bank_directory

HERE = Path(__file__).parent.parent
DOCUMENTS = ["README.md", "docs/authoring.md"]
LINE = re.compile(r"^(?:    )?(?:.*&& )?(grader [^#\n]*)", re.MULTILINE)
SHOWN = [
    (document, line.strip())
    for document in DOCUMENTS
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
    assert read.sheet == "hw1" and len(read.entries) == 3
