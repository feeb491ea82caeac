"""Statements and solutions as Typst: text as string literals, so that no character of it is markup."""

from __future__ import annotations

import re

from grader.figures.base import Figure
from grader.sheets.markup import Dialect, convert
from grader.sheets.typst_maths import equation


def string(text: object) -> str:
    """A string literal of Typst."""
    escaped = str(text).replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\u{{{ord(c):x}}}" for c in escaped) + '"'


def content(text: object) -> str:
    """Data in markup, as what it says; the semicolon ends the expression whatever follows."""
    line = " ".join(str(text).split(" ")).replace("\n", " ")
    return f"#{string(line)};" if line else ""


def picture(figure: Figure) -> str:
    """A figure, by the function ``picture`` of the templates."""
    from grader.figures import describe, draw_file

    return f"#picture({string(_printed(draw_file(figure)))}, {string(describe(figure))});"


def drawing_page(figure: Figure) -> str:
    """A document that is the figure and nothing else."""
    from grader.figures import draw_file

    page = "#set page(width: auto, height: auto, margin: 0pt)\n#set document(date: none)\n"
    return f'{page}#image(bytes({string(_printed(draw_file(figure)))}), format: "svg")\n'


def page_numbers(text: object) -> str:
    """A sentence in which U+0001 stands for the number of the page and U+0002 for that of the last."""
    parts = re.split("([\u0001\u0002])", str(text))
    numbers = {"\u0001": "#counter(page).display();", "\u0002": "#counter(page).final().first();"}
    return "".join(numbers.get(part) or content(part) for part in parts)


def _printed(svg: str) -> str:
    """The drawing with the colours of paper in the place of CSS variables, which Typst does not know."""
    plain = re.sub(r"var\(--[a-z]+,\s*(#[0-9a-f]+)\)", r"\1", svg)
    return plain.replace("currentColor", "#1b1f24")


def to_typst(markdown: str) -> str:
    """Markup for the body of a document."""
    return convert(markdown, _TYPST)


_TYPST = Dialect(
    marks={
        "paragraph_open": "",
        "paragraph_close": "\n\n",
        "bullet_list_open": "#list(",
        "bullet_list_close": ")\n\n",
        "ordered_list_open": "#enum(",
        "ordered_list_close": ")\n\n",
        "list_item_open": "[",
        "list_item_close": "],",
        "strong_open": "#strong[",
        "strong_close": "];",
        "em_open": "#emph[",
        "em_close": "];",
        "softbreak": "\n",
        "hardbreak": "#linebreak();",
        "cell_open": "[",
        "cell_close": "],",
        "table_close": "))\n\n",
    },
    text=content,
    maths=lambda latex, display: equation(latex, display) + ("\n\n" if display else ""),
    code=lambda text: f"#raw({string(text)});",
    block=lambda text: f"#raw(block: true, {string(text.rstrip())});\n\n",
    table=lambda columns: f"#align(center, table(columns: {columns}, align: center, ",
)
