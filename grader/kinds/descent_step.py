"""Steps of gradient descent, of gradient descent with momentum, and of Newton's method.

Conventions: ``x - r grad f(x)``; with momentum ``v`` becomes ``b v + grad f(x)``, from 0, and
then ``x`` becomes ``x - r v`` (B. Polyak 1964, in the form of the usual libraries); Newton's
method for a stationary point, ``x - H(x)^-1 grad f(x)``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from grader.answer import Answer, Scalar, Shape, Vector
from grader.claims import Equal, EqualArrays, Weighted
from grader.expr.domain import Domain
from grader.expr.tidy import tidy
from grader.expr.tree import ONE, ZERO, Add, Div, Expr, Mul, Neg, rational, rational_value, substitute
from grader.kinds.base import Given, Givens, Kind, Mistake, Policy, Task, Unsolvable, expression, expressions, integer
from grader.kinds.derivative import along, checked, variables_of
from grader.kinds.gradient import rows_of

Point = tuple[Expr, ...]
Move = Callable[["Question", Point, Point], tuple[Point, Point]]
"""The next point and velocity, from the present ones."""

MOST_STEPS = 5
MOST_NEWTON_VARIABLES = 2
METHODS = ("gradient", "momentum", "newton")


class Question:
    """What is given, taken apart.  ``method`` is one of `METHODS`."""

    def __init__(self, given: Givens, policy: Mapping[str, str], uphill: bool = False) -> None:
        self.f = expression(given, "f")
        self.names = variables_of(given)
        self.start = expressions(given, "start")
        self.method = policy.get("method", METHODS[0])
        self.steps = integer(given, "steps") if "steps" in given else 1
        rate = expression(given, "rate") if "rate" in given else None
        self.rate = Neg(rate) if rate is not None and uphill else rate
        self.memory = expression(given, "momentum") if "momentum" in given else None

    def at(self, e: Expr, point: Point) -> Expr:
        return tidy(substitute(e, dict(zip(self.names, point, strict=True))))

    def gradient(self, point: Point) -> Point:
        return tuple(self.at(along(self.f, (x,)), point) for x in self.names)

    def hessian(self, point: Point) -> tuple[Point, ...]:
        return tuple(tuple(self.at(along(self.f, (x, y)), point) for y in self.names) for x in self.names)

    def walk(self, move: Move, steps: int | None = None) -> Point:
        """Where the moves lead from the start."""
        point: Point = self.start
        velocity: Point = (ZERO,) * len(self.names)
        for _ in range(self.steps if steps is None else steps):
            point, velocity = move(self, point, velocity)
        return point


def _plus(a: Point, c: Expr, b: Point) -> Point:
    """``a + c b``."""
    return tuple(_folded(Add((x, Mul((c, y))))) for x, y in zip(a, b, strict=True))


def _folded(e: Expr) -> Expr:
    q = rational_value(e)
    return tidy(e) if q is None else rational(q)


def _downhill(q: Question, point: Point, velocity: Point) -> tuple[Point, Point]:
    assert q.rate is not None
    return _plus(point, Neg(q.rate), q.gradient(point)), velocity


def _with_momentum(q: Question, point: Point, velocity: Point) -> tuple[Point, Point]:
    assert q.rate is not None and q.memory is not None
    velocity = _plus(q.gradient(point), q.memory, velocity)
    return _plus(point, Neg(q.rate), velocity), velocity


def _newton(q: Question, point: Point, velocity: Point) -> tuple[Point, Point]:
    return _plus(point, Neg(ONE), _solution(q.hessian(point), q.gradient(point))), velocity


def _solution(rows: tuple[Point, ...], right: Point) -> Point:
    """The solution of one or two linear equations, by Cramer's rule."""
    if len(rows) == 1:
        return (_folded(Div(right[0], rows[0][0])),)
    (a, b), (c, d) = rows
    u, v = right
    determinant = _cross(a, b, c, d)
    return tuple(_folded(Div(top, determinant)) for top in (_cross(u, b, v, d), _cross(a, u, c, v)))


def _cross(a: Expr, b: Expr, c: Expr, d: Expr) -> Expr:
    return Add((Mul((a, d)), Neg(Mul((b, c)))))


_MOVES: Mapping[str, Move] = {"gradient": _downhill, "momentum": _with_momentum, "newton": _newton}


def _solve(given: Givens, domain: Domain, policy: Mapping[str, str]) -> Answer:
    q = Question(given, policy)
    if len(q.start) != len(q.names):
        raise Unsolvable(f"the start has {len(q.start)} coordinates, the variables are {', '.join(q.names)}")
    if not 1 <= q.steps <= MOST_STEPS:
        raise Unsolvable(f"from 1 to {MOST_STEPS} steps are asked")
    if q.method != "newton" and q.rate is None:
        raise Unsolvable("a step of gradient descent needs a rate")
    if q.method == "momentum" and q.memory is None:
        raise Unsolvable("momentum needs its factor")
    if q.method == "newton" and len(q.names) > MOST_NEWTON_VARIABLES:
        raise Unsolvable("Newton's method is asked in one or two variables")
    for x in q.names:
        # Each derivative is found by two methods before it is used.
        checked(q.f, (x,), domain, None)
        for y in q.names if q.method == "newton" else ():
            checked(q.f, (x, y), domain, None)
    point = q.walk(_MOVES[q.method])
    if not all(_is_number(e) for e in point):
        raise Unsolvable("a step divides by zero, or leads where the function has no value")
    return _answer(point)


def _is_number(e: Expr) -> bool:
    from grader.expr.balls import Undefined, enclose, precision

    with precision(128):
        try:
            return bool(enclose(e, {}).is_finite())
        except Undefined:
            return False


def _answer(point: Point) -> Answer:
    return Scalar(point[0]) if len(point) == 1 else Vector(point, "column")


def _shape(given: Givens, policy: Mapping[str, str]) -> Shape:
    count = len(variables_of(given))
    return Shape("scalar") if count == 1 else Shape("vector")


def _claims(task: Task, answer: Answer) -> tuple[Weighted, ...]:
    if isinstance(task.reference, Scalar):
        assert isinstance(answer, Scalar)
        return (Weighted("the new point", Equal(task.reference.value, answer.value, task.domain, task.accept)),)
    rows = rows_of(task.reference, ())
    claim = EqualArrays(rows, rows_of(answer, rows), task.domain, "free", task.accept)
    return (Weighted("the new point", claim),)


def _asked(given: Givens) -> tuple[str, ...]:
    """``x``, ``x_1`` and ``x1`` after one step."""
    names, steps = variables_of(given), integer(given, "steps") if "steps" in given else 1
    if len(names) > 1:
        numbered = [tuple(f"{name}{mark}{steps}" for name in names) for mark in ("_", "")]
        return (*(f"({', '.join(each)})" for each in (names, *numbered)), f"x_{steps}", f"x{steps}")
    x = names[0]
    return (x, f"{x}_{steps}", f"{x}{steps}", f"{x}{'₀₁₂₃₄₅₆₇₈₉'[steps % 10]}")


# Mistakes -----------------------------------------------------------------------------------


def _mistake(
    name: str, wrong: Callable[[Question], Iterable[Point]], feedback: str, rule: str = "", *methods: str
) -> Mistake:
    """A mistake in steps of the given methods, of all when none is named."""

    def answers(task: Task) -> tuple[Answer, ...]:
        q = Question(task.given, task.policy)
        if methods and q.method not in methods:
            return ()
        return tuple(_answer(point) for point in dict.fromkeys(wrong(q)))

    return Mistake(name, answers, feedback, rule)


def _uphill(task: Task) -> tuple[Answer, ...]:
    q = Question(task.given, task.policy, uphill=True)
    return () if q.rate is None else (_answer(q.walk(_MOVES[q.method])),)


def _without_rate(q: Question) -> Iterable[Point]:
    def move(q: Question, point: Point, velocity: Point) -> tuple[Point, Point]:
        return _plus(point, Neg(ONE), q.gradient(point)), velocity

    yield q.walk(move)


def _change_alone(q: Question) -> Iterable[Point]:
    """The change, or the slope, in place of the new point."""
    assert q.rate is not None
    last = q.walk(_MOVES[q.method], q.steps - 1)
    slope = q.gradient(last)
    nothing = (ZERO,) * len(slope)
    yield from (_plus(nothing, c, slope) for c in (Neg(q.rate), q.rate, ONE))


def _one_step_less(q: Question) -> Iterable[Point]:
    if q.steps > 1:
        yield q.walk(_MOVES[q.method], q.steps - 1)


def _one_step_more(q: Question) -> Iterable[Point]:
    yield q.walk(_MOVES[q.method], q.steps + 1)


def _same_slope_again(q: Question) -> Iterable[Point]:
    """Every step with the slope at the start."""
    if q.steps == 1 or q.rate is None:
        return
    slope = q.gradient(q.start)
    point = q.start
    for _ in range(q.steps):
        point = _plus(point, Neg(q.rate), slope)
    yield point


def _height_for_slope(q: Question) -> Iterable[Point]:
    """The value of the function where its derivative belongs."""
    if q.rate is None or len(q.names) > 1:
        return

    def move(q: Question, point: Point, velocity: Point) -> tuple[Point, Point]:
        assert q.rate is not None
        return _plus(point, Neg(q.rate), (q.at(q.f, point),)), velocity

    yield q.walk(move)


def _forgets(q: Question) -> Iterable[Point]:
    yield q.walk(_downhill)


def _averages(q: Question) -> Iterable[Point]:
    """``b v + (1 - b) grad f``: another convention than the one stated."""
    assert q.memory is not None

    def move(q: Question, point: Point, velocity: Point) -> tuple[Point, Point]:
        assert q.rate is not None and q.memory is not None
        fresh = _plus((ZERO,) * len(point), Add((ONE, Neg(q.memory))), q.gradient(point))
        velocity = _plus(fresh, q.memory, velocity)
        return _plus(point, Neg(q.rate), velocity), velocity

    yield q.walk(move)


def _newton_for_roots(q: Question) -> Iterable[Point]:
    if len(q.names) > 1:
        return

    def move(q: Question, point: Point, velocity: Point) -> tuple[Point, Point]:
        return _plus(point, Neg(ONE), (Div(q.at(q.f, point), q.gradient(point)[0]),)), velocity

    yield q.walk(move)


def _newton_plus(q: Question) -> Iterable[Point]:
    def move(q: Question, point: Point, velocity: Point) -> tuple[Point, Point]:
        return _plus(point, ONE, _solution(q.hessian(point), q.gradient(point))), velocity

    yield q.walk(move)


def _without_curvature(q: Question) -> Iterable[Point]:
    """The gradient, not divided by the second derivative."""

    def move(q: Question, point: Point, velocity: Point) -> tuple[Point, Point]:
        return _plus(point, Neg(ONE), q.gradient(point)), velocity

    yield q.walk(move)


def _curvature_upside_down(q: Question) -> Iterable[Point]:
    """``f''/f'`` in place of ``f'/f''``."""
    if len(q.names) > 1:
        return

    def move(q: Question, point: Point, velocity: Point) -> tuple[Point, Point]:
        return _plus(point, Neg(ONE), (Div(q.hessian(point)[0][0], q.gradient(point)[0]),)), velocity

    yield q.walk(move)


def _diagonal_only(q: Question) -> Iterable[Point]:
    """Each coordinate on its own: the mixed derivatives left out."""
    if len(q.names) == 1:
        return

    def move(q: Question, point: Point, velocity: Point) -> tuple[Point, Point]:
        slope, bent = q.gradient(point), q.hessian(point)
        steps = tuple(Div(slope[i], bent[i][i]) for i in range(len(point)))
        return _plus(point, Neg(ONE), steps), velocity

    yield q.walk(move)


def _swapped(q: Question) -> Iterable[Point]:
    if len(q.names) == 2:
        x, y = q.walk(_MOVES[q.method])
        yield (y, x)


KIND = Kind(
    name="descent_step",
    title="Steps of a descent method",
    example={
        "f": '"k x^2 + x"',
        "start": "[3]",
        "rate": "1/20",
    },
    givens={
        "f": Given("expression", "the function to make small"),
        "variables": Given("variables", "its variables, in order", required=False),
        "start": Given("point", "where the steps begin"),
        "rate": Given("number", "the learning rate", required=False),
        "momentum": Given("number", "the factor of the velocity", required=False),
        "steps": Given("integer", "how many steps; one if absent", required=False),
    },
    shape=_shape,
    solve=_solve,
    claims=_claims,
    variables=variables_of,
    asked=_asked,
    policies={"method": Policy(METHODS, "gradient descent, with momentum, or Newton's method for a stationary point")},
    mistakes=(
        Mistake("uphill", _uphill, "Evaluate the function before and after your step: did it go down?", "O17"),
        _mistake(
            "rate-forgotten",
            _without_rate,
            "How far along the direction should one step go?",
            "O18",
            "gradient",
            "momentum",
        ),
        _mistake(
            "change-for-point",
            _change_alone,
            "That is a slope or a change; where do you end up?",
            "O19",
            "gradient",
            "momentum",
        ),
        _mistake("step-missing", _one_step_less, "Count the steps that were asked for."),
        _mistake(
            "same-slope-again",
            _same_slope_again,
            "After the first step you stand somewhere else; which slope counts there?",
            "",
            "gradient",
        ),
        _mistake(
            "height-for-slope",
            _height_for_slope,
            "You used the height of the curve; which way is down is told by something else.",
            "",
            "gradient",
        ),
        _mistake("momentum-forgotten", _forgets, "The velocity of the step before should still count.", "", "momentum"),
        _mistake(
            "averaged-velocity",
            _averages,
            "Compare how you mix the old velocity and the slope with the rule in the question.",
            "",
            "momentum",
        ),
        _mistake(
            "newton-for-roots",
            _newton_for_roots,
            "Newton's step solves an equation; which equation does a minimum satisfy?",
            "O20",
            "newton",
        ),
        _mistake(
            "newton-plus",
            _newton_plus,
            "Check on a simple parabola whether your step lands on its vertex.",
            "O21",
            "newton",
        ),
        _mistake(
            "curvature-forgotten",
            _without_curvature,
            "Newton's step also uses how strongly the function bends.",
            "",
            "newton",
        ),
        _mistake(
            "curvature-upside-down",
            _curvature_upside_down,
            "Where the function bends strongly, should the step be long or short?",
            "",
            "newton",
        ),
        _mistake(
            "mixed-derivatives-dropped",
            _diagonal_only,
            "The two coordinates influence each other; where do the mixed second derivatives enter?",
            "",
            "newton",
        ),
        _mistake("coordinates-swapped", _swapped, "Check the order of the coordinates."),
        _mistake("step-too-many", _one_step_more, "Count the steps that were asked for.", "", "gradient", "momentum"),
    ),
)
