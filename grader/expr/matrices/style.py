"""One walk over a matrix expression for every way of writing it; a format is a `Style`."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from grader.expr.matrices.tree import (
    Binary,
    Call,
    Count,
    Identity,
    Matrix,
    Negative,
    Numeral,
    Ones,
    Power,
    Symbol,
    Transpose,
)
from grader.records import record

# A product of entries is bracketed within a product of matrices, though both signs bind alike when typed.
_SUM, _ENTRIES, _PRODUCT, _POSTFIX = 1, 2, 3, 5
_LEVELS = {"+": _SUM, "-": _SUM, ".*": _ENTRIES, "./": _ENTRIES}


@record
class Style:
    """How each sort of node is written, given the parts as they are written.

    ``sized``: ``I`` or ``1`` with its size, which is empty where the context gives it.
    ``raised``: base, exponent, whether every entry is raised.  ``fraction`` closes in itself, as a
    fraction with a bar does.  ``call``: a function's canonical name and its arguments.
    """

    number: Callable[[Fraction], str]
    name: Callable[[str], str]
    sized: Callable[[str, str], str]
    minus: Callable[[str], str]
    binary: Callable[[str, str, str], str]
    fraction: Callable[[str, str], str]
    group: Callable[[str], str]
    transposed: Callable[[str], str]
    inverse_transposed: Callable[[str], str]
    raised: Callable[[str, str, bool], str]
    call: Callable[[str, tuple[str, ...]], str]


def written(e: Matrix, style: Style) -> str:
    """The expression in that style."""
    return _Writer(style).write(e, 0)


class _Writer:
    def __init__(self, style: Style) -> None:
        self.style = style

    def write(self, e: Matrix, outer: int, first: bool = True) -> str:
        """``first``: nothing stands before it in its sum, so that a minus needs no brackets."""
        style = self.style
        match e:
            case Numeral(value):
                text = style.number(value)
                return self.grouped(text, (value < 0 and not first) or (value.denominator > 1 and outer > _PRODUCT))
            case Symbol(name) | Count(name):
                return style.name(name)
            case Identity(size):
                return style.sized("I", _known(size))
            case Ones(rows, columns):
                size = _known(rows)
                return style.sized("1", f"{size} x {columns}" if size and _known(columns) not in ("", "1") else size)
            case Negative(a):
                return self.grouped(style.minus(self.write(a, _PRODUCT, False)), outer > _PRODUCT or not first)
            case Transpose(Power(a, n, False)) if n == -1:
                return style.inverse_transposed(self.write(a, _POSTFIX, False))
            case Transpose(Call("inv", (a,))):
                return style.inverse_transposed(self.write(a, _POSTFIX, False))
            case Transpose(a):
                return style.transposed(self.write(a, _POSTFIX, False))
            case Binary("/", a, b):
                return self.grouped(style.fraction(self.write(a, 0), self.write(b, 0)), outer > _PRODUCT)
            case Binary(operator, a, b):
                level = _LEVELS.get(operator, _PRODUCT)
                leads = first and outer <= level
                text = style.binary(operator, self.write(a, level, leads), self.write(b, level + 1, False))
                return self.grouped(text, outer > level)
            case Power(a, n, entrywise):
                return style.raised(self.write(a, _POSTFIX, False), style.number(n), entrywise)
            case Call("inv", (a,)):
                return style.raised(self.write(a, _POSTFIX, False), style.number(Fraction(-1)), False)
            case Call("power", (a, b)):
                return style.raised(self.write(a, _POSTFIX, False), self.write(b, 0), False)
            case Call("kron", (a, b)):
                text = style.binary("kron", self.write(a, _PRODUCT, False), self.write(b, _PRODUCT + 1, False))
                return self.grouped(text, outer > _PRODUCT)
            case Call(function, arguments):
                return style.call(function, tuple(self.write(a, 0) for a in arguments))

    def grouped(self, text: str, needed: bool) -> str:
        return self.style.group(text) if needed else text


def _known(size: str) -> str:
    return "" if size.startswith("?") else size
