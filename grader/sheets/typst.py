"""Statements and solutions as Typst: text as string literals, so that no character of it is markup."""

from __future__ import annotations

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
