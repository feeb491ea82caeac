"""Writes what a manifest says: every student's sheet, key and answer file, on all cores."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.records import record

if TYPE_CHECKING:
    from grader.bank.instance import Instance
    from grader.classroom.manifest import Enrolled, Manifest
    from grader.sheets.base import Document, Format
    from grader.sheets.templates import Templates

MANIFEST = "manifest.json"
SEATING = "seating.csv"
_AT_ONCE = 8
"""Documents' owners in one piece of work."""


@record
class _Job:
    """Some documents, by what their files are called."""

    out: Path
    head: Manifest
    """Without its students."""
    owners: tuple[tuple[str, str, Enrolled, bool], ...]
    """File name, student (empty for a version), part, and whether sheet and key are wanted."""
    formats: tuple[str, ...]
    templates: tuple[Path, ...]


@record
class _Written:
    written: int
    same: int
    faults: tuple[tuple[str, str], ...]


def write_sheets(
    out: Path, manifest: Manifest, formats: Sequence[Format], templates: Templates, secret: bytes, jobs: int = 1
) -> tuple[int, int]:
    """Write the manifest, then every file from it; returns how many files were written and how many
    were there already with the same content."""
    from grader.classroom.manifest import write
    from grader.cli.files import make_folder, write_whole
    from grader.cli.parallel import each

    for folder in ("sheets", "keys", "answers"):
        make_folder(out / folder)
    # For the instructor alone, as far as the disk knows people.
    done = [write_whole(out / MANIFEST, write(manifest, secret), mode=0o600)]
    if any(part.version for part in manifest.students.values()):
        done.append(write_whole(out / SEATING, _seating(manifest), mode=0o600))
    warned: set[str] = set()
    found = each(_write, _jobs(out, manifest, formats, templates), jobs, "Writing sheets")
    for problem, fault in dict.fromkeys(fault for result in found for fault in result.faults):
        if problem not in warned:
            warned.add(problem)
            click.echo(f"Warning: {problem}: {fault}; the sheets show the formula as LaTeX", err=True)
    written = sum(done) + sum(result.written for result in found)
    return written, len(done) - sum(done) + sum(result.same for result in found)


def _jobs(out: Path, manifest: Manifest, formats: Sequence[Format], templates: Templates) -> list[_Job]:
    from grader.cli.files import safe_name
    from grader.records import replace

    owners: list[tuple[str, str, Enrolled, bool]] = []
    versions: dict[str, Enrolled] = {}
    usual = _usual(manifest)
    for student, part in manifest.students.items():
        # Of an exam in versions there is a stack for each; a sheet of their own for who needs another look or items.
        as_all = part.version != "" and _drawn(part) == usual[part.version]
        owners.append((safe_name(student), student, part, not as_all or part.look.get("large_print", False)))
        if as_all:
            versions.setdefault(
                part.version, replace(part, name="", email="", look={**part.look, "large_print": False})
            )
    owners += [(f"version-{version}", "", part, True) for version, part in sorted(versions.items())]
    head = replace(manifest, students={})
    names = tuple(format.name for format in formats)
    return [
        _Job(out, head, tuple(owners[i : i + _AT_ONCE]), names, templates.directories)
        for i in range(0, len(owners), _AT_ONCE)
    ]


def _usual(manifest: Manifest) -> dict[str, tuple[tuple[str, str, str], ...]]:
    """What most students of each version have: single ones may have other problems."""
    found: dict[str, Counter[tuple[tuple[str, str, str], ...]]] = {}
    for part in manifest.students.values():
        found.setdefault(part.version, Counter())[_drawn(part)] += 1
    return {version: counted.most_common(1)[0][0] for version, counted in found.items()}


def _drawn(part: Enrolled) -> tuple[tuple[str, str, str], ...]:
    """The items in short."""
    return tuple((item["problem"], item["seed"], item["statement"]) for item in part.items.values())


def _write(job: _Job) -> _Written:
    from grader.cli.files import write_whole
    from grader.sheets import formats
    from grader.sheets.templates import Templates

    templates, chosen = Templates(job.templates), [formats()[name] for name in job.formats]
    done: list[bool] = []
    faults: list[tuple[str, str]] = []
    for name, student, part, own in job.owners:
        items = part.instances()
        faults += _formula_faults(items)
        sheet = sheet_of(job.head, student, part, items)
        for path, content, mode in _files(name, sheet, items, chosen if own else [], templates, bool(student)):
            done.append(write_whole(job.out / path, content, mode))
    return _Written(sum(done), len(done) - sum(done), tuple(dict.fromkeys(faults)))


def sheet_of(head: Manifest, student: str, part: Enrolled, items: dict[str, Instance]) -> Document:
    """The sheet of a student, or of a version when ``student`` is empty."""
    from grader.sheets.base import Look
    from grader.sheets.document import make_sheet

    return make_sheet(
        title=head.title,
        course=head.course,
        sheet=head.sheet,
        due=head.due,
        instructions=head.instructions,
        student=student,
        name=part.name,
        items=items,
        version=part.version,
        look=Look(**part.look),
    )


def _files(
    name: str,
    sheet: Document,
    items: dict[str, Instance],
    formats: Sequence[Format],
    templates: Templates,
    answers: bool,
) -> Iterator[tuple[str, str | bytes, int]]:
    from grader.sheets.answers import blank_answers
    from grader.sheets.document import make_key
    from grader.sheets.outline import outline

    key = make_key(sheet, items) if formats else None
    for format in formats:
        for document, folder, mode in ((sheet, "sheets", 0o666), (key, "keys", 0o600)):
            assert document is not None
            yield f"{folder}/{name}{format.suffix}", format.render(document, templates, name), mode
            for rest, content in format.beside(document).items():
                yield f"{folder}/{name}{rest}", content, mode
    if answers:
        yield f"answers/{name}.yaml", blank_answers(outline(sheet), templates), 0o666


def _formula_faults(items: dict[str, Instance]) -> list[tuple[str, str]]:
    """Which formulas stay LaTeX on the sheets: (problem, why)."""
    from grader.sheets.prose import formula_faults

    return [
        (instance.problem, fault)
        for instance in items.values()
        for fault in formula_faults(instance.statement) + formula_faults(instance.solution)
    ]


def _seating(manifest: Manifest) -> str:
    """CSV for whoever hands out the stacks."""
    import csv
    import io

    from grader.classroom.seating import seating_plan

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("seat", "id", "name", "version"))
    for row in seating_plan({s: part for s, part in manifest.students.items() if part.version}):
        # A spreadsheet would take these for formulas.
        writer.writerow(f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell for cell in row)
    return text.getvalue()
