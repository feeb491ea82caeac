"""Is the typed expression what is asked?  Decided at random matrices of random sizes.

Rational expressions are compared exactly modulo a prime of 61 bits, others with balls at exact
rational matrices.  A difference at one draw refutes: rational functions over Q that are equal have
equal values modulo p wherever both have any, and balls that do not meet hold different numbers.
Agreement is stated with the probability of an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from itertools import islice
from typing import Any
from zlib import crc32

from flint import arb, fmpq, nmod

from grader.claims import Finding, MatrixClaim, MatrixDerivative, MatrixEqual, Truth, Witness
from grader.expr.balls import precision
from grader.expr.chance import stream
from grader.expr.matrices.shapes import ShapeError, infer, show
from grader.expr.matrices.symbols import Assumptions, Size
from grader.expr.matrices.tree import (
    Binary,
    Call,
    Count,
    Identity,
    Matrix,
    Negative,
    Power,
    Transpose,
    parts,
    to_text,
    walk,
)
from grader.matrix import draws
from grader.matrix.evaluate import Dual, Rows, evaluate, transpose
from grader.matrix.scalars import MODULAR, PRIME, RATIONAL, REAL, Field, NotRational, NoValue, Undefined
from grader.matrix.slopes import Question, derivative_at, question, slopes
from grader.records import record, replace

DRAWS = 3
_ATTEMPTS = 48
_BITS = 192
# Beyond this exponent an example with rationals has numbers that nobody could follow.
_MOST_EXPONENT = 60
# This many draws at which only the expected answer has a value tell that the other never has one.
_NEVER = 12


@record
class _Case:
    """A shape-checked claim.  ``student`` has the size of the expected answer, or its transpose's."""

    asked: Question
    student: Matrix
    sizes: Mapping[str, Size]
    assumptions: Assumptions
    seed: int


@record
class _Sample:
    """One draw at which both sides have values."""

    sizes: Mapping[str, int]
    equal: bool


def settle(claim: MatrixClaim) -> Finding:
    """Settle the claim.  Raises StudentError for a question that makes no sense, and for what
    `grader.expr.matrices.shapes.infer` does not read in the answer."""
    if isinstance(claim, MatrixDerivative):
        function, own = infer(claim.function, claim.symbols.sizes, "function")
        asked = question(function, own, claim.wrt, claim.symbols.sizes, claim.layout == "numerator")
    else:
        function, own = _sized(claim)
        asked = Question(function, (), "value", own, False)
    try:
        student, size = infer(claim.student, claim.symbols.sizes, "student", asked.size)
    except ShapeError as fault:
        return Finding(Truth.REFUTED, "sizes", fault.explanation, "shape", note=fault.explanation)
    seed = crc32(f"{to_text(function)}|{to_text(student)}|{claim_name(asked)}".encode())
    asked = replace(asked, function=_rational_norms(function))
    case = _Case(asked, _rational_norms(student), claim.symbols.sizes, claim.symbols.assumptions, seed)
    if size == asked.size:
        finding = _compare(case, False)
        if finding.truth is Truth.REFUTED and finding.reason == "value" and size[0] == size[1] != "1":
            if (other := _compare(case, True)).right:
                words = "the transpose of yours is right"
                return Finding(
                    Truth.REFUTED, other.by, f"{words}; {finding.evidence}", "layout", finding.witness, words
                )
        return finding
    if size == asked.size[::-1]:
        flipped = _compare(case, True)
        if flipped.right:
            words = f"the transpose is right; yours is {show(size)}, expected {show(asked.size)}"
            return Finding(Truth.REFUTED, flipped.by, words, "layout", note=_layout_note(claim, size, asked.size))
    words = f"your answer is {show(size)}, expected {show(asked.size)}"
    return Finding(Truth.REFUTED, "sizes", words, "shape", note=words)


def _sized(claim: MatrixEqual) -> tuple[Matrix, Size]:
    """The reference with its size; ``2*I`` alone has that of the answer, or any."""
    sizes = claim.symbols.sizes
    function, own = infer(claim.reference, sizes, "reference")
    if not any("?" in size for size in own):
        return function, own
    try:
        wanted = infer(claim.student, sizes, "student")[1]
    except ShapeError:
        wanted = own
    if any("?" in size for size in wanted) or wanted[0] == "1":
        # An identity matrix is not a number.
        wanted = ("3", "3")
    try:
        return infer(claim.reference, sizes, "reference", wanted)
    except ShapeError:
        return infer(claim.reference, sizes, "reference", ("3", "3"))


def claim_name(asked: Question) -> str:
    return f"{asked.kind} {' '.join(asked.wrt)}"


def _layout_note(claim: MatrixClaim, size: Size, expected: Size) -> str:
    words = f"this is the transpose of the right answer: yours is {show(size)}, expected {show(expected)}"
    if not isinstance(claim, MatrixDerivative):
        return words
    return f"{words} (the {claim.layout} layout is asked)"


def _rational_norms(e: Matrix) -> Matrix:
    """The tree with even powers of norms as sums of squares, which are rational."""
    match e:
        case Power(Call("norm", (u,)), n) if n.denominator == 1 and n.numerator % 2 == 0 and n != 0:
            inner = _rational_norms(u)
            square = Call("sum", (Binary(".*", inner, inner),))
            return square if n == 2 else Power(square, n / 2)
        case Power(Call("sqrt", (u,)), n, entrywise) if n.denominator == 1 and n.numerator % 2 == 0 and n != 0:
            inner = _rational_norms(u)
            return inner if n == 2 else Power(inner, n / 2, entrywise)
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


# Comparing at random matrices.


def _compare(case: _Case, transposed: bool) -> Finding:
    try:
        return _sampled(case, transposed, MODULAR)
    except NotRational:
        with precision(_BITS):
            return _sampled(case, transposed, REAL)


def _sampled(case: _Case, transposed: bool, field: Field) -> Finding:
    agreed = missing = unclear = 0
    numbers = stream(case.seed)
    for attempt in range(_ATTEMPTS):
        try:
            outcome = _sample(case, transposed, field, numbers, attempt)
        except Undefined:
            if transposed:
                return Finding(Truth.UNDECIDED, _by(field), "the answer has no value")
            return _undefined(case, field)
        if outcome is None:
            missing += 1
            if missing >= _NEVER and not agreed:
                return _undefined(case, field)
        elif outcome is NotImplemented:
            unclear += 1
        elif not outcome:
            return _refuted(case, field, transposed)
        else:
            agreed += 1
        if agreed == DRAWS:
            return Finding(Truth.AGREES, _by(field), _evidence(case, field))
    words = f"both could be evaluated together at {agreed} of {_ATTEMPTS} random draws only"
    return Finding(Truth.UNDECIDED, _by(field), words)


def _sample(case: _Case, transposed: bool, field: Field, numbers: Iterator[int], attempt: int) -> Any:
    """Whether both sides agree at one draw; None when only the expected one has a value there,
    NotImplemented when that cannot be told.  Undefined when the student's certainly has none."""
    chosen = draws.choose_sizes(case.sizes, case.assumptions, numbers, 2 + attempt % 3)
    try:
        symbols = _symbols(case, chosen, field, numbers, attempt)
        number = _direction(field, numbers)
        expected, said = slopes(case.asked, symbols, chosen, field, number)
    except NoValue:
        return NotImplemented
    if not all(_finite(x) for x in expected):
        return NotImplemented
    try:
        given = evaluate(case.student, {n: Dual(v) for n, v in symbols.items()}, chosen, field).value
    except Undefined:
        raise
    except NoValue:
        return None
    return _same(expected, said(transpose(given) if transposed else given))


def _symbols(
    case: _Case, chosen: Mapping[str, int], field: Field, numbers: Iterator[int], attempt: int
) -> Mapping[str, Rows]:
    if field is MODULAR:
        return draws.draw(case.sizes, case.assumptions, chosen, draws.modular_entry(numbers), MODULAR)
    entry: Callable[[], Fraction] = draws.real_entry(numbers)
    if attempt % 3 == 2:
        # Logarithms and roots may need positive entries.
        any_sign = entry

        def entry() -> Fraction:
            return abs(any_sign()) + Fraction(1, 8)

    exact = draws.draw(case.sizes, case.assumptions, chosen, entry, RATIONAL)
    return {name: _balls(value) for name, value in exact.items()}


def _balls(a: Rows) -> Rows:
    return [[arb(x) for x in row] for row in a]


def _direction(field: Field, numbers: Iterator[int]) -> Callable[[], Any]:
    if field is MODULAR:
        return lambda: nmod(next(numbers) % PRIME, PRIME)
    return lambda: arb(fmpq(next(numbers) % 2001 - 1000, 1009))


def _finite(x: Any) -> bool:
    return not isinstance(x, arb) or bool(x.is_finite())


def _same(expected: list[Any], given: list[Any]) -> Any:
    """True: equal (or indistinguishable); False: provably different; NotImplemented: too wide to tell."""
    result: Any = True
    for a, b in zip(expected, given, strict=True):
        if not isinstance(a, arb):
            if a != b:
                return False
        elif not (a.is_finite() and b.is_finite()):
            result = NotImplemented
        elif not a.overlaps(b):
            return False
        elif not (a - b).abs_upper() < (1 + abs(a)) * arb(2) ** (-_BITS // 3):
            result = NotImplemented
    return result


def _by(field: Field) -> str:
    return "exact differentiation modulo 2^61 - 1" if field is MODULAR else "exact differentiation in ball arithmetic"


def _evidence(case: _Case, field: Field) -> str:
    words = f"equal at {DRAWS} random draws of matrices of different sizes"
    if field is REAL:
        return f"{words}, to {_BITS // 3} bits"
    a, b = _degrees(case.asked.function)
    c, d = _degrees(case.student)
    # Of f''(u, v) or f'(u): the numerator's degree is a + 2b + 2, the denominator's 3b at most.
    degree = max(a + 2 * b + 2 + d, c + 1 + 3 * b, 1)
    # (degree / p)^draws, in powers of ten; p > 10^18.3.
    digits = int(DRAWS * (18.3 - len(str(degree))))
    return f"{words}; if they were different this would happen with probability below 10^-{digits}"


_LARGEST = 8


def _degrees(e: Matrix) -> tuple[int, int]:
    """Bounds for the degrees of the entries' numerators and of their common denominator, for sizes up to 8.

    Assumed structure counts as degree 2 over 2 for each symbol, or more where it takes an inverse.
    """
    below = [_degrees(p) for p in parts(e)]
    a, b = below[0] if below else (2 * _LARGEST, 2 * _LARGEST)
    match e:
        case Binary("+" | "-", _, _):
            c, d = below[1]
            return max(a + d, c + b), b + d
        case Binary("*" | ".*", _, _):
            return a + below[1][0], b + below[1][1]
        case Binary("/" | "./", _, _):
            c, d = below[1]
            return a + d + _LARGEST**2 * c, b + _LARGEST**2 * c
        case Power(_, n):
            times = max(1, abs(int(n)))
            return (a * times, b * times) if n >= 0 else (times * (b + _LARGEST**2 * a), times * _LARGEST**2 * a)
        case Call("inv", _):
            return b + _LARGEST * a, _LARGEST * a
        case Call("det", _):
            return _LARGEST * a, _LARGEST * b
        case Call("kron", _):
            return a + below[1][0], b + below[1][1]
        case _:
            return a, b


def _exponent(e: Matrix) -> int:
    """The product of the exponents above a symbol: how long the numbers of an example become."""
    deepest = max((_exponent(p) for p in parts(e)), default=1)
    return deepest * max(1, abs(int(e.exponent))) if isinstance(e, Power) else deepest


# Witnesses.


def _refuted(case: _Case, field: Field, transposed: bool) -> Finding:
    if transposed:
        # Only asked whether the transpose is right: it is not.
        return Finding(Truth.REFUTED, _by(field), "", "value")
    example = _example(case, field)
    if example is not None:
        evidence, witness = example
        by = "exact differentiation" if field is MODULAR else _by(field)
        return Finding(Truth.REFUTED, by, evidence, "value", witness)
    words = "different at a random draw of matrices modulo the prime, so different as rational functions over Q"
    if field is REAL:
        words = "the values at a random draw of rational matrices are in balls that do not meet"
    return Finding(Truth.REFUTED, _by(field), words, "value")


def _examples(case: _Case, field: Field) -> Iterator[tuple[Mapping[str, int], Mapping[str, Rows], Mapping[str, Rows]]]:
    """Small sizes and small rational matrices: as rationals, and as the field's numbers."""
    numbers = stream(case.seed ^ 5)
    entry = draws.rational_entry(numbers) if field is MODULAR else draws.half_entry(numbers)
    for attempt in islice(range(60), 60):
        chosen = draws.choose_sizes(case.sizes, case.assumptions, numbers, 2 if attempt < 40 else 3)
        if attempt % 3 == 2 and field is REAL:
            some = entry
            try:
                exact = draws.draw(case.sizes, case.assumptions, chosen, lambda: abs(some()) + Fraction(1, 2), RATIONAL)  # noqa: B023  # used at once
            except NoValue:
                continue
        else:
            try:
                exact = draws.draw(case.sizes, case.assumptions, chosen, entry, RATIONAL)
            except NoValue:
                continue
        yield chosen, exact, exact if field is MODULAR else {name: _balls(value) for name, value in exact.items()}


def _example(case: _Case, field: Field) -> tuple[str, Witness] | None:
    """A counterexample with small rationals that can be followed by hand."""
    if max(_exponent(case.student), _exponent(case.asked.function)) > _MOST_EXPONENT:
        return None
    own = RATIONAL if field is MODULAR else REAL
    for chosen, exact, symbols in _examples(case, field):
        try:
            expected = derivative_at(case.asked, symbols, chosen, own)
            given = evaluate(case.student, {n: Dual(v) for n, v in symbols.items()}, chosen, own).value
        except NoValue:
            continue
        for i, row in enumerate(expected):
            for j, entry in enumerate(row):
                if _same([entry], [given[i][j]]) is False:
                    return _told(case, exact, chosen, expected, given, (i, j))
    return None


def _told(
    case: _Case, exact: Mapping[str, Rows], chosen: Mapping[str, int], expected: Rows, given: Rows, at: tuple[int, int]
) -> tuple[str, Witness]:
    i, j = at
    used = _used(case)
    where = [f"{name} = {_show(exact[name])}" for name in used]
    both = (*walk(case.asked.function), *walk(case.student))
    counts = sorted({node.size for node in both if isinstance(node, Count | Identity)})
    where += [f"{size} = {chosen[size]}" for size in counts if size in chosen]
    values = _show_value(expected[i][j]), _show_value(given[i][j])
    whole = len(expected) * len(expected[0]) <= 16 and not isinstance(expected[0][0], arb)
    if whole:
        said = f"expected {_show(expected)}, yours gives {_show(given)}"
    else:
        said = f"entry ({i + 1}, {j + 1}): expected {values[0]}, yours gives {values[1]}"
    point = [
        (f"{name}[{r + 1},{c + 1}]", Fraction(int(x.p), int(x.q)))
        for name in used
        for r, row in enumerate(exact[name])
        for c, x in enumerate(row)
    ]
    return f"with {', '.join(where)}: {said}", Witness(tuple(point), *values)


def _used(case: _Case) -> list[str]:
    return sorted({node.name for e in (case.asked.function, case.student) for node in walk(e) if hasattr(node, "name")})


def _show_value(x: Any) -> str:
    return str(x.str(12)) if isinstance(x, arb) else str(x)


def _show(rows: Rows) -> str:
    if len(rows) == 1 and len(rows[0]) == 1:
        return _show_value(rows[0][0])
    return "[" + "; ".join(", ".join(_show_value(x) for x in row) for row in rows) + "]"


def _undefined(case: _Case, field: Field) -> Finding:
    """The answer has no value where the expected one has: a draw that shows it."""
    own = RATIONAL if field is MODULAR else REAL
    note = "your expression has no value where the expected one has"
    for chosen, exact, symbols in _examples(case, field):
        try:
            derivative_at(case.asked, symbols, chosen, own)
        except NoValue:
            continue
        try:
            evaluate(case.student, {n: Dual(v) for n, v in symbols.items()}, chosen, own)
        except NoValue as fault:
            if own is REAL and not isinstance(fault, Undefined):
                continue
            where = ", ".join(f"{name} = {_show(exact[name])}" for name in _used(case))
            return Finding(Truth.REFUTED, "exact values", f"with {where}: yours has no value", "domain", note=note)
    if field is MODULAR:
        words = f"yours has no value at {_NEVER} random draws where the expected answer has one"
        return Finding(Truth.REFUTED, _by(field), words, "domain", note=note)
    return Finding(Truth.UNDECIDED, _by(field), "no example was found at which both have values")
