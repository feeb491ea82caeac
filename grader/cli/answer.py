"""``grader answer``: a blank answer file for a sheet."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("answer")
@click.argument("sheet", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="Write here.  [default: standard output]")
@click.option("--templates", multiple=True, metavar="DIR", help="A folder of templates that come before the shipped.")
@click.option("--force", is_flag=True, help="Replace FILE when it is there already.")
def command(sheet: Path, out: Path | None, templates: tuple[str, ...], force: bool) -> None:
    """Write a blank answer file for SHEET, a sheet in Markdown or HTML."""
    from grader.cli.config import read_config, template_directories
    from grader.cli.files import read_text, write_whole
    from grader.sheets.answers import blank_answers
    from grader.sheets.outline import from_sheet
    from grader.sheets.templates import Templates

    outline = from_sheet(read_text(sheet), str(sheet))
    text = blank_answers(outline, Templates(template_directories(templates, read_config())))
    if out is None:
        click.echo(text, nl=False)
        return
    if out.exists() and not force:
        raise click.UsageError(f"'{out}' is there already, perhaps with answers; --force replaces it")
    write_whole(out, text)
    click.echo(f"Wrote {out}")
