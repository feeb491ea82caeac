"""Absolute values, roots, logarithms and exponentials as elements of a field.

Everything is written in absolute values of irreducible polynomials, because
``|fg| = |f||g|``, ``ln|fg| = ln|f| + ln|g|`` and ``|f|^(1/k)`` need no condition.
A sign enters only where it is proved on the domain, where the tree itself implies it
(``sqrt(u)`` is defined, so ``u >= 0``), or as a generator whose square is 1.
"""

from __future__ import annotations

from fractions import Fraction
from math import lcm, prod

from flint import fmpz
from flint.utils.flint_exceptions import DomainError

from grader.expr.normal.budget import GaveUp, Nowhere, Refine
from grader.expr.normal.field import Element, Field, Kernel, Polynomial
from grader.expr.normal.opaque import opaque, opaque_absolute, opaque_root
from grader.expr.normal.signs import learn, proved_sign, weak_sign

LARGEST_FACTORED = 1 << 64
TRIAL_DIVISION = 10_000
LARGEST_INDEX = 1000


def prime_powers(field: Field, q: Fraction) -> list[tuple[Polynomial, int]]:
    """A positive rational as powers of primes; a large cofactor may stay composite."""
    powers = []
    for n, sign in ((abs(q.numerator), 1), (q.denominator, -1)):
        if n > 1:
            whole = fmpz(n)
            parts = whole.factor() if n < LARGEST_FACTORED else whole.factor(trial_limit=TRIAL_DIVISION)
            powers += [(field.context.constant(int(p)), sign * int(k)) for p, k in parts]
    return powers


def sign_factor(field: Field, f: Polynomial) -> Polynomial:
    """``s``, one of the two signs, with ``|f| = s f``."""
    if f.leading_coefficient() < 0:
        return -sign_factor(field, -f)
    itself = field.only_generator(f)
    if itself is not None and field.kernels[itself].kind == "sign":
        return f
    known = weak_sign(field, f)
    if known is not None:
        return field.context.constant(known)
    key = ("sign", field.number(f))
    new = key not in field.found
    i = field.generator(key, Kernel("sign", ((f, field.unity),), depends=field.depends(f)))
    if new:
        field.relate(i, 2, field.unity, trace=0)
    return field.generators[i]


def sign_of_powers(field: Field, c: Fraction, powers: list[tuple[Polynomial, int]]) -> Element:
    """The sign of ``c`` times a product of powers, where it is not zero."""
    sign = field.rational(1 if c > 0 else -1)
    for f, k in powers:
        if k % 2:
            sign = field.multiply(sign, (sign_factor(field, f), field.unity))
    return sign


def absolute(field: Field, a: Element) -> Element:
    if a[0].is_zero():
        return a
    if field.is_complex(a):
        return opaque_absolute(field, a)
    c, powers = field.product(a)
    return field.multiply(sign_of_powers(field, c, powers), a)


def signum(field: Field, a: Element) -> Element:
    """-1, 0 or 1: the sign times a generator that is 0 where a factor of ``a`` is zero."""
    if a[0].is_zero():
        return a
    if field.is_complex(a):
        return opaque(field, "sign of", (a,))
    c, powers = field.product(a)
    sign = sign_of_powers(field, c, powers)
    for f, k in powers:
        if k > 0 and proved_sign(field, f, strict=True) is None:
            key = ("nonzero", field.number(f))
            new = key not in field.found
            i = field.generator(key, Kernel("nonzero", ((f, field.unity),), depends=field.depends(f)))
            if new:
                field.relate(i, 2, field.generators[i], trace=1)
            sign = field.multiply(sign, field.element(i))
    return sign


def _content(field: Field, a: Element) -> tuple[Fraction, Element]:
    """A positive rational and what is left when the element is divided by it."""
    n, d = field.rationalised(a)
    content = Fraction(int(n.content()), int(d.content()))
    return content, field.scale((n, d), 1 / content)


def not_negative(
    field: Field, c: Fraction, powers: list[tuple[Polynomial, int]], strict: bool = False
) -> list[Polynomial]:
    """Learn what follows from ``c`` times the powers being not negative (not zero either, when strict).

    One factor of unknown sign has the sign of the others.  Of several only the product
    does; they are returned.
    """
    sign = 1 if c > 0 else -1
    unknown = []
    for f, k in powers:
        if k % 2:
            known = weak_sign(field, f)
            if known is not None:
                sign *= known
            else:
                unknown.append(f)
    if len(unknown) == 1:
        if not learn(field, unknown[0], sign):
            raise Refine
        return []
    if not unknown and sign < 0:
        # Where such a product is zero a root has a value: at single points, if it is a polynomial in variables.
        if strict or all(field.is_plain(f) for f, _ in powers):
            raise Nowhere("an even root or a logarithm of something negative")
        raise GaveUp("an even root of something that is not positive")
    return unknown


def absolute_power(field: Field, f: Polynomial, q: Fraction) -> Element:
    """``|f|**q`` for an irreducible polynomial or a prime."""
    if q.denominator == 1:
        n = int(q)
        result = field.power((f, field.unity), n)
        if n % 2 and not f.is_constant():
            result = field.multiply(result, (sign_factor(field, f), field.unity))
        return result
    i = field.only_generator(f)
    if i is not None:
        kernel = field.kernels[i]
        if kernel.kind == "exp":
            return exponential(field, field.scale(kernel.arguments[0], q))
        if kernel.kind == "root":
            return absolute_power(field, kernel.arguments[0][0], q / kernel.index)
        if kernel.kind == "sign":
            return field.one
    key = f"root {f}"
    index = field.plan.units.get(key, 1)
    if index % q.denominator:
        field.plan.units[key] = index = lcm(index, q.denominator)
        if ("root", key) in field.found:
            raise Refine
    found = field.found.get(("root", key))
    if found is None:
        found = _denested(field, f) if index == 2 else None
        found = found or _new_root(field, f, index, key)
        field.found["root", key] = found
    return field.power(found, int(q * index))


def _new_root(field: Field, f: Polynomial, index: int, key: str) -> Element:
    sign = sign_factor(field, f)
    kernel = Kernel("root", ((f, field.unity),), index=index, depends=field.depends(f))
    i = field.generator(("root generator", key), kernel)
    rest = field.reduced(sign * f)
    field.relate(i, index, rest, trace=0 if index == 2 else None, pure=True)
    return field.element(i)


def _denested(field: Field, f: Polynomial) -> Element | None:
    """``sqrt(P + Q r) = sqrt((P+s)/2) + sqrt((P-s)/2)`` for ``r >= 0``, ``s^2 = P^2 - Q^2 r^2``.

    Where the left side is real and ``s`` is, ``|P| >= |Q r|``, so ``P >= 0`` and both
    radicands on the right are at least 0.  For ``Q < 0`` it is the absolute difference.
    """
    relation = next((r for r in field.relations if r.trace == 0 and f.degrees()[r.generator]), None)
    if relation is None or field.kernels[relation.generator].kind != "root":
        return None
    sign = weak_sign(field, f)
    if sign is None:
        return None
    g = field.generators[relation.generator]
    q, p = divmod(f * sign, g)
    side = weak_sign(field, q)
    square = field.reduced(g * g)
    try:
        s = field.reduced(p * p - q * q * square).sqrt()
    except DomainError:
        return None
    if side is None:
        return None
    half = Fraction(1, 2)
    first = root(field, field.scale((p + s, field.unity), half), half)
    second = root(field, field.scale((p - s, field.unity), half), half)
    return field.add(first, second) if side > 0 else absolute(field, field.subtract(first, second))


def root(field: Field, a: Element, q: Fraction) -> Element:
    """``a**q`` for a fraction in lowest terms: the real root for an odd denominator."""
    if a[0].is_zero():
        if q > 0:
            return a
        raise GaveUp("a denominator is zero")
    if q.denominator == 1:
        return field.power(a, int(q))
    if q.denominator > LARGEST_INDEX:
        raise GaveUp("the index of a root is too high")
    if field.is_complex(a):
        content, rest = _content(field, a)
        return field.multiply(root(field, field.rational(content), q), opaque_root(field, rest, q))
    c, powers = field.product(a)
    result = field.one
    if q.denominator % 2 == 0:
        together = not_negative(field, c, powers)
        if together:
            joint = field.unity
            for f in together:
                joint = joint * f
            # The product of the factors of unknown sign is known to be not negative, up to its own sign.
            sign = 1 if c > 0 else -1
            for f, k in powers:
                if k % 2 and f not in together:
                    sign *= weak_sign(field, f) or 1
            learn(field, joint, sign)
            shared = next(k for f, k in powers if f in together)
            powers = [(f, k - shared if f in together else k) for f, k in powers] + [(joint, shared)]
    elif q.numerator % 2:
        result = sign_of_powers(field, c, powers)
    for f, k in prime_powers(field, c) + powers:
        result = field.multiply(result, absolute_power(field, f, k * q))
    return result


def logarithm(field: Field, a: Element) -> Element:
    """``ln a`` where it is defined."""
    if a[0].is_zero():
        raise Nowhere("the logarithm of zero")
    if field.is_complex(a):
        content, rest = _content(field, a)
        return field.add(_log_absolute(field, content, []), opaque(field, "opaque ln", (rest,)))
    c, powers = field.product(a)
    not_negative(field, c, powers, strict=True)
    return _log_absolute(field, c, powers)


def _log_absolute(field: Field, c: Fraction, powers: list[tuple[Polynomial, int]]) -> Element:
    total = field.zero
    for f, k in prime_powers(field, c) + powers:
        total = field.add(total, field.scale(log_of_factor(field, f), k))
    return total


def log_of_factor(field: Field, f: Polynomial) -> Element:
    """``ln|f|`` for an irreducible polynomial or a prime."""
    i = field.only_generator(f)
    if i is not None:
        kernel = field.kernels[i]
        if kernel.kind == "exp":
            return kernel.arguments[0]
        if kernel.kind == "root":
            return field.scale(log_of_factor(field, kernel.arguments[0][0]), Fraction(1, kernel.index))
        if kernel.kind == "sign":
            return field.zero
    elif (other := _conjugate(field, f)) is not None:
        # Of two conjugates one gets the kernel; the other is their product divided by it.
        norm, conjugate = other
        c, powers = field.product((norm, field.unity))
        return field.subtract(_log_absolute(field, c, powers), log_of_factor(field, conjugate))
    key = ("ln", field.number(f))
    return field.element(field.generator(key, Kernel("ln", ((f, field.unity),), depends=field.depends(f))))


def _conjugate(field: Field, f: Polynomial) -> tuple[Polynomial, Polynomial] | None:
    """Norm and conjugate of ``Q r + P``, ``r`` a square root, when P's leading coefficient is negative."""
    if f.is_constant():
        return None
    highest = next(i for i, k in enumerate(f.monomial(0)) if k)
    relation = next((r for r in field.relations if r.generator == highest and r.trace == 0), None)
    if relation is None or field.kernels[highest].kind != "root":
        return None
    g = field.generators[highest]
    q, p = divmod(f, g)
    if p.is_zero() or p.leading_coefficient() > 0:
        return None
    norm = field.reduced(q * q * g * g - p * p)
    if norm.is_zero():
        raise GaveUp("a logarithm of what may be zero")
    # A norm that is no plain polynomial might be zero in disguise.
    return None if field.is_algebraic(norm) else (norm, q * g - p)


def unit(field: Field, tag: str, numerator: Polynomial, denominator: Polynomial, c: Fraction) -> tuple[str, int, int]:
    """The key of a kernel whose argument is a part of this quotient, the number of parts, how many are meant."""
    key = f"{tag} {numerator}/{denominator}"
    parts = field.plan.units.get(key, 1)
    if parts % c.denominator:
        field.plan.units[key] = parts = lcm(parts, c.denominator)
        if key in field.found:
            raise Refine
    if parts > 10_000:
        raise GaveUp("too fine a common unit")
    return key, parts, int(c * parts)


def exponential(field: Field, a: Element) -> Element:
    """``e**a``: a product over the terms of ``a``; logarithms and their multiples give powers."""
    result = field.one
    if a[0].is_zero():
        return result
    for c, numerator, denominator in field.monomials(a):
        i = field.only_generator(numerator) if denominator.is_one() else None
        if i is not None and field.kernels[i].kind == "ln":
            factor = absolute_power(field, field.kernels[i].arguments[0][0], c)
        elif i is not None and field.kernels[i].kind == "opaque ln":
            factor = root(field, field.kernels[i].arguments[0], c)
        else:
            key, parts, k = unit(field, "exp", numerator, denominator, c)
            kernel = Kernel("exp", ((numerator, denominator * parts),), depends=field.depends(numerator, denominator))
            factor = field.power(field.element(field.generator(key, kernel)), k)
        result = field.multiply(result, factor)
    return result


def symbolic_power(field: Field, b: Element, x: Element) -> Element:
    """``b**x`` for an exponent that is no rational number as it stands."""
    if b[0].is_zero() or field.is_complex(b, x):
        return opaque(field, "power", (b, x))
    c, powers = field.product(b)
    unknown = []
    negative = c < 0
    for f, k in powers:
        if k % 2:
            sign = weak_sign(field, f)
            if sign is None:
                unknown.append(f)
            negative ^= sign == -1
    if not unknown and not negative:
        return exponential(field, field.multiply(x, logarithm(field, b)))
    whole = is_integer(field, x)
    if unknown and not whole:
        # A power of a product may exist where powers of the factors do not.
        unknown = [prod(unknown, start=field.unity)]
        if negative:
            unknown[0], negative = -unknown[0], False
    result = exponential(field, field.multiply(x, _log_absolute(field, abs(c), powers)))
    if negative:
        result = field.multiply(result, character(field, -field.unity, x, whole))
    for f in unknown:
        result = field.multiply(result, character(field, f, x, whole))
    return result


def is_integer(field: Field, x: Element) -> bool:
    """Proved: the element is an integer wherever it is defined (a polynomial in integer variables)."""
    n, d = x
    return d.is_one() and all(
        field.kernels[i].kind == "variable" and field.domain[field.kernels[i].name].integer
        for i, k in enumerate(n.degrees())
        if k > 0
    )


def character(field: Field, f: Polynomial, x: Element, whole: bool) -> Element:
    """``chi(x)`` where ``f < 0``, and 1 where ``f > 0``.

    A power of a negative number exists for exponents ``p/q`` with an odd ``q`` only, and is
    ``(-1)^p |f|^(p/q)``.  This sign is a homomorphism from those numbers to the unit circle.
    It extends to one from all real numbers, because the circle is divisible; that is
    ``chi``.  So ``chi`` of a sum is a product.  Its values may be complex, unless the
    exponent is an integer; then they are 1 and -1, and powers of a variable count once.
    """
    result = field.one
    i = field.only_generator(f)
    if whole and i is not None and field.kernels[i].kind == "sign":
        # The sign of g, or of g to some integer power.
        inner, *exponent = field.kernels[i].arguments
        return character(field, inner[0], field.multiply(x, exponent[0]) if exponent else x, True)
    for c, numerator, denominator in field.monomials(x):
        if numerator.is_one() and denominator.is_one() and c.denominator % 2:
            sign = field.rational(-1) if f.is_constant() else (sign_factor(field, f), field.unity)
            result = field.multiply(result, field.power(sign, c.numerator % 2))
            continue
        if whole:
            if c.numerator % 2 == 0:
                continue
            exponents = tuple(min(int(k), 1) for k in numerator.monomial(0))
            m = field.context.from_dict({exponents: 1})
            key = ("parity", field.number(f), field.number(m))
            new = key not in field.found
            i = field.generator(key, Kernel("sign", ((f, field.unity), (m, field.unity)), depends=field.depends(f, m)))
            if new:
                field.relate(i, 2, field.unity, trace=0)
            result = field.multiply(result, field.element(i))
        else:
            tag, parts, k = unit(field, f"character {f}", numerator, denominator, c)
            depends = field.depends(f, numerator, denominator)
            kernel = Kernel("character", ((f, field.unity), (numerator, denominator * parts)), depends=depends)
            result = field.multiply(result, field.power(field.element(field.generator(tag, kernel)), k))
    return result


def parity(field: Field, m: Polynomial) -> Element:
    """``(-1)**m`` for a product of integer variables."""
    return character(field, -field.unity, (m, field.unity), True)
