"""Sheets and keys as LaTeX source, for who has a class file of their own; figures as PDF beside them."""

from __future__ import annotations

from collections.abc import Mapping

from grader.sheets.base import Document, Format
from grader.sheets.document import figures
from grader.sheets.templates import Templates


def _render(document: Document, templates: Templates, name: str) -> str:
    return templates.render(f"{document.kind}.tex.j2", document.language, document=document, file=name)


def _beside(document: Document) -> Mapping[str, bytes]:
    from grader.sheets.pdf import compiled
    from grader.sheets.typst import drawing_page

    return {f".{number}.pdf": compiled(drawing_page(figure), "a figure") for number, figure in figures(document)}


FORMAT = Format("tex", ".tex", _render, _beside)
