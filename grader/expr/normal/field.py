"""Rational functions over generators that may satisfy algebraic relations.

An element is a pair of polynomials over the integers, numerator and denominator.  The
generators are the variables and the kernels (``exp(x)``, ``sqrt(x^2 + 1)``, ...).  A
later generator is greater in the lexicographic order, and a relation rewrites a power
of its generator into earlier ones, so one division by each relation, latest first,
reduces a polynomial.  Every generator stands for a real function and every relation is
true wherever these functions are defined; therefore a numerator that reduces to zero is
zero at every such point.  That the remaining generators are independent is not assumed:
a numerator that does not reduce to zero proves nothing.

python-flint has no type for this (FLINT's ``ca`` is not wrapped).  The idea of a field
of kernels with an ideal of relations is F. Johansson, "Calcium: computing in exact real
and complex fields", ISSAC 2021.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from math import comb, prod
from typing import Any, TypeAlias

from flint import Ordering, fmpz, fmpz_mpoly_ctx

from grader.expr.domain import Domain
from grader.expr.normal.budget import Budget, GaveUp, Nowhere, Plan, Refine
from grader.records import record

Polynomial: TypeAlias = Any  # flint.fmpz_mpoly: the package ships no types
Element: TypeAlias = tuple[Polynomial, Polynomial]

LONGEST_TEXT = 80

NOWHERE: frozenset[str] = frozenset()


@record
class Kernel:
    """What a generator stands for.

    ``kind`` is ``variable``, ``constant``, ``exp``, ``ln`` (of the absolute value),
    ``root`` (of the absolute value, of index ``index``), ``half tangent``, ``cosine``
    (twice the cosine of a turn divided by ``index``), ``arctan``, ``sign`` (one of the
    two signs ``s`` with ``|f| = s f``; with a second argument that to an integer power),
    ``nonzero`` (1 where ``f`` is not zero, else 0), ``imaginary``, ``turn`` and
    ``character`` (complex: ``i``, ``e^(iu)``, the factor that makes ``|f|^u`` a power of
    ``f``) or the name of a function.
    """

    kind: str
    arguments: tuple[Element, ...] = ()
    name: str = ""
    index: int = 0
    depends: frozenset[str] = NOWHERE

    @property
    def nonnegative(self) -> bool:
        return self.kind in _NONNEGATIVE


_NONNEGATIVE = frozenset({"exp", "root", "nonzero"})
_COMPLEX = frozenset({"turn", "imaginary", "character"})


@record
class Relation:
    """``polynomial`` is zero and monic of this degree in the generator.

    A quadratic one may be rationalised: the conjugate of the generator ``g`` is
    ``trace - g``.  A pure one says that a power of the generator equals earlier ones.
    """

    generator: int
    degree: int
    polynomial: Polynomial
    trace: int | None = None
    pure: bool = False


@record
class Mark:
    """A state of a field to return to."""

    free: int
    kernels: dict[int, Kernel]
    relations: tuple[Relation, ...]
    found: dict[Any, Any]
    read: dict[int, tuple[Any, Element]]
    unknown: dict[str, Polynomial]
    used: dict[str, tuple[Polynomial, int]]
    conditions: tuple[tuple[Polynomial, int], ...]
    denominators: tuple[Polynomial, ...]


@lru_cache(64)
def _ring(size: int) -> tuple[Any, tuple[Polynomial, ...], Polynomial, Element]:
    """Polynomials in so many generators: the context, the generators, one, and the element zero."""
    context = fmpz_mpoly_ctx.get([f"g{i}" for i in range(size)], Ordering.lex)
    unity = context.constant(1)
    return context, context.gens(), unity, (context.constant(0), unity)


class Field:
    """Elements, their arithmetic, and the generators known so far.

    ``unknown`` are the polynomials whose sign was asked for in vain, ``used`` those whose
    sign is a fact or a case of the plan, ``conditions`` those whose sign was proved.
    """

    __slots__ = (
        "budget",
        "complex",
        "conditions",
        "context",
        "denominators",
        "domain",
        "factored",
        "found",
        "free",
        "generators",
        "kernels",
        "numbered",
        "numbers",
        "one",
        "plan",
        "read",
        "relations",
        "spent",
        "turning",
        "unity",
        "unknown",
        "used",
        "zero",
    )

    def __init__(self, domain: Domain, plan: Plan, budget: Budget, turning: bool = False) -> None:
        self.context, self.generators, self.unity, self.zero = _ring(plan.size)
        self.free = plan.size - 1
        self.domain = domain
        self.plan = plan
        self.budget = budget
        self.spent = 0
        self.turning = turning
        self.complex: frozenset[int] = frozenset()
        self.kernels: dict[int, Kernel] = {}
        self.relations: tuple[Relation, ...] = ()
        self.found: dict[Any, Any] = {}
        self.read: dict[int, tuple[Any, Element]] = {}
        self.factored: dict[int, tuple[int, list[tuple[Polynomial, int]]]] = {}
        self.numbers: dict[tuple[int, Any], list[tuple[Polynomial, int]]] = {}
        self.numbered = 0
        self.unknown: dict[str, Polynomial] = {}
        self.used: dict[str, tuple[Polynomial, int]] = {}
        self.conditions: tuple[tuple[Polynomial, int], ...] = ()
        self.denominators: tuple[Polynomial, ...] = ()
        self.one: Element = (self.unity, self.unity)

    def mark(self) -> Mark:
        return Mark(
            self.free,
            dict(self.kernels),
            self.relations,
            dict(self.found),
            dict(self.read),
            dict(self.unknown),
            dict(self.used),
            self.conditions,
            self.denominators,
        )

    def back_to(self, mark: Mark) -> None:
        """Forget every generator made since; elements that hold one become meaningless."""
        self.free = mark.free
        self.kernels = dict(mark.kernels)
        self.relations = mark.relations
        self.found = dict(mark.found)
        self.read = dict(mark.read)
        self.unknown = dict(mark.unknown)
        self.used = dict(mark.used)
        self.conditions = mark.conditions
        self.denominators = mark.denominators
        self.factored.clear()

    # Generators

    def generator(self, key: Any, kernel: Kernel) -> int:
        """The generator of a kernel, made when ``key`` is new."""
        known: int | None = self.found.get(key)
        if known is not None:
            return known
        if self.free < 0:
            if self.plan.size * 2 > 2 * self.budget.generators:
                raise GaveUp("too many different functions")
            self.plan.size = min(self.plan.size * 2, self.budget.generators)
            if self.plan.size <= len(self.kernels):
                raise GaveUp("too many different functions")
            raise Refine
        i = self.free
        self.free -= 1
        self.kernels[i] = kernel
        self.found[key] = i
        if kernel.kind in _COMPLEX or (self.complex and kernel.kind == "exp" and self.is_complex(*kernel.arguments)):
            self.complex |= {i}
        return i

    def is_complex(self, *elements: Element) -> bool:
        """Whether a generator whose values are complex occurs: such elements have no signs."""
        return bool(self.complex) and any(
            k > 0 and i in self.complex for a in elements for f in a for i, k in enumerate(f.degrees())
        )

    def relate(self, i: int, degree: int, rest: Polynomial, trace: int | None = None, pure: bool = False) -> None:
        """From now on the generator to this degree equals ``rest``."""
        polynomial = self.generators[i] ** degree - rest
        self.relations = (Relation(i, degree, polynomial, trace, pure), *self.relations)

    def element(self, i: int) -> Element:
        return (self.generators[i], self.unity)

    def depends(self, *polynomials: Polynomial) -> frozenset[str]:
        """The variables a polynomial depends on, through its kernels too."""
        names: frozenset[str] = NOWHERE
        for f in polynomials:
            for i, k in enumerate(f.degrees()):
                if k > 0:  # -1 when f is zero
                    names |= self.kernels[i].depends
        return names

    def only_generator(self, f: Polynomial) -> int | None:
        """The generator that ``f`` is, if it is one."""
        if len(f) != 1 or f.total_degree() != 1 or not f.leading_coefficient() == 1:
            return None
        return next(i for i, k in enumerate(f.monomial(0)) if k)

    # Arithmetic

    def spend(self, work: int) -> None:
        self.spent += work + 1
        if work > self.budget.terms or self.spent > self.budget.work:
            raise GaveUp("too many terms")

    def rational(self, q: Fraction | int) -> Element:
        if isinstance(q, int):
            return (self.context.constant(q), self.unity)
        return (self.context.constant(q.numerator), self.context.constant(q.denominator))

    def rational_of(self, a: Element) -> Fraction | None:
        """The value of an element that is a rational number as it stands."""
        n, d = a
        if not (n.is_constant() and d.is_constant()):
            return None
        return Fraction(int(n.leading_coefficient()), int(d.leading_coefficient())) if not n.is_zero() else Fraction(0)

    def lowest(self, n: Polynomial, d: Polynomial) -> Element:
        """The element ``n/d`` in lowest terms, the denominator with a positive leading coefficient."""
        if n.is_zero():
            return self.zero
        if d.is_one():
            return (n, d)
        if d.is_zero():
            raise GaveUp("a denominator is zero")
        size, other = len(n), len(d)
        if size > 1 and other > 1:
            self.spend(size * other)
            if n.total_degree() + d.total_degree() > self.budget.degree:
                raise GaveUp("the degree is too high")
        g = n.gcd(d)
        if not g.is_one():
            n, d = n // g, d // g
        return (-n, -d) if d.leading_coefficient() < 0 else (n, d)

    def reduced(self, f: Polynomial) -> Polynomial:
        """The same function with no generator's power at or above its relation's degree."""
        relations = self.relations
        if not relations:
            return f
        degrees = f.degrees()
        for relation in relations:
            excess = degrees[relation.generator]
            if excess >= relation.degree:
                self.spend(len(f) * min(excess, 50))
                f = f % relation.polynomial
                degrees = f.degrees()
        return f

    def add(self, a: Element, b: Element) -> Element:
        an, ad = a
        bn, bd = b
        if ad == bd:
            return self.lowest(an + bn, ad)
        if ad.is_one():
            self.spend(len(an) * len(bd))
            return self.lowest(self.reduced(an * bd + bn), bd)
        if bd.is_one():
            self.spend(len(bn) * len(ad))
            return self.lowest(self.reduced(an + bn * ad), ad)
        self.spend(len(ad) * len(bd) + len(an) * len(bd) + len(bn) * len(ad))
        if ad.total_degree() + bd.total_degree() > self.budget.degree:
            raise GaveUp("the degree is too high")
        g = ad.gcd(bd)
        x, y = (bd, ad) if g.is_one() else (bd // g, ad // g)
        return self.lowest(self.reduced(an * x + bn * y), self.reduced(ad * x))

    def negative(self, a: Element) -> Element:
        return (-a[0], a[1])

    def subtract(self, a: Element, b: Element) -> Element:
        return self.add(a, (-b[0], b[1]))

    def multiply(self, a: Element, b: Element) -> Element:
        an, ad = a
        bn, bd = b
        if ad.is_one() and bd.is_one():
            self.spend(len(an) * len(bn))
            return (self.reduced(an * bn), ad)
        self.spend(len(an) * len(bn) + len(ad) * len(bd))
        return self.lowest(self.reduced(an * bn), self.reduced(ad * bd))

    def scale(self, a: Element, q: Fraction | int) -> Element:
        return self.lowest(a[0] * q.numerator, a[1] * q.denominator)

    def inverse(self, a: Element) -> Element:
        if a[0].is_zero():
            raise Nowhere("a denominator is zero")
        return self.rationalised((a[1], a[0]))

    def divide(self, a: Element, b: Element) -> Element:
        return self.multiply(a, self.inverse(b))

    def power(self, a: Element, n: int) -> Element:
        if n < 0:
            a, n = self.inverse(a), -n
        size = max(len(a[0]), len(a[1]))
        if size > 1 and (n > self.budget.exponent or self._terms_of_power(a, n) > self.budget.terms // 2):
            raise GaveUp("a power is too high")
        bits = max(_height(a[0]), _height(a[1]))
        if n > 10**6 or bits * n > 1 << 16:
            raise GaveUp("a power is too high")
        if not self.relations:
            return (a[0] ** n, a[1] ** n)
        result = self.one
        while n:
            if n & 1:
                result = self.multiply(result, a)
            n >>= 1
            if n:
                a = self.multiply(a, a)
        return result

    def _terms_of_power(self, a: Element, n: int) -> int:
        """At most so many terms has the n-th power of numerator and denominator."""
        most = 1
        for f in a:
            by_choice = comb(n + len(f) - 1, n)
            by_degree = prod(n * int(k) + 1 for k in f.degrees() if k)
            most = max(most, min(by_choice, by_degree))
        return most

    def rationalised(self, a: Element) -> Element:
        """The same element with the algebraic generators taken out of its denominator.

        When none is left there, what the denominator was multiplied with was no divisor
        of zero, so that it may be cancelled again and nothing false can be proved.  When
        one is left, the conjugates may have been zero, and the element is kept as it was.
        """
        n, d = a
        conjugated = False
        for relation in self.relations:
            excess = d.degrees()[relation.generator]
            if not excess:
                continue
            g = self.generators[relation.generator]
            if relation.trace is not None:
                top, rest = divmod(d, g)
                if relation.pure and rest.is_zero():
                    conjugate = g
                else:
                    conjugate = rest + top * relation.trace - top * g
                    conjugated = True
            elif relation.pure and (d % g**excess).is_zero():
                conjugate = g ** (relation.degree - excess)
            else:
                continue
            self.spend(len(conjugate) * (len(n) + len(d)))
            n, d = self.reduced(n * conjugate), self.reduced(d * conjugate)
            if d.is_zero():
                raise GaveUp("a denominator may be zero")
        if conjugated and self.is_algebraic(d):
            return self.lowest(*a)
        return self.lowest(n, d)

    def is_algebraic(self, f: Polynomial) -> bool:
        """Whether a generator with a relation occurs in ``f``."""
        degrees = f.degrees()
        return any(degrees[relation.generator] > 0 for relation in self.relations)

    def is_plain(self, f: Polynomial) -> bool:
        """Whether ``f`` is a polynomial in real variables, which is zero on no open set."""
        kernels = self.kernels
        return not f.is_zero() and all(
            kernels[i].kind == "variable" and not self.domain[kernels[i].name].integer
            for i, k in enumerate(f.degrees())
            if k
        )

    # Factors

    def factors(self, f: Polynomial) -> tuple[int, list[tuple[Polynomial, int]]]:
        """An integer and irreducible polynomials with their exponents; ``f`` is not zero.

        The leading coefficient of each irreducible is positive.
        """
        if f.is_constant():
            return int(f.leading_coefficient()), []
        if len(f) == 1:
            monomial = f.monomial(0)
            powers = [(self.generators[i], int(k)) for i, k in enumerate(monomial) if k]
            return int(f.leading_coefficient()), powers
        key = self.number(f)
        known = self.factored.get(key)
        if known is None:
            if f.total_degree() > self.budget.degree // 2 or len(f) > 400:
                raise GaveUp("too large to factor")
            if len(f) * f.total_degree() > 1500 and len(self.depends(f)) > 1:
                raise GaveUp("too large to factor")
            self.spend(20 * len(f))
            try:
                content, parts = f.factor()
            except OverflowError:
                # python-flint 0.9 puts the factors in order by coefficients that have to fit a machine word.
                raise GaveUp("too large to factor") from None
            sign = int(content)
            powers = []
            for part, exponent in parts:
                exponent = int(exponent)
                if part.leading_coefficient() < 0:
                    part, sign = -part, sign * (-1) ** exponent
                powers.append((part, exponent))
            known = self.factored[key] = (sign, powers)
        return known

    def product(self, a: Element) -> tuple[Fraction, list[tuple[Polynomial, int]]]:
        """A non-zero element as a rational number times powers of irreducible polynomials."""
        n, d = self.rationalised(a)
        top, powers = self.factors(n)
        if d.is_one():
            return Fraction(top), powers
        bottom, others = self.factors(d)
        return Fraction(top, bottom), powers + [(f, -k) for f, k in others]

    def monomials(self, a: Element) -> Iterator[tuple[Fraction, Polynomial, Polynomial]]:
        """An element as a sum of rational multiples of fixed quotients: multiple, numerator, denominator.

        The quotients do not depend on the element beyond its denominator's primitive
        part, so equal arguments of kernels give equal quotients.
        """
        n, d = self.rationalised(a)
        if d.is_constant():
            content, d = int(d.leading_coefficient()), self.unity
        else:
            content = int(fmpz(d.content()))
            d = d // content if content != 1 else d
            whole, n = divmod(n, d)
            for exponents, c in whole.terms():
                yield Fraction(int(c), content), self.context.from_dict({exponents: 1}), self.unity
        for exponents, c in n.terms():
            yield Fraction(int(c), content), self.context.from_dict({exponents: 1}), d

    # Names

    def number(self, f: Polynomial) -> int:
        """The same number for equal polynomials, to look things up by in this field.

        Not by their text, because python-flint 0.9 never frees one that it has made.
        """
        if f.is_zero():
            return 0
        alike = self.numbers.setdefault((len(f), f.leading_coefficient()), [])
        for other, number in alike:
            if other == f:
                return number
        self.numbered += 1
        alike.append((f, self.numbered))
        return self.numbered

    def identify(self, f: Polynomial) -> str:
        """A text for this function that does not depend on the order in which generators were made.

        Equal texts mean equal functions, in every pass with the same plan.
        """
        terms = []
        for exponents, c in f.terms():
            parts = sorted(f"{self._label(i)}^{k}" for i, k in enumerate(exponents) if k)
            terms.append("*".join([str(c), *parts]))
        return "+".join(sorted(terms))

    def _label(self, i: int) -> str:
        known: str | None = self.found.get(("label", i))
        if known is None:
            kernel = self.kernels[i]
            inside = ";".join(f"{self.identify(n)}/{self.identify(d)}" for n, d in kernel.arguments)
            full = f"{kernel.kind} {kernel.name} {kernel.index} {inside}"
            labels = self.plan.labels
            known = self.found["label", i] = labels.setdefault(full, f"k{len(labels)}")
        return known

    def spell(self, f: Polynomial) -> str:
        """A polynomial for people to read; long kernels are cut."""
        terms = []
        for exponents, c in f.terms():
            parts = [self._spell_kernel(i) + (f"^{k}" if k > 1 else "") for i, k in enumerate(exponents) if k]
            parts.sort()
            if abs(int(c)) != 1 or not parts:
                parts.insert(0, str(abs(int(c))))
            terms.append(("-" if c < 0 else "+", "*".join(parts)))
        # Numbers last, as people write them.
        terms.sort(key=lambda term: (term[1].isdigit(), term[1]))
        text = " ".join(f"{sign} {body}" for sign, body in terms)
        return text[2:] if text.startswith("+ ") else text.replace("- ", "-", 1)

    def _spell_element(self, a: Element) -> str:
        top = self.spell(a[0])
        return top if a[1].is_one() else f"({top})/({self.spell(a[1])})"

    def _spell_kernel(self, i: int) -> str:
        known: str | None = self.found.get(("text", i))
        if known is None:
            known = self._spelled(self.kernels[i])
            if len(known) > LONGEST_TEXT:
                known = known[: LONGEST_TEXT - 3] + "..."
            self.found["text", i] = known
        return known

    def _spelled(self, kernel: Kernel) -> str:
        if kernel.name:
            return kernel.name
        inside = ", ".join(map(self._spell_element, kernel.arguments))
        match kernel.kind:
            case "root":
                return f"sqrt|{inside}|" if kernel.index == 2 else f"|{inside}|^(1/{kernel.index})"
            case "ln":
                return f"ln|{inside}|"
            case "half tangent":
                return f"tan(({inside})/2)"
            case "cosine":
                return f"2cos(2pi/{kernel.index})"
            case kind:
                return f"{kind}({inside})"


def _height(f: Polynomial) -> int:
    return int(fmpz(f.leading_coefficient()).bit_length()) if not f.is_zero() else 0
