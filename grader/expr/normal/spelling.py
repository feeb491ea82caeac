"""Elements of a field back as trees: each kernel stands for a real function that has a tree."""

from __future__ import annotations

from fractions import Fraction

from grader.expr.functions import FUNCTIONS
from grader.expr.normal.field import Element, Field, Polynomial
from grader.expr.tree import (
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
    Pow,
    Variable,
    integer,
    larger,
    rational,
)

_SPELLED = frozenset({"exp", "ln", "root", "half tangent", "power"})
_LARGEST = 500
"""Nodes of the tree of one kernel.  Kernels share their arguments' trees, so that the size of what is
spelled out may double with every level of nesting: each use would walk all of it."""


def tree_of(field: Field, f: Polynomial) -> Expr | None:
    """A tree with the value of the polynomial; None when a kernel has none: a free sign, a complex number."""
    terms: list[Expr] = []
    for exponents, c in f.terms():
        factors: list[Expr] = []
        for i, k in enumerate(exponents):
            if k:
                g = _kernel(field, i)
                if g is None:
                    return None
                factors.append(g if k == 1 else _power(g, int(k)))
        number = abs(int(c))
        if number != 1 or not factors:
            factors.insert(0, integer(number))
        term = factors[0] if len(factors) == 1 else Mul(tuple(factors))
        terms.append(term if c > 0 else Neg(term))
    if not terms:
        return ZERO
    return terms[0] if len(terms) == 1 else Add(tuple(terms))


def _power(g: Expr, k: int) -> Expr:
    if isinstance(g, Pow) and g.base == E:
        return Pow(E, Mul((integer(k), g.exponent)))
    return Pow(g, integer(k))


def tree_of_element(field: Field, a: Element) -> Expr | None:
    """A tree with the value of the element, like `tree_of`."""
    top = tree_of(field, a[0])
    if top is None or a[1].is_one():
        return top
    bottom = tree_of(field, a[1])
    return None if bottom is None else Div(top, bottom)


def _kernel(field: Field, i: int) -> Expr | None:
    key = ("tree", i)
    if key not in field.found:
        field.found[key] = _built(field, i)
    known: Expr | None = field.found[key]
    return known


def _built(field: Field, i: int) -> Expr | None:
    kernel = field.kernels[i]
    if kernel.kind == "variable":
        return Variable(kernel.name)
    if kernel.kind == "constant":
        return Constant(kernel.name)
    if kernel.kind == "cosine":
        return Mul((TWO, Apply("cos", (Div(Mul((TWO, Constant("pi"))), integer(kernel.index)),))))
    if kernel.kind not in _SPELLED and kernel.kind not in FUNCTIONS:
        return None
    if kernel.kind == "sign":
        return None
    parts = tuple(part for a in kernel.arguments if (part := tree_of_element(field, a)) is not None)
    if len(parts) < len(kernel.arguments) or any(larger(part, _LARGEST) for part in parts):
        return None
    match kernel.kind:
        case "exp":
            return Pow(E, parts[0])
        case "ln":
            return Apply("ln", (Apply("abs", parts),))
        case "root":
            return Pow(Apply("abs", parts), rational(Fraction(1, kernel.index)))
        case "half tangent":
            return Apply("tan", (Div(parts[0], TWO),))
        case "power":
            return Pow(parts[0], parts[1])
        case kind:
            return Apply(kind, parts)
