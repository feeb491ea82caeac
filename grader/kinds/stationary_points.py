"""Stationary points of a function of one, two or three variables, each with its nature."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from flint import arb

from grader.answer import Answer, Points, Shape
from grader.claims import Point, SamePoints, Weighted
from grader.decide.stationary import NotSettled, sign_at, stationary_points
from grader.expr.balls import enclose, precision
from grader.expr.canonical import is_zero
from grader.expr.derivative import derivative
from grader.expr.domain import Domain
from grader.expr.tidy import tidy
from grader.expr.tree import ZERO, Add, Expr, Mul, Neg, Pow, rational, substitute, variables
from grader.expr.zeros import zeros
from grader.kinds.base import Given, Givens, Kind, Mistake, Policy, Task, Unsolvable, expression, names
from grader.kinds.derivative import checked

_BITS = 192
_IN_ONE_VARIABLE = ("minimum", "maximum", "saddle", "neither", "inflection")
_IN_MORE_VARIABLES = ("minimum", "maximum", "saddle")
# What people call a point of inflection with a level tangent.
_SYNONYMS = {"saddle": "inflection", "neither": "inflection"}


def _variables(given: Givens) -> tuple[str, ...]:
    return names(given, "variables") or tuple(sorted(variables(expression(given, "f"))))


# The reference ------------------------------------------------------------------------------


def _solve(given: Givens, domain: Domain, policy: Mapping[str, str]) -> Answer:
    f, over = expression(given, "f"), _variables(given)
    if not variables(f) <= set(over):
        raise Unsolvable("the function depends on more than the variables named")
    if not 1 <= len(over) <= 3:
        raise Unsolvable("stationary points are asked of functions of one, two or three variables")
    box = domain.including(set(over))
    try:
        return Points(stationary_points(f, over, box, tuple(checked(f, (name,), box, None) for name in over)))
    except NotSettled as fault:
        raise Unsolvable(str(fault)) from None


# Claims -------------------------------------------------------------------------------------


def _claims(task: Task, answer: Answer) -> tuple[Weighted, ...]:
    """Where the points are and what they are, scored apart."""
    assert isinstance(task.reference, Points) and isinstance(answer, Points)
    over = _variables(task.given)
    reference, student = task.reference.points, answer.points
    if len(over) == 1:
        student = tuple(Point(p.coordinates, _SYNONYMS.get(p.label, p.label)) for p in student)
        if student and all(len(p.coordinates) == 2 for p in student):
            # Points of the graph, (x, f(x)), say where just as well.
            reference = tuple(_on_graph(task.expression("f"), over[0], p) for p in reference)
    domain = task.domain
    where = SamePoints(_bare(reference), _bare(student), domain)
    if not reference or task.policy.get("nature") == "not asked":
        return (Weighted("the points", where),)
    return (
        Weighted("the points", where),
        Weighted("the nature of the points", SamePoints(reference, student, domain)),
    )


def _bare(points: tuple[Point, ...]) -> tuple[Point, ...]:
    return tuple(Point(p.coordinates) for p in points)


def _on_graph(f: Expr, x: str, p: Point) -> Point:
    return Point((*p.coordinates, tidy(substitute(f, {x: p.coordinates[0]}))), p.label)


def _shape(given: Givens, policy: Mapping[str, str]) -> Shape:
    count = len(_variables(given))
    if policy.get("nature") == "not asked":
        labels: tuple[str, ...] = ()
    else:
        labels = _IN_ONE_VARIABLE if count == 1 else _IN_MORE_VARIABLES
    return Shape("points", None if count == 1 else count, labels)


# Mistakes -----------------------------------------------------------------------------------

Wrong = Callable[[Task, tuple[Point, ...]], Iterable[tuple[Point, ...]]]
"""Of the task and the right points: wrong sets of points."""


def _mistake(name: str, wrong: Wrong, feedback: str, rule: str = "") -> Mistake:
    """A mistake about places (points without labels) or about natures (the right places, labelled)."""

    def answers(task: Task) -> tuple[Answer, ...]:
        assert isinstance(task.reference, Points)
        right = task.reference.points
        places = {p.coordinates for p in right}
        kept = []
        for points in wrong(task, right):
            points = tuple(dict.fromkeys(points))
            relabelled = any(p.label for p in points)
            if points == right or (not relabelled and {p.coordinates for p in points} == places):
                continue
            if relabelled and task.policy.get("nature") == "not asked":
                continue
            kept.append(Points(points))
        return tuple(kept)

    return Mistake(name, answers, feedback, rule)


def _relabelled(right: tuple[Point, ...], label: Callable[[Point], str]) -> tuple[Point, ...]:
    return tuple(Point(p.coordinates, label(p)) for p in right)


def _ball(e: Expr) -> arb:
    with precision(64):
        return enclose(e, {})


def _negative_lost(task: Task, right: tuple[Point, ...]) -> Iterable[tuple[Point, ...]]:
    for i in range(len(_variables(task.given))):
        kept = [p for p in right if not _ball(p.coordinates[i]) < 0]
        if any(_ball(p.coordinates[i]) > 0 for p in kept):
            yield _bare(tuple(kept))


def _zero_lost(task: Task, right: tuple[Point, ...]) -> Iterable[tuple[Point, ...]]:
    for i in range(len(_variables(task.given))):
        kept = tuple(p for p in right if p.coordinates[i] != ZERO)
        if kept:
            yield _bare(kept)


def _one_only(task: Task, right: tuple[Point, ...]) -> Iterable[tuple[Point, ...]]:
    if len(_variables(task.given)) == 2 and len(right) > 1:
        for i in (0, 1):
            for value in dict.fromkeys(p.coordinates[i] for p in right):
                yield _bare(tuple(p for p in right if p.coordinates[i] == value))


def _negated(task: Task, right: tuple[Point, ...]) -> Iterable[tuple[Point, ...]]:
    negated = tuple(Point(tuple(tidy(Neg(c)) for c in p.coordinates)) for p in right)
    if not _same_places(negated, right):
        yield negated


def _swapped(task: Task, right: tuple[Point, ...]) -> Iterable[tuple[Point, ...]]:
    if len(_variables(task.given)) == 2:
        swapped = tuple(Point(p.coordinates[::-1]) for p in right)
        if not _same_places(swapped, right):
            yield swapped


def _same_places(a: tuple[Point, ...], b: tuple[Point, ...]) -> bool:
    """Whether two lists have the same points, to the eye: nothing but the naming of mistakes rests on it."""
    return _rounded(a) == _rounded(b)


def _rounded(points: tuple[Point, ...]) -> set[tuple[float, ...]]:
    return {tuple(round(float(_ball(c).mid()), 9) + 0.0 for c in p.coordinates) for p in points}


def _zeros_of(order: int) -> Wrong:
    def wrong(task: Task, right: tuple[Point, ...]) -> Iterable[tuple[Point, ...]]:
        over = _variables(task.given)
        if len(over) != 1:
            return
        e = task.expression("f")
        for _ in range(order):
            e = derivative(e, over[0])
        found = zeros(e, over[0], task.domain[over[0]], most_boxes=2000)
        if found.complete and found.found and all(zero.exact is not None for zero in found.found):
            points = tuple(Point((zero.exact,)) for zero in found.found if zero.exact is not None)
            if not _same_places(points, right):
                yield points

    return wrong


def _value_for_place(task: Task, right: tuple[Point, ...]) -> Iterable[tuple[Point, ...]]:
    over = _variables(task.given)
    if len(over) == 1:
        values = tuple(Point((_on_graph(task.expression("f"), over[0], p).coordinates[1],)) for p in right)
        if not _same_places(values, right):
            yield values


def _test_reversed(task: Task, right: tuple[Point, ...]) -> Iterable[tuple[Point, ...]]:
    other = {"minimum": "maximum", "maximum": "minimum"}
    yield _relabelled(right, lambda p: other.get(p.label, p.label))


def _flat_means_inflection(task: Task, right: tuple[Point, ...]) -> Iterable[tuple[Point, ...]]:
    over = _variables(task.given)
    if len(over) == 1:
        bend = derivative(derivative(task.expression("f"), over[0]), over[0])
        yield _relabelled(right, lambda p: "inflection" if _vanishes(bend, over, p) else p.label)


def _vanishes(e: Expr, over: tuple[str, ...], p: Point) -> bool:
    return bool(is_zero(tidy(substitute(e, dict(zip(over, p.coordinates, strict=True)))), Domain()))


def _by_signs(judge: Callable[[int, int, int, str], str]) -> Wrong:
    """Labels from the signs of f_xx, f_yy and of the determinant of the Hessian, the way of the mistake."""

    def wrong(task: Task, right: tuple[Point, ...]) -> Iterable[tuple[Point, ...]]:
        over = _variables(task.given)
        if len(over) != 2:
            return
        f = task.expression("f")
        x, y = over
        xx, yy = derivative(derivative(f, x), x), derivative(derivative(f, y), y)
        xy = derivative(derivative(f, x), y)
        determinant = Add((Mul((xx, yy)), Neg(Pow(xy, rational(2)))))

        def label(p: Point) -> str:
            with precision(_BITS):
                env = {name: enclose(c, {}) for name, c in zip(over, p.coordinates, strict=True)}
                return judge(sign_at(xx, env), sign_at(yy, env), sign_at(determinant, env), p.label)

        yield _relabelled(right, label)

    return wrong


def _by_first_entry(xx: int, yy: int, determinant: int, label: str) -> str:
    return "minimum" if xx > 0 else "maximum" if xx < 0 else label


def _without_mixed(xx: int, yy: int, determinant: int, label: str) -> str:
    if xx * yy < 0:
        return "saddle"
    return _by_first_entry(xx, yy, determinant, label) if xx * yy else label


def _negative_is_maximum(xx: int, yy: int, determinant: int, label: str) -> str:
    return "maximum" if determinant < 0 else label


def _everything_a_minimum(task: Task, right: tuple[Point, ...]) -> Iterable[tuple[Point, ...]]:
    if len(right) > 1:
        yield _relabelled(right, lambda p: "minimum")


KIND = Kind(
    name="stationary_points",
    title="Stationary points",
    givens={
        "f": Given("expression", "the function"),
        "variables": Given("variables", "its one or two variables in order; alphabetical if absent", required=False),
    },
    shape=_shape,
    solve=_solve,
    claims=_claims,
    variables=_variables,
    policies={"nature": Policy(("asked", "not asked"), "whether each point is to be labelled with its nature")},
    mistakes=(
        _mistake(
            "test-reversed",
            _test_reversed,
            "Picture a curve that bends upward at a flat point: is the point a crest or a trough?",
            "O03",
        ),
        _mistake(
            "flat-means-inflection",
            _flat_means_inflection,
            "When the second derivative vanishes the test says nothing; look at the sign of the slope on both sides.",
            "O04",
        ),
        _mistake(
            "mixed-derivative-ignored",
            _by_signs(_without_mixed),
            "Check every entry that enters the determinant of the Hessian.",
            "O13",
        ),
        _mistake(
            "determinant-ignored",
            _by_signs(_by_first_entry),
            "Along the axes it may look like one thing; what happens along a diagonal?",
            "O12",
        ),
        _mistake(
            "negative-determinant-maximum",
            _by_signs(_negative_is_maximum),
            "A negative determinant means two different kinds of bending; what does the surface look like?",
            "O14",
        ),
        _mistake(
            "everything-a-minimum",
            _everything_a_minimum,
            "A stationary point need not be a minimum; test each of them.",
        ),
        _mistake(
            "negative-root-lost",
            _negative_lost,
            "When you undo a square, how many numbers can have that square?",
            "O01",
        ),
        _mistake("zero-lost", _zero_lost, "Before dividing by an expression, ask when it is zero.", "O02"),
        _mistake(
            "one-branch-only",
            _one_only,
            "One equation factors; follow every factor to its own points.",
            "O16",
        ),
        _mistake(
            "zeros-of-f",
            _zeros_of(0),
            "You found where the height is zero; what should be zero at a stationary point?",
            "O06",
        ),
        _mistake(
            "zeros-of-second-derivative",
            _zeros_of(2),
            "Those are the places where the bending may change; which derivative is zero at a stationary point?",
            "O07",
        ),
        _mistake(
            "value-for-place",
            _value_for_place,
            "Does the question ask where the function is level, or how high it is there?",
            "O08",
        ),
        _mistake("coordinates-swapped", _swapped, "Check the order of the coordinates against that of the variables."),
        _mistake("signs-of-points", _negated, "Put one of your points into the slope: is it really zero there?"),
    ),
)
