"""Matrix expressions over any field, with exact directional derivatives by dual numbers.

The scalars are those of `grader.matrix.scalars`.  A `Dual` is a matrix with its derivative in one
direction (forward mode; Griewank and Walther, "Evaluating Derivatives", ch. 3).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import prod
from typing import Any, TypeAlias

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
from grader.matrix.scalars import Field, apply, reciprocal, slope, usable
from grader.matrix.scalars import NoValue as NoValue
from grader.records import record

Rows: TypeAlias = list[list[Any]]


@record
class Dual:
    """A matrix and its derivative, of the same size; None for a derivative that is zero."""

    value: Rows
    slope: Rows | None = None

    @property
    def size(self) -> tuple[int, int]:
        return len(self.value), len(self.value[0])


def evaluate(e: Matrix, symbols: Mapping[str, Dual], sizes: Mapping[str, int], field: Field) -> Dual:
    """The value of a shape-checked expression, with its derivative in the symbols' direction.

    ``sizes`` gives the number for each size name.  Raises NoValue or NotRational.
    """
    return _Evaluation(symbols, sizes, field).of(e)


def count(size: str, sizes: Mapping[str, int]) -> int:
    """The number that a size stands for: a name, a numeral, or a product of them."""
    return prod(sizes[s] if s in sizes else int(s) for s in size.split("*"))


def transpose(a: Rows) -> Rows:
    return [list(row) for row in zip(*a, strict=True)]


def times(a: Rows, b: Rows) -> Rows:
    """The matrix product."""
    columns = transpose(b)
    return [[_dot(row, column) for column in columns] for row in a]


def plus(a: Rows, b: Rows) -> Rows:
    return [[x + y for x, y in zip(r, s, strict=True)] for r, s in zip(a, b, strict=True)]


def scaled(a: Rows, factor: Any) -> Rows:
    return [[x * factor for x in row] for row in a]


def inverse(a: Rows) -> Rows:
    return _eliminate(a)[0]


def _dot(a: list[Any], b: list[Any]) -> Any:
    total = a[0] * b[0]
    for x, y in zip(a[1:], b[1:], strict=True):
        total = total + x * y
    return total


def _total(a: Rows) -> Any:
    entries = [x for row in a for x in row]
    total = entries[0]
    for x in entries[1:]:
        total = total + x
    return total


def _entries(a: Rows, b: Rows) -> Rows:
    return [[x * y for x, y in zip(r, s, strict=True)] for r, s in zip(a, b, strict=True)]


def _map(f: Callable[[Any], Any], a: Rows) -> Rows:
    return [[f(x) for x in row] for row in a]


def _sum_of(a: Rows | None, b: Rows | None) -> Rows | None:
    """The sum of two derivatives, either of which may be zero."""
    if a is None or b is None:
        return a if b is None else b
    return plus(a, b)


def _eliminate(a: Rows) -> tuple[Rows, Any]:
    """The inverse and the determinant by Gauss-Jordan elimination; NoValue when singular here."""
    n = len(a)
    one = a[0][0] * 0 + 1
    zero = a[0][0] * 0
    rows = [[*row, *(one if i == j else zero for j in range(n))] for i, row in enumerate(a)]
    determinant = one
    for column in range(n):
        pivot = next((r for r in range(column, n) if usable(rows[r][column])), None)
        if pivot is None:
            raise NoValue
        if pivot != column:
            rows[column], rows[pivot] = rows[pivot], rows[column]
            determinant = -determinant
        determinant = determinant * rows[column][column]
        factor = reciprocal(rows[column][column])
        lead = rows[column] = [x * factor for x in rows[column]]
        for r in range(n):
            if r != column:
                factor = rows[r][column]
                rows[r] = [x - factor * y for x, y in zip(rows[r], lead, strict=True)]
    return [row[n:] for row in rows], determinant


class _Evaluation:
    def __init__(self, symbols: Mapping[str, Dual], sizes: Mapping[str, int], field: Field) -> None:
        self.symbols, self.sizes, self.field = symbols, sizes, field
        self.zero, self.one = field.number(Fraction(0)), field.number(Fraction(1))

    def of(self, e: Matrix) -> Dual:
        match e:
            case Numeral(value):
                return Dual([[self.field.number(value)]])
            case Symbol(name):
                return self.symbols[name]
            case Count(size):
                return Dual([[self.field.number(Fraction(count(size, self.sizes)))]])
            case Identity(size):
                return Dual(self.identity(count(size, self.sizes)))
            case Ones(rows, columns):
                return Dual([[self.one] * count(columns, self.sizes) for _ in range(count(rows, self.sizes))])
            case Negative(a):
                d = self.of(a)
                return Dual(_map(_negative, d.value), d.slope and _map(_negative, d.slope))
            case Transpose(a):
                d = self.of(a)
                return Dual(transpose(d.value), d.slope and transpose(d.slope))
            case Binary(operator, a, b):
                return self.binary(operator, self.of(a), self.of(b))
            case Power():
                return self.power(e)
            case Call():
                return self.call(e)

    def identity(self, n: int) -> Rows:
        return [[self.one if i == j else self.zero for j in range(n)] for i in range(n)]

    def binary(self, operator: str, a: Dual, b: Dual) -> Dual:
        match operator:
            case "+":
                return Dual(plus(a.value, b.value), _sum_of(a.slope, b.slope))
            case "-":
                return Dual(
                    plus(a.value, _map(_negative, b.value)), _sum_of(a.slope, b.slope and _map(_negative, b.slope))
                )
            case "*":
                return self.product(a, b)
            case ".*":
                return self.hadamard(a, b)
            case _:
                return self.product(a, self.raised(b, -1)) if b.size == (1, 1) else self.hadamard(a, self.raised(b, -1))

    def product(self, a: Dual, b: Dual) -> Dual:
        if a.size == (1, 1):
            a, b = b, a
        if b.size == (1, 1):
            factor = b.value[0][0]
            slope_a = a.slope and scaled(a.slope, factor)
            slope_b = b.slope and scaled(a.value, b.slope[0][0])
            return Dual(scaled(a.value, factor), _sum_of(slope_a, slope_b))
        left = a.slope and times(a.slope, b.value)
        right = b.slope and times(a.value, b.slope)
        return Dual(times(a.value, b.value), _sum_of(left, right))

    def hadamard(self, a: Dual, b: Dual) -> Dual:
        left = a.slope and _entries(a.slope, b.value)
        right = b.slope and _entries(a.value, b.slope)
        return Dual(_entries(a.value, b.value), _sum_of(left, right))

    def raised(self, a: Dual, n: int) -> Dual:
        """Every entry to the power ``n``, which is not zero."""
        base = a.value if n > 0 else _map(reciprocal, a.value)
        value = _map(lambda x: _power(x, abs(n)), base)
        if a.slope is None:
            return Dual(value)
        if n == 1:
            return a
        # The slope of x^n has n - 1 factors x, or for a negative n, 1 - n factors 1/x.
        lower = _map(lambda x: _power(x, abs(n - 1)), base)
        return Dual(value, scaled(_entries(lower, a.slope), self.field.number(Fraction(n))))

    def power(self, e: Power) -> Dual:
        a, n = self.of(e.base), e.exponent
        numbers = e.entrywise or a.size == (1, 1)
        if n.denominator == 2:
            # A half of an odd number: a power of the root.
            return self.raised(self.apply("sqrt", a), n.numerator)
        if n.denominator != 1:
            logarithm = self.apply("log", a)
            return self.apply("exp", self.product(Dual([[self.field.number(n)]]), logarithm))
        if n == 0:
            rows, columns = a.size
            return Dual([[self.one] * columns for _ in range(rows)] if numbers else self.identity(rows))
        if numbers:
            return self.raised(a, int(n))
        base = a if n > 0 else self.inverse(a)
        result: Dual | None = None
        left = abs(int(n))
        while left:
            if left & 1:
                result = base if result is None else self.product(result, base)
            left >>= 1
            if left:
                base = self.product(base, base)
        assert result is not None
        return result

    def inverse(self, a: Dual) -> Dual:
        found = inverse(a.value)
        if a.slope is None:
            return Dual(found)
        return Dual(found, _map(_negative, times(times(found, a.slope), found)))

    def determinant(self, a: Dual) -> Dual:
        found, value = _eliminate(a.value)
        if a.slope is None:
            return Dual([[value]])
        # Jacobi's formula.
        trace = _dot([x for row in found for x in row], [x for row in transpose(a.slope) for x in row])
        return Dual([[value]], [[value * trace]])

    def apply(self, name: str, a: Dual) -> Dual:
        value = _map(lambda x: apply(self.field, name, x), a.value)
        if a.slope is None:
            return Dual(value)
        return Dual(value, _entries(_map(lambda x: slope(self.field, name, x), a.value), a.slope))

    def summed(self, a: Dual) -> Dual:
        return Dual([[_total(a.value)]], a.slope and [[_total(a.slope)]])

    def call(self, e: Call) -> Dual:
        a = self.of(e.arguments[0])
        match e.function:
            case "tr":
                n = range(a.size[0])
                return self.summed(Dual([[a.value[i][i] for i in n]], a.slope and [[a.slope[i][i] for i in n]]))
            case "det":
                return self.determinant(a)
            case "logdet":
                return self.apply("log", self.determinant(a))
            case "inv":
                return self.inverse(a)
            case "sum":
                return self.summed(a)
            case "norm":
                return self.apply("sqrt", self.summed(self.hadamard(a, a)))
            case "norm1":
                return self.summed(self.apply("abs", a))
            case "diag":
                return Dual(self.diagonal(a.value), a.slope and self.diagonal(a.slope))
            case "vec":
                return Dual(_column(a.value), a.slope and _column(a.slope))
            case "softmax":
                grown = self.apply("exp", a)
                return self.product(grown, self.raised(self.summed(grown), -1))
            case "kron":
                b = self.of(e.arguments[1])
                left, right = a.slope and _kron(a.slope, b.value), b.slope and _kron(a.value, b.slope)
                return Dual(_kron(a.value, b.value), _sum_of(left, right))
            case "power":
                logarithm = self.apply("log", a)
                return self.apply("exp", self.product(self.of(e.arguments[1]), logarithm))
            case name:
                return self.apply(name, a)

    def diagonal(self, a: Rows) -> Rows:
        rows, columns = len(a), len(a[0])
        if 1 not in (rows, columns):
            return [[a[i][i]] for i in range(min(rows, columns))]
        entries = [x for row in a for x in row]
        return [[x if i == j else x * 0 for j in range(len(entries))] for i, x in enumerate(entries)]


def _negative(x: Any) -> Any:
    return -x


def _column(a: Rows) -> Rows:
    return [[x] for column in transpose(a) for x in column]


def _kron(a: Rows, b: Rows) -> Rows:
    return [[x * y for x in row for y in other] for row in a for other in b]


def _power(x: Any, n: int) -> Any:
    """``x^n`` for n at least 1, by squaring."""
    result = None
    while n:
        if n & 1:
            result = x if result is None else result * x
        n >>= 1
        if n:
            x = x * x
    return result
