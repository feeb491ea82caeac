"""Derivatives along a direction, and the directions of steepest ascent and descent.

The derivative along ``v`` is taken along the unit vector ``v/|v|``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from grader.answer import Answer, Scalar, Shape, Vector
from grader.claims import Equal, EqualArrays, Weighted
from grader.expr.domain import Domain
from grader.expr.tidy import tidy
from grader.expr.tree import TWO, Add, Apply, Div, Expr, Mul, Neg, Pow
from grader.kinds.base import Given, Givens, Kind, Mistake, Policy, Task, Unsolvable, expression, expressions
from grader.kinds.derivative import along, checked, point_of, there, typed, variables_of
from grader.kinds.gradient import rows_of

Point = tuple[Expr, ...]
ASKED = ("derivative", "steepest descent", "steepest ascent")


def _gradient(given: Givens) -> Point:
    """The gradient at the point."""
    f, wanted = expression(given, "f"), variables_of(given)
    point = point_of(given, wanted)
    return tuple(there(along(f, (x,)), point) for x in wanted)


def _length(v: Point) -> Expr:
    return short(Apply("sqrt", (Add(tuple(Pow(c, TWO) for c in v)),)))


def short(e: Expr) -> Expr:
    """The number in a shorter exact form, if SymPy knows one: ``sqrt(9 + 16)`` is 5."""
    from grader.expr.symbolic import from_sympy, to_sympy

    return tidy(from_sympy(to_sympy(tidy(e))))


def _dot(a: Point, b: Point) -> Expr:
    return Add(tuple(Mul((x, y)) for x, y in zip(a, b, strict=True)))


def _unit(v: Point) -> Point:
    length = _length(v)
    return tuple(short(Div(c, length)) for c in v)


def _is_zero(e: Expr) -> bool:
    from grader.expr.canonical import is_zero

    return bool(is_zero(e, Domain()))


def _solve(given: Givens, domain: Domain, policy: Mapping[str, str]) -> Answer:
    wanted = variables_of(given)
    point = point_of(given, wanted)
    if point is None:
        raise Unsolvable("a direction is asked at a point; give 'at'")
    f = expression(given, "f")
    slope = tuple(checked(f, (x,), domain, point) for x in wanted)
    if policy.get("asked", ASKED[0]) != ASKED[0]:
        if all(map(_is_zero, slope)):
            raise Unsolvable("the gradient is zero at the point: no direction is the steepest")
        sign = slope if policy["asked"] == "steepest ascent" else tuple(Neg(c) for c in slope)
        return Vector(_unit(sign), "column")
    direction = expressions(given, "direction")
    if len(direction) != len(wanted):
        raise Unsolvable(f"the direction has {len(direction)} coordinates, the variables are {', '.join(wanted)}")
    if all(map(_is_zero, direction)):
        raise Unsolvable("the direction is the zero vector")
    return Scalar(short(Div(_dot(slope, direction), _length(direction))))


def _shape(given: Givens, policy: Mapping[str, str]) -> Shape:
    return Shape("scalar" if policy.get("asked", ASKED[0]) == ASKED[0] else "vector")


def _claims(task: Task, answer: Answer) -> tuple[Weighted, ...]:
    if isinstance(task.reference, Scalar):
        assert isinstance(answer, Scalar)
        claim = Equal(task.reference.value, answer.value, task.domain, task.accept)
        return (Weighted("the derivative along the direction", claim),)
    rows = rows_of(task.reference, ())
    array = EqualArrays(rows, rows_of(answer, rows), task.domain, "free", task.accept)
    return (Weighted("the direction", array),)


def _asked(given: Givens) -> tuple[str, ...]:
    names = variables_of(given)
    point = point_of(given, names) or {}
    at = f"({', '.join(typed(point[name]) for name in names if name in point)})"
    slopes = (f"D_{v} {f}{place}" for v in "vuw" for f in "fghF" for place in ("", f"({', '.join(names)})", at))
    return (*slopes, *(v for v in ("v", "u", "w", "d") if v not in names))


# Mistakes -----------------------------------------------------------------------------------

Wrong = Callable[[Task, Point, Point], Iterable[Answer]]
"""Of the gradient at the point and of the direction, empty where none is given."""


def _mistake(name: str, asked: str, wrong: Wrong, feedback: str, rule: str = "") -> Mistake:
    """A mistake in questions for a derivative or for a steepest direction."""

    def answers(task: Task) -> tuple[Answer, ...]:
        if (task.policy.get("asked", ASKED[0]) == ASKED[0]) is not (asked == "derivative"):
            return ()
        return tuple(wrong(task, _gradient(task.given), task.expressions("direction")))

    return Mistake(name, answers, feedback, rule)


def _not_normalised(task: Task, slope: Point, direction: Point) -> Iterable[Answer]:
    yield Scalar(tidy(_dot(slope, direction)))


def _squared_length(task: Task, slope: Point, direction: Point) -> Iterable[Answer]:
    yield Scalar(tidy(Div(_dot(slope, direction), _dot(direction, direction))))


def _multiplied_by_length(task: Task, slope: Point, direction: Point) -> Iterable[Answer]:
    yield Scalar(tidy(Mul((_dot(slope, direction), _length(direction)))))


def _steepest_for_this(task: Task, slope: Point, direction: Point) -> Iterable[Answer]:
    yield Scalar(_length(slope))


def _swapped(task: Task, slope: Point, direction: Point) -> Iterable[Answer]:
    if len(slope) == 2:
        yield Scalar(tidy(Div(_dot(slope, direction[::-1]), _length(direction))))


def _backwards(task: Task, slope: Point, direction: Point) -> Iterable[Answer]:
    yield Scalar(tidy(Neg(Div(_dot(slope, direction), _length(direction)))))


def _sign_dropped(task: Task, slope: Point, direction: Point) -> Iterable[Answer]:
    """The products of the coordinates all counted as positive."""
    products = tuple(Apply("abs", (Mul((a, b)),)) for a, b in zip(slope, direction, strict=True))
    yield Scalar(tidy(Div(Add(products), _length(direction))))


def _downhill_for_up(task: Task, slope: Point, direction: Point) -> Iterable[Answer]:
    assert isinstance(task.reference, Vector)
    yield Vector(tuple(tidy(Neg(c)) for c in task.reference.entries), "column")


def _gradient_itself(task: Task, slope: Point, direction: Point) -> Iterable[Answer]:
    yield Vector(slope, "column")
    yield Vector(tuple(tidy(Neg(c)) for c in slope), "column")


def _unit_swapped(task: Task, slope: Point, direction: Point) -> Iterable[Answer]:
    assert isinstance(task.reference, Vector)
    if len(slope) == 2:
        yield Vector(task.reference.entries[::-1], "column")


def _by_sum(task: Task, slope: Point, direction: Point) -> Iterable[Answer]:
    """Divided by the sum of the coordinates' sizes, not by the length."""
    total = Add(tuple(Apply("abs", (c,)) for c in slope))
    sign = slope if task.policy["asked"] == "steepest ascent" else tuple(Neg(c) for c in slope)
    yield Vector(tuple(tidy(Div(c, total)) for c in sign), "column")


def _level(task: Task, slope: Point, direction: Point) -> Iterable[Answer]:
    """Along the level curve, where nothing changes at all."""
    assert isinstance(task.reference, Vector)
    if len(slope) == 2:
        x, y = task.reference.entries
        yield Vector((tidy(Neg(y)), x), "column")
        yield Vector((y, tidy(Neg(x))), "column")


KIND = Kind(
    name="directional_derivative",
    title="Derivatives along a direction, steepest directions",
    example={
        "f": '"k x^2 + x y"',
        "variables": "[x, y]",
        "at": "[1, 2]",
        "direction": "[3, -4]",
    },
    givens={
        "f": Given("expression", "the function"),
        "variables": Given("variables", "its variables, in order", required=False),
        "at": Given("point", "the point"),
        "direction": Given("point", "the direction, of any length", required=False),
    },
    shape=_shape,
    solve=_solve,
    claims=_claims,
    variables=variables_of,
    asked=_asked,
    policies={"asked": Policy(ASKED, "the derivative along the direction, or a unit vector")},
    mistakes=(
        _mistake(
            "not-normalised", "derivative", _not_normalised, "What length should the direction vector have?", "P15"
        ),
        _mistake(
            "squared-length",
            "derivative",
            _squared_length,
            "Divide by the length of the direction once; is what you divided by its length?",
        ),
        _mistake(
            "multiplied-by-length",
            "derivative",
            _multiplied_by_length,
            "A longer direction vector must not make the slope larger.",
        ),
        _mistake(
            "steepest-for-asked",
            "derivative",
            _steepest_for_this,
            "That is the slope in the steepest direction; another direction is asked.",
        ),
        _mistake("direction-swapped", "derivative", _swapped, "Check the order of the coordinates of the direction."),
        _mistake(
            "direction-reversed", "derivative", _backwards, "Does the function go up or down along the direction?"
        ),
        _mistake(
            "signs-dropped", "derivative", _sign_dropped, "Check the signs of the products in the scalar product."
        ),
        _mistake(
            "steepest-reversed",
            "steepest",
            _downhill_for_up,
            "Does the function go up or down if you step that way?",
            "P08",
        ),
        _mistake(
            "gradient-not-normalised", "steepest", _gradient_itself, "A unit vector is asked; how long is yours?", "P08"
        ),
        _mistake("coordinates-swapped", "steepest", _unit_swapped, "Check the order of the coordinates."),
        _mistake("divided-by-sum", "steepest", _by_sum, "The length of a vector is not the sum of its coordinates."),
        _mistake(
            "level-direction", "steepest", _level, "Along that direction the function does not change to first order."
        ),
    ),
)
