"""An expression of vectors and matrices whose sizes are symbols, that the author knows how to write down.

For what is no derivative: the minimiser of a least-squares problem, a product of given
matrices in the right order.  Equations that the answer has to fulfil check the author.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from functools import reduce
from itertools import permutations

from grader.answer import Answer, Formula, Shape
from grader.claims import MatrixEqual, SameLabel, Weighted
from grader.decide import settle
from grader.errors import StudentError
from grader.expr.domain import Domain
from grader.expr.matrices.changes import inverted, once, scaled, throughout, untransposed, without_term
from grader.expr.matrices.likeness import fits, written
from grader.expr.matrices.parse import parse
from grader.expr.matrices.read import symbols_of
from grader.expr.matrices.shapes import infer
from grader.expr.matrices.symbols import Symbols
from grader.expr.matrices.tree import (
    Binary,
    Call,
    Identity,
    Matrix,
    Negative,
    Numeral,
    Symbol,
    Transpose,
    parts,
    with_parts,
)
from grader.kinds.base import Given, Givens, Kind, Mistake, Task, Unsolvable, names, text

_MOST_REORDERED = 4


def _symbols(given: Givens) -> Symbols:
    return symbols_of(names(given, "symbols"))


def _solve(given: Givens, domain: Domain, policy: Mapping[str, str]) -> Answer:
    try:
        symbols = _symbols(given)
        answer = parse(text(given, "answer"), symbols.names, "answer", symbols.sides)
        infer(answer, symbols.sizes, "answer")
        for equation in names(given, "check"):
            _fulfilled(equation, text(given, "unknown") or "u", answer, symbols)
    except StudentError as fault:
        raise Unsolvable(str(fault)) from None
    return Formula(answer)


def _fulfilled(equation: str, unknown: str, answer: Matrix, symbols: Symbols) -> None:
    """Raises `Unsolvable` when the answer, put in for the unknown, does not solve the equation."""
    sides = [
        throughout(
            parse(side, symbols.names | {unknown}, "check", symbols.sides),
            lambda e: answer if isinstance(e, Symbol) and e.name == unknown else None,
        )
        for side in equation.split("=")
    ]
    if len(sides) != 2:
        raise Unsolvable(f"{equation!r} is not one equation")
    finding = settle(MatrixEqual(sides[0], sides[1], symbols))
    if not finding.right:
        raise Unsolvable(f"a check is not fulfilled: {finding.evidence}")


def _formula(answer: Answer) -> Matrix:
    assert isinstance(answer, Formula)
    return answer.tree


def _claims(task: Task, answer: Answer) -> tuple[Weighted, ...]:
    claim = MatrixEqual(_formula(task.reference), _formula(answer), _symbols(task.given))
    return (Weighted("the expression", claim),)


def _matches(task: Task, wrong: Answer, answer: Answer) -> tuple[Weighted, ...]:
    """Equal for all matrices; where sizes do not fit together only what is written can be compared."""
    symbols = _symbols(task.given)
    ours, theirs = _formula(wrong), _formula(answer)
    if fits(ours, symbols):
        return (Weighted("the expression", MatrixEqual(ours, theirs, symbols)),)
    return (Weighted("the expression", SameLabel(written(ours), written(theirs))),)


# Mistakes: changes of the right answer, whether or not the sizes still fit together. ------------------


def _mistake(name: str, wrong: Callable[[Matrix], Iterable[Matrix]], feedback: str, rule: str = "") -> Mistake:
    def answers(task: Task) -> tuple[Answer, ...]:
        symbols, right = _symbols(task.given), _formula(task.reference)
        return tuple(
            Formula(e)
            for e in dict.fromkeys(wrong(right))
            if not (fits(e, symbols) and settle(MatrixEqual(right, e, symbols)).right)
        )

    return Mistake(name, answers, feedback, rule)


def _minus_for_plus(e: Matrix) -> Matrix | None:
    if isinstance(e, Binary) and e.operator in "+-":
        return Binary("-" if e.operator == "+" else "+", e.left, e.right)
    return None


def _transposed(right: Matrix) -> Iterator[Matrix]:
    """A transpose forgotten, or one too many on a symbol; or all of them the other way round."""
    yield from once(right, untransposed)
    yield from once(right, lambda e: Transpose(e) if isinstance(e, Symbol) and e.name.isupper() else None)
    yield throughout(right, untransposed)
    yield from once(right, _gram_of_rows)


def _gram_of_rows(e: Matrix) -> Matrix | None:
    """A*A' for A'*A."""
    match e:
        case Binary("*", Transpose(a), b) if a == b:
            return Binary("*", b, Transpose(a))
        case _:
            return None


def _identity_for_number(e: Matrix) -> Matrix | None:
    match e:
        case Binary("*", a, Identity()) | Binary("*", Identity(), a):
            return a
        case _:
            return None


def _inverse_of_each_term(e: Matrix) -> Matrix | None:
    match inverted(e):
        case Binary("+" | "-" as sign, a, b):
            return Binary(sign, Call("inv", (a,)), Call("inv", (b,)))
        case _:
            return None


def _inverses_left(e: Matrix) -> Matrix | None:
    """(A*B)^-1 taken factor by factor without turning the order round."""
    match inverted(e):
        case Binary("*", a, b) if not isinstance(a, Numeral):
            return Binary("*", Call("inv", (a,)), Call("inv", (b,)))
        case _:
            return None


def _other_number(e: Matrix) -> Iterator[Matrix]:
    yield scaled(e, Fraction(1, 2))
    yield scaled(e, Fraction(2))
    yield from once(e, lambda node: Numeral(node.value * 2) if isinstance(node, Numeral) else None)
    yield from once(e, lambda node: Numeral(node.value / 2) if isinstance(node, Numeral) else None)
    yield from once(e, _without_number)


def _without_number(e: Matrix) -> Matrix | None:
    match e:
        case Binary("*", Numeral(), a):
            return a
        case _:
            return None


def _reordered(e: Matrix) -> Iterator[Matrix]:
    """The matrices of one product in every other order, or those of a product within it."""
    if isinstance(e, Binary) and e.operator == "*":
        factors = _factors(e)
        numbers = [f for f in factors if isinstance(f, Numeral)]
        matrices = [f for f in factors if not isinstance(f, Numeral)]
        if 2 <= len(matrices) <= _MOST_REORDERED:
            for order in permutations(matrices):
                if list(order) != matrices:
                    yield reduce(lambda a, b: Binary("*", a, b), (*numbers, *order))
        for i, factor in enumerate(factors):
            for other in _reordered(factor):
                yield reduce(lambda a, b: Binary("*", a, b), (*factors[:i], other, *factors[i + 1 :]))
        return
    for i, part in enumerate(parts(e)):
        for other in _reordered(part):
            yield with_parts(e, (*parts(e)[:i], other, *parts(e)[i + 1 :]))


def _factors(e: Matrix) -> list[Matrix]:
    if isinstance(e, Binary) and e.operator == "*":
        return [*_factors(e.left), *_factors(e.right)]
    return [e]


def _without_symbol(e: Matrix) -> Iterator[Matrix]:
    """A factor of a product left out; numbers are another mistake."""

    def without(node: Matrix) -> Iterator[Matrix]:
        match node:
            case Binary("*", a, b):
                for kept, dropped in ((a, b), (b, a)):
                    if not isinstance(dropped, Numeral | Identity) and not isinstance(kept, Numeral):
                        yield kept
                for less in without(a):
                    yield with_parts(node, (less, b))
                for less in without(b):
                    yield with_parts(node, (a, less))
            case Negative(a):
                for less in without(a):
                    yield Negative(less)

    yield from without(e)


KIND = Kind(
    name="matrix_expression",
    title="Matrix expression",
    example={
        "answer": "\"inv(A'*A + {{ k }}*I)*A'*b\"",
        "symbols": '["A: m x n", "b: m"]',
        "check": '["A\'*(A*u - b) + {{ k }}*u = 0"]',
    },
    givens={
        "answer": Given("text", "the right answer, typed as a student would: inv(A'*A)*A'*b"),
        "symbols": Given("texts", "each symbol with its size and what is assumed of it: A: m x n; S: n x n, symmetric"),
        "check": Given(
            "texts", "equations that hold when the answer is put in for `unknown`: A'*A*u = A'*b", required=False
        ),
        "unknown": Given("text", "what `check` calls the answer; u if absent", required=False),
    },
    shape=lambda given, policy: Shape("formula", symbols=names(given, "symbols")),
    solve=_solve,
    claims=_claims,
    matches=_matches,
    variables=lambda given: (),
    mistakes=(
        _mistake(
            "other-layout",
            lambda right: (Transpose(right),),
            "The entries are right; look at the size that is asked.",
        ),
        _mistake(
            "sign", lambda right: (Negative(right), *once(right, _minus_for_plus)), "Check the sign of every term."
        ),
        _mistake(
            "number-off",
            _other_number,
            "A numerical factor is off; go through the numbers of the question once more.",
        ),
        _mistake(
            "identity-forgotten",
            lambda right: once(right, _identity_for_number),
            "A number and a matrix have no sum; what does a number times a vector look like as a matrix times it?",
        ),
        _mistake("one-term-only", without_term, "A term is missing: does every part of the question have its say?"),
        _mistake(
            "inverse-forgotten",
            lambda right: once(right, inverted),
            "How is a matrix brought to the other side of an equation?",
        ),
        _mistake(
            "inverse-of-each-term",
            lambda right: once(right, _inverse_of_each_term),
            "The inverse of a sum is not the sum of the inverses: try it with numbers.",
        ),
        _mistake(
            "order-of-inverses",
            lambda right: once(right, _inverses_left),
            "Which of two steps is undone first?",
        ),
        _mistake(
            "order-of-factors",
            _reordered,
            "Matrices do not commute: write the size under each factor and see which of them fit together.",
            "X12",
        ),
        _mistake(
            "transpose-forgotten",
            _transposed,
            "Write the size under each factor: which of them stand as they are given, and which transposed?",
        ),
        _mistake("factor-missing", _without_symbol, "A factor is missing: has every map or matrix its place?"),
    ),
)
