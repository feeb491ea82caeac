"""The Markdown of statements in another markup: one walk over what `prose` read, one table for each language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from grader.records import record
from grader.sheets.prose import read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token


@record
class Dialect:
    """A markup language.

    ``marks`` are what stands for the tokens of markdown-it that need no more than that;
    ``text`` and ``code`` escape, ``table`` opens a table of so many columns, and ``between`` and
    ``row`` stand between its cells and after its rows.
    """

    marks: Mapping[str, str]
    text: Callable[[str], str]
    maths: Callable[[str, bool], str]
    code: Callable[[str], str]
    block: Callable[[str], str]
    table: Callable[[int], str]
    between: str = ""
    row: str = ""


def convert(markdown: str, dialect: Dialect) -> str:
    """The text in the language, without a line break at its end."""
    return "".join(_written(read(markdown), dialect)).strip("\n")


def _written(tokens: Sequence[Token], dialect: Dialect) -> list[str]:
    out: list[str] = []
    cell = 0
    for index, token in enumerate(tokens):
        match token.type:
            case "inline":
                out.extend(_written(token.children or (), dialect))
            case "text" | "text_special":
                out.append(dialect.text(token.content))
            case "maths":
                out.append(dialect.maths(token.content, token.block))
            case "code_inline":
                out.append(dialect.code(token.content))
            case "fence" | "code_block":
                out.append(dialect.block(token.content))
            case "table_open":
                out.append(dialect.table(_columns(tokens[index:])))
            case "tr_open":
                cell = 0
            case "th_open" | "td_open":
                out.append(dialect.between if cell else "")
                out.append(dialect.marks["cell_open"])
                cell += 1
            case "th_close" | "td_close":
                out.append(dialect.marks["cell_close"])
            case "tr_close":
                out.append(dialect.row)
            case "thead_open" | "thead_close" | "tbody_open" | "tbody_close":
                pass
            case "paragraph_open" | "paragraph_close" if token.hidden:
                # Of a list whose items are single lines.
                pass
            case kind:
                out.append(dialect.marks[kind])
    return out


def _columns(tokens: Sequence[Token]) -> int:
    end = next(i for i, token in enumerate(tokens) if token.type == "tr_close")
    return sum(token.type == "th_open" for token in tokens[:end])
