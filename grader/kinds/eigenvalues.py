"""The eigenvalues of a Hessian matrix, each named once or as often as it occurs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from grader.answer import Answer, Set, Shape
from grader.claims import Point, SamePoints, Weighted
from grader.expr.canonical import is_zero
from grader.expr.domain import Domain
from grader.expr.tidy import tidy
from grader.expr.tree import TWO, Add, Apply, Div, Expr, Mul, Neg, Pow, rational
from grader.kinds.base import Givens, Kind, Mistake, Task, Unsolvable
from grader.kinds.definiteness import characteristic, hessian_numbers, sign
from grader.kinds.derivative import variables_of
from grader.kinds.directional_derivative import short
from grader.kinds.gradient import Rows
from grader.kinds.hessian import KIND as HESSIAN


def _solve(given: Givens, domain: Domain, policy: Mapping[str, str]) -> Answer:
    return Set(tuple(dict.fromkeys(_eigenvalues(hessian_numbers(given, domain, policy)))))


def _eigenvalues(rows: Rows) -> tuple[Expr, ...]:
    """SymPy's eigenvalues, proved: the polynomial with these roots is the characteristic polynomial, found by us."""
    from sympy import Matrix

    from grader.expr.symbolic import from_sympy, to_sympy

    polynomial = characteristic(rows)
    found = Matrix([[to_sympy(e) for e in row] for row in rows]).eigenvals(multiple=True)
    try:
        values = tuple(tidy(from_sympy(value)) for value in found)
    except (ValueError, TypeError) as reason:
        raise Unsolvable("the eigenvalues have no closed form") from reason
    if len(values) != len(rows) or not _same(_product(values), polynomial):
        raise Unsolvable("two methods disagree about the eigenvalues")
    return values


def _product(roots: tuple[Expr, ...]) -> tuple[Expr, ...]:
    """The coefficients of the polynomial with these roots, from the highest power down."""
    made: tuple[Expr, ...] = (rational(1),)
    for root in roots:
        lower = (rational(0), *(Mul((Neg(root), c)) for c in made))
        made = tuple(Add((a, b)) for a, b in zip((*made, rational(0)), lower, strict=True))
    return made


def _same(a: tuple[Expr, ...], b: tuple[Expr, ...]) -> bool:
    return all(is_zero(tidy(Add((x, Neg(y)))), Domain()) for x, y in zip(a, b, strict=True))


def _points(values: Iterable[Expr]) -> tuple[Point, ...]:
    return tuple(Point((value,)) for value in values)


def _claims(task: Task, answer: Answer) -> tuple[Weighted, ...]:
    assert isinstance(task.reference, Set) and isinstance(answer, Set)
    claim = SamePoints(_points(task.reference.elements), _points(answer.elements), task.domain)
    return (Weighted("the eigenvalues", claim),)


# Mistakes -----------------------------------------------------------------------------------

Wrong = Callable[[Rows, tuple[Expr, ...]], Iterable[Iterable[Expr]]]
"""Of the matrix and its eigenvalues: wrong sets of numbers."""


def _mistake(name: str, wrong: Wrong, feedback: str, rule: str = "") -> Mistake:
    def answers(task: Task) -> tuple[Answer, ...]:
        assert isinstance(task.reference, Set)
        right = task.reference.elements
        rows = hessian_numbers(task.given, task.domain, {})
        found = (tuple(dict.fromkeys(tidy(e) for e in values)) for values in wrong(rows, right))
        return tuple(Set(values) for values in found if not _same_set(values, right))

    return Mistake(name, answers, feedback, rule)


def _same_set(a: tuple[Expr, ...], b: tuple[Expr, ...]) -> bool:
    def covered(these: tuple[Expr, ...], those: tuple[Expr, ...]) -> bool:
        return all(any(is_zero(tidy(Add((x, Neg(y)))), Domain()) for y in those) for x in these)

    return covered(a, b) and covered(b, a)


def _diagonal(rows: Rows, right: tuple[Expr, ...]) -> Iterable[Iterable[Expr]]:
    yield (rows[i][i] for i in range(len(rows)))


def _negated(rows: Rows, right: tuple[Expr, ...]) -> Iterable[Iterable[Expr]]:
    yield (Neg(e) for e in right)


def _halved(rows: Rows, right: tuple[Expr, ...]) -> Iterable[Iterable[Expr]]:
    yield (Div(e, TWO) for e in right)


def _one_lost(rows: Rows, right: tuple[Expr, ...]) -> Iterable[Iterable[Expr]]:
    if len(right) > 1:
        for lost in right:
            yield (e for e in right if e is not lost)


def _by_formula(top: Callable[[Expr, Expr], Expr], halve: bool = True) -> Wrong:
    """The formula for quadratics with a slip: ``top`` is what stands under the root, of trace and determinant."""

    def wrong(rows: Rows, right: tuple[Expr, ...]) -> Iterable[Iterable[Expr]]:
        if len(rows) != 2:
            return
        trace = Add((rows[0][0], rows[1][1]))
        determinant = Add((Mul((rows[0][0], rows[1][1])), Neg(Mul((rows[0][1], rows[1][0])))))
        under = tidy(top(trace, determinant))
        if sign(under) < 0:
            return
        root = Apply("sqrt", (under,))
        values = (Add((trace, root)), Add((trace, Neg(root))))
        yield tuple(short(Div(value, TWO) if halve else value) for value in values)

    return wrong


def _under(trace: Expr, determinant: Expr, factor: int) -> Expr:
    return Add((Pow(trace, TWO), Mul((rational(factor), determinant))))


def _invariants(rows: Rows, right: tuple[Expr, ...]) -> Iterable[Iterable[Expr]]:
    if len(rows) == 2:
        polynomial = characteristic(rows)
        yield (Neg(polynomial[1]), polynomial[2])


KIND = Kind(
    name="eigenvalues",
    title="Eigenvalues of a Hessian matrix",
    example={
        "f": '"k x^2 + x y + k y^2"',
        "variables": "[x, y]",
    },
    givens=HESSIAN.givens,
    shape=lambda given, policy: Shape("set"),
    solve=_solve,
    claims=_claims,
    variables=variables_of,
    asked=lambda given: ("lambda", "λ", "\\lambda"),
    mistakes=(
        _mistake(
            "diagonal-entries",
            _diagonal,
            "The diagonal entries are eigenvalues only when the entries beside the diagonal are zero.",
            "O13",
        ),
        _mistake("signs-reversed", _negated, "Put one of your values into the characteristic equation."),
        _mistake(
            "half-the-hessian",
            _halved,
            "Is that the matrix of the quadratic form, or the matrix of second derivatives?",
        ),
        _mistake("eigenvalue-lost", _one_lost, "The characteristic equation has more than this root."),
        _mistake(
            "not-halved",
            _by_formula(lambda trace, determinant: _under(trace, determinant, -4), halve=False),
            "What is the denominator in the formula for the roots of a quadratic?",
        ),
        _mistake(
            "plus-under-the-root",
            _by_formula(lambda trace, determinant: _under(trace, determinant, 4)),
            "Check the sign under the root in the formula for a quadratic.",
        ),
        _mistake(
            "four-forgotten",
            _by_formula(lambda trace, determinant: _under(trace, determinant, -1)),
            "Look at the factor of the constant term under the root in the formula for a quadratic.",
        ),
        _mistake(
            "trace-and-determinant",
            _invariants,
            "Trace and determinant are the sum and the product of the eigenvalues, not the eigenvalues.",
        ),
    ),
)
