"""The range of a tree over a box whose sides may be infinite, by interval arithmetic.

The interval for a tree contains every value that it takes on the box, at the points where it
has one.  Ends are exact numbers of flint (a result that needs rounding is rounded outwards), so
``1 - tanh(x)`` has the range ``(0, 2)``; an open end is never taken.  Interval arithmetic with
infinite ends: R. E. Moore, R. B. Kearfott, M. J. Cloud, "Introduction to Interval Analysis",
SIAM 2009, chapters 2 and 5.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from flint import arb

from grader.expr.balls import (
    PRIMITIVE,
    Undefined,
    arb_of,
    definition,
    enclose,
    integer_power,
    precision,
    rational_power,
)
from grader.expr.domain import Domain
from grader.expr.tree import Add, Apply, Constant, Div, Expr, Mul, Neg, Number, Pow, Variable, rational_value
from grader.records import record

BITS = 64

_INF = arb("inf")
_ZERO, _ONE = arb(0), arb(1)


@record
class Range:
    """``low <= value <= high``; an open end is not a value."""

    low: arb
    high: arb
    low_open: bool = False
    high_open: bool = False

    @property
    def positive(self) -> bool:
        return bool(self.low > 0) or (self.low_open and self.low.is_zero())

    @property
    def negative(self) -> bool:
        return bool(self.high < 0) or (self.high_open and self.high.is_zero())

    @property
    def sign(self) -> int:
        """2 or -2 for one strict sign, 1 or -1 for one weak sign, 0 when both signs are possible."""
        if self.low >= 0:
            return 2 if self.positive else 1
        if self.high <= 0:
            return -2 if self.negative else -1
        return 0


ANYTHING = Range(-_INF, _INF, True, True)
Box = Mapping[str, Range]


def box_of(domain: Domain, names: frozenset[str] | set[str]) -> dict[str, Range]:
    """The sides of a domain for these names."""
    sides = {}
    with precision(BITS):
        for name in names:
            interval = domain[name]
            low = -_INF if interval.low is None else arb_of(interval.low).lower()
            high = _INF if interval.high is None else arb_of(interval.high).upper()
            # Equality is settled on the inside; the integers include their ends.
            is_open = not interval.integer
            sides[name] = Range(low, high, is_open or interval.low is None, is_open or interval.high is None)
    return sides


def range_of(e: Expr, box: Box) -> Range:
    """An interval with every value of ``e`` on the box.  Raises Undefined when it has none there."""
    with precision(BITS):
        return _range(e, box)


def _range(e: Expr, box: Box) -> Range:
    return _ROWS[type(e)](e, box)


def _number(e: Number, box: Box) -> Range:
    return _around(arb_of(e.value))


def _constant(e: Constant, box: Box) -> Range:
    return _around(enclose(e, {}))


def _around(ball: arb) -> Range:
    if not ball.is_finite():
        return ANYTHING
    return Range(ball.lower(), ball.upper())


def _variable(e: Variable, box: Box) -> Range:
    return box[e.name]


def _negative(e: Neg, box: Box) -> Range:
    return negated(_range(e.argument, box))


def negated(a: Range) -> Range:
    return Range(-a.high, -a.low, a.high_open, a.low_open)


def _sum(e: Add, box: Box) -> Range:
    total = _range(e.terms[0], box)
    for term in e.terms[1:]:
        total = _plus(total, _range(term, box))
    return total


def _plus(a: Range, b: Range) -> Range:
    low, high = (a.low + b.low).lower(), (a.high + b.high).upper()
    return Range(low, high, a.low_open or b.low_open, a.high_open or b.high_open)


def _product(e: Mul, box: Box) -> Range:
    product = _range(e.factors[0], box)
    for i, factor in enumerate(e.factors[1:], 1):
        # The same factor twice is a square; interval arithmetic would not see it.
        if factor == e.factors[i - 1] and i == 1:
            product = _whole_power(product, 2)
        else:
            product = _times(product, _range(factor, box))
    return product


def _times(a: Range, b: Range) -> Range:
    corners = [
        _corner(a.low, a.low_open, b.low, b.low_open),
        _corner(a.low, a.low_open, b.high, b.high_open),
        _corner(a.high, a.high_open, b.low, b.low_open),
        _corner(a.high, a.high_open, b.high, b.high_open),
    ]
    low, low_open = corners[0][0].lower(), corners[0][1]
    high, high_open = corners[0][0].upper(), corners[0][1]
    for value, is_open in corners[1:]:
        under, over = value.lower(), value.upper()
        if under < low:
            low, low_open = under, is_open
        elif under == low:
            low_open = low_open and is_open
        if over > high:
            high, high_open = over, is_open
        elif over == high:
            high_open = high_open and is_open
    return Range(low, high, low_open, high_open)


def _corner(x: arb, x_open: bool, y: arb, y_open: bool) -> tuple[arb, bool]:
    """The product of two ends, and whether it is not taken.  A zero that is taken wins over an infinity."""
    if x.is_zero() or y.is_zero():
        taken = (x.is_zero() and not x_open) or (y.is_zero() and not y_open)
        return _ZERO, not taken
    return x * y, x_open or y_open


def _quotient(e: Div, box: Box) -> Range:
    top, bottom = _range(e.numerator, box), _range(e.denominator, box)
    return _times(top, _reciprocal(bottom))


def _reciprocal(b: Range) -> Range:
    if b.low >= 0:
        if b.high.is_zero():
            raise Undefined
        low = _ZERO if not b.high.is_finite() else (1 / b.high).lower()
        high = _INF if b.low.is_zero() else (1 / b.low).upper()
        return Range(low, high, b.high_open or not b.high.is_finite(), b.low_open or b.low.is_zero())
    if b.high <= 0:
        return negated(_reciprocal(negated(b)))
    return ANYTHING


def _power(e: Pow, box: Box) -> Range:
    base, exponent = e.base, e.exponent
    q = rational_value(exponent)
    if q is not None:
        return _rational_power(_range(base, box), q)
    if type(base) is Constant and base.name == "e":
        return _exp(_range(exponent, box))
    b, x = _range(base, box), _range(exponent, box)
    if b.low >= 0 and not b.high.is_zero():
        # 0 to a positive power is 0, to another one it has no value or is 1.
        grown = _exp(_times(x, _ln(b)))
        return grown if b.positive else Range(_ZERO, grown.high, False, grown.high_open)
    return ANYTHING


def _rational_power(b: Range, q: Fraction) -> Range:
    n, d = q.numerator, q.denominator
    if n < 0:
        return _reciprocal(_rational_power(b, -q))
    if n == 0:
        return Range(_ONE, _ONE)
    if d > 1:
        if d % 2 == 0:
            b = _nonnegative(b)
        b = _increasing(b, lambda u: rational_power(u, Fraction(1, d)))
    return _whole_power(b, n)


def _whole_power(b: Range, n: int) -> Range:
    if n % 2 == 0:
        b = _magnitude(b)
    return _increasing(b, lambda u: integer_power(u, n))


def _magnitude(u: Range) -> Range:
    if u.low >= 0:
        return u
    if u.high <= 0:
        return negated(u)
    below = -u.low
    if below > u.high:
        return Range(_ZERO, below, False, u.low_open)
    if below < u.high:
        return Range(_ZERO, u.high, False, u.high_open)
    return Range(_ZERO, below, False, u.low_open and u.high_open)


def _nonnegative(u: Range) -> Range:
    """The part of a range that is not negative."""
    if u.high < 0 or (u.high_open and u.high.is_zero()):
        raise Undefined
    return u if u.low >= 0 else Range(_ZERO, u.high, False, u.high_open)


def _increasing(u: Range, function: Callable[[arb], arb], low: arb = -_INF, high: arb = _INF) -> Range:
    """The range of a strictly increasing function, whose limits at minus and plus infinity are given.

    What flint cannot enclose (it overflows) is replaced by these limits.
    """
    left = function(u.low) if u.low.is_finite() else low
    right = function(u.high) if u.high.is_finite() else high
    if not left.is_finite():
        left = low
    if not right.is_finite():
        right = high
    return Range(left.lower(), right.upper(), u.low_open, u.high_open)


def _exp(u: Range) -> Range:
    grown = _increasing(u, arb.exp, _ZERO, _INF)
    return grown if grown.low > 0 else Range(_ZERO, grown.high, True, grown.high_open)


def _ln(u: Range) -> Range:
    u = _nonnegative(u)
    if u.high.is_zero():
        raise Undefined
    left = Range(-_INF, _INF, True, True) if u.low.is_zero() else _increasing(u, arb.log)
    right = _increasing(Range(u.high, u.high, u.high_open, u.high_open), arb.log)
    return Range(left.low, right.high, left.low_open, right.high_open)


def _clipped(u: Range, low: arb, high: arb) -> Range:
    """The part of a range between two numbers."""
    if u.high < low or u.low > high:
        raise Undefined
    if u.low < low:
        u = Range(low, u.high, False, u.high_open)
    if u.high > high:
        u = Range(u.low, high, u.low_open, False)
    return u


def _sqrt(u: Range) -> Range:
    return _increasing(_nonnegative(u), arb.sqrt)


def _cbrt(u: Range) -> Range:
    return _rational_power(u, Fraction(1, 3))


def _sine(u: Range) -> Range:
    return _oscillating(u, arb.sin)


def _cosine(u: Range) -> Range:
    return _oscillating(u, arb.cos)


def _oscillating(u: Range, function: Callable[[arb], arb]) -> Range:
    if u.low.is_finite() and u.high.is_finite():
        ball = function(_hull(u))
        low, high = ball.lower(), ball.upper()
        return Range(low if low > -1 else -_ONE, high if high < 1 else _ONE)
    return Range(-_ONE, _ONE)


def _hull(u: Range) -> arb:
    return u.low.union(u.high)


def _by_ball(function: Callable[[arb], arb]) -> Callable[[Range], Range]:
    """A function without bounds of its own: only bounded arguments tell anything."""

    def row(u: Range) -> Range:
        return _around(function(_hull(u))) if u.low.is_finite() and u.high.is_finite() else ANYTHING

    return row


def _monotone(function: Callable[[arb], arb], low: arb = -_INF, high: arb = _INF) -> Callable[[Range], Range]:
    return lambda u: _bounded(_increasing(u, function, low, high), low, high)


def _bounded(u: Range, low: arb, high: arb) -> Range:
    """What rounding added beyond the limits of a function, taken off; a limit is never reached."""
    left, left_open = (u.low, u.low_open) if u.low > low else (low, True)
    right, right_open = (u.high, u.high_open) if u.high < high else (high, True)
    return Range(left, right, left_open, right_open)


def _arctan(u: Range) -> Range:
    quarter = (arb.pi() / 2).upper()
    return _bounded(_increasing(u, arb.atan, -quarter, quarter), -quarter, quarter)


def _arcsin(u: Range) -> Range:
    return _increasing(_clipped(u, -_ONE, _ONE), arb.asin)


def _arccos(u: Range) -> Range:
    turned = negated(_arcsin(u))
    quarter = _around(arb.pi() / 2)
    found = _plus(turned, quarter)
    return found if found.low >= 0 else Range(_ZERO, found.high, False, found.high_open)


def _cosh(u: Range) -> Range:
    return _increasing(_magnitude(u), arb.cosh)


def _arcosh(u: Range) -> Range:
    return _increasing(_clipped(u, _ONE, _INF), arb.acosh)


def _artanh(u: Range) -> Range:
    u = _clipped(u, -_ONE, _ONE)
    if not (u.low > -1 and u.high < 1):
        low = _increasing(Range(u.low, u.low), arb.atanh).low if u.low > -1 else -_INF
        high = _increasing(Range(u.high, u.high), arb.atanh).high if u.high < 1 else _INF
        return Range(low, high, u.low_open or not low.is_finite(), u.high_open or not high.is_finite())
    return _increasing(u, arb.atanh)


def _sign(u: Range) -> Range:
    low = _ONE if u.positive else _ZERO if u.low >= 0 else -_ONE
    high = -_ONE if u.negative else _ZERO if u.high <= 0 else _ONE
    return Range(low, high)


def _least(*values: Range) -> Range:
    return negated(_greatest(*[negated(value) for value in values]))


def _greatest(*values: Range) -> Range:
    best = values[0]
    for value in values[1:]:
        low, low_open = _larger(best.low, best.low_open, value.low, value.low_open, True)
        high, high_open = _larger(best.high, best.high_open, value.high, value.high_open, False)
        best = Range(low, high, low_open, high_open)
    return best


def _larger(a: arb, a_open: bool, b: arb, b_open: bool, below: bool) -> tuple[arb, bool]:
    if a > b:
        return a, a_open
    if b > a:
        return b, b_open
    return a, (a_open or b_open) if below else (a_open and b_open)


def _factorial(u: Range) -> Range:
    # Positive for every real number above -1; at least 1 for integers is not used here.
    if u.low > -1 or (u.low_open and u.low == -1):
        return Range(_ZERO, _INF, True, True)
    return ANYTHING


def _apply(e: Apply, box: Box) -> Range:
    row = _FUNCTIONS.get(e.function)
    if row is not None:
        return row(*[_range(argument, box) for argument in e.arguments])
    if e.function in PRIMITIVE:
        if e.function == "root":
            index = rational_value(e.arguments[0])
            if index is not None and index.denominator == 1 and index:
                return _rational_power(_range(e.arguments[1], box), 1 / index)
        if e.function == "log":
            base, u = e.arguments
            return _times(_ln(_range(u, box)), _reciprocal(_ln(_range(base, box))))
        return ANYTHING
    return _range(definition(e), box)


_ROWS: Mapping[type, Callable[..., Range]] = {
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

_FUNCTIONS: Mapping[str, Callable[..., Range]] = {
    "sin": _sine,
    "cos": _cosine,
    "tan": _by_ball(arb.tan),
    "cot": _by_ball(arb.cot),
    "sec": _by_ball(arb.sec),
    "csc": _by_ball(arb.csc),
    "arcsin": _arcsin,
    "arccos": _arccos,
    "arctan": _arctan,
    "sinh": _monotone(arb.sinh),
    "cosh": _cosh,
    "tanh": _monotone(arb.tanh, -_ONE, _ONE),
    "coth": lambda u: _reciprocal(_FUNCTIONS["tanh"](u)),
    "sech": lambda u: _reciprocal(_cosh(u)),
    "csch": lambda u: _reciprocal(_FUNCTIONS["sinh"](u)),
    "arsinh": _monotone(arb.asinh),
    "arcosh": _arcosh,
    "artanh": _artanh,
    "exp": _exp,
    "ln": _ln,
    "sqrt": _sqrt,
    "cbrt": _cbrt,
    "abs": _magnitude,
    "sign": _sign,
    "min": _least,
    "max": _greatest,
    "factorial": _factorial,
    "erf": _monotone(arb.erf, -_ONE, _ONE),
}
