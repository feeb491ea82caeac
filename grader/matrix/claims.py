"""What is asserted of a typed matrix expression: a derivative, or plain equality, for all sizes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from grader.matrix.draws import Assumptions
from grader.matrix.shapes import Size
from grader.matrix.tree import Matrix
from grader.records import record


@record
class MatrixDerivative:
    """The claim that ``student`` is the derivative of ``function`` with respect to ``wrt``.

    ``wrt``: one name, or two for a second derivative: first by the first, then by the second.
    ``layout``: ``denominator`` (the derivative of a scalar has the shape of the variable, that of
    a vector of n entries by one of p entries is p x n) or ``numerator``, the transpose of that.
    The entries of the variable are taken as independent, whatever is assumed of its value.
    """

    function: Matrix
    student: Matrix
    wrt: tuple[str, ...]
    sizes: Mapping[str, Size]
    assumptions: Assumptions
    layout: Literal["denominator", "numerator"] = "denominator"


@record
class MatrixEqual:
    """The claim that ``student`` equals ``reference`` for all matrices of the given sizes."""

    reference: Matrix
    student: Matrix
    sizes: Mapping[str, Size]
    assumptions: Assumptions


MatrixClaim = MatrixDerivative | MatrixEqual
