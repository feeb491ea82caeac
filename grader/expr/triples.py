"""Every common real zero of three expressions of three variables whose numerators are polynomials.

As for two variables (`grader.expr.systems`): each triple of irreducible factors is solved by itself.
Resultants lie in the ideal of the polynomials they come from, so they vanish at every common zero;
two steps of them leave polynomials in one variable, whose real roots are the only possible
coordinates.  Every triple of those is proved a zero or excluded by balls.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from flint import Ordering, fmpz_mpoly, fmpz_mpoly_ctx

from grader.expr.balls import Undefined, enclose, precision
from grader.expr.canonical import is_zero
from grader.expr.domain import Domain
from grader.expr.factors import Factor, TooLarge, numerator_factors
from grader.expr.systems import rewritten, roots_of
from grader.expr.tidy import tidy
from grader.expr.tree import Add, Expr, Neg, Variable, substitute, walk
from grader.expr.zeros import BITS, Stuck, Zero, divisor, within

_HIGHEST = 60
"""The largest degree of a polynomial that is eliminated from."""
_MOST_TERMS = 3000

Triple = tuple[Expr, Expr, Expr]
Names = tuple[str, str, str]


def common_zeros_in_space(triple: Triple, names: Names, domain: Domain) -> list[tuple[Zero, Zero, Zero]]:
    """All of them in the domain's box where the three are defined, each with closed forms.

    Raises `Stuck` where that is not proved, as for zeros that are not isolated.
    """
    context = fmpz_mpoly_ctx.get(list(names), Ordering.lex)
    sides = [_polynomials(e, names, context) for e in triple]
    found: list[tuple[Zero, Zero, Zero]] = []
    for factors in product(*sides):
        for point in _of_factors(factors, names):
            if not all(within(zero, domain[name]) for name, zero in zip(names, point, strict=True)):
                continue
            if _defined(triple, names, point) and not any(_same(point, known) for known in found):
                found.append(point)
    return sorted(found, key=lambda point: tuple(float(zero.enclosure.mid()) for zero in point))


def _polynomials(e: Expr, names: Names, context: fmpz_mpoly_ctx) -> list[tuple[fmpz_mpoly, Expr]]:
    space = {Variable(name) for name in names}
    try:
        factors = numerator_factors(e)
    except TooLarge:
        raise Stuck("an expression has no numerator of a reasonable size") from None
    if factors is None:
        raise Stuck("one of the expressions is zero everywhere, so the common zeros are not isolated")
    if not all(_over(factor, space) for factor in factors):
        raise Stuck("three variables are eliminated from polynomials only")
    gone = _divisors(e)
    return [(rewritten(factor, names, context), factor.tree) for factor in factors if factor.tree not in gone]


def _divisors(e: Expr) -> set[Expr]:
    """Factors of what the expression divides by: it has no value where one is zero."""
    found: set[Expr] = set()
    for node in walk(e):
        below = divisor(node)
        try:
            found |= {factor.tree for factor in (numerator_factors(below) if below is not None else None) or ()}
        except TooLarge:
            continue
    return found


def _over(factor: Factor, space: set[Variable]) -> bool:
    return set(factor.generators) <= space


# Coordinates --------------------------------------------------------------------------------


def _of_factors(factors: tuple[tuple[fmpz_mpoly, Expr], ...], names: Names) -> Iterator[tuple[Zero, Zero, Zero]]:
    polynomials = [polynomial for polynomial, _ in factors]
    if any(p.is_constant() for p in polynomials):
        return
    trees = [tree for _, tree in factors]
    xs, ys, zs = ([*_coordinates(polynomials, place, names)] for place in (0, 1, 2))
    for point in product(xs, ys, zs):
        if _is_common_zero(trees, names, point):
            yield point


def _coordinates(polynomials: list[fmpz_mpoly], place: int, names: Names) -> Iterator[Zero]:
    """Possible values of one variable."""
    first, second = (other for other in range(3) if other != place)
    seen: list[Zero] = []
    for eliminant in _eliminants(polynomials, names[first], names[second]):
        for zero in roots_of(eliminant, place):
            if not any(zero.enclosure.overlaps(known.enclosure) and _equal(zero, known) for known in seen):
                seen.append(zero)
                yield zero


def _eliminants(polynomials: list[fmpz_mpoly], first: str, second: str) -> list[fmpz_mpoly]:
    """Polynomials in one variable; at every common zero one of them vanishes."""
    a, b, c = polynomials
    planes = [_resultant(p, q, first) for p, q in ((a, b), (a, c), (b, c))]
    planes = sorted((p for p in planes if not p.is_zero()), key=lambda p: (int(p.total_degree()), str(p)))
    if any(p.is_constant() for p in planes):
        return []
    if len(planes) < 2:
        raise Stuck("resultants vanish, so the common zeros are not isolated")
    eliminants = []
    # A common zero is one of a factor of each.
    for u in _factors(planes[0]):
        if not any(_never_both(u, p) for p in polynomials):
            eliminants += _of_factor(u, planes[1:], second)
    return eliminants


def _never_both(u: fmpz_mpoly, p: fmpz_mpoly) -> bool:
    """Whether a resultant shows that the two have no common zero, as ``y`` and ``x y - 1``."""
    for name, mine, other in zip(u.context().names(), u.degrees(), p.degrees(), strict=True):
        if mine and other:
            found = _resultant(u, p, name)
            if found.is_constant() and not found.is_zero():
                return True
    return False


def _of_factor(u: fmpz_mpoly, planes: list[fmpz_mpoly], name: str) -> list[fmpz_mpoly]:
    if int(u.degrees()[_place(u, name)]) == 0:
        return [u]
    for plane in planes:
        eliminant = _resultant(u, plane, name)
        if not eliminant.is_zero():
            return [eliminant]
    raise Stuck("resultants vanish, so the common zeros are not isolated")


def _place(p: fmpz_mpoly, name: str) -> int:
    return list(p.context().names()).index(name)


def _factors(p: fmpz_mpoly) -> list[fmpz_mpoly]:
    return [factor for factor, _ in p.factor()[1]]


def _resultant(p: fmpz_mpoly, q: fmpz_mpoly, name: str) -> fmpz_mpoly:
    """The resultant; of two that do not hold the variable, or one of which does not, that one."""
    for one in (p, q):
        if int(one.degrees()[_place(one, name)]) == 0:
            return one
    if max(int(p.total_degree()), int(q.total_degree())) > _HIGHEST or max(len(p), len(q)) > _MOST_TERMS:
        raise Stuck("the resultants grow too large")
    return p.resultant(q, name)


# Points -------------------------------------------------------------------------------------


def _is_common_zero(trees: list[Expr], names: Names, point: tuple[Zero, ...]) -> bool:
    with precision(BITS):
        env = {name: zero.enclosure for name, zero in zip(names, point, strict=True)}
        if not all(enclose(tree, env).contains(0) for tree in trees):
            return False
    values = {}
    for name, zero in zip(names, point, strict=True):
        if zero.exact is None:
            raise Stuck(f"no closed form was found for a coordinate near {float(zero.enclosure.mid()):.6g}")
        values[name] = zero.exact
    if all(is_zero(tidy(substitute(tree, values)), Domain()) for tree in trees):
        return True
    raise Stuck("whether a point is a common zero was not decided")


def _defined(triple: Triple, names: Names, point: tuple[Zero, ...]) -> bool:
    with precision(BITS):
        env = {name: zero.enclosure for name, zero in zip(names, point, strict=True)}
        try:
            if all(enclose(e, env).is_finite() for e in triple):
                return True
        except Undefined:
            return False
    raise Stuck("whether the expressions are defined at a zero of their numerators was not decided")


def _same(a: tuple[Zero, ...], b: tuple[Zero, ...]) -> bool:
    return all(_equal(x, y) for x, y in zip(a, b, strict=True))


def _equal(a: Zero, b: Zero) -> bool:
    if not a.enclosure.overlaps(b.enclosure):
        return False
    if a.exact is None or b.exact is None or not is_zero(tidy(Add((a.exact, Neg(b.exact)))), Domain()):
        raise Stuck("whether two common zeros close together are one was not decided")
    return True
