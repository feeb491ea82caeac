"""What a task kind asserts, and what the decider found.  Data only; nothing is decided here."""

from __future__ import annotations

from enum import Enum
from fractions import Fraction
from typing import TYPE_CHECKING, Literal, TypeAlias

from grader.expr.domain import Domain
from grader.expr.tree import Expr
from grader.records import field, record

if TYPE_CHECKING:
    # One plain comparison needs none of these.
    from grader.expr.matrices.symbols import Symbols
    from grader.expr.matrices.tree import Matrix as MatrixExpr
    from grader.expr.spans import Span


class Truth(Enum):
    """How far a claim is settled."""

    PROVED = "proved"
    REFUTED = "refuted"
    AGREES = "agrees"
    """No proof and no counterexample; the evidence says how hard was looked.  Counts as right."""
    UNDECIDED = "undecided"
    """Ours, not the student's: a person has to look."""


Reason: TypeAlias = Literal["value", "domain", "constant", "shape", "layout", "form", "missing", "extra"]


@record
class Witness:
    """A point of the domain that disproves an equality, so that a third person can check it.

    ``point`` holds exact rationals; the two values are decimal strings with an error
    bound (``[1.41421356 +/- 2e-9]``), or ``undefined`` for a student's expression that
    has no real value there.
    """

    point: tuple[tuple[str, Fraction], ...]
    reference: str
    student: str

    def __str__(self) -> str:
        where = ", ".join(f"{name} = {value}" for name, value in self.point)
        at = f"at {where}: " if where else ""
        return f"{at}expected {self.reference}, yours gives {self.student}"


@record
class Finding:
    """The decider's conclusion with its evidence.

    ``by`` names the method, ``evidence`` is a sentence that a third person can check,
    ``reason`` says what kind of failure a refutation is, ``note`` is something the
    student should know although the verdict stands (a removable hole that was accepted).
    ``parts`` are the findings of the entries of an array, in row-major order, or of the
    points of a set.
    """

    truth: Truth
    by: str = ""
    evidence: str = ""
    reason: Reason | None = None
    witness: Witness | None = None
    note: str = ""
    parts: tuple[Finding, ...] = ()

    @property
    def right(self) -> bool:
        return self.truth in (Truth.PROVED, Truth.AGREES)


@record
class Accept:
    """Which numbers count as equal: exactly equal ones, or ones within a tolerance.

    At most one of the three is set.  With none set an honest decimal of the right value is
    refuted with reason ``form`` ("give the exact value") rather than plain wrong.
    """

    significant_digits: int | None = None
    absolute: Fraction | None = None
    relative: Fraction | None = None

    @property
    def exact(self) -> bool:
        return self.significant_digits is None and self.absolute is None and self.relative is None


EXACT = Accept()


@record
class Equal:
    """The student's expression is defined and equal wherever the reference is defined on the domain."""

    reference: Expr
    student: Expr
    domain: Domain
    accept: Accept = EXACT


@record
class EqualArrays:
    """Two vectors or matrices (rows of expressions), entry by entry.

    ``orientation``: ``"strict"`` tells a row from a column and a matrix from its
    transpose; ``"free"`` lets a row stand for a column.  A transposed answer is refuted
    with reason ``layout``, other sizes with reason ``shape``.
    """

    reference: tuple[tuple[Expr, ...], ...]
    student: tuple[tuple[Expr, ...], ...]
    domain: Domain
    orientation: Literal["strict", "free"] = "strict"
    accept: Accept = EXACT


@record
class Antiderivative:
    """The student's expression is an antiderivative of the integrand on the domain.

    ``constant``: whether one free additive constant must, may or must not be there.
    ``log_abs``: whether ``ln|u|`` is needed where ``u`` is negative on part of the domain.
    ``reference`` is some antiderivative, for messages; the verdict rests on the integrand.
    """

    integrand: Expr
    student: Expr
    variable: str
    domain: Domain
    constant: Literal["required", "optional", "forbidden"] = "required"
    log_abs: Literal["required", "optional"] = "optional"
    reference: Expr | None = None


@record
class Point:
    """A point with an optional label (``minimum``, ``saddle``)."""

    coordinates: tuple[Expr, ...]
    label: str = ""


@record
class SamePoints:
    """The same points as sets, order free; labels compared where the reference has them.

    ``parts`` of the finding belong to the points of the reference, in its order: PROVED or
    AGREES found, REFUTED with reason ``missing`` (not given) or ``value`` (given with the
    wrong label).  Points given beyond them are counted in the evidence, reason ``extra``.
    """

    reference: tuple[Point, ...]
    student: tuple[Point, ...]
    domain: Domain


@record
class SameEquation:
    """Two equations with the same solutions because one is a nonzero multiple of the other.

    Each is given as left side minus right side.
    """

    reference: Expr
    student: Expr
    domain: Domain


@record
class PolynomialOf:
    """The student's expression is a polynomial of at most the given degree in the variables,
    as written or after expansion: a condition of form, to be joined with `Equal`."""

    student: Expr
    variables: tuple[str, ...]
    degree: int


@record
class EqualOnCurve:
    """Equal wherever the reference has a value on the curve ``relation = 0`` in the plane of ``names``."""

    reference: Expr
    student: Expr
    relation: Expr
    names: tuple[str, str]
    domain: Domain


@record
class SameRange:
    """Two sets of real numbers made of intervals.

    With ``ends`` free it does not matter which ends belong to them, nor whether single points are left
    out; but no point of ``excluded`` (where a function has no value) may belong to the student's.
    """

    reference: tuple[Span, ...]
    student: tuple[Span, ...]
    domain: Domain
    ends: Literal["strict", "free"] = "strict"
    excluded: tuple[Expr, ...] = ()


@record
class SameLabel:
    """Two labels, compared by their canonical names (`grader.answer` maps the synonyms)."""

    reference: str
    student: str


@record
class MatrixDerivative:
    """The claim that ``student`` is the derivative of ``function`` with respect to ``wrt``.

    ``wrt``: one name, or two for a second derivative: first by the first, then by the second.
    ``layout``: ``denominator`` (the derivative of a scalar has the shape of the variable, that of
    a vector of n entries by one of p entries is p x n) or ``numerator``, the transpose of that.
    The entries of the variable are taken as independent, whatever is assumed of its value.
    """

    function: MatrixExpr
    student: MatrixExpr
    wrt: tuple[str, ...]
    symbols: Symbols
    layout: Literal["denominator", "numerator"] = "denominator"


@record
class MatrixEqual:
    """The claim that ``student`` equals ``reference`` for all matrices of the given sizes."""

    reference: MatrixExpr
    student: MatrixExpr
    symbols: Symbols


MatrixClaim: TypeAlias = MatrixDerivative | MatrixEqual
SetClaim: TypeAlias = SamePoints | SameRange | SameLabel
ExpressionClaim: TypeAlias = Equal | EqualArrays | EqualOnCurve | Antiderivative | SameEquation | PolynomialOf
Claim: TypeAlias = ExpressionClaim | SetClaim | MatrixClaim


@record
class Weighted:
    """One claim of an answer: what it is about in a few words ("row 1, column 2"), and its
    share of the credit relative to the other claims.  An answer is right when all are."""

    about: str
    claim: Claim
    weight: Fraction = field(default=Fraction(1))
