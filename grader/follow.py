"""Follow-through: whether a wrong answer is right for what the student answered before.

The earlier answer takes the place of one of the givens, the reference is found anew, and the
answer is held against it once.  What the student answered before is data: it is read by the
same parser and put into the question as a tree.
"""

from __future__ import annotations

from grader import kinds
from grader.answer import Answer, Equation, Points, Scalar, Set, Vector, read
from grader.bank.instance import Instance, declared_names
from grader.decide import settle
from grader.errors import StudentError
from grader.expr.parse import Names
from grader.expr.tree import Variable
from grader.kinds.base import GivenType, GivenValue, Task
from grader.records import replace


def follows(instance: Instance, typed: str, earlier: Instance, typed_earlier: str) -> bool:
    """Whether the answer is right once the earlier answer has taken the place of its given."""
    assert instance.follow is not None
    kind = kinds.load(instance.kind)
    answer, before = _read(instance, typed), _read(earlier, typed_earlier)
    if answer is None or before is None:
        return False
    value = _as_given(before, kind.givens[instance.follow.given].type)
    if value is None:
        return False
    task = instance.task
    given = {**task.given, instance.follow.given: value}
    try:
        reference = kind.solve(given, task.domain, task.policy)
    except Exception:
        # Somebody's wrong answer need not make a question that has an answer, nor one that this
        # kind was made for: then there is nothing to follow.
        return False
    followed: Task = replace(task, given=given, reference=reference)
    claims = kind.claims(followed, answer)
    return bool(claims) and all(settle(weighted.claim).right for weighted in claims)


def _read(instance: Instance, typed: str) -> Answer | None:
    kind, task = kinds.load(instance.kind), instance.task
    shape = kind.shape(task.given, task.policy)
    names = Names(declared_names(kind, task.given, task.domain), free=shape.free_names)
    try:
        return read(typed, shape, names, asked=kind.asked(task.given)).answer
    except StudentError:
        return None


def _as_given(answer: Answer, wanted: GivenType) -> GivenValue | None:
    """The earlier answer as a given of this type; None when it cannot be one."""
    match answer, wanted:
        case Scalar(value), "expression" | "number":
            return value
        case Equation(left, right), "expression" if isinstance(left, Variable):
            return right
        case Vector(entries), "expressions" | "point":
            return entries
        case Set((value,)), "expression" | "number":
            return value
        case Points((point,)), "expressions" | "point":
            return point.coordinates
    return None
