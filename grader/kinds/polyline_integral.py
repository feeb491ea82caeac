"""The integral of a graph made of straight pieces, and the area between it and the axis.

The corners are given, as they are read off a picture; the integral is a sum of triangles,
rectangles and trapezoids, and no formula of the function is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from itertools import pairwise

from grader.answer import Answer, Scalar, Shape
from grader.claims import Equal, Weighted
from grader.expr.domain import Domain
from grader.expr.tree import rational, rational_value
from grader.kinds.base import Given, Givens, Kind, Mistake, Policy, Task, Unsolvable, expression, expressions

Corner = tuple[Fraction, Fraction]
Piece = tuple[Corner, Corner]
"""The ends of a straight piece that lies on one side of the axis."""


def _corners(given: Givens) -> list[Corner]:
    """The corners between the ends of the integral, which are corners themselves."""
    numbers = [[rational_value(e) for e in expressions(given, field)] for field in ("x", "y")]
    x, y = ([q for q in row if q is not None] for row in numbers)
    if len(x) != len(y) or len(x) < 2 or [len(x), len(y)] != [len(row) for row in numbers]:
        raise Unsolvable("two corners or more are needed, each with a rational x and a rational y")
    if any(a >= b for a, b in pairwise(x)):
        raise Unsolvable("the corners have to stand from left to right")
    low, high = (_end(given, field, default) for field, default in (("from", x[0]), ("to", x[-1])))
    if not x[0] <= low < high <= x[-1]:
        raise Unsolvable("the ends of the integral have to lie on the graph, the lower one first")
    every = list(zip(x, y, strict=True))
    inner = [corner for corner in every if low < corner[0] < high]
    return [(low, _height(every, low)), *inner, (high, _height(every, high))]


def _end(given: Givens, field: str, default: Fraction) -> Fraction:
    value = rational_value(expression(given, field)) if field in given else default
    if value is None:
        raise Unsolvable(f"'{field}' has to be a rational number")
    return value


def _height(corners: list[Corner], at: Fraction) -> Fraction:
    for (x0, y0), (x1, y1) in pairwise(corners):
        if x0 <= at <= x1:
            return y0 + (y1 - y0) * (at - x0) / (x1 - x0)
    raise Unsolvable("an end of the integral does not lie on the graph")


def _pieces(given: Givens) -> list[Piece]:
    """The straight pieces, cut where they cross the axis."""
    pieces: list[Piece] = []
    for (x0, y0), (x1, y1) in pairwise(_corners(given)):
        if y0 * y1 < 0:
            zero = (x0 + (x1 - x0) * y0 / (y0 - y1), Fraction(0))
            pieces += [((x0, y0), zero), (zero, (x1, y1))]
        else:
            pieces.append(((x0, y0), (x1, y1)))
    return pieces


def _area(piece: Piece) -> Fraction:
    """With its sign: a piece below the axis counts as negative."""
    (x0, y0), (x1, y1) = piece
    return (x1 - x0) * (y0 + y1) / 2


def _is_triangle(piece: Piece) -> bool:
    return (piece[0][1] == 0) != (piece[1][1] == 0)


def _total(given: Givens, policy: Mapping[str, str]) -> Fraction:
    areas = map(_area, _pieces(given))
    return sum(map(abs, areas) if policy.get("quantity") == "area" else areas, Fraction(0))


def _solve(given: Givens, domain: Domain, policy: Mapping[str, str]) -> Answer:
    total, corners = _total(given, policy), _corners(given)
    # A second method: an antiderivative of straight pieces a + s(x - p) is a(x - p) + s(x - p)^2/2; for
    # areas the pieces of |f|, whose corners are those of f and its zeros.
    if policy.get("quantity") == "area":
        corners = [(p, abs(a)) for p, a in dict.fromkeys(corner for piece in _pieces(given) for corner in piece)]
    other = Fraction(0)
    for (p, a), (q, b) in pairwise(corners):
        slope = (b - a) / (q - p)
        other += a * (q - p) + slope * (q - p) ** 2 / 2
    if total != other:
        raise Unsolvable("two methods disagree about the integral")
    return Scalar(rational(total))


def _claims(task: Task, answer: Answer) -> tuple[Weighted, ...]:
    assert isinstance(task.reference, Scalar) and isinstance(answer, Scalar)
    return (Weighted("the integral", Equal(task.reference.value, answer.value, task.domain, task.accept)),)


# Mistakes -----------------------------------------------------------------------------------


def _mistake(
    name: str, wrong: Callable[[list[Piece], Task], Iterable[Fraction]], feedback: str, rule: str = ""
) -> Mistake:
    def answers(task: Task) -> tuple[Answer, ...]:
        values = dict.fromkeys(wrong(_pieces(task.given), task))
        return tuple(Scalar(rational(value)) for value in values)

    return Mistake(name, answers, feedback, rule)


def _counted(piece: Piece, task: Task) -> Fraction:
    """What a piece adds to the right answer."""
    area = _area(piece)
    return abs(area) if task.policy.get("quantity") == "area" else area


def _areas_added(pieces: list[Piece], task: Task) -> Iterable[Fraction]:
    if task.policy.get("quantity") != "area":
        yield sum((abs(_area(piece)) for piece in pieces), Fraction(0))


def _integral_for_area(pieces: list[Piece], task: Task) -> Iterable[Fraction]:
    if task.policy.get("quantity") == "area":
        total = sum(map(_area, pieces), Fraction(0))
        yield from (total, abs(total))


def _one_side(pieces: list[Piece], task: Task) -> Iterable[Fraction]:
    if {_area(piece) > 0 for piece in pieces if _area(piece) != 0} == {True, False}:
        for side in (1, -1):
            yield sum((_counted(piece, task) for piece in pieces if _area(piece) * side > 0), Fraction(0))


def _not_halved(pieces: list[Piece], task: Task) -> Iterable[Fraction]:
    triangles = [_counted(piece, task) for piece in pieces if _is_triangle(piece)]
    if triangles:
        total = sum((_counted(piece, task) for piece in pieces), Fraction(0))
        yield total + sum(triangles)
        yield from (total + triangle for triangle in triangles)
        # Two triangles with a common height are seen as one.
        yield from (
            total + _counted(a, task) + _counted(b, task)
            for a, b in pairwise(pieces)
            if _is_triangle(a) and _is_triangle(b) and a[1][1] != 0
        )


def _piece_missing(pieces: list[Piece], task: Task) -> Iterable[Fraction]:
    total = sum((_counted(piece, task) for piece in pieces), Fraction(0))
    yield from (total - _counted(piece, task) for piece in pieces if _counted(piece, task) != 0)


def _sign_reversed(pieces: list[Piece], task: Task) -> Iterable[Fraction]:
    yield -sum((_counted(piece, task) for piece in pieces), Fraction(0))


def _heights_apart(pieces: list[Piece], task: Task) -> Iterable[Fraction]:
    yield pieces[-1][1][1] - pieces[0][0][1]


def _averaged(pieces: list[Piece], task: Task) -> Iterable[Fraction]:
    total = sum((_counted(piece, task) for piece in pieces), Fraction(0))
    yield total / (pieces[-1][1][0] - pieces[0][0][0])


KIND = Kind(
    name="polyline_integral",
    title="Integral of a graph of straight pieces",
    example={
        "x": "[0, 2, 4, 7]",
        "y": '["k", 0, -3, -1]',
    },
    givens={
        "x": Given("point", "the x of the corners, from left to right"),
        "y": Given("point", "the y of the corners"),
        "from": Given("number", "the lower end; the first corner if absent", required=False),
        "to": Given("number", "the upper end; the last corner if absent", required=False),
    },
    shape=lambda given, policy: Shape("scalar"),
    solve=_solve,
    claims=_claims,
    variables=lambda given: (),
    policies={"quantity": Policy(("integral", "area"), "whether parts below the axis count as negative")},
    mistakes=(
        _mistake("areas-added", _areas_added, "Which parts of the area count as negative in an integral?", "N20"),
        _mistake(
            "integral-for-area", _integral_for_area, "An area is never negative; is the graph on one side?", "N21"
        ),
        _mistake("one-side-only", _one_side, "The graph runs on both sides of the axis; both parts count."),
        _mistake("triangle-not-halved", _not_halved, "How large is a triangle, compared with a rectangle around it?"),
        _mistake(
            "sign-reversed",
            _sign_reversed,
            "The size is right; on which side of the axis does an area count as positive?",
        ),
        _mistake("piece-missing", _piece_missing, "Have you counted every piece between the ends?"),
        _mistake(
            "difference-of-heights", _heights_apart, "That is how far apart the heights at the ends are. What is asked?"
        ),
        _mistake("divided-by-length", _averaged, "That is the average height. What is asked?"),
    ),
)
