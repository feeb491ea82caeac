"""Which needs of one expression follow from those of another on a domain, by the normal form.

A need is a product of powers of irreducible polynomials in kernels.  Only the odd ones matter for
its sign, each of which is known, or is that of ``x - x0``, or stays a symbol; what the reference
needs says that certain products of these signs are positive.  So "the sign of this product
follows" is a linear system over the field with two elements.

All statements are meant up to a nowhere dense set: a single point at which the student's form has
no value is a removable hole, and accepted.  A nonzero analytic function on a connected open set
has no other zeros (S. G. Krantz, H. R. Parks, "A Primer of Real Analytic Functions", 1.2).
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from itertools import islice, product
from math import ceil, floor
from typing import Any, TypeAlias

from flint import arb, fmpz_poly

from grader.decide.points import points
from grader.decide.requirements import Need
from grader.expr.balls import Undefined, arb_between, arb_of, enclose, integer_of, precision
from grader.expr.domain import Domain, Interval
from grader.expr.monotone import Crossing, meromorphic, settled_sign
from grader.expr.normal.budget import DEFAULT, GaveUp, Plan, Refine
from grader.expr.normal.field import Element, Field, Kernel, Polynomial
from grader.expr.normal.powers import not_negative
from grader.expr.normal.reading import read
from grader.expr.normal.signs import proved_sign, weak_sign
from grader.expr.normal.spelling import tree_of
from grader.expr.ranges import box_of, range_of
from grader.expr.tree import Add, Apply, Expr, Neg, size, variables, walk

Symbols: TypeAlias = frozenset[Any]
"""The sign of a product: the symbols whose signs are multiplied; "-" among them is a minus."""

_MINUS: Symbols = frozenset({"-"})
_NONE: Symbols = frozenset()


_MOST_PIECES = 6
_MOST_SIGNS = 3
_MOST_BOXES = 20
_MOST_TERMS = 10**7
"""Products that a resultant may be made of: it is one call, which nothing interrupts."""
_MOST_WORK = 10_000
"""Nodes times facts that may be looked at for all the needs of an answer: a deep nest has many needs,
each of them large, and each is held against all that the reference needs."""


class Implied:
    """What holds wherever the reference has a value: its needs on its domain.

    In one variable the domain is cut at the roots of polynomials that the reference needs to be
    positive, and at the corners of ``|u|`` in a need; each piece is looked at by itself.
    """

    def __init__(self, known: Iterable[Need], domain: Domain) -> None:
        self._known = tuple(known)
        self._domain = domain
        self._narrowed: list[Domain] | None = None
        self._plans: dict[Domain, Plan] = {}
        self._work = 0

    def holds(self, need: Need) -> bool:
        """Proved: the need holds wherever the reference has a value, but for a nowhere dense set."""
        tree, kind = need
        if _holds_on(self._domain, tree, kind):
            return True
        self._work += size(tree) * (1 + len(self._known))
        if self._work > _MOST_WORK:
            return False
        if self._narrowed is None:
            self._narrowed = _narrowed(self._domain, self._known)
        pieces = [part for piece in self._narrowed for part in _cut_at_corners(piece, tree)]
        return len(pieces) <= _MOST_PIECES and all(self._piece(piece).holds(tree, kind) for piece in pieces)

    def _piece(self, domain: Domain) -> _Piece:
        """A piece that knows what the reference says of itself there, and nothing of other needs."""
        plan = self._plans.get(domain)
        if plan is None:
            plan = self._plans[domain] = _learned(self._known, domain)
        return _Piece(self._known, domain, plan.knowing(dict(plan.facts)))


def _learned(known: tuple[Need, ...], domain: Domain) -> Plan:
    """What reading the needs of the reference tells: one pass for each thing learned, but once for all needs."""
    plan = Plan()
    for _ in range(DEFAULT.passes):
        field = Field(domain, plan, DEFAULT)
        try:
            for need in known:
                _fact(field, need)
        except Refine:
            continue
        except (GaveUp, RecursionError):
            pass
        break
    return plan


def _holds_on(domain: Domain, tree: Expr, kind: str) -> bool:
    """By ranges alone, and by what the zeros of analytic functions are."""
    names = variables(tree)
    box = box_of(domain, names)
    real = not names & set(domain.integers)
    if kind == "nonzero" and real and meromorphic(tree, box) and _nonzero_somewhere(tree, domain):
        return True
    try:
        sign = range_of(tree, box).sign
    except Undefined:
        return False
    if abs(sign) < 2 and real:
        sign = _by_boxes(tree, domain, names) or sign
    if kind == "nonzero":
        return abs(sign) == 2
    if sign == 1 and kind == "positive":
        return real and meromorphic(tree, box) and _nonzero_somewhere(tree, domain)
    return sign > 0


def _by_boxes(tree: Expr, domain: Domain, names: frozenset[str]) -> int:
    """2 or -2 for one strict sign on a bounded domain, by balls on a few boxes; 0 when it is not seen."""
    box = []
    for name in sorted(names):
        low, high = domain[name].low, domain[name].high
        if low is None or high is None:
            return 0
        box.append((name, low, high))
    boxes, sign = [box], 0
    with precision(64):
        for _ in range(_MOST_BOXES if names else 0):
            if not boxes:
                return 2 * sign
            part = boxes.pop()
            try:
                value = enclose(tree, {name: arb_between(low, high) for name, low, high in part})
            except Undefined:
                return 0
            if value.is_finite() and not value.contains(0):
                here = 1 if value > 0 else -1
                if sign and here != sign:
                    return 0
                sign = here
                continue
            i = max(range(len(part)), key=lambda k: part[k][2] - part[k][1])
            name, low, high = part[i]
            cut = (low + high) / 2
            boxes += [[*part[:i], (name, *half), *part[i + 1 :]] for half in ((low, cut), (cut, high))]
    return 0


def _nonzero_somewhere(tree: Expr, domain: Domain) -> bool:
    with precision(128):
        for point in islice(points(domain.including(variables(tree)), 11), 6):
            try:
                value = enclose(tree, {name: arb_of(q) for name, q in point.items()})
            except Undefined:
                continue
            if value > 0 or value < 0:
                return True
    return False


class _Piece:
    """The normal form on a part of the domain, with the signs that the reference implies there."""

    def __init__(self, known: tuple[Need, ...], domain: Domain, plan: Plan) -> None:
        self._known = known
        self._domain = domain
        self._plan = plan
        self._integers = frozenset(domain.integers)

    def holds(self, tree: Expr, kind: str) -> bool:
        if _holds_on(self._domain, tree, kind):
            return True
        if kind == "nonzero":
            return self._by_factors(tree, kind)
        if not self._by_factors(tree, "nonnegative"):
            found = settled_sign(tree, self._domain, self._weak)
            if isinstance(found, Crossing) or found <= 0:
                return False
            if found == 2:
                return True
        return kind == "nonnegative" or self._by_factors(tree, "nonzero")

    def _weak(self, tree: Expr) -> int:
        """A weak sign of another tree on the same piece, by its factors; 0 when it is not known."""
        if self._by_factors(tree, "nonnegative"):
            return 1
        return -1 if self._by_factors(Neg(tree), "nonnegative") else 0

    def _by_factors(self, tree: Expr, kind: str) -> bool:
        for _ in range(DEFAULT.passes):
            field = Field(self._domain, self._plan, DEFAULT)
            try:
                facts = [fact for need in self._known for fact in _fact(field, need)]
                return self._concluded(field, facts, read(field, tree), kind)
            except Refine:
                continue
            except (GaveUp, RecursionError):
                return False
        return False

    def _concluded(self, field: Field, facts: list[Element], a: Element, kind: str) -> bool:
        if a[0].is_zero():
            return False
        if kind == "nonzero":
            _, powers = field.product(a)
            stays = _factors_off_zero(field, self._known) if self._integers else frozenset()
            return all(k < 0 or field.number(f) in stays or _rarely_zero(field, f, self._integers) for f, k in powers)
        facts = [fact for fact in facts if not field.is_complex(fact)]
        if field.is_complex(a):
            return False
        unknown = _free_signs(field, (a, *facts))
        if len(unknown) > _MOST_SIGNS:
            return False
        return all(
            self._on_branch(field, facts, a, dict(zip(unknown, signs, strict=True)))
            for signs in product((1, -1), repeat=len(unknown))
        )

    def _on_branch(self, field: Field, facts: list[Element], a: Element, signs: dict[int, int]) -> bool:
        """With a value for each free sign, which is the sign of the kernel's argument."""
        rows = []
        for i, s in signs.items():
            argument, *power = field.kernels[i].arguments
            if not power:
                # The kernel is the sign of its argument; with a power it is just one of two signs.
                rows.append(_sign_of(field, argument) ^ (_NONE if s > 0 else _MINUS))
        for fact in facts:
            b = _with_signs(field, fact, signs)
            if not b[0].is_zero() and not b[1].is_zero():
                rows.append(_sign_of(field, b))
        a = _with_signs(field, a, signs)
        if a[1].is_zero():
            return False
        return a[0].is_zero() or _follows(_sign_of(field, a), rows)


def _fact(field: Field, need: Need) -> list[Element]:
    """What the reference needs not to be negative, for the field to know."""
    tree, kind = need
    if kind == "nonzero":
        return []
    try:
        a = read(field, tree)
        if a[0].is_zero():
            return []
        not_negative(field, *field.product(a))
    except (GaveUp, RecursionError):
        return []
    return [a]


def _factors_off_zero(field: Field, known: Iterable[Need]) -> frozenset[int]:
    """The irreducible polynomials that are zero nowhere where the reference has a value."""
    found: set[int] = set()
    for tree, kind in known:
        if kind != "nonnegative":
            try:
                found |= {field.number(f) for f, k in field.product(read(field, tree))[1] if k > 0}
            except (GaveUp, RecursionError):
                continue
    return frozenset(found)


def _free_signs(field: Field, elements: Iterable[Element]) -> list[int]:
    """The generators that stand for one of two signs."""
    found = {i for a in elements for f in a for i, k in enumerate(f.degrees()) if k > 0}
    return sorted(i for i in found if field.kernels[i].kind == "sign")


def _with_signs(field: Field, a: Element, signs: dict[int, int]) -> Element:
    n, d = a
    for i, s in signs.items():
        n, d = _at(field, n, i, s), _at(field, d, i, s)
    return n, d


def _sign_of(field: Field, a: Element) -> Symbols:
    c, powers = field.product(a)
    return _signs(field, c, powers)


def _follows(goal: Symbols, facts: list[Symbols]) -> bool:
    """Whether the goal is a product of facts, each of which is positive: elimination over GF(2)."""
    rows: list[tuple[Any, Symbols]] = []
    for fact in facts:
        for pivot, row in rows:
            if pivot in fact:
                fact = fact ^ row
        symbols = sorted((s for s in fact if s != "-"), key=str)
        if symbols:
            rows.append((symbols[0], fact))
    for pivot, row in rows:
        if pivot in goal:
            goal = goal ^ row
    return not goal


def _signs(field: Field, c: Fraction, powers: list[tuple[Polynomial, int]]) -> Symbols:
    total = _NONE if c > 0 else _MINUS
    for f, k in powers:
        if k % 2:
            total = total ^ _sign(field, f)
    return total


def _sign(field: Field, f: Polynomial) -> Symbols:
    """The sign of an irreducible polynomial: nothing for +, a minus, or a symbol."""
    key = ("settled sign", field.number(f))
    if key not in field.found:
        field.found[key] = _settled(field, f)
    known: Symbols = field.found[key]
    return known


def _settled(field: Field, f: Polynomial) -> Symbols:
    sign = weak_sign(field, f) or _by_form(field, f) or _by_conjugate(field, f)
    if sign is not None:
        return _NONE if sign > 0 else _MINUS
    names = field.depends(f)
    tree = tree_of(field, f)
    if tree is not None and names:
        found = settled_sign(tree, field.domain, None)
        if isinstance(found, Crossing):
            side = _NONE if found.side > 0 else _MINUS
            return side | {("crossing", found.name, found.at)}
        if found:
            return _NONE if found > 0 else _MINUS
    return frozenset({field.identify(f)})


def _by_form(field: Field, f: Polynomial, depth: int = 4) -> int | None:
    """One weak sign for all values that the kernels could have, were they independent.

    By the signs of the terms, by real roots when one kernel occurs, and as a quadratic polynomial
    in one kernel: where ``a`` and ``4ac - b^2`` are not negative, neither is ``ag^2 + bg + c``.
    """
    if f.is_constant():
        return 1 if f.leading_coefficient() >= 0 else -1
    c, powers = field.factors(f)
    sign = 1 if c > 0 else -1
    for part, k in powers:
        if k % 2:
            side = _of_irreducible(field, part, depth)
            if side is None:
                return None
            sign *= side
    return sign


def _of_irreducible(field: Field, f: Polynomial, depth: int) -> int | None:
    sign: int | None = proved_sign(field, f, strict=False)
    if sign is not None or depth == 0 or len(f) > 40:
        return sign
    degrees = f.degrees()
    used = [i for i, k in enumerate(degrees) if k]
    if len(used) == 1:
        return _without_roots(field, f, used[0])
    for i in used:
        by_power = _powers(field, f, i)
        if all(k % 2 == 0 for k in by_power):
            signs = {_by_form(field, part, depth - 1) for part in by_power.values()}
            if len(signs) == 1:
                return signs.pop()
        if degrees[i] == 2:
            a, b, c = (by_power.get(k) or field.zero[0] for k in (2, 1, 0))
            gap = field.reduced(4 * a * c - b * b)
            side = _by_form(field, a, depth - 1)
            if side and _by_form(field, gap, depth - 1) == 1 and _by_form(field, c, depth - 1) == side:
                return side
    return None


def _powers(field: Field, f: Polynomial, i: int) -> dict[int, Polynomial]:
    """The coefficients of the powers of one generator."""
    parts: dict[int, dict[Any, Any]] = {}
    for exponents, c in f.terms():
        k = int(exponents[i])
        rest = tuple(0 if j == i else e for j, e in enumerate(exponents))
        parts.setdefault(k, {})[rest] = c
    return {k: field.context.from_dict(terms) for k, terms in parts.items()}


def _without_roots(field: Field, f: Polynomial, i: int) -> int | None:
    """A polynomial in one kernel without real roots within the kernel's range."""
    kernel = field.kernels[i]
    if kernel.kind in ("sign", "nonzero") or f.degrees()[i] > 40:
        return None
    coefficients = _coefficients(f, i)
    low, high = _kernel_range(field, i, kernel)
    for root, _ in _roots(coefficients):
        if root.imag.contains(0) and not (root.real <= low or root.real >= high):
            return None
    value = fmpz_poly(coefficients)(_between(low, high))
    return 1 if value > 0 else -1 if value < 0 else None


def _kernel_range(field: Field, i: int, kernel: Kernel) -> tuple[arb, arb]:
    tree = tree_of(field, field.generators[i])
    if tree is not None:
        try:
            found = range_of(tree, box_of(field.domain, kernel.depends))
            return found.low, found.high
        except Undefined:
            pass
    return (arb(0) if kernel.nonnegative else -arb("inf")), arb("inf")


def _between(low: arb, high: arb) -> arb:
    if low.is_finite() and high.is_finite():
        return ((low + high) / 2).mid()
    if low.is_finite():
        return (low + 1).mid()
    return (high - 1).mid() if high.is_finite() else arb(0)


def _by_conjugate(field: Field, f: Polynomial) -> int | None:
    """``Q r + P`` with a square root ``r`` has the sign of ``P`` where ``P^2 >= Q^2 r^2``."""
    degrees = f.degrees()
    for relation in field.relations:
        i = relation.generator
        if degrees[i] and relation.trace == 0 and field.kernels[i].kind == "root":
            g = field.generators[i]
            q, p = divmod(f, g)
            if p.is_zero():
                return None
            gap = field.reduced(p * p - q * q * g * g)
            if gap.is_zero():
                return None
            if _positive_product(field, gap):
                return _by_form(field, p)
            return _by_form(field, q) if _positive_product(field, -gap) else None
    return None


def _positive_product(field: Field, f: Polynomial) -> bool:
    """Whether a polynomial is nowhere negative, factor by factor."""
    c, powers = field.factors(f)
    return not _signs(field, Fraction(c), powers)


def _thin(field: Field, f: Polynomial) -> bool:
    """Proved: a polynomial in kernels vanishes on a nowhere dense set only.

    Algebraic kernels are eliminated first: where ``f`` is zero, so is its resultant with the
    relation of the kernel.
    """
    if f.is_zero():
        return False
    for relation in field.relations:
        height = int(f.degrees()[relation.generator])
        if height > 0:
            if len(f) ** relation.degree * len(relation.polynomial) ** height > _MOST_TERMS:
                return False
            field.spend(len(f) * relation.degree)
            norm = f.resultant(relation.polynomial, relation.generator)
            return not norm.is_zero() and all(_thin(field, part) for part, _ in field.factors(norm)[1])
    used = [i for i, k in enumerate(f.degrees()) if k]
    kernels = [i for i in used if field.kernels[i].kind not in ("variable", "constant")]
    if not kernels:
        # pi is transcendental, so this is no zero polynomial in the variables.
        return True
    if len(kernels) == 1 and all(i in kernels or field.kernels[i].kind == "constant" for i in used):
        return _nowhere_constant(field, kernels[0])
    tree = tree_of(field, f)
    return tree is not None and all(_quotient(field, i) for i in used) and _nonzero_somewhere(tree, field.domain)


def _rarely_zero(field: Field, f: Polynomial, integers: frozenset[str]) -> bool:
    """Proved: for all values of the integer variables the zeros in the others are nowhere dense.

    With integer variables alone: no zero at all.
    """
    whole = field.depends(f) & integers
    if not whole:
        return _thin(field, f)
    if proved_sign(field, f, strict=True) is not None:
        return True
    used = [i for i, k in enumerate(f.degrees()) if k]
    if any(field.kernels[i].kind != "variable" for i in used):
        return False
    if len(used) == 1:
        return _without_integer_roots(f, used[0], field.domain[field.kernels[used[0]].name])
    # A polynomial in the real variables is not zero when one of its coefficients is not.
    real = [i for i in used if field.kernels[i].name not in whole]
    return any(_rarely_zero(field, part, integers) for part in _powers(field, f, real[0]).values()) if real else False


def _without_integer_roots(f: Polynomial, i: int, interval: Interval) -> bool:
    coefficients = _coefficients(f, i)
    for root, _ in _roots(coefficients):
        if root.imag.contains(0):
            low, high = _ends(root.real, coefficients)
            for n in range(floor(low), ceil(high) + 1):
                if interval.contains(Fraction(n)) and sum(c * n**k for k, c in enumerate(coefficients)) == 0:
                    return False
    return True


def _quotient(field: Field, i: int) -> bool:
    """Proved: the kernel is a quotient of functions that are analytic on all of the (connected) domain."""
    kernel = field.kernels[i]
    if kernel.kind == "half tangent":
        return all(_analytic(field, a) for a in kernel.arguments)
    return _analytic(field, field.element(i))


def _analytic(field: Field, a: Element) -> bool:
    if not a[1].is_constant() and proved_sign(field, a[1], strict=True) is None:
        return False
    for f in a:
        for i, k in enumerate(f.degrees()):
            if k > 0:
                kernel = field.kernels[i]
                if kernel.kind not in _ANALYTIC and kernel.kind not in ("ln", "root"):
                    return False
                if not all(_analytic(field, b) for b in kernel.arguments):
                    return False
                if kernel.kind not in _ANALYTIC and proved_sign(field, kernel.arguments[0][0], strict=True) is None:
                    return False
    return True


_ANALYTIC = frozenset({"variable", "constant", "exp", "cosine", "arctan", "erf"})


def _at(field: Field, f: Polynomial, i: int, value: int) -> Polynomial:
    total = field.zero[0]
    for k, part in _powers(field, f, i).items():
        total = total + part * value**k
    return total


def _nowhere_constant(field: Field, i: int) -> bool:
    """Proved: a kernel takes no value on an open set; injective functions of such kernels do not either."""
    kernel = field.kernels[i]
    if kernel.kind == "variable":
        return True
    if kernel.kind not in ("exp", "ln", "root", "half tangent", "turn", "arctan", "erf") or len(kernel.arguments) != 1:
        return False
    n, d = kernel.arguments[0]
    used = {j for f in (n, d) for j, k in enumerate(f.degrees()) if k > 0}
    used = {j for j in used if field.kernels[j].kind != "constant"}
    # A rational function in lowest terms, of variables or of one kernel, takes no value on an open set.
    if used and all(field.kernels[j].kind == "variable" for j in used):
        return True
    return len(used) == 1 and _nowhere_constant(field, used.pop())


def _narrowed(domain: Domain, known: tuple[Need, ...]) -> list[Domain]:
    """The parts of the domain in which the reference has its values, as far as single variables tell."""
    pieces = [domain]
    for tree, kind in known:
        if kind != "nonzero":
            pieces = [part for piece in pieces for part, side in _cut(piece, tree) if side > 0]
    return pieces


def _cut_at_corners(domain: Domain, tree: Expr) -> list[Domain]:
    """The domain cut where an absolute value or a maximum in the tree changes its form."""
    pieces = [domain]
    for node in walk(tree):
        if isinstance(node, Apply) and node.function in ("abs", "sign", "min", "max"):
            first, *others = node.arguments
            corners: list[Expr] = [Add((first, Neg(other))) for other in others] or [first]
            for corner in corners:
                pieces = [part for piece in pieces for part, _ in _cut(piece, corner)]
    return pieces


def _cut(domain: Domain, tree: Expr) -> list[tuple[Domain, int]]:
    """The domain cut at the real roots of a rational function in one variable, with its sign on each part.

    At an irrational root neighbouring parts overlap a little, so that together they are everything.
    """
    names = variables(tree)
    uncut = [(domain, 1)]
    if len(names) != 1:
        return uncut
    (name,) = names
    try:
        field = Field(domain, Plan(), DEFAULT)
        n, d = read(field, tree)
        f = n * d
    except (GaveUp, Refine, RecursionError):
        return uncut
    used = [i for i, k in enumerate(f.degrees()) if k > 0]
    if len(used) != 1 or field.kernels[used[0]].kind != "variable" or f.degrees()[used[0]] > 20:
        return uncut
    coefficients = _coefficients(f, used[0])
    interval = domain[name]
    roots = sorted(_ends(root.real, coefficients) for root, _ in _roots(coefficients) if root.imag.contains(0))
    roots = [r for r in dict.fromkeys(roots) if _inside(r, interval)]
    if interval.integer or len(roots) > 4:
        return uncut
    parts = []
    lows = [interval.low, *[low for low, _ in roots]]
    highs = [*[high for _, high in roots], interval.high]
    for low, high in zip(lows, highs, strict=True):
        narrowed = Interval(low, high, interval.low_closed, interval.high_closed)
        part = Domain(tuple((n, narrowed if n == name else side) for n, side in domain.including({name}).intervals))
        parts.append((part, _polynomial_sign(coefficients, low, high) or 1))
    return parts


def _coefficients(f: Polynomial, i: int) -> list[int]:
    coefficients = [0] * (int(f.degrees()[i]) + 1)
    for exponents, c in f.terms():
        coefficients[int(exponents[i])] = int(c)
    return coefficients


def _roots(coefficients: list[int]) -> list[Any]:
    found: list[Any] = fmpz_poly(coefficients).complex_roots()
    return found


def _inside(root: tuple[Fraction, Fraction], interval: Interval) -> bool:
    low, high = interval.low, interval.high
    return (low is None or root[0] > low) and (high is None or root[1] < high)


def _polynomial_sign(coefficients: list[int], low: Fraction | None, high: Fraction | None) -> int:
    """The sign in the middle of an interval without other roots inside than at its ends."""
    if low is not None and high is not None:
        x = (low + high) / 2
    elif low is not None:
        x = low + 1
    else:
        x = high - 1 if high is not None else Fraction(0)
    value = sum(c * x**k for k, c in enumerate(coefficients))
    return (value > 0) - (value < 0)


def _ends(root: arb, coefficients: list[int]) -> tuple[Fraction, Fraction]:
    """Rational bounds of a real root; the root itself where it is a simple fraction."""
    scale = 1 << 50
    low = Fraction(_whole((root * scale).lower().floor()), scale)
    high = Fraction(_whole((root * scale).upper().ceil()), scale)
    near = ((low + high) / 2).limit_denominator(1000)
    if low <= near <= high and sum(c * near**k for k, c in enumerate(coefficients)) == 0:
        return near, near
    return low, high


def _whole(ball: arb) -> int:
    whole = integer_of(ball)
    assert whole is not None
    return whole
