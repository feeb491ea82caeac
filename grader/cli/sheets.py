"""``grader sheets``: every student's sheet, key and blank answer file, and the manifest."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.banks import bank_option
from grader.cli.course_secret import secret_option
from grader.cli.parallel import jobs_option
from grader.records import replace

if TYPE_CHECKING:
    from fractions import Fraction

    from grader.bank.read import Bank
    from grader.classroom.assignment import Assignment
    from grader.classroom.manifest import Manifest
    from grader.classroom.overrides import Override
    from grader.classroom.roster import Student
    from grader.cli.drawing import Plans
    from grader.sheets.base import Format


@click.command("sheets")
@click.argument("assignment", type=click.Path(path_type=Path))
@click.option("--roster", required=True, type=click.Path(path_type=Path), metavar="CSV", help="The class list.")
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Where everything goes.")
@click.option(
    "--overrides",
    "overrides_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="What single students get in another way (YAML).  [default: what the assignment names]",
)
@secret_option
@bank_option
@click.option("--templates", multiple=True, metavar="DIR", help="A folder of templates that come before the shipped.")
@click.option(
    "--format",
    "formats",
    default="md,html",
    show_default=True,
    metavar="LIST",
    help="Of docx, html, ipynb, md, pdf and tex, with commas between.",
)
@click.option("--id-column", default="", metavar="NAME", help="The column of the roster that holds the ids.")
@click.option(
    "--existing",
    type=click.Choice(("refuse", "keep", "replace")),
    default="refuse",
    show_default=True,
    help="When DIR holds other sheets: stop; keep them and add who is new; or make all anew.",
)
@click.option("--dry-run", is_flag=True, help="Say who would get what, and how difficult it is; write nothing.")
@jobs_option
def command(
    assignment: Path,
    roster: Path,
    out: Path | None,
    overrides_file: Path | None,
    secret_file: Path | None,
    banks: tuple[str, ...],
    templates: tuple[str, ...],
    formats: str,
    id_column: str,
    existing: str,
    dry_run: bool,
    jobs: int | None,
) -> None:
    """Make the sheets of ASSIGNMENT (YAML) for a class.

    DIR gets sheets/ and answers/ to hand out, keys/ and manifest.json for you alone.  The same
    input gives the same bytes, and a run that was stopped goes on where it was.
    """
    from grader.classroom.assignment import read_assignment
    from grader.classroom.roster import read_roster
    from grader.cli.banks import load
    from grader.cli.config import read_config, template_directories
    from grader.cli.course_secret import course_secret
    from grader.cli.documents import MANIFEST, write_sheets
    from grader.cli.drawing import make_manifest, plans
    from grader.cli.files import read_bytes
    from grader.cli.parallel import cores
    from grader.sheets.templates import Templates

    if out is None and not dry_run:
        raise click.UsageError("Missing option '--out'; say where the sheets go, or look first with --dry-run")
    chosen = _formats(formats)
    config = read_config()
    looks = Templates(template_directories(templates, config))
    people = read_roster(read_bytes(roster), str(roster), id_column)
    bank = load(banks)
    asked = read_assignment(read_bytes(assignment), str(assignment), bank, config.course)
    others = _overrides(overrides_file, asked, assignment, bank, people.students)
    secret = course_secret(secret_file or config.secret_file, make=not dry_run)
    for note in people.notes:
        click.echo(f"Note: {note}", err=True)
    if dry_run:
        _tell_plans(asked, people.students, plans(asked, people.students, secret, others))
        return
    assert out is not None
    before = _previous(out / MANIFEST) if existing != "replace" else None
    kept = before if existing == "keep" else None
    made_from = _digest(assignment, overrides_file, asked, banks, secret)
    everybody = {student.id for student in people.students}
    if (
        before is not None
        and before.students.keys() <= everybody
        and before.made_from == made_from
        and before.signed_with(secret)
    ):
        # The same again: whoever is there has been drawn already.
        kept = before
    manifest = make_manifest(asked, people.students, secret, kept, others, jobs or cores())
    manifest = replace(manifest, made_from=made_from)
    if before is not None and existing == "refuse" and not _same(before, manifest):
        fix = "choose another --out; --existing keep adds new students; --existing replace makes all anew"
        raise click.UsageError(f"'{out}' holds sheets that differ from these; {fix}")
    written, same = write_sheets(out, manifest, chosen, looks, secret, jobs or cores())
    _report(out, manifest, chosen, written, same, people.id_column)
    for line in balance_lines(asked, manifest):
        click.echo(line)


def _digest(assignment: Path, chosen: Path | None, asked: Assignment, banks: tuple[str, ...], secret: bytes) -> str:
    """Of everything that the variants depend on."""
    from grader.cli.banks import files
    from grader.cli.files import read_bytes
    from grader.version import __version__

    other = _overrides_path(chosen, asked, assignment)
    paths = [assignment, *([other] if other is not None else []), *files(banks)]
    # Under the secret, so that the digest tells nothing about it.
    digest = hmac.new(secret, __version__.encode(), hashlib.sha256)
    for path in paths:
        digest.update(hashlib.sha256(read_bytes(path)).digest())
    return digest.hexdigest()


def _overrides_path(chosen: Path | None, asked: Assignment, assignment: Path) -> Path | None:
    return chosen or (assignment.parent / asked.overrides if asked.overrides else None)


def _overrides(
    chosen: Path | None, asked: Assignment, assignment: Path, bank: Bank, students: Sequence[Student]
) -> dict[str, Override]:
    from grader.classroom.overrides import read_overrides
    from grader.cli.files import read_bytes

    path = _overrides_path(chosen, asked, assignment)
    if path is None:
        return {}
    return read_overrides(read_bytes(path), str(path), bank, tuple(student.id for student in students))


def _tell_plans(asked: Assignment, students: Sequence[Student], planned: Plans) -> None:
    """Who would get which problems, and how difficult that is."""
    from grader.classroom.variants import difficulty

    for student in students:
        slots = planned.of(student.id)
        version = f" (version {planned.versions[student.id]})" if planned.versions else ""
        problems = ", ".join(slot.problem.id for slot in slots)
        click.echo(f"{student.id}{version}: difficulty {float(difficulty(slots)):.2f}: {problems}")
    spread = [difficulty(planned.of(student.id)) for student in students]
    click.echo(_balance(asked, min(spread), max(spread)))


def balance_lines(asked: Assignment, manifest: Manifest) -> list[str]:
    """How equal the sheets are, in a sentence for the instructor; nothing when all have the same problems."""
    from fractions import Fraction

    sheets = []
    for part in manifest.students.values():
        points = sum((Fraction(item["points"]) for item in part.items.values()), Fraction(0))
        weighed = sum((Fraction(item["points"]) * item["difficulty"] for item in part.items.values()), Fraction(0))
        if points:
            sheets.append(weighed / points)
    if not sheets or all(len(entry.problems) == 1 for entry in asked.entries):
        return []
    return [_balance(asked, min(sheets), max(sheets))]


def _balance(asked: Assignment, low: Fraction, high: Fraction) -> str:
    from grader.classroom.variants import average_difficulty

    return (
        f"Difficulty of the sheets: {float(low):.2f} to {float(high):.2f} of 5, by points; "
        f"the average pick has {float(average_difficulty(asked)):.2f}, and {float(asked.balance):g} away is allowed"
    )


def _formats(names: str) -> list[Format]:
    from grader.sheets import formats

    wanted = [name.strip().lower() for name in names.split(",") if name.strip()]
    known = formats()
    if not wanted or any(name not in known for name in wanted):
        unknown = next((name for name in wanted if name not in known), "")
        raise click.UsageError(f"--format: '{unknown}' is no format; known are {', '.join(known)}")
    return [known[name] for name in dict.fromkeys(wanted)]


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


def _report(out: Path, manifest: Manifest, formats: Sequence[Format], written: int, same: int, id_column: str) -> None:
    from grader.cli.documents import MANIFEST, SEATING

    students = len(manifest.students)
    items = max((len(part.items) for part in manifest.students.values()), default=0)
    suffixes = " and ".join(format.suffix for format in formats)
    there = f", {same} were there already" if same else ""
    click.echo(f"{students} sheets of {items} problems; ids are from the column '{id_column}'")
    click.echo(f"  {out / 'sheets'}  to hand out ({suffixes})")
    click.echo(f"  {out / 'answers'}  to hand out: blank answer files")
    click.echo(f"  {out / 'keys'}  for you alone")
    click.echo(f"  {out / MANIFEST}  for you alone; 'grader grade' needs it")
    if any(part.version for part in manifest.students.values()):
        click.echo(f"  {out / SEATING}  who sits where, with which version")
    click.echo(f"{written} files written{there}")
