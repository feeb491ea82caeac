"""Identities of rational functions, proved by one exact evaluation at large integers.

An expression is read as a quotient of polynomials with integer coefficients in
generators: the variables, ``pi``, and kernels such as ``e^x``, ``tan(x/2)``, ``ln x`` or
``sqrt(x + 1)``.  Nothing is expanded.  The polynomials are evaluated where the i-th
generator is ``2^(bits * radix^i)``, while bounds on their degrees and on the sum of the
sizes of their coefficients are kept.  A polynomial whose degree in each generator is
below ``radix`` and whose coefficients are below ``2^(bits - 1)`` in size has its
coefficients as the digits of its value (L. Kronecker's substitution, 1882), so that it is
zero when its value is.  A root is the one kernel with a relation, ``r^2 = u``: the digits
of its powers are read off and the relation put in.

That is a proof of equality at every point where both sides are defined, because each
kernel stands for a function.  The other way round nothing is claimed: kernels may depend
on each other (``ln x`` and ``ln 2x`` do).  What is met here most often is decided in tens
of microseconds; the rest goes to `grader.expr.canonical`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import gcd, lcm
from typing import Any, TypeAlias

from grader.expr.tree import Add, Apply, Constant, Div, Expr, Mul, Neg, Number, Pow, Variable, rational_value
from grader.records import record

Value: TypeAlias = tuple[int, int, int, int]
"""Numerator and denominator at the point; the greater of their degrees in each generator,
packed; the binary logarithm, rounded up, of the greater sum of their coefficients' sizes."""

_FIELD = 16
"""The bits that a degree takes in the packed form."""
_TOO_HIGH = sum(0xFC00 << (_FIELD * i) for i in range(8))
"""Where a degree of 1,024 or more shows: such degrees are declined, so that no sum of some runs over."""
_MOST_FACTORS = 32
_MOST_UNITS = 4
"""How often everything may be read again because a unit had to be divided."""
_HIGHEST_POWER = 24
_HIGHEST_MULTIPLE = 12
_LARGEST = 400
"""A bound on ``h``."""
_MOST_BITS = 60_000
"""Beyond so many binary digits a value is not quick to compute with."""


@record
class Proof:
    """Both are the same rational function of so many generators, evaluated at ``2^(bits * radix^i)``."""

    generators: int
    bits: int
    radix: int

    def __str__(self) -> str:
        quantities = "one quantity" if self.generators == 1 else f"{self.generators} quantities"
        return (
            f"both are the same rational function of {quantities}: their exact values agree where the "
            f"i-th is 2^({self.bits}*{self.radix}^i), which their degrees and coefficients allow for equal ones only"
        )


class Declined(Exception):
    """The expression is not of the sort that is read here."""


class _Layout:
    """Where the generators are evaluated.  ``bits`` and ``radix`` as above."""

    __slots__ = ("bits", "caps", "count", "guard", "half", "radix")

    def __init__(self, bits: int, radix: int, count: int) -> None:
        self.bits, self.radix, self.count = bits, radix, count
        self.guard = sum(1 << (_FIELD * i + _FIELD - 1) for i in range(count))
        self.caps = self.guard + sum(radix - 1 << (_FIELD * i) for i in range(count))
        self.half = self.guard + sum((radix - 1) // 2 << (_FIELD * i) for i in range(count))

    def within(self, degrees: int, size: int) -> bool:
        """Whether a polynomial with these bounds is zero if its value is."""
        # The digits of the last generator's powers have no upper end.
        degrees &= (1 << (max(degrees.bit_length() - 1, 0) // _FIELD * _FIELD)) - 1
        return size < self.bits and (self.caps - degrees) & self.guard == self.guard

    def small(self, degrees: int, size: int) -> bool:
        """Whether the difference of two cross-multiplied quotients with these bounds is within."""
        degrees &= (1 << (max(degrees.bit_length() - 1, 0) // _FIELD * _FIELD)) - 1
        return 2 * size + 1 < self.bits and (self.half - degrees) & self.guard == self.guard


_FEW, _MORE, _HIGH = _Layout(40, 16, 2), _Layout(32, 7, 4), _Layout(160, 40, 2)
"""Few generators, or more of a lower degree, or large coefficients: the numbers stay short."""


class Point:
    """The generators met so far, and the values of kernels."""

    __slots__ = ("generators", "layout", "roots", "turns", "units")

    def __init__(self, layout: _Layout, units: dict[Any, int]) -> None:
        self.layout = layout
        self.units = units
        self.generators: dict[Any, Value] = {}
        self.turns: dict[Any, Turn] = {}
        self.roots: dict[int, tuple[int, Value]] = {}

    def mark(self) -> tuple[int, ...]:
        """How much is known, to return to."""
        return len(self.generators), len(self.turns), len(self.roots), len(self.units)

    def back_to(self, mark: tuple[int, ...]) -> None:
        """Forget what was met since; the units of generators that stay have not changed."""
        tables: tuple[dict[Any, Any], ...] = (self.generators, self.turns, self.roots, self.units)
        for table, size in zip(tables, mark, strict=True):
            while len(table) > size:
                table.popitem()

    def generator(self, key: Any) -> Value:
        """The value of the generator of this name, made when it is new."""
        known = self.generators.get(key)
        if known is None:
            i = len(self.generators)
            if i >= self.layout.count:
                raise _Full
            known = (1 << self.layout.bits * self.layout.radix**i, 1, 1 << _FIELD * i, 0)
            self.generators[key] = known
        return known


class _Full(Exception):
    """The layout has no room for another generator."""


class _Finer(Exception):
    """A unit has to be divided: everything is read again."""

    def __init__(self, key: Any, unit: int) -> None:
        super().__init__(key, unit)
        self.key, self.unit = key, unit


def same(reference: Expr, student: Expr) -> Proof | None:
    """The proof that the two are equal wherever both are defined; None says nothing."""
    return Reading(reference).same(student)


class Reading:
    """A reference, read at most once for each layout, to be compared with many answers."""

    __slots__ = ("_read", "_reference")

    def __init__(self, reference: Expr) -> None:
        self._reference = reference
        self._read: dict[_Layout, tuple[Point, Value, tuple[int, ...]]] = {}

    def same(self, student: Expr) -> Proof | None:
        """The proof that the student's expression equals the reference wherever both are defined."""
        try:
            return self._compared(student, _FEW)
        except _Full:
            pass
        except (Declined, RecursionError):
            return None
        try:
            return self._compared(student, _MORE)
        except (Declined, _Full, RecursionError):
            return None

    def _compared(self, student: Expr, layout: _Layout) -> Proof | None:
        point, expected, mark = self._reading(layout)
        try:
            try:
                given = _read(student, point)
            except _Finer as finer:
                point, expected, given = _in_finer_units(self._reference, student, layout, finer)
            n, d, g, h = expected
            m, c, k, j = given
            difference, size = n * c - m * d, h + j + 1
            if difference and not point.roots:
                return None
            if layout.within(g + k, size):
                if difference and not _vanishes(difference, g + k, size, point):
                    return None
                return Proof(len(point.generators), layout.bits, layout.radix)
        finally:
            self._read[layout][0].back_to(mark)
        return None if layout is not _FEW or size > _HIGH.bits else self._compared(student, _HIGH)

    def _reading(self, layout: _Layout) -> tuple[Point, Value, tuple[int, ...]]:
        """The reference's value; what an answer adds to the point has to be taken back."""
        known = self._read.get(layout)
        if known is None:
            point = Point(layout, {})
            try:
                value = _read(self._reference, point)
            except _Finer as finer:
                point, value, _ = _in_finer_units(self._reference, self._reference, layout, finer)
            known = self._read[layout] = point, value, point.mark()
        return known


def _in_finer_units(reference: Expr, student: Expr, layout: _Layout, finer: _Finer) -> tuple[Point, Value, Value]:
    """Both values anew, with units that turned out to be needed."""
    units: dict[Any, int] = {}
    for _ in range(_MOST_UNITS):
        units[finer.key] = finer.unit
        point = Point(layout, dict(units))
        try:
            return point, _read(reference, point), _read(student, point)
        except _Finer as another:
            finer = another
    raise Declined


def _vanishes(value: int, degrees: int, size: int, point: Point) -> bool:
    """Whether the polynomial is zero where every root generator is the root it stands for.

    From the last generator to the first: the argument of a root holds earlier ones only.
    """
    layout = point.layout
    values = [value]
    for i in range(len(point.generators) - 1, -1, -1):
        shift = layout.bits * layout.radix**i
        root = point.roots.get(i)
        coefficients: list[int] = []
        reached = 0
        for v in values:
            digits = _digits(v, shift)
            if root is None:
                coefficients += digits
                continue
            q, (top, bottom, g, h) = root
            most = (len(digits) - 1) // q
            reached = max(reached, most)
            for remainder in range(min(q, len(digits))):
                powers = digits[remainder::q]
                coefficients.append(sum(c * top**j * bottom ** (most - j) for j, c in enumerate(powers)))
        if root is not None and reached:
            # Each coefficient took at most so many factors of the argument's parts.
            degrees, size = degrees + reached * g, size + reached * h
            if not layout.within(degrees, size):
                return False
        values = [c for c in coefficients if c]
        if not values:
            return True
    return False


def _digits(value: int, shift: int) -> list[int]:
    """The digits of an integer to the base ``2^shift``, from the last; each at most half the base in size."""
    digits = []
    half, mask = 1 << (shift - 1), (1 << shift) - 1
    while value:
        digit = value & mask
        if digit > half:
            digit -= 1 << shift
        digits.append(digit)
        value = (value - digit) >> shift
    return digits


def _widest(a: int, b: int, guard: int) -> int:
    """The greater of two packed degrees in each generator."""
    if a == b:
        return a
    # The guard bit of a field stays set where a's degree is not below b's.
    mask = ((a | guard) - b) & guard
    mask -= mask >> (_FIELD - 1)
    return (a & mask) | (b & ~mask)


def _read(e: Expr, point: Point) -> Value:
    return _NODES[type(e)](e, point)


def _bounded(n: int, d: int, g: int, h: int) -> Value:
    if h > _LARGEST or g & _TOO_HIGH or n.bit_length() > _MOST_BITS:
        raise Declined
    return n, d, g, h


def _number(e: Number, point: Point) -> Value:
    return _rational(e.value)


def _rational(q: Fraction) -> Value:
    n, d = q.numerator, q.denominator
    return n, d, 0, max(abs(n), d).bit_length() if n != 1 or d != 1 else 0


def _constant(e: Constant, point: Point) -> Value:
    if e.name == "pi":
        return point.generator("pi")
    if e.name == "e":
        return _exponential_of_parts([(1, 1, None)], point)
    raise Declined


def _variable(e: Variable, point: Point) -> Value:
    known = point.generators.get(e.name)
    return known if known is not None else point.generator(e.name)


def _negative(e: Neg, point: Point) -> Value:
    n, d, g, h = _read(e.argument, point)
    return -n, d, g, h


def _sum(e: Add, point: Point) -> Value:
    n, d, g, h = _read(e.terms[0], point)
    for term in e.terms[1:]:
        m, c, k, j = _NODES[type(term)](term, point)
        if c == d:
            n, g, h = n + m, _widest(g, k, point.layout.guard), (h if h > j else j) + 1
        else:
            n, d, g, h = n * c + m * d, c * d, g + k, h + j + 1
            if g & _TOO_HIGH or d.bit_length() > _MOST_BITS:
                raise Declined
    return _bounded(n, d, g, h)


def _product(e: Mul, point: Point) -> Value:
    if len(e.factors) > _MOST_FACTORS:
        raise Declined
    n, d, g, h = _read(e.factors[0], point)
    for factor in e.factors[1:]:
        m, c, k, j = _NODES[type(factor)](factor, point)
        n, d, g, h = n * m, d * c, g + k, h + j
    return _bounded(n, d, g, h)


def _quotient(e: Div, point: Point) -> Value:
    return _over(_read(e.numerator, point), _read(e.denominator, point))


def _over(a: Value, b: Value) -> Value:
    n, d, g, h = a
    m, c, k, j = b
    if not m:
        raise Declined
    if c == d:
        return _bounded(n, m, g + k, h + j)
    return _bounded(n * c, m * d, g + k, h + j)


def _power(e: Pow, point: Point) -> Value:
    exponent, base = e.exponent, e.base
    q = exponent.value if type(exponent) is Number else rational_value(exponent)
    if q is None:
        if type(base) is Constant and base.name == "e":
            return _exponential(exponent, point)
        b = rational_value(base)
        if b is None or b <= 0 or b == 1:
            raise Declined
        return _exponential_of_parts(_parts(exponent), point, b)
    if q.denominator == 1:
        return _to_the(_read(base, point), q.numerator)
    return _to_the(_root(base, q.denominator, point), q.numerator)


def _to_the(a: Value, k: int) -> Value:
    n, d, g, h = a
    if k < 0:
        if not n:
            raise Declined
        n, d, k = d, n, -k
    if k > _HIGHEST_POWER or k * max(n.bit_length(), d.bit_length()) > _MOST_BITS:
        raise Declined
    return _bounded(n**k, d**k, g * k, h * k)


def _apply(e: Apply, point: Point) -> Value:
    row = _FUNCTIONS.get(e.function)
    return row(e.arguments[0], point) if row is not None else _kernel(e.function, e.arguments, point)


def _kernel(name: Any, arguments: tuple[Expr, ...], point: Point) -> Value:
    """The generator of a function of which nothing is used but that it is one."""
    return point.generator((name, *(_key(_read(u, point), point) for u in arguments)))


def _key(a: Value, point: Point) -> tuple[int, int]:
    """Two numbers that are the same exactly when the functions are."""
    n, d, g, h = a
    if not point.layout.small(g, h):
        raise Declined
    common = gcd(n, d)
    if d < 0:
        common = -common
    return n // common, d // common


Part: TypeAlias = "tuple[int, int, Expr | None]"
"""A rational multiple of an expression: numerator, denominator, and the expression, None for 1."""


def _parts(e: Expr) -> list[Part]:
    """The argument of a kernel as a sum of rational multiples."""
    found: list[Part] = []
    _collect(e, 1, 1, found)
    return found


def _collect(e: Any, p: int, q: int, found: list[Part]) -> None:
    kind = type(e)
    if kind is Neg:
        _collect(e.argument, -p, q, found)
    elif kind is Add:
        for term in e.terms:
            _collect(term, p, q, found)
    elif kind is Mul:
        rest = []
        for factor in e.factors:
            c = factor.value if type(factor) is Number else rational_value(factor)
            if c is None:
                rest.append(factor)
            else:
                p, q = p * c.numerator, q * c.denominator
        if len(rest) == 1:
            _collect(rest[0], p, q, found)
        else:
            _found(p, q, Mul(tuple(rest)) if rest else None, found)
    elif kind is Div:
        c = rational_value(e.denominator)
        if not c:
            _found(p, q, e, found)
        else:
            _collect(e.numerator, p * c.denominator, q * c.numerator, found)
    elif kind is Number:
        _found(p * e.value.numerator, q * e.value.denominator, None, found)
    else:
        _found(p, q, e, found)


def _found(p: int, q: int, w: Expr | None, found: list[Part]) -> None:
    if q != 1:
        common = gcd(p, q)
        p, q = (p // common, q // common) if q > 0 else (-p // common, -q // common)
    if p:
        found.append((p, q, w))


def _multiple(p: int, q: int, key: Any, point: Point) -> int:
    """``p/q`` as a multiple of the unit of its kernel.

    The unit is a part of the argument that all multiples met so far are integral in.
    """
    unit = point.units.setdefault(key, q)
    if unit % q:
        raise _Finer(key, lcm(unit, q))
    return p * (unit // q)


def _exponential(u: Expr, point: Point) -> Value:
    return _exponential_of_parts(_parts(u), point)


def _exponential_of_parts(parts: list[Part], point: Point, base: Fraction | None = None) -> Value:
    """``e`` or a positive rational to the power of a sum."""
    result: Value = (1, 1, 0, 0)
    for p, q, w in parts:
        if w is None and base is not None and q == 1:
            factor = _to_the(_rational(base), p)
        else:
            key = ("exp", base, None if w is None else _key(_read(w, point), point))
            factor = _to_the(point.generator(key), _multiple(p, q, key, point))
        n, d, g, h = result
        m, f, k, j = factor
        result = _bounded(n * m, d * f, g + k, h + j)
    return result


Turn: TypeAlias = tuple[int, int, int, int, int]
"""Sine and cosine over their common denominator; degrees and size as in `Value`."""


def _turn(u: Expr, point: Point) -> Turn:
    """Sine and cosine of a sum, rational in the tangents of half the units."""
    result: Turn = (0, 1, 1, 0, 0)
    first = True
    for p, q, w in _parts(u):
        # Turns by a rational multiple of pi have values of their own, which are not looked up here.
        if type(w) is Constant:
            raise Declined
        key = ("turn", None if w is None else _key(_read(w, point), point))
        k = _multiple(p, q, key, point)
        part = point.turns.get((key, k))
        if part is None:
            part = point.turns[key, k] = _of_half_tangent(point.generator(key), k)
        if first:
            result, first = part, False
        else:
            s, c, d, g, h = result
            t, b, f, j, i = part
            result = (s * b + c * t, c * b - s * t, d * f, g + j, h + i + 1)
        _bounded(result[2], 1, result[3], result[4])
    return result


def _of_half_tangent(t: Value, k: int) -> Turn:
    """``(1 + i t)^(2k) / (1 + t^2)^k``; the coefficients of each part add up to at most 4^k."""
    if abs(k) > _HIGHEST_MULTIPLE:
        raise Declined
    tangent, _, g, _ = t
    square = tangent * tangent
    c, s = 1 - square, 2 * tangent
    cosine, sine = 1, 0
    for _ in range(abs(k)):
        cosine, sine = cosine * c - sine * s, cosine * s + sine * c
    size = abs(k)
    return (sine if k > 0 else -sine, cosine, (1 + square) ** size, 2 * size * g, 2 * size)


def _sin(u: Expr, point: Point) -> Value:
    s, _, d, g, h = _turn(u, point)
    return s, d, g, h


def _cos(u: Expr, point: Point) -> Value:
    _, c, d, g, h = _turn(u, point)
    return c, d, g, h


def _checked(n: int, d: int, g: int, h: int) -> Value:
    if not d:
        raise Declined
    return _bounded(n, d, g, h)


def _tan(u: Expr, point: Point) -> Value:
    s, c, _, g, h = _turn(u, point)
    return _checked(s, c, g, h)


def _cot(u: Expr, point: Point) -> Value:
    s, c, _, g, h = _turn(u, point)
    return _checked(c, s, g, h)


def _sec(u: Expr, point: Point) -> Value:
    _, c, d, g, h = _turn(u, point)
    return _checked(d, c, g, h)


def _csc(u: Expr, point: Point) -> Value:
    s, _, d, g, h = _turn(u, point)
    return _checked(d, s, g, h)


def _hyperbolic(numerator: int, denominator: int) -> Callable[[Expr, Point], Value]:
    """``(e^u + s e^-u)/2`` and quotients of two such or of 1 and one such.

    Either part is given by ``s``: 1 for the cosine, -1 for the sine, 0 for 1.
    """

    def row(u: Expr, point: Point) -> Value:
        n, d, g, h = _exponential(u, point)
        sum_of_squares, mixed = {s: n * n + s * d * d for s in (1, -1)}, 2 * n * d
        top = sum_of_squares.get(numerator, mixed)
        return _checked(top, sum_of_squares.get(denominator, mixed), 2 * g, 2 * h + 1)

    return row


def _sigmoid(u: Expr, point: Point) -> Value:
    n, d, g, h = _exponential(u, point)
    return _checked(n, n + d, g, h + 1)


def _root(u: Expr, index: int, point: Point) -> Value:
    inner = _read(u, point)
    key = ("root", index, _key(inner, point))
    known = point.generators.get(key)
    if known is None:
        point.roots[len(point.generators)] = (index, inner)
        known = point.generator(key)
    return known


def _sqrt(u: Expr, point: Point) -> Value:
    return _root(u, 2, point)


def _cbrt(u: Expr, point: Point) -> Value:
    return _root(u, 3, point)


def _abs(u: Expr, point: Point) -> Value:
    n, d = _key(_read(u, point), point)
    return point.generator(("abs", (abs(n), d)))


_NODES: Mapping[type, Callable[..., Value]] = {
    Number: _number,
    Constant: _constant,
    Variable: _variable,
    Neg: _negative,
    Add: _sum,
    Mul: _product,
    Div: _quotient,
    Pow: _power,
    Apply: _apply,
}

_FUNCTIONS: Mapping[str, Callable[[Expr, Point], Value]] = {
    "sin": _sin,
    "cos": _cos,
    "tan": _tan,
    "cot": _cot,
    "sec": _sec,
    "csc": _csc,
    "exp": _exponential,
    "sinh": _hyperbolic(-1, 0),
    "cosh": _hyperbolic(1, 0),
    "tanh": _hyperbolic(-1, 1),
    "coth": _hyperbolic(1, -1),
    "sech": _hyperbolic(0, 1),
    "csch": _hyperbolic(0, -1),
    "sigmoid": _sigmoid,
    "sqrt": _sqrt,
    "cbrt": _cbrt,
    "abs": _abs,
}
