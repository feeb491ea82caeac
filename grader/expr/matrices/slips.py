"""Wrong derivatives of matrix expressions that people arrive at, made from the function or from the right one.

The numbers X.. are those of the catalogue of mal-rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from grader.expr.matrices.changes import once, scaled, throughout
from grader.expr.matrices.tree import Binary, Call, Identity, Matrix, Negative, Numeral, Transpose, with_parts

_HALF, _TWO = Fraction(1, 2), Fraction(2)


def term_scaled(e: Matrix) -> Iterator[Matrix]:
    """One term of a sum with half or twice its factor (X10)."""
    if isinstance(e, Binary) and e.operator in "+-":
        for factor in (_HALF, _TWO):
            yield Binary(e.operator, scaled(e.left, factor), e.right)
            yield Binary(e.operator, e.left, scaled(e.right, factor))
        for i, part in enumerate((e.left, e.right)):
            for other in term_scaled(part):
                yield with_parts(e, (other, e.right) if i == 0 else (e.left, other))


def identity_forgotten(e: Matrix) -> Matrix:
    """A number added to a matrix instead of a multiple of the identity (X11)."""

    def change(node: Matrix) -> Matrix | None:
        match node:
            case Identity():
                return one
            case Binary("*", a, b) if b is one:
                return a
            case Binary("*", a, b) if a is one:
                return b
            case _:
                return None

    # The inner nodes are changed first.
    one = Numeral(Fraction(1))
    return throughout(e, change)


def outer_only(function: Matrix) -> Iterator[Matrix]:
    """The logarithm outside differentiated, and nothing of what is inside (X16, X19)."""
    match function:
        case Call("log" | "ln", (u,)):
            yield Binary("/", Numeral(Fraction(1)), u)
        case Binary("*", Numeral() as factor, inner):
            yield from (Binary("*", factor, e) for e in outer_only(inner))
        case Call("logdet", (u,)):
            yield Binary("/", Numeral(Fraction(1)), Call("det", (u,)))


def inverse_as_number(e: Matrix) -> Iterator[Matrix]:
    """The two inverses pulled together, as those of numbers could be (X17)."""
    factors = _factors(e)
    inverses = [f for f in factors if _is_inverse(f)]
    if len(inverses) == 2 and len(factors) > 2:
        plain = inverses[0].argument if isinstance(inverses[0], Transpose) else inverses[0]
        kept = [f for f in factors if not _is_inverse(f)]
        yield _product([*kept, plain, plain])
        yield _product([plain, plain, *kept])


def softmax_diagonal(e: Matrix) -> Matrix | None:
    """Only the diagonal of the derivative of softmax (X20)."""
    match e:
        case Binary("-", Call("diag", (s,)), Binary("*", a, Transpose(b))) if s == a == b:
            return Call("diag", (Binary(".*", s, Binary("-", Numeral(Fraction(1)), s)),))
        case _:
            return None


def stopped_at_probabilities(e: Matrix) -> Iterator[Matrix]:
    """The slope of cross-entropy by the probabilities instead of the scores (X22)."""

    def change(node: Matrix) -> Matrix | None:
        match node:
            case Binary("-", Call("softmax") as s, y):
                return Negative(Binary("./", y, s))
            case _:
                return None

    yield from once(e, change)


def activation_forgotten(e: Matrix) -> Matrix | None:
    """The slope of an activation left out of products entry by entry (X24)."""
    if not (isinstance(e, Binary) and e.operator == ".*"):
        return None
    first: Matrix = e
    while isinstance(first, Binary) and first.operator == ".*":
        first = first.left
    return first


def undiagonal(e: Matrix) -> Matrix | None:
    """The entries of a diagonal matrix as a vector (X26)."""
    return e.arguments[0] if isinstance(e, Call) and e.function == "diag" else None


def norm_as_square(e: Matrix) -> Matrix | None:
    """The norm differentiated like its square (X27)."""
    match e:
        case Binary("/", a, Call("norm")):
            return scaled(a, _TWO)
        case _:
            return None


def _is_inverse(e: Matrix) -> bool:
    inner = e.argument if isinstance(e, Transpose) else e
    return isinstance(inner, Call) and inner.function == "inv"


def _factors(e: Matrix) -> list[Matrix]:
    match e:
        case Binary("*", a, b):
            return _factors(a) + _factors(b)
        case Negative(a):
            return [Numeral(Fraction(-1)), *_factors(a)]
        case _:
            return [e]


def _product(factors: list[Matrix]) -> Matrix:
    product = factors[0]
    for factor in factors[1:]:
        product = Binary("*", product, factor)
    return product
