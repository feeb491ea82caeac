"""Every real zero of an expression of one variable on an interval, with the proof that there are no others.

The numerator is split into irreducible factors (`grader.expr.factors`).  A factor that is a
polynomial over Q is solved exactly, on the whole line (FLINT isolates its roots); so is one in a
single invertible kernel (``e^u = r``).  Any other is searched by interval Newton (R. E. Moore,
"Methods and Applications of Interval Analysis", 1979, section 5.2), which needs a bounded interval
and proves of each box that it holds no zero, exactly one, or says that it does not know.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import isqrt, lcm

from flint import acb, arb, fmpz_poly

from grader.expr.balls import Undefined, arb_between, arb_of, enclose, precision
from grader.expr.canonical import is_zero
from grader.expr.derivative import derivative
from grader.expr.domain import REALS, Domain, Interval
from grader.expr.factors import Factor, TooLarge, numerator_factors
from grader.expr.recognise import candidates
from grader.expr.tidy import tidy
from grader.expr.tree import (
    ONE,
    ZERO,
    Add,
    Apply,
    Div,
    E,
    Expr,
    Mul,
    Neg,
    Pow,
    Variable,
    rational,
    rational_value,
    substitute,
    variables,
    walk,
)
from grader.records import record

BITS = 192
"""Working precision of the enclosures that are returned."""
NARROW = arb(2) ** -96
"""Enclosures from a search are narrower than this."""
STEPS = 60
"""Newton steps to refine an enclosure; far fewer do, as each doubles the digits."""
_SEARCH_BITS = 96
_FINEST = 1 << 30
_DEEPEST = 4
"""Kernels inside kernels that are inverted."""
_CUT = Fraction(503, 1009)
"""Boxes are not cut in halves: zeros like to lie in the middle."""


@record
class Zero:
    """A ball that holds exactly one zero, and its closed form where one was found."""

    enclosure: arb
    exact: Expr | None = None


@record
class Zeros:
    """The zeros found, in increasing order.

    ``complete``: there are no others on the interval, and this is proved.  When it is not,
    ``unresolved`` holds the boxes that may contain zeros, if any are known, and ``evidence``
    says what stood in the way; otherwise it says how completeness was proved.
    """

    found: tuple[Zero, ...]
    complete: bool
    evidence: str
    unresolved: tuple[tuple[Fraction, Fraction], ...] = ()


class Stuck(Exception):
    """Completeness cannot be proved; the message says why."""

    def __init__(self, why: str, unresolved: tuple[tuple[Fraction, Fraction], ...] = ()) -> None:
        super().__init__(why)
        self.why = why
        self.unresolved = unresolved


def zeros(e: Expr, name: str, interval: Interval = REALS, most_boxes: int = 20_000) -> Zeros:
    """The zeros of ``e`` on the interval, where ``e`` is defined.

    An end belongs to the interval if it is closed.  ``most_boxes`` bounds the work: an
    interval Newton step costs some tens of microseconds a node.
    """
    found: list[tuple[Zero, Expr]] = []
    methods: list[str] = []
    try:
        for tree, factor in _factors(e):
            zeros_of_factor, method = _of_factor(tree, factor, name, interval, most_boxes)
            methods.append(method)
            for zero in zeros_of_factor:
                if within(zero, interval) and _defined(e, name, zero):
                    _join(found, zero, tree, name)
    except Stuck as stuck:
        return Zeros(_sorted(zero for zero, _ in found), False, stuck.why, stuck.unresolved)
    return Zeros(_sorted(zero for zero, _ in found), True, "; ".join(dict.fromkeys(methods)) or "no factor can vanish")


def _sorted(found: Iterable[Zero]) -> tuple[Zero, ...]:
    return tuple(sorted(found, key=lambda zero: float(zero.enclosure.mid())))


def _factors(e: Expr) -> list[tuple[Expr, Factor | None]]:
    try:
        factors = numerator_factors(e)
    except TooLarge:
        return [(e, None)]
    if factors is None:
        raise Stuck("it is zero everywhere, so its zeros are not isolated")
    return [(factor.tree, factor) for factor in factors]


# One factor ---------------------------------------------------------------------------------


def _of_factor(
    tree: Expr, factor: Factor | None, name: str, interval: Interval, most_boxes: int, depth: int = 0
) -> tuple[list[Zero], str]:
    """The zeros of one factor and the method that proves that there are no others."""
    if any(isinstance(node, Apply) and node.function == "sign" for node in walk(tree)):
        raise Stuck("a function with jumps is not searched")
    if name not in variables(tree):
        with precision(BITS):
            value = enclose(tree, {})
        if value.is_finite() and not value.contains(0):
            return [], "exact algebra"
        raise Stuck("whether a constant factor is zero was not decided")
    if factor is not None and depth <= _DEEPEST:
        exactly = _exact(factor, name, depth)
        if exactly is not None:
            return exactly, "exact algebra"
    if interval.low is None or interval.high is None:
        raise Stuck(f"zeros of {_short(tree)} on an unbounded interval are not proved complete")
    return _search(tree, name, interval.low, interval.high, most_boxes), "interval Newton"


def _short(e: Expr) -> str:
    from grader.expr.text import to_text

    text = to_text(e)
    return text if len(text) <= 60 else text[:57] + "..."


def _exact(factor: Factor, name: str, depth: int) -> list[Zero] | None:
    """All real zeros in closed form or as isolated roots of polynomials; None when that is not possible."""
    x = Variable(name)
    moving = [g for g in factor.generators if name in variables(g)]
    if moving == [x] and len(factor.generators) > 1:
        return _linear(factor.tree, name)
    coefficients = factor.coefficients()
    if len(moving) != 1 or coefficients is None:
        return None
    roots = real_roots(coefficients)
    if moving == [x]:
        return roots
    found: list[Zero] = []
    for root in roots:
        inner = _inverted(moving[0], root)
        if inner is None:
            return None
        for tree in inner:
            factors = _factors(tree)
            for part, of_part in factors:
                if name not in variables(part):
                    return None
                below = _exact(of_part, name, depth + 1) if of_part is not None and depth < _DEEPEST else None
                if below is None:
                    return None
                found += below
    return found


def _linear(tree: Expr, name: str) -> list[Zero] | None:
    """The zero of ``a*x + b`` with constants a and b that need not be rational."""
    slope = tidy(derivative(tree, name))
    if variables(slope):
        return None
    with precision(BITS):
        a = enclose(slope, {})
        if not a.is_finite() or a.contains(0):
            return None
        offset = tidy(substitute(tree, {name: ZERO}))
        root = tidy(Neg(Div(offset, slope)))
        try:
            return [Zero(enclose(root, {}), root)]
        except Undefined:
            # x - ln(0): a constant that does not exist leaves nothing to be zero.
            return []


_ZERO_ONLY_AT_ZERO = frozenset({"sinh", "arsinh", "arctan", "arcsin", "artanh", "erf", "abs"})


def _inverted(kernel: Expr, root: Zero) -> list[Expr] | None:
    """Trees that vanish exactly where the kernel has the value of the root; None when not known."""
    if root.exact is None:
        return None
    value, ball = root.exact, root.enclosure
    positive, negative = bool(ball > 0), bool(ball < 0)
    zero = value == ZERO
    match kernel:
        case Apply(name, (u,)) if zero and name in _ZERO_ONLY_AT_ZERO:
            return [u]
        case Apply("sin" | "cos") if ball > 1 or ball < -1:
            return []
        case Apply("cosh") if ball < 1:
            return []
        case Apply("abs", (u,)) if positive or negative:
            return [Add((u, value)), Add((u, Neg(value)))] if positive else []
        case Pow(base, u) if base == E:
            if not positive:
                return [] if negative or zero else None
            return [u if value == ONE else Add((u, Neg(Apply("ln", (value,)))))]
        case Apply("ln", (u,)):
            return [Add((u, Neg(ONE if zero else Pow(E, value))))]
        case Pow(base, exponent) if (q := rational_value(exponent)) is not None and q.numerator == 1:
            n = q.denominator
            if n % 2 == 0 and not (positive or zero):
                return [] if negative else None
            return [base if zero else Add((base, Neg(Pow(value, rational(n)))))]
        case Pow(base) if zero:
            # A power with a varying exponent vanishes where its base does, if it has a value there.
            return [base]
        case _:
            return None


def real_roots(coefficients: list[Fraction]) -> list[Zero]:
    """The distinct real roots of a polynomial over Q, from the constant coefficient up.

    Roots of factors of degree one and two, and pure powers, come with their closed forms.
    """
    common = lcm(*(c.denominator for c in coefficients))
    polynomial = fmpz_poly([int(coefficient * common) for coefficient in coefficients])
    found: list[Zero] = []
    with precision(BITS):
        for part, _ in polynomial.factor()[1]:
            closed = _closed_forms([int(k) for k in part.coeffs()])
            if closed is not None:
                found += [Zero(enclose(e, {}), e) for e in closed]
                continue
            # FLINT returns real roots with an imaginary part that is exactly zero.
            found += [Zero(pair[0].real) for pair in _complex_roots(part) if pair[0].imag.is_zero()]
    return sorted(found, key=lambda zero: float(zero.enclosure.mid()))


def _complex_roots(polynomial: fmpz_poly) -> list[tuple[acb, int]]:
    # python-flint declares its roots more loosely than they are.
    return polynomial.complex_roots()  # type: ignore[return-value]


def _closed_forms(c: list[int]) -> list[Expr] | None:
    """The real roots of an irreducible integer polynomial, if it is linear, quadratic or a pure power."""
    n = len(c) - 1
    if n == 1:
        return [rational(Fraction(-c[0], c[1]))]
    if n == 2:
        return _quadratic(c[2], c[1], c[0])
    if not any(c[1:n]):
        return _pure(n, Fraction(-c[0], c[n]))
    if n == 4 and not c[1] and not c[3]:
        squares = _quadratic(c[4], c[2], c[0])
        if all(rational_value(s) is not None for s in squares):
            return [root for s in squares for root in _pure(2, rational_value(s) or Fraction(0))]
        with precision(BITS):
            kept = [s for s in squares if enclose(s, {}) > 0]
        return [root for s in kept for root in (Neg(Apply("sqrt", (s,))), Apply("sqrt", (s,)))]
    return None


def _quadratic(a: int, b: int, c: int) -> list[Expr]:
    discriminant = b * b - 4 * a * c
    if discriminant < 0:
        return []
    outside, inside = square_part(discriminant)
    middle, step = Fraction(-b, 2 * a), abs(Fraction(outside, 2 * a))
    if inside == 1:
        return [rational(middle - step), rational(middle + step)]
    root: Expr = Apply("sqrt", (rational(inside),))
    if step.numerator != 1:
        root = Mul((rational(step.numerator), root))
    if step.denominator != 1:
        root = Div(root, rational(step.denominator))
    if not middle:
        return [Neg(root), root]
    return [Add((rational(middle), Neg(root))), Add((rational(middle), root))]


def _pure(n: int, value: Fraction) -> list[Expr]:
    """The real n-th roots of a rational that is not a perfect power."""
    if n % 2 == 0:
        if value < 0:
            return []
        root = Apply("sqrt", (rational(value),)) if n == 2 else Pow(rational(value), rational(Fraction(1, n)))
        return [Neg(root), root]
    if n == 3:
        root = Apply("cbrt", (rational(abs(value)),))
    else:
        root = Pow(rational(abs(value)), rational(Fraction(1, n)))
    return [root if value > 0 else Neg(root)]


def square_part(n: int) -> tuple[int, int]:
    """``s`` and ``m`` with ``n = s^2 m``; m has no square factor below 1000 squared."""
    outside = 1
    for p in range(2, min(isqrt(n), 1000) + 1):
        while n % (p * p) == 0:
            n //= p * p
            outside *= p
    root = isqrt(n)
    return (outside * root, 1) if root * root == n else (outside, n)


# Interval Newton ----------------------------------------------------------------------------


def _search(tree: Expr, name: str, low: Fraction, high: Fraction, most_boxes: int) -> list[Zero]:
    """Every zero on [low, high] of a function without a closed form; ones just outside may be among them."""
    slope = derivative(tree, name)
    # A zero on an end is inside a slightly wider interval; whether it counts is asked later.
    margin = (high - low) / 1013
    pending = [(low - margin, high + margin)]
    boxes: list[arb] = []
    unresolved: list[tuple[Fraction, Fraction]] = []
    used = 0
    with precision(_SEARCH_BITS):
        while pending:
            a, b = pending.pop()
            used += 1
            if used > most_boxes:
                unresolved += [(a, b), *pending]
                break
            verdict = _newton(tree, slope, name, a, b)
            if verdict is False:
                continue
            if isinstance(verdict, arb):
                boxes.append(verdict)
            elif (b - a) * _FINEST < high - low:
                unresolved.append((a, b))
            else:
                cut = a + (b - a) * _CUT
                pending += [(cut, b), (a, cut)]
    unresolved = [(a, b) for a, b in unresolved if b >= low and a <= high]
    if unresolved:
        worst = float(sum(unresolved[0]) / 2)
        raise Stuck(
            f"near {name} = {worst:.6g} zeros of {_short(tree)} are multiple, too many or too close together "
            "to be told apart",
            tuple(unresolved),
        )
    return [
        _named(tree, name, ball) for ball in _distinct([(box, _refined(tree, slope, name, box)) for box in boxes], name)
    ]


def _newton(tree: Expr, slope: Expr, name: str, a: Fraction, b: Fraction) -> arb | bool:
    """False: no zero in [a, b]; a ball: the only zero of [a, b] lies in it; True: not known."""
    box, middle = arb_between(a, b), arb_of((a + b) / 2)
    try:
        values = enclose(tree, {name: box})
        if values.is_finite() and not values.contains(0):
            return False
        slopes, centre = enclose(slope, {name: box}), enclose(tree, {name: middle})
    except Undefined:
        return not _nowhere_defined(tree, name, box)
    # A finite range of values proves that the function is continuous on the box.
    if not (values.is_finite() and slopes.is_finite() and centre.is_finite()):
        return True
    if not (centre + slopes * (box - middle)).contains(0):
        return False
    if slopes.contains(0):
        return True
    image = middle - centre / slopes
    if not image.overlaps(box):
        return False
    return image if box.contains_interior(image) else True


def _nowhere_defined(tree: Expr, name: str, box: arb) -> bool:
    try:
        enclose(tree, {name: box})
    except Undefined:
        return True
    return False


def _named(tree: Expr, name: str, ball: arb) -> Zero:
    """The zero with its closed form if that is a short one: a proved zero in a ball that holds only one."""
    for candidate in candidates(ball):
        if is_zero(tidy(substitute(tree, {name: candidate})), Domain()):
            return Zero(ball, candidate)
    return Zero(ball)


def _refined(tree: Expr, slope: Expr, name: str, box: arb) -> arb:
    """The same zero in a smaller ball: Newton steps, each intersected with the last."""
    with precision(BITS):
        for _ in range(STEPS):
            middle = arb(box.mid())
            image = middle - enclose(tree, {name: middle}) / enclose(slope, {name: box})
            if not image.is_finite() or not image.overlaps(box):
                break
            smaller = image.intersection(box)
            if not smaller.rad() < box.rad() * arb(0.9):
                break
            box = smaller
    if not box.rad() < NARROW:
        raise Stuck(f"the zero near {name} = {float(box.mid()):.6g} was found but not to many digits")
    return box


def _distinct(boxes: list[tuple[arb, arb]], name: str) -> list[arb]:
    """Each zero once: boxes, rounded outwards, may share the zero on a common end.

    Given are boxes with exactly one zero each and small balls around that zero.
    """
    kept: list[tuple[arb, arb]] = []
    for box, ball in sorted(boxes, key=lambda pair: float(pair[1].mid())):
        if not kept or not kept[-1][1].overlaps(ball):
            kept.append((box, ball))
        elif not (kept[-1][0].contains(ball) or box.contains(kept[-1][1])):
            raise Stuck(f"whether two zeros near {name} = {float(ball.mid()):.6g} are one was not decided")
    return [ball for _, ball in kept]


# What counts --------------------------------------------------------------------------------


def within(zero: Zero, interval: Interval) -> bool:
    """Whether the zero belongs to the interval."""
    with precision(BITS):
        for end, closed, sign in ((interval.low, interval.low_closed, 1), (interval.high, interval.high_closed, -1)):
            if end is None:
                continue
            beyond = (zero.enclosure - arb_of(end)) * sign
            if beyond < 0:
                return False
            if beyond > 0:
                continue
            if zero.exact is None or not is_zero(Add((zero.exact, Neg(rational(end)))), Domain()):
                raise Stuck(f"whether a zero lies on the end {end} of the interval was not decided")
            if not closed:
                return False
    return True


def _defined(e: Expr, name: str, zero: Zero) -> bool:
    """Whether the whole expression has a value at a zero of one of its factors."""
    with precision(BITS):
        try:
            if enclose(e, {name: zero.enclosure}).is_finite():
                return True
        except Undefined:
            return False
    if zero.exact is not None:
        for node in walk(e):
            below = divisor(node)
            if below is not None and is_zero(tidy(substitute(below, {name: zero.exact})), Domain()):
                return False
    where = float(zero.enclosure.mid())
    raise Stuck(f"whether the expression is defined at {name} = {where:.6g} was not decided")


def divisor(node: Expr) -> Expr | None:
    """What a node divides by: it has no value where that is zero."""
    match node:
        case Div(_, bottom):
            return bottom
        case Pow(base, exponent) if (rational_value(exponent) or 0) < 0:
            return base
        case Apply(("tan" | "sec"), (u,)):
            return Apply("cos", (u,))
        case Apply(("cot" | "csc"), (u,)):
            return Apply("sin", (u,))
        case _:
            return None


def _join(found: list[tuple[Zero, Expr]], zero: Zero, tree: Expr, name: str) -> None:
    """Add a zero unless it is one that another factor has too."""
    for i, (known, factor) in enumerate(found):
        if not known.enclosure.overlaps(zero.enclosure):
            continue
        if known.exact is not None and zero.exact is not None:
            same = bool(is_zero(tidy(Add((known.exact, Neg(zero.exact)))), Domain()))
        elif known.exact is not None:
            same = bool(is_zero(tidy(substitute(tree, {name: known.exact})), Domain()))
        elif zero.exact is not None:
            same = bool(is_zero(tidy(substitute(factor, {name: zero.exact})), Domain()))
        else:
            same = False
        if not same:
            raise Stuck(f"whether two zeros near {name} = {float(zero.enclosure.mid()):.6g} are one was not decided")
        if zero.exact is not None:
            found[i] = (zero, tree)
        return
    found.append((zero, tree))
