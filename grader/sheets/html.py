"""Sheets and keys as one HTML file each that needs nothing else: styles inside, maths as MathML, figures as SVG."""

from __future__ import annotations

from grader.sheets.base import Document, Format
from grader.sheets.outline import outline, to_json
from grader.sheets.templates import Templates


def _render(document: Document, templates: Templates, name: str) -> str:
    return templates.render(
        f"{document.kind}.html.j2", document.language, document=document, outline=to_json(outline(document))
    )


FORMAT = Format("html", ".html", _render)
