"""What has to hold for an expression to have a value: one walk that collects all conditions.

A *need* is an expression with what is asked of its value: ``positive`` (a logarithm, a negative
even root), ``nonnegative`` (an even root) or ``nonzero`` (a denominator).  The expression has a
value where all needs hold; where ``nonnegative`` or ``positive`` fails on an interval, it has none
there.  Needs inside another one come before it.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Literal, TypeAlias

from grader.expr.domain import Domain
from grader.expr.functions import LONGEST_PRODUCT
from grader.expr.tree import (
    ONE,
    Add,
    Apply,
    Constant,
    Div,
    Expr,
    Mul,
    Neg,
    Number,
    Pow,
    Variable,
    children,
    rational_value,
    variables,
)

Kind: TypeAlias = Literal["positive", "nonnegative", "nonzero"]
Need: TypeAlias = tuple[Expr, Kind]
Needs: TypeAlias = dict[Need, None]


def requirements(e: Expr, domain: Domain | None = None) -> Needs:
    """The needs of an expression; the domain tells which variables stand for integers."""
    found: Needs = {}
    _collect(e, found, domain if domain is not None and domain.integers else None)
    return found


def _collect(e: Expr, found: Needs, integers: Domain | None) -> None:
    kind = type(e)
    if kind is Number or kind is Variable or kind is Constant:
        return
    for part in children(e):
        _collect(part, found, integers)
    if kind is Apply:
        assert isinstance(e, Apply)
        row = _OF_FUNCTIONS.get(e.function)
        if row is not None:
            row(found, *e.arguments)
    elif kind is Div:
        assert isinstance(e, Div)
        _nonzero(found, e.denominator)
    elif kind is Pow:
        assert isinstance(e, Pow)
        _of_power(e, found, integers)


def _of_power(e: Pow, found: Needs, integers: Domain | None) -> None:
    q = rational_value(e.exponent)
    if q is not None:
        _of_rational_power(found, e.base, q)
        return
    base = e.base
    if (isinstance(base, Constant) and base.name != "oo") or (rational_value(base) or 0) > 0:
        return
    if integers is not None and integral(e.exponent, frozenset(integers.integers)):
        if not _never_negative(e.exponent, integers):
            _nonzero(found, base)
        return
    _positive(found, base)


def _of_binomial(found: Needs, n: Expr, k: Expr) -> None:
    """By a small whole k it is a polynomial in n, else ``n!/(k! (n - k)!)``."""
    q = rational_value(k)
    if q is None or q.denominator > 1 or not 0 <= q <= LONGEST_PRODUCT:
        for u in (n, k, Add((n, Neg(k)))):
            _positive(found, _one_plus(u))


def _of_rational_power(found: Needs, base: Expr, q: Fraction) -> None:
    if q.denominator % 2 == 0:
        (_nonnegative if q > 0 else _positive)(found, base)
    elif q < 0:
        _nonzero(found, base)


def integral(e: Expr, integers: frozenset[str]) -> bool:
    """Whether the value is an integer, by its form: a polynomial with integer coefficients, a factorial."""
    match e:
        case Number(value):
            return value.denominator == 1
        case Variable(name):
            return name in integers
        case Neg(argument):
            return integral(argument, integers)
        case Add(parts) | Mul(parts):
            return all(integral(part, integers) for part in parts)
        case Div(Mul((a, Add((b, c)))), Number(value)):
            # n(n+1)/2 and its like.
            return value == 2 and integral(a, integers) and (b, c) in ((a, ONE), (ONE, a), (a, Neg(ONE)))
        case Pow(base, exponent):
            n = rational_value(exponent)
            return n is not None and n >= 0 and n.denominator == 1 and integral(base, integers)
        case Apply("factorial", (u,)):
            return integral(u, integers)
        case _:
            return False


def _never_negative(e: Expr, domain: Domain) -> bool:
    from grader.expr.ranges import box_of, range_of

    return range_of(e, box_of(domain, variables(e))).sign > 0


def _positive(found: Needs, u: Expr) -> None:
    match u:
        case Apply("abs", (v,)) | Apply("sqrt", (v,)):
            _nonzero(found, v)
        case Pow(base, Number(value)) if value.denominator == 1 and value.numerator % 2 == 0:
            _nonzero(found, base)
        case Div(top, bottom) if (rational_value(top) or 0) > 0:
            _positive(found, bottom)
        case Mul((first, *rest)) if (rational_value(first) or 0) > 0:
            _positive(found, rest[0] if len(rest) == 1 else Mul(tuple(rest)))
        case Apply("exp", _) | Pow(Constant(), _):
            pass
        case _:
            if (rational_value(u) or 0) <= 0:
                found[(u, "positive")] = None


def _nonnegative(found: Needs, u: Expr) -> None:
    match u:
        case Apply("abs" | "sqrt" | "exp", _) | Pow(Constant(), _):
            pass
        case Pow(_, Number(value)) if value.denominator == 1 and value.numerator % 2 == 0:
            pass
        case _:
            known = rational_value(u)
            if known is None or known < 0:
                found[(u, "nonnegative")] = None


def _nonzero(found: Needs, u: Expr) -> None:
    match u:
        case Neg(v):
            _nonzero(found, v)
        case Mul(factors):
            for factor in factors:
                _nonzero(found, factor)
        case Div(top, _):
            _nonzero(found, top)
        case Pow(Constant(), _):
            pass
        case Pow(base, exponent) if rational_value(exponent) is not None:
            _nonzero(found, base)
        case Apply(
            "abs" | "sqrt" | "cbrt" | "sign" | "arctan" | "arsinh" | "sinh" | "tanh" | "arcsin" | "artanh", (v,)
        ):
            _nonzero(found, v)
        case Apply("exp" | "cosh" | "sech" | "sigmoid", _):
            pass
        case _:
            if not rational_value(u):
                found[(u, "nonzero")] = None


def _one_minus(u: Expr) -> Expr:
    return Add((ONE, Neg(u)))


def _one_plus(u: Expr) -> Expr:
    return Add((ONE, u))


def _within_one(found: Needs, u: Expr) -> None:
    _nonnegative(found, _one_minus(u))
    _nonnegative(found, _one_plus(u))


def _strictly_within_one(found: Needs, u: Expr) -> None:
    _positive(found, _one_minus(u))
    _positive(found, _one_plus(u))


def _not_within_one(found: Needs, u: Expr) -> None:
    _nonnegative(found, Add((Pow(u, Number(Fraction(2))), Neg(ONE))))


def _outside_one(found: Needs, u: Expr) -> None:
    _positive(found, Add((Pow(u, Number(Fraction(2))), Neg(ONE))))


def _up_to_one(found: Needs, u: Expr) -> None:
    _positive(found, u)
    _nonnegative(found, _one_minus(u))


def _logarithm(found: Needs, base: Expr, u: Expr) -> None:
    _positive(found, base)
    _nonzero(found, Add((base, Neg(ONE))))
    _positive(found, u)


def _root(found: Needs, index: Expr, u: Expr) -> None:
    n = rational_value(index)
    if n is None or n.denominator != 1 or not n:
        _positive(found, u)
        _nonzero(found, index)
    else:
        _of_rational_power(found, u, 1 / n)


_OF_FUNCTIONS: dict[str, Callable[..., None]] = {
    "ln": _positive,
    "log10": _positive,
    "log": _logarithm,
    "sqrt": _nonnegative,
    "root": _root,
    "tan": lambda found, u: _nonzero(found, Apply("cos", (u,))),
    "sec": lambda found, u: _nonzero(found, Apply("cos", (u,))),
    "cot": lambda found, u: _nonzero(found, Apply("sin", (u,))),
    "csc": lambda found, u: _nonzero(found, Apply("sin", (u,))),
    "coth": _nonzero,
    "csch": _nonzero,
    "arcsin": _within_one,
    "arccos": _within_one,
    "arcsec": _not_within_one,
    "arccsc": _not_within_one,
    "artanh": _strictly_within_one,
    "arcoth": _outside_one,
    "arcosh": lambda found, u: _nonnegative(found, Add((u, Neg(ONE)))),
    "arsech": _up_to_one,
    "arcsch": _nonzero,
    "factorial": lambda found, u: _positive(found, _one_plus(u)),
    "binomial": lambda found, n, k: _of_binomial(found, n, k),
}


def conditions(e: Expr) -> dict[Expr, None]:
    """The expressions that must not be negative for ``e`` to have a value, in order."""
    return {u: None for u, kind in requirements(e) if kind != "nonzero"}


def denominators(e: Expr) -> dict[Expr, None]:
    """Every expression that must not be zero for ``e`` to have a value, in order."""
    return {u: None for u, kind in requirements(e) if kind == "nonzero"}
