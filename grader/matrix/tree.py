"""Typed matrix expressions as a frozen tree.  Sizes are symbols; see `grader.matrix.shapes`."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Literal, TypeAlias

from grader.records import field, record


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
class Negative:
    argument: Matrix
    at: int = field(default=0, compare=False)


@record
class Transpose:
    argument: Matrix
    at: int = field(default=0, compare=False)


@record
class Binary:
    """``+ - *`` (matrix product), ``/`` (by a scalar), ``.*`` and ``./`` (entry by entry)."""

    operator: Literal["+", "-", "*", "/", ".*", "./"]
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


Matrix: TypeAlias = Numeral | Symbol | Identity | Negative | Transpose | Binary | Power | Call


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


def walk(e: Matrix) -> Iterator[Matrix]:
    """Every node, parents first."""
    stack = [e]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(parts(node)))


_ORDER = {"+": 1, "-": 1, "*": 2, "/": 2, ".*": 2, "./": 2}


def to_text(e: Matrix) -> str:
    """The expression as it can be typed."""
    return _text(e, 0)


def _text(e: Matrix, outer: int) -> str:
    match e:
        case Numeral(value):
            return str(value) if value.denominator == 1 or outer < 2 else f"({value})"
        case Symbol(name):
            return name
        case Identity():
            return "I"
        case Negative(a):
            return _bracket("-" + _text(a, 2), outer > 1)
        case Transpose(a):
            return _text(a, 4) + "'"
        case Binary(operator, a, b):
            level = _ORDER[operator]
            space = " " if level == 1 else ""
            return _bracket(f"{_text(a, level)}{space}{operator}{space}{_text(b, level + 1)}", outer > level)
        case Power(a, n, entrywise):
            exponent = str(n) if n.denominator == 1 and n >= 0 else f"({n})"
            return f"{_text(a, 4)}{'.^' if entrywise else '^'}{exponent}"
        case Call(function, arguments):
            return f"{function}({', '.join(_text(a, 0) for a in arguments)})"


def _bracket(text: str, needed: bool) -> str:
    return f"({text})" if needed else text
