"""``grader schema``: the JSON Schema of each file format."""

from __future__ import annotations

import json

import click

FORMATS = ("problem", "assignment", "submission", "manifest", "results")


@click.command("schema")
@click.argument("format", type=click.Choice(FORMATS))
def command(format: str) -> None:
    """Print the JSON Schema of a file format, for editors and other programs.

    \b
    problem      a topic file of the bank
    assignment   what a sheet is made of
    submission   what a student hands in
    manifest     every student's questions and references; for the instructor only
    results      what `grader grade --format json` writes
    """
    if format == "problem":
        from grader.bank.schema import problem_schema

        schema = problem_schema()
    else:
        from grader.schemas import load

        schema = load(format)
    click.echo(json.dumps(schema, indent=2, ensure_ascii=False))
