"""The mathematics people type, as a frozen tree.

Equality of two trees is equality of what was typed, up to spaces: `3x` and
`3*x` give the same tree, `x + 1` and `1 + x` do not.  Where a node came from
(``at``, the index of its first character, from 0) takes no part in equality.

Nothing is evaluated or rearranged when a tree is built.  The parser keeps the
grouping that was typed: ``a - b + c`` is ``Add((a, Neg(b), c))``, ``(a + b) + c``
is ``Add((Add((a, b)), c))``, ``a*b/c*d`` is ``Mul((Div(Mul((a, b)), c), d))``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from itertools import islice
from typing import Any, TypeAlias

from grader.records import field, record


@record
class Number:
    """A numeral as typed: not negative, with a terminating decimal expansion.

    ``decimal`` tells that it was written with a point or an exponent; it takes no
    part in equality.  Other rationals are quotients: see `rational`.
    """

    value: Fraction
    decimal: bool = field(default=False, compare=False)
    at: int = field(default=0, compare=False)


@record
class Constant:
    """``pi``, ``e`` or ``oo`` (infinity)."""

    name: str
    at: int = field(default=0, compare=False)


@record
class Variable:
    """A name that stands for a real number."""

    name: str
    at: int = field(default=0, compare=False)


@record
class Neg:
    argument: Expr
    at: int = field(default=0, compare=False)


@record
class Add:
    """A sum of two or more terms; a subtracted term is a `Neg`."""

    terms: tuple[Expr, ...]
    at: int = field(default=0, compare=False)


@record
class Mul:
    """A product of two or more factors, whether written with a sign or not."""

    factors: tuple[Expr, ...]
    at: int = field(default=0, compare=False)


@record
class Div:
    numerator: Expr
    denominator: Expr
    at: int = field(default=0, compare=False)


@record
class Pow:
    """A power.  With a rational exponent p/q in lowest terms and q odd the base may be
    negative (the real root); with any other fractional exponent it may not."""

    base: Expr
    exponent: Expr
    at: int = field(default=0, compare=False)


@record
class Apply:
    """A named function of `grader.expr.functions` applied to its arguments."""

    function: str
    arguments: tuple[Expr, ...]
    at: int = field(default=0, compare=False)


Expr: TypeAlias = Number | Constant | Variable | Neg | Add | Mul | Div | Pow | Apply

ZERO = Number(Fraction(0))
ONE = Number(Fraction(1))
TWO = Number(Fraction(2))
PI = Constant("pi")
E = Constant("e")
INFINITY = Constant("oo")


def integer(n: int) -> Expr:
    """The tree of an integer, negative ones as a `Neg`."""
    return Number(Fraction(n)) if n >= 0 else Neg(Number(Fraction(-n)))


def rational(q: Fraction | int) -> Expr:
    """The tree of a rational: ``-3/4`` is ``Neg(Div(3, 4))``."""
    q = Fraction(q)
    if q < 0:
        return Neg(rational(-q))
    if q.denominator == 1:
        return Number(q)
    return Div(Number(Fraction(q.numerator)), Number(Fraction(q.denominator)))


# By type rather than by `match`: these run once for every node of every answer.
_PARTS: Mapping[type, Callable[[Any], tuple[Expr, ...]]] = {
    Number: lambda e: (),
    Constant: lambda e: (),
    Variable: lambda e: (),
    Neg: lambda e: (e.argument,),
    Add: lambda e: e.terms,
    Mul: lambda e: e.factors,
    Div: lambda e: (e.numerator, e.denominator),
    Pow: lambda e: (e.base, e.exponent),
    Apply: lambda e: e.arguments,
}


def children(e: Expr) -> tuple[Expr, ...]:
    """The direct parts of a node, in the order typed."""
    return _PARTS[type(e)](e)


def walk(e: Expr) -> Iterator[Expr]:
    """Every node of the tree, parents first."""
    stack = [e]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(children(node)))


def size(e: Expr) -> int:
    """The number of nodes."""
    return sum(1 for _ in walk(e))


def larger(e: Expr, most: int) -> bool:
    """Whether there are more nodes than this.

    No more than these are looked at: what is spelled out from shared parts may have any number.
    """
    return next(islice(walk(e), most, None), None) is not None


def variables(e: Expr) -> frozenset[str]:
    """The names of the variables that occur."""
    names = set()
    stack = [e]
    while stack:
        node = stack.pop()
        if type(node) is Variable:
            names.add(node.name)
        else:
            stack += _PARTS[type(node)](node)
    return frozenset(names)


def rebuild(e: Expr, parts: tuple[Expr, ...]) -> Expr:
    """The same node with other parts; ``parts`` has the length of ``children(e)``."""
    match e:
        case Neg(at=at):
            return Neg(parts[0], at)
        case Add(at=at):
            return Add(parts, at)
        case Mul(at=at):
            return Mul(parts, at)
        case Div(at=at):
            return Div(parts[0], parts[1], at)
        case Pow(at=at):
            return Pow(parts[0], parts[1], at)
        case Apply(function, at=at):
            return Apply(function, parts, at)
        case _:
            return e


def substitute(e: Expr, values: dict[str, Expr]) -> Expr:
    """The tree with each named variable replaced, all at once."""
    if isinstance(e, Variable):
        return values.get(e.name, e)
    parts = children(e)
    new = tuple(substitute(part, values) for part in parts)
    return e if all(a is b for a, b in zip(parts, new, strict=True)) else rebuild(e, new)


def rational_value(e: Expr) -> Fraction | None:
    """The value of a tree made of numerals, ``+ - * /`` and small integer powers.

    None when it holds anything else, divides by zero, or a power would exceed 4,096 bits.
    """
    match e:
        case Number(value):
            return value
        case Neg(argument):
            inner = rational_value(argument)
            return None if inner is None else -inner
        case Add(terms):
            values = [rational_value(term) for term in terms]
            return None if None in values else sum((v for v in values if v is not None), Fraction(0))
        case Mul(factors):
            product = Fraction(1)
            for factor in factors:
                q = rational_value(factor)
                if q is None:
                    return None
                product *= q
            return product
        case Div(numerator, denominator):
            top, bottom = rational_value(numerator), rational_value(denominator)
            return None if top is None or not bottom else top / bottom
        case Pow(base, exponent):
            b = rational_value(base)
            n = rational_value(exponent) if b is not None else None
            if b is None or n is None or n.denominator != 1 or (b == 0 and n <= 0):
                return None
            bits = max(b.numerator.bit_length(), b.denominator.bit_length())
            return b ** int(n) if abs(int(n)) * bits <= 4096 else None
        case _:
            return None
