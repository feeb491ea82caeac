"""``grader gradescope``: grades one submission inside Gradescope's autograder; and makes that autograder."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from grader.classroom.manifest import Manifest
    from grader.classroom.policy import Policy
    from grader.reports.base import Report
    from grader.submission import Submission

_SECONDS = 30.0


@click.command("gradescope")
@click.option(
    "--root",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("/autograder"),
    show_default=True,
    help="Where Gradescope puts source, submission and results.",
)
@click.option("--jobs", type=click.IntRange(1), default=2, show_default=True, help="Worker processes.")
def command(root: Path, jobs: int) -> None:
    """Grade the submission under ROOT, as the zip of 'grader export gradescope' does.

    The result is written first and replaced at the end, so that a crash never leaves none.
    """
    from grader.classroom.manifest import LARGEST_MANIFEST, read
    from grader.cli.files import read_text, write_whole
    from grader.reports.gradescope import unfinished

    results = root / "results" / "results.json"
    failed = "Your submission arrived and was not graded: the grader itself failed. Please tell your instructor."
    write_whole(results, unfinished(failed))
    source = root / "source"
    manifest = read(read_text(source / "manifest.json", LARGEST_MANIFEST), "manifest.json")
    policy = _policy(source / "policy.yaml", manifest)
    told = _metadata(root / "submission_metadata.json")
    write_whole(results, _graded(root / "submission", manifest, policy, told, jobs))
    click.echo(f"wrote {results}")


def _policy(path: Path, manifest: Manifest) -> Policy | None:
    from grader.cli.policy import policy_of

    return policy_of(path, manifest)[0] if path.exists() else None


def _metadata(path: Path) -> dict[str, Any]:
    """What Gradescope says of the submission; nothing when it says nothing that can be read."""
    from grader.cli.files import read_text
    from grader.errors import AuthorError

    try:
        found = json.loads(read_text(path, 20_000_000))
    except (AuthorError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _graded(folder: Path, manifest: Manifest, policy: Policy | None, told: dict[str, Any], jobs: int) -> str:
    """The results of the submission as text."""
    from grader.errors import StudentError
    from grader.reports.gradescope import REPORT, refused
    from grader.submission import read_submission

    files = _files(folder)
    if not files:
        return refused("There is no answer file in your submission; hand in the .yaml file of your sheet.")
    name, data = files[-1]
    try:
        submission = read_submission(data, name)
    except StudentError as error:
        return refused(f"{name}: {error.explanation}. Nothing was graded, and it does not count as wrong.")
    student, why = _student(manifest, submission, told)
    if student is None:
        return refused(why)
    before = _attempts(told)
    if policy is not None and policy.attempts is not None and len(before) >= policy.attempts:
        best = max((score for score in before if score is not None), default=0.0)
        return refused(
            f"You have used all {policy.attempts} attempts; this one was not graded. Your earlier result stands.", best
        )
    if not submission.student:
        # What the file leaves open its name may tell.
        name = f"{student}{Path(name).suffix}"
    report = _report(manifest, student, name, data, policy, told, jobs)
    if not report.students:
        return refused("; ".join(trouble.message for trouble in report.troubles) or "nothing could be graded")
    return REPORT.render(report)


def _files(folder: Path) -> list[tuple[str, bytes]]:
    """Answer files in the submission, the one that is most likely meant last."""
    from grader.cli.files import read_bytes
    from grader.errors import AuthorError
    from grader.submission import LARGEST

    found = []
    for path in sorted(folder.rglob("*")) if folder.is_dir() else []:
        # No link leads out of what was handed in.
        if (
            path.is_symlink()
            or not path.is_file()
            or path.suffix.lower() not in (".yaml", ".yml", ".json", ".txt", ".ipynb")
        ):
            continue
        try:
            found.append((path.relative_to(folder).as_posix(), read_bytes(path, LARGEST)))
        except AuthorError:
            continue
    return found


def _student(manifest: Manifest, submission: Submission, told: dict[str, Any]) -> tuple[str | None, str]:
    """Whose submission it is: Gradescope knows who handed it in, and a file may not say otherwise."""
    from grader.run.batch import whose

    users = _records(told.get("users"))
    known = {str(user.get(key, "")).strip().casefold() for user in users for key in ("sid", "email")} - {""}
    found = [
        student
        for student, part in manifest.students.items()
        if student.casefold() in known or (part.email and part.email.casefold() in known)
    ]
    says, reason = whose(manifest, submission)
    if not found:
        if users:
            return (
                None,
                "Gradescope's list and the class list do not agree about who you are; please tell your instructor.",
            )
        return says, reason
    if says is not None and says not in found:
        return None, f"this is the answer file of '{says}', and not yours; hand in the one of your own sheet."
    return found[0] if says is None else says, ""


def _records(value: object) -> list[dict[str, Any]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _attempts(told: dict[str, Any]) -> list[float | None]:
    """The scores of earlier submissions that were graded, in order."""
    earlier = [s for s in _records(told.get("previous_submissions")) if not s.get("autograder_error")]
    scores: list[float | None] = []
    for submission in earlier:
        try:
            scores.append(float(submission["score"]))
        except (KeyError, TypeError, ValueError):
            scores.append(None)
    return scores


def _report(
    manifest: Manifest, student: str, name: str, data: bytes, policy: Policy | None, told: dict[str, Any], jobs: int
) -> Report:
    from grader.classroom.policy import moment
    from grader.cli.grade import now
    from grader.records import replace
    from grader.run.batch import grade_class
    from grader.run.local import Pool
    from grader.version import __version__

    # Lateness by the time of handing in, not by that of this run.
    handed_in = moment(str(told.get("created_at", "")))
    times: dict[str, datetime] = {name: handed_in} if handed_in is not None else {}
    alone = replace(manifest, students={student: manifest.students[student]})
    at, utc = now()
    with Pool(jobs, _SECONDS) as pool:
        return grade_class(alone, [(name, data)], pool, at, __version__, utc=utc, policy=policy, times=times)


def build(manifest_path: Path, policy_path: Path | None, out: Path | None) -> None:
    """Write the autograder of a manifest."""
    from grader.classroom.manifest import LARGEST_MANIFEST, read
    from grader.cli.files import read_text, write_whole
    from grader.exports.gradescope import autograder

    text = read_text(manifest_path, LARGEST_MANIFEST)
    manifest = read(text, str(manifest_path))
    policy = None
    if policy_path is not None:
        # Its faults are told here, not to students.
        _policy(policy_path, manifest)
        policy = read_text(policy_path)
    path = out or Path(f"{manifest.sheet}.gradescope.zip")
    write_whole(path, autograder(text, policy, _package(), _requirements()), 0o600)
    click.echo(f"{path}: an autograder for {len(manifest.students)} students of '{manifest.sheet}'")
    click.echo("  It holds every reference: upload it to Gradescope (Configure Autograder), and show it to nobody.")


def _package() -> dict[str, bytes]:
    """The package's own files, without what only sheets need."""
    import grader

    root = Path(grader.__file__).resolve().parent
    kept = {}
    for path in root.rglob("*"):
        inside = path.relative_to(root)
        if not path.is_file() or "__pycache__" in inside.parts or inside.parts[0] in ("_data", "_demo", "_course"):
            continue
        kept[f"grader/{inside.as_posix()}"] = path.read_bytes()
    return kept


def _requirements() -> list[str]:
    """What the package needs, as pip writes it, without its extras."""
    from importlib.metadata import PackageNotFoundError, requires

    try:
        found = requires("calculus-grader") or []
    except PackageNotFoundError:
        raise click.UsageError("install the package (pip install .) to make an autograder of it") from None
    return sorted(line for line in found if "extra ==" not in line)
