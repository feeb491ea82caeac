"""``grader gradebook``: results into a gradebook that was downloaded."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from grader.classroom.gradebook import Scored


@click.command("gradebook")
@click.argument("platform", type=click.Choice(["canvas", "moodle"]))
@click.argument("gradebook", type=click.Path(path_type=Path))
@click.option(
    "--results", required=True, type=click.Path(path_type=Path), metavar="FILE", help="results.json of 'grader grade'."
)
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="FILE", help="What to upload.")
@click.option(
    "--column", default="", metavar="NAME", help="The column to fill.  [default: the one with the sheet's title]"
)
def command(platform: str, gradebook: Path, results: Path, out: Path, column: str) -> None:
    """Put the scores of RESULTS into the GRADEBOOK (CSV) that was downloaded from Canvas or Moodle.

    Only the columns that tell who is who and the one that is filled are written, so that an upload changes
    nothing else.  Who is still to be decided by a person is left as they are.
    """
    from grader.classroom.gradebook import PLATFORMS, merge
    from grader.cli.files import read_text, write_whole
    from grader.errors import AuthorError, Place

    if out.exists() and out.resolve() == gradebook.resolve():
        raise click.UsageError("--out is the gradebook itself; keep what was downloaded, and choose another name")
    try:
        body = json.loads(read_text(results, 500_000_000))
        scored = [_scored(student) for student in body["students"]]
        points = max((Fraction(str(student["points"])) for student in body["students"]), default=Fraction(0))
        title = str(body["title"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        fault = f"these are no results of this version: {error}"
        raise AuthorError(Place(str(results)), fault, "give the results.json that 'grader grade' wrote") from None
    chosen = next(name for name in PLATFORMS if name == platform)
    made = merge(read_text(gradebook, 50_000_000), str(gradebook), chosen, scored, points, title, column)
    write_whole(out, made.text)
    click.echo(f"{out}: {made.filled} scores in '{made.column}'")
    for note in made.notes:
        click.echo(f"  note: {note}")
    for who, why in ((made.absent, "not in the gradebook"), (made.waiting, "left as it is, a person has to decide")):
        if who:
            shown = ", ".join(who[:10]) + (f" and {len(who) - 10} more" if len(who) > 10 else "")
            click.echo(f"  {why}: {shown}")


def _scored(student: dict[str, Any]) -> Scored:
    from grader.classroom.gradebook import Scored

    final = None if student["excused"] else Fraction(str(student["final"]))
    return Scored(str(student["student"]), str(student["name"]), final, bool(student["open_points"]))
