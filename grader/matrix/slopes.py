"""What a typed derivative is compared with: the derivative of f at given matrices, from the definition of f only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, Literal

from grader.errors import Place, StudentError
from grader.expr.matrices.shapes import SCALAR, show
from grader.expr.matrices.symbols import Size
from grader.expr.matrices.tree import Matrix
from grader.matrix.evaluate import Dual, Rows, evaluate, times, transpose
from grader.matrix.scalars import Field, Jet
from grader.records import record


@record
class Question:
    """The expression that is expected, as a function and the way it is differentiated.

    ``kind``: ``value`` (not at all), ``gradient`` (a scalar by anything), ``jacobian`` (a vector by a
    vector), ``tangent`` (a matrix by a scalar), ``hessian`` (a scalar by two vectors).
    ``size``: of the expected answer.  ``flipped``: it is the transpose of what the kind says, in
    denominator layout.
    """

    function: Matrix
    wrt: tuple[str, ...]
    kind: Literal["value", "gradient", "jacobian", "tangent", "hessian"]
    size: Size
    flipped: bool


def question(function: Matrix, own: Size, wrt: tuple[str, ...], sizes: Mapping[str, Size], numerator: bool) -> Question:
    """What the derivative of a function of size ``own`` looks like; StudentError when it is no matrix."""
    variable = sizes[wrt[0]]
    if len(wrt) == 2:
        second = sizes[wrt[1]]
        if own != SCALAR or "1" not in variable or "1" not in second:
            raise StudentError(
                Place("wrt"), "a second derivative is a matrix only of a scalar by vectors", "give such a function"
            )
        # d/dy of the column df/dx: as many rows as y has entries.
        size = (_length(second), _length(variable))
        return Question(function, wrt, "hessian", size[::-1] if numerator else size, numerator)
    if own == SCALAR:
        return Question(function, wrt, "gradient", variable[::-1] if numerator else variable, numerator)
    if "1" in own and "1" in variable:
        size = (_length(variable), _length(own))
        return Question(function, wrt, "jacobian", size[::-1] if numerator else size, numerator)
    if variable == SCALAR:
        return Question(function, wrt, "tangent", own, False)
    raise StudentError(
        Place("function"),
        f"the derivative of a {show(own)} expression by a {show(variable)} variable is not a matrix",
        "ask for a scalar by anything, a vector by a vector, or the derivative of vec(...)",
    )


def _length(size: Size) -> str:
    return size[0] if size[1] == "1" else size[1]


def slopes(
    asked: Question, symbols: Mapping[str, Rows], sizes: Mapping[str, int], field: Field, number: Callable[[], Any]
) -> tuple[list[Any], Callable[[Rows], list[Any]]]:
    """The derivative of f in one random direction, and what an answer says it is.

    Two matrices that differ say the same of a random direction modulo p with probability 1/p only.
    ``number`` gives the entries of the direction.
    """
    plain = {name: Dual(value) for name, value in symbols.items()}

    def direction(name: str) -> Rows:
        return [[number() for _ in row] for row in symbols[name]]

    def upright(answer: Rows) -> Rows:
        return transpose(answer) if asked.flipped else answer

    if asked.kind == "value":
        return _flat(evaluate(asked.function, plain, sizes, field).value), _flat
    if asked.kind == "hessian":
        # u says how x moves, v how y does; the answer H has v'Hu.
        x, y = asked.wrt
        u, v = direction(x), direction(y)
        result = evaluate(asked.function, _twice(symbols, x, u, y, v), sizes, field)
        zero = field.number(Fraction(0))
        found = result.slope[0][0] if result.slope is not None else zero
        u_column, v_row = _column(u), [[e for row in v for e in row]]
        return [found.slope if isinstance(found, Jet) else zero], lambda a: times(v_row, times(upright(a), u_column))[0]
    (name,) = asked.wrt
    v = direction(name)
    moved = {**plain, name: Dual(symbols[name], v)}
    result = evaluate(asked.function, moved, sizes, field)
    slope = result.slope or [[field.number(Fraction(0))] * result.size[1] for _ in range(result.size[0])]
    if asked.kind == "gradient":
        entries = _flat(v)

        def along(answer: Rows) -> list[Any]:
            pairs = zip(_flat(upright(answer)), entries, strict=True)
            total = None
            for a, b in pairs:
                total = a * b if total is None else total + a * b
            return [total]

        return _flat(slope), along
    if asked.kind == "tangent":
        factor = v[0][0]
        return _flat(slope), lambda a: [e * factor for e in _flat(a)]
    row = [[e for r in v for e in r]]
    return _flat(slope), lambda a: times(row, upright(a))[0]


def _twice(symbols: Mapping[str, Rows], x: str, u: Rows, y: str, v: Rows) -> dict[str, Dual]:
    """Every symbol with jets as entries, which say how x moves; and with a derivative, which says how y does."""
    moved = {}
    for name, value in symbols.items():
        rows = value
        if name == x:
            rows = [[Jet(a, b) for a, b in zip(r, s, strict=True)] for r, s in zip(value, u, strict=True)]
        moved[name] = Dual(rows, v if name == y else None)
    return moved


def derivative_at(asked: Question, symbols: Mapping[str, Rows], sizes: Mapping[str, int], field: Field) -> Rows:
    """Every entry of the expected answer at the given matrices."""
    plain = {name: Dual(value) for name, value in symbols.items()}
    if asked.kind == "value":
        return evaluate(asked.function, plain, sizes, field).value
    one, zero = field.number(Fraction(1)), field.number(Fraction(0))

    def units(name: str) -> list[Rows]:
        shape = [(i, j) for i, row in enumerate(symbols[name]) for j in range(len(row))]
        return [
            [[one if (r, c) == at else zero for c in range(len(row))] for r, row in enumerate(symbols[name])]
            for at in shape
        ]

    if asked.kind == "hessian":
        x, y = asked.wrt
        found = []
        for v in units(y):
            row = []
            for u in units(x):
                result = evaluate(asked.function, _twice(symbols, x, u, y, v), sizes, field)
                entry = result.slope[0][0] if result.slope is not None else zero
                row.append(entry.slope if isinstance(entry, Jet) else zero)
            found.append(row)
    else:
        (name,) = asked.wrt
        slopes_ = []
        for unit in units(name):
            result = evaluate(asked.function, {**plain, name: Dual(symbols[name], unit)}, sizes, field)
            slopes_.append(result.slope or [[zero] * result.size[1] for _ in range(result.size[0])])
        if asked.kind == "tangent":
            return slopes_[0]
        if asked.kind == "gradient":
            columns = len(symbols[name][0])
            flat = [s[0][0] for s in slopes_]
            found = [flat[r : r + columns] for r in range(0, len(flat), columns)]
        else:
            found = [_flat(s) for s in slopes_]
    return transpose(found) if asked.flipped else found


def _flat(a: Rows) -> list[Any]:
    return [x for row in a for x in row]


def _column(a: Rows) -> Rows:
    return [[x] for row in a for x in row]
