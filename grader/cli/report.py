"""``grader report``: what a class teaches, on one page."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from grader.classroom.statistics import ClassFigures
    from grader.run.matches import Match


@click.command("report")
@click.argument("results", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="[default: SHEET-report.html, here]")
@click.option(
    "--format", "format", type=click.Choice(["html", "md", "csv"]), help="[default: by the name of FILE, else html]"
)
@click.option(
    "--manifest", type=click.Path(path_type=Path), metavar="FILE", help="Compare the versions of an exam, too."
)
@click.option(
    "--matches",
    "with_matches",
    is_flag=True,
    help="Also wrong answers that are right for another student's variant; needs --manifest.",
)
@click.option("--templates", multiple=True, metavar="DIR", help="A folder of templates that come before the shipped.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON instead.")
def command(
    results: Path,
    out: Path | None,
    format: str | None,
    manifest: Path | None,
    with_matches: bool,
    templates: tuple[str, ...],
    as_json: bool,
) -> None:
    """Write a page about the class of RESULTS (results.json of 'grader grade').

    Scores, difficulty and discrimination of each question with intervals, fairness between problems and versions,
    commonest mistakes, who may need help.
    """
    from grader.cli.files import write_whole

    if with_matches and manifest is None:
        raise click.UsageError("--matches compares with the variants of other students: give --manifest FILE")
    body, figures = _figures(results, manifest)
    found = _matches(manifest, body) if with_matches and manifest is not None else None
    if as_json:
        told = {**_plain(figures), **({} if found is None else {"matches": _plain(found)})}
        click.echo(json.dumps(told, indent=2))
        return
    kind = format or (out.suffix.lstrip(".").lower() if out is not None else "") or "html"
    if kind not in ("html", "md", "csv"):
        raise click.UsageError(f"'{out}' is no HTML, Markdown or CSV; say which with --format")
    path = out or Path(f"{_safe(str(body.get('sheet', 'sheet')))}-report.{kind}")
    text = _csv(figures) if kind == "csv" else _rendered(kind, body, figures, found, templates)
    write_whole(path, text, 0o600)
    click.echo(f"{path}: {len(figures.shares)} students, {len(figures.items)} questions")
    for item in figures.items:
        if item.remark:
            click.echo(f"  question {item.number}: {item.remark}")
    for compared in figures.fairness:
        if compared.p < 0.05:
            way = "lower" if compared.difference < 0 else "higher"
            click.echo(f"  {compared.where}: {compared.group} is {abs(compared.difference):.0%} {way} than the others")


def _figures(results: Path, manifest: Path | None) -> tuple[dict[str, Any], ClassFigures]:
    from grader.classroom.statistics import analyse
    from grader.cli.files import read_text
    from grader.errors import AuthorError, Place

    try:
        import scipy  # noqa: F401
    except ImportError:
        needed = "install what reports need: pip install 'calculus-grader[report]'"
        raise AuthorError(Place("grader report"), "intervals and tests are SciPy's, which is missing", needed) from None
    versions = {}
    if manifest is not None:
        from grader.classroom.manifest import LARGEST_MANIFEST, read

        found = read(read_text(manifest, LARGEST_MANIFEST), str(manifest))
        versions = {student: part.version for student, part in found.students.items()}
    try:
        body = json.loads(read_text(results, 500_000_000))
        return body, analyse(body, versions)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        fault = f"these are no results of this version: {error}"
        raise AuthorError(Place(str(results)), fault, "give the results.json that 'grader grade' wrote") from None


def _matches(manifest: Path, body: dict[str, Any]) -> tuple[Match, ...]:
    """A long look shows how far it is."""
    from grader.classroom.manifest import LARGEST_MANIFEST, read
    from grader.cli.files import read_text
    from grader.cli.grade import progress
    from grader.run.matches import matches

    return matches(read(read_text(manifest, LARGEST_MANIFEST), str(manifest)), body, progress("comparing"))


def _rendered(
    kind: str,
    body: dict[str, Any],
    figures: ClassFigures,
    found: tuple[Match, ...] | None,
    templates: tuple[str, ...],
) -> str:
    from grader.classroom.charts import counted, histogram, intervals
    from grader.cli.config import read_config, template_directories
    from grader.sheets.templates import Templates

    looks = Templates(template_directories(templates, read_config()))
    return looks.render(
        f"class.{kind}.j2",
        title=str(body.get("title", "")),
        course=str(body.get("course", "")),
        graded_at=str(body.get("graded_at", "")),
        absent=[str(name) for name in body.get("absent", ())],
        figures=figures,
        matches=found,
        bins=counted(figures.shares),
        histogram=histogram(figures.shares),
        intervals=intervals(figures.items),
    )


def _csv(figures: ClassFigures) -> str:
    made = io.StringIO()
    writer = csv.writer(made, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(
        ["question", "problems", "answers", "share", "low", "high", "discrimination", "low", "high", "remark"]
    )
    for item in figures.items:
        found = item.discrimination
        estimates = [found.value, found.low, found.high] if found is not None else ["", "", ""]
        rounded = [
            round(v, 4) if isinstance(v, float) else ""
            for v in (item.ease.value, item.ease.low, item.ease.high, *estimates)
        ]
        writer.writerow([f"question {item.number}", ", ".join(item.problems), item.count, *rounded, item.remark])
    return made.getvalue()


def _plain(value: Any) -> Any:
    """Records as JSON values."""
    if isinstance(value, tuple | list):
        return [_plain(entry) for entry in value]
    if isinstance(value, dict):
        return {str(key): _plain(entry) for key, entry in value.items()}
    names = getattr(type(value), "__match_args__", ())
    return {name: _plain(getattr(value, name)) for name in names} if names else value


def _safe(name: str) -> str:
    from grader.cli.files import safe_name

    return safe_name(name)
