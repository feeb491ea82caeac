"""Typed matrix expressions as a frozen tree.  Sizes are symbols; see `grader.expr.matrices.shapes`."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Literal, TypeAlias

from grader.records import field, record, replace


@record
class Numeral:
    value: Fraction
    at: int = field(default=0, compare=False)


@record
class Symbol:
    """A declared scalar, vector or matrix."""

    name: str
    at: int = field(default=0, compare=False)


@record
class Identity:
    """The identity matrix; ``size`` is empty until the context gives it."""

    size: str = ""
    at: int = field(default=0, compare=False)


@record
class Ones:
    """A matrix of ones, a column by default; a size that starts with ``?`` is given by the context."""

    rows: str = ""
    columns: str = "1"
    at: int = field(default=0, compare=False)


@record
class Count:
    """The name of a size used as a number, as ``n`` in ``sum(x)/n``."""

    size: str
    at: int = field(default=0, compare=False)


@record
class Negative:
    argument: Matrix
    at: int = field(default=0, compare=False)


@record
class Transpose:
    argument: Matrix
    at: int = field(default=0, compare=False)


@record
class Binary:
    """``+ - *`` (matrix product), ``/`` (by a scalar), ``.*`` and ``./`` (entry by entry), ``·`` (the
    scalar product of two columns, else the matrix product)."""

    operator: Literal["+", "-", "*", "/", ".*", "./", "·"]
    left: Matrix
    right: Matrix
    at: int = field(default=0, compare=False)


@record
class Power:
    """``A^n``, a matrix power or inverse; with ``entrywise`` the power of every entry."""

    base: Matrix
    exponent: Fraction
    entrywise: bool = False
    at: int = field(default=0, compare=False)


@record
class Call:
    function: str
    arguments: tuple[Matrix, ...]
    at: int = field(default=0, compare=False)


Matrix: TypeAlias = Numeral | Symbol | Identity | Ones | Count | Negative | Transpose | Binary | Power | Call


def parts(e: Matrix) -> tuple[Matrix, ...]:
    match e:
        case Negative(a) | Transpose(a) | Power(a):
            return (a,)
        case Binary(_, a, b):
            return (a, b)
        case Call(_, arguments):
            return arguments
        case _:
            return ()


def with_parts(e: Matrix, inner: tuple[Matrix, ...]) -> Matrix:
    """The same node with other parts, as many as `parts` gives."""
    match e:
        case Negative() | Transpose():
            return replace(e, argument=inner[0])
        case Power():
            return replace(e, base=inner[0])
        case Binary():
            return replace(e, left=inner[0], right=inner[1])
        case Call():
            return replace(e, arguments=inner)
        case _:
            return e


def walk(e: Matrix) -> Iterator[Matrix]:
    """Every node, parents first."""
    stack = [e]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(parts(node)))


_ORDER = {"+": 1, "-": 1, "*": 2, "/": 2, ".*": 2, "./": 2, "·": 2}


def to_text(e: Matrix) -> str:
    """The expression as it can be typed."""
    return _text(e, 0)


def _text(e: Matrix, outer: int, first: bool = True) -> str:
    """``first``: nothing stands before it in its sum, so that a minus needs no brackets."""
    match e:
        case Numeral(value):
            return str(value) if value.denominator == 1 or outer < 2 else f"({value})"
        case Symbol(name):
            return name
        case Identity(size):
            return f"I_{size}" if size.isalnum() else "I"
        case Ones(rows, columns):
            return f"ones({rows}, {columns})" if _known(rows) and _known(columns) and columns != "1" else _ones(rows)
        case Count(size):
            return size
        case Negative(a):
            return _bracket("-" + _text(a, 4, False), outer > 2 or not first)
        case Transpose(a):
            return _text(a, 4, False) + "'"
        case Binary(operator, a, b):
            level = _ORDER[operator]
            space = " " if level == 1 else ""
            left = _text(a, level, first and outer <= level)
            return _bracket(f"{left}{space}{operator}{space}{_text(b, level + 1, False)}", outer > level)
        case Call("bars", (a,)):
            return f"|{_text(a, 0)}|"
        case Power(a, n, entrywise):
            exponent = str(n) if n.denominator == 1 and n >= 0 else f"({n})"
            if isinstance(a, Numeral) and a.value.denominator != 1:
                return f"({a.value}){'.^' if entrywise else '^'}{exponent}"
            return f"{_text(a, 4, False)}{'.^' if entrywise else '^'}{exponent}"
        case Call(function, arguments):
            return f"{function}({', '.join(_text(a, 0) for a in arguments)})"


def _known(size: str) -> bool:
    return bool(size) and not size.startswith("?")


def _ones(rows: str) -> str:
    return f"ones({rows})" if _known(rows) else "ones"


def _bracket(text: str, needed: bool) -> str:
    return f"({text})" if needed else text
