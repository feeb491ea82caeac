"""``grader bank search``: the problems that some words lead to."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from grader.cli.banks import bank_option, load

if TYPE_CHECKING:
    from grader.bank.problem import Problem


@click.command("search")
@click.argument("words", nargs=-1, required=True)
@bank_option
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
def command(words: tuple[str, ...], banks: tuple[str, ...], as_json: bool) -> None:
    """The problems in whose id, title, concepts, kind or statement all WORDS occur, the best first."""
    asked = [word.casefold() for text in words for word in text.split()]
    scored = [(_score(problem, asked), problem) for problem in load(banks)]
    found = [problem for score, problem in sorted(scored, key=lambda pair: -pair[0]) if score]
    if as_json:
        rows = [{"id": p.id, "topic": p.topic, "title": p.title, "difficulty": p.difficulty} for p in found]
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    width = max((len(problem.id) for problem in found), default=0)
    for problem in found:
        click.echo(f"{problem.id:<{width}}  {'*' * problem.difficulty:<5}  {problem.title}")
    if not found:
        click.echo("no problem has all of these words; try one of them, or 'grader bank list'")
        raise SystemExit(1)


def _score(problem: Problem, asked: list[str]) -> int:
    """How well a problem fits: what stands in its name counts most; 0 when a word is nowhere."""
    names = f"{problem.id} {problem.title}".casefold()
    concepts = " ".join((*problem.concepts, problem.topic, *(q.kind for q in problem.questions))).casefold()
    texts = [problem.statement.value, *(question.statement.value for question in problem.questions)]
    statement = " ".join(texts).casefold()
    score = 0
    for word in asked:
        points = 9 * (word in names) + 3 * (word in concepts.replace("_", " ")) + (word in statement)
        if not points:
            return 0
        score += points
    return score
