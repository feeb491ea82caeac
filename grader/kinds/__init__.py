"""Task kinds, found once: every module beside this one that exports ``KIND``."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path

from grader.kinds.base import Kind


@cache
def names() -> tuple[str, ...]:
    """The names of all kinds, sorted, without loading any."""
    return tuple(sorted(p.stem for p in Path(__file__).parent.glob("*.py") if p.stem not in ("__init__", "base")))


@cache
def load(name: str) -> Kind:
    """The kind of that name; KeyError when there is none."""
    if name not in names():
        raise KeyError(name)
    kind = import_module(f"{__name__}.{name}").KIND
    assert isinstance(kind, Kind) and kind.name == name
    return kind
