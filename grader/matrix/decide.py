"""Is the typed expression the derivative of f?  Decided at random matrices of random sizes.

Rational expressions are compared exactly modulo a prime of 61 bits, others with balls.  A
difference at one draw refutes; agreement is stated with the probability of an error.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import islice
from typing import Any, Literal
from zlib import crc32

from flint import arb

from grader.claims import Finding, Truth, Witness
from grader.errors import Place, StudentError
from grader.expr.balls import precision
from grader.expr.chance import stream
from grader.matrix import draws
from grader.matrix.draws import MODULAR, RATIONAL, REAL, Assumptions
from grader.matrix.evaluate import Dual, Field, NotRational, NoValue, Rows, evaluate, transpose
from grader.matrix.shapes import SCALAR, Size, infer, resolve, show
from grader.matrix.tree import Binary, Call, Matrix, Negative, Power, Transpose, parts, to_text, walk
from grader.records import record, replace

DRAWS = 3
_ATTEMPTS = 60
_BITS = 192


@record
class MatrixDerivative:
    """The claim that ``student`` is the derivative of ``function`` with respect to ``wrt``.

    ``layout``: ``denominator`` (the derivative of a scalar has the shape of the variable, that of
    a vector of n entries by one of p entries is p x n) or ``numerator``, the transpose of that.
    """

    function: Matrix
    student: Matrix
    wrt: str
    sizes: Mapping[str, Size]
    assumptions: Assumptions
    layout: Literal["denominator", "numerator"] = "denominator"


def settle(claim: MatrixDerivative) -> Finding:
    """Settle the claim; raises StudentError when the sizes of ``student`` do not fit together."""
    function, own = infer(claim.function, claim.sizes, "function")
    wanted = _wanted(claim, own)
    student, size = infer(claim.student, claim.sizes, "student")
    if size is None:
        # A bare multiple of I takes the size that is wanted, if that is square.
        size = (wanted[0], wanted[0]) if wanted[0] == wanted[1] else ("n", "n")
        if wanted[0] != wanted[1]:
            return _shape(size, wanted, "a multiple of I is square")
        student = resolve(student, wanted[0])
    claim = MatrixDerivative(
        _rational_norms(function), _rational_norms(student), claim.wrt, claim.sizes, claim.assumptions, claim.layout
    )
    if size == wanted:
        return _compare(claim, wanted)
    if size == wanted[::-1]:
        flipped = _compare(claim, wanted, transposed=True)
        if flipped.right:
            return Finding(
                Truth.REFUTED,
                flipped.by,
                f"the transpose is right; yours is {show(size)}, expected {show(wanted)}",
                "layout",
            )
    return _shape(size, wanted, "")


def _shape(size: Size, wanted: Size, why: str) -> Finding:
    words = f"your answer is {show(size)}, expected {show(wanted)}"
    return Finding(Truth.REFUTED, "sizes", f"{words}: {why}" if why else words, "shape", note=words)


def _wanted(claim: MatrixDerivative, own: Size | None) -> Size:
    """The size of the derivative in the claim's layout."""
    variable = claim.sizes[claim.wrt]
    if own == SCALAR:
        size = variable
    elif own is not None and own[1] == "1" and variable[1] == "1":
        size = (variable[0], own[0])
    else:
        shown = show(own) if own is not None else "I"
        raise StudentError(
            Place("function"),
            f"the derivative of a {shown} expression by a {show(variable)} variable is not a matrix",
            "ask for a scalar by anything, or a column by a column",
        )
    return size[::-1] if claim.layout == "numerator" else size


def _rational_norms(e: Matrix) -> Matrix:
    """The tree with even powers of norms as sums of squares, which are rational."""
    match e:
        case Power(Call("norm", (u,)), n, entrywise) if n.denominator == 1 and n.numerator % 2 == 0 and n > 0:
            inner = _rational_norms(u)
            square = Call("sum", (Binary(".*", inner, inner),))
            return square if n == 2 else Power(square, n / 2, entrywise)
    match e:
        case Binary(_, a, b):
            return replace(e, left=_rational_norms(a), right=_rational_norms(b))
        case Power(a):
            return replace(e, base=_rational_norms(a))
        case Call(_, arguments):
            return replace(e, arguments=tuple(_rational_norms(a) for a in arguments))
        case Negative(a) | Transpose(a):
            return replace(e, argument=_rational_norms(a))
        case _:
            return e


def _compare(claim: MatrixDerivative, wanted: Size, transposed: bool = False) -> Finding:
    seed = crc32(f"{to_text(claim.function)}|{to_text(claim.student)}|{claim.wrt}".encode())
    numbers = stream(seed)
    try:
        return _sampled(claim, numbers, transposed, MODULAR, draws.modular_entry(numbers))
    except NotRational:
        with precision(_BITS):
            return _sampled(claim, numbers, transposed, REAL, draws.real_entry(numbers))


def _sampled(claim: MatrixDerivative, numbers: Iterator[int], transposed: bool, field: Field, entry: Any) -> Finding:
    agreed = 0
    chosen: dict[str, int] = {}
    for attempt in range(_ATTEMPTS):
        chosen = draws.choose_sizes(claim.sizes, claim.assumptions, numbers)
        # Logarithms and roots may need positive entries: every third attempt has only such.
        positive = field is REAL and attempt % 3 == 2
        symbols = draws.draw(
            claim.sizes, claim.assumptions, chosen, (lambda _: entry(True)) if positive else entry, field
        )
        try:
            expected = derivative_at(claim, symbols, chosen, field)
            given = evaluate(claim.student, symbols, chosen, field).value
        except NoValue:
            continue
        if transposed:
            given = transpose(given)
        outcome = _same(expected, given)
        if outcome is False:
            return _refuted(claim, expected, given, field, chosen, transposed)
        agreed += outcome is True
        if agreed == DRAWS:
            return Finding(Truth.AGREES, _by(field), _evidence(claim, field))
    return Finding(
        Truth.UNDECIDED, _by(field), f"both could be evaluated together at {agreed} of {_ATTEMPTS} random draws only"
    )


def _by(field: Field) -> str:
    return "exact differentiation modulo 2^61 - 1" if field is MODULAR else "exact differentiation in ball arithmetic"


def _evidence(claim: MatrixDerivative, field: Field) -> str:
    words = f"equal at {DRAWS} random draws of matrices with different sizes"
    if field is REAL:
        return f"{words}, to {_BITS // 3} bits"
    degree = _degree(claim.function) + _degree(claim.student) + 2
    # (degree / p)^draws, in powers of ten.
    digits = int(DRAWS * (18.36 - len(str(degree))))
    return f"{words}; if they were different this would happen with probability below 10^-{digits}"


def _degree(e: Matrix) -> int:
    """A bound for the degrees of numerator and denominator of the entries, for sizes up to 9."""
    below = [_degree(p) for p in parts(e)]
    match e:
        case Power(_, n):
            return below[0] * 9 * max(1, abs(int(n)))
        case Call("inv" | "det", _):
            return 9 * below[0] + 9
        case Call("sum" | "tr", _):
            return 81 * below[0]
        case _:
            return 9 * sum(below) if below else 1


def derivative_at(
    claim: MatrixDerivative, symbols: Mapping[str, Dual], chosen: Mapping[str, int], field: Field
) -> Rows:
    """The true derivative at the drawn matrices, from the definition of f only, in the claim's layout."""
    variable = symbols[claim.wrt]
    rows, columns = variable.size
    one, zero = field.number(Fraction(1)), field.number(Fraction(0))
    slopes = []
    for i in range(rows):
        for j in range(columns):
            direction = [[one if (r, c) == (i, j) else zero for c in range(columns)] for r in range(rows)]
            moved = {**symbols, claim.wrt: Dual(variable.value, direction)}
            slopes.append(evaluate(claim.function, moved, chosen, field).slope)
    if len(slopes[0]) == 1 and len(slopes[0][0]) == 1:
        flat = [slope[0][0] for slope in slopes]
        found = [flat[r * columns : (r + 1) * columns] for r in range(rows)]
    else:
        found = [[entry[0] for entry in slope] for slope in slopes]
    return transpose(found) if claim.layout == "numerator" else found


def _same(expected: Rows, given: Rows) -> bool | None:
    """True: equal (or indistinguishable); False: provably different; None: too wide to tell."""
    result: bool | None = True
    for a, b in zip((x for r in expected for x in r), (x for r in given for x in r), strict=True):
        if not isinstance(a, arb):
            if a != b:
                return False
        elif not (a.is_finite() and b.is_finite()):
            result = None
        elif not a.overlaps(b):
            return False
        elif not (a - b).abs_upper() < (1 + abs(a)) * arb(2) ** (-_BITS // 3):
            result = None
    return result


def _refuted(
    claim: MatrixDerivative, expected: Rows, given: Rows, field: Field, chosen: Mapping[str, int], transposed: bool
) -> Finding:
    size = len(expected), len(expected[0])
    if not transposed and size[0] == size[1] and _layout(claim):
        return Finding(Truth.REFUTED, _by(field), "the transpose of yours is right", "layout")
    example = _example(claim) if field is MODULAR and not transposed else None
    if example is not None:
        evidence, witness = example
        return Finding(Truth.REFUTED, _by(field), evidence, "value", witness)
    i, j = next(
        (i, j) for i in range(size[0]) for j in range(size[1]) if _same([[expected[i][j]]], [[given[i][j]]]) is False
    )
    a, b = (str(x.str(10)) if isinstance(x, arb) else str(x) for x in (expected[i][j], given[i][j]))
    witness = Witness((), a, b)
    where = f"entry ({i + 1}, {j + 1}) at random matrices of sizes {_show_sizes(chosen)}"
    return Finding(Truth.REFUTED, _by(field), f"{where}: expected {a}, yours gives {b}", "value", witness)


def _layout(claim: MatrixDerivative) -> bool:
    """Whether the transpose of a square answer is right."""
    return _compare(claim, SCALAR, transposed=True).right


def _show_sizes(chosen: Mapping[str, int]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in sorted(chosen.items()))


def _example(claim: MatrixDerivative) -> tuple[str, Witness] | None:
    """A counterexample with small integers that can be followed by hand."""
    numbers = stream(5)
    used = {node.name for e in (claim.function, claim.student) for node in walk(e) if hasattr(node, "name")}
    entry = draws.rational_entry(numbers)
    for _ in islice(numbers, 30):
        chosen = draws.choose_sizes(claim.sizes, claim.assumptions, numbers)
        if max(chosen.values(), default=1) > 4:
            continue
        symbols = draws.draw(claim.sizes, claim.assumptions, chosen, entry, RATIONAL)
        try:
            expected = derivative_at(claim, symbols, chosen, RATIONAL)
            given = evaluate(claim.student, symbols, chosen, RATIONAL).value
        except NoValue:
            continue
        if expected != given:
            where = ", ".join(f"{name} = {_show(symbols[name].value)}" for name in sorted(used))
            witness = Witness((), _show(expected), _show(given))
            return f"with {where}: expected {witness.reference}, yours gives {witness.student}", witness
    return None


def _show(rows: Rows) -> str:
    if len(rows) == 1 and len(rows[0]) == 1:
        return str(rows[0][0])
    return "[" + "; ".join(", ".join(str(x) for x in row) for row in rows) + "]"
