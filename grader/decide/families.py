"""Sets of numbers with infinitely many members: ``pi/4 + n pi`` for all integers n, and single numbers.

A family is a residue class ``a + b Z`` of real numbers.  All periods of a set have to be rational
multiples of one of them; then every class splits into classes of one common period, and two sets are
equal if these are the same.  Residues are compared exactly.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import floor, lcm

from grader.claims import Finding, Truth
from grader.expr.balls import Undefined, enclose, precision
from grader.expr.derivative import NotDifferentiable, derivative
from grader.expr.exact_numbers import Exact, SignUnknown
from grader.expr.text import to_text
from grader.expr.tidy import tidy
from grader.expr.tree import ZERO, Expr, substitute, variables
from grader.records import record

_MOST = 360
_LOOKS = 6
METHOD = "residue classes"


class NotAFamily(Exception):
    """An expression that is no number and no ``a + b n``; the message says why."""


@record
class Family:
    """``start + period * n`` for all integers n; a single number if ``period`` is None."""

    start: Expr
    period: Expr | None


def family(e: Expr) -> Family:
    """The family an expression with at most one letter stands for.  Raises `NotAFamily`."""
    letters = variables(e)
    if not letters:
        return Family(tidy(e), None)
    if len(letters) > 1:
        raise NotAFamily(f"{to_text(e)} has more than one letter")
    (letter,) = letters
    try:
        step = tidy(derivative(e, letter))
    except NotDifferentiable as fault:
        raise NotAFamily(str(fault)) from None
    if variables(step):
        raise NotAFamily(f"{to_text(e)} does not grow by equal steps in {letter}")
    return Family(tidy(substitute(e, {letter: ZERO})), step)


def settle_families(reference: Iterable[Family], student: Iterable[Family]) -> Finding:
    """Whether two unions of families are the same set."""
    try:
        expected, given = list(reference), list(student)
        periods = [f.period for f in (*expected, *given) if f.period is not None]
        if not periods:
            return _singles([f.start for f in expected], [f.start for f in given])
        unit = Exact(periods[0])
        if unit.sign() == 0:
            return Finding(Truth.UNDECIDED, METHOD, "a step is zero")
        whole = _common(periods, unit)
        if whole is None:
            return _incommensurable(expected, given)
        one, other = _Classes(expected, unit, whole), _Classes(given, unit, whole)
        missing, extra = one.outside(other), other.outside(one)
    except SignUnknown as fault:
        return Finding(Truth.UNDECIDED, METHOD, str(fault))
    if missing:
        return Finding(Truth.REFUTED, METHOD, f"{missing} belongs to the expected set and not to yours", "missing")
    if extra:
        return Finding(Truth.REFUTED, METHOD, f"{extra} belongs to your set and not to the expected one", "extra")
    return Finding(Truth.PROVED, METHOD, f"both are the same {len(one)} classes of period {to_text(whole.tree)}")


def _common(periods: list[Expr], unit: Exact) -> Exact | None:
    """The least common multiple of the periods; None when a ratio is not known to be rational."""
    ratios = []
    for period in periods:
        ratio = (Exact(period) / unit).fraction
        if ratio is None or not ratio:
            return None
        ratios.append(abs(ratio))
    below = lcm(*(r.denominator for r in ratios))
    common = Fraction(lcm(*(int(r * below) for r in ratios)), below)
    return unit * Exact(common)


def _incommensurable(expected: list[Family], given: list[Family]) -> Finding:
    """The first members of each set are looked for in the other."""
    for one, other, reason in ((expected, given, "missing"), (given, expected, "extra")):
        for f in one:
            for i in range(_LOOKS):
                number = Exact(f.start) if f.period is None else Exact(f.start) + Exact(f.period) * Exact(i)
                if not any(_belongs(number, g) for g in other):
                    whose = "the expected set and not to yours" if reason == "missing" else "your set only"
                    words = f"{to_text(number.tree)} belongs to {whose}"
                    return Finding(Truth.REFUTED, METHOD, words, "missing" if reason == "missing" else "extra")
    words = "whether the steps are rational multiples of each other was not decided"
    return Finding(Truth.UNDECIDED, METHOD, words)


def _belongs(number: Exact, f: Family) -> bool:
    gap = number - Exact(f.start)
    return gap.sign() == 0 if f.period is None else _is_multiple(gap, Exact(f.period))


def _singles(expected: list[Expr], given: list[Expr]) -> Finding:
    from grader.claims import Point, SamePoints
    from grader.decide import settle
    from grader.expr.domain import Domain

    claim = SamePoints(tuple(Point((e,)) for e in expected), tuple(Point((e,)) for e in given), Domain())
    return settle(claim)


class _Classes:
    """A set as residues modulo one period, and single numbers."""

    def __init__(self, families: list[Family], unit: Exact, whole: Exact) -> None:
        self.whole = whole
        self.residues: list[Exact] = []
        self.singles: list[Exact] = []
        for f in families:
            start = Exact(f.start)
            if f.period is None:
                self.singles.append(start)
                continue
            step = Exact(f.period)
            count = (whole / step).fraction
            assert count is not None
            if abs(count) > _MOST:
                raise SignUnknown("the steps have too many classes in common")
            for i in range(abs(int(count))):
                self._add(start + step * Exact(i))

    def __len__(self) -> int:
        return len(self.residues)

    def _add(self, number: Exact) -> None:
        if not self.holds(number):
            self.residues.append(number)

    def holds(self, number: Exact) -> bool:
        return any(_is_multiple(number - residue, self.whole) for residue in self.residues)

    def outside(self, other: _Classes) -> str:
        """A member that the other set lacks, as text; empty when there is none."""
        for residue in self.residues:
            if not other.holds(residue):
                return to_text(residue.tree)
        for number in self.singles:
            if not other.holds(number) and not any((number - single).sign() == 0 for single in other.singles):
                return to_text(number.tree)
        return ""


def _is_multiple(number: Exact, period: Exact) -> bool:
    """Whether ``number`` is an integer times ``period``, proved either way."""
    ratio = number / period
    if ratio.fraction is not None:
        return ratio.fraction.denominator == 1
    try:
        with precision(256):
            ball = enclose(ratio.tree, {})
            nearest = Fraction(floor(float(ball.mid()) + 0.5))
    except (Undefined, OverflowError, ValueError):
        raise SignUnknown("a member of the set has no value") from None
    return (ratio - Exact(nearest)).sign() == 0
