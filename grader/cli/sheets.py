"""``grader sheets``: every student's sheet, key and blank answer file, and the manifest."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from grader.cli.banks import bank_option

if TYPE_CHECKING:
    from grader.bank.instance import Instance
    from grader.classroom.assignment import Assignment
    from grader.classroom.manifest import Enrolled, Manifest
    from grader.classroom.roster import Student
    from grader.sheets.base import Format
    from grader.sheets.templates import Templates

T = TypeVar("T")

SECRET_FILE = ".grader-secret"
SECRET_VARIABLE = "GRADER_SECRET"
MANIFEST = "manifest.json"


@click.command("sheets")
@click.argument("assignment", type=click.Path(path_type=Path))
@click.option("--roster", required=True, type=click.Path(path_type=Path), metavar="CSV", help="The class list.")
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="DIR", help="Where everything goes.")
@click.option(
    "--secret-file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help=f"The course secret.  [default: {SECRET_VARIABLE}, grader.toml, else {SECRET_FILE}, made when missing]",
)
@bank_option
@click.option("--templates", multiple=True, metavar="DIR", help="A folder of templates that come before the shipped.")
@click.option("--format", "formats", default="md,html", show_default=True, metavar="LIST", help="Formats to write.")
@click.option("--id-column", default="", metavar="NAME", help="The column of the roster that holds the ids.")
@click.option(
    "--existing",
    type=click.Choice(("refuse", "keep", "replace")),
    default="refuse",
    show_default=True,
    help="When DIR holds other sheets: stop; keep them and add who is new; or make all anew.",
)
def command(
    assignment: Path,
    roster: Path,
    out: Path,
    secret_file: Path | None,
    banks: tuple[str, ...],
    templates: tuple[str, ...],
    formats: str,
    id_column: str,
    existing: str,
) -> None:
    """Make the sheets of ASSIGNMENT (YAML) for a class.

    DIR gets sheets/ and answers/ to hand out, keys/ and manifest.json for you alone.  The same
    input gives the same bytes.
    """
    from grader.classroom.assignment import read_assignment
    from grader.classroom.roster import read_roster
    from grader.cli.banks import load
    from grader.cli.config import read_config, template_directories
    from grader.cli.files import read_bytes
    from grader.sheets.templates import Templates

    chosen = _formats(formats)
    config = read_config()
    looks = Templates(template_directories(templates, config))
    people = read_roster(read_bytes(roster), str(roster), id_column)
    asked = read_assignment(read_bytes(assignment), str(assignment), load(banks), config.course)
    secret = _secret(secret_file or config.secret_file)
    for note in people.notes:
        click.echo(f"Note: {note}", err=True)
    before = _previous(out / MANIFEST) if existing != "replace" else None
    kept = before if existing == "keep" else None
    manifest = make_manifest(asked, people.students, secret, kept)
    if before is not None and existing == "refuse" and not _same(before, manifest):
        fix = "choose another --out; --existing keep adds new students; --existing replace makes all anew"
        raise click.UsageError(f"'{out}' holds sheets that differ from these; {fix}")
    written, same = write_sheets(out, manifest, chosen, looks)
    _report(out, manifest, chosen, written, same, people.id_column)


def make_manifest(
    assignment: Assignment, students: Sequence[Student], secret: bytes, kept: Manifest | None = None
) -> Manifest:
    """Draw every student's items; those whom ``kept`` has keep theirs."""
    from grader.classroom.manifest import Enrolled, Manifest, enrol
    from grader.classroom.variants import draw
    from grader.version import __version__

    if kept is not None and kept.sheet != assignment.sheet:
        raise click.UsageError(
            f"the sheets there are of '{kept.sheet}', not of '{assignment.sheet}'; choose another --out"
        )
    enrolled: dict[str, Enrolled] = {}
    with _progress(students, "Drawing variants") as bar:
        for student in bar:
            old = kept.students.get(student.id) if kept is not None else None
            if old is not None:
                enrolled[student.id] = Enrolled(student.name, student.email, old.items)
            else:
                enrolled[student.id] = enrol(student.name, student.email, draw(assignment, student.id, secret))
    if kept is not None:
        # Who has left the class may still have a submission to be graded.
        enrolled |= {student: part for student, part in kept.students.items() if student not in enrolled}
    return Manifest(
        title=assignment.title,
        course=assignment.course,
        sheet=assignment.sheet,
        students=enrolled,
        made_with=__version__,
        due=assignment.due,
        instructions=assignment.instructions,
    )


def write_sheets(out: Path, manifest: Manifest, formats: Sequence[Format], templates: Templates) -> tuple[int, int]:
    """Write the manifest, then every student's files from it; returns how many files were
    written and how many were there already with the same content."""
    from grader.classroom.manifest import write
    from grader.cli.files import make_folder, write_whole

    for folder in ("sheets", "keys", "answers"):
        make_folder(out / folder)
    # For the instructor alone, as far as the disk knows people.
    done = [write_whole(out / MANIFEST, write(manifest), mode=0o600)]
    warned: set[str] = set()
    with _progress(list(manifest.students.items()), "Writing sheets") as bar:
        for student, part in bar:
            items = part.instances()
            _warn_of_formulas(items, warned)
            for path, text, mode in _files(manifest, student, part, items, formats, templates):
                done.append(write_whole(out / path, text, mode))
    return sum(done), len(done) - sum(done)


def _files(
    manifest: Manifest,
    student: str,
    part: Enrolled,
    items: dict[str, Instance],
    formats: Sequence[Format],
    templates: Templates,
) -> Iterator[tuple[str, str | bytes, int]]:
    from grader.cli.files import safe_name
    from grader.sheets.answers import blank_answers
    from grader.sheets.document import make_key, make_sheet
    from grader.sheets.outline import outline

    name = safe_name(student)
    sheet = make_sheet(
        title=manifest.title,
        course=manifest.course,
        sheet=manifest.sheet,
        due=manifest.due,
        instructions=manifest.instructions,
        student=student,
        name=part.name,
        items=items,
    )
    key = make_key(sheet, items)
    for format in formats:
        for document, folder, mode in ((sheet, "sheets", 0o666), (key, "keys", 0o600)):
            yield f"{folder}/{name}{format.suffix}", format.render(document, templates, name), mode
            for rest, text in format.beside(document).items():
                yield f"{folder}/{name}{rest}", text, mode
    yield f"answers/{name}.yaml", blank_answers(outline(sheet), templates), 0o666


def _warn_of_formulas(items: dict[str, Instance], warned: set[str]) -> None:
    """Tell the author once for each problem which formula stays LaTeX on the HTML sheets."""
    from grader.sheets.prose import formula_faults

    for instance in items.values():
        if instance.problem in warned:
            continue
        for fault in formula_faults(instance.statement) + formula_faults(instance.solution):
            warned.add(instance.problem)
            click.echo(f"Warning: {instance.problem}: {fault}; HTML shows the formula as LaTeX", err=True)


def _formats(names: str) -> list[Format]:
    from grader.sheets import formats

    wanted = [name.strip().lower() for name in names.split(",") if name.strip()]
    known = formats()
    if not wanted or any(name not in known for name in wanted):
        unknown = next((name for name in wanted if name not in known), "")
        raise click.UsageError(f"--format: '{unknown}' is no format; known are {', '.join(known)}")
    return [known[name] for name in dict.fromkeys(wanted)]


def _secret(chosen: Path | None) -> bytes:
    """The course secret: of the file, of the environment, else of the file in the working folder,
    which is made when there is none."""
    from grader.cli.files import read_text

    if chosen is not None:
        return _long_enough(read_text(chosen, 10_000), str(chosen))
    if os.environ.get(SECRET_VARIABLE):
        return _long_enough(os.environ[SECRET_VARIABLE], SECRET_VARIABLE)
    path = Path(SECRET_FILE)
    if path.exists():
        return _long_enough(read_text(path, 10_000), str(path))
    _make_secret(path)
    return _long_enough(read_text(path, 10_000), str(path))


def _make_secret(path: Path) -> None:
    from grader.cli.files import write_whole

    write_whole(path, secrets.token_hex(32) + "\n", mode=0o600)
    click.echo(
        f"Made a course secret in {path}. Keep it: the same secret gives the same variants.\n"
        "Keep it out of what students can see.",
        err=True,
    )


def _long_enough(text: str, source: str) -> bytes:
    from grader.classroom.seeds import SHORTEST_SECRET
    from grader.errors import AuthorError, Place

    secret = text.strip().encode("utf-8")
    if len(secret) < SHORTEST_SECRET:
        fault = f"the secret has fewer than {SHORTEST_SECRET} characters"
        file = "delete the file and run 'grader sheets' to get a new one"
        fix = "give a longer one" if source == SECRET_VARIABLE else file
        raise AuthorError(Place(source), fault, fix)
    return secret


def _previous(path: Path) -> Manifest | None:
    from grader.classroom.manifest import LARGEST_MANIFEST, read
    from grader.cli.files import read_text

    return read(read_text(path, LARGEST_MANIFEST), str(path)) if path.exists() else None


def _same(before: Manifest, manifest: Manifest) -> bool:
    """Whether whoever had a sheet keeps it; titles and names may be mended, and students added."""
    return before.sheet == manifest.sheet and all(
        student in manifest.students and manifest.students[student].items == part.items
        for student, part in before.students.items()
    )


@contextmanager
def _progress(things: Sequence[T], label: str) -> Iterator[Iterator[T]]:
    """A bar on a terminal; nothing where nobody looks."""
    if not sys.stderr.isatty() or len(things) < 2:
        yield iter(things)
        return
    with click.progressbar(things, label=label, file=sys.stderr) as bar:
        yield iter(bar)


def _report(out: Path, manifest: Manifest, formats: Sequence[Format], written: int, same: int, id_column: str) -> None:
    students = len(manifest.students)
    items = max((len(part.items) for part in manifest.students.values()), default=0)
    suffixes = " and ".join(format.suffix for format in formats)
    there = f", {same} were there already" if same else ""
    click.echo(f"{students} sheets of {items} problems; ids are from the column '{id_column}'")
    click.echo(f"  {out / 'sheets'}  to hand out ({suffixes})")
    click.echo(f"  {out / 'answers'}  to hand out: blank answer files")
    click.echo(f"  {out / 'keys'}  for you alone")
    click.echo(f"  {out / MANIFEST}  for you alone; 'grader grade' needs it")
    click.echo(f"{written} files written{there}")
