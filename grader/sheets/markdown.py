"""Sheets and keys as Markdown with LaTeX between dollar signs."""

from __future__ import annotations

from grader.sheets.base import Document, Format
from grader.sheets.outline import outline, to_json
from grader.sheets.templates import Escaped, Templates


def _render(document: Document, templates: Templates) -> str:
    data = Escaped(to_json(outline(document)))
    return templates.render(f"{document.kind}.md.j2", document=document, outline=data)


FORMAT = Format("md", ".md", _render)
