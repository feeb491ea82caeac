"""``grader preview``: an assignment on one page, before anybody gets it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.banks import bank_option
from grader.cli.course_secret import secret_option
from grader.cli.parallel import jobs_option
from grader.records import record

if TYPE_CHECKING:
    from grader.bank.problem import Problem
    from grader.classroom.assignment import Assignment
    from grader.sheets.overview import Looked

_IMAGINED = 200
"""Students who are made up where no class list is given."""


@record
class _Job:
    problem: Problem
    points: Fraction | None
    asked: str
    first: int
    language: str


@click.command("preview")
@click.argument("assignment", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="[default: SHEET-preview.html]")
@click.option("--roster", type=click.Path(path_type=Path), metavar="CSV", help="How even the sheets of this class are.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="The first variant that is shown.")
@click.option("--templates", multiple=True, metavar="DIR", help="A folder of templates that come before the shipped.")
@secret_option
@bank_option
@jobs_option
def command(
    assignment: Path,
    out: Path | None,
    roster: Path | None,
    seed: int,
    templates: tuple[str, ...],
    secret_file: Path | None,
    banks: tuple[str, ...],
    jobs: int | None,
) -> None:
    """Write one HTML page with every problem of ASSIGNMENT (YAML), three variants of each, key and fairness."""
    from grader.bank.languages import translated
    from grader.classroom.assignment import read_assignment
    from grader.classroom.variants import average_difficulty
    from grader.cli.banks import load
    from grader.cli.config import read_config, template_directories
    from grader.cli.files import read_bytes, write_whole
    from grader.cli.parallel import cores, each
    from grader.sheets.overview import page
    from grader.sheets.templates import Templates

    config = read_config()
    asked = read_assignment(read_bytes(assignment), str(assignment), load(banks), config.course)
    looks = Templates(template_directories(templates, config))
    work = [
        _Job(translated(problem, asked.language), points, whom, seed, asked.language)
        for problem, points, whom in _problems(asked)
    ]
    looked = each(_look, work, jobs or cores(), "Drawing variants")
    difficulties, who = _difficulties(asked, roster, secret_file or config.secret_file)
    made = page(
        title=asked.title,
        course=asked.course,
        sheet=asked.sheet,
        problems=looked,
        difficulties=difficulties,
        average=average_difficulty(asked),
        balance=asked.balance,
        who=who,
        templates=looks,
        language=asked.language,
    )
    path = out or Path(f"{asked.sheet}-preview.html")
    write_whole(path, made, mode=0o600)
    click.echo(f"{path}: {len(looked)} problems; for you alone")
    for found in looked:
        if found.remark:
            click.echo(f"  {found.problem}: {found.remark}")


def _problems(asked: Assignment) -> list[tuple[Problem, Fraction | None, str]]:
    """Every problem once, with whom it is asked."""
    found: dict[str, tuple[Problem, Fraction | None, str]] = {}
    for entry in asked.entries:
        amount = f"{entry.pick} of {len(entry.problems)}" if len(entry.problems) > entry.pick else "everybody"
        for problem in entry.problems:
            found.setdefault(problem.id, (problem, entry.points, amount))
    return list(found.values())


def _look(job: _Job) -> Looked:
    from grader.sheets.overview import look

    return look(job.problem, job.points, job.asked, job.first, job.language)


def _difficulties(asked: Assignment, roster: Path | None, secret_file: Path | None) -> tuple[list[Fraction], str]:
    """The difficulty of each sheet: of the class, or of students who are made up."""
    from grader.classroom.roster import Student, read_roster
    from grader.classroom.variants import difficulty
    from grader.cli.course_secret import course_secret
    from grader.cli.drawing import plans
    from grader.cli.files import read_bytes

    if roster is None:
        students = tuple(Student(f"imagined-{k}", "") for k in range(_IMAGINED))
        secret, who = b"imagined students, for a preview", f"{_IMAGINED} imagined students"
    else:
        students = read_roster(read_bytes(roster), str(roster)).students
        secret, who = course_secret(secret_file), f"the {len(students)} students of the class"
    planned = plans(asked, students, secret, {})
    return [difficulty(planned.of(student.id)) for student in students], who
