"""The derivative of an expression of vectors and matrices whose sizes are symbols, in a stated layout.

The author writes the derivative down; the decider, which differentiates the function itself,
has to agree with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Literal

from grader.answer import Answer, Formula, Shape
from grader.claims import MatrixDerivative, MatrixEqual, SameLabel, Weighted
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
from grader.expr.matrices.likeness import fits, written
from grader.expr.matrices.parse import parse
from grader.expr.matrices.read import symbols_of
from grader.expr.matrices.slips import (
    activation_forgotten,
    identity_forgotten,
    inverse_as_number,
    norm_as_square,
    outer_only,
    softmax_diagonal,
    stopped_at_probabilities,
    term_scaled,
    undiagonal,
)
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


def _matches(task: Task, wrong: Answer, answer: Answer) -> tuple[Weighted, ...]:
    """Equal for all matrices; where sizes do not fit together only what is written can be compared."""
    symbols = symbols_of(_lines(task.given))
    ours, theirs = _formula(wrong), _formula(answer)
    if fits(ours, symbols):
        return (Weighted("the derivative", MatrixEqual(ours, theirs, symbols)),)
    return (Weighted("the derivative", SameLabel(written(ours), written(theirs))),)


# Mistakes: wrong derivatives, whether or not their sizes still fit together. ---------------------------


def _mistake(name: str, wrong: Callable[[Task, Matrix], Iterable[Matrix]], feedback: str, rule: str = "") -> Mistake:
    def answers(task: Task) -> tuple[Answer, ...]:
        symbols, right = symbols_of(_lines(task.given)), _formula(task.reference)
        return tuple(
            Formula(e)
            for e in dict.fromkeys(wrong(task, right))
            if e != right and not (fits(e, symbols) and settle(MatrixEqual(right, e, symbols)).right)
        )

    return Mistake(name, answers, feedback, rule)


def _function(task: Task) -> Matrix:
    return _read(task.given, "function", symbols_of(_lines(task.given)))


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
    example={
        "function": '"{{ k }}*norm(A*x - b)^2"',
        "wrt": "x",
        "symbols": '["A: m x n", "x: n", "b: m"]',
        "derivative": '"{{ 2*k }}*A\'*(A*x - b)"',
    },
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
            "X01 X02 X13 X14 X15 X25 X28",
        ),
        _mistake(
            "sign",
            lambda task, right: (Negative(right),),
            "Look at the sign, that of an inner derivative too.",
            "X08 X18 X21",
        ),
        _mistake(
            "norm-as-square",
            lambda task, right: once(right, norm_as_square),
            "The norm has a square root in it; has that been differentiated?",
            "X27",
        ),
        _mistake(
            "outer-only",
            lambda task, right: outer_only(_function(task)),
            "You differentiated the logarithm; what of the function inside, and what size should the answer have?",
            "X16 X19",
        ),
        _mistake(
            "diagonal-only",
            lambda task, right: once(right, softmax_diagonal),
            "Raising one score changes every probability; are the entries beside the diagonal zero?",
            "X20",
        ),
        _mistake(
            "vector-for-diagonal",
            lambda task, right: once(right, undiagonal),
            "The derivative of a vector by a vector is a matrix; where do your entries stand in it?",
            "X26",
        ),
        _mistake(
            "stopped-at-probabilities",
            lambda task, right: stopped_at_probabilities(right),
            "That is the slope with respect to the probabilities; the scores are asked.",
            "X22",
        ),
        _mistake(
            "identity-forgotten",
            lambda task, right: (identity_forgotten(right),),
            "A number cannot be added to a matrix; which matrix should carry it?",
            "X11",
        ),
        _mistake(
            "inverse-as-number",
            lambda task, right: inverse_as_number(right),
            "Matrices do not commute: on which sides do the two inverses stand?",
            "X17",
        ),
        _mistake(
            "symmetric-assumed",
            _assumed_symmetric,
            "That would hold for a symmetric matrix; nothing says that this one is.",
            "X03",
        ),
        _mistake(
            "factor-of-two",
            lambda task, right: (scaled(right, Fraction(1, 2)), scaled(right, Fraction(2)), *term_scaled(right)),
            "A numerical factor is off: count how often the variable occurs, and what stands before it.",
            "X05 X10",
        ),
        _mistake(
            "one-term-only",
            lambda task, right: without_term(right),
            "A term is missing: every place where the variable occurs gives one, and a bracket is kept whole.",
            "X04",
        ),
        _mistake(
            "activation-forgotten",
            lambda task, right: once(right, activation_forgotten),
            "One layer of the composition has not been differentiated.",
            "X24",
        ),
        _mistake(
            "factor-missing",
            lambda task, right: without_factor(right),
            "A factor is missing: write down the derivative of the outer and of the inner function.",
            "X06 X23",
        ),
        _mistake(
            "transpose-forgotten",
            lambda task, right: once(right, untransposed),
            "Write the function out in entries: which factor comes out transposed?",
            "X07",
        ),
        _mistake(
            "inverse-forgotten",
            lambda task, right: once(right, inverted),
            "Differentiate the equation that says what the inverse is.",
        ),
        _mistake(
            "order-of-factors",
            lambda task, right: once(right, swapped),
            "Matrices do not commute: in this layout, which factor comes first?",
            "X09 X12",
        ),
    ),
)
