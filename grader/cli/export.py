"""``grader export``: questions for a learning platform."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.banks import bank_option
from grader.cli.course_secret import secret_option
from grader.cli.parallel import jobs_option
from grader.records import record

if TYPE_CHECKING:
    from grader.bank.instance import Instance
    from grader.bank.problem import Problem
    from grader.classroom.assignment import Assignment
    from grader.exports.base import Collection, Entry, Export, Exported

MOST_VARIANTS = 500


@record
class _Job:
    problem: Problem
    points: Fraction | None
    seeds: tuple[int, ...]


@click.command("export")
@click.argument("format", metavar="FORMAT", required=False)
@click.argument("assignment", type=click.Path(path_type=Path), required=False)
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="[default: the sheet's id, here]")
@click.option(
    "--variants",
    type=click.IntRange(1, MOST_VARIANTS),
    default=10,
    show_default=True,
    help="Variants of each problem; fewer where there are fewer.",
)
@click.option(
    "--manifest",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Export the variants that the students of this manifest have, instead of an assignment's.",
)
@click.option(
    "--policy", type=click.Path(path_type=Path), metavar="FILE", help="Of the autograder: attempts, lateness."
)
@click.option("--strict", is_flag=True, help="Write nothing when a problem cannot be expressed.")
@click.option("--json", "as_json", is_flag=True, help="Say what was written and left out as JSON.")
@secret_option
@bank_option
@jobs_option
def command(
    format: str | None,
    assignment: Path | None,
    out: Path | None,
    variants: int,
    manifest: Path | None,
    policy: Path | None,
    strict: bool,
    as_json: bool,
    secret_file: Path | None,
    banks: tuple[str, ...],
    jobs: int | None,
) -> None:
    """Write the questions of ASSIGNMENT (YAML) for a learning platform, each in several variants.

    Without arguments the formats are listed.  What a format cannot express is named, with the reason.
    """
    from grader.cli.files import write_whole
    from grader.cli.gradescope import build
    from grader.exports import exports
    from grader.exports.gradescope import ABOUT, NAME

    if format is None:
        for name, about in sorted([(e.name, e.about) for e in exports().values()] + [(NAME, ABOUT)]):
            click.echo(f"{name:<10} {about}")
        return
    if format.lower() == NAME:
        if manifest is None or assignment is not None:
            raise click.UsageError("an autograder goes by a manifest: grader export gradescope --manifest FILE")
        build(manifest, policy, out)
        return
    if policy is not None:
        raise click.UsageError("--policy belongs to the autograder: grader export gradescope")
    export = _chosen(format)
    if (assignment is None) == (manifest is None):
        raise click.UsageError("give either an assignment or --manifest")
    if manifest is not None:
        collection = _of_manifest(manifest)
    else:
        assert assignment is not None
        collection = _of_assignment(assignment, variants, secret_file, banks, jobs)
    made = export.write(collection)
    path = out or Path(f"{collection.sheet}{export.suffix}")
    written = not (strict and made.left_out) and made.questions > 0
    if written:
        write_whole(path, made.content)
    if as_json:
        click.echo(json.dumps(_told(made, path if written else None), indent=2, ensure_ascii=False))
    else:
        _tell(export, collection, made, path if written else None)
    if not written:
        raise SystemExit(1)


def _chosen(name: str) -> Export:
    from difflib import get_close_matches

    from grader.exports import exports

    known = exports()
    if name.lower() in known:
        return known[name.lower()]
    near = get_close_matches(name.lower(), known, 1)
    fix = f"did you mean '{near[0]}'?" if near else f"formats are {', '.join(known)}"
    raise click.UsageError(f"there is no format '{name}'; {fix}")


def _of_assignment(
    path: Path, variants: int, secret_file: Path | None, banks: tuple[str, ...], jobs: int | None
) -> Collection:
    from grader.bank.languages import translated
    from grader.classroom.assignment import read_assignment
    from grader.classroom.seeds import seed_for
    from grader.cli.banks import load
    from grader.cli.config import read_config
    from grader.cli.course_secret import course_secret
    from grader.cli.files import read_bytes
    from grader.cli.parallel import cores, each
    from grader.exports.base import Collection

    config = read_config()
    asked = read_assignment(read_bytes(path), str(path), load(banks), config.course)
    secret = course_secret(secret_file or config.secret_file)
    work = [
        _Job(
            translated(problem, asked.language),
            points,
            # More seeds than variants: two of them may give the same.
            tuple(seed_for(secret, asked.sheet, "", problem.id, f"export {k}") for k in range(3 * variants)),
        )
        for problem, points in _problems(asked)
    ]
    drawn = each(_draw, work, jobs or cores(), "Drawing variants")
    entries = [
        _entry(str(number), job.problem.id, made[:variants])
        for number, (job, made) in enumerate(zip(work, drawn, strict=True), 1)
    ]
    return Collection(asked.title, asked.course, asked.sheet, tuple(entries), asked.language)


def _problems(asked: Assignment) -> Iterator[tuple[Problem, Fraction | None]]:
    """Every problem that a student may get, once."""
    seen: set[str] = set()
    for entry in asked.entries:
        for problem in entry.problems:
            if problem.id not in seen:
                seen.add(problem.id)
                yield problem, entry.points


def _draw(job: _Job) -> list[tuple[Instance, ...]]:
    """Variants that differ from each other, in the order of their seeds."""
    from grader.bank.sample import Memory, sample_parts
    from grader.records import replace

    memory, found, seen = Memory(), [], set()
    for seed in job.seeds:
        parts = sample_parts(job.problem, seed, memory)
        shown = tuple((part.stem, part.statement, part.figure) for part in parts)
        if shown in seen:
            continue
        seen.add(shown)
        share = job.points / job.problem.points if job.points is not None and job.problem.points else None
        found.append(tuple(replace(p, points=p.points * share) for p in parts) if share is not None else parts)
    return found


def _of_manifest(path: Path) -> Collection:
    from grader.classroom.manifest import LARGEST_MANIFEST, read
    from grader.cli.files import read_text
    from grader.exports.base import Collection
    from grader.translations import ENGLISH

    manifest = read(read_text(path, LARGEST_MANIFEST), str(path))
    found: dict[str, dict[str, tuple[Instance, ...]]] = {}
    for part in manifest.students.values():
        whole: dict[str, list[Instance]] = {}
        for number, instance in part.instances().items():
            whole.setdefault(number.removesuffix(instance.part), []).append(instance)
        for parts in whole.values():
            first = parts[0]
            name = first.problem.rpartition(".")[0] if first.part else first.problem
            shown = "\n".join(f"{p.stem}{p.statement}{p.figure}" for p in parts)
            found.setdefault(name, {}).setdefault(shown, tuple(parts))
    entries = [
        _entry(str(number), name, list(variants.values())) for number, (name, variants) in enumerate(found.items(), 1)
    ]
    languages = {part.look.get("language", ENGLISH) for part in manifest.students.values()}
    language = languages.pop() if len(languages) == 1 else ENGLISH
    return Collection(manifest.title, manifest.course, manifest.sheet, tuple(entries), language)


def _entry(number: str, problem: str, variants: list[tuple[Instance, ...]]) -> Entry:
    from grader.exports.base import Entry, Variant

    first = variants[0]
    points = sum((part.points for part in first), Fraction(0))
    named = tuple(Variant(f"v{k:02d}", parts) for k, parts in enumerate(variants, 1))
    return Entry(number, problem, first[0].title, points, named)


def _told(made: Exported, path: Path | None) -> dict[str, object]:
    return {
        "file": str(path) if path is not None else None,
        "questions": made.questions,
        "left_out": [{"problem": o.problem, "variant": o.variant, "why": o.why} for o in made.left_out],
        "notes": list(made.notes),
    }


def _tell(export: Export, collection: Collection, made: Exported, path: Path | None) -> None:
    from grader.reports.terminal import wrapped

    problems = len(collection.entries)
    if path is not None:
        click.echo(f"{path}: {made.questions} questions of {problems} problems ({export.name})")
    else:
        click.echo(f"Nothing was written: {export.name} cannot express all of it.", err=True)
    reasons: dict[str, list[str]] = {}
    for left in made.left_out:
        reasons.setdefault(left.why, []).append(left.problem)
    for why, names in reasons.items():
        line = f"left out: {', '.join(dict.fromkeys(names))}: {why}"
        for cut in wrapped(line, "  "):
            click.echo(cut)
    for note in made.notes:
        for cut in wrapped(f"note: {note}", "  "):
            click.echo(cut)
