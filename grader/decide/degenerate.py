"""The nature of a stationary point where the Hessian says nothing, from more terms of the Taylor expansion.

A saddle is proved by two curves through the point along which the function rises and falls; an extremum
in two variables by a quasi-homogeneous principal part that is definite: for weights (m, n) let P be
the sum of the terms of least weight d.  If P has one sign away from the origin, f - f(p) is
P (1 + o(1)), as all other terms are of greater weight (Arnold, Gusein-Zade and Varchenko, "Singularities
of Differentiable Maps" I, section 12).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import product
from math import factorial

from grader.expr.derivative import NotDifferentiable, derivative
from grader.expr.exact_numbers import Exact, SignUnknown
from grader.expr.tidy import tidy
from grader.expr.tree import Add, Expr, Mul, Pow, Variable, rational, size, substitute
from grader.expr.zeros import zeros

Powers = tuple[int, ...]
Coefficients = Mapping[Powers, Exact]

_ORDERS = {1: 9, 2: 8, 3: 4}
"""Highest order of terms looked at, by the number of variables."""

_LARGEST = 2_000
_WEIGHTS = ((1, 1), (1, 2), (2, 1), (1, 3), (3, 1), (2, 3), (3, 2), (1, 4), (4, 1))
_STEPS = tuple(Fraction(n, d) for n, d in ((0, 1), (1, 1), (-1, 1), (2, 1), (-2, 1), (1, 2), (-1, 2)))


def nature_by_expansion(f: Expr, over: tuple[str, ...], point: tuple[Expr, ...]) -> str | None:
    """``minimum``, ``maximum`` or ``saddle`` where that is proved.  ``point`` is stationary, in closed form."""
    order = _ORDERS[len(over)]
    try:
        terms = _expansion(f, over, point, order)
        if _rises_and_falls(terms, len(over), order):
            return "saddle"
        sign = _dominated(terms, len(over)) or (_definite(terms, order) if len(over) == 2 else 0)
        if sign:
            return "minimum" if sign > 0 else "maximum"
    except (NotDifferentiable, SignUnknown):
        pass
    return None


def _expansion(f: Expr, over: tuple[str, ...], point: tuple[Expr, ...], order: int) -> dict[Powers, Exact]:
    """The coefficients of the terms of order 1 to ``order`` that are not zero; SignUnknown when one is too large."""
    at = dict(zip(over, point, strict=True))
    slopes: dict[Powers, Expr] = {(0,) * len(over): f}
    found: dict[Powers, Exact] = {}
    for _ in range(order):
        grown: dict[Powers, Expr] = {}
        for powers, e in slopes.items():
            # Each mixed derivative once: only by the last variable met so far, or later ones.
            first = max((i for i, power in enumerate(powers) if power), default=0)
            for i in range(first, len(over)):
                slope = tidy(derivative(e, over[i]))
                if size(slope) > _LARGEST:
                    raise SignUnknown("the derivatives grow too large")
                grown[(*powers[:i], powers[i] + 1, *powers[i + 1 :])] = slope
        for powers, e in grown.items():
            value = Exact(tidy(substitute(e, at)))
            if value.sign():
                below = 1
                for power in powers:
                    below *= factorial(power)
                found[powers] = value / Exact(below)
        slopes = grown
    return found


def _weight(powers: Powers, weights: Powers) -> int:
    return sum(power * weight for power, weight in zip(powers, weights, strict=True))


def _by_weight(terms: Coefficients, weights: Powers, order: int) -> list[dict[Powers, Exact]]:
    """The terms of each weight, from the least up to where terms that are not known could be as light."""
    found: dict[int, dict[Powers, Exact]] = {}
    for powers, c in terms.items():
        weight = _weight(powers, weights)
        if weight < (order + 1) * min(weights):
            found.setdefault(weight, {})[powers] = c
    return [found[weight] for weight in sorted(found)]


def _rises_and_falls(terms: Coefficients, count: int, order: int) -> bool:
    """Whether along two curves ``p + (a t^m, b t^n, ...)``, t > 0, the function goes up and down."""
    signs = set()
    steps = _STEPS if count < 3 else _STEPS[:3]
    for weights in _WEIGHTS if count == 2 else product((1, 2, 3), repeat=count):
        parts = _by_weight(terms, weights, order)
        for direction in product(steps, repeat=count):
            signs.add(next(filter(None, (_along(part, direction) for part in parts)), 0))
            if {1, -1} <= signs:
                return True
    return False


def _along(part: Coefficients, direction: tuple[Fraction, ...]) -> int:
    """The sign of the terms in a direction; 0 where they vanish."""
    total = Exact(0)
    for powers, c in part.items():
        factor = Fraction(1)
        for step, power in zip(direction, powers, strict=True):
            factor *= step**power
        total = total + c * Exact(factor)
    return total.sign()


def _dominated(terms: Coefficients, count: int) -> int:
    """The sign of f - f(p) around the point where a sum of even powers, one of each variable, decides it; else 0.

    Let ``c_i x_i^(e_i)`` be the first pure power of each variable, every e_i even, and every c_i of one
    sign.  A term with ``sum of a_i/e_i > 1`` is small against their sum S near the point (weighted means),
    as is the rest of the expansion, of an order above every e_i; one with even exponents and that sign
    does no harm.  The variables with e_i = 2 may be mixed by a quadratic form that is definite (Sylvester).
    """
    first: list[int] = []
    for i in range(count):
        pure = [powers[i] for powers in terms if powers[i] and sum(powers) == powers[i]]
        if not pure or min(pure) % 2:
            return 0
        first.append(min(pure))
    signs = {terms[tuple(e if i == j else 0 for j in range(count))].sign() for i, e in enumerate(first)}
    if len(signs) > 1:
        return 0
    (sign,) = signs
    square = [i for i, e in enumerate(first) if e == 2]
    for powers, c in terms.items():
        if sum(Fraction(a, e) for a, e in zip(powers, first, strict=True)) > 1:
            continue
        if not any(a % 2 for a in powers) and c.sign() == sign:
            continue
        if sum(powers) != 2 or sum(powers[i] for i in square) != 2:
            return 0
    return sign if _is_definite(terms, square, count, sign) else 0


def _is_definite(terms: Coefficients, square: list[int], count: int, sign: int) -> bool:
    """Whether the leading minors of the quadratic form in these variables, times the sign, are positive."""

    def entry(i: int, j: int) -> Exact:
        powers = [0] * count
        powers[i] += 1
        powers[j] += 1
        c = terms.get(tuple(powers))
        if c is None:
            return Exact(0)
        return c * Exact(sign) if i == j else c * Exact(Fraction(sign, 2))

    rows = [[entry(i, j) for j in square] for i in square]
    while rows:
        corner = rows[0][0]
        if corner.sign() <= 0:
            return False
        # Gauss: what is left is positive definite exactly when the whole is.
        rows = [[row[j] + -(row[0] * rows[0][j] / corner) for j in range(1, len(rows))] for row in rows[1:]]
    return True


def _definite(terms: Coefficients, order: int) -> int:
    """The sign of a definite principal part for some weights, else 0."""
    for weights in _WEIGHTS:
        parts = _by_weight(terms, weights, order)
        signs = set(_on_slices(parts[0])) if parts else set()
        if len(signs) == 1 and 0 not in signs:
            return signs.pop()
    return 0


def _on_slices(part: Coefficients) -> Iterator[int]:
    """The signs of the part on x = 1, x = -1 and x = 0, y = +-1; 0 for one that has a zero or may have.

    Every other point off the origin lies on an orbit ``(l^m x, l^n y)`` of one of these.
    """
    for y in (1, -1):
        yield _along(part, (Fraction(0), Fraction(y)))
    s = Variable("s")
    for x in (1, -1):
        terms = [Mul((rational(Fraction(x) ** i), c.tree, Pow(s, rational(j)))) for (i, j), c in part.items()]
        roots = zeros(tidy(Add(tuple(terms))), "s")
        yield 0 if roots.found or not roots.complete else _along(part, (Fraction(x), Fraction(0)))
