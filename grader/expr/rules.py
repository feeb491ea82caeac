"""The rules of differentiation at one node, with the slopes of its parts left open.

`grader.expr.derivative` differentiates whole trees.  Here the rule stands alone, so that a
slip can put a wrong slope for one part into an otherwise right derivative, and a node can be
seen as a student sees it: a root as a power, ``c/u^n`` as a negative power.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import TypeAlias

from grader.expr.derivative import derivative
from grader.expr.functions import FUNCTIONS
from grader.expr.tidy import tidy
from grader.expr.tree import (
    ONE,
    TWO,
    ZERO,
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
from grader.records import record

Slope: TypeAlias = Callable[[Expr], Expr]
"""Differentiates a part."""


def step(e: Expr, x: str, slope: Slope) -> Expr:
    """The true rule at this node, given the slopes of its parts."""
    match e:
        case Variable(name):
            return ONE if name == x else ZERO
        case Neg(argument):
            return Neg(slope(argument))
        case Add(terms):
            return Add(tuple(slope(term) for term in terms))
        case Mul(factors):
            return sum_of(replaced(factors, i, slope(f)) for i, f in enumerate(factors) if x in variables(f))
        case Div(numerator, denominator) if x not in variables(denominator):
            return Div(slope(numerator), denominator)
        case Div(numerator, denominator):
            above = Add((Mul((slope(numerator), denominator)), Neg(Mul((numerator, slope(denominator))))))
            return Div(above, Pow(denominator, TWO))
        case Pow(base, exponent) if x in variables(base) and x in variables(exponent):
            rate = Add((Mul((slope(exponent), Apply("ln", (base,)))), Div(Mul((exponent, slope(base))), base)))
            return Mul((e, rate))
    outer = composition(e, x)
    if outer is not None:
        return Mul((outer.slope(outer.inside), slope(outer.inside)))
    return derivative(e, x)


@record
class Composition:
    """A node as an outer function of one inside part; ``slope`` is that of the outer function."""

    slope: Slope
    inside: Expr


def composition(e: Expr, x: str) -> Composition | None:
    power = power_of(e, x)
    if power is not None:
        factor, base, n = power
        return Composition(lambda t: Mul((factor, n, Pow(t, _less_one(n)))), base)
    match e:
        case Pow(base, exponent) if x not in variables(base):
            if base == E:
                return Composition(lambda t: Pow(base, t), exponent)
            return Composition(lambda t: Mul((Pow(base, t), Apply("ln", (base,)))), exponent)
        case Apply(name, (inside,)):
            slope = FUNCTIONS[name].slope
            return None if slope is None else Composition(slope, inside)
    return None


def power_of(e: Expr, x: str) -> tuple[Expr, Expr, Expr] | None:
    """A node read as factor * base^exponent, factor and exponent constant: powers, roots, c/u^n."""
    match e:
        case Pow(base, exponent) if x in variables(base) and x not in variables(exponent):
            return ONE, base, exponent
        case Apply("sqrt", (base,)):
            return ONE, base, rational(Fraction(1, 2))
        case Apply("cbrt", (base,)):
            return ONE, base, rational(Fraction(1, 3))
        case Div(numerator, denominator) if x not in variables(numerator):
            inner = power_of(denominator, x)
            if inner is None:
                # A product or quotient below the bar is not a power of one thing.
                return (numerator, denominator, Neg(ONE)) if isinstance(denominator, Variable | Add | Apply) else None
            factor, base, n = inner
            return Div(numerator, factor), base, tidy(Neg(n))
    return None


def _less_one(n: Expr) -> Expr:
    value = rational_value(n)
    return Add((n, Neg(ONE))) if value is None else rational(value - 1)


def sum_of(terms: Iterator[Expr]) -> Expr:
    found = tuple(terms)
    return found[0] if len(found) == 1 else Add(found)


def replaced(factors: tuple[Expr, ...], i: int, new: Expr) -> Expr:
    return Mul(factors[:i] + (new,) + factors[i + 1 :])
