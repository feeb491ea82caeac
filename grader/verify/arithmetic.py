"""Quotients of polynomials in kernels, computed anew with SymPy's polynomials over the integers.

The certificate says what each function in an expression is in terms of kernels, and which polynomials
in the kernels are zero.  From there the value of the whole expression is arithmetic, and it is zero
when its numerator reduces to zero by division by the relations.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from grader.expr.tree import Add, Div, Expr, Mul, Neg, Pow, Variable, rational_value

Quotient: TypeAlias = tuple[Any, Any]  # sympy.polys.rings.PolyElement: no types for it

MOST_TERMS = 3000
_HIGHEST = 400
_FACTOR = re.compile(r"(?P<name>[^\s^*]+)(?:\^(?P<power>\d+))?")


class TooLarge(Exception):
    """The arithmetic would take too long for a check."""


class NotGiven(Exception):
    """A function of the expression is not among the lemmas."""


class Arithmetic:
    """The ring of the names in their order of definition, with relations that are monic in the latest name."""

    def __init__(self, names: Sequence[str], relations: Sequence[str]) -> None:
        from sympy import ZZ, lex
        from sympy.polys.rings import ring

        # The latest generator is the greatest, so that a relation rewrites its power into earlier ones.
        self.ring, *generators = ring([*reversed(names), "_"], ZZ, lex)
        self.generators = dict(zip([*reversed(names), "_"], generators, strict=True))
        self.relations = [self.polynomial(text) for text in relations]
        for relation in self.relations:
            if abs(relation.LC) != 1:
                raise ValueError("a relation is not monic")

    def polynomial(self, text: str) -> Any:
        """A polynomial from ``3*k1^2*x - 5``."""
        total = self.ring(0)
        for sign, term in re.findall(r"(^|[+-] )([^\s+-][^\s]*)", text.strip()):
            product = self.ring(-1 if sign.startswith("-") else 1)
            for factor in term.split("*"):
                found = _FACTOR.fullmatch(factor)
                if found is None:
                    raise ValueError(f"no polynomial: {text}")
                name, power = found["name"], int(found["power"] or 1)
                base = self.ring(int(name)) if name.isdigit() else self.generators[name]
                product *= base**power
            total += product
        return total

    def quotient(self, pair: Sequence[str]) -> Quotient:
        """Numerator and denominator."""
        return self.polynomial(pair[0]), self.polynomial(pair[1])

    def reduced(self, f: Any) -> Any:
        return f.rem(self.relations) if self.relations and f else f

    def _lowest(self, n: Any, d: Any) -> Quotient:
        if len(n) > MOST_TERMS or len(d) > MOST_TERMS:
            raise TooLarge
        n, d = self.reduced(n), self.reduced(d)
        if not d:
            raise TooLarge  # nothing is divided by what reduces to zero
        found: Quotient = n.cancel(d) if n else (n, self.ring(1))
        return found

    def value(self, e: Expr, lemmas: Mapping[Expr, Quotient]) -> Quotient:
        """The expression as a quotient: arithmetic node by node, functions as the lemmas say."""
        known = lemmas.get(e)
        if known is not None:
            return known
        q = rational_value(e)
        if q is not None:
            return self.ring(q.numerator), self.ring(q.denominator)
        match e:
            case Variable(name) if name in self.generators:
                return self.generators[name], self.ring(1)
            case Neg(a):
                n, d = self.value(a, lemmas)
                return -n, d
            case Add(terms):
                total = self.value(terms[0], lemmas)
                for term in terms[1:]:
                    (n, d), (m, c) = total, self.value(term, lemmas)
                    total = self._lowest(n + m, d) if c == d else self._lowest(n * c + m * d, d * c)
                return total
            case Mul(factors):
                product = self.value(factors[0], lemmas)
                for factor in factors[1:]:
                    (n, d), (m, c) = product, self.value(factor, lemmas)
                    product = self._lowest(n * m, d * c)
                return product
            case Div(a, b):
                (n, d), (m, c) = self.value(a, lemmas), self.value(b, lemmas)
                return self._lowest(n * c, d * m)
            case Pow(base, exponent):
                k = rational_value(exponent)
                if k is not None and k.denominator == 1:
                    return self._power(self.value(base, lemmas), int(k))
        raise NotGiven

    def _power(self, a: Quotient, k: int) -> Quotient:
        n, d = a if k >= 0 else (a[1], a[0])
        if abs(k) > 1 and (abs(k) > _HIGHEST or max(len(n), len(d)) ** min(abs(k), 12) > 10**7):
            raise TooLarge
        result: Quotient = (self.ring(1), self.ring(1))
        for _ in range(abs(k)):
            result = self._lowest(result[0] * n, result[1] * d)
        return result

    def is_zero(self, a: Quotient) -> bool:
        return not self.reduced(a[0])
