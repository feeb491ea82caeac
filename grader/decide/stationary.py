"""All stationary points of a function of one, two or three variables on a box, each with its nature.

Found means: proved to be all, each with a closed form.  Anything less raises `NotSettled`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product

from flint import arb

from grader.claims import Point
from grader.decide.degenerate import nature_by_expansion
from grader.expr.balls import Undefined, enclose, precision
from grader.expr.canonical import is_zero
from grader.expr.derivative import NotDifferentiable, derivative
from grader.expr.domain import Domain, Interval
from grader.expr.recognise import candidates
from grader.expr.systems import common_zeros
from grader.expr.tidy import tidy
from grader.expr.tree import ONE, PI, ZERO, Add, Div, Expr, Mul, Neg, Pow, rational, substitute, variables
from grader.expr.zeros import Stuck, Zero, within, zeros

_BITS = 192
_SECONDS = 2.0
"""For SymPy's closed forms, none of which is believed without a proof."""
_GRID = 512
_COMMON = tuple(
    Mul((rational(q), unit)) if unit == PI else rational(q)
    for unit, parts in ((ONE, ("0", "1", "-1", "2", "-2", "1/2", "-1/2")), (PI, ("1/2", "-1/2", "1", "-1")))
    for q in map(Fraction, parts)
)
"""Numbers that are tried where not all points are found."""


class NotSettled(Exception):
    """The points, or the nature of one, were not proved; the message says what stood in the way."""


def stationary_points(
    f: Expr, over: tuple[str, ...], domain: Domain, slopes: tuple[Expr, ...] | None = None
) -> tuple[Point, ...]:
    """The points in the order of their coordinates, labelled minimum, maximum, saddle, or inflection on a line.

    ``slopes``: the partial derivatives in a form of the caller's choice.  Raises `NotSettled`.
    """
    if not variables(f) <= set(over):
        raise NotSettled("the function depends on more than the variables named")
    if slopes is None:
        try:
            slopes = tuple(tidy(derivative(f, name)) for name in over)
        except NotDifferentiable as fault:
            raise NotSettled(str(fault)) from None
    box = domain.including(set(over))
    match over:
        case (x,):
            return tuple(_on_line(f, slopes[0], x, box))
        case (_, _):
            return tuple(_in_plane(f, slopes, over, box))
        case (_, _, _):
            return tuple(_in_space(f, slopes, over, box))
    raise NotSettled("stationary points are found for functions of one, two or three variables")


def left_out(
    f: Expr, slopes: Sequence[Expr], over: tuple[str, ...], domain: Domain, listed: Sequence[Point]
) -> Point | None:
    """A stationary point that is not listed, at common numbers; None when there is none at these."""
    for coordinates in product(_COMMON, repeat=len(over)):
        at = dict(zip(over, coordinates, strict=True))
        with precision(_BITS):
            env = {name: enclose(e, {}) for name, e in at.items()}
            try:
                if not all(enclose(slope, env).contains(0) for slope in slopes):
                    continue
                around = enclose(f, {name: ball + arb(0, arb(2) ** -60) for name, ball in env.items()})
            except Undefined:
                continue
            if not around.is_finite() or not all(_inside(env[name], domain[name]) for name in over):
                continue
            others = [[enclose(c, {}) for c in point.coordinates] for point in listed]
        if any(all(a.overlaps(b) for a, b in zip(other, env.values(), strict=True)) for other in others):
            continue
        if all(is_zero(tidy(substitute(slope, at)), Domain()) for slope in slopes):
            return Point(coordinates)
    return None


def _inside(ball: arb, interval: Interval) -> bool:
    """Whether all of it is off the ends, and between them."""
    low, high = interval.low, interval.high
    above = low is None or bool(ball > arb(low.numerator) / low.denominator)
    return above and (high is None or bool(ball < arb(high.numerator) / high.denominator))


# One variable -------------------------------------------------------------------------------


def _on_line(f: Expr, slope: Expr, x: str, domain: Domain) -> Iterator[Point]:
    """The points in increasing order."""
    every = zeros(slope, x, domain[x])
    if not every.complete:
        raise NotSettled(f"it is not proved that all stationary points are found: {every.evidence}")
    _compare_with_grid(slope, x, domain[x], every.found)
    for zero in every.found:
        _off_the_ends(zero, domain[x], x)
        if _exists_around(f, x, zero):
            exact = _closed_form(slope, x, zero, domain)
            yield Point((exact,), _nature_on_line(slope, x, zero, every.found))


def _compare_with_grid(slope: Expr, x: str, interval: Interval, found: tuple[Zero, ...]) -> None:
    """A second look by another method: between two zeros, and where it is continuous, the slope keeps its sign."""
    low = -16.0 if interval.low is None else float(interval.low)
    high = low + 32.0 if interval.high is None else float(interval.high)
    before: tuple[float, int] | None = None
    with precision(64):
        for i in range(1, _GRID):
            at = low + (high - low) * i / _GRID
            sign = sign_at(slope, {x: arb(at)})
            if sign and before is not None and sign == -before[1]:
                middle, radius = (at + before[0]) / 2, (at - before[0]) / 2 * (1 + 1e-9)
                between = arb(middle, radius)
                if _continuous(slope, {x: between}) and not any(between.overlaps(zero.enclosure) for zero in found):
                    raise NotSettled(f"two methods disagree about a stationary point near {x} = {middle:.6g}")
            before = (at, sign) if sign else before


def sign_at(e: Expr, env: Mapping[str, arb]) -> int:
    """+1 or -1 where that is proved, else 0."""
    try:
        value = enclose(e, env)
    except Undefined:
        return 0
    if not value.is_finite():
        return 0
    return 1 if value > 0 else -1 if value < 0 else 0


def _continuous(e: Expr, env: Mapping[str, arb]) -> bool:
    try:
        return bool(enclose(e, env).is_finite())
    except Undefined:
        return False


def _off_the_ends(zero: Zero, interval: Interval, name: str) -> None:
    """Refuse a stationary point on the end of a domain: whether it counts is a matter of taste."""
    for end in (interval.low, interval.high):
        if end is not None and zero.enclosure.overlaps(arb(end.numerator) / end.denominator):
            raise NotSettled(f"a stationary point lies on the end of the domain, {name} = {end}")


def _exists_around(f: Expr, x: str, zero: Zero) -> bool:
    """Whether f is defined around the zero of its slope: ``1/x`` has values where ``ln x`` has none."""
    with precision(_BITS):
        around = zero.enclosure + arb(0, arb(2) ** -60)
        try:
            if enclose(f, {x: around}).is_finite():
                return True
        except Undefined:
            return False
    raise NotSettled("the function may end at a stationary point")


def _closed_form(slope: Expr, x: str, zero: Zero, domain: Domain) -> Expr:
    """The zero as an expression; any proved zero that meets its ball, as the list of zeros is complete."""
    if zero.exact is not None:
        return tidy(zero.exact)
    from grader.decide.algebra import solutions

    for candidate in solutions(slope, x, domain, _SECONDS):
        with precision(_BITS):
            meets = enclose(candidate, {}).overlaps(zero.enclosure)
        if meets and is_zero(tidy(substitute(slope, {x: candidate})), domain):
            return candidate
    raise NotSettled(f"no closed form was found for the stationary point near {x} = {float(zero.enclosure.mid()):.6g}")


def _nature_on_line(slope: Expr, x: str, zero: Zero, every: tuple[Zero, ...]) -> str:
    """By the second derivative; where that vanishes by the signs of the slope on both sides."""
    with precision(_BITS):
        bend = sign_at(derivative(slope, x), {x: zero.enclosure})
        if bend:
            return "minimum" if bend > 0 else "maximum"
        for k in range(4, 60, 4):
            step = arb(2) ** -k
            around = zero.enclosure + arb(0, step)
            alone = sum(around.overlaps(other.enclosure) for other in every) == 1
            # With no other zero and no gap, the sign at one place is the sign on that whole side.
            if not alone or not _continuous(slope, {x: around}):
                continue
            left = sign_at(slope, {x: zero.enclosure - step})
            right = sign_at(slope, {x: zero.enclosure + step})
            if left and right:
                return "inflection" if left == right else "minimum" if left < 0 else "maximum"
    raise NotSettled(f"the nature of the point near {x} = {float(zero.enclosure.mid()):.6g} was not decided")


# Two variables ------------------------------------------------------------------------------


def _in_plane(f: Expr, slopes: tuple[Expr, ...], over: tuple[str, ...], domain: Domain) -> Iterator[Point]:
    for exact, env in _common(f, (slopes[0], slopes[1]), (over[0], over[1]), domain):
        if _exists_at(f, env):
            yield Point(exact, _nature_in_plane(f, slopes, over, exact, env))


def _common(
    f: Expr, pair: tuple[Expr, Expr], over: tuple[str, str], domain: Domain
) -> Iterator[tuple[tuple[Expr, Expr], dict[str, arb]]]:
    """All common zeros of a pair, in closed form and as balls."""
    every = common_zeros(pair, over, domain)
    if not every.complete:
        raise NotSettled(f"it is not proved that all stationary points are found: {every.evidence}")
    for zero in every.found:
        for name, coordinate in zip(over, zero.coordinates, strict=True):
            _off_the_ends(coordinate, domain[name], name)
        exact = zero.exact or _closed_pair(pair, over, zero.coordinates)
        env = {name: coordinate.enclosure for name, coordinate in zip(over, zero.coordinates, strict=True)}
        yield (tidy(exact[0]), tidy(exact[1])), env


def _closed_pair(pair: tuple[Expr, Expr], over: tuple[str, str], zero: tuple[Zero, Zero]) -> tuple[Expr, Expr]:
    """Both coordinates as expressions, proved to make both expressions zero."""
    possible = [
        (coordinate.exact,) if coordinate.exact is not None else tuple(candidates(coordinate.enclosure))
        for coordinate in zero
    ]
    for a in possible[0]:
        for b in possible[1]:
            values = {over[0]: a, over[1]: b}
            if all(is_zero(tidy(substitute(e, values)), Domain()) for e in pair):
                return a, b
    where = ", ".join(f"{float(coordinate.enclosure.mid()):.6g}" for coordinate in zero)
    raise NotSettled(f"no closed form was found for the stationary point near ({where})")


def _nature_in_plane(
    f: Expr, slopes: tuple[Expr, ...], over: tuple[str, ...], exact: tuple[Expr, ...], env: Mapping[str, arb]
) -> str:
    """By the determinant of the Hessian and the sign of its first entry; else by more terms of the expansion."""
    xx, xy, yy = derivative(slopes[0], over[0]), derivative(slopes[0], over[1]), derivative(slopes[1], over[1])
    with precision(_BITS):
        determinant = sign_at(Add((Mul((xx, yy)), Neg(Pow(xy, rational(2))))), env)
        if determinant < 0:
            return "saddle"
        if determinant > 0:
            return "minimum" if sign_at(xx, env) > 0 else "maximum"
    return _by_expansion(f, over, exact)


def _by_expansion(f: Expr, over: tuple[str, ...], exact: tuple[Expr, ...]) -> str:
    nature = nature_by_expansion(f, over, exact)
    if nature is None:
        raise NotSettled("neither the second-derivative test nor terms of higher order say what one of the points is")
    return nature


# Three variables ----------------------------------------------------------------------------


def _in_space(f: Expr, slopes: tuple[Expr, ...], over: tuple[str, ...], domain: Domain) -> Iterator[Point]:
    from grader.expr.triples import common_zeros_in_space

    x, y, z = over
    try:
        found = common_zeros_in_space((slopes[0], slopes[1], slopes[2]), (x, y, z), domain)
    except Stuck as stuck:
        try:
            found = list(_by_substitution(f, slopes, over, domain))
        except NotSettled:
            raise NotSettled(f"it is not proved that all stationary points are found: {stuck.why}") from None
    for point in sorted(found, key=lambda point: tuple(float(zero.enclosure.mid()) for zero in point)):
        for name, coordinate in zip(over, point, strict=True):
            _off_the_ends(coordinate, domain[name], name)
        balls = {name: coordinate.enclosure for name, coordinate in zip(over, point, strict=True)}
        if not _exists_at(f, balls):
            continue
        exact = tuple(tidy(coordinate.exact) for coordinate in point if coordinate.exact is not None)
        yield Point(exact, _nature_in_space(f, slopes, over, exact, balls))


def _by_substitution(
    f: Expr, slopes: tuple[Expr, ...], over: tuple[str, ...], domain: Domain
) -> Iterator[tuple[Zero, Zero, Zero]]:
    """Where one slope is linear in a variable, with a constant factor, that variable is eliminated."""
    slope, name = _solvable(slopes, over)
    solved = tidy(Neg(Div(substitute(slope, {name: ZERO}), derivative(slope, name))))
    rest = tuple(other for other in over if other != name)
    others = [tidy(substitute(e, {name: solved})) for e in slopes if e is not slope]
    for exact, env in _common(f, (others[0], others[1]), (rest[0], rest[1]), domain):
        third = tidy(substitute(solved, dict(zip(rest, exact, strict=True))))
        with precision(_BITS):
            zero = Zero(enclose(third, {}), third)
        if within(zero, domain[name]):
            point = {other: Zero(env[other], e) for other, e in zip(rest, exact, strict=True)} | {name: zero}
            x, y, z = (point[variable] for variable in over)
            yield x, y, z


def _exists_at(f: Expr, env: Mapping[str, arb]) -> bool:
    """Whether f is defined around a common zero of its slopes: ``1/x`` has values where ``ln x`` has none."""
    with precision(_BITS):
        try:
            if enclose(f, env).is_finite():
                return True
        except Undefined:
            return False
    raise NotSettled("the function may end at a stationary point")


def _solvable(slopes: tuple[Expr, ...], over: tuple[str, ...]) -> tuple[Expr, str]:
    from grader.expr.tree import rational_value

    for slope in slopes:
        for name in over:
            factor = rational_value(tidy(derivative(slope, name)))
            if factor:
                return slope, name
    raise NotSettled("no slope is linear in one of three variables, so the points are not found with proof")


def _nature_in_space(
    f: Expr, slopes: tuple[Expr, ...], over: tuple[str, ...], exact: tuple[Expr, ...], env: Mapping[str, arb]
) -> str:
    """By the signs of the principal minors of the Hessian (Sylvester); else by more terms of the expansion."""
    hessian = [[derivative(slope, name) for name in over] for slope in slopes]
    with precision(_BITS):

        def minor(*rows: int) -> int:
            return sign_at(_determinant([[hessian[i][j] for j in rows] for i in rows]), env)

        pairs = [minor(0, 1), minor(0, 2), minor(1, 2)]
        corners = [minor(i) for i in range(3)]
        if min(pairs) < 0 or {1, -1} <= set(corners):
            return "saddle"
        whole = minor(0, 1, 2)
        if pairs[0] > 0 and corners[0] and whole:
            if corners[0] == whole:
                return "minimum" if whole > 0 else "maximum"
            return "saddle"
    return _by_expansion(f, over, exact)


def _determinant(rows: list[list[Expr]]) -> Expr:
    if len(rows) == 1:
        return rows[0][0]
    terms = []
    for j, entry in enumerate(rows[0]):
        below = _determinant([[*row[:j], *row[j + 1 :]] for row in rows[1:]])
        terms.append(Mul((entry, below)) if j % 2 == 0 else Neg(Mul((entry, below))))
    return Add(tuple(terms))
