"""Antiderivatives of sums of elementary terms, for recognising who integrated by mistake.

Not an integrator: a term is a constant times a power, exponential, sine or cosine of
something linear, and anything else gives None.
"""

from __future__ import annotations

from grader.expr.derivative import derivative
from grader.expr.tidy import tidy
from grader.expr.tree import (
    ONE,
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


def simple_antiderivative(e: Expr, x: str) -> Expr | None:
    """One antiderivative, without a constant, of a sum of elementary terms; None for anything else."""
    result = _of(e, x)
    return None if result is None else tidy(result)


def _of(e: Expr, x: str) -> Expr | None:
    if x not in variables(e):
        return Mul((e, Variable(x)))
    match e:
        case Neg(argument):
            inner = _of(argument, x)
            return None if inner is None else Neg(inner)
        case Add(terms):
            parts = [_of(term, x) for term in terms]
            found = tuple(part for part in parts if part is not None)
            return Add(found) if len(found) == len(parts) else None
        case Mul(factors):
            moving = [factor for factor in factors if x in variables(factor)]
            inner = _of(moving[0], x) if len(moving) == 1 else None
            still = tuple(factor for factor in factors if x not in variables(factor))
            return None if inner is None else Mul((*still, inner))
        case Div(numerator, denominator) if x not in variables(denominator):
            inner = _of(numerator, x)
            return None if inner is None else Div(inner, denominator)
        case Div(numerator, Pow(base, exponent)) if x not in variables(numerator):
            inner = _of(Pow(base, Neg(exponent)), x)
            return None if inner is None else Mul((numerator, inner))
        case Div(numerator, denominator) if x not in variables(numerator):
            inner = _of(Pow(denominator, Neg(ONE)), x)
            return None if inner is None else Mul((numerator, inner))
    return _linear_inside(e, x)


def _linear_inside(e: Expr, x: str) -> Expr | None:
    """Of an elementary function with something linear inside: its antiderivative over the inner slope."""
    inside: Expr
    outer: Expr
    match e:
        case Variable():
            inside, outer = e, _power(e, ONE)
        case Pow(base, exponent) if x not in variables(exponent):
            inside, outer = base, _power(base, exponent)
        case Pow(base, exponent) if x not in variables(base):
            inside, outer = exponent, e if base == E else Div(e, Apply("ln", (base,)))
        case Apply("exp", (argument,)):
            inside, outer = argument, e
        case Apply("sin", (argument,)):
            inside, outer = argument, Neg(Apply("cos", (argument,)))
        case Apply("cos", (argument,)):
            inside, outer = argument, Apply("sin", (argument,))
        case Apply("sqrt", (argument,)):
            inside, outer = argument, Mul((Div(rational(2), rational(3)), argument, e))
        case _:
            return None
    slope = tidy(derivative(inside, x))
    return None if x in variables(slope) or slope == ZERO else Div(outer, slope)


def _power(base: Expr, exponent: Expr) -> Expr:
    n = rational_value(exponent)
    if n == -1:
        return Apply("ln", (Apply("abs", (base,)),))
    raised = Add((exponent, ONE)) if n is None else rational(n + 1)
    return Div(Pow(base, raised), raised)
