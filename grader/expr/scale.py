"""Growth rates of one variable that tends to infinity, and sums of them with a bound for the rest.

The variable is ``u -> oo``.  A *generator* is ``u`` itself, an iterated logarithm of it, or ``e^h`` of
a sum ``h -> oo``; any power of one is negligible against the next, and a *growth* is a product of
real powers of generators.  An *expansion* is a finite sum of growths with exact coefficients, the
largest first, and a growth that bounds what was left out (``O(...)``, for all large ``u``).

These are the multiseries of D. Richardson, B. Salvy, J. Shackell and J. van der Hoeven, "Asymptotic
expansions of exp-log functions", ISSAC 1996, cut off after some terms.  Sums, products, reciprocals,
powers, exponentials and logarithms of expansions are expansions: each rule below bounds the rest by
Taylor's theorem, so what they say of a limit is proved.
"""

from __future__ import annotations

from collections.abc import Callable

from grader.expr.exact_numbers import Exact, SignUnknown
from grader.expr.tree import size

ONE, NULL = Exact(1), Exact(0)

_MOST_WORK = 30_000
"""Nodes of coefficients, in all sums of one expansion."""


class Cancelled(Exception):
    """Every known term cancelled, or too few are known: more terms may tell."""


class NoValue(Exception):
    """The expression has no real value for all large ``u``: this is proved."""


class Generator:
    """A function of ``u`` that tends to infinity.  ``log``: its logarithm where that is known yet."""

    __slots__ = ("log", "name")

    def __init__(self, name: str, log: Expansion | None = None) -> None:
        self.name = name
        self.log = log


Growth = dict[Generator, Exact]
"""The exponents of the generators, none of them zero."""


class Expansion:
    """``terms`` with the largest growth first; ``rest`` None when nothing was left out."""

    __slots__ = ("rest", "terms")

    def __init__(self, terms: list[tuple[Growth, Exact]], rest: Growth | None = None) -> None:
        self.terms = terms
        self.rest = rest

    @property
    def is_zero(self) -> bool:
        return not self.terms and self.rest is None


class Scale:
    """The generators met so far, from the slowest, and the arithmetic of expansions in them."""

    def __init__(self, length: int) -> None:
        self.length = length
        self._work = 0
        self.u = Generator("u")
        self.order = [self.u]

    # Growths ----------------------------------------------------------------------------------

    def compare(self, a: Growth, b: Growth) -> int:
        """1 when ``a`` is the larger, -1 when it is negligible against ``b``, 0 when they are equal."""
        for generator in reversed(self.order):
            p, q = a.get(generator), b.get(generator)
            if p is None and q is None:
                continue
            sign = ((p or NULL) - (q or NULL)).sign()
            if sign:
                return sign
        return 0

    def largest(self, *growths: Growth | None) -> Growth | None:
        found: Growth | None = None
        for growth in growths:
            if growth is not None and (found is None or self.compare(growth, found) > 0):
                found = growth
        return found

    def times(self, a: Growth, b: Growth) -> Growth:
        product = dict(a)
        for generator, exponent in b.items():
            total = product.get(generator, NULL) + exponent
            if total.sign():
                product[generator] = total
            else:
                product.pop(generator, None)
        return product

    def raised(self, a: Growth, q: Exact) -> Growth:
        return {generator: exponent * q for generator, exponent in a.items()} if q.sign() else {}

    # Sums and products ------------------------------------------------------------------------

    def constant(self, c: Exact) -> Expansion:
        return Expansion([({}, c)] if c.sign() else [])

    def add(self, a: Expansion, b: Expansion) -> Expansion:
        return self._made([*a.terms, *b.terms], self.largest(a.rest, b.rest))

    def negative(self, a: Expansion) -> Expansion:
        return Expansion([(growth, -c) for growth, c in a.terms], a.rest)

    def scaled(self, a: Expansion, growth: Growth, c: Exact) -> Expansion:
        rest = None if a.rest is None else self.times(a.rest, growth)
        return Expansion([(self.times(g, growth), k * c) for g, k in a.terms], rest)

    def multiply(self, a: Expansion, b: Expansion) -> Expansion:
        if a.is_zero or b.is_zero:
            return Expansion([])
        terms = [(self.times(g, h), c * k) for g, c in a.terms for h, k in b.terms]
        rests = []
        if a.rest is not None:
            rests.append(self.times(a.rest, self.bound(b)))
        if b.rest is not None:
            rests.append(self.times(b.rest, self.bound(a)))
        return self._made(terms, self.largest(*rests))

    def bound(self, a: Expansion) -> Growth:
        """A growth that bounds an expansion that is not zero."""
        if a.terms:
            return a.terms[0][0]
        assert a.rest is not None
        return a.rest

    def _made(self, terms: list[tuple[Growth, Exact]], rest: Growth | None) -> Expansion:
        """Like terms joined, the largest first, those below the rest left out."""
        self._work += sum(1 if c.unit is None else size(c.unit) for _, c in terms)
        if self._work > _MOST_WORK:
            raise SignUnknown("the coefficients of the expansion grow too long")
        kept: list[tuple[Growth, Exact]] = []
        for growth, c in terms:
            if rest is not None and self.compare(growth, rest) <= 0:
                continue
            for i, (other, k) in enumerate(kept):
                sign = self.compare(growth, other)
                if sign == 0:
                    kept[i] = (other, k + c)
                    break
                if sign > 0:
                    kept.insert(i, (growth, c))
                    break
            else:
                kept.append((growth, c))
        kept = [(growth, c) for growth, c in kept if c.sign()]
        if len(kept) > self.length:
            # What is cut off is a finite sum of smaller terms and the rest.
            rest = kept[self.length][0]
            kept = kept[: self.length]
        return Expansion(kept, rest)

    # Leading terms ----------------------------------------------------------------------------

    def leading(self, a: Expansion) -> tuple[Growth, Exact, Expansion]:
        """``growth, c, small`` with ``a = c growth (1 + small)`` and ``small -> 0``.  Raises `Cancelled`."""
        if not a.terms:
            raise Cancelled
        growth, c = a.terms[0]
        over = Expansion(a.terms[1:], a.rest)
        return growth, c, self.scaled(over, self.raised(growth, Exact(-1)), ONE / c)

    def sign(self, a: Expansion) -> int:
        """The sign for all large ``u``."""
        if a.is_zero:
            return 0
        return self.leading(a)[1].sign()

    def taylor(self, coefficient: Callable[[int], Exact], small: Expansion) -> Expansion:
        """``sum c_k small^k`` for a function that is analytic at 0; the rest is ``O(small^n)``."""
        total = self.constant(coefficient(0))
        if small.is_zero:
            return total
        power = self.constant(ONE)
        for k in range(1, self.length + 1):
            power = self.multiply(power, small)
            c = coefficient(k)
            if c.sign():
                total = self.add(total, self.scaled(power, {}, c))
            if not power.terms:
                break
        # Of the terms that follow the next is the largest.
        following = self.multiply(power, small)
        return self.add(total, Expansion([], self.bound(following))) if not following.is_zero else total

    # Powers, logarithms, exponentials ---------------------------------------------------------

    def power(self, a: Expansion, q: Exact) -> Expansion:
        """``a^q``: of what is positive, or with an odd denominator."""
        n = q.fraction
        if a.is_zero:
            if q.sign() > 0:
                return a
            if q.sign() < 0:
                raise NoValue
            return self.constant(ONE)
        if n is not None and n.denominator == 1 and 0 <= n <= 4:
            product = self.constant(ONE)
            for _ in range(int(n)):
                product = self.multiply(product, a)
            return product
        growth, c, small = self.leading(a)
        if c.sign() < 0 and (n is None or n.denominator % 2 == 0):
            raise NoValue
        coefficients = [ONE]

        def binomial(k: int) -> Exact:
            while len(coefficients) <= k:
                j = len(coefficients)
                coefficients.append(coefficients[-1] * (q - Exact(j - 1)) / Exact(j))
            return coefficients[k]

        return self.scaled(self.taylor(binomial, small), self.raised(growth, q), c.power(q))

    def reciprocal(self, a: Expansion) -> Expansion:
        if a.is_zero:
            raise NoValue
        return self.power(a, Exact(-1))

    def ln(self, a: Expansion) -> Expansion:
        if a.is_zero:
            raise NoValue
        growth, c, small = self.leading(a)
        if c.sign() < 0:
            raise NoValue
        total = self.constant(c.ln())
        for generator, exponent in growth.items():
            total = self.add(total, self.scaled(self.log_of(generator), {}, exponent))
        return self.add(total, self.taylor(_logarithm, small))

    def log_of(self, generator: Generator) -> Expansion:
        """The logarithm of a generator: itself a generator, or what its exponent is."""
        if generator.log is None:
            below = Generator(f"ln {generator.name}")
            self.order.insert(0, below)
            generator.log = Expansion([({below: ONE}, ONE)])
        return generator.log

    def split(self, a: Expansion) -> tuple[Expansion, Exact, Expansion]:
        """The parts that tend to infinity, that are constant, and that tend to zero.  Raises `Cancelled`."""
        if a.rest is not None and self.compare(a.rest, {}) >= 0:
            raise Cancelled
        large, c, small = [], NULL, []
        for growth, k in a.terms:
            sign = self.compare(growth, {})
            if sign > 0:
                large.append((growth, k))
            elif sign == 0:
                c = k
            else:
                small.append((growth, k))
        return Expansion(large), c, Expansion(small, a.rest)

    def exp(self, a: Expansion) -> Expansion:
        if a.rest is not None and self.compare(a.rest, {}) == 0:
            # A bounded part of the exponent bounds the factor that it gives.
            large, _, _ = self.split(Expansion(a.terms))
            return Expansion([], self._exp_of_large(large)[0])
        large, c, small = self.split(a)
        growth, left = self._exp_of_large(large)
        none, more, less = self.split(left)
        assert none.is_zero
        small = self.add(small, less)
        return self.scaled(self.taylor(_exponential, small), growth, (c + more).exp())

    def _exp_of_large(self, large: Expansion) -> tuple[Growth, Expansion]:
        """``e^large`` as a growth, with what of the exponent is left: it is bounded."""
        growth: Growth = {}
        left = large
        while True:
            large, bounded, small = self.split(left)
            if not large.terms:
                return growth, left
            top, k = large.terms[0]
            for generator in self.order:
                log = generator.log
                if log is not None and self.compare(log.terms[0][0], top) == 0:
                    q = k / log.terms[0][1]
                    growth = self.times(growth, {generator: q})
                    left = self.add(left, self.scaled(log, {}, -q))
                    break
            else:
                new = Generator("e^(...)", Expansion([(g, c / k) for g, c in large.terms]))
                self._insert(new, top)
                growth = self.times(growth, {new: k})
                left = self.add(self.constant(bounded), small)

    def _insert(self, new: Generator, top: Growth) -> None:
        """Put ``e^h`` in its place: it outgrows every generator whose logarithm is negligible against ``h``.

        A generator without a known logarithm is the slowest of all; ``h`` is made of such, so its
        logarithm is negligible.
        """
        place = 0
        for i, generator in enumerate(self.order):
            if generator.log is None or self.compare(top, generator.log.terms[0][0]) > 0:
                place = i + 1
        self.order.insert(place, new)


def _logarithm(k: int) -> Exact:
    """Of ``ln(1 + z)``."""
    return NULL if k == 0 else ONE / Exact(k if k % 2 else -k)


_FACTORIALS = [1]


def _exponential(k: int) -> Exact:
    while len(_FACTORIALS) <= k:
        _FACTORIALS.append(_FACTORIALS[-1] * len(_FACTORIALS))
    return ONE / Exact(_FACTORIALS[k])


__all__ = ["Cancelled", "Exact", "Expansion", "NoValue", "Scale", "SignUnknown"]
