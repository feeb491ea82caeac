"""Sheets and keys as Jupyter notebooks (nbformat 4.5): answers go into cells that the grader reads back.

The cell for an answer is raw, so that Jupyter neither runs what is typed nor sets it, and carries the
number of its question in its metadata; `grader.submission.notebook` looks for nothing else.
"""

from __future__ import annotations

import base64
import json
from typing import Any

from grader.sheets.base import Document, Format
from grader.sheets.cells import Cell, cells
from grader.sheets.document import figures
from grader.sheets.outline import outline, to_json
from grader.sheets.templates import Templates


def _render(document: Document, templates: Templates, name: str) -> str:

    rendered = templates.render(f"{document.kind}.ipynb.j2", document.language, document=document)
    pictures = dict(figures(document))
    made = [_cell(cell, index, pictures) for index, cell in enumerate(cells(rendered), 1)]
    belongs: dict[str, Any] = {"sheet": document.sheet, "student": document.student, "variant": document.variant}
    if document.kind == "sheet":
        belongs["outline"] = json.loads(to_json(outline(document)))
    notebook = {
        "cells": made,
        "metadata": {"grader": belongs, "language_info": {"name": "markdown"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"


def _cell(cell: Cell, index: int, pictures: dict[str, Any]) -> dict[str, Any]:
    if cell.sort == "answer":
        return {
            "cell_type": "raw",
            "id": f"answer-{cell.number}",
            "metadata": {"grader": {"answer": cell.number}},
            "source": [],
        }
    made: dict[str, Any] = {"cell_type": "markdown", "id": f"text-{index}", "metadata": {}}
    attached = {number: figure for number, figure in pictures.items() if f"(attachment:{number}.png)" in cell.text}
    if attached:
        from grader.sheets.pdf import png

        # Not every reader of notebooks shows an attached SVG.
        made["attachments"] = {
            f"{number}.png": {"image/png": base64.b64encode(png(figure)).decode("ascii")}
            for number, figure in attached.items()
        }
    # What nobody is to change stays as it is.
    made["metadata"] = {"editable": False, "deletable": False}
    made["source"] = cell.text.splitlines(keepends=True)
    return made


FORMAT = Format("ipynb", ".ipynb", _render)
