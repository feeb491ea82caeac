"""Figures of statements: SVG drawn from the variant's own values, with a description in words.

The SVG is written directly: the pictures are a few dozen lines, and a plotting library would be
many times the size of all that a sheet needs now, with fonts and bytes that change with its
version.  Colours follow the page (``currentColor`` and its variables), so that dark mode and print
need no second picture; areas differ by their hatching too, for those who print in grey.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module

from grader.figures.base import Drawing, Figure, Sort, Unfit, from_record, to_record

__all__ = [
    "Drawing",
    "Figure",
    "Sort",
    "Unfit",
    "describe",
    "draw",
    "draw_file",
    "from_record",
    "load",
    "names",
    "to_record",
]

_MODULES = ("graph", "polyline", "slope_graph", "contours", "map", "network")


def names() -> tuple[str, ...]:
    """The sorts of figure; each has a file and a field of its name."""
    return _MODULES


def load(name: str) -> Sort:
    """Raises KeyError for a sort that does not exist."""
    if name not in _MODULES:
        raise KeyError(name)
    sort: Sort = import_module(f"grader.figures.{name}").SORT
    return sort


_KEY = "\ue000"
"""Stands in a drawing for the word that its ids begin with: what is drawn once serves every page."""


@lru_cache(maxsize=512)
def drawing(figure: Figure) -> Drawing:
    """Raises `Unfit` for a figure that cannot be drawn."""
    return load(figure.sort).draw(figure, _KEY)


def draw(figure: Figure, key: str) -> str:
    """An ``svg`` element for an HTML page; ``key`` tells its ids from those of other figures there."""
    from grader.figures.svg import wrapped

    return wrapped(drawing(figure), key).replace(_KEY, key)


def draw_file(figure: Figure) -> str:
    """A whole SVG file, with a background and colours of its own."""
    from grader.figures.svg import page_style, wrapped

    return wrapped(drawing(figure), "figure", page_style()).replace(_KEY, "figure")


def describe(figure: Figure) -> str:
    """What a screen reader says: what can be read off the picture, and no more."""
    made = drawing(figure)
    return f"{made.title}. {made.description}"
