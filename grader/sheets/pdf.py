"""Sheets and keys as PDF, set by Typst: no TeX, no network, no fonts of the machine.

Statements become Typst by our own printers and not by Pandoc, whose wheel is twice as large as
Typst's: both read the 570 texts of one variant of the bank without loss, ours in 0.2 s and in this
process, Pandoc in 0.5 s and a process of its own for each sheet (58 ms), with equations that run on
after one another and one symbol that Typst does not know.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Literal

from grader.errors import AuthorError, Place
from grader.figures.base import Figure
from grader.sheets.base import Document, Format
from grader.sheets.templates import Templates
from grader.sheets.typst import drawing_page

if TYPE_CHECKING:
    import typst

_NEEDED = "install what PDFs need: pip install 'calculus-grader[pdf]'"


def source(document: Document, templates: Templates) -> str:
    """The document as Typst."""
    return templates.render(f"{document.kind}.typ.j2", document.language, document=document, code=_code(document))


def _render(document: Document, templates: Templates, name: str) -> bytes:
    return compiled(source(document, templates), f"{document.kind}.typ.j2")


def png(figure: Figure) -> bytes:
    """A figure as a picture of points, for what cannot show vectors; 200 of them to the inch."""
    return compiled(drawing_page(figure), "a figure", "png")


def compiled(text: str, name: str, format: Literal["pdf", "png"] = "pdf") -> bytes:
    """What Typst makes of a source; raises AuthorError, in which the source is called by the name."""
    compiler = _compiler()
    from typst import TypstError

    try:
        made = compiler.compile(input=text.encode("utf-8"), format=format, ppi=200.0)
    except TypstError as error:
        fault = f"Typst cannot set this document: {' '.join(str(error).split())}"
        raise AuthorError(Place(name), fault, "look at the problem's statement, or at your own template") from None
    assert isinstance(made, bytes)
    return made


@cache
def _compiler() -> typst.Compiler:
    try:
        import typst
    except ImportError:
        raise AuthorError(
            Place("--format pdf"), "PDFs and pictures are set by Typst, which is not installed", _NEEDED
        ) from None
    # One for the whole class: fonts are read once.
    return typst.Compiler(b"", ignore_system_fonts=True)


def _code(document: Document) -> str:
    """A QR code that names sheet, student and variant, as SVG; Micro QR would hold too little."""
    try:
        import segno
    except ImportError:
        raise AuthorError(
            Place("--format pdf"), "the code on the sheet is made by segno, which is missing", _NEEDED
        ) from None
    text = f"{document.sheet} {document.student or document.version} {document.variant}"
    return str(segno.make(text, micro=False, error="m").svg_inline(border=0, dark="#1b1f24", omitsize=True))


FORMAT = Format("pdf", ".pdf", _render, written_in="typ")
