"""``grader regrade``: the same submissions once more, and what that changes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from grader.run.regrade import Change, Was

_MOST = 60
AUDIT = "audit.jsonl"


@click.command("regrade")
@click.argument("paths", nargs=-1, required=True, metavar="FILE|FOLDER...", type=click.Path(path_type=Path))
@click.option("--manifest", "manifest_path", required=True, type=click.Path(path_type=Path), metavar="FILE")
@click.option(
    "--previous",
    required=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The results.json to compare with.",
)
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Where the new reports go.")
@click.option("--format", "formats", metavar="NAMES", help="Which reports, with commas.  [default: json,junit]")
@click.option("--dry-run", is_flag=True, help="Only say what would change; write nothing.")
@click.option("--allow-lower", is_flag=True, help="Let scores fall; else an answer keeps what it had.")
@click.option("--policy", "policy_path", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--times", type=click.Path(path_type=Path), metavar="CSV")
@click.option("--decisions", type=click.Path(path_type=Path), metavar="FILE", help="What people decided (YAML).")
@click.option("--by", default="", metavar="NAME", help="Who regrades, for the audit trail.")
@click.option("--jobs", type=click.IntRange(1), metavar="N")
@click.option("--json", "as_json", is_flag=True, help="Print the changes as JSON.")
def command(
    paths: tuple[Path, ...],
    manifest_path: Path,
    previous: Path,
    out: Path | None,
    formats: str | None,
    dry_run: bool,
    allow_lower: bool,
    policy_path: Path | None,
    times: Path | None,
    decisions: Path | None,
    by: str,
    jobs: int | None,
    as_json: bool,
) -> None:
    """Grade again after a fix, and say who changes, from what to what, and why.

    Nobody's score falls unless --allow-lower.  Each run that writes adds a line to audit.jsonl in DIR.
    """
    from grader.cli.grade import chosen_formats, found_files, graded_report, worker_count, write_reports
    from grader.run.local import Pool
    from grader.run.regrade import changes, floors

    if (out is None) != dry_run:
        raise click.UsageError(
            "give --out DIR, or look first with --dry-run" if not dry_run else "--dry-run writes nothing; remove --out"
        )
    wanted = chosen_formats(formats)
    before, body = _previous(previous)
    kept = {} if allow_lower else floors(before, str(body.get("graded_at", "")), str(body.get("made_with", "")))
    found = found_files(paths, manifest_path)
    with Pool(jobs or worker_count(len(found))) as pool:
        report = graded_report(found, manifest_path, pool, policy_path, times, decisions, kept)
    if body.get("sheet") != report.sheet:
        raise click.UsageError(f"'{previous}' is of the sheet '{body.get('sheet')}', not of '{report.sheet}'")
    made = changes(before, report, kept)
    if as_json:
        click.echo(json.dumps([_record(change) for change in made], indent=2))
    else:
        _tell(made, len(before))
    if out is None:
        return
    for path in write_reports(report, out, wanted):
        click.echo(f"wrote {path}", err=as_json)
    _audit(out / AUDIT, {
        "at": report.utc,
        "by": by or None,
        "made_with": report.made_with,
        "previous": {"graded_at": body.get("graded_at"), "made_with": body.get("made_with")},
        "sheet": report.sheet,
        "manifest": _digest(manifest_path),
        "allow_lower": allow_lower,
        "changes": [_record(change) for change in made],
    })  # fmt: skip
    click.echo(f"wrote {out / AUDIT}", err=as_json)


def _previous(path: Path) -> tuple[dict[tuple[str, str], Was], dict[str, Any]]:
    from grader.cli.files import read_text
    from grader.errors import AuthorError, Place
    from grader.run.regrade import earlier

    try:
        body = json.loads(read_text(path, 500_000_000))
        return earlier(body), body
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        fault = f"these are no results: {error}"
        raise AuthorError(Place(str(path)), fault, "give the results.json that 'grader grade' wrote") from None


def _record(change: Change) -> dict[str, Any]:
    was = change.was
    return {
        "student": change.student,
        "item": change.item,
        "from": None if was is None else {"outcome": was.outcome, "score": str(was.score)},
        "to": {"outcome": change.outcome, "score": str(change.score)},
        "kept": change.kept,
        "why": change.why,
    }


def _tell(made: tuple[Change, ...], graded: int) -> None:
    from grader.reports.base import number, visible
    from grader.reports.terminal import wrapped

    changed = [change for change in made if not change.kept]
    kept = len(made) - len(changed)
    students = len({change.student for change in changed})
    click.echo(
        f"{len(changed)} of {graded} answers change, of {students} students"
        + (f"; {kept} keep what they had" if kept else "")
    )
    for change in made[:_MOST]:
        was = f"{change.was.outcome} {number(change.was.score)}" if change.was is not None else "not graded"
        now = "kept" if change.kept else f"{change.outcome} {number(change.score)}"
        click.echo(f"  {visible(change.student)}, question {change.item}: {was} -> {now}")
        for line in wrapped(visible(change.why), "      "):
            click.echo(line)
    if len(made) > _MOST:
        click.echo(f"  and {len(made) - _MOST} more; --json lists all")


def _digest(path: Path) -> str:
    import hashlib

    from grader.classroom.manifest import LARGEST_MANIFEST
    from grader.cli.files import read_bytes

    return "sha256:" + hashlib.sha256(read_bytes(path, LARGEST_MANIFEST)).hexdigest()


def _audit(path: Path, entry: dict[str, Any]) -> None:
    """One line more; the file is written whole, so that no line is ever half there."""
    from grader.cli.files import read_text, write_whole

    before = read_text(path, 500_000_000) if path.exists() else ""
    write_whole(path, before + json.dumps(entry, ensure_ascii=True) + "\n", 0o600)
