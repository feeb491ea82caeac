"""Mistakes of no kind in particular: a sign, a factor, a constant, an order, an angle, one term.

They are looked for when no mistake of the kind fits, and named only when the answer equals what
the mistake leads to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from grader import kinds
from grader.answer import Answer, Matrix, Scalar, Vector
from grader.claims import Equal
from grader.decide import WITHOUT_ALGEBRA, settle
from grader.expr.domain import Domain
from grader.expr.text import to_text
from grader.expr.tidy import tidy
from grader.expr.tree import (
    ONE,
    Add,
    Apply,
    Constant,
    Div,
    Expr,
    Mul,
    Neg,
    Number,
    Variable,
    children,
    integer,
    rational,
    rebuild,
    size,
    substitute,
    variables,
)
from grader.kinds.base import GivenValue, Mistake, Task, Unsolvable
from grader.unnamed import constant_difference, constant_ratio

_BIGGEST = 300
_ANGLED = frozenset({"sin", "cos", "tan", "cot", "sec", "csc"})


def _entrywise(change: Callable[[Expr], Expr]) -> Callable[[Task], tuple[Answer, ...]]:
    """The reference with every entry changed."""

    def wrong(task: Task) -> tuple[Answer, ...]:
        match task.reference:
            case Scalar(value):
                return (Scalar(change(value)),)
            case Vector(entries, orientation):
                return (Vector(tuple(change(e) for e in entries), orientation),)
            case Matrix(rows):
                return (Matrix(tuple(tuple(change(e) for e in row) for row in rows)),)
            case _:
                return ()

    return wrong


def _swapped(task: Task) -> tuple[Answer, ...]:
    """Two entries of a vector, two rows or two columns of a matrix exchanged."""
    match task.reference:
        case Vector(entries, orientation):
            return tuple(Vector(entries_, orientation) for entries_ in _exchanged(entries))
        case Matrix(rows):
            columns = tuple(zip(*rows, strict=True))
            by_columns = (tuple(zip(*exchanged, strict=True)) for exchanged in _exchanged(columns))
            return tuple(Matrix(other) for other in (*_exchanged(rows), *by_columns))
        case _:
            return ()


def _exchanged(items: tuple) -> Iterator[tuple]:  # type: ignore[type-arg]
    for i in range(len(items)):
        for j in range(i + 1, len(items)):
            other = list(items)
            other[i], other[j] = items[j], items[i]
            yield tuple(other)


def _in_degrees(task: Task) -> tuple[Answer, ...]:
    """A number found with a calculator that was set to degrees."""
    match task.reference:
        case Scalar(value) if not variables(value) and _has_angle(value):
            return (Scalar(_degrees(value)),)
        case _:
            return ()


def _has_angle(e: Expr) -> bool:
    return (isinstance(e, Apply) and e.function in _ANGLED) or any(_has_angle(child) for child in children(e))


def _degrees(e: Expr) -> Expr:
    e = rebuild(e, tuple(_degrees(child) for child in children(e))) if children(e) else e
    if isinstance(e, Apply) and e.function in _ANGLED:
        return Apply(e.function, (Div(Mul((e.arguments[0], Constant("pi"))), integer(180)),))
    return e


def _variables_exchanged(task: Task) -> tuple[Answer, ...]:
    """Two variables in each other's place."""
    if not isinstance(task.reference, Scalar):
        return ()
    names = sorted(variables(task.reference.value))
    if len(names) != 2:
        return ()
    a, b = names
    return (Scalar(substitute(task.reference.value, {a: Variable(b), b: Variable(a)})),)


def _at_another_point(task: Task) -> tuple[Answer, ...]:
    """The right thing at a point that is easily taken for the one of the question."""
    point = task.expressions("at") if "at" in task.given else ()
    if not point or any(variables(e) for e in point):
        return ()
    kind = kinds.load(task.kind)
    others = [tuple(reversed(point)), tuple(Number(Fraction(0)) for _ in point)]
    others += [(*point[:i], Neg(e), *point[i + 1 :]) for i, e in enumerate(point)]
    others += [(*point[:i], tidy(Add((e, ONE))), *point[i + 1 :]) for i, e in enumerate(point)]
    found = []
    for other in dict.fromkeys(tuple(tidy(e) for e in other) for other in others):
        given: GivenValue = other if kind.givens["at"].type == "point" else other[0]
        if other == tuple(tidy(e) for e in point):
            continue
        try:
            found.append(kind.solve({**task.given, "at": given}, task.domain, task.policy))
        except Unsolvable:
            continue
    return tuple(found)


COMMON: tuple[Mistake, ...] = (
    Mistake("overall-sign", _entrywise(Neg), "The size is right; check the sign."),
    Mistake("entries-exchanged", _swapped, "The entries are there; check their order."),
    Mistake("variables-exchanged", _variables_exchanged, "Check which variable stands where."),
    Mistake(
        "at-another-point",
        _at_another_point,
        "This comes out at another point than the one that is asked; look at what you put in.",
    ),
    Mistake("degrees", _in_degrees, "Angles are in radians here; how is your calculator set?"),
)
"""Each computes wrong answers from the right one."""

NAMES: tuple[str, ...] = (*(mistake.name for mistake in COMMON), "off-by-a-factor", "off-by-a-constant", "one-term")
"""All that may be named here."""


def told_of_formula(task: Task, answer: Answer) -> tuple[str, str] | None:
    """Name and sentence of what is wrong with a formula: a factor, a constant, or one of its terms."""
    reference = task.reference
    if not (isinstance(answer, Scalar) and isinstance(reference, Scalar) and variables(reference.value)):
        return None
    right, given = reference.value, answer.value
    if size(given) > _BIGGEST or size(right) > _BIGGEST:
        return None
    factor = constant_ratio(right, given, task.domain)
    if factor is not None and _same(Mul((rational(factor), right)), given, task.domain):
        return "off-by-a-factor", "Up to a constant factor your answer is right; check the numbers that multiply it."
    difference = constant_difference(right, given, task.domain)
    if difference is not None and _same(Add((right, rational(difference))), given, task.domain):
        return (
            "off-by-a-constant",
            "Up to a constant that is added your answer is right; check the terms without a variable.",
        )
    return _one_term(right, given, task.domain)


def _one_term(right: Expr, given: Expr, domain: Domain) -> tuple[str, str] | None:
    """The one term of a sum that would be right with another factor."""
    if not isinstance(given, Add) or not 2 <= len(given.terms) <= 8:
        return None
    for i, term in enumerate(given.terms):
        rest = given.terms[:i] + given.terms[i + 1 :]
        wanted = Add((right, *(Neg(other) for other in rest)))
        factor = constant_ratio(term, wanted, domain)
        if factor is None or factor == 1:
            continue
        if _same(Add((*rest, Mul((rational(factor), term)))), right, domain):
            typed = to_text(term.argument if isinstance(term, Neg) else term)
            return "one-term", f"All is right but one term: look at {typed} again, its sign and its factor."
    return None


def _same(a: Expr, b: Expr, domain: Domain) -> bool:
    return settle(Equal(a, b, domain.including(variables(a) | variables(b))), WITHOUT_ALGEBRA).right
