"""A small, safe Markdown with maths, as HTML: paragraphs, lists, tables, emphasis, code, ``$...$`` and ``$$...$$``.

Raw HTML, links, images and headings stay the characters that were typed, so a statement can
neither load anything nor change the page around it.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from grader.sheets.mathml import display, fault, inline

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from markdown_it import MarkdownIt
    from markdown_it.renderer import RendererHTML
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token
    from markdown_it.utils import EnvType, OptionsDict

# Pandoc's rule: no space inside the dollars, no digit after them, so "$5 and $6" is no formula.
_INLINE = re.compile(r"\$(?=[^\s$])((?:[^$\\]|\\.)*?)(?<!\s)\$(?!\d)", re.DOTALL)
_DISPLAY = re.compile(r"\$\$((?:[^$\\]|\\.)+?)\$\$", re.DOTALL)


def to_html(markdown: str, maths: Callable[[str, bool], str] | None = None) -> str:
    """HTML blocks without a wrapper; ``maths`` writes a formula, in a line of its own or not, if not as MathML."""
    return str(_reader().render(markdown, {"maths": maths})).strip()


def read(markdown: str) -> list[Token]:
    """The text as the tokens of markdown-it, ``maths`` among them, for whoever writes another markup."""
    return _reader().parse(markdown)


def formula_faults(markdown: str) -> tuple[str, ...]:
    """Why formulas in the text cannot be set, each once."""
    tokens = [t for block in _reader().parse(markdown) for t in (block, *(block.children or ())) if t.type == "maths"]
    return tuple(dict.fromkeys(found for token in tokens if (found := fault(token.content))))


@cache
def _reader() -> MarkdownIt:
    from markdown_it import MarkdownIt

    reader = MarkdownIt("zero", {"html": False}).enable(
        ["list", "table", "fence", "backticks", "emphasis", "escape", "entity", "newline"]
    )
    reader.inline.ruler.before("escape", "maths", _inline_maths)
    reader.block.ruler.before("fence", "maths", _maths_block, {"alt": ["paragraph", "list"]})
    reader.add_render_rule("maths", _rendered)
    return reader


def _inline_maths(state: StateInline, silent: bool) -> bool:
    shown = _DISPLAY.match(state.src, state.pos)
    found = shown or _INLINE.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        token = state.push("maths", "math", 0)
        token.content = found[1].strip()
        token.block = shown is not None
    state.pos = found.end()
    return True


def _maths_block(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """Lines from ``$$`` to ``$$``: inside them ``+ 3`` at the start of a line is no list."""
    start = state.bMarks[first] + state.tShift[first]
    if not state.src.startswith("$$", start):
        return False
    for line in range(first, last):
        end = state.eMarks[line]
        inner = start + 2 if line == first else state.bMarks[line]
        if state.src[inner:end].rstrip().endswith("$$"):
            break
        if line > first and not state.src[inner:end].strip():
            return False
    else:
        return False
    found = _DISPLAY.fullmatch(state.src[start:end].rstrip())
    if found is None:
        return False
    if not silent:
        state.line = line + 1
        token = state.push("maths", "math", 0)
        token.content = found[1].strip()
        token.block = True
        token.map = [first, state.line]
    return True


def _rendered(self: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    token = tokens[index]
    if env.get("maths"):
        return str(env["maths"](token.content, token.block))
    return display(token.content) if token.block else inline(token.content)
