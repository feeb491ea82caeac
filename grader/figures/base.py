"""What a figure is made of: the data of one variant, and the sorts of picture drawn from it.

A sort is one file beside this one that exports ``SORT``.  It says which fields a problem file
gives and draws them; it reads nothing else, so that the same figure is the same bytes everywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, Literal, TypeAlias

from grader.expr.tree import Expr
from grader.records import record

Cell: TypeAlias = Literal["expression", "number", "name", "text"]
"""``expression`` in the student's language · ``number`` the same without variables · ``name`` of a
variable or node · ``text`` a few words"""

Row: TypeAlias = tuple[str, ...]
Rows: TypeAlias = tuple[Row, ...]

MOST_ROWS = 40
LONGEST_CELL = 300
"""Bounds on what a figure may hold."""


@record
class Field:
    """One field of a figure: a row of ``cells``, or with ``many`` a list of such rows.

    The last ``optional`` cells of a row may be missing.
    """

    about: str
    cells: tuple[Cell, ...]
    many: bool = False
    required: bool = False
    optional: int = 0


@record
class Figure:
    """A picture of one variant as data: its sort, and for each field its rows of texts."""

    sort: str
    fields: tuple[tuple[str, Rows], ...]

    def rows(self, name: str) -> Rows:
        """The rows of a field; none when it is absent."""
        return dict(self.fields).get(name, ())

    def first(self, name: str, default: str = "") -> str:
        """The only cell of a field of one cell."""
        rows = self.rows(name)
        return rows[0][0] if rows else default

    def numbers(self, name: str) -> tuple[Fraction, ...]:
        """The only row of a field of numbers; empty when it is absent."""
        rows = self.rows(name)
        return tuple(number(cell, name) for cell in rows[0]) if rows else ()

    def expression(self, name: str, variables: tuple[str, ...]) -> Expr:
        """The expression in a field of one cell, which has to be in these variables alone."""
        return expression(self.first(name), name, variables)


class Unfit(Exception):
    """The figure cannot be drawn; ``field`` is what is to blame."""

    def __init__(self, field: str, fault: str) -> None:
        super().__init__(field, fault)
        self.field = field
        self.fault = fault


@record
class Drawing:
    """A drawn figure: its size in units of a quarter of a millimetre, its elements, and what a
    screen reader says: a short ``title``, and in ``description`` what can be read off the picture."""

    width: float
    height: float
    body: str
    title: str
    description: str


@record
class Sort:
    """A sort of figure.  The first of its fields has its name and tells it from the others.

    ``draw`` gets a word that no other figure of the page has, for the ids of patterns.  It raises
    `Unfit` for what cannot be drawn.
    """

    name: str
    title: str
    fields: dict[str, Field]
    draw: Callable[[Figure, str], Drawing]


def expression(text: str, field: str, variables: tuple[str, ...]) -> Expr:
    from grader.errors import StudentError
    from grader.expr.parse import Names, parse

    try:
        return parse(text, Names(variables), "infix", "figure")
    except StudentError as error:
        raise Unfit(field, f"'{text}' cannot be read: {error.fault}") from None


def number(text: str, field: str) -> Fraction:
    """A number; one that is not rational is taken to twelve places."""
    from grader.expr.tree import rational_value
    from grader.figures.values import at

    tree = expression(text, field, ())
    exact = rational_value(tree)
    if exact is not None:
        return exact
    value = at(tree, {})
    if value is None:
        raise Unfit(field, f"'{text}' has no value")
    return Fraction(round(value * 10**12), 10**12)


def to_record(figure: Figure) -> dict[str, Any]:
    """The figure as JSON values; `from_record` gives it back."""
    return {"sort": figure.sort, **{name: [list(row) for row in rows] for name, rows in figure.fields}}


def from_record(record: dict[str, Any]) -> Figure:
    """Raises KeyError or ValueError for what is no figure."""
    from grader import figures

    fields = figures.load(record["sort"]).fields
    if unknown := set(record) - {"sort", *fields}:
        raise ValueError(f"a {record['sort']} figure has no field {sorted(unknown)}")
    written = ((name, record[name]) for name in fields if name in record)
    return Figure(record["sort"], tuple((n, tuple(tuple(str(c) for c in row) for row in rows)) for n, rows in written))
