"""Random matrices of random sizes that satisfy what a problem assumes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any, TypeAlias

from flint import arb, fmpq, nmod

from grader.expr.balls import arb_of
from grader.matrix.evaluate import Dual, Field, NoValue, Rows, transpose, zeros_like
from grader.matrix.shapes import Size

PRIME = (1 << 61) - 1
"""A Mersenne prime: two different rational functions agree at a random point modulo it with
probability at most their degree divided by it (Schwartz, 1980; Zippel, 1979)."""

Assumptions: TypeAlias = Mapping[str, frozenset[str]]

ASSUMPTIONS = {
    "sym": "symmetric", "symmetric": "symmetric", "pd": "positive definite", "positive definite": "positive definite",
    "positive_definite": "positive definite", "spd": "positive definite", "psd": "positive definite",
    "det+": "positive determinant", "invertible": "invertible", "nonsingular": "invertible", "tall": "tall",
    "diag": "diagonal", "diagonal": "diagonal", "ones": "ones", "pos": "positive", "positive": "positive",
    "sum1": "sums to one", "sums to one": "sums to one", "sum_to_one": "sums to one", "sum one": "sums to one",
}  # fmt: skip
"""What may be assumed of a symbol: the spellings and the names used in messages."""


def choose_sizes(sizes: Mapping[str, Size], assumptions: Assumptions, numbers: Iterator[int]) -> dict[str, int]:
    """A different number, 2 or more, for every size name; tall matrices get more rows than columns."""
    names = sorted({s for size in sizes.values() for s in size if not s.isdigit()})
    values = list(range(2, 2 + max(4, len(names))))
    while True:
        shuffled = sorted(values, key=lambda _: next(numbers))
        chosen = dict(zip(names, shuffled, strict=False))
        if all(
            _count(size[0], chosen) >= _count(size[1], chosen)
            for name, size in sizes.items()
            if "tall" in assumptions.get(name, ())
        ):
            return chosen


def _count(size: str, chosen: Mapping[str, int]) -> int:
    return chosen[size] if size in chosen else int(size)


def draw(
    sizes: Mapping[str, Size],
    assumptions: Assumptions,
    chosen: Mapping[str, int],
    entry: Callable[[bool], Any],
    field: Field,
) -> dict[str, Dual]:
    """A random value for every symbol; ``entry(positive)`` gives one random scalar."""
    drawn = {}
    for name, (rows, columns) in sizes.items():
        kinds = assumptions.get(name, frozenset())
        positive = "positive" in kinds
        value = [[entry(positive) for _ in range(_count(columns, chosen))] for _ in range(_count(rows, chosen))]
        drawn[name] = Dual(_assume(value, kinds, field), zeros_like(value, field.number(Fraction(0))))
    return drawn


def _assume(a: Rows, kinds: frozenset[str], field: Field) -> Rows:
    one, zero = field.number(Fraction(1)), field.number(Fraction(0))
    if "ones" in kinds:
        return [[one for _ in row] for row in a]
    if kinds & {"symmetric", "positive definite"}:
        a = [[x + y for x, y in zip(row, other, strict=True)] for row, other in zip(a, transpose(a), strict=True)]
    if kinds & {"positive definite", "positive determinant"}:
        # Diagonally dominant: the entries are at most 1 in size, or 2 after symmetrising.
        lift = field.number(Fraction(2 * len(a) + 1))
        a = [[x + lift if i == j else x for j, x in enumerate(row)] for i, row in enumerate(a)]
    if "diagonal" in kinds:
        a = [[x if i == j else zero for j, x in enumerate(row)] for i, row in enumerate(a)]
    if "sums to one" in kinds:
        total = zero
        for row in a:
            for x in row:
                total = total + x
        a = [list(row) for row in a]
        a[-1][-1] = a[-1][-1] + one - total
    return a


def modular_entry(numbers: Iterator[int]) -> Callable[[bool], Any]:
    return lambda positive: nmod(next(numbers) % PRIME, PRIME)


def rational_entry(numbers: Iterator[int]) -> Callable[[bool], Any]:
    """Small integers, for an example that can be followed by hand."""
    return lambda positive: fmpq(next(numbers) % 5 + 1) if positive else fmpq(next(numbers) % 7 - 3)


def real_entry(numbers: Iterator[int]) -> Callable[[bool], Any]:
    def entry(positive: bool) -> Any:
        share = Fraction(1 + next(numbers) % 1008, 1009)
        return arb_of(share if positive else 2 * share - 1)

    return entry


def _slope_of_abs(x: arb) -> arb:
    if x > 0:
        return arb(1)
    if x < 0:
        return arb(-1)
    raise NoValue


def _step(x: arb) -> arb:
    return (1 + _slope_of_abs(x)) / 2


def _log(x: arb) -> arb:
    if not x > 0:
        raise NoValue
    return x.log()


def _sqrt(x: arb) -> arb:
    if not x > 0:
        raise NoValue
    return x.sqrt()


def _sigmoid(x: arb) -> arb:
    return 1 / (1 + (-x).exp())


MODULAR = Field(lambda q: nmod(q.numerator, PRIME) / nmod(q.denominator, PRIME), {})
RATIONAL = Field(lambda q: fmpq(q.numerator, q.denominator), {})
REAL = Field(
    arb_of,
    {
        "exp": (arb.exp, arb.exp),
        "log": (_log, lambda x: 1 / x),
        "sin": (arb.sin, arb.cos),
        "cos": (arb.cos, lambda x: -x.sin()),
        "sqrt": (_sqrt, lambda x: 1 / (2 * _sqrt(x))),
        "tanh": (arb.tanh, lambda x: 1 - x.tanh() ** 2),
        "sigmoid": (_sigmoid, lambda x: _sigmoid(x) * (1 - _sigmoid(x))),
        "softplus": (lambda x: (1 + x.exp()).log(), _sigmoid),
        "abs": (abs, _slope_of_abs),
        "sign": (_slope_of_abs, lambda x: arb(0)),
        "relu": (lambda x: x * _step(x), _step),
    },
)
