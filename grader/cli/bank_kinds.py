"""``grader bank kinds``: what each task kind takes and which mistakes it knows."""

from __future__ import annotations

import json

import click


@click.command("kinds")
@click.argument("names", nargs=-1, metavar="[KIND]...")
@click.option("--markdown", is_flag=True, help="Print the reference as Markdown.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def command(names: tuple[str, ...], markdown: bool, as_json: bool) -> None:
    """The task kinds; of the KINDs that are named every field and mistake."""
    from grader import kinds
    from grader.bank.document import suggest
    from grader.bank.kinds_page import as_record, lines, page
    from grader.reports.terminal import wrapped

    unknown = next((name for name in names if name not in kinds.names()), None)
    if unknown is not None:
        advice = suggest(unknown, kinds.names()) or f"known are {', '.join(kinds.names())}"
        raise click.UsageError(f"unknown kind '{unknown}'; {advice}")
    chosen = [kinds.load(name) for name in names or kinds.names()]
    if markdown:
        click.echo(page(chosen), nl=False)
        return
    if as_json:
        click.echo(json.dumps([as_record(kind) for kind in chosen], indent=2, ensure_ascii=False))
        return
    if not names:
        width = max(len(kind.name) for kind in chosen)
        for kind in chosen:
            click.echo(f"{kind.name:<{width}}  {kind.title}, {len(kind.mistakes)} mistakes")
        return
    for kind in chosen:
        click.secho(f"{kind.name}: {kind.title}", bold=True)
        for label, text in lines(as_record(kind)):
            click.echo(f"  {label}")
            for line in wrapped(text, "      "):
                click.echo(line)
