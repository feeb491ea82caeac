"""Sheets and keys as LaTeX source, for who has a class file of their own; figures as PDF beside them."""

from __future__ import annotations

from collections.abc import Mapping

from grader.figures.base import Figure
from grader.sheets.base import Document, Format
from grader.sheets.templates import Templates


def _render(document: Document, templates: Templates, name: str) -> str:
    return templates.render(f"{document.kind}.tex.j2", document.language, document=document, file=name)


def _beside(document: Document) -> Mapping[str, bytes]:
    from grader.sheets.pdf import compiled
    from grader.sheets.typst import drawing_page

    return {f".{number}.pdf": compiled(drawing_page(figure), "a figure") for number, figure in figures(document)}


def figures(document: Document) -> list[tuple[str, Figure]]:
    """The figures of the document by the numbers they go with."""
    found = []
    for question in document.questions:
        found += [(question.problem, question.stem_figure)] if question.stem_figure is not None else []
        found += [(question.number, question.figure)] if question.figure is not None else []
    return found


FORMAT = Format("tex", ".tex", _render, _beside)
