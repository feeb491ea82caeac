"""What can be said of a wrong answer that no known mistake explains, so that like ones can be counted together.

It is for instructors: five students who all gave half of the right answer have made a mistake that
wants a name.  Nothing here is a verdict.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from fractions import Fraction

from grader.answer import Answer, Equation, Matrix, Points, Scalar, Set, Vector
from grader.answer_text import write
from grader.claims import Equal
from grader.decide import WITHOUT_ALGEBRA, settle
from grader.expr.balls import Undefined, arb_of, enclose, precision
from grader.expr.domain import Domain
from grader.expr.tree import ZERO, Add, Expr, Mul, Neg, rational, size, variables
from grader.kinds.base import Task
from grader.records import record

_BITS = 128
_POINTS = 3
_LARGEST = 24
"""Numerator and denominator of a factor, and of a difference, that is worth telling."""
_BIGGEST_TREE = 400


@record
class Unnamed:
    """``relation`` says how the answer follows from the right one (``1/2 times the right answer``), or
    nothing.  ``likeness`` is the same for equal answers, however they were typed."""

    relation: str
    likeness: str


def describe(task: Task, answer: Answer) -> Unnamed:
    """What an instructor may be told of this answer; to be asked when it is wrong and was not diagnosed."""
    if any(size(tree) > _BIGGEST_TREE for tree in _trees(answer)):
        return Unnamed("", write(answer))
    relation = ""
    if isinstance(answer, Scalar) and isinstance(task.reference, Scalar):
        relation = _relation(task.reference.value, answer.value, task.domain)
    return Unnamed(relation, _likeness(answer))


def _relation(right: Expr, given: Expr, domain: Domain) -> str:
    factor = constant_ratio(right, given, domain)
    if factor is not None and _same(Mul((rational(factor), right)), given, domain):
        return "the right answer with the other sign" if factor == -1 else f"{factor} times the right answer"
    difference = constant_difference(right, given, domain)
    if difference is not None and _same(Add((right, rational(difference))), given, domain):
        return f"the right answer {'plus' if difference > 0 else 'minus'} {abs(difference)}"
    return ""


def constant_ratio(right: Expr, given: Expr, domain: Domain) -> Fraction | None:
    """The short factor, neither 0 nor 1, that leads from one to the other at every point looked at.

    It is a guess; whether it holds everywhere is to be decided.
    """
    found = {_short(b / a) if a else None for a, b in _pairs(right, given, domain)}
    (factor,) = found if len(found) == 1 else (None,)
    return None if factor in (0, 1) else factor


def constant_difference(right: Expr, given: Expr, domain: Domain) -> Fraction | None:
    """The short number, not 0, that has to be added at every point looked at; a guess as well."""
    found = {_short(b - a) for a, b in _pairs(right, given, domain)}
    (difference,) = found if len(found) == 1 else (None,)
    return difference or None


def _pairs(right: Expr, given: Expr, domain: Domain) -> list[tuple[float, float]]:
    names = variables(right) | variables(given)
    return [pair for k in range(_POINTS) if (pair := _both(right, given, names, domain, k))]


def _same(a: Expr, b: Expr, domain: Domain) -> bool:
    return settle(Equal(a, b, domain.including(variables(a) | variables(b))), WITHOUT_ALGEBRA).right


def _short(value: float) -> Fraction | None:
    """The short fraction that a number looks like."""
    if abs(value) > _LARGEST:
        return None
    near = Fraction(value).limit_denominator(_LARGEST)
    return near if abs(float(near) - value) < 1e-9 and abs(near.numerator) <= _LARGEST else None


def _both(right: Expr, given: Expr, names: frozenset[str], domain: Domain, k: int) -> tuple[float, float] | None:
    a, b = _value(right, names, k, domain), _value(given, names, k, domain)
    return None if a is None or b is None else (a, b)


def _value(e: Expr, names: frozenset[str], k: int, domain: Domain | None = None) -> float | None:
    """The value at the k-th point, within the domain where one is given."""
    env = {}
    with precision(_BITS):
        for name in names:
            share = Fraction(zlib.crc32(f"{name} {k}".encode()) % 9973 + 1, 9975)
            low, high = Fraction(1, 4), Fraction(7, 4)
            if domain is not None and name in domain:
                interval = domain[name]
                low = interval.low if interval.low is not None else min(low, (interval.high or low) - 1)
                high = interval.high if interval.high is not None else low + 2
            env[name] = arb_of(low + share * (high - low))
        try:
            ball = enclose(e, env)
        except (Undefined, KeyError):
            return None
        return float(ball.mid()) if ball.is_finite() and ball.rad() < 1e-12 * (1 + abs(ball.mid())) else None


def _likeness(answer: Answer) -> str:
    trees = list(_trees(answer))
    if not trees:
        return write(answer)
    names = frozenset[str]().union(*(variables(tree) for tree in trees))
    columns = [[_value(tree, names, k) for k in range(_POINTS)] for tree in trees]
    if any(None in column for column in columns):
        return write(answer)
    shown = sorted if isinstance(answer, Set) else list
    return f"{type(answer).__name__} " + " ".join(shown([",".join(f"{v:.9e}" for v in c) for c in columns]))


def _trees(answer: Answer) -> Iterator[Expr]:
    match answer:
        case Scalar(value):
            yield value
        case Vector(entries) | Set(entries):
            yield from entries
        case Matrix(rows):
            yield from (entry for row in rows for entry in row)
        case Equation(left, right):
            yield left if right == ZERO else Add((left, Neg(right)))
        case Points(points) if not any(point.label for point in points):
            yield from (e for point in points for e in point.coordinates)
