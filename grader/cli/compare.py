"""``grader compare``: one question, or a batch of them, one JSON object a line."""

from __future__ import annotations

import sys
from typing import Any

import click

_RELATIONS = ("equal", "antiderivative", "antiderivative_with_constant", "points")


# Answers may begin with a minus: no short options, and what is no option is an answer.
@click.command("compare", context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]})
@click.argument("reference", required=False)
@click.argument("student", required=False)
@click.option("--var", "names", multiple=True, metavar="NAME", help="A variable; repeat for more.  [default: x]")
@click.option(
    "--domain",
    "domains",
    multiple=True,
    metavar="X:LOW..HIGH",
    help='Where it has to hold, as "x:0..3" or "n:integer 1..".',
)
@click.option("--relation", type=click.Choice(_RELATIONS), default="equal", show_default=True)
@click.option("--syntax", type=click.Choice(["auto", "infix", "latex"]), default="auto", show_default=True)
@click.option(
    "--accept",
    metavar="MODE:N",
    help="significant_digits:3, decimal_places:2, absolute:0.01 or relative:0.01.  [default: exact]",
)
@click.option("--json", "as_json", is_flag=True, help="Print the verdict as a line of JSON, for `grader verify` too.")
@click.option(
    "--batch",
    type=click.Path(allow_dash=True),
    metavar="FILE",
    help="Read one JSON object a line (- for standard input).",
)
@click.option(
    "--out", type=click.Path(), metavar="FILE", help="Write the batch's verdicts here.  [default: standard output]"
)
@click.option("--certificates", is_flag=True, help="With what `grader verify` needs, in each line of a batch.")
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Worker processes for a batch.")
def command(
    reference: str | None,
    student: str | None,
    names: tuple[str, ...],
    domains: tuple[str, ...],
    relation: str,
    syntax: str,
    accept: str | None,
    as_json: bool,
    batch: str | None,
    out: str | None,
    certificates: bool,
    jobs: int,
) -> None:
    """Decide whether STUDENT equals REFERENCE, with evidence.

    \b
    grader compare "2x" "x+x" --var x
    grader compare "ln|x|" "ln x" --domain "x:-2..2"
    grader compare "sin(x)^2/2" "-cos(2x)/4" --relation antiderivative
    grader compare --batch pairs.jsonl --out verdicts.jsonl --jobs 2
    """
    if batch is not None:
        if reference is not None:
            raise click.UsageError("give either two answers or --batch FILE, not both")
        from grader.cli.compare_batch import run_batch

        run_batch(batch, out, jobs, certificates)
        return
    if reference is None or student is None:
        raise click.UsageError('two answers are needed, for example: grader compare "2x" "x+x" --var x')
    row: dict[str, Any] = {
        "relation": relation,
        "reference": reference,
        "student": student,
        "variables": list(names) or ["x"],
        "domain": dict(_interval(text) for part in domains for text in part.split(",")) or None,
        "syntax": syntax,
        "accept": _accept(accept),
    }
    from grader.cli.verdict import decided, show

    verdict, lines = decided(row, as_json)
    show(lines)
    if verdict == "unreadable":
        sys.exit(2)


def _interval(text: str) -> tuple[str, str]:
    name, colon, ends = text.partition(":")
    if not (colon and name.strip() and (".." in ends or ends.strip() == "integer")):
        raise click.UsageError(f'a domain looks like "x:0..3" or "n:integer 1..", not {text!r}')
    return name.strip(), ends.strip()


def _accept(text: str | None) -> object:
    if text is None or text == "exact":
        return None
    mode, _, amount = text.partition(":")
    return {mode: int(amount) if mode in ("significant_digits", "decimal_places") and amount.isdigit() else amount}
