"""The Jinja environments of documents: sandboxed, and escaping by themselves in every format.

A template prints ``{{ value }}`` and the value is escaped for the format of the file it goes
to; what is meant as Markdown or HTML already says so with a filter (``| prose``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from fractions import Fraction
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from grader.errors import AuthorError, Place

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment


class Escaped(str):
    """Text that is safe in its format as it stands; the counterpart of ``Markup`` outside HTML."""

    __slots__ = ()


class Templates:
    """The templates of some folders; a name is looked up in the first folder that has it."""

    def __init__(self, directories: Sequence[Path]) -> None:
        self._directories = tuple(directories)
        self._environment = cache(partial(_environment, self._directories))

    def render(self, name: str, **values: Any) -> str:
        """The text of a template whose name ends in ``.<format>.j2``.

        Raises AuthorError at the line of the template's fault.
        """
        from jinja2 import TemplateError, TemplateNotFound

        try:
            return self._environment(name.split(".")[-2]).get_template(name).render(**values)
        except TemplateNotFound as error:
            place = Place(", ".join(str(folder) for folder in self._directories))
            raise AuthorError(place, f"there is no template '{error.name}'") from None
        except (TemplateError, TypeError, ArithmeticError, LookupError, ValueError) as error:
            raise AuthorError(_place(error, name), f"template: {error}") from error


def markdown(text: object) -> Escaped:
    """Data as Markdown text that means just these characters (CommonMark 0.31, 2.4 and 6.1), on one line."""
    line = " ".join(str(text).split())
    line = re.sub(r"[\\`*_{}\[\]$|~#!^]", r"\\\g<0>", line)
    line = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    # Addresses that some readers turn into links without being asked.
    line = re.sub(r"(?i)(?<=http)(s?):|(?<=ftp):|(?<=www)\.", lambda m: f"{m[1] or ''}&#{ord(m[0][-1])};", line)
    # What would begin a list, a heading or a rule at the start of a line.
    line = re.sub(r"^([-+=])", r"\\\1", line)
    return Escaped(re.sub(r"^(\d+)([.)])(?=\s|$)", r"\1\\\2", line))


def code(text: object) -> Escaped:
    """Data as a code span of Markdown, with more backticks around it than inside."""
    line = " ".join(str(text).split())
    longest = max((len(run) for run in re.findall("`+", line)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return Escaped(f"{fence}{pad}{line}{pad}{fence}" if line else "")


def yaml(text: object) -> Escaped:
    """Data as a quoted YAML scalar on one line."""
    quoted = json.dumps(str(text), ensure_ascii=False)
    return Escaped("".join(c if c.isprintable() else _unicode_escape(c) for c in quoted))


def comment(text: object) -> Escaped:
    """Data inside a line of comment: it cannot end the line."""
    return Escaped("".join(c if c.isprintable() else " " for c in " ".join(str(text).split())))


def css(text: object) -> Escaped:
    """Data inside a CSS string (CSS Syntax 3, 4.3.7)."""
    return Escaped("".join(c if c.isascii() and c.isalnum() else f"\\{ord(c):x} " for c in str(text)))


def number(value: object) -> str:
    """Points: ``4``, ``2.5``, or ``1/3`` when no short decimal says the same."""
    fraction = Fraction(str(value))
    if fraction.denominator == 1:
        return str(fraction.numerator)
    return f"{float(fraction):g}" if Fraction(f"{float(fraction):g}") == fraction else str(fraction)


def day(iso: str) -> str:
    """``31 October 2026, 23:59 UTC+01:00`` for an ISO 8601 date or time."""
    try:
        if len(iso) == 10:
            moment: date = date.fromisoformat(iso)
            clock = ""
        else:
            moment = datetime.fromisoformat(iso)
            clock = moment.strftime(", %H:%M %Z").rstrip()
    except ValueError:
        return iso
    # Not %B: it follows the machine's language, and the same sheet is to be made everywhere.
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}{clock}"


_MONTHS = "January February March April May June July August September October November December".split()


def _unicode_escape(character: str) -> str:
    return f"\\u{ord(character):04x}" if ord(character) < 0x10000 else f"\\U{ord(character):08x}"


def _environment(directories: tuple[Path, ...], language: str) -> SandboxedEnvironment:
    from jinja2 import FileSystemLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment
    from markupsafe import Markup

    from grader.figures import describe, draw
    from grader.sheets.mathml import display, inline
    from grader.sheets.prose import to_html

    escape: Callable[[object], str] = {"md": markdown, "yaml": yaml}.get(language, markdown)

    def finalize(value: object) -> object:
        return value if isinstance(value, Escaped) else escape(value)

    html = language == "html"
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(directories),
        autoescape=html,
        finalize=None if html else finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    # A template draws nothing and knows nothing but its values.
    environment.globals = {"range": environment.globals["range"]}
    for name in ("random", "pprint"):
        environment.filters.pop(name)
    environment.filters |= {
        "prose": (lambda text: Markup(to_html(text))) if html else Escaped,
        "inline_maths": (lambda latex: Markup(inline(latex))) if html else lambda latex: Escaped(f"${latex}$"),
        "display_maths": (lambda latex: Markup(display(latex))) if html else lambda latex: Escaped(f"$$\n{latex}\n$$"),
        "figure": (lambda figure, key: Markup(draw(figure, key))) if html else None,
        "description": describe,
        "address": lambda text: Escaped(quote(str(text))),
        "code": code,
        "comment": comment,
        "css": (lambda text: Markup(css(text))) if html else css,
        "number": number,
        "day": day,
    }
    if html:
        environment.filters.pop("safe")
    return environment


def _place(error: BaseException, name: str) -> Place:
    line = getattr(error, "lineno", None)
    source = getattr(error, "filename", None) or getattr(error, "name", None) or name
    trace = error.__traceback__
    while trace is not None:
        # Jinja rewrites tracebacks so that its frames carry the template's file and line.
        if trace.tb_frame.f_code.co_filename.endswith(".j2"):
            source, line = trace.tb_frame.f_code.co_filename, trace.tb_lineno
        trace = trace.tb_next
    return Place(str(source), line or 1)
