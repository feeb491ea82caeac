"""What was typed, before it is known what was asked: expressions, brackets, relations and labels.

Frozen nodes like those of the tree; ``at`` is the index of the first character and takes
no part in equality.
"""

from __future__ import annotations

from typing import TypeAlias

from grader.expr.tree import Add, Apply, Constant, Div, Expr, Mul, Neg, Number, Pow, Variable
from grader.records import field, record


@record
class Names:
    """The names that a text may use.

    ``variables``: variables and named parameters, as they are written in the tree.
    ``free``: whether an unknown single letter, perhaps with a subscript (``C``, ``k``, ``c_1``),
    is read as one more variable, a free constant.
    """

    variables: tuple[str, ...]
    free: bool = False


@record
class Note:
    """How something was read that could have been meant otherwise, and how to write the other.

    ``at`` is the index of the first character concerned, from 0.
    """

    at: int
    text: str


@record
class Brackets:
    """A bracketed list.  ``opening`` and ``closing`` are single characters, ``<`` for an angle.

    An interval ``]0, 1[`` has ``]`` for its opening.

    ``rows``: items between semicolons (``[a, b; c, d]``); a list without semicolon has one row.
    ``transposed``: followed by ``^T`` or ``'``.
    """

    opening: str
    rows: tuple[tuple[Notation, ...], ...]
    closing: str
    transposed: bool = False
    at: int = field(default=0, compare=False)


@record
class Relation:
    """A chain ``a < b <= c``: one side more than signs, signs among ``= != < > <= >=``."""

    sides: tuple[Notation, ...]
    signs: tuple[str, ...]
    at: int = field(default=0, compare=False)


@record
class Word:
    """A word or phrase that is an answer by itself, by its canonical name (``none``, ``dne``, ``reals``)."""

    name: str
    at: int = field(default=0, compare=False)


@record
class Labelled:
    """An item with a label in its canonical form: ``(0,0): saddle``.

    ``several``: whether the label was a plural, which is meant for the items before it too.
    """

    item: Notation
    label: str
    at: int = field(default=0, compare=False)
    several: bool = False


@record
class Listing:
    """Several items without brackets; ``separators`` are ``,``, ``;``, ``or``, ``and`` and a line break."""

    items: tuple[Notation, ...]
    separators: tuple[str, ...]
    at: int = field(default=0, compare=False)


@record
class Joined:
    """Sets of numbers joined by signs, one sign fewer than parts: ``∪`` union, ``∖`` difference."""

    parts: tuple[Notation, ...]
    signs: tuple[str, ...]
    at: int = field(default=0, compare=False)


Notation: TypeAlias = (
    Number | Constant | Variable | Neg | Add | Mul | Div | Pow | Apply
    | Brackets | Relation | Word | Labelled | Listing | Joined
)  # fmt: skip


# By type rather than by `isinstance`: these run for every bracket and argument of every answer.
_NO_EXPRESSIONS = frozenset((Brackets, Relation, Word, Labelled, Listing, Joined))


def is_expression(item: Notation) -> bool:
    """Whether it is a scalar expression."""
    return type(item) not in _NO_EXPRESSIONS


def expression(item: Notation) -> Expr:
    """The item, known to be a scalar expression."""
    assert type(item) not in _NO_EXPRESSIONS
    return item  # type: ignore[return-value]  # the assertion says so
