"""The derivative of an expression of vectors and matrices whose sizes are symbols, in a stated layout.

The author writes the derivative down; the decider, which differentiates the function itself,
has to agree with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Literal

from grader.answer import Answer, Formula, Shape
from grader.claims import MatrixDerivative, MatrixEqual, Weighted
from grader.decide import settle
from grader.errors import StudentError
from grader.expr.domain import Domain
from grader.expr.matrices.changes import (
    inverted,
    once,
    scaled,
    swapped,
    throughout,
    untransposed,
    without_factor,
    without_term,
)
from grader.expr.matrices.parse import parse
from grader.expr.matrices.read import symbols_of
from grader.expr.matrices.shapes import infer
from grader.expr.matrices.symbols import Symbols
from grader.expr.matrices.tree import Matrix, Negative, Symbol, Transpose
from grader.kinds.base import Given, Givens, Kind, Mistake, Policy, Task, Unsolvable, names, text


def _lines(given: Givens) -> tuple[str, ...]:
    return names(given, "symbols")


def _read(given: Givens, field: str, symbols: Symbols) -> Matrix:
    return parse(text(given, field), symbols.names, field, symbols.sides)


def _claim(given: Givens, policy: Mapping[str, str], student: Matrix) -> MatrixDerivative:
    symbols = symbols_of(_lines(given))
    function = _read(given, "function", symbols)
    layout: Literal["denominator", "numerator"] = "numerator" if policy.get("layout") == "numerator" else "denominator"
    return MatrixDerivative(function, student, names(given, "wrt"), symbols, layout)


def _solve(given: Givens, domain: Domain, policy: Mapping[str, str]) -> Answer:
    try:
        symbols = symbols_of(_lines(given))
        unknown = [name for name in names(given, "wrt") if name not in symbols.names]
        if unknown or len(names(given, "wrt")) > 2:
            raise Unsolvable("wrt names one or two of the declared symbols")
        reference = _read(given, "derivative", symbols)
        finding = settle(_claim(given, policy, reference))
    except StudentError as fault:
        raise Unsolvable(str(fault)) from None
    if not finding.right:
        raise Unsolvable(f"this is not the derivative of the function: {finding.evidence}")
    return Formula(reference)


def _formula(answer: Answer) -> Matrix:
    assert isinstance(answer, Formula)
    return answer.tree


def _claims(task: Task, answer: Answer) -> tuple[Weighted, ...]:
    return (Weighted("the derivative", _claim(task.given, task.policy, _formula(answer))),)


def _matches(task: Task, answer: Answer, wrong: Answer) -> tuple[Weighted, ...]:
    symbols = symbols_of(_lines(task.given))
    return (Weighted("the derivative", MatrixEqual(_formula(wrong), _formula(answer), symbols)),)


# Mistakes: changes of the right answer that give something else of a size that fits together. --------


def _mistake(name: str, wrong: Callable[[Task, Matrix], Iterable[Matrix]], feedback: str, rule: str = "") -> Mistake:
    def answers(task: Task) -> tuple[Answer, ...]:
        symbols = symbols_of(_lines(task.given))
        right = _formula(task.reference)
        found: list[Answer] = []
        for candidate in wrong(task, right):
            try:
                infer(candidate, symbols.sizes)
            except StudentError:
                continue
            if not settle(MatrixEqual(right, candidate, symbols)).right:
                found.append(Formula(candidate))
        return tuple(found)

    return Mistake(name, answers, feedback, rule)


def _assumed_symmetric(task: Task, right: Matrix) -> Iterator[Matrix]:
    """Every transpose of a square matrix that is not symmetric taken for the matrix itself."""
    symbols = symbols_of(_lines(task.given))
    square = {name for name, (rows, columns) in symbols.sizes.items() if rows == columns != "1"}

    def change(e: Matrix) -> Matrix | None:
        if isinstance(e, Transpose) and isinstance(e.argument, Symbol) and e.argument.name in square:
            return e.argument
        return None

    yield throughout(right, change)


KIND = Kind(
    name="matrix_derivative",
    title="Derivative of a matrix expression",
    givens={
        "function": Given("text", "the function, typed as a student would: norm(A*x - b)^2"),
        "wrt": Given("texts", "the symbol to differentiate by, or two for a second derivative"),
        "symbols": Given("texts", "each symbol with its size and what is assumed: A: m x n; S: n x n, symmetric"),
        "derivative": Given("text", "the right answer, which is checked: 2*A'*(A*x - b)"),
    },
    shape=lambda given, policy: Shape("formula", symbols=_lines(given)),
    solve=_solve,
    claims=_claims,
    matches=_matches,
    variables=lambda given: (),
    policies={"layout": Policy(("denominator", "numerator"), "a scalar by a column gives a column or a row")},
    mistakes=(
        _mistake(
            "other-layout",
            lambda task, right: (Transpose(right),),
            "The entries are right; look at the size that the derivative has in the layout asked.",
        ),
        _mistake("sign", lambda task, right: (Negative(right),), "Look at the sign, that of an inner derivative too."),
        _mistake(
            "symmetric-assumed",
            _assumed_symmetric,
            "That would hold for a symmetric matrix; nothing says that this one is.",
        ),
        _mistake(
            "factor-of-two",
            lambda task, right: (scaled(right, Fraction(1, 2)), scaled(right, Fraction(2))),
            "A numerical factor is off: count how often the variable occurs, and what stands before it.",
        ),
        _mistake(
            "one-term-only",
            lambda task, right: without_term(right),
            "A term is missing: every place where the variable occurs gives one, and a bracket is kept whole.",
        ),
        _mistake(
            "factor-missing",
            lambda task, right: without_factor(right),
            "A factor is missing: write down the derivative of the outer and of the inner function.",
        ),
        _mistake(
            "transpose-forgotten",
            lambda task, right: once(right, untransposed),
            "Write the function out in entries: which factor comes out transposed?",
        ),
        _mistake(
            "inverse-forgotten",
            lambda task, right: once(right, inverted),
            "Differentiate the equation that says what the inverse is.",
        ),
        _mistake(
            "order-of-factors",
            lambda task, right: once(right, swapped),
            "Matrices do not commute: keep the order in which the factors come.",
        ),
    ),
)
