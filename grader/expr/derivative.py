"""Differentiates a tree: one rule per kind of node, the slopes of functions from their table.

The result is lightly tidied (no ``0*u``, ``1*u``, ``u + 0``) and otherwise as the rules give it.
It has no value where the derivative does not exist, but may have values where the expression
itself has none (``1/x`` for ``ln x`` at negative x).
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from grader.expr.functions import FUNCTIONS
from grader.expr.tree import (
    ONE,
    TWO,
    ZERO,
    Add,
    Apply,
    Constant,
    Div,
    E,
    Expr,
    Mul,
    Neg,
    Number,
    Pow,
    Variable,
    children,
    integer,
    rational,
    rational_value,
    variables,
)


class NotDifferentiable(ValueError):
    """A function without a slope stands in the way; ``function`` is its name."""

    def __init__(self, function: str) -> None:
        super().__init__(function)
        self.function = function

    def __str__(self) -> str:
        return f"the function {self.function} cannot be differentiated"


_FEW = 24


def derivative(e: Expr, x: str) -> Expr:
    """The derivative with respect to the variable x; raises `NotDifferentiable`."""
    match e:
        case Number() | Constant():
            return ZERO
        case Variable(name):
            return ONE if name == x else ZERO
        case Neg(argument):
            return _negative(derivative(argument, x))
        case Add(terms):
            return _sum(derivative(term, x) for term in terms)
        case Mul(factors) if len(factors) > _FEW:
            # Two halves at a time: the derivative of n factors has n log n nodes, not n^2.
            half = len(factors) // 2
            return derivative(Mul((_whole(factors[:half]), _whole(factors[half:]))), x)
        case Mul(factors):
            return _sum(
                _product((*factors[:i], slope, *factors[i + 1 :]))
                for i, factor in enumerate(factors)
                if (slope := derivative(factor, x)) is not ZERO
            )
        case Div(numerator, denominator):
            return _quotient_rule(numerator, denominator, x)
        case Pow(base, exponent):
            return _power_rule(base, exponent, x)
        case Apply():
            return _chain_rule(e, x)


partial = derivative
"""The same under its name for several variables: the others are held fixed."""


def gradient(e: Expr, names: Iterable[str]) -> tuple[Expr, ...]:
    """The partial derivatives in the order of the names."""
    return tuple(derivative(e, name) for name in names)


def jacobian(es: Iterable[Expr], names: Iterable[str]) -> tuple[tuple[Expr, ...], ...]:
    """One row for each component, one column for each variable (numerator layout)."""
    columns = tuple(names)
    return tuple(gradient(e, columns) for e in es)


def hessian(e: Expr, names: Iterable[str]) -> tuple[tuple[Expr, ...], ...]:
    """Row i, column j: differentiated by name i first, then by name j."""
    columns = tuple(names)
    return jacobian(gradient(e, columns), columns)


# A derivative that vanishes is the object ZERO itself: `is` tells without comparing trees.


def _quotient_rule(f: Expr, g: Expr, x: str) -> Expr:
    df, dg = derivative(f, x), derivative(g, x)
    if dg is ZERO:
        return _quotient(df, g)
    if df is ZERO:
        base, n = _whole_power(g)
        if n > 1:
            # c/u^n is c u^(-n).
            above = _product((integer(n), f, derivative(base, x)))
            return _negative(_quotient(above, Pow(base, integer(n + 1))))
        return _negative(_quotient(_product((f, dg)), _squared(g)))
    return _quotient(_sum((_product((df, g)), _negative(_product((f, dg))))), _squared(g))


def _power_rule(base: Expr, exponent: Expr, x: str) -> Expr:
    of_base, of_exponent = derivative(base, x), derivative(exponent, x)
    if of_exponent is ZERO:
        if of_base is ZERO:
            return ZERO
        return _product((exponent, _power(base, _one_less(exponent)), of_base))
    power = Pow(base, exponent)
    if of_base is ZERO:
        return _product((power, of_exponent) if base == E else (power, Apply("ln", (base,)), of_exponent))
    # u^v = e^(v ln u)
    outer = _product((of_exponent, Apply("ln", (base,))))
    inner = of_base if base == exponent else _quotient(_product((exponent, of_base)), base)
    return _product((power, _sum((outer, inner))))


def _chain_rule(e: Apply, x: str) -> Expr:
    function = FUNCTIONS[e.function]
    if function.slope is not None:
        (u,) = e.arguments
        slope = derivative(u, x)
        if slope is ZERO:
            return ZERO
        if e.function == "ln" and isinstance(u, Apply) and u.function == "abs":
            # The sign of v cancels in (ln |v|)'.
            (v,) = u.arguments
            return _quotient(derivative(v, x), v)
        outer = function.slope(u)
        if outer == ZERO:
            return ZERO
        if isinstance(outer, Div) and _is_one(outer.numerator):
            return _quotient(slope, outer.denominator)
        return _product((slope, outer))
    if x not in variables(e):
        return ZERO
    match e:
        case Apply("log", (base, u)) if x not in variables(base):
            return _quotient(derivative(u, x), _product((u, Apply("ln", (base,)))))
        case Apply("root", (n, u)):
            return _root_rule(n, u, x)
        case Apply("min" | "max" as name, (first, second)):
            return _corner_rule(name, first, second, x)
        case Apply("min" | "max" as name, (first, *rest)):
            return _corner_rule(name, first, Apply(name, tuple(rest)), x)
    if function.definition is None:
        raise NotDifferentiable(e.function)
    return derivative(function.definition(*e.arguments), x)


def _root_rule(n: Expr, u: Expr, x: str) -> Expr:
    """``root(n, u)``: the power rule, kept in roots because they take negative numbers."""
    if x in variables(n):
        raise NotDifferentiable("root")
    below = _product((n, _power(Apply("root", (n, u)), _one_less(n))))
    return _quotient(derivative(u, x), below)


def _corner_rule(name: str, f: Expr, g: Expr, x: str) -> Expr:
    """``max(f, g) = (f + g + |f - g|)/2``, and ``min`` with the other sign."""
    df, dg = derivative(f, x), derivative(g, x)
    gap = Add((f, Neg(g)))
    bent = _product((Div(gap, Apply("abs", (gap,))), _sum((df, _negative(dg)))))
    return Div(_sum((df, dg, bent if name == "max" else _negative(bent))), TWO)


def _one_less(exponent: Expr) -> Expr:
    if isinstance(exponent, Number) and exponent.value.denominator == 1 and exponent.value.numerator:
        return Number(Fraction(exponent.value.numerator - 1))
    value = rational_value(exponent)
    return Add((exponent, Neg(ONE))) if value is None else rational(value - 1)


def _negative(e: Expr) -> Expr:
    if e is ZERO:
        return ZERO
    return e.argument if isinstance(e, Neg) else Neg(e)


def _whole(factors: tuple[Expr, ...]) -> Expr:
    return Mul(factors) if len(factors) > 1 else factors[0]


def _sum(terms: Iterable[Expr]) -> Expr:
    kept = tuple([term for term in terms if term is not ZERO])
    return Add(kept) if len(kept) > 1 else kept[0] if kept else ZERO


def _product(factors: tuple[Expr, ...]) -> Expr:
    """The product with signs and numerals in front, products inside it opened, like powers joined,
    and ``u * (1/v)`` as a quotient."""
    negative = False
    # Two integers: arithmetic with Fraction would take most of the time.
    top = bottom = 1
    kept: list[Expr] = []
    below: list[Expr] = []
    pending = list(reversed(factors))
    while pending:
        factor = pending.pop()
        if isinstance(factor, Neg):
            negative = not negative
            pending.append(factor.argument)
        elif isinstance(factor, Number):
            top *= factor.value.numerator
            bottom *= factor.value.denominator
        elif isinstance(factor, Mul):
            pending.extend(reversed(factor.factors))
        elif isinstance(factor, Div) and _is_one(factor.numerator) and not isinstance(factor.denominator, Number):
            below.append(factor.denominator)
        else:
            _join(kept, factor)
    if not top:
        return ZERO
    if bottom != 1:
        kept.insert(0, rational(Fraction(top, bottom)))
    elif top != 1 or not kept:
        kept.insert(0, Number(Fraction(top)))
    product = kept[0] if len(kept) == 1 else Mul(tuple(kept))
    if below:
        product = Div(product, below[0] if len(below) == 1 else _product(tuple(below)))
    return Neg(product) if negative else product


def _join(factors: list[Expr], new: Expr) -> None:
    """Adds a factor; ``u * u^2`` becomes ``u^3`` (positive whole exponents only, so no hole is lost)."""
    base, power = _whole_power(new)
    if _is_deep(base):
        factors.append(new)
        return
    # Beyond a textbook's number of factors looking for equal ones would take quadratic time.
    for i, factor in enumerate(factors[:_FEW]):
        other, exponent = _whole_power(factor)
        if power and exponent and other == base:
            factors[i] = Pow(base, Number(Fraction(power + exponent)))
            return
    factors.append(new)


_DEEP = 12


def _is_deep(e: Expr) -> bool:
    """Whether there are many nodes between the root and its first leaf, or its last.

    A nest has a derivative of many deep factors that differ in their depths only: to compare all
    with all, to the bottom, would take cubic time.
    """
    return _leads_deep(e, 0) or _leads_deep(e, -1)


def _leads_deep(e: Expr, child: int) -> bool:
    for _ in range(_DEEP):
        parts = children(e)
        if not parts:
            return False
        e = parts[child]
    return True


def _whole_power(e: Expr) -> tuple[Expr, int]:
    """Base and exponent; the exponent is 0 where it is not a positive whole number."""
    if not isinstance(e, Pow):
        return e, 1
    exponent = e.exponent
    if isinstance(exponent, Number) and exponent.value.denominator == 1:
        return e.base, exponent.value.numerator
    return e, 0


def _quotient(numerator: Expr, denominator: Expr) -> Expr:
    if numerator is ZERO or _is_one(denominator):
        return numerator
    if isinstance(numerator, Neg):
        return Neg(_quotient(numerator.argument, denominator))
    if isinstance(numerator, Div) and not isinstance(numerator.denominator, Number):
        return Div(numerator.numerator, _product((numerator.denominator, denominator)))
    return Div(numerator, denominator)


def _squared(e: Expr) -> Expr:
    # (u^n)^2 is u^(2n), without a hole lost for positive n.
    base, n = _whole_power(e)
    return Pow(base, Number(Fraction(2 * n))) if n > 1 else Pow(e, TWO)


def _power(base: Expr, exponent: Expr) -> Expr:
    if isinstance(exponent, Number) and exponent.value.denominator == 1 and exponent.value.numerator < 2:
        return base if exponent.value.numerator else ONE
    return Pow(base, exponent)


def _is_one(e: Expr) -> bool:
    return e is ONE or (isinstance(e, Number) and e.value.numerator == e.value.denominator)
