"""Determinants of Jacobian matrices, as formulas or at a point."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from grader.answer import Answer, Matrix, Scalar, Shape
from grader.claims import Equal, Weighted
from grader.expr.domain import Domain
from grader.expr.slips import SLIPS, Slip
from grader.expr.tidy import tidy
from grader.expr.tree import ONE, Add, Div, Expr, Mul, Neg, variables
from grader.kinds.base import Given, Givens, Kind, Mistake, Task, Unsolvable, cross_check
from grader.kinds.derivative import along, point_of, there
from grader.kinds.gradient import Rows, slipped
from grader.kinds.jacobian import KIND as JACOBIAN

LARGEST = 3


def _minor(rows: Rows, column: int) -> Rows:
    return tuple((*row[:column], *row[column + 1 :]) for row in rows[1:])


def determinant(rows: Rows, signs: tuple[int, int] = (1, -1)) -> Expr:
    """The determinant, expanded along the first row; with other signs what a slip in them gives."""
    if len(rows) == 1:
        return rows[0][0]
    terms = (Mul((e, determinant(_minor(rows, j), signs))) for j, e in enumerate(rows[0]))
    return Add(tuple(term if signs[j % 2] > 0 else Neg(term) for j, term in enumerate(terms)))


def _solve(given: Givens, domain: Domain, policy: Mapping[str, str]) -> Answer:
    found = JACOBIAN.solve(given, domain, {})
    assert isinstance(found, Matrix)
    rows = found.rows
    if len(rows) != len(rows[0]) or not 2 <= len(rows) <= LARGEST:
        raise Unsolvable(f"a determinant needs as many functions as variables, 2 to {LARGEST}")
    ours = tidy(determinant(rows))
    theirs = _by_sympy(rows, domain)
    cross_check(ours, theirs, domain.including(variables(ours) | variables(theirs)))
    return Scalar(theirs)


def _by_sympy(rows: Rows, domain: Domain) -> Expr:
    from sympy import Matrix as SymPyMatrix
    from sympy import simplify

    from grader.expr.symbolic import from_sympy, to_sympy

    box = domain.including({name for row in rows for e in row for name in variables(e)})
    matrix = SymPyMatrix([[to_sympy(e, box) for e in row] for row in rows])
    return tidy(from_sympy(simplify(matrix.det())))


def _claims(task: Task, answer: Answer) -> tuple[Weighted, ...]:
    assert isinstance(task.reference, Scalar) and isinstance(answer, Scalar)
    domain = task.domain.including(set(JACOBIAN.variables(task.given)))
    return (Weighted("the determinant", Equal(task.reference.value, answer.value, domain, task.accept)),)


# Mistakes -----------------------------------------------------------------------------------

Wrong = Callable[[Rows], Iterable[Expr]]
"""Of the Jacobian as formulas: wrong determinants."""


def _rows(task: Task) -> Rows:
    wanted = JACOBIAN.variables(task.given)
    return tuple(tuple(along(f, (x,)) for x in wanted) for f in task.expressions("f"))


def _answers(task: Task, found: Iterable[Expr]) -> tuple[Answer, ...]:
    point = point_of(task.given, JACOBIAN.variables(task.given))
    return tuple(Scalar(there(tidy(e), point)) for e in found)


def _mistake(name: str, wrong: Wrong, feedback: str, rule: str = "") -> Mistake:
    return Mistake(name, lambda task: _answers(task, wrong(_rows(task))), feedback, rule)


def _by_slip(slip: Slip) -> Mistake:
    def answers(task: Task) -> tuple[Answer, ...]:
        wanted = JACOBIAN.variables(task.given)
        n = len(wanted)
        flat = slipped(tuple((f, (x,)) for f in task.expressions("f") for x in wanted), slip)
        found = (determinant(tuple(entries[i : i + n] for i in range(0, n * n, n))) for entries in flat)
        return _answers(task, found)

    return Mistake(slip.name, answers, slip.feedback, slip.catalogue)


def _diagonal(rows: Rows) -> Iterable[Expr]:
    yield Mul(tuple(rows[i][i] for i in range(len(rows))))


def _other_diagonal(rows: Rows) -> Iterable[Expr]:
    yield Mul(tuple(rows[i][-1 - i] for i in range(len(rows))))


def _trace(rows: Rows) -> Iterable[Expr]:
    yield Add(tuple(rows[i][i] for i in range(len(rows))))


def _inverted(rows: Rows) -> Iterable[Expr]:
    yield Div(ONE, determinant(rows))


def _not_evaluated(task: Task) -> tuple[Answer, ...]:
    formula = tidy(determinant(_rows(task)))
    wanted = JACOBIAN.variables(task.given)
    if point_of(task.given, wanted) is None or not variables(formula):
        return ()
    return (Scalar(formula),)


KIND = Kind(
    name="jacobian_determinant",
    title="Determinant of a Jacobian matrix",
    example={
        "f": '["k x^2 y", "x + y^2"]',
        "variables": "[x, y]",
    },
    givens={
        "f": Given("expressions", "the component functions in order, as many as variables"),
        "variables": Given("variables", "the variables in order; alphabetical if absent", required=False),
        "at": Given("point", "where the determinant is wanted; without it the answer is a formula", required=False),
    },
    shape=lambda given, policy: Shape("scalar"),
    solve=_solve,
    claims=_claims,
    variables=JACOBIAN.variables,
    asked=lambda given: ("det J", "det(J)", "|J|", "J", "det J_F", "det(J_F)", "det DF"),
    mistakes=(
        _mistake(
            "sign-reversed",
            lambda rows: (Neg(determinant(rows)),),
            "The size is right. Which product comes first in a determinant, and what is the order of the variables?",
        ),
        _mistake(
            "products-added",
            lambda rows: (determinant(rows, (1, 1)),),
            "Look again at the signs between the products of a determinant.",
        ),
        _mistake("diagonal-alone", _diagonal, "A determinant has more products than the one along the diagonal."),
        _mistake("other-diagonal-alone", _other_diagonal, "A determinant has a product along each diagonal."),
        _mistake("trace", _trace, "That is the sum of the diagonal, the trace."),
        _mistake("inverted", _inverted, "Is that the determinant of this map, or of its inverse?"),
        Mistake(
            "not-evaluated",
            _not_evaluated,
            "You have the determinant as a formula; the question asks for it at one point.",
            "P07",
        ),
        *(_by_slip(slip) for slip in SLIPS.values()),
    ),
)
