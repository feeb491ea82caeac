"""Random matrices of random sizes that satisfy, exactly, what a problem assumes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from grader.errors import Place, StudentError
from grader.expr.matrices.symbols import Assumptions, Size
from grader.matrix.evaluate import Rows, count, inverse, plus, scaled, times, transpose
from grader.matrix.scalars import PRIME, Field, reciprocal


def choose_sizes(
    sizes: Mapping[str, Size], assumptions: Assumptions, numbers: Iterator[int], least: int = 2
) -> dict[str, int]:
    """A different number, ``least`` or more, for every size name; tall matrices get more rows than columns."""
    names = sorted({s for size in sizes.values() for side in size for s in side.split("*") if not s.isdigit()})
    values = list(range(least, least + max(2, len(names))))
    for _ in range(200):
        shuffled = sorted(values, key=lambda _: next(numbers))
        chosen = dict(zip(names, shuffled, strict=False))
        if all(_fits(size, assumptions.get(name, frozenset()), chosen) for name, size in sizes.items()):
            return chosen
    raise StudentError(
        Place("assumptions"), "no sizes satisfy all the assumptions", "check which matrices are tall or wide"
    )


def _fits(size: Size, kinds: frozenset[str], chosen: Mapping[str, int]) -> bool:
    rows, columns = count(size[0], chosen), count(size[1], chosen)
    return not (("tall" in kinds and rows < columns) or ("wide" in kinds and rows > columns))


def draw(
    sizes: Mapping[str, Size],
    assumptions: Assumptions,
    chosen: Mapping[str, int],
    entry: Callable[[], Fraction],
    field: Field,
) -> dict[str, Rows]:
    """A random value for every symbol; ``entry`` gives one random number.  NoValue: draw again."""
    drawn = {}
    for name, (rows, columns) in sizes.items():
        made = _Maker(field, entry, count(rows, chosen), count(columns, chosen))
        drawn[name] = made.matrix(assumptions.get(name, frozenset()))
    return drawn


class _Maker:
    """One matrix of a given size.  Every construction is rational, so it is exact over every field."""

    def __init__(self, field: Field, entry: Callable[[], Fraction], rows: int, columns: int) -> None:
        self.field, self.entry, self.rows, self.columns = field, entry, rows, columns

    def number(self, value: int) -> Any:
        return self.field.number(Fraction(value))

    def filled(self, of: Callable[[int, int], Any]) -> Rows:
        return [[of(i, j) for j in range(self.columns)] for i in range(self.rows)]

    def random(self, kinds: frozenset[str] = frozenset()) -> Rows:
        def one(i: int, j: int) -> Any:
            x = self.entry()
            if kinds & {"positive", "nonnegative", "negative", "sums to one"} and self.field.functions:
                x = abs(x) + (1 if x.denominator <= 2 else Fraction(1, 8))
            elif "nonzero" in kinds and x == 0:
                x = Fraction(1)
            return self.field.number(-x if "negative" in kinds else x)

        return self.filled(one)

    def unit(self, scale: int = 1) -> Rows:
        return self.filled(lambda i, j: self.number(scale if i == j else 0))

    def only(self, a: Rows, keep: Callable[[int, int], bool]) -> Rows:
        zero = self.number(0)
        return self.filled(lambda i, j: a[i][j] if keep(i, j) else zero)

    def square(self) -> Rows:
        """A positive definite matrix: B'B + I/2 with small entries of B."""
        b = self.random()
        return plus(times(transpose(b), b), scaled(self.unit(), self.field.number(Fraction(1, 2))))

    def orthogonal(self) -> Rows:
        """Cayley's transform (I - S) inv(I + S) of a skew matrix S."""
        s = self.skew()
        less = plus(self.unit(), scaled(s, self.number(-1)))
        return times(less, inverse(plus(self.unit(), s)))

    def skew(self) -> Rows:
        a = self.random()
        return plus(a, scaled(transpose(a), self.number(-1)))

    def projection(self) -> Rows:
        """B inv(B'B) B' with half as many columns as rows."""
        rank = max(1, self.rows // 2)
        b = _Maker(self.field, self.entry, self.rows, rank).random()
        return times(b, times(inverse(times(transpose(b), b)), transpose(b)))

    def idempotent(self) -> Rows:
        """B inv(CB) C."""
        rank = max(1, self.rows // 2)
        b = _Maker(self.field, self.entry, self.rows, rank).random()
        c = _Maker(self.field, self.entry, rank, self.rows).random()
        return times(b, times(inverse(times(c, b)), c))

    def matrix(self, kinds: frozenset[str]) -> Rows:
        if "ones" in kinds:
            return self.filled(lambda i, j: self.number(1))
        if "zero" in kinds:
            return self.filled(lambda i, j: self.number(0))
        if "identity" in kinds:
            return self.unit()
        if "one hot" in kinds:
            return self.one_hot()
        if "binary" in kinds or "signs" in kinds:
            low = 0 if "binary" in kinds else -1
            return self.filled(lambda i, j: self.number(1 if _bit(self.entry()) else low))
        if "unit norm" in kinds:
            return self.sphere()
        if self.rows == self.columns:
            a = self.square_matrix(kinds)
        else:
            a = self.random(kinds)
        if "sums to one" in kinds:
            a = self.normalised(a)
        return a

    def square_matrix(self, kinds: frozenset[str]) -> Rows:
        if "projection" in kinds or {"idempotent", "symmetric"} <= kinds:
            return self.projection()
        if "idempotent" in kinds:
            return self.idempotent()
        if "orthogonal" in kinds and "symmetric" in kinds:
            # A reflection, 2P - I.
            return plus(scaled(self.projection(), self.number(2)), self.unit(-1))
        if "orthogonal" in kinds and self.rows > 1:
            return self.orthogonal()
        if "skew" in kinds:
            return self.skew()
        definite = kinds & {"positive definite", "positive semidefinite", "negative definite"}
        if "diagonal" in kinds:
            a = self.random(kinds | ({"positive"} if definite | kinds & {"positive determinant"} else frozenset()))
            a = self.only(a, lambda i, j: i == j)
        elif definite or {"symmetric", "positive determinant"} <= kinds:
            a = self.square()
        elif "symmetric" in kinds:
            b = self.random(kinds)
            a = plus(b, transpose(b))
        elif "positive determinant" in kinds:
            # Close to a positive definite matrix, the symmetric part is positive definite.
            a = plus(self.square(), self.skew()) if self.rows > 1 else self.square()
        else:
            a = self.random(kinds)
        if "upper triangular" in kinds:
            a = self.only(a, lambda i, j: i <= j)
        if "lower triangular" in kinds:
            a = self.only(a, lambda i, j: i >= j)
        return scaled(a, self.number(-1)) if "negative definite" in kinds else a

    def one_hot(self) -> Rows:
        """One entry is 1, the others 0; of a matrix, one in every row."""
        if self.columns == 1 or self.rows == 1:
            hot = _whole(self.entry()) % max(self.rows, self.columns)
            return self.filled(lambda i, j: self.number(1 if max(i, j) == hot else 0))
        places = [_whole(self.entry()) % self.columns for _ in range(self.rows)]
        return self.filled(lambda i, j: self.number(1 if j == places[i] else 0))

    def sphere(self) -> Rows:
        """A rational point of the sphere: (2t, 1 - t't)/(1 + t't)."""
        length = max(self.rows, self.columns)
        if length == 1:
            return self.unit()
        t = [self.field.number(self.entry()) for _ in range(length - 1)]
        square = sum((x * x for x in t[1:]), t[0] * t[0])
        factor = reciprocal(square + 1)
        entries = [2 * x * factor for x in t] + [(1 - square) * factor]
        return [[x] for x in entries] if self.columns == 1 else [entries]

    def normalised(self, a: Rows) -> Rows:
        """Divided by the sum of all entries."""
        entries = [x for row in a for x in row]
        return scaled(a, reciprocal(sum(entries[1:], entries[0])))


def _whole(x: Fraction) -> int:
    return abs(x.numerator) + x.denominator


def _bit(x: Fraction) -> bool:
    return _whole(x) % 2 == 0


def modular_entry(numbers: Iterator[int]) -> Callable[[], Fraction]:
    return lambda: Fraction(next(numbers) % PRIME)


def rational_entry(numbers: Iterator[int]) -> Callable[[], Fraction]:
    """Small integers, for an example that can be followed by hand."""
    return lambda: Fraction(next(numbers) % 7 - 3)


def real_entry(numbers: Iterator[int]) -> Callable[[], Fraction]:
    """Numbers between -2 and 2."""
    return lambda: Fraction(next(numbers) % 4001 - 2000, 1009)


def half_entry(numbers: Iterator[int]) -> Callable[[], Fraction]:
    """Halves between -2 and 2, for an example with functions that are not rational."""
    return lambda: Fraction(next(numbers) % 9 - 4, 2)
