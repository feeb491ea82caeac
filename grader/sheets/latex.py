"""Statements and solutions as LaTeX source, for those who have a class file of their own."""

from __future__ import annotations

import re

from grader.sheets.markup import Dialect, convert

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "'": r"\textquotesingle{}",
    "`": r"\textasciigrave{}",
    **{c: f"\\{c}" for c in "{}$&#%_"},
}


def plain(text: str) -> str:
    """Data as text: no character of it is a command."""
    kept = "".join(c if c.isprintable() else " " for c in text)
    # A quote stays a quote in running text; only in code it has to look like what is typed.
    spelled = "".join(c if c == "'" else _SPECIAL.get(c, c) for c in kept)
    # Ligatures would make a dash of two hyphens.
    return re.sub(r"(?<=[-!?])(?=[-`])", "{}", spelled)


def code(text: str) -> str:
    """Typed text, in a line of prose."""
    return rf"\texttt{{{re.sub(r'(?<=[-!?,<>])(?=[-`,<>])', '{}', ''.join(_SPECIAL.get(c, c) for c in text))}}}"


def to_latex(markdown: str) -> str:
    """The body of a document; it needs ``amsmath``, ``amssymb`` and ``textcomp``."""
    return convert(markdown, _LATEX)


def _maths(latex: str, display: bool) -> str:
    return f"\\[\n  {latex}\n\\]\n" if display else f"${latex}$"


def _block(text: str) -> str:
    lines = (rf"\mbox{{{code(line)}}}" for line in text.rstrip("\n").split("\n"))
    return "\\begin{flushleft}\n" + "\\\\\n".join(lines) + "\n\\end{flushleft}\n"


_LATEX = Dialect(
    marks={
        "paragraph_open": "",
        "paragraph_close": "\n\n",
        "bullet_list_open": "\\begin{itemize}\n",
        "bullet_list_close": "\\end{itemize}\n",
        "ordered_list_open": "\\begin{enumerate}\n",
        "ordered_list_close": "\\end{enumerate}\n",
        "list_item_open": "\\item{} ",
        "list_item_close": "\n",
        "strong_open": r"\textbf{",
        "strong_close": "}",
        "em_open": r"\emph{",
        "em_close": "}",
        "softbreak": "\n",
        "hardbreak": "\\\\\n",
        "cell_open": "",
        "cell_close": "",
        "table_close": "\\end{tabular}\n\\end{center}\n",
    },
    text=plain,
    maths=_maths,
    code=code,
    block=_block,
    table=lambda columns: f"\\begin{{center}}\n\\begin{{tabular}}{{{'c' * columns}}}\n",
    between=" & ",
    row=" \\\\\n",
)
