"""The vector chain rule on numbers: the derivative of a composition from the matrices of its two maps.

In numerator layout (rows are functions, the Jacobian) the matrix of ``f(g(x))`` is the product
"outer times inner"; in denominator layout (rows are variables, dz/dx) it is "inner times outer".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from grader.answer import Answer, Matrix, Shape
from grader.claims import EqualArrays, Weighted
from grader.expr.domain import Domain
from grader.expr.tidy import tidy
from grader.expr.tree import Add, Expr, Mul, rational, rational_value
from grader.kinds.base import Given, Givens, Kind, Mistake, Policy, Task, Unsolvable, matrix
from grader.kinds.gradient import Rows, rows_of

LARGEST = 5


def _factors(given: Givens, policy: Mapping[str, str]) -> tuple[Rows, Rows]:
    """The two matrices in the order in which they are multiplied."""
    outer, inner = matrix(given, "outer"), matrix(given, "inner")
    return (inner, outer) if policy.get("layout") == "denominator" else (outer, inner)


def _folded(e: Expr) -> Expr:
    q = rational_value(e)
    return tidy(e) if q is None else rational(q)


def _product(a: Rows, b: Rows) -> Rows | None:
    """None where the inner sizes differ."""
    if len(a[0]) != len(b):
        return None
    return tuple(
        tuple(_folded(Add(tuple(Mul((row[k], b[k][j])) for k in range(len(b))))) for j in range(len(b[0]))) for row in a
    )


def _transposed(rows: Rows) -> Rows:
    return tuple(zip(*rows, strict=True))


def _solve(given: Givens, domain: Domain, policy: Mapping[str, str]) -> Answer:
    first, second = _factors(given, policy)
    if max(len(first), len(first[0]), len(second), len(second[0])) > LARGEST:
        raise Unsolvable(f"matrices beyond {LARGEST} rows or columns are not asked")
    product = _product(first, second)
    if product is None:
        raise Unsolvable(
            f"a {len(first)} x {len(first[0])} and a {len(second)} x {len(second[0])} matrix have no product"
        )
    return Matrix(product)


def _claims(task: Task, answer: Answer) -> tuple[Weighted, ...]:
    reference = rows_of(task.reference, ())
    claim = EqualArrays(reference, rows_of(answer, reference), task.domain, "strict", task.accept)
    return (Weighted("the matrix", claim),)


# Mistakes -----------------------------------------------------------------------------------

Wrong = Callable[[Rows, Rows], Iterable[Rows | None]]
"""Of the two factors in their right order: wrong matrices, None where sizes do not allow one."""


def _mistake(name: str, wrong: Wrong, feedback: str, rule: str = "") -> Mistake:
    def answers(task: Task) -> tuple[Answer, ...]:
        right = rows_of(task.reference, ())
        found = wrong(*_factors(task.given, task.policy))
        return tuple(Matrix(rows) for rows in found if rows is not None and rows != right)

    return Mistake(name, answers, feedback, rule)


def _reversed_order(a: Rows, b: Rows) -> Iterable[Rows | None]:
    yield _product(b, a)


def _transpose(a: Rows, b: Rows) -> Iterable[Rows | None]:
    product = _product(a, b)
    yield None if product is None else _transposed(product)


def _one_transposed(a: Rows, b: Rows) -> Iterable[Rows | None]:
    yield _product(_transposed(a), b)
    yield _product(a, _transposed(b))
    yield _product(b, _transposed(a))
    yield _product(_transposed(b), a)


def _entry_by_entry(combine: Callable[[tuple[Expr, Expr]], Expr]) -> Wrong:
    def wrong(a: Rows, b: Rows) -> Iterable[Rows | None]:
        if len(a) == len(b) and len(a[0]) == len(b[0]):
            yield tuple(
                tuple(_folded(combine((x, y))) for x, y in zip(row, other, strict=True))
                for row, other in zip(a, b, strict=True)
            )

    return wrong


def _first_terms(a: Rows, b: Rows) -> Iterable[Rows | None]:
    """One path of the sum alone."""
    for k in range(len(b)) if len(b) > 1 else ():
        yield tuple(tuple(_folded(Mul((row[k], b[k][j]))) for j in range(len(b[0]))) for row in a)


KIND = Kind(
    name="chain_of_jacobians",
    title="Vector chain rule with matrices of numbers",
    givens={
        "outer": Given("matrix", "the matrix of the map applied last, in the layout of the question"),
        "inner": Given("matrix", "the matrix of the map applied first, in the layout of the question"),
    },
    shape=lambda given, policy: Shape("matrix"),
    solve=_solve,
    claims=_claims,
    variables=lambda given: (),
    asked=lambda given: ("J", "J_h", "Dh", "dz/dx", "dh/dx"),
    policies={
        "layout": Policy(
            ("numerator", "denominator"),
            "numerator: rows are functions, outer times inner; denominator: rows are variables, inner times outer",
        )
    },
    mistakes=(
        _mistake(
            "order-of-factors",
            _reversed_order,
            "Matrices do not commute: which map is applied first, and where does its matrix stand in this layout?",
            "X12",
        ),
        _mistake("transposed", _transpose, "Compare rows and columns with the layout that is asked.", "P13"),
        _mistake(
            "one-factor-transposed",
            _one_transposed,
            "Use both matrices as they are given: they have the same layout as the answer.",
        ),
        _mistake(
            "entry-by-entry",
            _entry_by_entry(Mul),
            "Each entry of a composition sums over all the values in between.",
        ),
        _mistake("matrices-added", _entry_by_entry(Add), "How do the rates of two maps in a row combine?"),
        _mistake(
            "one-path-alone",
            _first_terms,
            "Every value in between carries a share; have you added all of them?",
            "P16",
        ),
    ),
)
