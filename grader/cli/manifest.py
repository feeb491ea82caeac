"""``grader manifest``: whether a manifest is whole, genuine, and what the sheets were made from."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader.cli.banks import bank_option
from grader.cli.course_secret import SECRET_FILE, SECRET_VARIABLE
from grader.cli.parallel import jobs_option
from grader.records import record

if TYPE_CHECKING:
    from grader.bank.read import Bank
    from grader.classroom.manifest import Manifest

_AT_ONCE = 20
_MOST_SHOWN = 10


@record
class _Check:
    """``ok`` is None where there was nothing to look at; ``faults`` name what is wrong."""

    name: str
    ok: bool | None
    says: str
    faults: tuple[str, ...] = ()


@click.group("manifest")
def command() -> None:
    """Look after the manifest: the one truth that sheets, keys and grades are made from."""


@command.command("verify")
@click.argument("manifest", type=click.Path(path_type=Path))
@click.option(
    "--secret-file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help=f"The course secret.  [default: {SECRET_VARIABLE}, grader.toml, else {SECRET_FILE}]",
)
@click.option(
    "--sheets",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The sheets that were handed out.  [default: sheets/ beside the manifest]",
)
@click.option("--compare-bank", is_flag=True, help="Also tell which items the bank would draw otherwise today.")
@click.option("--json", "as_json", is_flag=True, help="Print the checks as JSON.")
@bank_option
@jobs_option
def verify(
    manifest: Path,
    secret_file: Path | None,
    sheets: Path | None,
    compare_bank: bool,
    as_json: bool,
    banks: tuple[str, ...],
    jobs: int | None,
) -> None:
    """Check MANIFEST: checksum, signature, every question, and the sheets that lie beside it.

    Ends with 1 when something is wrong.  A bank that draws otherwise today is no fault: grading
    goes by the manifest.
    """
    from grader.classroom.manifest import LARGEST_MANIFEST, read
    from grader.cli.banks import load
    from grader.cli.files import read_text
    from grader.cli.parallel import cores

    found = read(read_text(manifest, LARGEST_MANIFEST), str(manifest))
    amount = sum(len(part.items) for part in found.students.values())
    checks = [
        _Check("checksum", True, f"the file is whole: {len(found.students)} students, {amount} questions"),
        _signature(found, secret_file),
        _questions(found, jobs or cores()),
        _sheets(found, sheets or manifest.parent / "sheets"),
    ]
    if compare_bank:
        checks.append(_bank(found, load(banks)))
    ok = all(check.ok is not False for check in checks)
    if as_json:
        told = [{"check": c.name, "ok": c.ok, "says": c.says, "faults": list(c.faults)} for c in checks]
        click.echo(json.dumps({"manifest": str(manifest), "ok": ok, "checks": told}, indent=2, ensure_ascii=False))
    else:
        for check in checks:
            _tell(check)
    if not ok:
        raise SystemExit(1)


def _signature(manifest: Manifest, secret_file: Path | None) -> _Check:
    from grader.cli.config import read_config
    from grader.cli.course_secret import course_secret
    from grader.errors import AuthorError

    if not manifest.signature:
        return _Check("signature", None, "it has no signature: an older version made it")
    try:
        secret = course_secret(secret_file or read_config().secret_file, make=False)
    except AuthorError as error:
        return _Check("signature", None, f"not checked: {error}")
    if manifest.signed_with(secret):
        return _Check("signature", True, "it was signed with this course secret")
    return _Check("signature", False, "it was changed, or signed with another secret than this")


def _questions(manifest: Manifest, jobs: int) -> _Check:
    """Every question reads, and its own reference is right by its own rules."""
    from grader.cli.parallel import each

    # Students of one version have the same questions.
    items = {json.dumps(item, sort_keys=True): item for _, item in _items(manifest)}
    work = list(items.values())
    chunks = [work[i : i + _AT_ONCE] for i in range(0, len(work), _AT_ONCE)]
    faults = {fault for part in each(_wrong, chunks, jobs, "Checking questions") for fault in part}
    if faults:
        return _Check("questions", False, f"{len(faults)} of {len(work)} questions are faulty", tuple(sorted(faults)))
    return _Check("questions", True, f"all {len(work)} different questions read, and their references are right")


def _items(manifest: Manifest) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for student, part in manifest.students.items():
        for number, item in part.items.items():
            yield f"{student}, {number}", item


def _wrong(items: list[Mapping[str, Any]]) -> list[str]:
    from grader.answer_text import write
    from grader.bank.instance import from_record
    from grader.errors import StudentError
    from grader.grade import grade_answer

    faults = []
    for item in items:
        name = f"{item.get('problem')} (seed {item.get('seed')})"
        try:
            instance = from_record(dict(item))
            outcome = grade_answer(instance, write(instance.task.reference)).outcome
        except (KeyError, TypeError, ValueError, AttributeError, StudentError) as error:
            faults.append(f"{name}: it cannot be read: {error}")
            continue
        if outcome != "right":
            faults.append(f"{name}: its own reference is graded as {outcome}")
    return faults


def _sheets(manifest: Manifest, folder: Path) -> _Check:
    """The sheets on disk that programs can read say what the manifest says."""
    from grader.cli.documents import sheet_of
    from grader.cli.files import read_text, safe_name
    from grader.errors import AuthorError
    from grader.sheets.outline import from_sheet, outline

    if not folder.is_dir():
        return _Check("sheets", None, f"there is no folder '{folder}' to compare with")
    faults, count = [], 0
    for student, part in manifest.students.items():
        owner = "" if part.version else student
        name = f"version-{part.version}" if part.version else safe_name(student)
        expected = None
        for suffix in (".html", ".md", ".ipynb"):
            path = folder / f"{name}{suffix}"
            if not path.exists():
                continue
            count += 1
            # Of a version only what is asked is compared: its look may be another than the student's.
            expected = expected or outline(sheet_of(manifest, owner, part, part.instances()))
            try:
                same = from_sheet(read_text(path, 20_000_000), str(path)).items == expected.items
            except AuthorError as error:
                faults.append(str(error))
                continue
            if not same:
                faults.append(f"{path}: it asks something else than the manifest")
    if faults:
        return _Check("sheets", False, f"{len(faults)} of {count} sheets differ from the manifest", tuple(faults))
    says = f"all {count} sheets in '{folder}' ask what the manifest says" if count else f"no sheets in '{folder}'"
    return _Check("sheets", True if count else None, says)


def _bank(manifest: Manifest, bank: Bank) -> _Check:
    from grader.bank.instance import to_record
    from grader.bank.languages import translated
    from grader.bank.sample import Memory, sample_parts
    from grader.errors import GraderError

    other, seen = [], set()
    memories: defaultdict[str, Memory] = defaultdict(Memory)
    for student, part in manifest.students.items():
        for item in part.items.values():
            name = item["problem"].rpartition(".")[0] if item.get("part") else item["problem"]
            # The parts of a problem have the same seed, and are looked at one by one.
            if (item["problem"], item["seed"]) in seen:
                continue
            seen.add((item["problem"], item["seed"]))
            try:
                problem = translated(bank[name], part.look.get("language", "en"))
                today = [
                    to_record(instance)
                    for instance in sample_parts(problem, int(item["seed"]), memories[f"{name} {problem.language}"])
                ]
            except (KeyError, GraderError):
                other.append(f"{name}: it is not in the bank any more, or has no variants ({student})")
                continue
            same = [r for r in today if r.get("part", "") == item.get("part", "")]
            if not same or any(same[0][field] != item[field] for field in ("statement", "reference", "given")):
                other.append(f"{item['problem']}: the bank would now ask something else for this seed ({student})")
    says = f"{len(other)} of {len(seen)} variants would be drawn otherwise today; grading goes by the manifest"
    return _Check("bank", True, says if other else f"the bank still draws all {len(seen)} variants alike", tuple(other))


def _tell(check: _Check) -> None:
    from grader.cli.terminal import safe

    mark, colour = {True: ("ok", "green"), False: ("FAULT", "red"), None: ("--", None)}[check.ok]
    click.echo(f"{click.style(f'{mark:<6}', fg=colour, bold=check.ok is False)}{check.name}: {safe(check.says)}")
    for fault in check.faults[:_MOST_SHOWN]:
        click.echo(f"        {safe(fault)}")
    if len(check.faults) > _MOST_SHOWN:
        click.echo(f"        and {len(check.faults) - _MOST_SHOWN} more; --json lists all")
