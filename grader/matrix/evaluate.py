"""Matrix expressions over any field, with exact directional derivatives by dual numbers.

The scalars are python-flint's: ``nmod`` (a prime field), ``fmpq`` (rationals) or ``arb``
(balls), all with the operators ``+ - * /``.  A `Dual` is a matrix with its derivative in
one direction (forward mode; Griewank and Walther, "Evaluating Derivatives", ch. 3).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, TypeAlias

from grader.matrix.tree import Binary, Call, Identity, Matrix, Negative, Numeral, Power, Symbol, Transpose
from grader.records import record

Rows: TypeAlias = list[list[Any]]


class NoValue(Exception):
    """A division by zero or a logarithm of a negative number at this draw: draw again."""


class NotRational(Exception):
    """A function that this field does not have."""


@record
class Field:
    """How to make a scalar of a rational, and the entrywise functions: value and slope."""

    number: Callable[[Fraction], Any]
    functions: Mapping[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]]


@record
class Dual:
    """A matrix and its derivative; the same size."""

    value: Rows
    slope: Rows

    @property
    def size(self) -> tuple[int, int]:
        return len(self.value), len(self.value[0])


def evaluate(e: Matrix, symbols: Mapping[str, Dual], sizes: Mapping[str, int], field: Field) -> Dual:
    """The value of a shape-checked expression, with its derivative in the symbols' direction.

    ``sizes`` gives the number for each size name.  Raises NoValue or NotRational.
    """
    return _Evaluation(symbols, sizes, field).of(e)


def transpose(a: Rows) -> Rows:
    return [list(row) for row in zip(*a, strict=True)]


def zeros_like(a: Rows, zero: Any) -> Rows:
    return [[zero] * len(row) for row in a]


def _map(f: Callable[..., Any], *matrices: Rows) -> Rows:
    return [[f(*entries) for entries in zip(*rows, strict=True)] for rows in zip(*matrices, strict=True)]


def _times(a: Rows, b: Rows) -> Rows:
    columns = transpose(b)
    return [[_dot(row, column) for column in columns] for row in a]


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


class _Evaluation:
    def __init__(self, symbols: Mapping[str, Dual], sizes: Mapping[str, int], field: Field) -> None:
        self.symbols, self.sizes, self.field = symbols, sizes, field
        self.zero, self.one = field.number(Fraction(0)), field.number(Fraction(1))

    def of(self, e: Matrix) -> Dual:
        match e:
            case Numeral(value):
                return self.constant([[self.field.number(value)]])
            case Symbol(name):
                return self.symbols[name]
            case Identity(size):
                return self.constant(self.identity(self.sizes[size] if size in self.sizes else int(size)))
            case Negative(a):
                d = self.of(a)
                return Dual(_map(lambda x: -x, d.value), _map(lambda x: -x, d.slope))
            case Transpose(a):
                d = self.of(a)
                return Dual(transpose(d.value), transpose(d.slope))
            case Binary(operator, a, b):
                return _BINARY[operator](self, self.of(a), self.of(b))
            case Power():
                return self.power(e)
            case Call():
                return self.call(e)

    def constant(self, rows: Rows) -> Dual:
        return Dual(rows, zeros_like(rows, self.zero))

    def identity(self, n: int) -> Rows:
        return [[self.one if i == j else self.zero for j in range(n)] for i in range(n)]

    def sum(self, a: Dual, b: Dual) -> Dual:
        a, b = self.spread(a, b)
        return Dual(_map(lambda x, y: x + y, a.value, b.value), _map(lambda x, y: x + y, a.slope, b.slope))

    def difference(self, a: Dual, b: Dual) -> Dual:
        a, b = self.spread(a, b)
        return Dual(_map(lambda x, y: x - y, a.value, b.value), _map(lambda x, y: x - y, a.slope, b.slope))

    def spread(self, a: Dual, b: Dual) -> tuple[Dual, Dual]:
        """A 1 x 1 matrix beside a larger one stands for one with equal entries."""
        if a.size == b.size:
            return a, b
        if a.size == (1, 1):
            return self.repeated(a, b.size), b
        return a, self.repeated(b, a.size)

    def repeated(self, a: Dual, size: tuple[int, int]) -> Dual:
        rows, columns = size
        value, slope = a.value[0][0], a.slope[0][0]
        return Dual([[value] * columns for _ in range(rows)], [[slope] * columns for _ in range(rows)])

    def product(self, a: Dual, b: Dual) -> Dual:
        if a.size == (1, 1) or b.size == (1, 1):
            return self.hadamard(a, b)
        left, right = _times(a.slope, b.value), _times(a.value, b.slope)
        return Dual(_times(a.value, b.value), _map(lambda x, y: x + y, left, right))

    def hadamard(self, a: Dual, b: Dual) -> Dual:
        a, b = self.spread(a, b)
        value = _map(lambda x, y: x * y, a.value, b.value)
        return Dual(value, _map(lambda x, dx, y, dy: dx * y + x * dy, a.value, a.slope, b.value, b.slope))

    def ratio(self, a: Dual, b: Dual) -> Dual:
        return self.hadamard(a, self.entrywise_power(b, -1))

    def reciprocal(self, x: Any) -> Any:
        try:
            return self.one / x
        except ZeroDivisionError:
            raise NoValue from None

    def entrywise_power(self, a: Dual, n: int) -> Dual:
        """``n`` is not zero."""
        base = a.value if n > 0 else _map(self.reciprocal, a.value)
        factor = self.field.number(Fraction(n))

        def lower(x: Any) -> Any:
            # x is the base or its reciprocal; the slope of x^n has the power n - 1 of the base.
            return _integer_power(x, abs(n) - 1, self.one) if n > 0 else -_integer_power(x, abs(n) + 1, self.one)

        slope = _map(lambda x, dx: (factor if n > 0 else -factor) * lower(x) * dx, base, a.slope)
        return Dual(_map(lambda x: _integer_power(x, abs(n), self.one), base), slope)

    def power(self, e: Power) -> Dual:
        a, n = self.of(e.base), e.exponent
        if n.denominator != 1:
            logarithm = self.apply("log", a)
            return self.apply("exp", self.hadamard(self.constant([[self.field.number(n)]]), logarithm))
        if n == 0:
            if e.entrywise or a.size == (1, 1):
                return self.constant([[self.one] * a.size[1] for _ in range(a.size[0])])
            return self.constant(self.identity(a.size[0]))
        if e.entrywise or a.size == (1, 1):
            return self.entrywise_power(a, int(n))
        base = a if n > 0 else self.inverse(a)
        result = base
        for _ in range(abs(int(n)) - 1):
            result = self.product(result, base)
        return result

    def inverse(self, a: Dual) -> Dual:
        inverse, _ = self.eliminate(a.value)
        slope = _times(_times(inverse, a.slope), inverse)
        return Dual(inverse, _map(lambda x: -x, slope))

    def determinant(self, a: Dual) -> Dual:
        inverse, value = self.eliminate(a.value)
        # Jacobi's formula.
        trace = _dot([x for row in inverse for x in row], [x for row in transpose(a.slope) for x in row])
        return Dual([[value]], [[value * trace]])

    def eliminate(self, a: Rows) -> tuple[Rows, Any]:
        """The inverse and the determinant by Gauss-Jordan elimination; NoValue when singular here."""
        n = len(a)
        rows = [[*row, *unit] for row, unit in zip(a, self.identity(n), strict=True)]
        determinant = self.one
        for column in range(n):
            pivot = next((r for r in range(column, n) if _usable(rows[r][column])), None)
            if pivot is None:
                raise NoValue
            if pivot != column:
                rows[column], rows[pivot] = rows[pivot], rows[column]
                determinant = -determinant
            determinant = determinant * rows[column][column]
            inverse = self.reciprocal(rows[column][column])
            rows[column] = [x * inverse for x in rows[column]]
            for r in range(n):
                if r != column:
                    factor = rows[r][column]
                    rows[r] = [x - factor * y for x, y in zip(rows[r], rows[column], strict=True)]
        return [row[n:] for row in rows], determinant

    def apply(self, name: str, a: Dual) -> Dual:
        if name not in self.field.functions:
            raise NotRational(name)
        function, slope = self.field.functions[name]
        return Dual(_map(function, a.value), _map(lambda x, dx: slope(x) * dx, a.value, a.slope))

    def summed(self, a: Dual) -> Dual:
        return Dual([[_total(a.value)]], [[_total(a.slope)]])

    def call(self, e: Call) -> Dual:
        arguments = [self.of(a) for a in e.arguments]
        a = arguments[0]
        match e.function:
            case "tr":
                n = range(a.size[0])
                diagonal = Dual([[a.value[i][i] for i in n]], [[a.slope[i][i] for i in n]])
                return self.summed(diagonal)
            case "det":
                return self.determinant(a)
            case "logdet":
                return self.apply("log", self.determinant(a))
            case "inv":
                return self.inverse(a) if a.size != (1, 1) else self.entrywise_power(a, -1)
            case "sum":
                return self.summed(a)
            case "norm":
                return self.apply("sqrt", self.summed(self.hadamard(a, a)))
            case "norm1":
                return self.summed(self.apply("abs", a))
            case "diag":
                return self.diagonal(a)
            case "softmax":
                grown = self.apply("exp", a)
                return self.ratio(grown, self.summed(grown))
            case "dot":
                return self.product(Dual(transpose(a.value), transpose(a.slope)), arguments[1])
            case "outer":
                b = arguments[1]
                return self.product(a, Dual(transpose(b.value), transpose(b.slope)))
            case "hadamard":
                return self.hadamard(a, arguments[1])
            case name:
                return self.apply(name, a)

    def diagonal(self, a: Dual) -> Dual:
        rows, columns = a.size
        if 1 not in (rows, columns):
            n = range(min(rows, columns))
            return Dual([[a.value[i][i]] for i in n], [[a.slope[i][i]] for i in n])
        value, slope = ([x for row in m for x in row] for m in (a.value, a.slope))

        def spread(entries: list[Any]) -> Rows:
            return [[x if i == j else self.zero for j in range(len(entries))] for i, x in enumerate(entries)]

        return Dual(spread(value), spread(slope))


_BINARY: Mapping[str, Callable[[_Evaluation, Dual, Dual], Dual]] = {
    "+": _Evaluation.sum,
    "-": _Evaluation.difference,
    "*": _Evaluation.product,
    "/": _Evaluation.ratio,
    ".*": _Evaluation.hadamard,
    "./": _Evaluation.ratio,
}


def _usable(x: Any) -> bool:
    """Whether a pivot is certainly not zero."""
    contains = getattr(x, "contains", None)
    return not contains(0) if contains is not None else x != 0


def _integer_power(x: Any, n: int, one: Any) -> Any:
    result = one
    for _ in range(n):
        result = result * x
    return result
