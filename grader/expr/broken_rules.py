"""Rules of differentiation as they get broken: what is written for one node's derivative.

A form takes the node, the variable and the slope of the node's parts, and gives the wrong
derivative, or None where the broken rule has no place.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TypeAlias

from grader.expr.derivative import derivative
from grader.expr.rules import Composition, Slope, composition, power_of, step
from grader.expr.tidy import tidy
from grader.expr.tree import (
    ONE,
    Add,
    Apply,
    Div,
    E,
    Expr,
    Mul,
    Neg,
    Pow,
    Variable,
    rational,
    rational_value,
    variables,
)

Form: TypeAlias = Callable[[Expr, str, Slope], Expr | None]


# Products -----------------------------------------------------------------------------------


def _parts_of_product(e: Expr, x: str) -> tuple[tuple[Expr, ...], tuple[Expr, ...]] | None:
    """The constant factors and the two or more others, of a product that needs the product rule."""
    if not isinstance(e, Mul):
        return None
    moving = tuple(f for f in e.factors if x in variables(f))
    still = tuple(f for f in e.factors if x not in variables(f))
    return (still, moving) if len(moving) > 1 else None


def product(combine: Callable[[tuple[Expr, ...], Slope], Expr | None]) -> Form:
    """A broken product rule; constant factors are kept."""

    def form(e: Expr, x: str, slope: Slope) -> Expr | None:
        parts = _parts_of_product(e, x)
        if parts is None:
            return None
        still, moving = parts
        wrong = combine(moving, slope)
        return None if wrong is None else Mul((*still, wrong))

    return form


def with_minus(moving: tuple[Expr, ...], slope: Slope) -> Expr | None:
    if len(moving) != 2:
        return None
    f, g = moving
    return Add((Mul((slope(f), g)), Neg(Mul((f, slope(g))))))


def with_minus_first(moving: tuple[Expr, ...], slope: Slope) -> Expr | None:
    right = with_minus(moving, slope)
    return None if right is None else Neg(right)


# Quotients ----------------------------------------------------------------------------------


def quotient(combine: Callable[[Expr, Expr, Expr, Expr], Expr]) -> Form:
    """A broken quotient rule from f, g and their slopes, both of which move."""

    def form(e: Expr, x: str, slope: Slope) -> Expr | None:
        if not isinstance(e, Div) or x not in variables(e.numerator) or x not in variables(e.denominator):
            return None
        return combine(e.numerator, e.denominator, slope(e.numerator), slope(e.denominator))

    return form


def reciprocal(e: Expr, x: str, slope: Slope) -> Expr | None:
    if not isinstance(e, Div) or x in variables(e.numerator) or x not in variables(e.denominator):
        return None
    return Div(e.numerator, slope(e.denominator))


# Compositions -------------------------------------------------------------------------------


def chain(combine: Callable[[Composition, Expr], Expr]) -> Form:
    """A broken chain rule; applies where the inside is more than the variable plus a constant."""

    def form(e: Expr, x: str, slope: Slope) -> Expr | None:
        outer = composition(e, x)
        if outer is None or tidy(derivative(outer.inside, x)) == ONE:
            return None
        return combine(outer, slope(outer.inside))

    return form


def outer_at_variable(e: Expr, x: str, slope: Slope) -> Expr | None:
    outer = composition(e, x)
    # k*e^x for e^(kx) is a slip of its own: see bare_exponent.
    if outer is None or outer.inside == Variable(x) or bare_exponent(e, x, slope) is not None:
        return None
    return Mul((outer.slope(Variable(x)), slope(outer.inside)))


# Powers -------------------------------------------------------------------------------------


def power(combine: Callable[[Expr, Expr, Fraction], Expr | None], roots: bool = True) -> Form:
    """A broken power rule: from base, slope of the base and a rational exponent."""

    def form(e: Expr, x: str, slope: Slope) -> Expr | None:
        parts = power_of(e, x)
        if parts is None:
            return None
        factor, base, exponent = parts
        n = rational_value(exponent)
        if n is None or n in (0, 1) or (not roots and n.denominator != 1):
            return None
        wrong = combine(base, slope(base), n)
        return None if wrong is None else Mul((factor, wrong))

    return form


def factor_dropped(base: Expr, inner: Expr, n: Fraction) -> Expr | None:
    # For 1/u only the sign would be lost, which is another slip.
    return None if n == -1 else Mul((Pow(base, rational(n - 1)), inner))


def wrong_way(base: Expr, inner: Expr, n: Fraction) -> Expr | None:
    return Mul((rational(n), Pow(base, rational(n + 1)), inner)) if n < 0 else None


def root_exponent(base: Expr, inner: Expr, n: Fraction) -> Expr | None:
    if n.denominator == 1 or not 0 < n < 1:
        return None
    return Mul((rational(n), Pow(base, rational(1 - n)), inner))


def power_of_slope(base: Expr, inner: Expr, n: Fraction) -> Expr | None:
    return None if isinstance(base, Variable) else Pow(inner, rational(n))


def _exponential(e: Expr, x: str) -> tuple[Expr, Expr] | None:
    """Base and exponent where only the exponent moves."""
    match e:
        case Apply("exp", (exponent,)):
            return E, exponent
        case Pow(base, exponent) if x not in variables(base) and x in variables(exponent):
            return base, exponent
    return None


def lowered(e: Expr, x: str, slope: Slope) -> Expr | None:
    parts = _exponential(e, x)
    return None if parts is None else Mul((parts[1], Pow(parts[0], Add((parts[1], Neg(ONE))))))


def lowered_with_inner(e: Expr, x: str, slope: Slope) -> Expr | None:
    wrong, parts = lowered(e, x, slope), _exponential(e, x)
    if wrong is None or parts is None or parts[1] == Variable(x):
        return None
    return Mul((wrong, slope(parts[1])))


def own_slope(e: Expr, x: str, slope: Slope) -> Expr | None:
    parts = _exponential(e, x)
    return None if parts is None or parts[0] == E else Mul((e, slope(parts[1])))


def bare_exponent(e: Expr, x: str, slope: Slope) -> Expr | None:
    parts = _exponential(e, x)
    if parts is None:
        return None
    base, exponent = parts
    rate = tidy(derivative(exponent, x))
    if x in variables(rate) or rate == ONE:
        return None
    return Mul((rate, Pow(base, Variable(x)))) if base == E else None


def _moving_power(e: Expr, x: str) -> Pow | None:
    if isinstance(e, Pow) and x in variables(e.base) and x in variables(e.exponent):
        return e
    return None


def power_rule_there(e: Expr, x: str, slope: Slope) -> Expr | None:
    both = _moving_power(e, x)
    return None if both is None else Mul((both.exponent, Pow(both.base, Add((both.exponent, Neg(ONE))))))


def power_and_inner_there(e: Expr, x: str, slope: Slope) -> Expr | None:
    wrong, both = power_rule_there(e, x, slope), _moving_power(e, x)
    return None if wrong is None or both is None else Mul((wrong, slope(both.exponent)))


def exponential_rule_there(e: Expr, x: str, slope: Slope) -> Expr | None:
    both = _moving_power(e, x)
    return None if both is None else Mul((both, Apply("ln", (both.base,)), slope(both.exponent)))


# Sums and constants -------------------------------------------------------------------------


def constants_survive(e: Expr, x: str, slope: Slope) -> Expr | None:
    if not isinstance(e, Add) or all(x in variables(term) for term in e.terms):
        return None
    return Add(tuple(slope(term) if x in variables(term) else term for term in e.terms))


def linear_kept(e: Expr, x: str, slope: Slope) -> Expr | None:
    if not isinstance(e, Add):
        return None
    linear = tuple(_is_linear(term, x) for term in e.terms)
    if not any(linear):
        return None
    return Add(tuple(term if kept else slope(term) for term, kept in zip(e.terms, linear, strict=True)))


def _is_linear(term: Expr, x: str) -> bool:
    match term:
        case Neg(argument):
            return _is_linear(argument, x)
        case Mul(factors):
            moving = [factor for factor in factors if x in variables(factor)]
            return moving == [Variable(x)]
        case Div(numerator, denominator):
            return x not in variables(denominator) and _is_linear(numerator, x)
        case _:
            # A bare x is left alone: nobody writes x for its slope.
            return False


def minus_lost(e: Expr, x: str, slope: Slope) -> Expr | None:
    if not isinstance(e, Add) or not any(isinstance(t, Neg) and x in variables(t) for t in e.terms):
        return None
    return Add(tuple(slope(t.argument if isinstance(t, Neg) else t) for t in e.terms))


def factor_lost(e: Expr, x: str, slope: Slope) -> Expr | None:
    match e:
        case Mul(factors):
            moving = tuple(f for f in factors if x in variables(f))
            if len(moving) == len(factors):
                return None
            return slope(moving[0]) if len(moving) == 1 else step(Mul(moving), x, slope)
        case Div(numerator, denominator) if x not in variables(denominator):
            return slope(numerator)
    return None


def factor_lost_with_sign(e: Expr, x: str, slope: Slope) -> Expr | None:
    """A negative coefficient goes as a whole."""
    return factor_lost(e.argument, x, slope) if isinstance(e, Neg) else None


def sign(function: str) -> Form:
    """The other sign for one function's slope."""

    def form(e: Expr, x: str, slope: Slope) -> Expr | None:
        if not isinstance(e, Apply) or e.function != function:
            return None
        return Neg(step(e, x, slope))

    return form


def sigmoid_plus(e: Expr, x: str, slope: Slope) -> Expr | None:
    """``s(1 + s)`` for the slope of the sigmoid, by name or written as ``1/(1 + e^(-u))``."""
    inner = _inside_sigmoid(e)
    if inner is None or x not in variables(inner):
        return None
    return Mul((e, Add((ONE, e)), slope(inner)))


def _inside_sigmoid(e: Expr) -> Expr | None:
    match e:
        case Apply("sigmoid", (u,)):
            return u
        case Div(top, Add((one, other))) if top == ONE and (one == ONE or other == ONE):
            match other if one == ONE else one:
                case Apply("exp", (u,)):
                    return tidy(Neg(u))
                case Pow(base, u) if base == E:
                    return tidy(Neg(u))
    return None
