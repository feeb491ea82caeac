"""``grader review``: what a person has to look at, with the evidence."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click


@click.command("review")
@click.argument("results", type=click.Path(path_type=Path))
@click.option("--agrees", is_flag=True, help="Also answers that count as right without a proof.")
@click.option("--decisions", type=click.Path(path_type=Path), metavar="FILE", help="Write a file to decide in (YAML).")
@click.option("--json", "as_json", is_flag=True, help="Print the answers as JSON.")
def command(results: Path, agrees: bool, decisions: Path | None, as_json: bool) -> None:
    """List the answers of RESULTS (results.json) that nothing was decided about.

    Fill in the file that --decisions writes, and give it to 'grader grade' or 'grader regrade': what a
    person decided stands above the grader, and is kept.
    """
    from grader.cli.files import read_text, write_whole
    from grader.errors import AuthorError, Place

    try:
        found = list(_open(json.loads(read_text(results, 500_000_000)), agrees))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        fault = f"these are no results: {error}"
        raise AuthorError(Place(str(results)), fault, "give the results.json that 'grader grade' wrote") from None
    if as_json:
        click.echo(json.dumps(found, indent=2))
    else:
        _tell(found)
    if decisions is not None:
        if decisions.exists():
            raise click.UsageError(f"'{decisions}' is there already, perhaps with decisions; choose another name")
        write_whole(decisions, _skeleton(found), 0o600)
        click.echo(f"wrote {decisions}", err=as_json)


def _open(body: dict[str, Any], agrees: bool) -> Iterator[dict[str, Any]]:
    for student in body["students"]:
        for item in student["items"]:
            findings = item["instructor"]["findings"]
            unproved = item["outcome"] == "right" and any(f["truth"] == "agrees" for f in findings)
            if item["outcome"] != "undecided" and not (agrees and unproved):
                continue
            yield {
                "student": student["student"],
                "file": student["file"],
                "line": item["line"],
                "item": item["item"],
                "problem": item["problem"],
                "outcome": item["outcome"],
                "points": item["points"],
                "typed": item["typed"],
                "read_as": (item["read_as"] or {}).get("text"),
                "evidence": item["instructor"]["summary"],
            }


def _tell(found: list[dict[str, Any]]) -> None:
    from grader.reports.base import visible
    from grader.reports.terminal import wrapped

    if not found:
        click.echo("Nothing is left to decide.")
        return
    click.echo(f"{len(found)} answer{'s' if len(found) > 1 else ''} to look at")
    for answer in found:
        click.echo()
        place = f"{answer['file']}:{answer['line']}" if answer["line"] else answer["file"]
        head = (
            f"{answer['student']}, question {answer['item']} ({answer['problem']}, {answer['points']} points), {place}"
        )
        for text in (head, f"typed: {answer['typed']}", *answer["evidence"]):
            for line in wrapped(visible(str(text)), "" if text is head else "  "):
                click.echo(line)


def _skeleton(found: list[dict[str, Any]]) -> str:
    """A list to fill in: a JSON string is a YAML one too."""
    lines = ["# Fill in score and reason, and remove what you leave to the grader."]
    for answer in found:
        lines += [
            f"- student: {json.dumps(answer['student'])}",
            f'  item: "{answer["item"]}"',
            f"  answer: {json.dumps(answer['typed'])}",
            f"  score:            # 0 to {answer['points']}",
            "  reason:",
        ]
    return "\n".join(lines) + "\n"
