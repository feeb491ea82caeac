"""The sign of a polynomial in kernels on a domain, proved or not known.

A *weak* sign ``s`` of ``f`` means ``|f| = s f`` wherever ``f`` is defined on the domain;
a *strict* one that moreover ``f`` is nowhere zero there.  Three means, cheapest first:
the signs of the terms, the real roots of a polynomial in one variable, and bisection
with balls (which needs a bounded domain).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, TypeAlias

from flint import arb, fmpq, fmpz, fmpz_poly

from grader.expr.balls import Undefined, arb_of, enclose, precision
from grader.expr.domain import Domain, Interval
from grader.expr.normal.budget import Linear
from grader.expr.normal.field import Element, Field, Polynomial
from grader.expr.normal.inference import implied, linear_form, semidefinite_sign, sign_by_comparison
from grader.expr.tree import Apply, Expr, Pow, Variable, larger, walk

NOT_KNOWN = arb.nan()
POWER = Pow(Variable("b"), Variable("x"))
BITS = 64
HALF = Fraction(1, 2)
CONSTANT_BITS = (64, 512)
LARGEST_TREE = 40


Terms: TypeAlias = list[tuple[Any, tuple[tuple[int, int], ...]]]


class Values:
    """Enclosures of the generators of a field over one box, each computed once."""

    __slots__ = ("box", "field", "known")

    def __init__(self, field: Field, box: Mapping[str, arb]) -> None:
        self.field = field
        self.box = box
        self.known: dict[int, arb] = {}

    def generator(self, i: int) -> arb:
        value = self.known.get(i)
        if value is None:
            kernel = self.field.kernels[i]
            if kernel.kind == "variable":
                value = self.box[kernel.name]
            else:
                row = _KERNELS.get(kernel.kind)
                arguments = [self._quotient(*parts) for parts in self._arguments(i)]
                try:
                    value = row(kernel.index, *arguments) if row else _opaque(kernel.kind, arguments)
                except (Undefined, KeyError):
                    value = NOT_KNOWN
            self.known[i] = value
        return value

    def _arguments(self, i: int) -> list[tuple[Terms, Terms | None]]:
        """The terms of a kernel's arguments: the same for every box, so they are taken apart once."""
        key = ("terms", i)
        if key not in self.field.found:
            self.field.found[key] = [
                (terms_of(top), None if bottom.is_one() else terms_of(bottom))
                for top, bottom in self.field.kernels[i].arguments
            ]
        known: list[tuple[Terms, Terms | None]] = self.field.found[key]
        return known

    def _quotient(self, top: Terms, bottom: Terms | None) -> arb:
        value = self.terms(top)
        return value if bottom is None else value / self.terms(bottom)

    def terms(self, terms: Terms) -> arb:
        total = arb(0)
        for c, powers in terms:
            term = c
            for i, k in powers:
                g = self.generator(i)
                term = term * (g if k == 1 else _even_power(g, k) if k % 2 == 0 else g**k)
            total = total + term
        return total

    def polynomial(self, f: Polynomial) -> arb:
        return self.terms(terms_of(f))

    def element(self, a: Element) -> arb:
        top = self.polynomial(a[0])
        return top if a[1].is_one() else top / self.polynomial(a[1])


def terms_of(f: Polynomial) -> Terms:
    """A polynomial as coefficients and the powers that occur."""
    return [(arb(c), tuple((i, int(k)) for i, k in enumerate(powers) if k)) for powers, c in f.terms()]


def _even_power(g: arb, k: int) -> arb:
    return abs(g) ** k if not g.contains(0) else arb(0, (g.abs_upper() ** k).abs_upper()).nonnegative_part()


def _opaque(name: str, arguments: list[arb]) -> arb:
    names = [f"u{i}" for i in range(len(arguments))]
    tree = Apply(name, tuple(Variable(n) for n in names))
    return enclose(tree, dict(zip(names, arguments, strict=True)))


def _root(index: int, u: arb) -> arb:
    u = abs(u)
    if u.contains(0):
        bound = u.abs_upper()
        return arb(0, _high(bound, index).abs_upper()).nonnegative_part() if bound.is_finite() else NOT_KNOWN
    return _high(u, index)


def _high(u: arb, index: int) -> arb:
    """The root of a positive ball; by its logarithm where the index is too large for FLINT's integers."""
    return u.root(index) if index < 1 << 16 or u.contains(0) else (u.log() / index).exp()


def _constant(index: int) -> arb:
    return arb.pi()


_KERNELS: Mapping[str, Callable[..., arb]] = {
    "constant": _constant,
    "exp": lambda _, u: u.exp(),
    "ln": lambda _, u: abs(u).log() if not u.contains(0) else NOT_KNOWN,
    "root": _root,
    "half tangent": lambda _, u: (u / 2).tan(),
    "cosine": lambda n: 2 * (2 * arb.pi() / n).cos(),
    "arctan": lambda _, u: u.atan(),
    "sign": lambda *_: arb(0, 1),
    "power": lambda _, b, x: enclose(POWER, {"b": b, "x": x}),
    "nonzero": lambda _, u: arb(1) if not u.contains(0) else arb(0, 1).nonnegative_part(),
}


def weak_sign(field: Field, f: Polynomial) -> int | None:
    """``s`` with ``|f| = s f`` on the domain, where everything in the tree is defined.

    A sign that was not found is remembered: if the tree turns out to say it (by holding
    ``ln f``), the tree has to be read again.
    """
    if f.is_constant():
        return 1 if f.leading_coefficient() >= 0 else -1
    if field.is_complex((f, field.unity)):
        return None
    found: int | None = proved_sign(field, f, strict=False)
    return found if found is not None else _from_others(field, f)


def _from_others(field: Field, f: Polynomial) -> int | None:
    """A sign that is a fact or a case of the plan, or follows from such."""
    plan = field.plan
    name = field.identify(f)
    fact = plan.facts.get(name) or plan.cases.get(name)
    if fact is not None:
        field.used[name] = (f, fact[0])
        return fact[0]
    if name in field.unknown:
        return None
    sign = sign_by_comparison(field, f, weak_sign)
    if sign is None and plan.linear:
        form = linear_form(field, f)
        sign = implied(form, plan.linear, field.domain) if form is not None else None
        if sign is not None:
            field.used[name] = (f, sign)
    if sign is None:
        field.unknown[name] = f
    return sign


def learn(field: Field, f: Polynomial, sign: int) -> bool:
    """Note that ``f`` has this weak sign because the tree is defined; False if it was asked for before."""
    name = field.identify(f)
    if field.plan.facts.get(name) is None:
        field.plan.facts[name] = (sign, field.spell(f))
        field.plan.linear += _linear_consequences(field, f, sign)
        return name not in field.unknown
    return True


def _linear_consequences(field: Field, f: Polynomial, sign: int) -> tuple[Linear, ...]:
    """Linear forms that are not negative where ``sign f`` is not: itself, or the ends of an interval."""
    form = linear_form(field, f)
    if form is not None:
        coefficients, constant = form
        return (({key: c * sign for key, c in coefficients.items()}, constant * sign),)
    coefficients_of_f = _coefficients(field, f)
    if coefficients_of_f is None:
        return ()
    _, powers = field.factors(f)
    parts = [(linear_form(field, factor), k) for factor, k in powers]
    (name,) = field.depends(f)
    roots = sorted(-form[1] / form[0][name] for form, _ in parts if form is not None)
    if len(roots) < len(parts) or any(k > 1 for _, k in parts):
        return ()
    # All roots are rational and simple: the sign alternates.
    leading = 1 if coefficients_of_f[-1] > 0 else -1
    holds = [leading * sign * (-1) ** (len(roots) - i) > 0 for i in range(len(roots) + 1)]
    if sum(holds) != 1:
        return ()
    i = holds.index(True)
    low = [({name: Fraction(1)}, -roots[i - 1])] if i > 0 else []
    high = [({name: Fraction(-1)}, roots[i])] if i < len(roots) else []
    return (*low, *high)


def proved_sign(field: Field, f: Polynomial, strict: bool) -> int | None:
    """The constant weak or strict sign of ``f`` on the inside of the domain, if it can be proved."""
    if field.is_complex((f, field.unity)):
        return None
    key = ("proved sign", strict, field.number(f))
    if key in field.found:
        known: int | None = field.found[key]
        return known
    sign = _by_terms(field, f, strict)
    if sign is None and not _has_free_sign(field, f):
        # What was proved about these functions on this domain outlives the field.
        name = (field.identify(f), strict)
        signs = field.plan.signs
        sign = signs[name] if name in signs else signs.setdefault(name, _by_proof(field, f, strict))
        if sign is not None and field.depends(f):
            field.conditions += ((f, sign if not strict else 2 * sign),)
    field.found[key] = sign
    return sign


def _by_terms(field: Field, f: Polynomial, strict: bool) -> int | None:
    """All terms of one sign; for strictness, a constant or a positive kernel among them."""
    signs = set()
    positive = False
    for exponents, c in f.terms():
        sign = 1 if c > 0 else -1
        certain = True
        for i, k in enumerate(exponents):
            if not k:
                continue
            kernel = field.kernels[i]
            certain = certain and (kernel.kind == "exp" or kernel.kind == "constant")
            if k % 2 == 0 or kernel.nonnegative or kernel.kind == "constant":
                continue
            if kernel.kind == "factorial" and _above_minus_one(field, kernel.arguments[0]):
                continue
            side = _side(field.domain[kernel.name]) if kernel.kind == "variable" else None
            if side is None:
                return None
            sign *= side
        signs.add(sign)
        if len(signs) > 1:
            return None
        positive = positive or certain
    return signs.pop() if positive or not strict else None


def _above_minus_one(field: Field, a: Element) -> bool:
    """Proved: ``a >= -1``, so that its factorial is positive."""
    n, d = a
    return d.is_one() and proved_sign(field, n + 1, strict=False) == 1


def _side(interval: Interval) -> int | None:
    if interval.low is not None and interval.low >= 0:
        return 1
    return -1 if interval.high is not None and interval.high <= 0 else None


def _has_free_sign(field: Field, f: Polynomial) -> bool:
    """A generator that may take both signs occurs: no proof is possible."""
    kernels = field.kernels
    return any(k and kernels[i].kind == "sign" for i, k in enumerate(f.degrees()))


def _by_proof(field: Field, f: Polynomial, strict: bool) -> int | None:
    names = sorted(field.depends(f))
    with precision(BITS):
        if not names:
            return _constant_sign(field, f)
        sign = _by_norm(field, f, strict)
        if sign is not None:
            return sign
        coefficients = _coefficients(field, f) if len(names) == 1 else None
        if coefficients is not None:
            return _by_roots(coefficients, _inner(field.domain, names, strict)[names[0]])
        found = None if strict else semidefinite_sign(field, f)
        if found is not None:
            return found
        quadratic = _quadratic(field, f) if len(names) == 1 else None
        if quadratic is not None:
            return _by_discriminant(quadratic, _inner(field.domain, names, strict)[names[0]])
        domain = _inner(field.domain, names, strict)
        box = bounded_box(domain, names)
        found = _by_bisection(field, f, names, box) if box is not None else None
        return found if found is not None else _by_slopes(field, f, names, domain, strict)


def _by_slopes(field: Field, f: Polynomial, names: list[str], domain: Domain, strict: bool) -> int | None:
    """By ranges and derivatives, where the domain has no end, or ``f`` is zero at one."""
    if _seen_signs(field, f, names, domain) > 1:
        return None
    # Loaded here: both modules are built on this one.
    from grader.expr.monotone import settled_sign
    from grader.expr.normal.spelling import tree_of

    tree = tree_of(field, f)
    if tree is None or larger(tree, LARGEST_TREE):
        return None
    found = settled_sign(tree, Domain.of({name: Interval(domain[name].low, domain[name].high) for name in names}))
    if not isinstance(found, int) or not found or (strict and abs(found) < 2):
        return None
    return 1 if found > 0 else -1


def _seen_signs(field: Field, f: Polynomial, names: list[str], domain: Domain) -> int:
    """How many different signs ``f`` has at a few points inside."""
    signs = set()
    for share in _SHARES:
        point = {name: arb_of(_within(domain[name], share)) for name in names}
        value = Values(field, point).polynomial(f)
        signs |= {1} if value > 0 else {-1} if value < 0 else set()
    return len(signs)


def _within(side: Interval, share: Fraction) -> Fraction:
    if side.low is not None and side.high is not None:
        return side.low + share * (side.high - side.low)
    far = share / (1 - share)
    if side.low is not None:
        return side.low + far
    return side.high - far if side.high is not None else far - 1 / far


def _inner(domain: Domain, names: list[str], strict: bool) -> Domain:
    """A domain on whose inside every point counts: the ends of a range of integers lie in it."""
    if not strict or not domain.integers:
        return domain
    sides = {name: domain[name] for name in names}
    for name, side in sides.items():
        if side.integer:
            low = None if side.low is None else side.low - HALF
            high = None if side.high is None else side.high + HALF
            sides[name] = Interval(low, high)
    return Domain.of(sides)


def _by_norm(field: Field, f: Polynomial, strict: bool) -> int | None:
    """``Q r + P`` with a square root ``r`` has the sign of ``Q`` where ``Q^2 r^2 >= P^2``, else that of ``P``."""
    degrees = f.degrees()
    for relation in field.relations:
        i = relation.generator
        if degrees[i]:
            if relation.trace != 0 or field.kernels[i].kind != "root":
                return None
            g = field.generators[i]
            q, p = divmod(f, g)
            norm = field.reduced(q * q * g * g - p * p)
            if p.is_zero() or norm.is_zero():
                return None
            side = _sign_by_factors(field, norm, strict)
            return None if side is None else proved_sign(field, q if side > 0 else p, strict)
    return None


def _sign_by_factors(field: Field, f: Polynomial, strict: bool) -> int | None:
    c, powers = field.factors(f)
    sign = 1 if c > 0 else -1
    for factor, k in powers:
        if strict or k % 2:
            known = proved_sign(field, factor, strict)
            if known is None:
                return None
            sign *= known if k % 2 else 1
    return sign


def _constant_sign(field: Field, f: Polynomial) -> int | None:
    for bits in CONSTANT_BITS:
        with precision(bits):
            value = Values(field, {}).polynomial(f)
            if value.is_finite() and not value.contains(0):
                return 1 if value > 0 else -1
    return None


def _coefficients(field: Field, f: Polynomial) -> list[Any] | None:
    """The coefficients, constant first, when ``f`` is a polynomial in one variable and no kernel."""
    degrees = f.degrees()
    used = [i for i, k in enumerate(degrees) if k]
    if len(used) != 1 or field.kernels[used[0]].kind != "variable" or degrees[used[0]] > 40:
        return None
    coefficients = [fmpz(0)] * (int(degrees[used[0]]) + 1)
    for exponents, c in f.terms():
        coefficients[exponents[used[0]]] = c
    return coefficients


def _quadratic(field: Field, f: Polynomial) -> list[arb] | None:
    """The coefficients, constant first, of a polynomial of degree 1 or 2 in a variable, over constants."""
    place = -1
    for i, k in enumerate(f.degrees()):
        if k and field.kernels[i].depends:
            if place >= 0 or k > 2 or field.kernels[i].kind != "variable":
                return None
            place = i
    if place < 0:
        return None
    values = Values(field, {})
    coefficients = [arb(0), arb(0), arb(0)]
    for exponents, c in f.terms():
        rest = field.context.from_dict({tuple(0 if i == place else k for i, k in enumerate(exponents)): c})
        coefficients[exponents[place]] += values.polynomial(rest)
    return coefficients


def _by_discriminant(coefficients: list[arb], interval: Interval) -> int | None:
    """The sign of a quadratic on an interval, from the places of its roots."""
    c, b, a = coefficients
    discriminant = b * b - 4 * a * c
    if discriminant < 0:
        return 1 if c > 0 else -1 if c < 0 else None
    if a.is_zero():
        roots = [-c / b]
    elif discriminant > 0 and not a.contains(0):
        root = discriminant.sqrt()
        roots = [(-b - root) / (2 * a), (-b + root) / (2 * a)]
    else:
        return None
    if not all(_outside(root, interval) for root in roots):
        return None
    at = arb_of(_inside(interval))
    value = (a * at + b) * at + c
    return 1 if value > 0 else -1 if value < 0 else None


def _by_roots(coefficients: list[Any], interval: Interval) -> int | None:
    """No real root inside the interval; the roots are isolated by FLINT."""
    if len(coefficients) == 2:
        root = Fraction(-int(coefficients[0]), int(coefficients[1]))
        side = 1 if coefficients[1] > 0 else -1
        if interval.low is not None and root <= interval.low:
            return side
        return -side if interval.high is not None and root >= interval.high else None
    polynomial = fmpz_poly(coefficients)
    roots: list[Any] = polynomial.complex_roots()
    for found, _ in roots:
        if found.imag.contains(0) and not _outside(found.real, interval):
            return None
    value = polynomial(arb_of(_inside(interval)))
    return 1 if value > 0 else -1 if value < 0 else None


def _outside(root: arb, interval: Interval) -> bool:
    below = interval.low is not None and (root <= arb_of(interval.low)) is True
    return below or (interval.high is not None and (root >= arb_of(interval.high)) is True)


def is_zero_at(field: Field, f: Polynomial, name: str, n: int) -> bool:
    """Proved by balls without a radius: ``f`` is zero where its only variable is this integer."""
    return bool(Values(field, {name: arb(n)}).polynomial(f).is_zero())


def _inside(interval: Interval) -> Fraction:
    if interval.low is not None and interval.high is not None:
        return (interval.low + interval.high) / 2
    if interval.low is not None:
        return interval.low + 1
    return interval.high - 1 if interval.high is not None else Fraction(0)


Box: TypeAlias = tuple[tuple[Any, Any], ...]
"""The two ends of each side, as flint.fmpq: Python's fractions are too slow for bisection."""

_SHARES = tuple(Fraction(n, 97) for n in (48, 1, 96, 25, 71))
_PROBES = tuple(fmpq(n, 97) for n in (48, 1, 96, 25, 71))


def _by_bisection(field: Field, f: Polynomial, names: list[str], box: Box) -> int | None:
    sign, terms = 0, terms_of(f)
    # A point or two of each sign are cheaper to find than to run out of boxes.
    for share in _PROBES:
        point = {name: arb(low + share * (high - low)) for name, (low, high) in zip(names, box, strict=True)}
        value = Values(field, point).terms(terms)
        here = 1 if value > 0 else -1 if value < 0 else 0
        if here and sign and here != sign:
            return None
        sign = here or sign
    stack = [box]
    for _ in range(field.budget.boxes):
        if not stack:
            return sign
        part = stack.pop()
        field.spend(30 + 4 * len(f))
        value = Values(field, _balls(names, part)).terms(terms)
        if value.is_finite() and not value.contains(0):
            here = 1 if value > 0 else -1
            if sign and here != sign:
                return None
            sign = here
        else:
            stack.extend(halves(part))
    return sign if not stack else None


def halves(box: Box) -> tuple[Box, Box]:
    """A box cut across its longest side."""
    widths = [high - low for low, high in box]
    j = widths.index(max(widths))
    low, high = box[j]
    middle = (low + high) / 2
    return (*box[:j], (low, middle), *box[j + 1 :]), (*box[:j], (middle, high), *box[j + 1 :])


def _balls(names: list[str], box: Box) -> dict[str, arb]:
    # The half of the width is rounded up, and the midpoint's own error added.
    balls = {}
    for name, (low, high) in zip(names, box, strict=True):
        balls[name] = arb((low + high) / 2) + arb(0, arb((high - low) / 2).abs_upper())
    return balls


def value_inside(field: Field, a: Element) -> arb:
    """The value of an element at one point of a connected set, inside of which every sign used in this pass holds.

    Not finite when that set is not known to be connected.
    """
    used = tuple(field.used.values())
    names = field.depends(*a).union(*(field.depends(f) for f, _ in used))
    if not used:
        points = [{name: _within(field.domain[name], share) for name in names} for share in _SHARES]
    elif all(linear_form(field, f) for f, _ in used):
        # Half spaces and a box meet in a convex set.
        points = [{name: _within(field.domain[name], share) for name in names} for share in _SHARES]
        points += [dict(zip(sorted(names), spread, strict=True)) for spread in _spreads(field.domain, sorted(names))]
    else:
        points = _only_piece(field, names, used)
    for point in points:
        values = Values(field, {name: arb_of(q) for name, q in point.items()})
        if all(values.polynomial(f) * sign > 0 for f, sign in used):
            value = values.element(a)
            if value.is_finite():
                return value
    return NOT_KNOWN


def _spreads(domain: Domain, names: list[str]) -> list[list[Fraction]]:
    """Points that are not on the diagonal of the domain."""
    shares = [share for share in _SHARES for _ in names]
    return [
        [_within(domain[name], shares[(start + step * i) % len(shares)]) for i, name in enumerate(names)]
        for start in range(0, len(shares), 2)
        for step in (1, 2, 3)
    ]


def _only_piece(
    field: Field, names: frozenset[str], used: tuple[tuple[Polynomial, int], ...]
) -> list[dict[str, Fraction]]:
    """A point of the only interval on which polynomials in one variable have these signs; none if there are more."""
    if len(names) != 1:
        return []
    (name,) = names
    side = field.domain[name]
    polynomials = []
    roots: list[tuple[Fraction, Fraction]] = []
    for f, sign in used:
        coefficients = _coefficients(field, f)
        if coefficients is None:
            return []
        polynomial = fmpz_poly(coefficients) * sign
        polynomials.append(polynomial)
        found: list[Any] = polynomial.complex_roots()
        roots += [(_end(root.real, -1), _end(root.real, 1)) for root, _ in found if root.imag.contains(0)]
    roots.sort()
    low = side.low if side.low is not None else min([end for end, _ in roots], default=Fraction(0)) - 1
    high = side.high if side.high is not None else max([end for _, end in roots], default=Fraction(0)) + 1
    ends = [low]
    for left, right in roots:
        if right <= low or left >= high:
            continue
        # Next to a simple root, and between roots that are told apart, signs are constant.
        if left <= ends[-1]:
            return []
        ends += [left, right]
    if ends[-1] >= high:
        return []
    ends.append(high)
    middles = [(left + right) / 2 for left, right in zip(ends[::2], ends[1::2], strict=True)]
    held = [all(p(fmpq(q.numerator, q.denominator)) > 0 for p in polynomials) for q in middles]
    pieces = [i for i, holds in enumerate(held) if holds and (i == 0 or not held[i - 1])]
    return [{name: middles[pieces[0]]}] if len(pieces) == 1 else []


def _end(x: arb, side: int) -> Fraction:
    """A rational end of a short interval around a real number."""
    q = (x + side * arb(2) ** -40).mid().fmpq()
    return Fraction(int(q.p), int(q.q)) + side * Fraction(1, 1 << 41)


def continuous(field: Field, a: Element) -> bool:
    """Proved: the element is defined and continuous on the inside of the domain, which is connected."""
    return _continuous(field, a) or _finite(field, a)


def _continuous(field: Field, a: Element) -> bool:
    """By the kernels: each is continuous where its arguments are, if denominators and logarithms stay off zero."""
    if not a[1].is_constant() and proved_sign(field, a[1], strict=True) is None:
        return False
    for f in a:
        for i, k in enumerate(f.degrees()):
            if k <= 0:
                continue
            kernel = field.kernels[i]
            if kernel.kind not in _CONTINUOUS:
                return False
            if kernel.kind == "ln" and proved_sign(field, kernel.arguments[0][0], strict=True) is None:
                return False
            if not all(_continuous(field, argument) for argument in kernel.arguments):
                return False
    return True


_CONTINUOUS = frozenset({"variable", "constant", "exp", "ln", "root", "cosine", "arctan", "erf"})


def _jumps(field: Field, a: Element) -> bool:
    for f in a:
        for i, k in enumerate(f.degrees()):
            if k > 0:
                kernel = field.kernels[i]
                if kernel.kind in ("sign", "nonzero") or any(_jumps(field, b) for b in kernel.arguments):
                    return True
    return False


def _finite(field: Field, a: Element) -> bool:
    """By bisection of a bounded domain: where a ball is finite, what it encloses is continuous."""
    names = sorted(field.depends(*a))
    box = bounded_box(field.domain, names)
    if box is None or _jumps(field, a):
        return False
    return _everywhere(box, field.budget.boxes, lambda part: Values(field, _balls(names, part)).element(a).is_finite())


def bounded_box(domain: Domain, names: list[str]) -> Box | None:
    """The sides of the domain in the order of the names, None when one is unbounded."""
    box = []
    for name in names:
        interval = domain[name]
        if interval.low is None or interval.high is None:
            return None
        box.append((_fmpq(interval.low), _fmpq(interval.high)))
    return tuple(box)


def _fmpq(q: Fraction) -> fmpq:
    return fmpq(q.numerator, q.denominator)


def defined_on(e: Expr, names: list[str], box: Box, boxes: int) -> bool:
    """Proved: the expression is defined on the whole box, and continuous unless it holds ``sign``."""

    def finite(part: Box) -> bool:
        try:
            return enclose(e, _balls(names, part)).is_finite()
        except Undefined:
            return False

    return not any(isinstance(node, Apply) and node.function == "sign" for node in walk(e)) and _everywhere(
        box, boxes, finite
    )


def _everywhere(box: Box, boxes: int, holds: Callable[[Box], bool]) -> bool:
    """Whether a statement holds on each of a few boxes that make up this one."""
    stack = [box]
    with precision(BITS):
        for _ in range(boxes):
            if not stack:
                return True
            part = stack.pop()
            if not holds(part):
                if not part:
                    return False
                stack.extend(halves(part))
    return not stack
