"""What a student typed for a matrix expression: left sides and dollar signs left out, sizes looked at."""

from __future__ import annotations

import re
from functools import lru_cache

from grader.expr.left_side import without_left_side
from grader.expr.matrices.parse import parse
from grader.expr.matrices.shapes import check, fits
from grader.expr.matrices.symbols import Symbols, listed
from grader.expr.matrices.tree import Matrix, to_text
from grader.expr.notation import Names, Note

# An equals sign that is no part of <=, >=, !=, == or :=.
_EQUALS = re.compile(r"(?<![<>!=:])=(?![=<>])")
_NONE = Names(())


@lru_cache(maxsize=64)
def symbols_of(lines: tuple[str, ...]) -> Symbols:
    """The symbols that lines ``A: m x n, symmetric`` declare."""
    return listed(lines, "symbols")


def read(
    text: str, lines: tuple[str, ...], asked: tuple[str, ...] = (), source: str = "answer"
) -> tuple[Matrix, tuple[Note, ...]]:
    """The expression in the symbols that ``lines`` declare, and what should be said of how it was read.

    Raises StudentError.  Sizes that do not fit are no such fault: they make an answer wrong.
    """
    symbols = symbols_of(lines)
    body, notes = without_left_side(text.replace("$", " "), asked, _NONE, True, source)
    signs = list(_EQUALS.finditer(body))
    if signs and body[signs[-1].end() :].strip():
        last = signs[-1]
        body = " " * last.end() + body[last.end() :]
        notes = (*notes, Note(last.start(), "of the expressions set equal the last was read as the answer"))
    tree = parse(body, symbols.names, source, symbols.sides)
    check(tree, symbols.sizes, source)
    if not fits(tree, symbols.sizes):
        # u .* A x is read from the left; where that has no size, what stands side by side goes together.
        other = parse(body, symbols.names, source, symbols.sides, side_by_side=True)
        if other != tree and fits(other, symbols.sizes):
            return other, (*notes, Note(0, f"this was read as {to_text(other)}"))
    return tree, notes
