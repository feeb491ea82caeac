"""Whether two lines, an equation and what comes of it, have the same solutions."""

from __future__ import annotations

from grader.answer import Answer, Equation, Points, Set
from grader.claims import Finding, Point, SamePoints, Truth
from grader.decide import WITHOUT_ALGEBRA, settle
from grader.expr.tree import Add, Expr, Neg, variables
from grader.kinds.base import Task
from grader.working.base import not_checked


def other_solutions(before: Answer, current: Answer, task: Task) -> Finding | None:
    """The refutation that both have the same solutions on the domain; None when they may have.

    Raises NotChecked where the solutions of one are not all known.
    """
    name = _variable(before) or _variable(current)
    if name is None:
        not_checked()
    a, b = _solutions(before, name, task), _solutions(current, name, task)
    finding = settle(SamePoints(a, b, task.domain), WITHOUT_ALGEBRA)
    return finding if finding.truth is Truth.REFUTED else None


def _variable(answer: Answer) -> str | None:
    if not isinstance(answer, Equation):
        return None
    names = variables(answer.left) | variables(answer.right)
    return next(iter(names)) if len(names) == 1 else None


def _solutions(answer: Answer, name: str, task: Task) -> tuple[Point, ...]:
    match answer:
        case Set(elements):
            return tuple(Point((e,)) for e in elements)
        case Points(points) if all(len(point.coordinates) == 1 for point in points):
            return tuple(Point(point.coordinates) for point in points)
        case Equation(left, right) if variables(left) | variables(right) <= {name}:
            return _zeros(Add((left, Neg(right))), name, task)
        case _:
            not_checked()


def _zeros(e: Expr, name: str, task: Task) -> tuple[Point, ...]:
    from grader.expr.balls import Undefined
    from grader.expr.zeros import zeros

    try:
        found = zeros(e, name, task.domain.including({name})[name])
    except Undefined:
        not_checked()  # a constant in it does not exist
    exact = tuple(Point((zero.exact,)) for zero in found.found if zero.exact is not None)
    if not found.complete or len(exact) < len(found.found):
        not_checked()
    return exact
