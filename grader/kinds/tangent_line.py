"""Tangent and normal lines of a curve, tangent planes of a surface."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from grader.answer import Answer, Equation, Scalar, Shape
from grader.claims import SameEquation, Weighted
from grader.expr.derivative import derivative
from grader.expr.domain import Domain
from grader.expr.tidy import tidy
from grader.expr.tree import ONE, ZERO, Add, Div, Expr, Mul, Neg, Variable, variables
from grader.kinds.base import Given, Givens, Kind, Mistake, Policy, Task, Unsolvable, expression, names
from grader.kinds.derivative import checked, point_of, there


def _inputs(given: Givens) -> tuple[str, ...]:
    return names(given, "wrt") or tuple(sorted(variables(expression(given, "f"))))


def _height(given: Givens) -> str:
    """The name of the dependent variable: y over a curve's x, z over a surface's x and y."""
    named = names(given, "dependent")
    if named:
        return named[0]
    return "y" if len(_inputs(given)) == 1 else "z"


def _point(given: Givens) -> dict[str, Expr]:
    point = point_of(given, _inputs(given))
    assert point is not None
    return point


def _line(height: Expr, slopes: Iterable[tuple[str, Expr]], point: Mapping[str, Expr]) -> Expr:
    """``height + slope*(x - a) + ...`` over each variable."""
    steps = (Mul((slope, Add((Variable(x), Neg(point[x]))))) for x, slope in slopes)
    return tidy(Add((height, *steps)))


def _across(slope: Expr) -> Expr:
    return tidy(Neg(Div(ONE, slope)))


def _solve(given: Givens, domain: Domain, policy: Mapping[str, str]) -> Answer:
    f, inputs, point = expression(given, "f"), _inputs(given), _point(given)
    if _height(given) in inputs:
        raise Unsolvable(f"{_height(given)} is both a variable of the function and its value")
    slopes = [checked(f, (x,), domain, point) for x in inputs]
    height = checked(f, (), domain, point)
    if policy.get("line") == "normal":
        if len(inputs) > 1 or slopes[0] == ZERO:
            raise Unsolvable("a normal line is asked of a curve where it is not level")
        slopes = [_across(slopes[0])]
    return Equation(Variable(_height(given)), _line(height, zip(inputs, slopes, strict=True), point))


def _claims(task: Task, answer: Answer) -> tuple[Weighted, ...]:
    dependent = _height(task.given)
    domain = Domain.reals(*_inputs(task.given), dependent)
    claim = SameEquation(_zero_form(task.reference, dependent), _zero_form(answer, dependent), domain)
    return (Weighted("the equation", claim),)


def _zero_form(answer: Answer, dependent: str) -> Expr:
    """Left side minus right side; an expression alone is what the dependent variable equals."""
    if isinstance(answer, Scalar):
        return Add((Variable(dependent), Neg(answer.value)))
    assert isinstance(answer, Equation)
    return Add((answer.left, Neg(answer.right)))


def _asked(given: Givens) -> tuple[str, ...]:
    """Names that textbooks give to the linear function itself."""
    arguments = ", ".join(_inputs(given))
    return tuple(f"{name}({arguments})" for name in ("L", "T", "t", "l", "n"))


def _all_names(given: Givens) -> tuple[str, ...]:
    return (*_inputs(given), _height(given))


# Mistakes -----------------------------------------------------------------------------------

Wrong = Callable[[Task], Iterable[Expr]]
"""Of the task: what the dependent variable is said to equal."""


def _mistake(name: str, wrong: Wrong, feedback: str, rule: str = "") -> Mistake:
    def answers(task: Task) -> tuple[Answer, ...]:
        left = Variable(_height(task.given))
        right = tuple(tidy(e) for e in dict.fromkeys(wrong(task)))
        return (*(Equation(left, e) for e in right), *(Scalar(e) for e in right))

    return Mistake(name, answers, feedback, rule)


def _contact(task: Task) -> tuple[Expr, list[tuple[str, Expr]], dict[str, Expr]]:
    """Height, slopes and point of contact."""
    f, point = task.expression("f"), _point(task.given)
    slopes = [(x, there(derivative(f, x), point)) for x in _inputs(task.given)]
    if task.policy.get("line") == "normal":
        slopes = [(x, _across(slope)) for x, slope in slopes]
    return there(f, point), slopes, point


def _slope_not_evaluated(task: Task) -> Iterable[Expr]:
    f, (height, _, point) = task.expression("f"), _contact(task)
    yield _line(height, [(x, derivative(f, x)) for x in _inputs(task.given)], point)


def _through_origin(task: Task) -> Iterable[Expr]:
    _, slopes, point = _contact(task)
    yield _line(ZERO, slopes, dict.fromkeys(point, ZERO))


def _height_missing(task: Task) -> Iterable[Expr]:
    _, slopes, point = _contact(task)
    yield _line(ZERO, slopes, point)


def _at_right_angle(task: Task) -> Iterable[Expr]:
    height, slopes, point = _contact(task)
    if len(slopes) == 1 and slopes[0][1] != ZERO:
        yield _line(height, [(x, _across(slope)) for x, slope in slopes], point)


def _not_shifted(task: Task) -> Iterable[Expr]:
    height, slopes, point = _contact(task)
    yield _line(height, slopes, dict.fromkeys(point, ZERO))


def _swapped(task: Task) -> Iterable[Expr]:
    height, slopes, point = _contact(task)
    if len(slopes) == 1:
        yield _line(slopes[0][1], [(slopes[0][0], height)], point)
    else:
        yield _line(height, [(x, s) for (x, _), (_, s) in zip(slopes, reversed(slopes), strict=True)], point)


def _shifted_the_other_way(task: Task) -> Iterable[Expr]:
    height, slopes, point = _contact(task)
    yield _line(height, slopes, {x: Neg(a) for x, a in point.items()})


def _sign_of_slope(task: Task) -> Iterable[Expr]:
    height, slopes, point = _contact(task)
    yield _line(height, [(x, Neg(slope)) for x, slope in slopes], point)


def _slope_only(task: Task) -> Iterable[Expr]:
    _, slopes, _ = _contact(task)
    if len(slopes) == 1:
        yield slopes[0][1]
        yield derivative(task.expression("f"), slopes[0][0])


KIND = Kind(
    name="tangent_line",
    title="Tangent",
    givens={
        "f": Given("expression", "the function"),
        "at": Given("point", "the coordinates of the point of contact"),
        "wrt": Given("variables", "the variables of the function in order; alphabetical if absent", required=False),
        "dependent": Given("variable", "the name of the function's value; y, or z over two variables", required=False),
    },
    shape=lambda given, policy: Shape("equation"),
    solve=_solve,
    claims=_claims,
    variables=_all_names,
    asked=_asked,
    policies={"line": Policy(("tangent", "normal"), "which line is asked")},
    mistakes=(
        _mistake(
            "slope-not-evaluated",
            _slope_not_evaluated,
            "A straight line has one fixed slope; at which point should yours be measured?",
            "T01",
        ),
        _mistake("through-origin", _through_origin, "Does your line pass through the point of contact?", "T02"),
        _mistake(
            "height-missing",
            _height_missing,
            "The slope is right; put the given point into your equation and compare with the function's value.",
            "T03",
        ),
        _mistake(
            "at-right-angle",
            _at_right_angle,
            "Your line goes through the right point but stands at a right angle to the one that was asked.",
            "T04",
        ),
        _mistake(
            "not-shifted",
            _not_shifted,
            "The function's value should be reached at the point of contact, not at the origin.",
            "T05",
        ),
        _mistake("swapped", _swapped, "Check which of your numbers is which: height and slopes.", "T06"),
        _mistake(
            "shifted-the-other-way",
            _shifted_the_other_way,
            "Each bracket must vanish at the point of contact.",
            "T07",
        ),
        _mistake(
            "sign-of-slope",
            _sign_of_slope,
            "Your line goes through the right point; does it rise where the function rises?",
        ),
        _mistake(
            "slope-only",
            _slope_only,
            "You have found a slope; which line through the point of contact has it?",
        ),
    ),
)
