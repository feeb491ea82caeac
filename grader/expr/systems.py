"""Every common real zero of two expressions of two variables, with the proof that there are no others.

Both numerators are split into irreducible factors, and each pair of factors is solved by itself.
Two polynomials over Q are solved on the whole plane: resultants give the only possible
coordinates, and every pair of them is kept with a proof or excluded by balls.  Anything else is
searched on a bounded box by Krawczyk's operator (R. Krawczyk 1969; Moore, Kearfott and Cloud,
"Introduction to Interval Analysis", 2009, section 8.2).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from flint import Ordering, arb, fmpz_mpoly, fmpz_mpoly_ctx

from grader.expr.balls import Undefined, arb_between, enclose, precision
from grader.expr.canonical import is_zero
from grader.expr.derivative import derivative
from grader.expr.domain import Domain
from grader.expr.factors import Factor, TooLarge, numerator_factors
from grader.expr.recognise import candidates
from grader.expr.tidy import tidy
from grader.expr.tree import Add, Apply, Expr, Neg, Variable, substitute, variables, walk
from grader.expr.zeros import BITS, NARROW, STEPS, Stuck, Zero, real_roots, within, zeros
from grader.records import record

_SEARCH_BITS = 64
_FINEST = Fraction(1, 1 << 24)
_CUT = Fraction(503, 1009)

Box = tuple[tuple[Fraction, Fraction], tuple[Fraction, Fraction]]
Pair = tuple[Expr, Expr]


@record
class CommonZero:
    """A box that holds exactly one common zero: a ball for each coordinate, closed forms where found."""

    coordinates: tuple[Zero, Zero]

    @property
    def exact(self) -> tuple[Expr, Expr] | None:
        a, b = (zero.exact for zero in self.coordinates)
        return None if a is None or b is None else (a, b)


@record
class CommonZeros:
    """The common zeros found, and whether it is proved that there are no others in the domain."""

    found: tuple[CommonZero, ...]
    complete: bool
    evidence: str


def common_zeros(pair: Pair, names: tuple[str, str], domain: Domain, most_boxes: int = 30_000) -> CommonZeros:
    """The common zeros of two expressions in the domain's box, where both are defined."""
    found: list[CommonZero] = []
    methods: list[str] = []
    try:
        for a, b in _pairs(pair):
            solutions, method = _of_factors(a, b, names, domain, most_boxes)
            methods.append(method)
            for solution in solutions:
                if _inside(solution, names, domain) and _defined(pair, names, solution):
                    _join(found, solution)
    except Stuck as stuck:
        return CommonZeros(_sorted(found), False, stuck.why)
    return CommonZeros(_sorted(found), True, "; ".join(dict.fromkeys(methods)) or "no factor can vanish")


def _sorted(found: Iterable[CommonZero]) -> tuple[CommonZero, ...]:
    return tuple(sorted(found, key=lambda z: tuple(float(c.enclosure.mid()) for c in z.coordinates)))


def _pairs(pair: Pair) -> list[tuple[Factor | Expr, Factor | Expr]]:
    if any(isinstance(node, Apply) and node.function == "sign" for e in pair for node in walk(e)):
        raise Stuck("a function with jumps is not searched")
    sides: list[tuple[Factor | Expr, ...]] = []
    for e in pair:
        try:
            factors = numerator_factors(e)
        except TooLarge:
            sides.append((e,))
            continue
        if factors is None:
            raise Stuck("one of the expressions is zero everywhere, so the common zeros are not isolated")
        sides.append(factors)
    return [(a, b) for a in sides[0] for b in sides[1]]


def _of_factors(
    a: Factor | Expr, b: Factor | Expr, names: tuple[str, str], domain: Domain, most_boxes: int
) -> tuple[list[CommonZero], str]:
    trees = (_tree(a), _tree(b))
    if trees[0] == trees[1]:
        return _of_common_factor(trees[0], domain), "exact algebra"
    polynomials = _polynomials(a, b, names)
    if polynomials is not None:
        return _eliminated(polynomials, trees, names), "resultants"
    by_one = _one_by_one(trees, names, domain)
    if by_one is not None:
        return by_one, "one variable after the other"
    return _search(trees, names, domain, most_boxes), "Krawczyk's operator"


def _tree(side: Factor | Expr) -> Expr:
    return side.tree if isinstance(side, Factor) else side


def _of_common_factor(tree: Expr, domain: Domain) -> list[CommonZero]:
    """No zeros if the factor has none; else they are not isolated, or that cannot be told."""
    moving = sorted(variables(tree))
    if len(moving) == 1:
        alone = zeros(tree, moving[0], domain[moving[0]])
        if alone.complete and not alone.found:
            return []
    raise Stuck("both expressions have a factor in common, so common zeros need not be isolated")


# Polynomials --------------------------------------------------------------------------------


def _polynomials(a: Factor | Expr, b: Factor | Expr, names: tuple[str, str]) -> tuple[fmpz_mpoly, fmpz_mpoly] | None:
    """Both factors as polynomials over Q in the two variables alone; None when one is not."""
    plane = {Variable(name) for name in names}
    if not (isinstance(a, Factor) and isinstance(b, Factor)) or not {*a.generators, *b.generators} <= plane:
        return None
    context = fmpz_mpoly_ctx.get(list(names), Ordering.lex)
    return rewritten(a, names, context), rewritten(b, names, context)


def rewritten(factor: Factor, names: tuple[str, ...], context: fmpz_mpoly_ctx) -> fmpz_mpoly:
    """The polynomial in the ring of the variables; the generators of its own ring are in another order."""
    degrees = factor.polynomial.degrees()
    places = [i for i, degree in enumerate(degrees) if degree]
    columns = [names.index(g.name) for g in factor.generators if isinstance(g, Variable)]
    terms: dict[tuple[int, ...], int] = {}
    for powers, coefficient in factor.polynomial.terms():
        row = [0] * len(names)
        for place, column in zip(places, columns, strict=True):
            row[column] = int(powers[place])
        terms[tuple(row)] = int(coefficient)
    return context.from_dict(terms)


def _eliminated(polynomials: tuple[fmpz_mpoly, fmpz_mpoly], trees: Pair, names: tuple[str, str]) -> list[CommonZero]:
    a, b = polynomials
    possible = [roots_of(a.resultant(b, other), i) for i, other in ((0, names[1]), (1, names[0]))]
    found = []
    for x in possible[0]:
        for y in possible[1]:
            solution = CommonZero((x, y))
            if _is_common_zero(trees, names, solution):
                found.append(solution)
    return found


def roots_of(resultant: fmpz_mpoly, place: int) -> list[Zero]:
    """The real roots of a polynomial in the variable of that place alone."""
    if resultant.is_zero():
        raise Stuck("a resultant vanishes, so the common zeros are not isolated")
    degree = resultant.degrees()[place]
    coefficients = [Fraction(0)] * (degree + 1)
    for powers, coefficient in resultant.terms():
        coefficients[int(powers[place])] = Fraction(int(coefficient))
    return real_roots(coefficients) if degree else []


def _is_common_zero(trees: Pair, names: tuple[str, str], point: CommonZero) -> bool:
    """Whether the point is a common zero; the only one its balls can hold, as roots are isolated."""
    with precision(BITS):
        env = {name: zero.enclosure for name, zero in zip(names, point.coordinates, strict=True)}
        if not all(enclose(tree, env).contains(0) for tree in trees):
            return False
    if point.exact is not None:
        values = {name: e for name, e in zip(names, point.exact, strict=True)}
        if all(is_zero(tidy(substitute(tree, values)), Domain()) for tree in trees):
            return True
    with precision(BITS):
        balls = [zero.enclosure for zero in point.coordinates]
        # The box must be wide enough for the operator to map it into itself.
        wide = [arb(ball.mid(), ball.rad() + arb(2) ** (-BITS // 3)) for ball in balls]
        operator = _Krawczyk(trees, names)
        image = operator.image(wide)
        if image and all(w.contains_interior(k) for w, k in zip(wide, image, strict=True)):
            small = _refined(operator, image)
            return all(k.overlaps(ball) for k, ball in zip(small, balls, strict=True))
    raise Stuck("whether a point is a common zero was not decided")


# One variable after the other ---------------------------------------------------------------


def _one_by_one(trees: Pair, names: tuple[str, str], domain: Domain) -> list[CommonZero] | None:
    """Where one expression has a single variable: its zeros, put into the other.  None where that does not do."""
    for first, second in (trees, trees[::-1]):
        moving = variables(first) & set(names)
        if len(moving) != 1:
            continue
        (x,) = moving
        y = names[1 - names.index(x)]
        along_x = zeros(first, x, domain[x])
        if not along_x.complete:
            continue
        found = []
        for zero in along_x.found:
            exact = zero.exact if zero.exact is not None else _closed_form(first, x, zero)
            if exact is None:
                return None
            along_y = zeros(tidy(substitute(second, {x: exact})), y, domain[y])
            if not along_y.complete:
                return None
            for other in along_y.found:
                pair = (Zero(zero.enclosure, exact), other)
                found.append(CommonZero(pair if x == names[0] else pair[::-1]))
        return found
    return None


def _closed_form(tree: Expr, name: str, zero: Zero) -> Expr | None:
    for candidate in candidates(zero.enclosure):
        if is_zero(tidy(substitute(tree, {name: candidate})), Domain()):
            return candidate
    return None


# Krawczyk's operator ------------------------------------------------------------------------


class _Krawczyk:
    """``K(X) = m - Y f(m) + (I - Y f'(X)) (X - m)`` with Y an approximate inverse of f'(m).

    All zeros in X are in K(X); if K(X) lies in the interior of X there is exactly one.
    """

    def __init__(self, trees: Pair, names: tuple[str, str]) -> None:
        self._trees = trees
        self._names = names
        self._slopes = [[derivative(tree, name) for name in names] for tree in trees]

    def excludes(self, box: Sequence[arb]) -> bool:
        """Whether the values alone exclude a zero."""
        env = dict(zip(self._names, box, strict=True))
        for tree in self._trees:
            try:
                value = enclose(tree, env)
            except Undefined:
                return True
            if value.is_finite() and not value.contains(0):
                return True
        return False

    def image(self, box: Sequence[arb]) -> list[arb] | None:
        """The operator's value, None where it has none; an empty list when the mean value form excludes zeros."""
        env = dict(zip(self._names, box, strict=True))
        middle = [arb(ball.mid()) for ball in box]
        at = dict(zip(self._names, middle, strict=True))
        steps = [ball - m for ball, m in zip(box, middle, strict=True)]
        try:
            slopes = [[enclose(e, env) for e in row] for row in self._slopes]
            centre = [enclose(tree, at) for tree in self._trees]
            near = [[arb(enclose(e, at).mid()) for e in row] for row in self._slopes]
        except Undefined:
            return None
        if not all(ball.is_finite() for row in (*slopes, *near, centre) for ball in row):
            return None
        for value, row in zip(centre, slopes, strict=True):
            if not (value + row[0] * steps[0] + row[1] * steps[1]).contains(0):
                return []
        determinant = near[0][0] * near[1][1] - near[0][1] * near[1][0]
        if determinant.contains(0):
            return None
        inverse = [
            [near[1][1] / determinant, -near[0][1] / determinant],
            [-near[1][0] / determinant, near[0][0] / determinant],
        ]
        result = []
        for i in (0, 1):
            shift = inverse[i][0] * centre[0] + inverse[i][1] * centre[1]
            rest = arb(0)
            for j in (0, 1):
                product = inverse[i][0] * slopes[0][j] + inverse[i][1] * slopes[1][j]
                rest += ((1 if i == j else 0) - product) * steps[j]
            result.append(middle[i] - shift + rest)
        return result


def _search(trees: Pair, names: tuple[str, str], domain: Domain, most_boxes: int) -> list[CommonZero]:
    start = _bounded(names, domain)
    operator = _Krawczyk(trees, names)
    pending, boxes = [start], []
    scale = max(b - a for a, b in start)
    used = 0
    with precision(_SEARCH_BITS):
        while pending:
            sides = pending.pop()
            used += 1
            if used > most_boxes:
                raise Stuck("there are too many boxes that may hold a common zero: zeros are multiple or not isolated")
            box = [arb_between(a, b) for a, b in sides]
            if operator.excludes(box):
                continue
            image = operator.image(box)
            if image is not None:
                if not image or not all(k.overlaps(x) for k, x in zip(image, box, strict=True)):
                    continue
                if all(x.contains_interior(k) for k, x in zip(image, box, strict=True)):
                    boxes.append((box, image))
                    continue
            widths = [b - a for a, b in sides]
            if max(widths) < scale * _FINEST:
                raise Stuck("a common zero is multiple or not isolated, or lies where the expressions end")
            pending += _halves(sides, 0 if widths[0] >= widths[1] else 1)
    return _distinct(operator, boxes)


def _bounded(names: tuple[str, str], domain: Domain) -> Box:
    sides = []
    for name in names:
        low, high = domain[name].low, domain[name].high
        if low is None or high is None:
            raise Stuck("common zeros on an unbounded domain are not proved complete")
        margin = (high - low) / 1013
        sides.append((low - margin, high + margin))
    return sides[0], sides[1]


def _halves(sides: Box, i: int) -> list[Box]:
    (a, b), other = sides[i], sides[1 - i]
    cut = a + (b - a) * _CUT
    if i == 0:
        return [((a, cut), other), ((cut, b), other)]
    return [(other, (a, cut)), (other, (cut, b))]


def _distinct(operator: _Krawczyk, boxes: list[tuple[list[arb], list[arb]]]) -> list[CommonZero]:
    """Each zero once, in small balls: boxes, rounded outwards, may share one on a common side."""
    kept: list[tuple[list[arb], list[arb]]] = []
    for box, image in boxes:
        small = _refined(operator, image)
        rivals = [k for k in kept if all(a.overlaps(b) for a, b in zip(k[1], small, strict=True))]
        if not rivals:
            kept.append((box, small))
        for other, ball in rivals:
            shared = all(o.contains(s) for o, s in zip(other, small, strict=True))
            if not shared and not all(b.contains(s) for b, s in zip(box, ball, strict=True)):
                raise Stuck("whether two common zeros close together are one was not decided")
    return [CommonZero((Zero(x), Zero(y))) for _, (x, y) in kept]


def _refined(operator: _Krawczyk, box: list[arb]) -> list[arb]:
    with precision(BITS):
        for _ in range(STEPS):
            image = operator.image(box)
            if not image:
                break
            smaller = [k.intersection(x) for k, x in zip(image, box, strict=True)]
            if not any(s.rad() < x.rad() * arb(0.9) for s, x in zip(smaller, box, strict=True)):
                break
            box = smaller
    if not all(ball.rad() < NARROW for ball in box):
        raise Stuck("a common zero was found but not to many digits")
    return box


# What counts --------------------------------------------------------------------------------


def _inside(solution: CommonZero, names: tuple[str, str], domain: Domain) -> bool:
    return all(within(zero, domain[name]) for name, zero in zip(names, solution.coordinates, strict=True))


def _defined(pair: Pair, names: tuple[str, str], solution: CommonZero) -> bool:
    with precision(BITS):
        env = {name: zero.enclosure for name, zero in zip(names, solution.coordinates, strict=True)}
        try:
            if all(enclose(e, env).is_finite() for e in pair):
                return True
        except Undefined:
            return False
    raise Stuck("whether the expressions are defined at a zero of their numerators was not decided")


def _join(found: list[CommonZero], solution: CommonZero) -> None:
    """Add a solution unless another pair of factors has it too."""
    for known in found:
        if not all(
            a.enclosure.overlaps(b.enclosure) for a, b in zip(known.coordinates, solution.coordinates, strict=True)
        ):
            continue
        if known.exact is None or solution.exact is None:
            raise Stuck("whether two common zeros close together are one was not decided")
        gaps = (tidy(Add((a, Neg(b)))) for a, b in zip(known.exact, solution.exact, strict=True))
        if not all(is_zero(gap, Domain()) for gap in gaps):
            raise Stuck("whether two common zeros close together are one was not decided")
        return
    found.append(solution)
