"""Derivatives of trees, lightly tidied: nothing is multiplied by one or added to zero."""

from __future__ import annotations

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
    Expr,
    Mul,
    Neg,
    Number,
    Pow,
    Variable,
    children,
    rational,
    rational_value,
)


class NoDerivative(ValueError):
    """The function has no derivative that can be written with the functions of the table."""


def derivative(e: Expr, x: str) -> Expr:
    """The derivative of ``e`` with respect to the variable ``x``.

    Equal to the true derivative wherever that exists; at a kink (``|x|`` at 0) the result
    has no meaning.  Raises NoDerivative for ``n!`` of a varying n.
    """
    return _slope(e, x)


def gradient(e: Expr, names: tuple[str, ...]) -> tuple[Expr, ...]:
    """The partial derivatives in the order of the names."""
    return tuple(derivative(e, name) for name in names)


def jacobian(es: tuple[Expr, ...], names: tuple[str, ...]) -> tuple[tuple[Expr, ...], ...]:
    """Rows are components, columns are variables (numerator layout)."""
    return tuple(gradient(e, names) for e in es)


def hessian(e: Expr, names: tuple[str, ...]) -> tuple[tuple[Expr, ...], ...]:
    """The matrix of second partial derivatives."""
    return jacobian(gradient(e, names), names)


def holds(e: Expr, x: str) -> bool:
    """Whether the variable occurs."""
    if isinstance(e, Variable):
        return e.name == x
    return any(holds(part, x) for part in children(e))


def _slope(e: Expr, x: str) -> Expr:
    match e:
        case Variable(name):
            return ONE if name == x else ZERO
        case Number() | Constant():
            return ZERO
        case Neg(argument):
            return negative(_slope(argument, x))
        case Add(terms):
            return total([_slope(term, x) for term in terms])
        case Mul(factors):
            return total(
                [
                    product([*factors[:i], _slope(factor, x), *factors[i + 1 :]])
                    for i, factor in enumerate(factors)
                    if holds(factor, x)
                ]
            )
        case Div(top, bottom):
            if not holds(bottom, x):
                return quotient(_slope(top, x), bottom)
            if not holds(top, x):
                return negative(quotient(product([top, _slope(bottom, x)]), Pow(bottom, TWO)))
            above = total([product([_slope(top, x), bottom]), negative(product([top, _slope(bottom, x)]))])
            return quotient(above, Pow(bottom, TWO))
        case Pow():
            return _power(e, x)
        case Apply():
            return _applied(e, x)


def _power(e: Pow, x: str) -> Expr:
    base, exponent = e.base, e.exponent
    if not holds(exponent, x):
        if not holds(base, x):
            return ZERO
        return product([exponent, _lowered(base, exponent), _slope(base, x)])
    inner = _slope(exponent, x)
    if base == Constant("e"):
        return product([e, inner])
    logarithm = Apply("ln", (base,))
    if not holds(base, x):
        return product([e, logarithm, inner])
    return product([e, total([product([inner, logarithm]), quotient(product([exponent, _slope(base, x)]), base)])])


def _lowered(base: Expr, exponent: Expr) -> Expr:
    """``base`` to the power one less."""
    q = rational_value(exponent)
    if q is None:
        return Pow(base, Add((exponent, Neg(ONE))))
    if q == 2:
        return base
    return ONE if q == 1 else Pow(base, rational(q - 1))


def _applied(e: Apply, x: str) -> Expr:
    if not holds(e, x):
        return ZERO
    row = FUNCTIONS[e.function]
    if row.slope is not None:
        (u,) = e.arguments
        return product([row.slope(u), _slope(u, x)])
    if row.definition is not None:
        return _slope(row.definition(*e.arguments), x)
    if e.function == "root":
        return _root(e, x)
    if e.function in ("min", "max"):
        return _extremum(e, x)
    raise NoDerivative(f"{row.spoken} of a varying argument has no derivative here")


def _root(e: Apply, x: str) -> Expr:
    n, u = e.arguments
    index = rational_value(n)
    if index is None or holds(n, x):
        raise NoDerivative("a root with a varying index has no derivative here")
    return quotient(_slope(u, x), product([n, Pow(e, rational(index - 1))]))


def _extremum(e: Apply, x: str) -> Expr:
    """The slope of the argument that is least or greatest: a half of (a + b -+ |a - b|)."""
    first, second, *rest = e.arguments
    sign = Neg(Apply("abs", (Add((first, Neg(second))),))) if e.function == "min" else Apply("abs", (Add((first, Neg(second))),))
    pair = Div(Add((first, second, sign)), TWO)
    return _slope(Apply(e.function, (pair, *rest)) if rest else pair, x)


# -- building without zeros and ones


def negative(e: Expr) -> Expr:
    if e == ZERO:
        return ZERO
    return e.argument if isinstance(e, Neg) else Neg(e)


def total(terms: list[Expr]) -> Expr:
    kept = [term for term in terms if term != ZERO]
    if not kept:
        return ZERO
    return kept[0] if len(kept) == 1 else Add(tuple(kept))


def product(factors: list[Expr]) -> Expr:
    """The product, with signs and numbers collected in front."""
    sign, number = 1, Fraction(1)
    kept: list[Expr] = []
    pending = list(factors)
    while pending:
        factor = pending.pop(0)
        match factor:
            case Neg(inner):
                sign = -sign
                pending.insert(0, inner)
            case Number(value):
                number *= value
            case Mul(inner_factors):
                pending[:0] = inner_factors
            case _:
                kept.append(factor)
    if number == 0:
        return ZERO
    if number != 1 or not kept:
        kept.insert(0, rational(number))
    result = kept[0] if len(kept) == 1 else Mul(tuple(kept))
    return negative(result) if sign < 0 else result


def quotient(top: Expr, bottom: Expr) -> Expr:
    if top == ZERO or bottom == ONE:
        return top
    if isinstance(top, Neg):
        return Neg(quotient(top.argument, bottom))
    return Div(top, bottom)
