"""Stationary points of a function of one or two variables, each with its nature."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from flint import arb

from grader.answer import Answer, Points, Shape
from grader.claims import Point, SamePoints, Weighted
from grader.expr.balls import Undefined, enclose, precision
from grader.expr.canonical import is_zero
from grader.expr.derivative import derivative
from grader.expr.domain import Domain, Interval
from grader.expr.recognise import candidates
from grader.expr.systems import common_zeros
from grader.expr.tidy import tidy
from grader.expr.tree import ZERO, Add, Expr, Mul, Neg, Pow, rational, substitute, variables
from grader.expr.zeros import Zero, zeros
from grader.kinds.base import Given, Givens, Kind, Mistake, Policy, Task, Unsolvable, expression, names
from grader.kinds.derivative import checked

_BITS = 192
_GRID = 512
_IN_ONE_VARIABLE = ("minimum", "maximum", "saddle", "neither", "inflection")
_IN_TWO_VARIABLES = ("minimum", "maximum", "saddle")
# What people call a point of inflection with a level tangent.
_SYNONYMS = {"saddle": "inflection", "neither": "inflection"}


def _variables(given: Givens) -> tuple[str, ...]:
    return names(given, "variables") or tuple(sorted(variables(expression(given, "f"))))


# The reference ------------------------------------------------------------------------------


def _solve(given: Givens, domain: Domain, policy: Mapping[str, str]) -> Answer:
    f, over = expression(given, "f"), _variables(given)
    if not variables(f) <= set(over):
        raise Unsolvable("the function depends on more than the variables named")
    box = domain.including(set(over))
    match over:
        case (x,):
            return Points(tuple(_points_on_line(f, x, box)))
        case (x, y):
            return Points(tuple(_points_in_plane(f, (x, y), box)))
    raise Unsolvable("stationary points are asked of functions of one or two variables")


def _points_on_line(f: Expr, x: str, domain: Domain) -> Iterable[Point]:
    """The points in increasing order, proved to be all, with their natures."""
    slope = checked(f, (x,), domain, None)
    every = zeros(slope, x, domain[x])
    if not every.complete:
        raise Unsolvable(f"it is not proved that all stationary points are found: {every.evidence}")
    _compare_with_grid(slope, x, domain[x], every.found)
    for zero in every.found:
        _inside(zero, domain[x], x)
        if _exists_around(f, x, zero):
            exact = _closed_form(slope, x, zero, domain)
            yield Point((exact,), _nature_on_line(slope, x, zero, every.found))


def _compare_with_grid(slope: Expr, x: str, interval: Interval, found: tuple[Zero, ...]) -> None:
    """A second look by another method: between two zeros, and where it is continuous, the slope keeps its sign."""
    low = -16.0 if interval.low is None else float(interval.low)
    high = low + 32.0 if interval.high is None else float(interval.high)
    before: tuple[float, int] | None = None
    with precision(64):
        for i in range(1, _GRID):
            at = low + (high - low) * i / _GRID
            sign = _sign(slope, {x: arb(at)})
            if sign and before is not None and sign == -before[1]:
                middle, radius = (at + before[0]) / 2, (at - before[0]) / 2 * (1 + 1e-9)
                between = arb(middle, radius)
                try:
                    continuous = enclose(slope, {x: between}).is_finite()
                except Undefined:
                    continuous = False
                if continuous and not any(between.overlaps(zero.enclosure) for zero in found):
                    raise Unsolvable(f"two methods disagree about a stationary point near {x} = {middle:.6g}")
            before = (at, sign) if sign else before


def _sign(e: Expr, env: Mapping[str, arb]) -> int:
    """+1 or -1 where that is proved, else 0."""
    try:
        value = enclose(e, env)
    except Undefined:
        return 0
    if not value.is_finite():
        return 0
    return 1 if value > 0 else -1 if value < 0 else 0


def _inside(zero: Zero, interval: Interval, name: str) -> None:
    """Refuse a stationary point on the end of a domain: whether it counts is a matter of taste."""
    for end in (interval.low, interval.high):
        if end is not None and zero.enclosure.overlaps(arb(end.numerator) / end.denominator):
            raise Unsolvable(f"a stationary point lies on the end of the domain, {name} = {end}")


def _exists_around(f: Expr, x: str, zero: Zero) -> bool:
    """Whether f is defined around the zero of its slope: ``1/x`` has values where ``ln x`` has none."""
    with precision(_BITS):
        around = zero.enclosure + arb(0, arb(2) ** -60)
        try:
            if enclose(f, {x: around}).is_finite():
                return True
        except Undefined:
            return False
    raise Unsolvable("the function may end at a stationary point")


def _closed_form(slope: Expr, x: str, zero: Zero, domain: Domain) -> Expr:
    """The zero as an expression; any proved zero that meets its ball, as the list of zeros is complete."""
    if zero.exact is not None:
        return tidy(zero.exact)
    for candidate in _from_sympy(slope, x, domain):
        with precision(_BITS):
            meets = enclose(candidate, {}).overlaps(zero.enclosure)
        if meets and is_zero(tidy(substitute(slope, {x: candidate})), domain):
            return candidate
    raise Unsolvable(f"no closed form was found for the stationary point near {x} = {float(zero.enclosure.mid()):.6g}")


def _from_sympy(slope: Expr, x: str, domain: Domain) -> list[Expr]:
    """SymPy's solutions as candidates.  It may miss some and bring in strange ones: nothing rests on it."""
    from sympy import FiniteSet, Interval, S, oo, solveset

    from grader.expr.symbolic import NotTranslatable, from_sympy, symbol, to_sympy

    interval = domain[x]
    low = -oo if interval.low is None else S(interval.low.numerator) / interval.low.denominator
    high = oo if interval.high is None else S(interval.high.numerator) / interval.high.denominator
    try:
        solutions = solveset(to_sympy(slope), symbol(x), Interval(low, high))
        return [tidy(from_sympy(s)) for s in solutions] if isinstance(solutions, FiniteSet) else []
    except (NotTranslatable, NotImplementedError, ValueError, TypeError):
        return []


def _nature_on_line(slope: Expr, x: str, zero: Zero, every: tuple[Zero, ...]) -> str:
    """By the second derivative; where that vanishes by the signs of the slope on both sides."""
    with precision(_BITS):
        bend = _sign(derivative(slope, x), {x: zero.enclosure})
        if bend:
            return "minimum" if bend > 0 else "maximum"
        for k in range(4, 60, 4):
            step = arb(2) ** -k
            around = zero.enclosure + arb(0, step)
            alone = sum(around.overlaps(other.enclosure) for other in every) == 1
            # With no other zero and no gap, the sign at one place is the sign on that whole side.
            if not alone or not _continuous(slope, {x: around}):
                continue
            left = _sign(slope, {x: zero.enclosure - step})
            right = _sign(slope, {x: zero.enclosure + step})
            if left and right:
                return "inflection" if left == right else "minimum" if left < 0 else "maximum"
    raise Unsolvable(f"the nature of the point near {x} = {float(zero.enclosure.mid()):.6g} was not decided")


def _continuous(e: Expr, env: Mapping[str, arb]) -> bool:
    try:
        return bool(enclose(e, env).is_finite())
    except Undefined:
        return False


def _points_in_plane(f: Expr, over: tuple[str, str], domain: Domain) -> Iterable[Point]:
    """The points in the order of their coordinates, proved to be all, with their natures."""
    x, y = over
    slopes = (checked(f, (x,), domain, None), checked(f, (y,), domain, None))
    every = common_zeros(slopes, over, domain)
    if not every.complete:
        raise Unsolvable(f"it is not proved that all stationary points are found: {every.evidence}")
    for zero in every.found:
        for name, coordinate in zip(over, zero.coordinates, strict=True):
            _inside(coordinate, domain[name], name)
        env = {name: coordinate.enclosure for name, coordinate in zip(over, zero.coordinates, strict=True)}
        with precision(_BITS):
            if not _continuous(f, env):
                raise Unsolvable("the function may end at a stationary point")
        exact = zero.exact or _closed_pair(slopes, over, zero.coordinates)
        yield Point((tidy(exact[0]), tidy(exact[1])), _nature_in_plane(slopes, over, env))


def _closed_pair(slopes: tuple[Expr, Expr], over: tuple[str, str], zero: tuple[Zero, Zero]) -> tuple[Expr, Expr]:
    """Both coordinates as expressions, proved to make both slopes zero."""
    possible = [
        (coordinate.exact,) if coordinate.exact is not None else tuple(candidates(coordinate.enclosure))
        for coordinate in zero
    ]
    for a in possible[0]:
        for b in possible[1]:
            values = {over[0]: a, over[1]: b}
            if all(is_zero(tidy(substitute(slope, values)), Domain()) for slope in slopes):
                return a, b
    where = ", ".join(f"{float(coordinate.enclosure.mid()):.6g}" for coordinate in zero)
    raise Unsolvable(f"no closed form was found for the stationary point near ({where})")


def _nature_in_plane(slopes: tuple[Expr, Expr], over: tuple[str, str], env: Mapping[str, arb]) -> str:
    """By the determinant of the Hessian and the sign of its first entry."""
    xx, xy, yy = _hessian(slopes, over)
    with precision(_BITS):
        determinant = _sign(Add((Mul((xx, yy)), Neg(Pow(xy, rational(2))))), env)
        if determinant < 0:
            return "saddle"
        if determinant > 0:
            return "minimum" if _sign(xx, env) > 0 else "maximum"
    raise Unsolvable("the second-derivative test says nothing about one of the points")


def _hessian(slopes: tuple[Expr, Expr], over: tuple[str, str]) -> tuple[Expr, Expr, Expr]:
    return derivative(slopes[0], over[0]), derivative(slopes[0], over[1]), derivative(slopes[1], over[1])


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
        labels = _IN_ONE_VARIABLE if count == 1 else _IN_TWO_VARIABLES
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
        xx, xy, yy = _hessian((derivative(f, over[0]), derivative(f, over[1])), (over[0], over[1]))
        determinant = Add((Mul((xx, yy)), Neg(Pow(xy, rational(2)))))

        def label(p: Point) -> str:
            with precision(_BITS):
                env = {name: enclose(c, {}) for name, c in zip(over, p.coordinates, strict=True)}
                return judge(_sign(xx, env), _sign(yy, env), _sign(determinant, env), p.label)

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
