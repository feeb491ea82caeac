"""``grader verify``: verdicts of ``grader compare --json`` checked by a path that shares nothing with the decider."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from grader.verify import Checked

CONFIRMED, CONTRADICTED, OPEN = 0, 1, 2
"""Exit codes: all confirmed; one or more contradicted; one or more could not be checked."""

_COLOURS = {"confirmed": "green", "contradicted": "red", "could not check": "yellow"}
_MARKS = {"confirmed": "ok", "contradicted": "NO", "could not check": "??"}


@click.command("verify")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("--questions", type=click.Path(exists=True, dir_okay=False), help="The batch that the verdicts answer.")
@click.option("--seconds", type=click.FloatRange(1), default=60.0, show_default=True, help="For each verdict.")
@click.option("--symbolic/--no-symbolic", default=True, help="Whether SymPy is asked about the lemmas of proofs.")
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON for each verdict.")
def command(files: tuple[str, ...], questions: str | None, seconds: float, symbolic: bool, as_json: bool) -> None:
    """Derive verdicts anew, from what `grader compare --json` wrote, one verdict a line.

    Values come from mpmath with 60 digits and more, the arithmetic of proofs from SymPy; the code that
    decided takes no part.  Exit code 0: all confirmed; 1: something is contradicted; 2: something could
    not be checked.

    \b
    grader compare "2sin(x)cos(x)" "sin 2x" --json | grader verify -
    grader compare --batch pairs.jsonl --certificates --out verdicts.jsonl;  grader verify verdicts.jsonl
    """
    from grader.run.workers import Workers
    from grader.verify import check_line, unchecked_line

    outcomes: list[str] = []
    target = f"{check_line.__module__}:{check_line.__name__}"
    with Workers(target, unchecked_line, 1, seconds, chunk=1) as workers:
        for checked in workers.map(_lines(files, questions)):
            asked = _by_symbols(checked) if symbolic and checked.outcome == "confirmed" and not as_json else ""
            _show(checked, as_json, asked)
            outcomes.append(checked.outcome)
    if not outcomes:
        raise click.UsageError("there is no verdict in the files")
    if len(outcomes) > 1 and not as_json:
        counted = ", ".join(f"{outcomes.count(o)} {_said(o)}" for o in _COLOURS if o in outcomes)
        click.echo(f"{len(outcomes)} verdicts: {counted}.")
    sys.exit(CONTRADICTED if "contradicted" in outcomes else OPEN if "could not check" in outcomes else CONFIRMED)


def _said(outcome: str) -> str:
    return "could not be checked" if outcome == "could not check" else outcome


def _lines(files: tuple[str, ...], questions: str | None) -> Iterator[str]:
    asked: dict[str, object] = {}
    if questions is not None:
        with open(questions, encoding="utf-8", errors="replace") as source:
            for line in source:
                try:
                    row = json.loads(line)
                    asked[str(row["id"])] = row
                except (ValueError, KeyError, TypeError):
                    continue
    for file in files:
        with click.open_file(file, encoding="utf-8", errors="replace") as source:
            for line in source:
                if line.strip():
                    yield _with_question(line, asked) if asked else line


def _with_question(line: str, asked: dict[str, object]) -> str:
    """The verdict with its question, found by its id, where it has none of its own."""
    try:
        found = json.loads(line)
        if "question" not in found and str(found.get("id")) in asked:
            found["question"] = asked[str(found["id"])]
            return json.dumps(found)
    except (ValueError, AttributeError):
        pass
    return line


def _by_symbols(checked: Checked) -> str:
    """How many of the lemmas SymPy proves by itself, each in a process that is killed when it takes too long."""
    from grader.run.workers import Workers
    from grader.verify.symbolic import SECONDS, simplifies

    once = dict(checked.lemmas)
    if not once:
        return ""
    target = f"{simplifies.__module__}:{simplifies.__name__}"
    lemmas = list(once.items())[:20]
    with Workers(target, _no, 1, SECONDS, chunk=1) as workers:
        proved = sum(workers.map(lemmas))
    return f"SymPy proves {proved} of {len(lemmas)} lemmas by itself"


def _no(item: object, why: str) -> bool:
    return False


def _show(checked: Checked, as_json: bool, asked: str) -> None:
    if as_json:
        click.echo(json.dumps(checked.as_json(), ensure_ascii=False))
        return
    name = "" if checked.id is None else f"{checked.id}: "
    said = f"{checked.verdict}, {checked.truth}" if checked.verdict else "no verdict"
    heading = click.style(checked.outcome, fg=_COLOURS[checked.outcome], bold=True)
    click.echo(f"{name}{heading}   ({said})")
    if checked.question:
        click.echo(f"   {checked.question}")
    for check in checked.checks:
        click.echo(f"   {_MARKS[check.outcome]}  {check.about}{': ' + check.how if check.how else ''}")
    if asked:
        click.echo(f"   ok  {asked}")
