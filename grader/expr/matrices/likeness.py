"""Compares expressions whose sizes do not fit together: there only what is written can be compared."""

from __future__ import annotations

from grader.errors import StudentError
from grader.expr.matrices.changes import throughout
from grader.expr.matrices.shapes import infer
from grader.expr.matrices.symbols import Symbols
from grader.expr.matrices.tree import Binary, Call, Matrix, Numeral, Power, to_text


def fits(e: Matrix, symbols: Symbols) -> bool:
    """Whether the sizes of the expression fit together."""
    try:
        infer(e, symbols.sizes)
    except StudentError:
        return False
    return True


def written(e: Matrix) -> str:
    """The text of the tree, with one spelling of a product and of an inverse, and products from the left."""

    def change(node: Matrix) -> Matrix | None:
        match node:
            case Binary("·", a, b):
                return change(Binary("*", a, b)) or Binary("*", a, b)
            case Binary("*", a, Binary("*", b, c)):
                left = Binary("*", a, b)
                return Binary("*", change(left) or left, c)
            case Binary("*", Numeral(value), a) if value == 1:
                return a
            case Power(a, n, False) if n == -1:
                return Call("inv", (a,))
            case _:
                return None

    return to_text(throughout(e, change))
