"""Agreement at random points of a finite field, where the normal form grows too large.

Each kernel's value is a random residue that satisfies the kernel's relations, so two
expressions that are equal as elements of the field of kernels agree for certain, and
two that are not agree only by chance (Schwartz 1980; G. Gonnet, "Determining equivalence
of expressions in random polynomial time", STOC 1984).  This is not a proof; the chance
is stated.  Arguments of functions are still compared by normal form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from math import prod

from grader.expr.domain import Domain
from grader.expr.normal.budget import DEFAULT, Budget, GaveUp, Plan, Refine
from grader.expr.normal.field import Element, Field, Kernel, Polynomial
from grader.expr.normal.powers import absolute_power, root, unit
from grader.expr.normal.reading import read
from grader.expr.tree import Add, Apply, Constant, Div, Expr, Mul, Neg, Number, Pow, rational_value
from grader.records import record

PRIME = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFE16849
"""1 modulo 24, so that -1, 2 and 3 are squares; 5, 7, ..., 31 are squares too, and every
residue has a single fifth and a single seventh root."""

ATTEMPTS = 100
MOST_SIGNS = 5


class _NoRoot(Exception):
    """A random residue has no such root; another one may."""


@record
class ModularAgreement:
    """Zero modulo ``prime`` at so many random points; ``bound``: the chance that a non-zero expression is."""

    prime: int
    points: int
    bound: float

    def __str__(self) -> str:
        return f"zero modulo a prime of {self.prime.bit_length()} bits at {self.points} random points"


def signature_zero(e: Expr, domain: Domain, budget: Budget = DEFAULT, points: int = 2) -> ModularAgreement | None:
    """Agreement of ``e`` with zero, or None: it disagrees, or the signature cannot be taken."""
    plan = Plan()
    seed = _residues()
    bound = 1.0
    agreed = 0
    for _ in range(ATTEMPTS):
        field = Field(domain, plan, budget)
        signature = _Signature(field, seed, agreed)
        try:
            value, degree = signature.of(e)
        except (Refine, _NoRoot):
            continue
        except (GaveUp, RecursionError):
            return None
        if value:
            return None
        bound *= min(1.0, degree * prod(r.degree for r in field.relations) / PRIME)
        agreed += 1
        if agreed >= max(points, 2**signature.signs):
            return ModularAgreement(PRIME, agreed, bound)
    return None


def _residues() -> Iterator[int]:
    """The same residues on every machine and run: a linear congruential generator modulo the prime."""
    state = 0x2545F4914F6CDD1D
    while True:
        state = (state * 0x5851F42D4C957F2D14057B7EF767814F + 0x14057B7EF767814F) % PRIME
        yield state


Residue = tuple[int, int]
"""A value modulo the prime, and a bound on its degree as a rational function of the random residues."""


class _Signature:
    """The value of a tree at one random point.

    Signs that are not known are not random: the bits of ``number`` run through all choices.
    """

    __slots__ = ("bases", "field", "known", "number", "seed", "signs")

    def __init__(self, field: Field, seed: Iterator[int], number: int) -> None:
        self.field = field
        self.number = number
        self.signs = 0
        self.seed = seed
        self.known: dict[int, int] = {}
        self.bases: dict[int, int] = {}

    def of(self, e: Expr) -> Residue:
        row = _NODES.get(type(e))
        return row(self, e) if row else self.element(read(self.field, e))

    # Kernels

    def generator(self, i: int) -> int:
        value = self.known.get(i)
        if value is None:
            kernel = self.field.kernels[i]
            match kernel.kind:
                case "root":
                    relation = next(r for r in self.field.relations if r.generator == i)
                    nested = self.field.is_algebraic(kernel.arguments[0][0])
                    if nested and (relation.degree > 2 or not kernel.depends):
                        # Its relation may factor, and one root modulo the prime sees one factor only.
                        raise GaveUp("no signature for a nested root")
                    rest = self.field.generators[i] ** relation.degree - relation.polynomial
                    try:
                        value = _root_of(self.polynomial(rest), relation.degree)
                    except _NoRoot:
                        if kernel.depends:
                            raise
                        raise GaveUp("a constant has no root modulo the prime") from None
                case "half tangent":
                    w = self.base(i)
                    value = -ROOT_OF_MINUS_ONE * (w - 1) * _inverse(w + 1) % PRIME
                case "sign":
                    value = PRIME - 1 if self.number >> self.signs & 1 else 1
                    self.signs += 1
                    if self.signs > MOST_SIGNS:
                        raise GaveUp("too many signs that are not known")
                case "nonzero" | "cosine":
                    raise GaveUp(f"no signature for '{kernel.kind}'")
                case _:
                    value = next(self.seed)
            self.known[i] = value
        return value

    def base(self, i: int) -> int:
        """``exp(i u)`` for the kernel whose half tangent of ``u`` is the generator."""
        if i not in self.bases:
            self.bases[i] = next(self.seed)
        return self.bases[i]

    def polynomial(self, f: Polynomial) -> int:
        total = 0
        for exponents, c in f.terms():
            term = int(c)
            for i, k in enumerate(exponents):
                if k:
                    term = term * pow(self.generator(i), int(k), PRIME) % PRIME
            total += term
        return total % PRIME

    def element(self, a: Element) -> Residue:
        n, d = a
        value = self.polynomial(n)
        degree = int(n.total_degree()) + int(d.total_degree())
        return (value if d.is_one() else value * _inverse(self.polynomial(d)) % PRIME), max(degree, 1)

    # Nodes

    def total(self, e: Add) -> Residue:
        value = degree = 0
        for term in e.terms:
            v, d = self.of(term)
            value, degree = value + v, degree + d
        return value % PRIME, degree

    def product(self, e: Mul) -> Residue:
        value, degree = 1, 0
        for factor in e.factors:
            v, d = self.of(factor)
            value, degree = value * v % PRIME, degree + d
        return value, degree

    def negative(self, e: Neg) -> Residue:
        value, degree = self.of(e.argument)
        return -value % PRIME, degree

    def quotient(self, e: Div) -> Residue:
        top, degree = self.of(e.numerator)
        bottom, other = self.of(e.denominator)
        return top * _inverse(bottom) % PRIME, degree + other

    def power(self, e: Pow) -> Residue:
        exponent = e.exponent
        q = exponent.value if isinstance(exponent, Number) else rational_value(exponent)
        if q is not None:
            return self.rational_power(e.base, q)
        if isinstance(e.base, Constant) and e.base.name == "e":
            return self.exponential(read(self.field, exponent))
        return self.element(read(self.field, e))

    def rational_power(self, base: Expr, q: Fraction) -> Residue:
        if q.denominator == 1:
            value, degree = self.of(base)
        else:
            value, degree = self.element(root(self.field, read(self.field, base), Fraction(1, q.denominator)))
        n = q.numerator
        if n < 0:
            value = _inverse(value)
        return pow(value, abs(n), PRIME), degree * max(1, abs(n))

    def apply(self, e: Apply) -> Residue:
        row = _FUNCTIONS.get(e.function)
        if row is None:
            return self.element(read(self.field, e))
        return row(self, read(self.field, e.arguments[0]))

    def exponential(self, a: Element) -> Residue:
        field = self.field
        value, degree = 1, 1
        if a[0].is_zero():
            return value, degree
        for c, numerator, denominator in field.monomials(a):
            i = field.only_generator(numerator) if denominator.is_one() else None
            if i is not None and field.kernels[i].kind == "ln":
                inner = field.kernels[i].arguments[0][0]
                part, d = self.element(absolute_power(field, inner, Fraction(1, c.denominator)))
                k = c.numerator
            else:
                key, parts, k = unit(field, "exp", numerator, denominator, c)
                depends = field.depends(numerator, denominator)
                kernel = Kernel("exp", ((numerator, denominator * parts),), depends=depends)
                part, d = self.generator(field.generator(key, kernel)), 1
            value = value * pow(part if k > 0 else _inverse(part), abs(k), PRIME) % PRIME
            degree += d * abs(k)
        return value, degree

    def turning(self, a: Element) -> tuple[int, int, int]:
        """``exp(i a)``, its inverse, and their degree."""
        field = self.field
        there, back, degree = 1, 1, 1
        if a[0].is_zero():
            return there, back, degree
        from grader.expr.normal.angles import sine_cosine

        for c, numerator, denominator in field.monomials(a):
            i = field.only_generator(numerator) if denominator.is_one() else None
            kernel = field.kernels[i] if i is not None else None
            if kernel is not None and (kernel.name == "pi" or kernel.kind == "arctan"):
                part = field.lowest(numerator * c.numerator, denominator * c.denominator)
                (sine, d), (cosine, other) = map(self.element, sine_cosine(field, part))
                forward = (cosine + ROOT_OF_MINUS_ONE * sine) % PRIME
                backward = (cosine - ROOT_OF_MINUS_ONE * sine) % PRIME
                d += other
            else:
                key, parts, k = unit(field, "angle", numerator, denominator, c)
                depends = field.depends(numerator, denominator)
                half = Kernel("half tangent", ((numerator, denominator * parts),), depends=depends)
                forward = pow(self.base(field.generator(key, half)), k, PRIME)
                backward = _inverse(forward)
                d = abs(k)
            there, back, degree = there * forward % PRIME, back * backward % PRIME, degree + d
        return there, back, degree


def _inverse(value: int) -> int:
    if value % PRIME == 0:
        raise GaveUp("a denominator is zero modulo the prime")
    return pow(value, -1, PRIME)


def _root_of(a: int, k: int) -> int:
    """Some k-th root; every choice satisfies the relation."""
    while k % 2 == 0:
        a, k = _square_root(a), k // 2
    while k % 3 == 0:
        a, k = _cube_root(a), k // 3
    if k == 1 or a == 0:
        return a
    try:
        return pow(a, pow(k, -1, PRIME - 1), PRIME)
    except ValueError:
        raise GaveUp("no such root modulo the prime") from None


def _square_root(a: int) -> int:
    """Tonelli and Shanks, with ``PRIME - 1`` eight times an odd number."""
    if a == 0:
        return 0
    odd = (PRIME - 1) // 8
    power = pow(a, (odd - 1) // 2, PRIME)
    result = a * power % PRIME
    left = result * power % PRIME
    for step in (2, 1, 0):
        if pow(left, 2**step, PRIME) != 1:
            if step == 2:
                raise _NoRoot
            shift = pow(EIGHTH_ROOT, 2 ** (1 - step), PRIME)
            result = result * shift % PRIME
            left = left * shift * shift % PRIME
    return result


def _cube_root(a: int) -> int:
    third = (PRIME - 1) // 3
    if a and pow(a, third, PRIME) != 1:
        raise _NoRoot
    return pow(a, pow(3, -1, third), PRIME)


def _half_sum(s: _Signature, u: Element) -> Residue:
    there, back, degree = s.turning(u)
    return (there + back) * HALF % PRIME, 2 * degree


def _half_difference(s: _Signature, u: Element) -> Residue:
    there, back, degree = s.turning(u)
    return (there - back) * HALF * -ROOT_OF_MINUS_ONE % PRIME, 2 * degree


def _grown(sign: int) -> Callable[[_Signature, Element], Residue]:
    def row(s: _Signature, u: Element) -> Residue:
        value, degree = s.exponential(u)
        return (value + sign * _inverse(value)) * HALF % PRIME, 2 * degree

    return row


Row = Callable[[_Signature, Element], Residue]


def _over(top: Row, bottom: Row) -> Row:
    def row(s: _Signature, u: Element) -> Residue:
        (n, degree), (d, other) = top(s, u), bottom(s, u)
        return n * _inverse(d) % PRIME, degree + other

    return row


def _one(s: _Signature, u: Element) -> Residue:
    return 1, 0


def _constants() -> tuple[int, int]:
    """A primitive eighth root of unity and its square."""
    a = 2
    while pow(a, (PRIME - 1) // 2, PRIME) == 1:
        a += 1
    eighth = pow(a, (PRIME - 1) // 8, PRIME)
    return eighth, eighth * eighth % PRIME


EIGHTH_ROOT, ROOT_OF_MINUS_ONE = _constants()
HALF = pow(2, -1, PRIME)

_sinh, _cosh = _grown(-1), _grown(1)

_NODES: Mapping[type, Callable[..., Residue]] = {
    Add: _Signature.total,
    Mul: _Signature.product,
    Neg: _Signature.negative,
    Div: _Signature.quotient,
    Pow: _Signature.power,
    Apply: _Signature.apply,
}

_FUNCTIONS: Mapping[str, Row] = {
    "exp": _Signature.exponential,
    "sin": _half_difference,
    "cos": _half_sum,
    "tan": _over(_half_difference, _half_sum),
    "cot": _over(_half_sum, _half_difference),
    "sec": _over(_one, _half_sum),
    "csc": _over(_one, _half_difference),
    "sinh": _sinh,
    "cosh": _cosh,
    "tanh": _over(_sinh, _cosh),
    "coth": _over(_cosh, _sinh),
    "sech": _over(_one, _cosh),
    "csch": _over(_one, _sinh),
}
