"""Matrix derivatives: drawn matrices, difference quotients with many digits, and the typed answer beside them.

The reader of matrix expressions and its sizes are shared with the grader; values and slopes are not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

import mpmath

from grader.errors import StudentError
from grader.expr.matrices.parse import parse
from grader.expr.matrices.shapes import infer
from grader.expr.matrices.symbols import declared
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
    to_text,
)
from grader.verify.outcome import Check
from grader.verify.values import applied

_DIGITS = 100
_STEP = 25
_CLOSE = 20
_DRAWS = 3


class _Beyond(Exception):
    """Something that is not computed here."""


def check_matrices(question: Mapping[str, Any], found: Mapping[str, Any]) -> list[Check]:
    """The checks of a verdict on a matrix derivative, or on two matrix expressions."""
    about = "the answer at drawn matrices"
    symbols = declared(question["shapes"], question.get("assumptions"))
    sizes, names, sides = dict(symbols.sizes), symbols.names, symbols.sides
    right, reason = found["verdict"] == "correct", found.get("reason")
    plain = question.get("relation") == "matrix_equal"
    if not plain and (not isinstance(question.get("wrt"), str) or question["wrt"] not in sizes):
        return [Check(about, "could not check", "only derivatives by one variable are computed here")]
    try:
        asked = parse(str(question["reference" if plain else "function"]), names, "function", sides)
        function, own = infer(asked, sizes, "function")
        wanted = own if plain else _wanted(own, sizes[question["wrt"]], question.get("layout", "denominator"))
        student, size = infer(parse(str(question["student"]), names, "student", sides), sizes, "student", wanted)
    except StudentError as fault:
        if reason == "shape":
            return [Check("the sizes of the answer do not fit together", "confirmed", fault.explanation)]
        return [Check(about, "could not check", str(fault))]
    if reason == "shape":
        how = f"{size} given, {wanted} asked for"
        return [Check("the size of the answer", "confirmed" if size != wanted else "contradicted", how)]
    try:
        return [_at_draws(function, student, sizes, question, right, reason, about)]
    except _Beyond as what:
        return [Check(about, "could not check", f"{what} is not computed here")]


def _wanted(own: tuple[str, str], variable: tuple[str, str], layout: str) -> tuple[str, str]:
    size = variable if own == ("1", "1") else (variable[0], own[0])
    return size[::-1] if layout == "numerator" else size


def _at_draws(
    function: Matrix,
    student: Matrix,
    sizes: Mapping[str, tuple[str, str]],
    question: Mapping[str, Any],
    right: bool,
    reason: str | None,
    about: str,
) -> Check:
    rng = Random(f"{question.get('function')} {question['student']}")
    wrt, layout = question.get("wrt"), question.get("layout", "denominator")
    known = declared(question["shapes"], question.get("assumptions")).assumptions
    met = 0
    with mpmath.workdps(_DIGITS):
        for attempt in range(12):
            lengths = _lengths(sizes, known, rng)
            values = {
                name: _drawn(sorted(known.get(name, ())), _count(r, lengths), _count(c, lengths), rng, attempt)
                for name, (r, c) in sizes.items()
            }
            try:
                if wrt is None:
                    expected = _value(function, values, lengths)
                else:
                    expected = _derivative(function, values, wrt, lengths, layout)
                given = _value(student, values, lengths)
                if reason == "layout":
                    given = given.T
            except (ZeroDivisionError, ValueError, ArithmeticError, TypeError):
                # mpmath's LU decomposition of a singular matrix ends in a TypeError.
                continue
            scale = 1 + mpmath.mnorm(expected, 1)
            if (expected.rows, expected.cols) != (given.rows, given.cols) or not (
                mpmath.mnorm(expected - given, 1) < mpmath.mpf(10) ** -_CLOSE * scale
            ):
                how = f"they differ at matrices of sizes {_shown(lengths)}"
                return Check(about, "contradicted" if right or reason == "layout" else "confirmed", how)
            met += 1
            if met == _DRAWS:
                break
    if not met:
        return Check(about, "could not check", "no draw gave both a value")
    how = f"equal at {met} draws, {_CLOSE} digits, slopes by difference quotients"
    if reason == "layout":
        return Check("the transpose at drawn matrices", "confirmed", how)
    return Check(about, "confirmed" if right else "contradicted", how)


def _shown(lengths: Mapping[str, int]) -> str:
    return ", ".join(f"{name} = {n}" for name, n in sorted(lengths.items()))


def _lengths(sizes: Mapping[str, tuple[str, str]], assumed: Mapping[str, Any], rng: Random) -> dict[str, int]:
    names = sorted({part for size in sizes.values() for side in size for part in side.split("*") if not part.isdigit()})
    chosen = rng.sample(range(2, 3 + len(names)), len(names))
    for name, (rows, columns) in sizes.items():
        words = assumed.get(name, frozenset())
        for word, first, second in (("tall", rows, columns), ("wide", columns, rows)):
            if word in words and first in names and second in names:
                i, j = names.index(first), names.index(second)
                if chosen[i] < chosen[j]:
                    chosen[i], chosen[j] = chosen[j], chosen[i]
    return dict(zip(names, chosen, strict=True))


def _count(side: str, lengths: Mapping[str, int]) -> int:
    n = 1
    for part in side.split("*"):
        n *= int(part) if part.isdigit() else lengths[part]
    return n


def _drawn(kinds: list[str], rows: int, columns: int, rng: Random, attempt: int) -> Any:
    """A matrix that satisfies the assumptions."""
    low = 1 if attempt % 2 else -9

    def filled(least: int = low) -> Any:
        return mpmath.matrix([[mpmath.mpf(rng.randint(least, 9)) / 7 for _ in range(columns)] for _ in range(rows)])

    a = filled()
    for kind in kinds:
        match kind:
            case "symmetric" | "sym":
                a = a + a.T
            case "skew":
                a = a - a.T
            case "positive definite" | "pd" | "spd" | "positive semidefinite" | "psd":
                a = a.T * a + mpmath.eye(rows)
            case "diagonal" | "diag":
                a = mpmath.diag([a[i, i] if a[i, i] else mpmath.mpf(1) for i in range(rows)])
            case "invertible" | "nonsingular" | "square":
                a = a + 4 * mpmath.eye(rows)
            case "ones":
                a = mpmath.ones(rows, columns)
            case "identity":
                a = mpmath.eye(rows)
            case "positive" | "nonnegative" | "pos":
                a = filled(1)
            case "sums to one" | "sum to one" | "sum1":
                a = filled(1)
                a = a / sum(a)
            case "unit norm":
                a = a / mpmath.norm(a, 2)
            case "positive determinant":
                if mpmath.det(a) < 0:
                    for j in range(columns):
                        a[0, j] = -a[0, j]
            case "upper triangular" | "lower triangular":
                upper = kind.startswith("upper")
                for i in range(rows):
                    for j in range(columns):
                        if (i > j) == upper and i != j:
                            a[i, j] = mpmath.mpf(0)
            case "orthogonal":
                # One alone may be a reflection, which is its own inverse.
                a = mpmath.qr(a)[0] * mpmath.qr(filled())[0]
            case "projection":
                column = a[:, 0]
                a = column * column.T / (column.T * column)[0, 0]
            case "one hot":
                a = mpmath.zeros(rows, columns)
                a[rng.randrange(rows), rng.randrange(columns)] = mpmath.mpf(1)
            case "zero":
                a = mpmath.zeros(rows, columns)
            case "binary" | "signs":
                low_value = 0 if kind == "binary" else -1
                a = mpmath.matrix([[rng.choice((low_value, 1)) for _ in range(columns)] for _ in range(rows)])
            case "tall" | "wide" | "full rank" | "any" | "constant":
                pass
            case _:
                raise _Beyond(f"the assumption {kind!r}")
    return a


def _derivative(e: Matrix, values: dict[str, Any], wrt: str, lengths: Mapping[str, int], layout: str) -> Any:
    """Symmetric difference quotients, entry by entry of the variable."""
    x = values[wrt]
    h = mpmath.mpf(10) ** -_STEP
    columns = []
    for i in range(x.rows):
        for j in range(x.cols):
            ends = []
            for step in (h, -h):
                moved = x.copy()
                moved[i, j] += step
                ends.append(_value(e, {**values, wrt: moved}, lengths))
            columns.append((ends[0] - ends[1]) / (2 * h))
    if columns[0].rows == columns[0].cols == 1:
        found = mpmath.matrix(x.rows, x.cols)
        for k, slope in enumerate(columns):
            found[k // x.cols, k % x.cols] = slope[0, 0]
    else:
        found = mpmath.matrix([[slope[r, 0] for r in range(slope.rows)] for slope in columns])
    return found.T if layout == "numerator" else found


def _value(e: Matrix, values: Mapping[str, Any], lengths: Mapping[str, int]) -> Any:
    """The value of a matrix expression as an mpmath matrix."""

    def of(part: Matrix) -> Any:
        return _value(part, values, lengths)

    match e:
        case Numeral(q):
            return mpmath.matrix([[mpmath.mpf(q.numerator) / q.denominator]])
        case Symbol(name):
            return values[name]
        case Count(size):
            return mpmath.matrix([[_count(size, lengths)]])
        case Identity(size):
            return mpmath.eye(_count(size, lengths))
        case Ones(rows, columns):
            return mpmath.ones(_count(rows, lengths), _count(columns, lengths))
        case Negative(a):
            return -of(a)
        case Transpose(a):
            return of(a).T
        case Binary(operator, a, b):
            return _binary(operator, of(a), of(b))
        case Power(a, n, entrywise):
            base = of(a)
            exponent = mpmath.mpf(n.numerator) / n.denominator
            if entrywise or (base.rows == base.cols == 1):
                return _each(lambda t: t ** (int(n) if n.denominator == 1 else exponent), base)
            return base ** int(n)
        case Call(name, arguments):
            return _call(name, [of(a) for a in arguments], to_text(e))
    raise _Beyond(to_text(e))


def _is_number(a: Any) -> bool:
    return bool(a.rows == a.cols == 1)


def _each(f: Any, a: Any) -> Any:
    return mpmath.matrix([[f(a[i, j]) for j in range(a.cols)] for i in range(a.rows)])


def _binary(operator: str, a: Any, b: Any) -> Any:
    match operator:
        case "+":
            return a + b
        case "-":
            return a - b
        case "*" | "·" if _is_number(a):
            return b * a[0, 0]
        case "*" | "·" if _is_number(b):
            return a * b[0, 0]
        case "*" | "·":
            return a * b
        case "/":
            return a / b[0, 0]
    g: Callable[[Any, Any], Any] = (lambda s, t: s * t) if operator == ".*" else (lambda s, t: s / t)
    return mpmath.matrix([[g(a[i, j], b[i, j]) for j in range(a.cols)] for i in range(a.rows)])


def _call(name: str, arguments: list[Any], text: str) -> Any:
    a = arguments[0]
    one = [a[i, j] for i in range(a.rows) for j in range(a.cols)]
    match name:
        case "tr":
            return mpmath.matrix([[sum(a[i, i] for i in range(a.rows))]])
        case "det":
            return mpmath.matrix([[mpmath.det(a)]])
        case "logdet":
            return mpmath.matrix([[applied("ln", [mpmath.det(a)])]])
        case "inv":
            return a**-1
        case "sum":
            return mpmath.matrix([[sum(one)]])
        case "norm":
            return mpmath.matrix([[mpmath.sqrt(sum(t * t for t in one))]])
        case "norm1":
            return mpmath.matrix([[sum(abs(t) for t in one)]])
        case "softmax":
            grown = _each(mpmath.exp, a)
            return grown / sum(grown)
        case "diag" if 1 in (a.rows, a.cols):
            return mpmath.diag(one)
        case "diag":
            return mpmath.matrix([[a[i, i]] for i in range(min(a.rows, a.cols))])
        case "vec":
            return mpmath.matrix([[a[i, j]] for j in range(a.cols) for i in range(a.rows)])
        case "kron":
            b = arguments[1]
            return mpmath.matrix(
                [
                    [a[i // b.rows, j // b.cols] * b[i % b.rows, j % b.cols] for j in range(a.cols * b.cols)]
                    for i in range(a.rows * b.rows)
                ]
            )
    if len(arguments) != 1:
        raise _Beyond(text)
    known = {"log": "ln", "step": ""}.get(name, name)
    if not known:
        raise _Beyond(text)
    try:
        return _each(lambda t: applied(known, [t]), a)
    except Exception as fault:
        raise _Beyond(text) from fault
