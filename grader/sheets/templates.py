"""The Jinja environments of documents: sandboxed, and escaping by themselves in every format.

A template prints ``{{ value }}`` and the value is escaped for the format of the file it goes
to; what is meant as Markdown says so with a filter (``| prose``).  ``_("...")`` is the text in the
language of the document.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from grader.errors import AuthorError, Place
from grader.records import record
from grader.sheets import escape, words
from grader.sheets.escape import Escaped
from grader.translations import ENGLISH, translation

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment


class Templates:
    """The templates of some folders; a name is looked up in the first folder that has it."""

    def __init__(self, directories: Sequence[Path]) -> None:
        self.directories = tuple(directories)
        self._environment = cache(partial(_environment, self.directories))

    def render(self, name: str, language: str = ENGLISH, **values: Any) -> str:
        """The text of a template whose name ends in ``.<format>.j2``, in a language.

        Raises AuthorError at the line of the template's fault.
        """
        from jinja2 import TemplateError, TemplateNotFound

        try:
            return self._environment(name.split(".")[-2], language).get_template(name).render(**values)
        except TemplateNotFound as error:
            place = Place(", ".join(str(folder) for folder in self.directories))
            raise AuthorError(place, f"there is no template '{error.name}'") from None
        except (TemplateError, TypeError, ArithmeticError, LookupError, ValueError) as error:
            raise AuthorError(_place(error, name), f"template: {error}") from error


@record
class _Format:
    """How values are written in the files of a format: data, Markdown, formulas, typed text."""

    data: Callable[[object], str]
    prose: Callable[[str], str]
    inline: Callable[[str], str]
    display: Callable[[str], str]
    code: Callable[[object], str] = escape.code


def _markdown() -> _Format:
    return _Format(escape.markdown, str, lambda latex: f"${latex}$", lambda latex: f"$$\n{latex}\n$$")


def _html() -> _Format:
    from markupsafe import escape as escaped

    from grader.sheets.mathml import display, inline
    from grader.sheets.prose import to_html

    def prose(text: str) -> str:
        # A wide table scrolls by itself, and by keyboard too.  No text of a statement makes a tag.
        made = to_html(text).replace("<table>", '<div class="wide" tabindex="0"><table>')
        return re.sub(r"<th(?=[ >])", '<th scope="col"', made.replace("</table>", "</table></div>"))

    return _Format(escaped, prose, inline, display, lambda text: f"<code>{escaped(text)}</code>")


def _typst() -> _Format:
    from grader.sheets.typst import string, to_typst
    from grader.sheets.typst_maths import equation

    return _Format(
        escape.typst,
        to_typst,
        lambda latex: equation(latex, False),
        lambda latex: equation(latex, True),
        lambda text: f"#raw({string(text)});",
    )


def _latex() -> _Format:
    from grader.sheets.latex import code, to_latex

    return _Format(
        escape.latex,
        to_latex,
        lambda latex: f"${latex}$",
        lambda latex: f"\\[\n  {latex}\n\\]",
        lambda text: code(str(text)),
    )


# By what stands before ".j2" in the name of a template.
_FORMATS: Mapping[str, Callable[[], _Format]] = {"html": _html, "typ": _typst, "tex": _latex}


def _environment(directories: tuple[Path, ...], name: str, language: str) -> SandboxedEnvironment:
    from jinja2 import FileSystemLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment
    from markupsafe import Markup

    from grader.figures import describe, draw

    html = name == "html"
    format = _FORMATS.get(name, _markdown)()
    data = escape.yaml if name == "yaml" else format.data
    safe: Callable[[str], str] = Markup if html else Escaped

    def finalize(value: object) -> object:
        return value if isinstance(value, Escaped) else data(value)

    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(directories),
        autoescape=html,
        finalize=None if html else finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        extensions=["jinja2.ext.i18n"],
        # In LaTeX "{#" begins the argument of a macro.
        **({"comment_start_string": r"\#{", "comment_end_string": "}"} if name == "tex" else {}),
    )
    # A template draws nothing and knows nothing but its values.
    known = environment.globals
    environment.globals = {"range": known["range"], "_": known["_"], "language": language}
    catalogue = translation(language)
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        catalogue.gettext, catalogue.ngettext, newstyle=True, pgettext=catalogue.pgettext, npgettext=catalogue.npgettext
    )
    for unwanted in ("random", "pprint"):
        environment.filters.pop(unwanted)
    environment.filters |= {
        "prose": lambda text: safe(format.prose(str(text))),
        "inline_maths": lambda latex: safe(format.inline(latex)),
        "display_maths": lambda latex: safe(format.display(latex)),
        "figure": (lambda figure, key: Markup(draw(figure, key))) if html else None,
        # What is SVG of ours already.
        "drawing": (lambda svg: Markup(svg)) if html else None,
        "description": describe,
        "address": lambda text: Escaped(quote(str(text))),
        "file_name": lambda name: Escaped(name),
        "code": lambda text: safe(format.code(text)),
        "comment": escape.comment,
        "css": lambda text: safe(escape.css(text)),
        "number": partial(words.number, language=language),
        "points": partial(words.points, language=language),
        "day": partial(words.day, language=language),
    }
    if html:
        environment.filters.pop("safe")
    if name == "ipynb":
        from grader.sheets.cells import mark

        environment.filters["cell"] = partial(_escaped, mark)
    if name == "typ":
        from grader.sheets import typst

        own = {"string_literal": typst.string, "picture": typst.picture, "page_numbers": typst.page_numbers}
        environment.filters |= {filter: partial(_escaped, make) for filter, make in own.items()}
    return environment


def _escaped(make: Callable[..., str], *values: object) -> Escaped:
    return Escaped(make(*values))


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
