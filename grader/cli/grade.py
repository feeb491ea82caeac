"""``grader grade``: submissions and a manifest in, a summary and report files out."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli import BELOW

if TYPE_CHECKING:
    from grader.classroom.decisions import Decisions
    from grader.reports.base import Report, Trouble
    from grader.run.cluster import Cluster
    from grader.run.local import Pool

_SUFFIXES = (".yaml", ".yml", ".json", ".txt", ".ipynb")
# What a sheet's folder may hold besides submissions, and what never is one.
_OTHER_FILES = frozenset(
    {"manifest.json", "results.json", "results.xml", "results.txt", "results.lti.json"}
    | {"results.gradescope.json", "results.classroom50.json", "results.github.txt", "seating.csv"}
    | {"roster.csv", "thumbs.db", "desktop.ini", "readme.md", "readme.txt"}
)


@click.command("grade")
@click.argument("paths", nargs=-1, required=True, metavar="FILE|FOLDER...", type=click.Path(path_type=Path))
@click.option(
    "--manifest",
    "manifest_path",
    required=True,
    type=click.Path(path_type=Path),
    help="The manifest that 'grader sheets' wrote.",
)
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Write the reports into this folder.")
@click.option("--format", "formats", metavar="NAMES", help="Which reports, with commas.  [default: json,junit]")
@click.option(
    "--fail-under",
    type=click.FloatRange(0, 100),
    metavar="PERCENT",
    help="End with exit code 1 when a score is certainly below this.",
)
@click.option(
    "--policy",
    "policy_path",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Attempts, lateness, extensions, excuses, rounding (YAML).",
)
@click.option(
    "--times",
    type=click.Path(path_type=Path),
    metavar="CSV",
    help="When each file was handed in: columns 'file' and 'submitted'.",
)
@click.option(
    "--decisions", type=click.Path(path_type=Path), metavar="FILE", help="What people decided about answers (YAML)."
)
@click.option(
    "--github",
    is_flag=True,
    help="In GitHub Actions: annotate the answers, and add to the summary of the job.",
)
@click.option("--jobs", type=click.IntRange(1), metavar="N", help="Worker processes.  [default: by the processors]")
@click.option("--scheduler", metavar="ADDRESS", help="Grade on a Dask cluster: tcp://HOST:8786.")
@click.option("--json", "as_json", is_flag=True, help="Print the JSON report instead of the summary.")
def command(
    paths: tuple[Path, ...],
    manifest_path: Path,
    out: Path | None,
    formats: str | None,
    fail_under: float | None,
    policy_path: Path | None,
    times: Path | None,
    decisions: Path | None,
    github: bool,
    jobs: int | None,
    scheduler: str | None,
    as_json: bool,
) -> None:
    """Grade answer files, or folders of them, against a MANIFEST.

    \b
    grader grade submissions/ --manifest sheets/manifest.json --out results
    grader grade ada.yaml --manifest manifest.json --fail-under 50

    A broken file never stops the others.  An answer that cannot be read, and one that the
    grader cannot decide, are kept apart from wrong ones.
    """
    if times is not None and policy_path is None:
        raise click.UsageError("--times needs --policy FILE, which says what lateness costs")
    if formats and out is None:
        raise click.UsageError("--format needs --out DIR to write to")
    wanted = chosen_formats(formats)
    found = found_files(paths, manifest_path)
    # Started first: the workers load while the files are read here.
    with workers(scheduler, jobs or worker_count(len(found))) as pool:
        report = graded_report(found, manifest_path, pool, policy_path, times, decisions)
    if as_json:
        from grader.reports import load

        click.echo(load("json").render(report), nl=False)
    else:
        show(report)
    if out is not None:
        for path in write_reports(report, out, wanted):
            click.echo(f"wrote {path}", err=as_json)
    if github:
        _tell_github(report)
    if not report.students and any(trouble.stranger for trouble in report.troubles):
        raise click.UsageError(
            f"no file belongs to a student of this manifest, the sheet '{report.sheet}'; give the right manifest"
        )
    if fail_under is not None and _failed(report, fail_under):
        sys.exit(BELOW)


def show(report: Report) -> None:
    """Print the summary, with colours and symbols where the terminal has them."""
    from grader.reports.terminal import render

    encoding = getattr(sys.stdout, "encoding", None) or "ascii"
    unicode = encoding.lower().replace("-", "").startswith("utf")
    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    text = render(report, colour, unicode)
    # Names may hold letters that the terminal's encoding lacks.
    click.echo(text.encode(encoding, "replace").decode(encoding), nl=False, color=colour)


def write_reports(report: Report, out: Path, formats: tuple[str, ...]) -> tuple[Path, ...]:
    """Write ``results.*`` into the folder, each file whole or not at all."""
    from grader.cli.files import write_whole
    from grader.reports import load

    chosen = [load(name) for name in formats]
    for format in chosen:
        if format.one and len(report.students) != 1:
            count = len(report.students)
            raise click.UsageError(f"'{format.name}' is the result of one submission, not of {count}; grade one file")
    written = []
    for format in chosen:
        path = out / f"results{format.suffix}"
        # Evidence shows values of the references: for the instructor alone, as far as the disk knows people.
        write_whole(path, format.render(report), 0o600 if format.shows_reference else 0o666)
        written.append(path)
    return tuple(written)


def now() -> tuple[str, str]:
    """The local time and the time in UTC, as reports want them."""
    import os
    from datetime import UTC, datetime

    # The usual way to ask for the same bytes every time: https://reproducible-builds.org/specs/source-date-epoch/
    fixed = os.environ.get("SOURCE_DATE_EPOCH", "")
    utc = datetime.fromtimestamp(int(fixed), UTC) if fixed.isdecimal() else datetime.now(UTC)
    local = utc if fixed.isdecimal() else utc.astimezone()
    stamp = utc.isoformat(timespec="seconds").replace("+00:00", "Z")
    return local.replace(tzinfo=None).isoformat(timespec="seconds"), stamp


def _tell_github(report: Report) -> None:
    """Annotations on stdout, where GitHub reads commands, and a summary into the file that it names."""
    from grader.reports import load

    click.echo(load("github").render(report), nl=False)
    summary = os.environ.get("GITHUB_STEP_SUMMARY", "")
    if not summary:
        return
    try:
        with open(summary, "a", encoding="utf-8") as file:
            file.write(load("summary").render(report))
    except OSError as error:
        # The grades are written; a summary that cannot be is no reason to fail.
        click.echo(f"the summary could not be written: {error}", err=True)


def _context() -> dict[str, str]:
    """What the environment says of the submission: ``CLASSROOM50_*``, else what GitHub knows."""
    known = os.environ
    repository, commit = known.get("GITHUB_REPOSITORY", ""), known.get("GITHUB_SHA", "")
    found = {}
    if repository and commit:
        address = f"{known.get('GITHUB_SERVER_URL', 'https://github.com')}/{repository}"
        found = {"commit": f"{address}/commit/{commit}", "review": f"{address}/commit/{commit}"}
        if known.get("GITHUB_REF_TYPE") == "tag":
            found["submission"] = known.get("GITHUB_REF_NAME", "")
            found["release"] = f"{address}/releases/tag/{known.get('GITHUB_REF_NAME', '')}"
    prefix = "CLASSROOM50_"
    return found | {name[len(prefix) :].lower(): v for name, v in known.items() if name.startswith(prefix)}


def progress(label: str) -> Callable[[int, int], None]:
    """A counter on the terminal for what takes longer than two seconds; silent elsewhere."""
    from time import monotonic

    started = monotonic()
    shown = False

    def done(count: int, total: int) -> None:
        nonlocal shown
        if not sys.stderr.isatty() or (not shown and monotonic() - started < 2):
            return
        shown = True
        filled = 30 * count // total
        bar = "#" * filled + "." * (30 - filled)
        click.echo(f"\r{label} [{bar}] {count}/{total}", nl=count == total, err=True)

    return done


def chosen_formats(names: str | None) -> tuple[str, ...]:
    """The reports of a list; JSON and JUnit without one."""
    from grader.reports import names as known

    wanted = tuple(name.strip() for name in (names or "json,junit").split(",") if name.strip())
    for name in wanted:
        if name not in known():
            raise click.UsageError(f"unknown report format {name!r}; there are {', '.join(known())}")
    return wanted


def workers(scheduler: str | None, jobs: int) -> Pool | Cluster:
    """Those of this machine, or of a cluster."""
    if scheduler is not None:
        from grader.run.cluster import Cluster

        return Cluster(scheduler)
    from grader.run.local import Pool

    return Pool(jobs)


def worker_count(files: int) -> int:
    """As many as there are processors, fewer for a few files."""
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(processors, (files + 2) // 3))


def found_files(paths: tuple[Path, ...], manifest: Path) -> tuple[Path, ...]:
    """The files named, and those in the folders named, hidden ones left out."""
    found: list[Path] = []
    if not any(map(os.path.lexists, paths)):
        raise click.UsageError(f"there is no such file or folder: {', '.join(map(str, paths))}")
    for path in paths:
        if not path.is_dir():
            found.append(path)
            continue
        inside = [p for p in sorted(path.rglob("*")) if _is_handed_in(p) and not _hidden(p.relative_to(path))]
        found += [p for p in inside if p.name.lower() not in _OTHER_FILES and not _same(p, manifest)]
    if not found:
        raise click.UsageError(f"there are no submissions in {', '.join(map(str, paths))}")
    return tuple(dict.fromkeys(found))


def _is_handed_in(path: Path) -> bool:
    """A file, or a link to one that is not there: somebody meant to hand it in."""
    return path.is_file() or (path.is_symlink() and not path.exists())


def _hidden(path: Path) -> bool:
    return any(part.startswith((".", "__MACOSX", "~$")) for part in path.parts)


def _same(path: Path, other: Path) -> bool:
    try:
        return path.samefile(other)
    except OSError:
        return False


def graded_report(
    found: tuple[Path, ...],
    manifest_path: Path,
    pool: Pool | Cluster,
    policy_path: Path | None,
    times_path: Path | None,
    decisions_path: Path | None = None,
    floors: Decisions | None = None,
) -> Report:
    """The files graded, by all that was asked for; ``floors`` are what no score may fall below."""
    from grader.classroom.manifest import LARGEST_MANIFEST, read
    from grader.cli.files import read_text
    from grader.errors import AuthorError
    from grader.run.batch import grade_class
    from grader.version import __version__

    manifest = read(read_text(manifest_path, LARGEST_MANIFEST), str(manifest_path))
    files, unread = _contents(found)
    policy, times = None, {}
    if policy_path is not None:
        from grader.cli.policy import policy_of, times_of

        policy, notes = policy_of(policy_path, manifest)
        for note in notes:
            click.echo(f"Note: {note}", err=True)
        if times_path is not None:
            times = times_of(times_path, [name for name, _ in files])
            unknown = len(files) - len(times)
            if unknown and policy.late is not None:
                click.echo(f"Note: {unknown} files have no time in {times_path}; they count as in time", err=True)
        elif policy.late is not None:
            click.echo("Note: without --times every file counts as in time", err=True)
    decisions = None
    if decisions_path is not None:
        from grader.classroom.decisions import read_decisions
        from grader.cli.files import read_bytes

        decisions = read_decisions(read_bytes(decisions_path), str(decisions_path))
        for decision in decisions.values():
            part = manifest.students.get(decision.student)
            if part is None or decision.item not in part.items:
                fault = f"there is no question {decision.item} of '{decision.student}' in the manifest"
                raise AuthorError(decision.place, fault, "write the id and the number as in the results")
    at, utc = now()
    told = progress("grading")
    return grade_class(
        manifest,
        files,
        pool,
        at,
        __version__,
        told,
        unread,
        utc,
        _context(),
        policy=policy,
        times=times,
        decisions=decisions,
        floors=floors,
    )


def _contents(found: tuple[Path, ...]) -> tuple[list[tuple[str, bytes]], tuple[Trouble, ...]]:
    """The files' contents, and those that cannot be opened or are no answer files."""
    from grader.cli.files import read_bytes
    from grader.errors import AuthorError
    from grader.reports.base import Trouble
    from grader.submission import LARGEST

    files: list[tuple[str, bytes]] = []
    unread = []
    for path in found:
        name = path.as_posix()
        if path.suffix.lower() not in _SUFFIXES and path.exists():
            unread.append(Trouble(name, "this is not an answer file; hand in the .yaml file"))
            continue
        try:
            files.append((name, read_bytes(path, LARGEST)))
        except AuthorError as error:
            unread.append(Trouble(name, error.explanation))
    return files, tuple(unread)


def _failed(report: Report, percent: float) -> bool:
    from fractions import Fraction

    from grader.run.batch import below

    return bool(below(report, Fraction(percent) / 100)) or any(trouble.lost for trouble in report.troubles)
