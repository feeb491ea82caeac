"""Whether a variant is fit to be asked: its reference exists, and no typical mistake gives it."""

from __future__ import annotations

from fractions import Fraction

from grader.answer import Answer, Matrix, Points, Scalar, Set, Vector
from grader.expr.domain import Domain, Interval
from grader.expr.tree import Expr
from grader.expr.tree import variables as variables_of
from grader.kinds.base import Kind, Mistake, Task


def cannot_show(kind: Kind, task: Task, mistake: Mistake) -> bool:
    """Whether the mistake leads to the right answer.  One with several outcomes shows as long as
    one of them is wrong."""
    wrong = mistake.wrong(task)
    return bool(wrong) and all(equals_reference(kind, task, answer) for answer in wrong)


def equals_reference(kind: Kind, task: Task, wrong: Answer) -> bool:
    """Whether a wrong answer would be graded right."""
    from grader.decide import WITHOUT_ALGEBRA, settle

    # A wrong answer is refuted at once; one that only SymPy could tell from the reference is not the same answer.
    return all(settle(weighted.claim, WITHOUT_ALGEBRA).right for weighted in kind.claims(task, wrong))


def is_defined(reference: Answer, domain: Domain) -> bool:
    """Whether every entry of the reference has a real value somewhere on the domain."""
    return all(_defined_somewhere(e, domain) for e in _parts(reference))


def _parts(answer: Answer) -> tuple[Expr, ...]:
    match answer:
        case Scalar(value):
            return (value,)
        case Vector(entries):
            return entries
        case Matrix(rows):
            return tuple(entry for row in rows for entry in row)
        case Set(elements):
            return elements
        case Points(points):
            return tuple(coordinate for point in points for coordinate in point.coordinates)
        case _:
            return ()


def _defined_somewhere(e: Expr, domain: Domain) -> bool:
    """Whether any of a few points well spread over the domain gives the expression a real value."""
    from grader.expr.balls import Undefined, arb_of, enclose, precision

    names = sorted(variables_of(e))
    with precision(64):
        for i in range(24 if names else 1):
            point = {name: arb_of(_spread(domain[name], i, k)) for k, name in enumerate(names)}
            try:
                enclose(e, point)
            except Undefined:
                continue
            return True
    return False


def _spread(interval: Interval, i: int, k: int) -> Fraction:
    """The i-th point of an interval for the k-th variable: additive recurrences by quadratic
    irrationals fill a box evenly, and rational steps close to them will do."""
    step = (Fraction(377, 610), Fraction(408, 985), Fraction(351, 1351), Fraction(265, 989))[k % 4]
    share = (Fraction(1, 3) + (i + 1) * step) % 1
    low, high = interval.low, interval.high
    if low is None:
        low = Fraction(-4) if high is None else high - 8
    return low + (8 if high is None else high - low) * share
