"""``grader init``: a working course folder."""

from __future__ import annotations

import json
from pathlib import Path

import click

_HERE = Path(__file__).resolve().parent.parent / "_course"
# In the package: in the course.
_FILES = {
    "grader.toml": "grader.toml",
    "roster.csv": "roster.csv",
    "homework-1.yaml": "homework-1.yaml",
    "overrides.yaml": "overrides.yaml",
    "problems/ours.yaml": "problems/ours.yaml",
    "gitignore": ".gitignore",
    "workflow/grader.yml": ".github/workflows/grader.yml",
    "README.md": "README.md",
}


@click.command("init")
@click.argument("course", type=click.Path(path_type=Path, file_okay=False))
@click.option("--name", default="", metavar="TEXT", help="What stands over the sheets.  [default: the folder]")
def command(course: Path, name: str) -> None:
    """Make the folder COURSE with settings, a class list, an assignment, a problem and a CI workflow.

    Files that are there already stay as they are.
    """
    from grader.cli.course_secret import SECRET_FILE, make_secret
    from grader.cli.files import write_whole

    title = " ".join((name or course.resolve().name.replace("-", " ").replace("_", " ")).split())
    made, kept = [], []
    for source, target in _FILES.items():
        path = course / target
        if path.exists() or path.is_symlink():
            kept.append(target)
            continue
        text = (_HERE / source).read_text(encoding="utf-8")
        # A string of JSON is one of TOML too.
        text = text.replace("@COURSE@", json.dumps(title, ensure_ascii=False)).replace("@NAME@", title)
        write_whole(path, text)
        made.append(target)
    secret = course / SECRET_FILE
    if not secret.exists():
        make_secret(secret, quiet=True)
        made.append(SECRET_FILE)
    for target in made:
        click.echo(f"made {course / target}")
    for target in kept:
        click.echo(f"kept {course / target}, which was there")
    click.echo("Next:")
    click.echo(f"  cd {course}")
    click.echo("  grader preview homework-1.yaml --roster roster.csv")
    click.echo("  grader sheets homework-1.yaml --roster roster.csv --out out/homework-1")
    click.echo(f"Keep a copy of {SECRET_FILE}: it makes every student's variants, and git leaves it out.")
