"""Reads topic files into problems, and folders of them into a bank."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from grader.bank.document import Faults, Fields, Items, read_document, suggest
from grader.bank.fields import Record, describe
from grader.bank.problem import Problem
from grader.bank.problem_reader import ProblemReader, read_whole
from grader.errors import AuthorErrors, Place
from grader.records import record


@record
class Bank:
    """The problems of some folders, in the order of their files."""

    problems: tuple[Problem, ...]

    def __iter__(self) -> Iterator[Problem]:
        return iter(self.problems)

    def __len__(self) -> int:
        return len(self.problems)

    def __getitem__(self, name: str) -> Problem:
        for problem in self.problems:
            if problem.id == name:
                return problem
        raise KeyError(name)

    def advice(self, name: str) -> str:
        """What to write instead of an id that is not there."""
        return suggest(name, [problem.id for problem in self.problems]) or "see 'grader bank list'"


def load_bank(directories: Sequence[Path]) -> Bank:
    """Every ``*.yaml`` file of the folders; raises `AuthorErrors` with the faults of all files."""
    faults = Faults()
    problems: list[Problem] = []
    for directory in directories:
        if not directory.is_dir():
            fault = "this is a file, not a folder" if directory.exists() else "there is no such folder"
            faults.add(Place(str(directory)), fault, "give a folder of topic files")
        for path in topic_files(directory):
            try:
                problems += read_problems(path.read_bytes(), _shown(path))
            except AuthorErrors as errors:
                faults.extend(errors.errors)
    _check_ids(problems, faults)
    faults.settle()
    return Bank(tuple(problems))


def topic_files(directory: Path) -> list[Path]:
    """The files of a folder that hold problems, in their order."""
    return sorted(p for p in directory.glob("*") if p.suffix in (".yaml", ".yml"))


def read_problems(text: str | bytes, source: str) -> tuple[Problem, ...]:
    """The problems of one topic file.

    Raises `AuthorErrors` with every fault of the file.  ``source`` names the file; its stem is
    the topic of the problems.
    """
    document = read_document(text, source)
    faults = Faults()
    problems: list[Problem] = []
    if not isinstance(document, Items):
        faults.add(
            document.place, f"a topic file is a list of problems, not {describe(document)}", "start with '- id: '"
        )
    else:
        for node in document.items:
            if isinstance(node, Fields):
                topic = Path(source).stem
                if any(key.value == "parts" for key, _ in node):
                    problem = read_whole(node, faults, topic)
                else:
                    problem = ProblemReader(Record(node, "a problem", faults), faults, topic).read()
                problems += [problem] if problem is not None else []
            else:
                faults.add(node.place, f"a problem is a record with fields, not {describe(node)}")
        _check_ids(problems, faults)
    faults.settle()
    return tuple(problems)


def _shown(path: Path) -> str:
    """The path as the author would type it from here."""
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") else relative


def _check_ids(problems: Sequence[Problem], faults: Faults) -> None:
    first: dict[str, Place] = {}
    for problem in problems:
        place = first.setdefault(problem.id, problem.place)
        if place != problem.place:
            fault = f"the id '{problem.id}' is used twice"
            faults.add(problem.place, fault, f"it is the id of the problem at {place}")
