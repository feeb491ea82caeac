"""``grader bank``: list, show, preview, lint, test and begin problems."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

import click

from grader.cli.bank_coverage import command as coverage_command
from grader.cli.bank_kinds import command as kinds_command
from grader.cli.bank_preview import command as preview_command
from grader.cli.bank_search import command as search_command
from grader.cli.banks import bank_option, find, load
from grader.cli.parallel import cores, each, jobs_option

if TYPE_CHECKING:
    from grader.bank.check import Checked
    from grader.bank.instance import Instance
    from grader.bank.lint import Linted
    from grader.bank.problem import Problem


@click.group("bank")
def command() -> None:
    """List, show, test and lint the problem bank."""


command.add_command(kinds_command)
command.add_command(coverage_command)
command.add_command(preview_command)
command.add_command(search_command)


@command.command("list")
@bank_option
@click.option("--topic", metavar="TEXT", help="Only topics whose name holds this text.")
@click.option("--kind", metavar="KIND", help="Only problems of this kind.")
@click.option("--difficulty", type=click.IntRange(1, 5), help="Only problems of this difficulty.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
def list_problems(
    banks: tuple[str, ...], topic: str | None, kind: str | None, difficulty: int | None, as_json: bool
) -> None:
    """The problems with their topic, kind and difficulty."""
    problems = [
        problem
        for problem in load(banks)
        if (topic is None or topic.lower() in problem.topic.lower())
        and (kind is None or problem.kind == kind)
        and (difficulty is None or problem.difficulty == difficulty)
    ]
    if as_json:
        click.echo(json.dumps([_listed(problem) for problem in problems], indent=2, ensure_ascii=False))
        return
    width = max((len(problem.id) for problem in problems), default=0)
    kinds = max((len(problem.kind) for problem in problems), default=0)
    topic_above = ""
    for problem in problems:
        if problem.topic != topic_above:
            click.secho(problem.topic, bold=True)
            topic_above = problem.topic
        stars = "*" * problem.difficulty
        click.echo(f"  {problem.id:<{width}}  {problem.kind:<{kinds}}  {stars:<5}  {problem.title}")
    click.echo(f"{len(problems)} problem{'' if len(problems) == 1 else 's'}")


@command.command("show")
@click.argument("problem")
@bank_option
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Which variant.")
@click.option("--json", "as_json", is_flag=True, help="Print the variant as in a manifest.")
@click.option("--svg", is_flag=True, help="Print its figure as an SVG file.")
def show(problem: str, banks: tuple[str, ...], seed: int, as_json: bool, svg: bool) -> None:
    """One variant of PROBLEM with its answer, hints and solution."""
    from grader.bank.instance import to_record
    from grader.bank.sample import sample_parts

    parts = sample_parts(find(load(banks), problem), seed)
    if as_json:
        records = [to_record(instance) for instance in parts]
        click.echo(json.dumps(records if parts[0].part else records[0], indent=2, ensure_ascii=False))
        return
    if svg:
        click.echo(_svg(parts), nl=False)
        return
    for instance in parts:
        _show(instance)


@command.command("lint")
@click.argument("problems", nargs=-1)
@bank_option
@click.option(
    "--seeds", type=click.IntRange(1, 100_000), default=20, show_default=True, help="Variants of each problem."
)
@jobs_option
@click.option("--fairness", is_flag=True, help="Print how evenly the variants of each problem are made.")
@click.option("--json", "as_json", is_flag=True, help="Print the remarks and measures as JSON.")
def lint_problems(
    problems: tuple[str, ...], banks: tuple[str, ...], seeds: int, jobs: int | None, fairness: bool, as_json: bool
) -> None:
    """Try many variants of PROBLEMS (all, when none is named) and report what an author should mend."""
    from grader.bank.spread import table as fairness_table

    results = each(partial(_linted, seeds=seeds), _chosen(problems, banks), jobs or cores(), "Linting")
    remarks = [remark for result in results for remark in result.remarks]
    errors = sum(result.errors for result in results)
    if as_json:
        rows = [
            {
                "place": str(remark.place),
                "problem": remark.problem,
                "level": remark.level,
                "text": remark.text,
                "seeds": list(remark.seeds),
            }
            for remark in remarks
        ]
        summary = [
            {
                "problem": r.problem,
                "tried": r.tried,
                "variants": r.variants,
                "slowest": round(r.slowest, 3),
                "spread": None if r.spread is None else r.spread.as_record(),
            }
            for r in results
        ]
        click.echo(json.dumps({"problems": summary, "remarks": rows}, indent=2, ensure_ascii=False))
    else:
        if fairness:
            for line in fairness_table([(result.problem, result.variants, result.spread) for result in results]):
                click.echo(line)
        for remark in remarks:
            click.secho(str(remark), fg="red" if remark.level == "error" else "yellow")
        variants = sum(result.variants for result in results)
        warnings = len(remarks) - errors
        click.echo(
            f"{_count(len(results), 'problem')}, {_count(variants, 'different variant')}: "
            f"{_count(errors, 'error')}, {_count(warnings, 'warning')}"
        )
    if errors:
        _fail()


@command.command("test")
@click.argument("problems", nargs=-1)
@bank_option
@jobs_option
@click.option("--json", "as_json", is_flag=True, help="Print every test as JSON.")
def test_problems(problems: tuple[str, ...], banks: tuple[str, ...], jobs: int | None, as_json: bool) -> None:
    """Grade the test answers that stand in the problem files (of all PROBLEMS, when none is named), and
    check the steps of their solutions."""
    chosen = _chosen(problems, banks)
    results = [result for checked in each(_tested, chosen, jobs or cores(), "Testing") for result in checked]
    failed = [result for result in results if not result.passed]
    if as_json:
        rows = [
            {
                "place": str(r.place),
                "problem": r.problem,
                "seed": r.seed,
                r.what: r.answer,
                "passed": r.passed,
                "faults": list(r.faults),
            }
            for r in results
        ]
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
    else:
        for result in failed:
            click.secho(str(result), fg="red")
        passed = len(results) - len(failed)
        tests, problems_of = _count(len(results), "test"), _count(len(chosen), "problem")
        click.echo(f"{tests} of {problems_of}: {passed} passed, {len(failed)} failed")
    if failed:
        _fail()


@command.command("new")
@click.argument("kind")
@click.option("--id", "name", default="new-problem", show_default=True, help="The id of the problem.")
def new(kind: str, name: str) -> None:
    """Print a problem of KIND to fill in; append it to a topic file."""
    from grader import kinds
    from grader.bank.document import suggest
    from grader.bank.problem_reader import ID
    from grader.bank.skeleton import skeleton

    if kind not in kinds.names():
        advice = suggest(kind, kinds.names()) or f"known are {', '.join(kinds.names())}"
        raise click.UsageError(f"unknown kind '{kind}'; {advice}")
    if not ID.fullmatch(name):
        raise click.UsageError(f"the id {name!r} is not allowed; use small letters, digits and hyphens")
    click.echo(skeleton(kinds.load(kind), name), nl=False)


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def _fail() -> None:
    from grader.cli import USAGE

    # The author's files have to change.
    raise click.exceptions.Exit(USAGE)


def _chosen(names: tuple[str, ...], banks: tuple[str, ...]) -> list[Problem]:
    bank = load(banks)
    return [find(bank, name) for name in names] if names else list(bank)


def _linted(problem: Problem, seeds: int) -> Linted:
    from time import process_time

    from grader.bank.lint import lint

    # Time of our own processor: a busy machine does not make a problem slow.
    return lint(problem, range(1, seeds + 1), process_time)


def _tested(problem: Problem) -> list[Checked]:
    from grader.bank.check import check
    from grader.grade import grade_answer

    return list(check(problem, grade_answer))


def _listed(problem: Problem) -> dict[str, object]:
    return {
        "id": problem.id,
        "topic": problem.topic,
        "kind": problem.kind,
        "title": problem.title,
        "difficulty": problem.difficulty,
        "concepts": list(problem.concepts),
        "points": str(problem.points),
        "tests": len(problem.tests),
        "place": str(problem.place),
    }


def _parameters(instance: Instance) -> str:
    return ", ".join(f"{name} = {value}" for name, value in instance.parameters.items()) or "no parameters"


def _svg(parts: tuple[Instance, ...]) -> str:
    """The first figure of a variant."""
    from grader.bank.figures import described
    from grader.figures import draw_file

    drawn = next((instance for instance in parts if instance.figure is not None), None)
    if drawn is None or drawn.figure is None:
        raise click.UsageError(f"'{parts[0].problem}' has no figure")
    described(drawn.figure, drawn.problem)
    return draw_file(drawn.figure)


def _show(instance: Instance) -> None:
    from grader.answer_text import write
    from grader.bank.figures import described

    def section(title: str, text: str) -> None:
        if text:
            click.secho(title, bold=True)
            click.echo("\n".join(f"  {line}" for line in text.splitlines()))

    click.secho(f"{instance.title}  ({instance.problem}, {instance.kind}, seed {instance.seed})", bold=True)
    click.echo(f"  difficulty {instance.difficulty}, {instance.points} points; {_parameters(instance)}")
    if instance.part in ("", "a"):
        section("Given", instance.stem)
    section("Statement", instance.statement)
    if instance.figure is not None:
        section("Figure", described(instance.figure, instance.problem))
    section("How to answer", instance.answer_hint)
    section("Answer", write(instance.task.reference))
    for number, hint in enumerate(instance.hints, 1):
        section(f"Hint {number}", hint)
    section("Solution", instance.solution)
