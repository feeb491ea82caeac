"""Definite integrals, the area between a curve and the axis, and averages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from grader.answer import Answer, Scalar, Shape
from grader.claims import Equal, Weighted
from grader.expr.balls import Undefined, enclose, precision
from grader.expr.by_hand import antiderivative_by_hand
from grader.expr.domain import Domain, Interval
from grader.expr.improper import definite_integral
from grader.expr.quadrature import BITS, accuracy
from grader.expr.tidy import tidy
from grader.expr.tree import (
    ZERO,
    Add,
    Apply,
    Div,
    Expr,
    Mul,
    Neg,
    Variable,
    rational_value,
    size,
    substitute,
    variables,
)
from grader.expr.zeros import zeros
from grader.kinds.base import Given, Givens, Kind, Mistake, Policy, Task, Unsolvable, expression, variable

_CERTAIN_BITS = 80
"""A closed form has to lie in an enclosure that tells so many bits."""


def _solve(given: Givens, domain: Domain, policy: Mapping[str, str]) -> Answer:
    f, x = expression(given, "f"), variable(given, "wrt")
    low, high = expression(given, "from"), expression(given, "to")
    if variables(f) - {x} or variables(low) | variables(high):
        raise Unsolvable("the integral depends on more than its variable")
    quantity = policy.get("quantity", "integral")
    integrand = Apply("abs", (f,)) if quantity == "area" else f
    possible = list(_closed_forms(f, x, low, high, quantity == "area"))
    certain = [e for e in possible if _confirmed(e, integrand, x, low, high)]
    if not certain:
        raise Unsolvable("no closed form was found that lies in the enclosure of the integral")
    best = min(certain, key=size)
    return Scalar(_average(best, low, high) if quantity == "average" else best)


def _closed_forms(f: Expr, x: str, low: Expr, high: Expr, area: bool) -> Iterable[Expr]:
    """Candidates: from an antiderivative found by hand's rules, and from SymPy."""
    ends = _pieces(f, x, low, high) if area else [low, high]
    by_hand = antiderivative_by_hand(f, x)
    if by_hand is not None:
        yield _exactly(_summed(by_hand, x, ends, area))
    yield from _by_sympy(f, x, ends, area)


def _pieces(f: Expr, x: str, low: Expr, high: Expr) -> list[Expr]:
    """The ends with the zeros of f between them: on each piece f keeps its sign."""
    a, b = rational_value(low), rational_value(high)
    if a is None or b is None or a >= b:
        raise Unsolvable("an area is asked between two rational numbers, the smaller first")
    found = zeros(f, x, Interval(a, b, False, False))
    inner = [zero.exact for zero in found.found if zero.exact is not None]
    if not found.complete or len(inner) < len(found.found):
        raise Unsolvable(f"the places where the curve crosses the axis are not all known: {found.evidence}")
    return [low, *inner, high]


def _summed(antiderivative: Expr, x: str, ends: list[Expr], area: bool) -> Expr:
    """``F(b) - F(a)``; over pieces the sum of the absolute values."""
    parts = [
        Add((substitute(antiderivative, {x: b}), Neg(substitute(antiderivative, {x: a}))))
        for a, b in zip(ends, ends[1:], strict=False)
    ]
    if not area:
        return parts[0]
    return Add((ZERO, *(_positive(part) for part in parts)))


def _positive(e: Expr) -> Expr:
    with precision(BITS):
        try:
            return Neg(e) if enclose(e, {}) < 0 else e
        except Undefined:
            return e


def _exactly(e: Expr) -> Expr:
    """The constant as SymPy folds it (``sin(pi)`` to 0), or only tidied where it is not translated."""
    from grader.expr.symbolic import NotTranslatable, from_sympy, to_sympy

    ours = tidy(e)
    try:
        return min(ours, tidy(from_sympy(to_sympy(e))), key=size)
    except (NotTranslatable, TypeError, ValueError):
        return ours


def _by_sympy(f: Expr, x: str, ends: list[Expr], area: bool) -> Iterable[Expr]:
    from sympy import integrate

    from grader.expr.symbolic import NotTranslatable, from_sympy, symbol, to_sympy

    try:
        parts = [
            tidy(from_sympy(integrate(to_sympy(f), (symbol(x), to_sympy(a), to_sympy(b)))))
            for a, b in zip(ends, ends[1:], strict=False)
        ]
    except (NotTranslatable, NotImplementedError, ValueError, TypeError):
        return
    yield _exactly(Add((ZERO, *(_positive(part) for part in parts)))) if area else parts[0]


def _confirmed(closed: Expr, integrand: Expr, x: str, low: Expr, high: Expr) -> bool:
    """Whether the closed form lies in a narrow enclosure of the integral, found by rigorous quadrature."""
    found = definite_integral(integrand, x, low, high)
    enclosure = found.enclosure
    if enclosure is None or accuracy(enclosure) < _CERTAIN_BITS:
        raise Unsolvable(f"the integral has no value that could be enclosed: {found.evidence}")
    with precision(BITS):
        try:
            value = enclose(closed, {})
        except Undefined:
            return False
        return bool(value.is_finite() and value.overlaps(enclosure)) and accuracy(value) >= _CERTAIN_BITS


def _average(total: Expr, low: Expr, high: Expr) -> Expr:
    length = tidy(Add((high, Neg(low))))
    if length == ZERO:
        raise Unsolvable("an average is taken over an interval of some length")
    return _exactly(Div(total, length))


def _claims(task: Task, answer: Answer) -> tuple[Weighted, ...]:
    assert isinstance(task.reference, Scalar) and isinstance(answer, Scalar)
    domain = Domain.reals(*sorted(variables(answer.value)))
    about = {"area": "the area", "average": "the average"}.get(task.policy.get("quantity", ""), "the integral")
    return (Weighted(about, Equal(task.reference.value, answer.value, domain, task.accept)),)


def _matches(task: Task, wrong: Answer, answer: Answer) -> tuple[Weighted, ...]:
    """Like the claims, on the line: some mistakes leave the variable in the answer, a number has none."""
    assert isinstance(wrong, Scalar) and isinstance(answer, Scalar)
    if bool(variables(wrong.value)) != bool(variables(answer.value)):
        return ()
    domain = Domain.reals(*sorted(variables(wrong.value) | variables(answer.value)))
    return (Weighted("the mistake", Equal(wrong.value, answer.value, domain, task.accept)),)


# Mistakes -----------------------------------------------------------------------------------

Wrong = Callable[[Task, Expr, str, Expr, Expr], Iterable[Expr]]
"""Of the task, the integrand, its variable and the ends: wrong values."""


def _mistake(name: str, wrong: Wrong, feedback: str, rule: str = "") -> Mistake:
    def answers(task: Task) -> tuple[Answer, ...]:
        found = wrong(task, task.expression("f"), task.name("wrt"), task.expression("from"), task.expression("to"))
        return tuple(Scalar(tidy(e)) for e in dict.fromkeys(found))

    return Mistake(name, answers, feedback, rule)


def _reference(task: Task) -> Expr:
    assert isinstance(task.reference, Scalar)
    return task.reference.value


def _ends_reversed(task: Task, f: Expr, x: str, low: Expr, high: Expr) -> Iterable[Expr]:
    yield Neg(_reference(task))


def _ends_added(task: Task, f: Expr, x: str, low: Expr, high: Expr) -> Iterable[Expr]:
    found = antiderivative_by_hand(f, x)
    if found is not None and task.policy.get("quantity") != "area":
        yield Add((substitute(found, {x: high}), substitute(found, {x: low})))


def _lower_end_dropped(task: Task, f: Expr, x: str, low: Expr, high: Expr) -> Iterable[Expr]:
    found = antiderivative_by_hand(f, x)
    if found is not None and task.policy.get("quantity") != "area" and tidy(substitute(found, {x: low})) != ZERO:
        yield substitute(found, {x: high})


def _never_integrated(task: Task, f: Expr, x: str, low: Expr, high: Expr) -> Iterable[Expr]:
    yield Add((substitute(f, {x: high}), Neg(substitute(f, {x: low}))))


def _not_evaluated(task: Task, f: Expr, x: str, low: Expr, high: Expr) -> Iterable[Expr]:
    found = antiderivative_by_hand(f, x)
    if found is not None:
        yield found


def _constant_left(task: Task, f: Expr, x: str, low: Expr, high: Expr) -> Iterable[Expr]:
    yield from (Add((_reference(task), Variable(c))) for c in ("C", "c") if c != x)


def _area_for_integral(task: Task, f: Expr, x: str, low: Expr, high: Expr) -> Iterable[Expr]:
    found = antiderivative_by_hand(f, x)
    if found is None or task.policy.get("quantity") == "area":
        return
    try:
        ends = _pieces(f, x, low, high)
    except Unsolvable:
        return
    if len(ends) > 2:
        yield _summed(found, x, ends, True)


def _integral_for_other(task: Task, f: Expr, x: str, low: Expr, high: Expr) -> Iterable[Expr]:
    """The signed integral where an area was asked, or the total where an average was."""
    found = antiderivative_by_hand(f, x)
    if found is not None and task.policy.get("quantity") == "area" and len(_pieces(f, x, low, high)) > 2:
        total = _summed(found, x, [low, high], False)
        yield total
        yield Neg(total)


def _not_divided(task: Task, f: Expr, x: str, low: Expr, high: Expr) -> Iterable[Expr]:
    if task.policy.get("quantity") == "average":
        yield Mul((_reference(task), Add((high, Neg(low)))))


def _average_of_ends(task: Task, f: Expr, x: str, low: Expr, high: Expr) -> Iterable[Expr]:
    if task.policy.get("quantity") == "average":
        yield Div(Add((substitute(f, {x: low}), substitute(f, {x: high}))), Add((high, Neg(low))))


KIND = Kind(
    name="definite_integral",
    title="Definite integral",
    example={
        "f": '"k x^2 + 1"',
        "wrt": "x",
        "from": '"1"',
        "to": '"3"',
    },
    givens={
        "f": Given("expression", "the integrand"),
        "wrt": Given("variable", "the variable of integration"),
        "from": Given("number", "the lower end"),
        "to": Given("number", "the upper end"),
    },
    shape=lambda given, policy: Shape("scalar", free_names=True),
    solve=_solve,
    claims=_claims,
    matches=_matches,
    variables=lambda given: (variable(given, "wrt"),),
    asked=lambda given: ("I", "A"),
    policies={
        "quantity": Policy(
            ("integral", "area", "average"),
            "the signed integral, the total area between curve and axis, or the average on the interval",
        )
    },
    mistakes=(
        _mistake("ends-reversed", _ends_reversed, "Check the order of the two limits when you subtract.", "N15"),
        _mistake("ends-added", _ends_added, "How are the two values of the antiderivative combined?", "N16"),
        _mistake(
            "never-integrated",
            _never_integrated,
            "You substituted the limits into the integrand; which function should they go into?",
            "N17",
        ),
        _mistake(
            "constant-left",
            _constant_left,
            "What happens to the constant of integration when you subtract?",
            "N18",
        ),
        _mistake(
            "not-evaluated",
            _not_evaluated,
            "With both limits given, what kind of object should the result be?",
            "N19",
        ),
        _mistake(
            "area-for-integral",
            _area_for_integral,
            "The integral counts the parts below the axis differently; how?",
            "N20",
        ),
        _mistake(
            "integral-for-area",
            _integral_for_other,
            "Where is the curve below the axis, and can an area there be negative?",
            "N21",
        ),
        _mistake(
            "not-divided-by-length",
            _not_divided,
            "You have the total; how do you get an average from it?",
            "N24",
        ),
        _mistake(
            "average-of-ends",
            _average_of_ends,
            "The function takes more values than those at the two ends; how are all of them averaged?",
        ),
        _mistake(
            "lower-end-dropped",
            _lower_end_dropped,
            "You used the upper limit; what does the antiderivative contribute at the lower one?",
        ),
    ),
)
