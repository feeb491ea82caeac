"""Where a function, or one of its derivatives, takes a value: zeros, parallel tangents, points of inflection."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from flint import arb

from grader.answer import Answer, Set, Shape
from grader.claims import Point, SamePoints, Weighted
from grader.expr.balls import Undefined, enclose, precision
from grader.expr.derivative import derivative
from grader.expr.domain import Domain
from grader.expr.tidy import tidy
from grader.expr.tree import ZERO, Add, Expr, Neg, rational_value, variables
from grader.expr.zeros import Zero, zeros
from grader.kinds.base import Given, Givens, Kind, Mistake, Policy, Task, Unsolvable, expression, integer, variable
from grader.kinds.derivative import checked

_BITS = 192
_HIGHEST = 6


def _order(given: Givens) -> int:
    return integer(given, "order") if "order" in given else 0


def _value(given: Givens) -> Expr:
    return expression(given, "value") if "value" in given else ZERO


def _solve(given: Givens, domain: Domain, policy: Mapping[str, str]) -> Answer:
    f, x = expression(given, "f"), variable(given, "wrt")
    order = _order(given)
    if variables(f) - {x} or not 0 <= order <= _HIGHEST:
        raise Unsolvable(f"a function of {x} alone is needed, and an order up to {_HIGHEST}")
    g = checked(f, (x,) * order, domain, None) if order else f
    return Set(tuple(_places(g, _value(given), x, domain, policy.get("sign") == "changes")))


def _places(g: Expr, value: Expr, x: str, domain: Domain, changes: bool) -> Iterable[Expr]:
    """The places in order, proved to be all; with ``changes`` only those where the sign changes."""
    e = tidy(Add((g, Neg(value)))) if value != ZERO else g
    every = zeros(e, x, domain[x])
    if not every.complete:
        raise Unsolvable(f"it is not proved that all places are found: {every.evidence}")
    for zero in every.found:
        if zero.exact is None:
            raise Unsolvable("no closed form was found for one of the places")
        if not changes or _changes(e, x, zero, every.found):
            yield tidy(zero.exact)


def _changes(e: Expr, x: str, zero: Zero, every: tuple[Zero, ...]) -> bool:
    """Whether the sign is another one on each side: with no other zero and no gap between, one look tells."""
    with precision(_BITS):
        for k in range(4, 60, 4):
            step = arb(2) ** -k
            around = zero.enclosure + arb(0, step)
            if sum(around.overlaps(other.enclosure) for other in every) > 1:
                continue
            try:
                if not enclose(e, {x: around}).is_finite():
                    continue
                left, right = (enclose(e, {x: zero.enclosure + side * step}) for side in (-1, 1))
            except Undefined:
                continue
            if not left.contains(0) and not right.contains(0):
                return bool((left > 0) != (right > 0))
    raise Unsolvable("whether the sign changes was not decided")


def _points(answer: Answer) -> tuple[Point, ...]:
    assert isinstance(answer, Set)
    return tuple(Point((e,)) for e in answer.elements)


def _claims(task: Task, answer: Answer) -> tuple[Weighted, ...]:
    return (Weighted("the places", SamePoints(_points(task.reference), _points(answer), task.domain)),)


# Mistakes -----------------------------------------------------------------------------------

Wrong = Callable[[Task, tuple[Expr, ...]], Iterable[Iterable[Expr]]]


def _mistake(name: str, wrong: Wrong, feedback: str, rule: str = "") -> Mistake:
    def answers(task: Task) -> tuple[Answer, ...]:
        assert isinstance(task.reference, Set)
        right = task.reference.elements
        try:
            found = [tuple(dict.fromkeys(places)) for places in wrong(task, right)]
        except Unsolvable:
            return ()
        return tuple(Set(places) for places in found if places != right)

    return Mistake(name, answers, feedback, rule)


def _ball(e: Expr) -> arb:
    with precision(64):
        return enclose(e, {})


def _of_order(task: Task, order: int, value: Expr, changes: bool) -> Iterable[Expr]:
    f, x = task.expression("f"), task.name("wrt")
    g = f
    for _ in range(order):
        g = tidy(derivative(g, x))
    if x not in variables(g):
        raise Unsolvable("it is constant")
    return _places(g, value, x, task.domain, changes)


def _negative_lost(task: Task, right: tuple[Expr, ...]) -> Iterable[Iterable[Expr]]:
    kept = [e for e in right if not _ball(e) < 0]
    if kept:
        yield kept


def _zero_lost(task: Task, right: tuple[Expr, ...]) -> Iterable[Iterable[Expr]]:
    kept = [e for e in right if rational_value(e) != 0]
    if kept:
        yield kept


def _negated(task: Task, right: tuple[Expr, ...]) -> Iterable[Iterable[Expr]]:
    negated = [tidy(Neg(e)) for e in right]
    if {float(_ball(e).mid()) for e in negated} != {float(_ball(e).mid()) for e in right}:
        yield negated


def _without_change(task: Task, right: tuple[Expr, ...]) -> Iterable[Iterable[Expr]]:
    if task.policy.get("sign") == "changes":
        yield _of_order(task, _order(task.given), _value(task.given), False)


def _another_derivative(task: Task, right: tuple[Expr, ...]) -> Iterable[Iterable[Expr]]:
    order = _order(task.given)
    for other in (order - 1, order + 1):
        if other >= 0:
            try:
                yield tuple(_of_order(task, other, _value(task.given), False))
            except Unsolvable:
                continue


def _value_ignored(task: Task, right: tuple[Expr, ...]) -> Iterable[Iterable[Expr]]:
    if _value(task.given) != ZERO:
        yield _of_order(task, _order(task.given), ZERO, False)


def _sign_of_value(task: Task, right: tuple[Expr, ...]) -> Iterable[Iterable[Expr]]:
    if _value(task.given) != ZERO:
        yield _of_order(task, _order(task.given), tidy(Neg(_value(task.given))), False)


KIND = Kind(
    name="places",
    title="Where a function or a derivative takes a value",
    givens={
        "f": Given("expression", "the function"),
        "wrt": Given("variable", "its variable"),
        "order": Given("integer", "of which derivative; 0, the function itself, if absent", required=False),
        "value": Given("number", "the value that it has to take; 0 if absent", required=False),
    },
    shape=lambda given, policy: Shape("set"),
    solve=_solve,
    claims=_claims,
    variables=lambda given: (variable(given, "wrt"),),
    policies={"sign": Policy(("any", "changes"), "whether only places with a change of sign count, as for inflection")},
    mistakes=(
        _mistake(
            "without-sign-change",
            _without_change,
            "At one of these the sign does not change. Look at it on both sides.",
        ),
        _mistake("another-derivative", _another_derivative, "Which derivative does the question ask about?"),
        _mistake("value-ignored", _value_ignored, "There it is zero; which value is asked for?"),
        _mistake("sign-of-the-value", _sign_of_value, "Put one of your places in: which sign comes out?"),
        _mistake("negative-root-lost", _negative_lost, "A square has two roots; are all solutions positive?"),
        _mistake("zero-lost", _zero_lost, "If you divided by the variable: when is that allowed?"),
        _mistake("signs-reversed", _negated, "Put one of your places in: is it a solution?"),
    ),
)
