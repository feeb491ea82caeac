"""Rigorous enclosures: the value of a tree at a point, or its range over a box.

Balls are python-flint's ``arb`` (F. Johansson, "Arb: efficient arbitrary-precision
midpoint-radius interval arithmetic", 2017).  A finite ball contains the real value at
every point of the input balls where the expression is defined; when the ball is finite
the expression is defined, and every node of it is continuous there except ``sign``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from flint import arb, ctx, fmpq, fmpz

from grader.expr.tree import Add, Apply, Constant, Div, Expr, Mul, Neg, Number, Pow, Variable, rational_value

Environment = Mapping[str, arb]


class Undefined(Exception):
    """The expression has no real value at any point of the input balls: this is proved."""


class precision:
    """Within the block flint works with this many bits."""

    __slots__ = ("bits", "before")

    def __init__(self, bits: int) -> None:
        self.bits = bits

    def __enter__(self) -> None:
        self.before = ctx.prec
        ctx.prec = self.bits

    def __exit__(self, *_: object) -> None:
        ctx.prec = self.before


def arb_of(q: Fraction | int) -> arb:
    """The smallest ball around a rational at the present precision."""
    if isinstance(q, int):
        return arb(q)
    return arb(q.numerator) if q.denominator == 1 else arb(fmpq(q.numerator, q.denominator))


def arb_between(low: Fraction, high: Fraction) -> arb:
    """A ball that contains the closed interval."""
    middle, radius = (low + high) / 2, (high - low) / 2
    return arb(arb_of(middle).mid(), arb_of(radius).abs_upper()) + arb(0, arb_of(middle).rad())


NOT_KNOWN = arb.nan()


def enclose(e: Expr, env: Environment) -> arb:
    """A ball that contains the value of ``e`` for every choice of values in ``env``.

    Not finite when the precision does not tell whether the value exists.  Raises
    `Undefined` when it provably does not, anywhere on the input; KeyError for a
    variable that ``env`` lacks.
    """
    return _ROWS[type(e)](e, env)


def _number(e: Number, env: Environment) -> arb:
    return arb_of(e.value)


def _constant(e: Constant, env: Environment) -> arb:
    if e.name == "pi":
        return arb.pi()
    if e.name == "e":
        return arb.const_e()
    # Infinity is no real number; where it is a value that may be asked for, nothing is enclosed.
    raise Undefined


def _variable(e: Variable, env: Environment) -> arb:
    return env[e.name]


def _negative(e: Neg, env: Environment) -> arb:
    return -enclose(e.argument, env)


def _sum(e: Add, env: Environment) -> arb:
    terms = e.terms
    total = enclose(terms[0], env)
    for term in terms[1:]:
        total = total + enclose(term, env)
    return total


def _product(e: Mul, env: Environment) -> arb:
    factors = e.factors
    product = enclose(factors[0], env)
    for factor in factors[1:]:
        product = product * enclose(factor, env)
    return product


def _quotient(e: Div, env: Environment) -> arb:
    top = enclose(e.numerator, env)
    bottom = enclose(e.denominator, env)
    if bottom.is_zero():
        raise Undefined
    return top / bottom


def _power(e: Pow, env: Environment) -> arb:
    exponent, base = e.exponent, e.base
    q = exponent.value if type(exponent) is Number else rational_value(exponent)
    if q is not None:
        return rational_power(enclose(base, env), q)
    if type(base) is Constant and base.name == "e":
        return enclose(exponent, env).exp()
    return _general_power(enclose(base, env), enclose(exponent, env))


def rational_power(b: arb, q: Fraction) -> arb:
    """``b**q``: the real root for an odd denominator, else only for ``b >= 0``."""
    n, d = q.numerator, q.denominator
    if n < 0 and b.is_zero():
        raise Undefined
    if d == 1:
        return integer_power(b, n)
    if b.is_zero():
        # FLINT has a square root of zero, but no cube root.
        return b
    if d > _HIGHEST_ROOT and b > 0:
        # The numerator may be as long, and a power that high of a ball says nothing.
        return (b.log() * n / d).exp()
    if b >= 0:
        root = b.sqrt() if d == 2 else _high_root(b, d)
    elif d % 2 == 0:
        if b < 0:
            raise Undefined
        return NOT_KNOWN
    elif b <= 0:
        root = -_high_root(-b, d)
    elif n > 0:
        # The root is monotone, so its range over a ball around zero is bounded by that of the end.
        root = arb(0, _high_root(b.abs_upper(), d).abs_upper())
    else:
        return NOT_KNOWN
    return integer_power(root, n)


_HIGHEST_ROOT = 1 << 16


def _high_root(b: arb, d: int) -> arb:
    """The d-th root of a ball that is not negative."""
    if d <= _HIGHEST_ROOT:
        return b.root(d)
    # Too high for flint's integers, or slow there: by the logarithm, which needs a positive ball.
    if b > 0:
        return (b.log() / d).exp()
    if b.is_zero():
        return b
    upper = (b.abs_upper().log() / d).exp().abs_upper()
    return arb(upper / 2, upper / 2)


def integer_power(b: arb, n: int) -> arb:
    """``b**n``, tight where the ball contains zero: an even power is not negative."""
    if n < 0:
        if b.is_zero():
            raise Undefined
        # Not the reciprocal of the positive power: flint keeps exact powers of exact balls.
        return b**n if not b.contains(0) else NOT_KNOWN
    if n and b.contains(0) and not b.is_zero():
        if not b.is_finite():
            return NOT_KNOWN
        bound = b.abs_upper() ** n
        if n % 2 == 0:
            return arb(0, bound.abs_upper()).nonnegative_part()
        if b.mid().is_zero():
            # flint's power falls back on logarithms for a midpoint of zero, and fails.
            return arb(0, bound.abs_upper())
    return b**n


def _general_power(b: arb, x: arb) -> arb:
    if b > 0:
        return (b.log() * x).exp()
    whole = x.unique_fmpz() if x.is_exact() else None
    if whole is not None and abs(whole) < 1 << 16:
        if whole < 0 and b.is_zero():
            raise Undefined
        return integer_power(b, int(whole))
    if b.is_zero():
        if x > 0:
            return arb(0)
        if x <= 0:
            raise Undefined
    if b < 0 and (x.is_exact() or not x.contains_integer()):
        raise Undefined
    return NOT_KNOWN


def _apply(e: Apply, env: Environment) -> arb:
    row = _FUNCTIONS.get(e.function)
    if row is not None:
        return row(*[enclose(argument, env) for argument in e.arguments])
    return enclose(definition(e), env)


def definition(e: Apply) -> Expr:
    """A function without a row of its own, written in functions that have one."""
    from grader.expr.functions import FUNCTIONS

    expand = FUNCTIONS[e.function].definition
    if expand is None:
        raise KeyError(e.function)
    return expand(*e.arguments)


def _ln(u: arb) -> arb:
    if u <= 0:
        raise Undefined
    return u.log()


def _sqrt(u: arb) -> arb:
    if u < 0:
        raise Undefined
    return u.sqrt()


def _cbrt(u: arb) -> arb:
    return rational_power(u, Fraction(1, 3))


def _root(n: arb, u: arb) -> arb:
    index = n.unique_fmpz() if n.is_exact() else None
    if index is None or abs(index) > 1000:
        return NOT_KNOWN
    if index == 0:
        raise Undefined
    return rational_power(u, Fraction(1, int(index)))


def _nonzero(function: Callable[[arb], arb]) -> Callable[[arb], arb]:
    def row(u: arb) -> arb:
        if u.is_zero():
            raise Undefined
        return function(u)

    return row


def _within_one(function: Callable[[arb], arb]) -> Callable[[arb], arb]:
    def row(u: arb) -> arb:
        if u > 1 or u < -1:
            raise Undefined
        return function(u)

    return row


def _arcosh(u: arb) -> arb:
    if u < 1:
        raise Undefined
    return u.acosh()


def _artanh(u: arb) -> arb:
    if u >= 1 or u <= -1:
        raise Undefined
    return u.atanh()


def _sign(u: arb) -> arb:
    if u > 0:
        return arb(1)
    if u < 0:
        return arb(-1)
    return arb(0) if u.is_zero() else arb(0, 1)


def _factorial(n: arb) -> arb:
    whole = n.unique_fmpz() if n.is_exact() else None
    if whole is not None and whole < 0:
        raise Undefined
    return (n + 1).gamma()


def _minimum(*values: arb) -> arb:
    least = values[0]
    for value in values[1:]:
        least = least.min(value)
    return least


def _maximum(*values: arb) -> arb:
    greatest = values[0]
    for value in values[1:]:
        greatest = greatest.max(value)
    return greatest


def _logarithm(base: arb, u: arb) -> arb:
    if base <= 0 or base == 1:
        raise Undefined
    return _ln(u) / base.log()


_ROWS: Mapping[type, Callable[..., arb]] = {
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

_FUNCTIONS: Mapping[str, Callable[..., arb]] = {
    "sin": arb.sin,
    "cos": arb.cos,
    "tan": arb.tan,
    "cot": _nonzero(arb.cot),
    "sec": arb.sec,
    "csc": _nonzero(arb.csc),
    "arcsin": _within_one(arb.asin),
    "arccos": _within_one(arb.acos),
    "arctan": arb.atan,
    "sinh": arb.sinh,
    "cosh": arb.cosh,
    "tanh": arb.tanh,
    "coth": _nonzero(arb.coth),
    "sech": arb.sech,
    "csch": _nonzero(arb.csch),
    "arsinh": arb.asinh,
    "arcosh": _arcosh,
    "artanh": _artanh,
    "exp": arb.exp,
    "ln": _ln,
    "log": _logarithm,
    "sqrt": _sqrt,
    "cbrt": _cbrt,
    "root": _root,
    "abs": abs,
    "sign": _sign,
    "min": _minimum,
    "max": _maximum,
    "factorial": _factorial,
    "erf": arb.erf,
}

PRIMITIVE: frozenset[str] = frozenset(_FUNCTIONS)
"""The functions with a row here; every other one must have a definition."""


def integer_of(ball: arb) -> int | None:
    """The only integer in a ball, if there is exactly one."""
    whole = ball.unique_fmpz()
    return None if whole is None else int(fmpz(whole))
