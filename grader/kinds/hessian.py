"""Hessian matrices, as formulas or at a point."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from grader.answer import Answer, Matrix, Shape
from grader.claims import EqualArrays, Weighted
from grader.expr.domain import Domain
from grader.expr.slips import SLIPS, Slip
from grader.expr.tidy import tidy
from grader.expr.tree import TWO, ZERO, Div, Expr, Mul, Neg, Pow, variables
from grader.kinds.base import Given, Givens, Kind, Mistake, Task, expression
from grader.kinds.derivative import along, checked, point_of, there, variables_of
from grader.kinds.gradient import Rows, rows_of, slipped


def _symmetric(wanted: tuple[str, ...], entry: Callable[[int, int], Expr]) -> Rows:
    """The symmetric matrix with these entries on and above the diagonal."""
    n = len(wanted)
    above = {(i, j): entry(i, j) for i in range(n) for j in range(i, n)}
    return tuple(tuple(above[min(i, j), max(i, j)] for j in range(n)) for i in range(n))


def _solve(given: Givens, domain: Domain, policy: Mapping[str, str]) -> Answer:
    f, wanted = expression(given, "f"), variables_of(given)
    point = point_of(given, wanted)
    # Formulas have continuous second derivatives off their kinks, so one order of the variables is enough.
    return Matrix(_symmetric(wanted, lambda i, j: checked(f, (wanted[i], wanted[j]), domain, point)))


def _claims(task: Task, answer: Answer) -> tuple[Weighted, ...]:
    reference = rows_of(task.reference, ())
    domain = task.domain.including(set(variables_of(task.given)))
    claim = EqualArrays(reference, rows_of(answer, reference), domain, "strict", task.accept)
    return (Weighted("the matrix", claim),)


def _asked(given: Givens) -> tuple[str, ...]:
    arguments = ", ".join(variables_of(given))
    return tuple(f"{name}{suffix}" for name in ("H", "H_f", "Hf", "D^2f") for suffix in ("", f"({arguments})"))


# Mistakes -----------------------------------------------------------------------------------

Wrong = Callable[[Expr, tuple[str, ...]], Iterable[Rows]]
"""Of the function and its variables: wrong matrices as formulas."""


def _mistake(name: str, wrong: Wrong, feedback: str, rule: str = "") -> Mistake:
    """A mistake in the formulas, evaluated where the problem asks for values."""

    def answers(task: Task) -> tuple[Answer, ...]:
        wanted = variables_of(task.given)
        point = point_of(task.given, wanted)
        found = (
            tuple(tuple(there(e, point) for e in row) for row in rows) for rows in wrong(task.expression("f"), wanted)
        )
        return tuple(Matrix(rows) for rows in dict.fromkeys(found))

    return Mistake(name, answers, feedback, rule)


def _hessian(f: Expr, wanted: tuple[str, ...]) -> Rows:
    return _symmetric(wanted, lambda i, j: along(f, (wanted[i], wanted[j])))


def _by_slip(slip: Slip) -> Mistake:
    def wrong(f: Expr, wanted: tuple[str, ...]) -> Iterable[Rows]:
        places = [(i, j) for i in range(len(wanted)) for j in range(i, len(wanted))]

        def filled(flat: tuple[Expr, ...]) -> Rows:
            entries = dict(zip(places, flat, strict=True))
            return _symmetric(wanted, lambda i, j: entries[i, j])

        return map(filled, slipped(tuple((f, (wanted[i], wanted[j])) for i, j in places), slip))

    return _mistake(slip.name, wrong, slip.feedback, slip.catalogue)


def _with_mixed(change: Callable[[Expr], Expr]) -> Wrong:
    """The right matrix with every mixed entry changed."""

    def wrong(f: Expr, wanted: tuple[str, ...]) -> Iterable[Rows]:
        right = _hessian(f, wanted)
        yield _symmetric(wanted, lambda i, j: right[i][j] if i == j else tidy(change(right[i][j])))

    return wrong


def _squared(f: Expr, wanted: tuple[str, ...]) -> Iterable[Rows]:
    right, first = _hessian(f, wanted), [along(f, (x,)) for x in wanted]
    yield _symmetric(wanted, lambda i, j: tidy(Pow(first[i], TWO)) if i == j else right[i][j])


def _mixed_as_product(f: Expr, wanted: tuple[str, ...]) -> Iterable[Rows]:
    right, first = _hessian(f, wanted), [along(f, (x,)) for x in wanted]
    yield _symmetric(wanted, lambda i, j: right[i][j] if i == j else tidy(Mul((first[i], first[j]))))
    yield _symmetric(wanted, lambda i, j: tidy(Mul((first[i], first[j]))))


def _diagonal_reversed(f: Expr, wanted: tuple[str, ...]) -> Iterable[Rows]:
    right = _hessian(f, wanted)
    yield _symmetric(wanted, lambda i, j: right[-1 - i][-1 - i] if i == j else right[i][j])


def _first_derivatives(f: Expr, wanted: tuple[str, ...]) -> Iterable[Rows]:
    right = _hessian(f, wanted)
    yield _symmetric(wanted, lambda i, j: along(f, (wanted[i],)) if i == j else right[i][j])


def _not_evaluated(task: Task) -> tuple[Answer, ...]:
    wanted = variables_of(task.given)
    formulas = _hessian(task.expression("f"), wanted)
    if point_of(task.given, wanted) is None or not any(variables(e) for row in formulas for e in row):
        return ()
    return (Matrix(formulas),)


KIND = Kind(
    name="hessian",
    title="Hessian matrix",
    example={
        "f": '"k x^2 y + y^3 + 5 x"',
        "variables": "[x, y]",
    },
    givens={
        "f": Given("expression", "the function"),
        "variables": Given("variables", "the variables in order; alphabetical if absent", required=False),
        "at": Given("point", "where the matrix is wanted; without it the answer is a formula", required=False),
    },
    shape=lambda given, policy: Shape("matrix"),
    solve=_solve,
    claims=_claims,
    variables=variables_of,
    asked=_asked,
    mistakes=(
        _mistake("squared-first-derivatives", _squared, "Differentiate twice instead of squaring once.", "P09"),
        _mistake(
            "mixed-missing",
            _with_mixed(lambda e: ZERO),
            "Are the off-diagonal entries really zero: does the slope in one direction change along the other?",
            "P10",
        ),
        _mistake(
            "mixed-halved",
            _with_mixed(lambda e: Div(e, TWO)),
            "Compute a mixed second derivative directly instead of reading it off the coefficient.",
            "P11",
        ),
        _mistake(
            "mixed-doubled",
            _with_mixed(lambda e: Mul((TWO, e))),
            "Each mixed derivative has a place of its own on either side of the diagonal; how often did you count it?",
        ),
        _mistake(
            "mixed-as-product",
            _mixed_as_product,
            "A mixed derivative is one derivative after another, not a product of two.",
            "P12",
        ),
        _mistake(
            "diagonal-out-of-order",
            _diagonal_reversed,
            "The entries are there; compare the order of the variables with the question.",
            "P05",
        ),
        _mistake(
            "first-derivatives-on-diagonal",
            _first_derivatives,
            "On the diagonal you have stopped after one derivative.",
            "D31",
        ),
        Mistake(
            "not-evaluated",
            _not_evaluated,
            "You have the matrix as formulas; the question asks for it at one point.",
            "P07",
        ),
        _mistake(
            "mixed-sign",
            _with_mixed(Neg),
            "The size of the mixed entries is right; check their sign.",
            "D41",
        ),
        *(_by_slip(slip) for slip in SLIPS.values()),
    ),
)
