"""An expression, or several in order, that the author knows how to compute; with equations that it has to fulfil.

For questions that no other kind puts.  The mistakes belong to the problem, which says them in ``mistakes:``.
"""

from __future__ import annotations

from collections.abc import Mapping

from grader.answer import Answer, Scalar, Shape, Vector
from grader.claims import Equal, EqualArrays, Weighted
from grader.decide import settle
from grader.expr.domain import Domain
from grader.expr.tidy import tidy
from grader.expr.tree import ZERO, Expr, substitute, variables
from grader.kinds.base import Given, Givens, Kind, Task, Unsolvable, expressions, names
from grader.kinds.gradient import rows_of

_MOST = 4


def _entries(given: Givens) -> tuple[Expr, ...]:
    return expressions(given, "answer")


def _variables(given: Givens) -> tuple[str, ...]:
    declared = names(given, "variables")
    return declared or tuple(sorted({name for e in _entries(given) for name in variables(e)}))


def _solve(given: Givens, domain: Domain, policy: Mapping[str, str]) -> Answer:
    entries = tuple(tidy(e) for e in _entries(given))
    if not 1 <= len(entries) <= _MOST:
        raise Unsolvable(f"one to {_MOST} expressions can be asked")
    unknowns = names(given, "unknowns")
    if unknowns and len(unknowns) != len(entries):
        raise Unsolvable("there have to be as many unknowns as entries of the answer")
    values = dict(zip(unknowns, entries, strict=False))
    for equation in expressions(given, "check"):
        left = tidy(substitute(equation, values))
        box = domain.including(variables(left))
        finding = settle(Equal(ZERO, left, box))
        if not finding.right:
            raise Unsolvable(f"a check is not fulfilled: {finding.evidence}")
    return Scalar(entries[0]) if len(entries) == 1 else Vector(entries)


def _claims(task: Task, answer: Answer) -> tuple[Weighted, ...]:
    domain = task.domain.including(set(_variables(task.given)))
    if isinstance(task.reference, Scalar):
        assert isinstance(answer, Scalar)
        return (Weighted("the expression", Equal(task.reference.value, answer.value, domain, task.accept)),)
    rows = rows_of(task.reference, ())
    return (Weighted("the entries", EqualArrays(rows, rows_of(answer, rows), domain, "free", task.accept)),)


def _shape(given: Givens, policy: Mapping[str, str]) -> Shape:
    count = len(_entries(given))
    return Shape("scalar") if count == 1 else Shape("vector", count)


KIND = Kind(
    name="expression",
    title="Expression",
    example={"answer": '"k x^2"', "variables": "x"},
    givens={
        "answer": Given("expressions", "the right answer, or its entries in order"),
        "variables": Given("variables", "what the answer may depend on; its own variables if absent", required=False),
        "check": Given(
            "expressions",
            "expressions in the `unknowns` that are zero when the answer is put in for them",
            required=False,
        ),
        "unknowns": Given("variables", "what `check` calls the entries of the answer", required=False),
    },
    shape=_shape,
    solve=_solve,
    claims=_claims,
    variables=_variables,
    mistakes=(),
)
