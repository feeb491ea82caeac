"""Finds the course secret, or makes one."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import click

SECRET_FILE = ".grader-secret"
SECRET_VARIABLE = "GRADER_SECRET"

secret_option = click.option(
    "--secret-file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help=f"The course secret.  [default: {SECRET_VARIABLE}, grader.toml, else {SECRET_FILE}, made when missing]",
)


def course_secret(chosen: Path | None, make: bool = True) -> bytes:
    """The course secret: of the file, of the environment, else of the file in the working folder,
    which is made when there is none and ``make`` allows it; raises AuthorError."""
    from grader.cli.files import read_text

    if chosen is not None:
        return _long_enough(read_text(chosen, 10_000), str(chosen))
    if os.environ.get(SECRET_VARIABLE):
        return _long_enough(os.environ[SECRET_VARIABLE], SECRET_VARIABLE)
    path = Path(SECRET_FILE)
    if path.exists():
        return _long_enough(read_text(path, 10_000), str(path))
    if not make:
        from grader.errors import AuthorError, Place

        fault = "there is no course secret here"
        raise AuthorError(Place(SECRET_FILE), fault, f"name its file with --secret-file, or set {SECRET_VARIABLE}")
    make_secret(path)
    return _long_enough(read_text(path, 10_000), str(path))


def make_secret(path: Path, quiet: bool = False) -> None:
    """A new secret in a file that only its owner reads."""
    from grader.cli.files import write_whole

    write_whole(path, secrets.token_hex(32) + "\n", mode=0o600)
    if quiet:
        return
    click.echo(
        f"Made a course secret in {path}. Keep it: the same secret gives the same variants.\n"
        "Keep it out of what students can see.",
        err=True,
    )


def _long_enough(text: str, source: str) -> bytes:
    from grader.classroom.seeds import SHORTEST_SECRET
    from grader.errors import AuthorError, Place

    secret = text.strip().encode("utf-8")
    if len(secret) < SHORTEST_SECRET:
        fault = f"the secret has fewer than {SHORTEST_SECRET} characters"
        file = "delete the file and run 'grader sheets' to get a new one"
        fix = "give a longer one" if source == SECRET_VARIABLE else file
        raise AuthorError(Place(source), fault, fix)
    return secret
