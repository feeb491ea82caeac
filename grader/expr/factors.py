"""Numerators as products over Q: irreducible factors in the variables and in kernels such as ``e^x`` or ``sin(x)``.

A quotient is zero where its numerator is and it is defined; a product is zero where a factor is.
So the zeros of a long expression are those of a few short ones, multiple zeros become simple
ones, and a factor ``e^u`` drops out.  Factorisation is FLINT's (``fmpz_mpoly_factor``).
"""

from __future__ import annotations

from fractions import Fraction

from flint import Ordering, fmpz_mpoly, fmpz_mpoly_ctx

from grader.expr.functions import FUNCTIONS
from grader.expr.tree import (
    ONE,
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
    integer,
    rational,
    rational_value,
    variables,
)
from grader.records import record

_HIGHEST_POWER = 64
_MOST_TERMS = 4000


class TooLarge(Exception):
    """The expression has no quotient of polynomials of a reasonable size."""


@record
class Factor:
    """An irreducible factor; ``generators`` are the variables and kernels that occur in it."""

    polynomial: fmpz_mpoly
    multiplicity: int
    generators: tuple[Expr, ...]
    tree: Expr

    def coefficients(self) -> list[Fraction] | None:
        """In a single generator: the coefficients from the constant one up; None for several generators."""
        if len(self.generators) != 1:
            return None
        terms = {sum(int(p) for p in powers): int(c) for powers, c in self.polynomial.terms()}
        return [Fraction(terms.get(i, 0)) for i in range(max(terms) + 1)]


def numerator_factors(e: Expr) -> tuple[Factor, ...] | None:
    """The irreducible factors of the numerator that can vanish; None when ``e`` is zero everywhere.

    Every zero of ``e`` is a zero of one of them; a zero of one of them is a zero of ``e`` where
    ``e`` is defined.  Kernels that are never zero (``e^u``) and numbers are left out.  Raises
    `TooLarge`.
    """
    generators: dict[Expr, None] = {}
    _collect(e, generators)
    roots = _roots(generators)
    kernels = tuple(g for g in generators if g not in roots)
    context = fmpz_mpoly_ctx.get([f"g{i}" for i in range(len(kernels))], Ordering.lex)
    gens = dict(zip(kernels, context.gens(), strict=True))
    # x is a power of its root wherever the root exists.
    gens |= {x: gens[root] ** n for x, (root, n) in roots.items()}
    top, _ = _Reader(context, gens).read(e)
    if top.is_zero():
        return None
    _, found = top.factor()
    return tuple(
        factor
        for polynomial, multiplicity in found
        if not _never_zero(factor := _factor(polynomial, int(multiplicity), kernels))
    )


def _factor(polynomial: fmpz_mpoly, multiplicity: int, kernels: tuple[Expr, ...]) -> Factor:
    occurring = tuple(k for k, degree in zip(kernels, polynomial.degrees(), strict=True) if degree)
    return Factor(polynomial, multiplicity, occurring, _tree(polynomial, kernels))


def _never_zero(factor: Factor) -> bool:
    match factor.tree:
        case Pow(base, exponent) if len(factor.generators) == 1 and factor.tree == factor.generators[0]:
            return bool(variables(exponent)) and _positive(base)
        case Constant():
            return True
        case _:
            return not factor.generators


def _tree(polynomial: fmpz_mpoly, kernels: tuple[Expr, ...]) -> Expr:
    terms: list[Expr] = []
    for powers, coefficient in polynomial.terms():
        factors: list[Expr] = []
        for kernel, power in zip(kernels, powers, strict=True):
            if power:
                factors.append(kernel if power == 1 else Pow(kernel, rational(int(power))))
        size = abs(int(coefficient))
        if size != 1 or not factors:
            factors.insert(0, integer(size))
        term = factors[0] if len(factors) == 1 else Mul(tuple(factors))
        terms.append(Neg(term) if coefficient < 0 else term)
    if not terms:
        return ZERO
    return terms[0] if len(terms) == 1 else Add(tuple(terms))


def _expanded(e: Expr) -> Expr:
    """A function in more primitive ones, powers of e with their integer factor outside, roots as powers."""
    while isinstance(e, Apply):
        define = FUNCTIONS[e.function].definition
        if define is None:
            return e
        e = define(*e.arguments)
    if not isinstance(e, Pow):
        return e
    q = rational_value(e.exponent)
    if q is not None:
        if q.denominator == 1 or q.numerator == 1:
            return e
        return Pow(Pow(e.base, rational(Fraction(1, q.denominator))), integer(q.numerator))
    # (b^u)^n is b^(n u) for every real b^u only if b is positive.
    if _positive(e.base):
        n, rest = _integer_factor(e.exponent)
        if n != 1:
            return Pow(Pow(e.base, rest), integer(n))
    return e


def _positive(base: Expr) -> bool:
    return isinstance(base, Constant) or (rational_value(base) or Fraction(0)) > 0


def _integer_factor(u: Expr) -> tuple[int, Expr]:
    """``n`` and ``v`` with ``u = n*v``."""
    match u:
        case Neg(inner):
            n, rest = _integer_factor(inner)
            return -n, rest
        case Mul(factors):
            n, others = 1, []
            for factor in factors:
                q = rational_value(factor)
                if q is not None and q.denominator == 1 and 0 < abs(q) <= _HIGHEST_POWER:
                    n *= int(q)
                else:
                    others.append(factor)
            return n, ONE if not others else others[0] if len(others) == 1 else Mul(tuple(others))
        case _:
            return 1, u


def _power_of(e: Pow) -> int | None:
    """The exponent if it is a whole number that polynomials can take."""
    q = rational_value(e.exponent)
    if q is None or q.denominator != 1:
        return None
    if abs(q) > _HIGHEST_POWER:
        raise TooLarge
    return int(q)


def _collect(e: Expr, generators: dict[Expr, None]) -> None:
    e = _expanded(e)
    match e:
        case Number():
            return
        case Neg(argument):
            _collect(argument, generators)
        case Add(parts) | Mul(parts):
            for part in parts:
                _collect(part, generators)
        case Div(top, bottom):
            _collect(top, generators)
            _collect(bottom, generators)
        case Pow(base) if _power_of(e) is not None:
            _collect(base, generators)
        case _:
            generators.setdefault(e)


def _roots(generators: dict[Expr, None]) -> dict[Expr, tuple[Expr, int]]:
    """Generators of which exactly one root is a generator too, with that root and its index."""
    found: dict[Expr, list[tuple[Expr, int]]] = {}
    for generator in generators:
        if isinstance(generator, Pow) and generator.base in generators:
            q = rational_value(generator.exponent)
            if q is not None and q.numerator == 1:
                found.setdefault(generator.base, []).append((generator, q.denominator))
    return {base: roots[0] for base, roots in found.items() if len(roots) == 1}


class _Reader:
    """Trees to quotients of polynomials, never shortened: what was divided by stays in the denominator."""

    def __init__(self, context: fmpz_mpoly_ctx, gens: dict[Expr, fmpz_mpoly]) -> None:
        self._gens = gens
        self._one = context.constant(1)

    def read(self, e: Expr) -> tuple[fmpz_mpoly, fmpz_mpoly]:
        e = _expanded(e)
        match e:
            case Number(value):
                return self._one * value.numerator, self._one * value.denominator
            case Neg(argument):
                top, bottom = self.read(argument)
                return -top, bottom
            case Add(terms):
                return self._sum(terms)
            case Mul(factors):
                product = self.read(factors[0])
                for factor in factors[1:]:
                    product = self._times(product, self.read(factor))
                return product
            case Div(numerator, denominator):
                return self._times(self.read(numerator), self._inverse(self.read(denominator)))
            case Pow(base) if (n := _power_of(e)) is not None:
                top, bottom = self.read(base)
                if len(top) ** abs(n) > 10**7 or len(bottom) ** abs(n) > 10**7:
                    raise TooLarge
                if n < 0:
                    top, bottom = self._inverse((top, bottom))
                return _bounded(top ** abs(n)), _bounded(bottom ** abs(n))
            case _:
                return self._gens[e], self._one

    def _sum(self, terms: tuple[Expr, ...]) -> tuple[fmpz_mpoly, fmpz_mpoly]:
        top, bottom = self.read(terms[0])
        for term in terms[1:]:
            above, below = self.read(term)
            common = bottom.gcd(below)
            cofactor, _ = divmod(below, common)
            other, _ = divmod(bottom, common)
            top, bottom = _bounded(top * cofactor + above * other), _bounded(bottom * cofactor)
        return top, bottom

    def _times(
        self, a: tuple[fmpz_mpoly, fmpz_mpoly], b: tuple[fmpz_mpoly, fmpz_mpoly]
    ) -> tuple[fmpz_mpoly, fmpz_mpoly]:
        return _bounded(a[0] * b[0]), _bounded(a[1] * b[1])

    def _inverse(self, a: tuple[fmpz_mpoly, fmpz_mpoly]) -> tuple[fmpz_mpoly, fmpz_mpoly]:
        if a[0].is_zero():
            raise TooLarge
        return a[1], a[0]


def _bounded(p: fmpz_mpoly) -> fmpz_mpoly:
    if len(p) > _MOST_TERMS:
        raise TooLarge
    return p
