"""Puts the values of one draw into a problem: parameters, givens and domain."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import ceil, floor

from grader.bank.conditions import NoValue, Quantity, evaluate, holds
from grader.bank.problem import Problem, Span
from grader.errors import Place
from grader.expr.domain import Domain, Interval
from grader.expr.tree import Expr, Variable, rational, substitute
from grader.expr.tree import variables as variables_of
from grader.kinds.base import GivenValue, Kind


class PutBack(Exception):
    """This draw does not make a fair question; ``place`` is what in the file put it back.

    Draws are counted by their ``reasons``; ``detail`` is what differs from draw to draw.
    ``solved`` tells that the draw had met the constraints.
    """

    def __init__(self, reason: str | tuple[str, ...], place: Place, solved: bool = False, detail: str = "") -> None:
        super().__init__(reason, place, solved, detail)
        self.reasons = (reason,) if isinstance(reason, str) else reason
        self.place = place
        self.solved = solved
        self.detail = detail


def drawn_values(problem: Problem, draw: tuple[Quantity, ...]) -> dict[str, Quantity]:
    """The parameters and derived values of a draw that meets the constraints."""
    values = {p.name: value for p, value in zip(problem.parameters, draw, strict=True)}
    for derived in problem.derived:
        if not derived.arithmetic:
            values[derived.name] = _expression(derived.tree, values)
            continue
        try:
            values[derived.name] = evaluate(derived.tree, values)
        except NoValue as reason:
            raise PutBack(
                f"the derived value '{derived.name}' has no value", derived.place, detail=str(reason)
            ) from None
    for constraint in problem.constraints:
        try:
            met = holds(constraint.condition, values)
        except NoValue as reason:
            raise PutBack(
                f"the constraint '{constraint.text}' has no value", constraint.place, detail=str(reason)
            ) from None
        if not met:
            raise PutBack(f"the constraint '{constraint.text}' is not met", constraint.place)
    return values


def _expression(tree: Expr, values: Mapping[str, Quantity]) -> Expr:
    """The tree with its parameters put in, tidied."""
    from grader.expr.tidy import tidy

    if not values or not variables_of(tree) & values.keys():
        return tree
    trees = {name: rational(value) if isinstance(value, Fraction) else value for name, value in values.items()}
    return tidy(substitute(tree, trees))


def drawn_given(problem: Problem, kind: Kind, values: Mapping[str, Quantity]) -> dict[str, GivenValue]:
    """The givens of the draw, without those that are texts."""
    given: dict[str, GivenValue] = {}
    for name, value in problem.given.items():
        if isinstance(value, tuple):
            given[name] = _several(value, values)
        elif isinstance(value, str):
            given[name] = _name(value, values)
        elif isinstance(value, int):
            given[name] = value
        elif kind.givens[name].type == "integer":
            given[name] = _integer(problem, name, value, values)
        else:
            given[name] = _expression(value, values)
    return given


def _several(
    parts: tuple[Expr, ...] | tuple[str, ...] | tuple[tuple[Expr, ...], ...], values: Mapping[str, Quantity]
) -> tuple[Expr, ...] | tuple[str, ...] | tuple[tuple[Expr, ...], ...]:
    rows = tuple(tuple(_expression(entry, values) for entry in part) for part in parts if isinstance(part, tuple))
    names = tuple(_name(part, values) for part in parts if isinstance(part, str))
    return rows or names or tuple(_expression(part, values) for part in parts if not isinstance(part, str | tuple))


def _name(name: str, values: Mapping[str, Quantity]) -> str:
    """A variable's name, which a parameter may choose."""
    chosen = values.get(name)
    return chosen.name if isinstance(chosen, Variable) else name


def _integer(problem: Problem, name: str, tree: Expr, values: Mapping[str, Quantity]) -> int:
    try:
        number = evaluate(tree, values)
    except NoValue as reason:
        raise PutBack(f"'{name}' has no value", problem.place, detail=str(reason)) from None
    if number.denominator != 1:
        raise PutBack(f"'{name}' is not a whole number", problem.place, detail=f"{name} = {number}")
    return number.numerator


def drawn_domain(problem: Problem, values: Mapping[str, Quantity]) -> Domain:
    intervals = []
    for span in problem.domain:
        try:
            low = None if span.low is None else evaluate(span.low, values)
            high = None if span.high is None else evaluate(span.high, values)
        except NoValue as reason:
            raise PutBack(f"the domain of '{span.variable}' has no value", span.place, detail=str(reason)) from None
        if low is not None and high is not None and low >= high:
            raise PutBack(f"the domain of '{span.variable}' is empty", span.place)
        if span.integer:
            intervals.append((span.variable, _integers(span, low, high)))
            continue
        intervals.append((span.variable, Interval(low, high, span.low_closed, span.high_closed)))
    return Domain(tuple(intervals))


def _integers(span: Span, low: Fraction | None, high: Fraction | None) -> Interval:
    """The integers of a span: its ends are the first and the last of them."""
    if low is not None:
        low = Fraction(ceil(low)) + (low.denominator == 1 and not span.low_closed)
    if high is not None:
        high = Fraction(floor(high)) - (high.denominator == 1 and not span.high_closed)
    if low is not None and high is not None and low > high:
        raise PutBack(f"the domain of '{span.variable}' is empty", span.place)
    return Interval(low, high, integer=True)
