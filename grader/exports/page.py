"""Statements as the HTML that learning platforms take: formulas as LaTeX, pictures as files."""

from __future__ import annotations

from html import escape

from grader.bank.instance import Instance
from grader.bank.printed import choices_list
from grader.exports.questions import Choice
from grader.figures import describe, draw_file
from grader.figures.base import Figure
from grader.records import record
from grader.sheets.prose import to_html


@record
class Picture:
    """A file that a question needs; ``alt`` says what can be read off it."""

    name: str
    content: bytes
    alt: str


def html(markdown: str) -> str:
    r"""HTML with formulas as ``\(...\)`` and ``\[...\]``, for platforms that bring MathJax."""
    return to_html(markdown, _tex)


def _tex(latex: str, display: bool) -> str:
    opening, closing = (r"\[", r"\]") if display else (r"\(", r"\)")
    return f"{opening}{escape(latex, quote=False)}{closing}"


def one_line(text: str) -> str:
    """A title or a name, which platforms show as it is."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def asked(instance: Instance, choice: Choice | None = None) -> str:
    """The statement as Markdown, without the list of choices that the platform shows itself."""
    if choice is None:
        return instance.statement
    return instance.statement.replace(choices_list(choice.options), "").rstrip()


def picture(figure: Figure, name: str) -> Picture:
    return Picture(f"{name}.svg", draw_file(figure).encode("utf-8"), describe(figure))


def image(picture: Picture, folder: str) -> str:
    """The element that shows it; ``folder`` stands before its name, with a slash."""
    return f'<p><img src="{folder}{escape(picture.name)}" alt="{escape(picture.alt)}" /></p>'
