"""Sheets and keys as Markdown with LaTeX between dollar signs, and figures in files beside them."""

from __future__ import annotations

from grader.sheets.base import Document, Format
from grader.sheets.document import figures
from grader.sheets.escape import Escaped
from grader.sheets.outline import outline, to_json
from grader.sheets.templates import Templates


def _render(document: Document, templates: Templates, name: str) -> str:
    data = Escaped(to_json(outline(document)))
    return templates.render(f"{document.kind}.md.j2", document.language, document=document, outline=data, file=name)


def _beside(document: Document) -> dict[str, str]:
    """The figures of the document, each a file of its own."""
    from grader.figures import draw_file

    return {f".{number}.svg": draw_file(figure) for number, figure in figures(document)}


FORMAT = Format("md", ".md", _render, _beside)
