"""``grader bank coverage``: which concepts of the course a bank covers."""

from __future__ import annotations

import json

import click

from grader.cli.banks import bank_option, load


@click.command("coverage")
@bank_option
@click.option("--markdown", "as_markdown", is_flag=True, help="Print the table as a Markdown page.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.option("--strict", is_flag=True, help="Fail when a concept has no problem.")
def command(banks: tuple[str, ...], as_markdown: bool, as_json: bool, strict: bool) -> None:
    """The concepts of the course with the bank's problems, by kind and difficulty, and the holes."""
    from grader.bank.coverage import as_record, coverage, markdown, table, unplaced
    from grader.reports.terminal import wrapped

    problems = tuple(load(banks))
    rows = coverage(problems)
    if as_json:
        record = {"concepts": [as_record(row) for row in rows], "unplaced": list(unplaced(problems))}
        click.echo(json.dumps(record, indent=2, ensure_ascii=False))
    elif as_markdown:
        click.echo(markdown(rows), nl=False)
    else:
        for line in table(rows):
            click.echo(line)
        empty = sum(not row.problems for row in rows)
        click.echo(f"{len(rows)} concepts, {empty} without a problem; {len(problems)} problems")
        if outside := unplaced(problems):
            for line in wrapped(f"in no concept: {', '.join(outside)}", ""):
                click.echo(line)
    if strict and any(not row.problems for row in rows):
        raise SystemExit(1)
