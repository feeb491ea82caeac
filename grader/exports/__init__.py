"""Formats in which questions leave for a learning platform, found once: every module beside this
one that exports ``EXPORT``."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path

from grader.exports.base import Export


@cache
def exports() -> dict[str, Export]:
    """All formats by their names, sorted."""
    stems = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if path.stem != "__init__")
    found = [getattr(import_module(f"{__name__}.{stem}"), "EXPORT", None) for stem in stems]
    return {e.name: e for e in sorted((e for e in found if isinstance(e, Export)), key=lambda e: e.name)}
