"""The slope of a curve that is given by an equation: right is every expression that agrees with it on the curve."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from grader.answer import Answer, Scalar, Shape
from grader.claims import EqualOnCurve, Weighted
from grader.decide import settle
from grader.expr.derivative import derivative
from grader.expr.domain import Domain
from grader.expr.slips import SLIPS, Slip
from grader.expr.tidy import tidy
from grader.expr.tree import ONE, ZERO, Add, Div, Expr, Mul, Neg, variables
from grader.kinds.base import Given, Givens, Kind, Mistake, Task, Unsolvable, cross_check, expression, variable
from grader.kinds.gradient import slipped


def _names(given: Givens) -> tuple[str, str]:
    return variable(given, "wrt"), variable(given, "of")


def _slopes(given: Givens) -> tuple[Expr, Expr]:
    f = expression(given, "curve")
    x, y = _names(given)
    return tidy(derivative(f, x)), tidy(derivative(f, y))


def _solve(given: Givens, domain: Domain, policy: Mapping[str, str]) -> Answer:
    x, y = _names(given)
    f = expression(given, "curve")
    if variables(f) != {x, y}:
        raise Unsolvable(f"the equation of the curve has to depend on {x} and {y} and nothing else")
    along_x, along_y = _slopes(given)
    if along_y == ZERO or along_x == ZERO:
        raise Unsolvable("the equation does not depend on one of the variables")
    ours = tidy(Neg(Div(along_x, along_y)))
    theirs = _by_sympy(f, x, y, domain)
    cross_check(ours, theirs, domain.including({x, y}))
    return Scalar(ours)


def _by_sympy(f: Expr, x: str, y: str, domain: Domain) -> Expr:
    """SymPy's implicit differentiation."""
    from sympy import idiff

    from grader.expr.symbolic import NotTranslatable, from_sympy, symbol, to_sympy

    box = domain.including({x, y})
    try:
        return tidy(from_sympy(idiff(to_sympy(f, box), symbol(y, box), symbol(x, box))))
    except NotTranslatable as reason:
        raise Unsolvable(str(reason)) from None


def _claims(task: Task, answer: Answer) -> tuple[Weighted, ...]:
    assert isinstance(task.reference, Scalar) and isinstance(answer, Scalar)
    names = (task.name("wrt"), task.name("of"))
    claim = EqualOnCurve(task.reference.value, answer.value, task.expression("curve"), names, task.domain)
    return (Weighted("the slope", claim),)


# Mistakes -----------------------------------------------------------------------------------

Wrong = Callable[[Expr, Expr], Iterable[Expr]]
"""Of the two partial derivatives: wrong slopes."""


def _kept(task: Task, found: Iterable[Expr]) -> tuple[Answer, ...]:
    """Those that differ from the right one on the curve."""
    candidates = (Scalar(tidy(e)) for e in found)
    return tuple(wrong for wrong in candidates if not settle(_claims(task, wrong)[0].claim).right)


def _mistake(name: str, wrong: Wrong, feedback: str, rule: str = "") -> Mistake:
    return Mistake(name, lambda task: _kept(task, wrong(*_slopes(task.given))), feedback, rule)


def _by_slip(slip: Slip) -> Mistake:
    def answers(task: Task) -> tuple[Answer, ...]:
        f = task.expression("curve")
        pairs = slipped(((f, (task.name("wrt"),)), (f, (task.name("of"),))), slip)
        return _kept(task, (Neg(Div(a, b)) for a, b in pairs if b != ZERO))

    return Mistake(slip.name, answers, slip.feedback, slip.catalogue)


KIND = Kind(
    name="implicit_derivative",
    title="Slope of a curve given by an equation",
    example={
        "curve": '"x^2 + k x y + 3 y^2 - 7"',
        "wrt": "x",
        "of": "y",
    },
    givens={
        "curve": Given("expression", "the left side of the curve's equation minus the right side"),
        "wrt": Given("variable", "the variable to differentiate by"),
        "of": Given("variable", "the variable that depends on it along the curve"),
    },
    shape=lambda given, policy: Shape("scalar"),
    solve=_solve,
    claims=_claims,
    variables=_names,
    asked=lambda given: (
        f"d{variable(given, 'of')}/d{variable(given, 'wrt')}",
        f"{variable(given, 'of')}'",
        f"{variable(given, 'of')}'({variable(given, 'wrt')})",
    ),
    mistakes=(
        _mistake(
            "sign-lost",
            lambda a, b: (Div(a, b),),
            "Bring one of the two terms to the other side of the differentiated equation: what happens to its sign?",
        ),
        _mistake("inverted", lambda a, b: (Neg(Div(b, a)), Div(b, a)), "Which of the two derivatives stands below?"),
        _mistake(
            "not-solved",
            lambda a, b: (Add((a, b)), a, Neg(a)),
            "Differentiate both sides, with y as a function, and solve for its derivative.",
        ),
        _mistake(
            "other-variable-constant",
            lambda a, b: (Div(ONE, b), Neg(Div(ONE, b))),
            "Along the curve both variables change.",
        ),
        _mistake("multiplied", lambda a, b: (Neg(Mul((a, b))), Mul((a, b))), "How do you solve a b = c for b?"),
        *(_by_slip(slip) for slip in SLIPS.values()),
    ),
)
