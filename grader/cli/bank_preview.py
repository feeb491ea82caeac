"""``grader bank preview``: one variant of a problem in full, or several side by side."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.banks import bank_option, find, load

if TYPE_CHECKING:
    from grader.bank.problem import Problem
    from grader.sheets.preview import Preview


@click.command("preview")
@click.argument("problem")
@bank_option
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Which variant.")
@click.option("--seeds", type=click.IntRange(1, 1000), help="Show this many variants briefly, side by side.")
@click.option("--html", type=click.Path(path_type=Path), metavar="FILE", help="Write the variant as an HTML page.")
@click.option("--templates", multiple=True, metavar="DIR", help="A folder of templates that come before the shipped.")
def command(
    problem: str, banks: tuple[str, ...], seed: int, seeds: int | None, html: Path | None, templates: tuple[str, ...]
) -> None:
    """One variant of PROBLEM: question, answer, forms that are accepted, mistakes and what is said of them."""
    from grader.bank.sample import sample_parts
    from grader.reports.terminal import wrapped
    from grader.sheets.preview import page, preview

    chosen = find(load(banks), problem)
    if seeds is not None:
        _briefly(chosen, seeds)
        return
    parts = sample_parts(chosen, seed)
    if html is not None:
        from grader.cli.config import read_config, template_directories
        from grader.cli.files import write_whole
        from grader.sheets.templates import Templates

        write_whole(html, page(parts, Templates(template_directories(templates, read_config()))).encode())
        click.echo(f"wrote {html}")
        return
    for line in _in_full([preview(instance) for instance in parts]):
        for cut in wrapped(line, "") if line else [""]:
            click.echo(cut)


def _in_full(parts: list[Preview]) -> list[str]:
    first = parts[0].instance
    name = first.problem.rpartition(".")[0] if first.part else first.problem
    lines = [f"{first.title} ({name}, seed {first.seed})"]
    lines += [f"  {parts[0].parameters}"] if parts[0].parameters else []
    lines += ["", first.stem] if first.stem else []
    for shown in parts:
        lines += _part(shown)
    return lines


def _part(shown: Preview) -> list[str]:
    from grader.bank.figures import described

    instance = shown.instance
    head = f"Part {instance.part}: " if instance.part else ""
    lines = ["", f"{head}{instance.statement}"]
    if instance.figure is not None:
        lines.append(f"Figure: {described(instance.figure, instance.problem)}")
    if instance.solution_figure is not None:
        lines.append(f"Figure of the key: {described(instance.solution_figure, instance.problem)}")
    lines += ["", f"Answer ({instance.kind}): {shown.text}"]
    lines += [f"  accepted: {accepted.typed}" for accepted in shown.accepted[1:]]
    lines += [f"Hint {number}: {hint}" for number, hint in enumerate(instance.hints, 1)]
    if instance.solution:
        lines += ["Solution:", *instance.solution.splitlines()]
    for wrong in shown.mistakes:
        lines += ["", f"  {wrong.typed}", f"    {wrong.name}: {' '.join(wrong.said)}"]
    return lines


def _briefly(problem: Problem, seeds: int) -> None:
    """Parameters, statement and answer of several variants."""
    from grader.answer_text import write
    from grader.bank.figures import described
    from grader.bank.sample import sample_parts

    for seed in range(1, seeds + 1):
        parts = sample_parts(problem, seed)
        values = ", ".join(f"{name} = {value}" for name, value in parts[0].parameters.items())
        click.secho(f"seed {seed}: {values}", bold=True)
        if parts[0].stem:
            click.echo(f"  {parts[0].stem}")
        for instance in parts:
            name = f"({instance.part}) " if instance.part else ""
            click.echo(f"  {name}{instance.statement}")
            if instance.figure is not None:
                click.echo(f"  figure: {described(instance.figure, instance.problem)}")
            click.echo(f"  answer: {write(instance.task.reference)}")
