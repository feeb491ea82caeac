"""The line through points with the least sum of squared vertical distances: intercept and slope."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction

from grader.answer import Answer, Shape, Vector
from grader.claims import EqualArrays, Weighted
from grader.expr.domain import Domain
from grader.expr.tree import Expr, rational, rational_value
from grader.kinds.base import Given, Givens, Kind, Mistake, Policy, Task, Unsolvable, matrix
from grader.kinds.gradient import rows_of

MOST_POINTS = 12
Data = tuple[tuple[Fraction, Fraction], ...]
Line = tuple[Fraction, Fraction]
"""Intercept and slope."""


def _data(given: Givens) -> Data:
    rows = matrix(given, "points")
    if not 3 <= len(rows) <= MOST_POINTS or len(rows[0]) != 2:
        raise Unsolvable(f"3 to {MOST_POINTS} points are needed, each [x, y]")
    values = [[rational_value(e) for e in row] for row in rows]
    data = tuple((x, y) for x, y in values if x is not None and y is not None)
    if len(data) < len(rows):
        raise Unsolvable("the coordinates have to be rational numbers")
    return data


def _line(data: Data) -> Line:
    """By the normal equations."""
    n, sx, sy, sxx, sxy = _sums(data)
    determinant = n * sxx - sx * sx
    if not determinant:
        raise Unsolvable("all points have the same x")
    return (sy * sxx - sx * sxy) / determinant, (n * sxy - sx * sy) / determinant


def _sums(data: Data) -> tuple[int, Fraction, Fraction, Fraction, Fraction]:
    """The number of points, and the sums of x, y, x^2 and x y."""
    zero = Fraction(0)
    return (
        len(data),
        sum((x for x, _ in data), zero),
        sum((y for _, y in data), zero),
        sum((x * x for x, _ in data), zero),
        sum((x * y for x, y in data), zero),
    )


def _by_means(data: Data) -> Line:
    """By the deviations from the means, a second method."""
    n, sx, sy, _, _ = _sums(data)
    mx, my, zero = sx / n, sy / n, Fraction(0)
    slope = sum(((x - mx) * (y - my) for x, y in data), zero) / sum(((x - mx) ** 2 for x, _ in data), zero)
    return my - slope * mx, slope


def _answer(line: Iterable[Fraction], policy: Mapping[str, str]) -> Vector:
    entries: tuple[Expr, ...] = tuple(map(rational, line))
    return Vector(entries if policy.get("order") == "intercept, slope" else entries[::-1])


def _solve(given: Givens, domain: Domain, policy: Mapping[str, str]) -> Answer:
    data = _data(given)
    line = _line(data)
    if line != _by_means(data):
        raise Unsolvable("two methods disagree about the line")
    if all(y == line[0] + line[1] * x for x, y in data):
        raise Unsolvable("all points lie on one line")
    return _answer(line, policy)


def _claims(task: Task, answer: Answer) -> tuple[Weighted, ...]:
    rows = rows_of(task.reference, ())
    array = EqualArrays(rows, rows_of(answer, rows), task.domain, "free", task.accept)
    return (Weighted("the line", array),)


# Mistakes -----------------------------------------------------------------------------------


def _mistake(name: str, wrong: Callable[[Data], Iterable[Line]], feedback: str, rule: str = "") -> Mistake:
    def answers(task: Task) -> tuple[Answer, ...]:
        data = _data(task.given)
        right = _line(data)
        return tuple(_answer(line, task.policy) for line in wrong(data) if line != right)

    return Mistake(name, answers, feedback, rule)


def _exchanged(data: Data) -> Iterable[Line]:
    intercept, slope = _line(data)
    yield slope, intercept


def _through_the_ends(data: Data) -> Iterable[Line]:
    ordered = sorted(data)
    (a, b), (c, d) = ordered[0], ordered[-1]
    if a != c:
        slope = (d - b) / (c - a)
        yield b - slope * a, slope


def _x_on_y(data: Data) -> Iterable[Line]:
    try:
        back = _line(tuple((y, x) for x, y in data))
    except Unsolvable:
        return
    yield back
    if back[1]:
        yield -back[0] / back[1], 1 / back[1]


def _without_intercept(data: Data) -> Iterable[Line]:
    _, _, _, sxx, sxy = _sums(data)
    if sxx:
        slope = sxy / sxx
        yield Fraction(0), slope
        yield _line(data)[0], slope


def _mean_for_intercept(data: Data) -> Iterable[Line]:
    n, _, sy, _, _ = _sums(data)
    yield sy / n, _line(data)[1]


def _sign_of_intercept(data: Data) -> Iterable[Line]:
    intercept, slope = _line(data)
    yield -intercept, slope
    n, sx, sy, _, _ = _sums(data)
    yield (sy + slope * sx) / n, slope


def _products_unweighted(data: Data) -> Iterable[Line]:
    """The number of points forgotten in the normal equations."""
    _, sx, sy, sxx, sxy = _sums(data)
    if sxx != sx * sx:
        slope = (sxy - sx * sy) / (sxx - sx * sx)
        yield sy - slope * sx, slope


KIND = Kind(
    name="least_squares_line",
    title="Least-squares line",
    example={
        "points": '[[0, 1], [1, "k"], [3, 7]]',
    },
    givens={"points": Given("matrix", "the points, a row [x, y] for each")},
    shape=lambda given, policy: Shape("vector", 2),
    solve=_solve,
    claims=_claims,
    variables=lambda given: (),
    asked=lambda given: ("(m, k)", "(m, b)", "(m, c)", "(a, b)", "(b, m)", "(k, m)"),
    policies={"order": Policy(("slope, intercept", "intercept, slope"), "the order of the two numbers asked")},
    mistakes=(
        _mistake("order-of-numbers", _exchanged, "Check which of the two numbers is asked first."),
        _mistake("line-through-the-ends", _through_the_ends, "Every point has a say in the sum of squares."),
        _mistake("x-from-y", _x_on_y, "Which distances are squared, the vertical or the horizontal ones?"),
        _mistake(
            "line-through-the-origin",
            _without_intercept,
            "There are two unknowns, so there are two equations; what does the derivative by the intercept say?",
        ),
        _mistake(
            "mean-for-intercept",
            _mean_for_intercept,
            "The line passes through the mean point; where does it meet x = 0?",
        ),
        _mistake("sign-of-intercept", _sign_of_intercept, "The slope is right; put the mean point into the line."),
        _mistake(
            "count-forgotten",
            _products_unweighted,
            "Summing a constant over all the points gives it as often as there are points.",
        ),
    ),
)
