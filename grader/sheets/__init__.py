"""Formats of sheets and keys, found once: every module beside this one that exports ``FORMAT``."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path

from grader.sheets.base import Format


@cache
def formats() -> dict[str, Format]:
    """All formats by their names, sorted."""
    stems = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if path.stem != "__init__")
    found = [getattr(import_module(f"{__name__}.{stem}"), "FORMAT", None) for stem in stems]
    return {f.name: f for f in sorted((f for f in found if isinstance(f, Format)), key=lambda f: f.name)}
