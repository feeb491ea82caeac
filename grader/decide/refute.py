"""Refutation: a rational point where the two values provably differ, or one is missing."""

from __future__ import annotations

from enum import Enum
from fractions import Fraction

from flint import arb

from grader.claims import Finding, Truth, Witness
from grader.decide.points import Point
from grader.expr.balls import Undefined, arb_of, enclose, precision
from grader.expr.tree import Expr

METHOD = "ball arithmetic"


class Look(Enum):
    """What one point shows."""

    AGREE = "the enclosures overlap and are narrow"
    DIFFER = "the enclosures are disjoint"
    MISSING = "the reference has a value, the student's expression provably has none"
    OUTSIDE = "the reference has no value here"
    UNCLEAR = "the precision does not tell"


def environment(point: Point) -> dict[str, arb]:
    return {name: arb_of(value) for name, value in point.items()}


def look(reference: Expr, student: Expr, point: Point, bits: int) -> tuple[Look, arb | None, arb | None]:
    """Compare the two at one exact point with ``bits`` of working precision."""
    with precision(bits):
        env = environment(point)
        try:
            expected = enclose(reference, env)
        except Undefined:
            return Look.OUTSIDE, None, None
        outcome, got = compared_at(expected, student, env, bits)
        return outcome, expected, got


def compared_at(expected: arb | None, student: Expr, env: dict[str, arb], bits: int) -> tuple[Look, arb | None]:
    """Compare the student's value with an enclosed one, None where the reference has none, at this precision."""
    if expected is None:
        return Look.OUTSIDE, None
    if not expected.is_finite():
        return Look.UNCLEAR, None
    try:
        got = enclose(student, env)
    except Undefined:
        return Look.MISSING, None
    # An infinite ball can exclude a value without meaning anything: demand finiteness.
    if not got.is_finite():
        return Look.UNCLEAR, got
    if not expected.overlaps(got):
        return Look.DIFFER, got
    # Huge balls overlap vacuously: only narrow ones count as agreement.
    scale = 1 + abs(expected)
    if (expected - got).abs_upper() < scale * _NARROW[bits]:
        return Look.AGREE, got
    return Look.UNCLEAR, got


def close(expected: arb | None, got: arb | None) -> bool:
    """Whether values that agree in proportion are close in themselves too.

    Huge ones need not be: ``e^e^x`` and ``e^e^x + x`` agree to 200 bits at most points.
    """
    return expected is not None and got is not None and bool((expected - got).abs_upper() < _CLOSE)


_CLOSE = 2.0**-40


class _Narrow(dict[int, arb]):
    """How close two values must be to count as agreeing at a precision: half its digits."""

    def __missing__(self, bits: int) -> arb:
        self[bits] = narrow = arb(2) ** (-bits // 2)
        return narrow


_NARROW = _Narrow()


def dyadic(point: Point) -> Point:
    """A point close by whose coordinates are exact in binary: there ``x - x`` is zero, not a ball around it."""
    return {name: Fraction(round(value * (1 << 16)), 1 << 16) for name, value in point.items()}


def refutation(outcome: Look, point: Point, expected: arb | None, got: arb | None) -> Finding:
    """The finding for a point that shows DIFFER or MISSING."""
    where = tuple(point.items())
    if outcome is Look.MISSING:
        assert expected is not None
        witness = Witness(where, decimal(expected), "undefined")
        return Finding(Truth.REFUTED, METHOD, str(witness), "domain", witness)
    assert expected is not None and got is not None
    a, b = apart(expected, got)
    witness = Witness(where, a, b)
    return Finding(Truth.REFUTED, METHOD, str(witness), "value", witness)


def decimal(ball: arb, digits: int = 12) -> str:
    """A ball as ``[1.41421356237 +/- 3.1e-12]``; an integer as itself."""
    return str(ball.str(digits))


def apart(a: arb, b: arb) -> tuple[str, str]:
    """Two disjoint balls with as many digits as it takes to see that they are disjoint."""
    digits = 10
    while digits < 1200:
        with precision(4 * digits + 64):
            one, other = decimal(a, digits), decimal(b, digits)
            if not arb(one).overlaps(arb(other)):
                return one, other
        digits *= 2
    return decimal(a, digits), decimal(b, digits)


def missing_on_interval(reference: Expr, student: Expr, point: Point, integers: frozenset[str] = frozenset()) -> bool:
    """Whether the student's expression has no value on a whole neighbourhood of the point.

    A single missing point (a removable hole) is not held against an answer; this tells
    the two apart.  Proved when the balls say so; otherwise three nearby points have to
    be missing as well, which an isolated hole cannot produce.  The neighbourhood of an
    integer is this integer alone.
    """
    if integers.issuperset(point):
        return True
    with precision(128):
        try:
            enclose(
                student,
                {name: arb_of(value) + arb(0, 0 if name in integers else 2.0**-30) for name, value in point.items()},
            )
        except Undefined:
            return True
        missing = 0
        # Dyadic, so that values at dyadic points stay exact.
        for shift in (Fraction(1, 1 << 20), Fraction(-3, 1 << 21), Fraction(5, 1 << 22)):
            near = {
                name: value if name in integers else value + shift * (i + 1)
                for i, (name, value) in enumerate(point.items())
            }
            outcome, _, _ = look(reference, student, near, 128)
            missing += outcome is Look.MISSING
    return missing == 3
