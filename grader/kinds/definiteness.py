"""Whether a Hessian matrix is definite, semidefinite or indefinite.

The signs of the eigenvalues come from the characteristic polynomial: all its roots are real, so
Descartes' rule of signs counts them exactly.  No eigenvalue is computed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from grader.answer import Answer, Label, Matrix, Shape
from grader.claims import SameLabel, Weighted
from grader.expr.domain import Domain
from grader.expr.tidy import tidy
from grader.expr.tree import ZERO, Add, Div, Expr, Mul, Neg, rational, variables
from grader.kinds.base import Givens, Kind, Mistake, Task, Unsolvable
from grader.kinds.derivative import variables_of
from grader.kinds.gradient import Rows
from grader.kinds.hessian import KIND as HESSIAN

POSITIVE, NEGATIVE, INDEFINITE = "positive definite", "negative definite", "indefinite"
POSITIVE_SEMI, NEGATIVE_SEMI = "positive semidefinite", "negative semidefinite"
LABELS = (POSITIVE, NEGATIVE, INDEFINITE, POSITIVE_SEMI, NEGATIVE_SEMI)
_OPPOSITE = {POSITIVE: NEGATIVE, NEGATIVE: POSITIVE, POSITIVE_SEMI: NEGATIVE_SEMI, NEGATIVE_SEMI: POSITIVE_SEMI}
_WEAKER = {POSITIVE: POSITIVE_SEMI, NEGATIVE: NEGATIVE_SEMI}
_STRONGER = {weak: strong for strong, weak in _WEAKER.items()}
LARGEST = 4


def hessian_numbers(given: Givens, domain: Domain, policy: Mapping[str, str]) -> Rows:
    """The Hessian matrix as numbers; raises `Unsolvable` where it still depends on the variables."""
    found = HESSIAN.solve(given, domain, policy)
    assert isinstance(found, Matrix)
    if any(variables(e) for row in found.rows for e in row):
        raise Unsolvable("the Hessian depends on where one is; give 'at'")
    if not 2 <= len(found.rows) <= LARGEST:
        raise Unsolvable(f"the function has to have 2 to {LARGEST} variables")
    return found.rows


def characteristic(rows: Rows) -> tuple[Expr, ...]:
    """The coefficients of det(lambda I - A), from the highest power down, by the method of Faddeev and LeVerrier."""
    n = len(rows)
    coefficients: list[Expr] = [rational(1)]
    power: Rows = rows
    for k in range(1, n + 1):
        trace = Add(tuple(power[i][i] for i in range(n)))
        coefficient = tidy(Neg(Div(trace, rational(k))))
        coefficients.append(coefficient)
        shifted = tuple(
            tuple(Add((power[i][j], coefficient)) if i == j else power[i][j] for j in range(n)) for i in range(n)
        )
        power = tuple(
            tuple(tidy(Add(tuple(Mul((rows[i][m], shifted[m][j])) for m in range(n)))) for j in range(n))
            for i in range(n)
        )
    return tuple(coefficients)


def sign(e: Expr) -> int:
    """The sign of a number; raises `Unsolvable` when it is not decided."""
    from grader.expr.balls import Undefined, enclose, precision
    from grader.expr.canonical import is_zero

    if is_zero(e, Domain()):
        return 0
    for bits in (64, 256, 1024):
        with precision(bits):
            try:
                value = enclose(e, {})
            except Undefined:
                break
            if value > 0:
                return 1
            if value < 0:
                return -1
    raise Unsolvable("the sign of a number was not decided")


def _changes(signs: Sequence[int]) -> int:
    kept = [s for s in signs if s]
    return sum(a != b for a, b in zip(kept, kept[1:], strict=False))


def nature(rows: Rows) -> str:
    """What a symmetric matrix of numbers is; raises `Unsolvable` for the zero matrix."""
    signs = [sign(c) for c in characteristic(rows)]
    degree = len(rows)
    positive = _changes(signs)
    zero = next(i for i, s in enumerate(reversed(signs)) if s)
    negative = degree - positive - zero
    if positive and negative:
        return INDEFINITE
    if not positive and not negative:
        raise Unsolvable("the Hessian is zero")
    if positive:
        return POSITIVE_SEMI if zero else POSITIVE
    return NEGATIVE_SEMI if zero else NEGATIVE


def _solve(given: Givens, domain: Domain, policy: Mapping[str, str]) -> Answer:
    return Label(nature(hessian_numbers(given, domain, policy)))


def _claims(task: Task, answer: Answer) -> tuple[Weighted, ...]:
    assert isinstance(task.reference, Label) and isinstance(answer, Label)
    return (Weighted("the nature of the matrix", SameLabel(task.reference.name, answer.name)),)


# Mistakes -----------------------------------------------------------------------------------


def _mistake(
    name: str, judged: Callable[[Rows, str], str | None], feedback: str, rule: str = "", credit: Fraction = Fraction(0)
) -> Mistake:
    """A wrong way to judge a matrix, ``judged`` with the right answer at hand; it shows where its answer differs."""

    def answers(task: Task) -> tuple[Answer, ...]:
        assert isinstance(task.reference, Label)
        right = task.reference.name
        found = judged(hessian_numbers(task.given, task.domain, {}), right)
        return () if found is None or found == right else (Label(found),)

    return Mistake(name, answers, feedback, rule, credit)


def _of(signs: Sequence[int]) -> str | None:
    """What a diagonal matrix with these signs would be."""
    if 1 in signs and -1 in signs:
        return INDEFINITE
    if 1 in signs:
        return POSITIVE_SEMI if 0 in signs else POSITIVE
    if -1 in signs:
        return NEGATIVE_SEMI if 0 in signs else NEGATIVE
    return None


def _by_diagonal(rows: Rows, right: str) -> str | None:
    return _of([sign(rows[i][i]) for i in range(len(rows))])


def _by_determinant(rows: Rows, right: str) -> str | None:
    last = characteristic(rows)[-1]
    return _of([sign(tidy(Neg(last)) if len(rows) % 2 else last)])


def _by_first_entry(rows: Rows, right: str) -> str | None:
    return _of([sign(rows[0][0])])


def _by_entries(rows: Rows, right: str) -> str | None:
    """Positive where every entry is, indefinite where the entries have both signs."""
    signs = [sign(e) for row in rows for e in row if e != ZERO]
    return _of([s for s in signs if s])


KIND = Kind(
    name="definiteness",
    title="Definiteness of a Hessian matrix",
    example={
        "f": '"k x^2 + x y + 3 y^2"',
        "variables": "[x, y]",
    },
    givens=HESSIAN.givens,
    shape=lambda given, policy: Shape("label", labels=LABELS),
    solve=_solve,
    claims=_claims,
    variables=variables_of,
    mistakes=(
        _mistake(
            "weaker-word",
            lambda rows, right: _WEAKER.get(right),
            "That is true, but a stronger word is true as well: is there any direction in which the form vanishes?",
            credit=Fraction(1, 2),
        ),
        _mistake(
            "semidefinite-taken-for-definite",
            lambda rows, right: _STRONGER.get(right),
            "Is there a direction, other than zero, in which the quadratic form vanishes?",
        ),
        _mistake(
            "sign-reversed",
            lambda rows, right: _OPPOSITE.get(right),
            "Try a vector: is the value of the quadratic form above or below zero?",
        ),
        _mistake(
            "diagonal-alone",
            _by_diagonal,
            "The diagonal says what happens along the axes; what happens between them?",
            "O13",
        ),
        _mistake(
            "determinant-alone",
            _by_determinant,
            "The sign of the determinant does not tell all the signs of the eigenvalues.",
            "O14",
        ),
        _mistake(
            "first-entry-alone",
            _by_first_entry,
            "The first entry says what happens along one axis; what about the other directions?",
            "O12",
        ),
        _mistake(
            "signs-of-entries",
            _by_entries,
            "The signs of the entries are not the signs of the eigenvalues.",
        ),
    ),
)
