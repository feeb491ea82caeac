"""Reads ``grader.toml``: what a course sets once instead of with every command.

::

    course = "Calculus I, autumn 2026"
    secret_file = ".grader-secret"
    bank = ["shipped", "our_problems"]
    templates = ["our_templates"]

Paths are relative to the file.  The nearest one counts, looked for from the working folder
upwards; an option on the command line comes before it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from grader.cli.files import read_text
from grader.errors import AuthorError, AuthorErrors, Place
from grader.records import record

NAME = "grader.toml"
SHIPPED = "shipped"
_TEXTS, _LISTS = ("course", "secret_file"), ("bank", "templates")


@record
class Config:
    """``bank`` and ``templates`` hold folders, ``shipped`` among them as it stands; all empty
    where nothing is set."""

    course: str = ""
    secret_file: Path | None = None
    bank: tuple[str, ...] = ()
    templates: tuple[str, ...] = ()
    path: Path | None = None


def read_config(start: Path | None = None) -> Config:
    """The nearest ``grader.toml`` at or above a folder (the working folder); the defaults when there is none.

    Raises `AuthorErrors` with every fault of the file.
    """
    folder = (start or Path.cwd()).resolve()
    for candidate in (folder, *folder.parents):
        path = candidate / NAME
        if path.is_file():
            return parse_config(read_text(path), path)
        if (candidate / ".git").exists():
            # What lies above a repository belongs to somebody else.
            break
    return Config()


def parse_config(text: str, path: Path) -> Config:
    import tomllib

    try:
        settings = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        place = Place(str(path), int(found[1]), int(found[2])) if found else Place(str(path))
        fault = re.sub(r" \(at .*\)$", "", str(error))
        raise AuthorErrors(
            (AuthorError(place, f"this is not TOML: {fault}", 'texts need quotes: course = "..."'),)
        ) from None
    errors = _faults(settings, text, str(path))
    if errors:
        raise AuthorErrors(tuple(errors))
    secret = settings.get("secret_file")
    return Config(
        course=settings.get("course", ""),
        secret_file=path.parent / secret if secret else None,
        bank=_folders(settings.get("bank", []), path),
        templates=_folders(settings.get("templates", []), path),
        path=path,
    )


def template_directories(chosen: tuple[str, ...], config: Config) -> tuple[Path, ...]:
    """Where templates are looked up, first folder first; the shipped ones come last, so that a
    folder needs to hold only what it changes.  Raises AuthorError for a folder that is not there."""
    from grader.resources import template_directory

    folders = tuple(Path(name) for name in chosen or config.templates if name != SHIPPED)
    for folder in folders:
        if not folder.is_dir():
            raise AuthorError(Place(str(folder)), "there is no such folder", "give a folder of templates (*.j2)")
    return (*folders, template_directory())


def _folders(value: str | list[str], path: Path) -> tuple[str, ...]:
    names = [value] if isinstance(value, str) else value
    return tuple(name if name == SHIPPED else str(path.parent / name) for name in names)


def _faults(settings: dict[str, Any], text: str, source: str) -> list[AuthorError]:
    from difflib import get_close_matches

    known = (*_TEXTS, *_LISTS)
    errors = []
    for name, value in settings.items():
        place = _place(name, text, source)
        if name not in known:
            near = get_close_matches(name, known, n=1)
            fix = f"did you mean '{near[0]}'?" if near else f"the settings are {', '.join(known)}"
            errors.append(AuthorError(place, f"unknown setting '{name}'", fix))
        elif name in _TEXTS and not isinstance(value, str):
            errors.append(AuthorError(place, f"'{name}' has to be a text in quotes"))
        elif name in _LISTS and not (
            isinstance(value, str) or (isinstance(value, list) and all(isinstance(item, str) for item in value))
        ):
            errors.append(AuthorError(place, f"'{name}' has to be a list of folders in quotes"))
    return errors


def _place(name: str, text: str, source: str) -> Place:
    # The parser of the standard library keeps no places.
    pattern = re.compile(rf"""\s*\[?\s*["']?{re.escape(name)}["']?\s*[\].=]""")
    lines = (number for number, line in enumerate(text.splitlines(), 1) if pattern.match(line))
    return Place(source, next(lines, 1))
