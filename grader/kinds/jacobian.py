"""Jacobian matrices in either layout, as formulas or at a point."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from grader.answer import Answer, Matrix, Shape
from grader.claims import EqualArrays, Weighted
from grader.expr.domain import Domain
from grader.expr.slips import SLIPS, Slip
from grader.expr.tidy import tidy
from grader.expr.tree import ZERO, Expr, Neg, variables
from grader.kinds.base import Given, Givens, Kind, Mistake, Policy, Task, Unsolvable, expressions, names
from grader.kinds.derivative import along, checked, point_of, there
from grader.kinds.gradient import Rows, rows_of, slipped


def _variables(given: Givens) -> tuple[str, ...]:
    found: set[str] = set()
    for f in expressions(given, "f"):
        found |= variables(f)
    return names(given, "variables") or tuple(sorted(found))


def _laid_out(rows: Rows, layout: str) -> Rows:
    """Rows over the functions as they come; in denominator layout rows over the variables."""
    return tuple(zip(*rows, strict=True)) if layout == "denominator" else rows


def _layout(policy: Mapping[str, str]) -> str:
    return policy.get("layout", "numerator")


def _solve(given: Givens, domain: Domain, policy: Mapping[str, str]) -> Answer:
    wanted = _variables(given)
    point = point_of(given, wanted)
    functions = expressions(given, "f")
    if not functions or not wanted:
        raise Unsolvable("a Jacobian needs at least one function and one variable")
    rows = tuple(tuple(checked(f, (x,), domain, point) for x in wanted) for f in functions)
    return Matrix(_laid_out(rows, _layout(policy)))


def _claims(task: Task, answer: Answer) -> tuple[Weighted, ...]:
    reference = rows_of(task.reference, ())
    domain = task.domain.including(set(_variables(task.given)))
    claim = EqualArrays(reference, rows_of(answer, reference), domain, "strict", task.accept)
    return (Weighted("the matrix", claim),)


def _asked(given: Givens) -> tuple[str, ...]:
    arguments = ", ".join(_variables(given))
    found = tuple(f"{name}{suffix}" for name in ("J", "J_f", "J_F", "Df", "DF") for suffix in ("", f"({arguments})"))
    return (*found, "dy/dx", "df/dx")


# Mistakes -----------------------------------------------------------------------------------

Wrong = Callable[[tuple[Expr, ...], tuple[str, ...]], Iterable[Rows]]
"""Of the functions and their variables: wrong matrices with rows over the functions."""


def _mistake(name: str, wrong: Wrong, feedback: str, rule: str = "") -> Mistake:
    """A mistake in the formulas, laid out as asked and evaluated where values are asked."""

    def answers(task: Task) -> tuple[Answer, ...]:
        wanted = _variables(task.given)
        point = point_of(task.given, wanted)
        found = (
            tuple(tuple(there(e, point) for e in row) for row in rows) for rows in wrong(task.expressions("f"), wanted)
        )
        return tuple(Matrix(_laid_out(rows, _layout(task.policy))) for rows in dict.fromkeys(found))

    return Mistake(name, answers, feedback, rule)


def _jacobian(functions: tuple[Expr, ...], wanted: tuple[str, ...]) -> Rows:
    return tuple(tuple(along(f, (x,)) for x in wanted) for f in functions)


def _by_slip(slip: Slip) -> Mistake:
    def wrong(functions: tuple[Expr, ...], wanted: tuple[str, ...]) -> Iterable[Rows]:
        n = len(wanted)
        for flat in slipped(tuple((f, (x,)) for f in functions for x in wanted), slip):
            yield tuple(flat[i : i + n] for i in range(0, len(flat), n))

    return _mistake(slip.name, wrong, slip.feedback, slip.catalogue)


def _functions_reversed(functions: tuple[Expr, ...], wanted: tuple[str, ...]) -> Iterable[Rows]:
    if len(functions) > 1:
        yield _jacobian(functions, wanted)[::-1]


def _variables_reversed(functions: tuple[Expr, ...], wanted: tuple[str, ...]) -> Iterable[Rows]:
    if len(wanted) > 1:
        yield tuple(row[::-1] for row in _jacobian(functions, wanted))


def _diagonal_only(functions: tuple[Expr, ...], wanted: tuple[str, ...]) -> Iterable[Rows]:
    yield tuple(
        tuple(e if i == j else ZERO for j, e in enumerate(row)) for i, row in enumerate(_jacobian(functions, wanted))
    )


def _one_sign(functions: tuple[Expr, ...], wanted: tuple[str, ...]) -> Iterable[Rows]:
    right = _jacobian(functions, wanted)
    for i, row in enumerate(right):
        for j, e in enumerate(row):
            if e != ZERO:
                yield (*right[:i], (*row[:j], tidy(Neg(e)), *row[j + 1 :]), *right[i + 1 :])


def _not_evaluated(task: Task) -> tuple[Answer, ...]:
    wanted = _variables(task.given)
    formulas = _jacobian(task.expressions("f"), wanted)
    if point_of(task.given, wanted) is None or not any(variables(e) for row in formulas for e in row):
        return ()
    return (Matrix(_laid_out(formulas, _layout(task.policy))),)


KIND = Kind(
    name="jacobian",
    title="Jacobian matrix",
    givens={
        "f": Given("expressions", "the component functions in order"),
        "variables": Given("variables", "the variables in order; alphabetical if absent", required=False),
        "at": Given("point", "where the matrix is wanted; without it the answer is a formula", required=False),
    },
    shape=lambda given, policy: Shape("matrix"),
    solve=_solve,
    claims=_claims,
    variables=_variables,
    asked=_asked,
    policies={
        "layout": Policy(
            ("numerator", "denominator"),
            "numerator: rows are functions, the Jacobian; denominator: rows are variables, dy/dx",
        ),
        "layout_credit": Policy(("0", "1/4", "1/2", "3/4", "1"), "the share of the points that the transpose keeps"),
    },
    mistakes=(
        _mistake(
            "functions-out-of-order",
            _functions_reversed,
            "The entries are there; compare the order of the functions with the question.",
        ),
        _mistake(
            "variables-out-of-order",
            _variables_reversed,
            "The entries are there; compare the order of the variables with the question.",
        ),
        _mistake(
            "diagonal-only",
            _diagonal_only,
            "Each function may depend on every variable: are the other entries really zero?",
        ),
        Mistake(
            "not-evaluated",
            _not_evaluated,
            "You have the matrix as formulas; the question asks for it at one point.",
            "P07",
        ),
        *(_by_slip(slip) for slip in SLIPS.values()),
        _mistake("sign-of-one-entry", _one_sign, "One entry has the right size; check every sign once more.", "D41"),
    ),
)
