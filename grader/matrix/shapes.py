"""Sizes of matrix expressions, symbolically: every fault is a sentence with the names of the sizes."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TypeAlias

from grader.errors import Place, StudentError
from grader.matrix.tree import Binary, Call, Identity, Matrix, Negative, Numeral, Power, Symbol, Transpose
from grader.records import replace

Size: TypeAlias = tuple[str, str]
"""Rows and columns: names such as ``n``, or numerals."""

SCALAR: Size = ("1", "1")
ENTRYWISE = frozenset({"exp", "log", "sin", "cos", "sqrt", "abs", "sign", "tanh", "sigmoid", "softplus", "relu"})


class ShapeError(StudentError):
    """The sizes do not fit."""


def show(size: Size) -> str:
    return f"{size[0]} x {size[1]}"


def infer(e: Matrix, sizes: Mapping[str, Size], source: str = "answer") -> tuple[Matrix, Size | None]:
    """The tree with every identity sized, and the size of the whole.

    The size is None for a multiple of an identity that nothing sizes; `resolve` sets it.
    Raises ShapeError.
    """
    return _Inference(sizes, source).infer(e)


def resolve(e: Matrix, size: str) -> Matrix:
    """The tree with the unsized identities that it is a multiple of sized."""
    match e:
        case Identity(""):
            return replace(e, size=size)
        case Negative(a) | Transpose(a):
            return replace(e, argument=resolve(a, size))
        case Power(a):
            return replace(e, base=resolve(a, size))
        case Binary(_, a, b):
            return replace(e, left=resolve(a, size), right=resolve(b, size))
        case Call("inv", (a,)):
            return replace(e, arguments=(resolve(a, size),))
        case _:
            return e


class _Inference:
    def __init__(self, sizes: Mapping[str, Size], source: str) -> None:
        self.sizes, self.source = sizes, source

    def error(self, e: Matrix, fault: str, fix: str = "") -> ShapeError:
        return ShapeError(Place(self.source, 1, e.at + 1), fault, fix)

    def infer(self, e: Matrix) -> tuple[Matrix, Size | None]:
        match e:
            case Numeral():
                return e, SCALAR
            case Symbol(name):
                return e, self.sizes[name]
            case Identity(size):
                return e, (size, size) if size else None
            case Negative(a):
                inner, size_a = self.infer(a)
                return replace(e, argument=inner), size_a
            case Transpose(a):
                inner, size_a = self.infer(a)
                return replace(e, argument=inner), size_a and (size_a[1], size_a[0])
            case Power():
                return self.power(e)
            case Binary("+" | "-"):
                return self.sum(e)
            case Binary("*"):
                return self.product(e)
            case Binary("/"):
                return self.quotient(e)
            case Binary():
                return self.entrywise(e)
            case Call():
                return self.call(e)

    def sum(self, e: Binary) -> tuple[Matrix, Size | None]:
        left, a = self.infer(e.left)
        right, b = self.infer(e.right)
        if a is None and b is None:
            return replace(e, left=left, right=right), None
        if a is None or b is None:
            size = a or b
            assert size is not None
            if size[0] != size[1]:
                raise self.error(e, f"cannot add I to a {show(size)} matrix", "I is square")
            sized = (resolve(left, size[0]), right) if a is None else (left, resolve(right, size[0]))
            return replace(e, left=sized[0], right=sized[1]), size
        if a == b:
            return replace(e, left=left, right=right), a
        # 1 - s is read entry by entry, for a vector only.
        for number, size in ((left, b), (right, a)):
            if _is_number(number) and "1" in size:
                return replace(e, left=left, right=right), size
        word = "add" if e.operator == "+" else "subtract"
        if SCALAR in (a, b):
            fix = "did you mean a multiple of I?"
        else:
            fix = "is a transpose missing?" if a == b[::-1] else ""
        raise self.error(e, f"cannot {word} a {show(a)} and a {show(b)} matrix", fix)

    def product(self, e: Binary) -> tuple[Matrix, Size | None]:
        left, a = self.infer(e.left)
        right, b = self.infer(e.right)
        if a is None and b is not None and b != SCALAR:
            left, a = resolve(left, b[0]), (b[0], b[0])
        elif b is None and a is not None and a != SCALAR:
            right, b = resolve(right, a[1]), (a[1], a[1])
        whole = replace(e, left=left, right=right)
        if a is None or b is None:
            return whole, None
        if a == SCALAR:
            return whole, b
        if b == SCALAR:
            return whole, a
        if a[1] != b[0]:
            fix = f"the inner sizes {a[1]} and {b[0]} differ"
            raise self.error(e, f"cannot multiply a {show(a)} by a {show(b)} matrix", fix)
        return whole, (a[0], b[1])

    def quotient(self, e: Binary) -> tuple[Matrix, Size | None]:
        left, a = self.infer(e.left)
        right, b = self.infer(e.right)
        if b != SCALAR:
            kind = "vector" if b is not None and "1" in b else "matrix"
            raise self.error(e, f"cannot divide by a {kind}", "use inv(...) or, entry by entry, ./")
        return replace(e, left=left, right=right), a

    def entrywise(self, e: Binary) -> tuple[Matrix, Size | None]:
        left, a = self.infer(e.left)
        right, b = self.infer(e.right)
        if a is None and b is not None:
            left, a = resolve(left, b[0]), (b[0], b[0])
        if b is None and a is not None:
            right, b = resolve(right, a[0]), (a[0], a[0])
        if a != b and SCALAR not in (a, b):
            assert a is not None and b is not None
            raise self.error(e, f"{e.operator} needs equal sizes, not {show(a)} and {show(b)}")
        return replace(e, left=left, right=right), b if a == SCALAR else a

    def power(self, e: Power) -> tuple[Matrix, Size | None]:
        base, size = self.infer(e.base)
        whole = replace(e, base=base)
        if e.entrywise or size is None or size == SCALAR:
            return whole, size
        if size[0] != size[1]:
            fix = "for every entry use .^, for x'x write x'*x or norm(x)^2"
            raise self.error(e, f"cannot raise a {show(size)} {_noun(size)} to a power", fix)
        if e.exponent.denominator != 1:
            raise self.error(e, "a matrix cannot be raised to a fraction here", "use whole powers")
        return whole, size

    def call(self, e: Call) -> tuple[Matrix, Size | None]:
        inferred = [self.infer(a) for a in e.arguments]
        whole = replace(e, arguments=tuple(tree for tree, _ in inferred))
        first = inferred[0][1]
        if e.function == "inv" and first is None:
            return whole, None
        if any(size is None for _, size in inferred):
            raise self.error(e, f"the size of I is not determined inside {e.function}(...)", "write it out")
        assert first is not None
        function = e.function
        if function in ENTRYWISE or function == "softmax":
            if function == "softmax" and "1" not in first:
                raise self.error(e, f"softmax takes a vector, not a {show(first)} matrix")
            return whole, first
        if function in ("tr", "det", "logdet", "inv"):
            if first[0] != first[1]:
                names = {"tr": "the trace", "det": "the determinant", "logdet": "the determinant", "inv": "the inverse"}
                raise self.error(e, f"{names[function]} needs a square matrix, not a {show(first)} one")
            return whole, first if function == "inv" else SCALAR
        if function in ("norm", "norm1", "sum"):
            return whole, SCALAR
        if function == "diag":
            if first[1] == "1":
                return whole, (first[0], first[0])
            if first[0] == "1":
                return whole, (first[1], first[1])
            return whole, (first[0], "1")
        second = inferred[1][1]
        assert second is not None
        if function == "hadamard":
            if first != second:
                raise self.error(e, f"hadamard needs equal sizes, not {show(first)} and {show(second)}")
            return whole, first
        if first[1] != "1" or second[1] != "1":
            raise self.error(e, f"{function} takes two column vectors, not {show(first)} and {show(second)}")
        if function == "outer":
            return whole, (first[0], second[0])
        if first != second:
            raise self.error(e, f"dot needs vectors of equal length, not {show(first)} and {show(second)}")
        return whole, SCALAR


def _noun(size: Size) -> str:
    return "vector" if "1" in size else "matrix"


def _is_number(e: Matrix) -> bool:
    inner = e.argument if isinstance(e, Negative) else e
    return isinstance(inner, Numeral) and inner.value != Fraction(0)
