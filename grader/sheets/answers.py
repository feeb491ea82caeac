"""The blank file that a student fills in."""

from __future__ import annotations

from grader.sheets.outline import Outline
from grader.sheets.templates import Templates


def blank_answers(sheet: Outline, templates: Templates) -> str:
    """YAML with one empty answer for every item, each below a comment that repeats the question."""
    return templates.render("answers.yaml.j2", sheet.language, sheet=sheet)
