"""Answers as values: the shapes that an answer box can have, and the reading of typed text.

``read`` is the only way from a student's text to an `Answer`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from grader.claims import Point
from grader.expr.domain import Interval
from grader.expr.parse import Names, Note
from grader.expr.tree import Expr


@dataclass(frozen=True, slots=True)
class Shape:
    """What an answer box takes.

    ``form`` is the sort of answer.  ``size``: entries of a vector, or coordinates of a
    point; None when any number may be typed (the size is then part of what is graded, as
    it always is for a matrix).  ``labels``: the canonical labels that points or a label
    answer may carry.  ``free_names``: names that were not declared are read as free
    constants (the ``C`` of an antiderivative).
    """

    form: Literal["scalar", "vector", "matrix", "set", "points", "equation", "interval", "label"]
    size: int | None = None
    labels: tuple[str, ...] = ()
    free_names: bool = False


@dataclass(frozen=True, slots=True)
class Scalar:
    value: Expr


@dataclass(frozen=True, slots=True)
class Vector:
    """``orientation``: how it was written; a tuple ``(a, b)`` or ``<a, b>`` or ``[a, b]`` says
    neither row nor column, ``[a; b]`` and ``[[a],[b]]`` a column, ``[[a, b]]`` a row."""

    entries: tuple[Expr, ...]
    orientation: Literal["row", "column", "tuple"] = "tuple"


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rows of equal length, at least one row and one column."""

    rows: tuple[tuple[Expr, ...], ...]


@dataclass(frozen=True, slots=True)
class Set:
    elements: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Points:
    """Points with or without labels; ``none`` gives no points."""

    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Equation:
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Range:
    """An interval or an inequality in one variable, as an interval."""

    interval: Interval


@dataclass(frozen=True, slots=True)
class Label:
    """A word such as ``minimum``, ``none`` or ``dne``, by its canonical name."""

    name: str


Answer: TypeAlias = Scalar | Vector | Matrix | Set | Points | Equation | Range | Label


@dataclass(frozen=True, slots=True)
class Reading:
    """An answer with everything that a student should be told about how it was read."""

    answer: Answer
    notes: tuple[Note, ...] = field(default=())
