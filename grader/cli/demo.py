"""``grader demo``: the whole story on a made-up class, in one directory."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from grader.classroom.manifest import Manifest

_MARK = ".grader-demo"
_FOLDERS = ("course", "submissions", "results")


@click.command("demo")
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False), default="grader-demo")
@click.option("--jobs", type=click.IntRange(1), default=2, show_default=True, metavar="N", help="Worker processes.")
def command(directory: Path, jobs: int) -> None:
    """Make sheets for a made-up class, hand in its answers, grade them and write the reports.

    Everything is left in DIRECTORY (default: grader-demo) to look at.  The class is the same
    on every machine.
    """
    started = time.monotonic()
    _prepare(directory)
    _say(1, "An assignment and a class list", "assignment.yaml, roster.csv")
    manifest = _make_sheets(directory, jobs)
    _say(2, f"A sheet of their own for each of {len(manifest.students)} students, and its key", "course/")
    count = _hand_in(directory, manifest)
    _say(3, f"{count} files are handed in: right, wrong, unreadable, hostile and broken", "submissions/")
    _say(4, "They are graded, and the reports written", "results/results.json, results/results.xml")
    click.echo()
    _grade(directory, manifest, jobs)
    click.echo()
    click.echo(_what_next(directory))
    click.echo(f"Done in {time.monotonic() - started:.1f} seconds.")


def _prepare(directory: Path) -> None:
    """An empty folder, or one that an earlier demo left."""
    import shutil

    from grader.cli.files import make_folder, write_whole
    from grader.demo import assignment_text, roster_text

    if directory.exists() and any(directory.iterdir()) and not (directory / _MARK).exists():
        raise click.UsageError(f"'{directory}' is not empty; name a new folder, for example: grader demo my-demo")
    for folder in _FOLDERS:
        if (directory / folder).exists():
            shutil.rmtree(directory / folder)
    make_folder(directory)
    write_whole(directory / _MARK, "Made by 'grader demo', which replaces its folders when it is run again.\n")
    write_whole(directory / "assignment.yaml", assignment_text())
    write_whole(directory / "roster.csv", roster_text())


def _say(step: int, what: str, where: str) -> None:
    click.echo(f"{click.style(f'{step}. {what}', bold=True)}\n   {where}")


def _make_sheets(directory: Path, jobs: int) -> Manifest:
    from grader.bank.read import load_bank
    from grader.classroom.assignment import read_assignment
    from grader.classroom.roster import read_roster
    from grader.cli.documents import write_sheets
    from grader.cli.drawing import make_manifest
    from grader.demo import SECRET, assignment_text, roster_text
    from grader.resources import bank_directory, template_directory
    from grader.sheets import formats
    from grader.sheets.templates import Templates

    assignment = read_assignment(assignment_text(), "assignment.yaml", load_bank([bank_directory()]))
    roster = read_roster(roster_text().encode("utf-8"), "roster.csv")
    manifest = make_manifest(assignment, roster.students, SECRET, jobs=jobs)
    written = [formats()[name] for name in ("html", "md")]
    write_sheets(directory / "course", manifest, written, Templates([template_directory()]), SECRET, jobs)
    return manifest


def _hand_in(directory: Path, manifest: Manifest) -> int:
    """Write what each student of the class hands in."""
    from grader.cli.files import safe_name, write_whole
    from grader.demo import file_content, script

    count = 0
    for scripted in script():
        enrolled = manifest.students.get(scripted.student)
        items = enrolled.instances() if enrolled is not None else {}
        blank = directory / "course" / "answers" / f"{safe_name(scripted.student)}.yaml"
        text = blank.read_text(encoding="utf-8") if blank.exists() else ""
        write_whole(directory / "submissions" / scripted.file, file_content(scripted, manifest.sheet, items, text))
        count += 1
    return count


def _grade(directory: Path, manifest: Manifest, jobs: int) -> None:
    from grader.cli.grade import now, progress, show, write_reports
    from grader.run.batch import grade_class
    from grader.run.local import Pool
    from grader.version import __version__

    folder = directory / "submissions"
    files = [(path.name, path.read_bytes()) for path in sorted(folder.iterdir())]
    with Pool(jobs) as pool:
        at, utc = now()
        report = grade_class(manifest, files, pool, at, __version__, progress("grading"), utc=utc)
    show(report)
    write_reports(report, directory / "results", ("json", "junit"))


def _what_next(directory: Path) -> str:
    course = f"{directory}/course"
    lines = (
        "Try next:",
        f"  open {course}/sheets/ada.html and {course}/keys/ada.html",
        f"  grader check {directory}/submissions/ivo.yaml",
        f"  grader grade {directory}/submissions/fay.yaml --manifest {course}/manifest.json",
        '  grader compare "sin(x)^2" "1 - cos(x)^2"',
        "  grader bank list",
    )
    return "\n".join(lines)
