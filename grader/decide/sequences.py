"""Equality for all integers: formulas in an ``n`` that stands for the integers of a range.

Every single integer counts: an answer without a value at one of them is refuted, as is one that
is right at the first ten only.  For a proof the normal form knows what holds for integers; what
depends on the remainder of ``n`` is proved for each remainder modulo a small number.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import chain, islice, product
from math import ceil, floor, prod

from grader.claims import Finding, Truth
from grader.decide.definedness import coverage
from grader.decide.effort import Effort
from grader.decide.points import Point, fingerprint, points
from grader.decide.refute import Look, close, look, missing_on_interval, refutation
from grader.expr.domain import Domain, Interval
from grader.expr.tree import Add, Expr, Mul, Neg, Variable, integer, rational, substitute, variables

_BITS = (64, 256, 2000)
_MODULI = (2, 4, 3, 6, 8, 12)
_FIRST = 12
_FAR = (50, 99, 100, 1000, 1001)
_MOST_CASES = 64


def settle_sequence(reference: Expr, student: Expr, domain: Domain, effort: Effort) -> Finding:
    """Settle ``student = reference`` on a domain with integer variables."""
    seed = fingerprint(student, fingerprint(reference))
    first = _look_at(reference, student, domain, islice(points(domain, seed), 3))
    if isinstance(first, Finding):
        return first
    edges = _look_at(reference, student, domain, _first_ones(domain, seed))
    if isinstance(edges, Finding):
        return edges
    compared = first + edges
    proof = _proof(reference, student, domain)
    if proof is not None and proof.truth is Truth.PROVED and compared:
        return proof
    far = _look_at(reference, student, domain, chain(_far_out(domain, seed), islice(points(domain, seed, 3), 60)))
    if isinstance(far, Finding):
        return far
    compared += far
    if proof is None or proof.truth is not Truth.PROVED:
        from grader.decide.remainder import by_remainder
        from grader.decide.terms import leftover

        apart = by_remainder(reference, student, domain, leftover(reference, student, domain))
        if apart is not None:
            return apart
    near = sum(compared)
    evidence = f"equal at {near} points of the domain, the first integers and large ones among them"
    if proof is None:
        proof = Finding(Truth.AGREES, "numerical agreement", evidence)
    if compared if proof.truth is Truth.PROVED else near >= min(effort.enough, _size(domain)):
        return proof
    return Finding(Truth.UNDECIDED, "numerical agreement", f"neither proved nor refuted: {evidence}")


def _look_at(reference: Expr, student: Expr, domain: Domain, stream: Iterator[Point]) -> Finding | list[bool]:
    """A refutation at one of the points; or, for each one where both agreed, whether in more than proportion."""
    integers = frozenset(domain.integers)
    agreed: list[bool] = []
    for point in stream:
        for bits in _BITS:
            outcome, expected, got = look(reference, student, point, bits)
            if outcome is Look.DIFFER or (
                outcome is Look.MISSING and missing_on_interval(reference, student, point, integers)
            ):
                return refutation(outcome, point, expected, got)
            near = outcome is Look.AGREE and close(expected, got)
            if near or outcome not in (Look.AGREE, Look.UNCLEAR):
                break
        if outcome is Look.AGREE:
            agreed.append(near)
    return agreed


def _first_ones(domain: Domain, seed: int) -> Iterator[Point]:
    """Points whose integers are at and near the ends of their ranges."""
    sides = [list(_near_ends(domain[name])) for name in domain.integers]
    base = points(domain, seed + 1)
    if prod(map(len, sides)) <= 4 * _FIRST:
        choices: Iterator[tuple[Fraction, ...]] = product(*sides)
    else:
        longest = max(map(len, sides))
        together = (tuple(side[min(i, len(side) - 1)] for side in sides) for i in range(longest))
        mixed = product(*[side[:3] for side in sides])
        choices = chain(together, islice(mixed, 4 * _FIRST))
    for values in choices:
        yield {**next(base), **dict(zip(domain.integers, values, strict=True))}


def _near_ends(interval: Interval) -> Iterator[Fraction]:
    low, high = interval.low, interval.high
    if low is not None and high is not None and high - low < 2 * _FIRST:
        yield from (low + i for i in range(int(high - low) + 1))
        return
    if low is not None:
        yield from (low + i for i in range(_FIRST))
    if high is not None:
        yield from (high - i for i in range(_FIRST))
    if low is None and high is None:
        yield from (Fraction(i) for i in range(-_FIRST // 2, _FIRST // 2 + 1))


def _far_out(domain: Domain, seed: int) -> Iterator[Point]:
    """Points with one integer far from the end of its range, the others as they come."""
    base = points(domain, seed + 2)
    for name in domain.integers:
        interval = domain[name]
        for step in _FAR:
            for value in ((interval.low or 0) + step, (interval.high or 0) - step):
                if interval.contains(Fraction(value)):
                    yield {**next(base), name: Fraction(value)}


def _size(domain: Domain) -> int:
    """How many points there are, when all variables are integers of bounded ranges; else many."""
    total = 1
    for _, interval in domain.intervals:
        if not interval.integer or interval.low is None or interval.high is None:
            return 10**9
        total *= int(interval.high - interval.low) + 1
    return total


def _proof(reference: Expr, student: Expr, domain: Domain) -> Finding | None:
    """PROVED for all integers; AGREES where only the definedness was not proved; or None."""
    whole = _by_normal_form(reference, student, domain)
    if whole is not None and whole.truth is Truth.PROVED:
        return whole
    if _size(domain) <= _MOST_CASES:
        cases = _each(reference, student, domain)
        if cases is not None:
            return cases
    return _by_remainders(reference, student, domain) or whole


def _by_normal_form(reference: Expr, student: Expr, domain: Domain) -> Finding | None:
    from grader.expr.canonical import is_zero

    proof = is_zero(Add((student, Neg(reference))), domain)
    if not proof.verdict:
        return None
    covered = coverage(reference, student, domain)
    truth, evidence = Truth.PROVED, f"{proof.evidence} for every integer {', '.join(domain.integers)}"
    if proof.conditions:
        evidence += "; used on this domain: " + ", ".join(proof.conditions)
    if not covered.proved:
        truth = Truth.AGREES
        evidence += "; that the answer has a value at every integer was tested at many of them only"
    return Finding(truth, "normal form", evidence)


def _each(reference: Expr, student: Expr, domain: Domain) -> Finding | None:
    """The integers one by one, when there are few; each difference is zero exactly."""
    from grader.expr.canonical import is_zero

    names = [name for name, _ in domain.intervals]
    ranges = []
    for _, side in domain.intervals:
        assert side.low is not None and side.high is not None
        ranges.append([side.low + i for i in range(int(side.high - side.low) + 1)])
    met = 0
    for values in product(*ranges):
        point = dict(zip(names, values, strict=True))
        outcome, _, _ = look(reference, student, point, 256)
        if outcome is Look.OUTSIDE:
            continue
        put = {name: rational(value) for name, value in point.items()}
        if outcome is not Look.AGREE or not is_zero(substitute(Add((student, Neg(reference))), put), Domain()).verdict:
            return None
        met += 1
    return Finding(Truth.PROVED, "each integer", f"the difference is 0 at each of the {met} points") if met else None


def _by_remainders(reference: Expr, student: Expr, domain: Domain) -> Finding | None:
    """One integer variable written as ``k m + r``, for each remainder r."""
    names = [name for name in domain.integers if name in variables(reference) | variables(student)]
    for modulus in _MODULI:
        for name in names:
            findings = []
            for remainder in range(modulus):
                case = _remainder(domain, name, modulus, remainder)
                if case is None:
                    continue
                put: dict[str, Expr] = {name: Add((Mul((integer(modulus), Variable(name))), integer(remainder)))}
                found = _by_normal_form(substitute(reference, put), substitute(student, put), case)
                if found is None:
                    break
                findings.append(found)
            else:
                if findings:
                    truth = Truth.PROVED if all(f.truth is Truth.PROVED for f in findings) else Truth.AGREES
                    evidence = f"for every remainder of {name} modulo {modulus}: {findings[0].evidence}"
                    return Finding(truth, "normal form", evidence)
    return None


def _remainder(domain: Domain, name: str, modulus: int, remainder: int) -> Domain | None:
    """The domain of ``m`` where ``n = modulus m + remainder``, under the name of ``n``; None when it is empty."""
    side = domain[name]
    low = None if side.low is None else Fraction(ceil((side.low - remainder) / modulus))
    high = None if side.high is None else Fraction(floor((side.high - remainder) / modulus))
    if low is not None and high is not None and low > high:
        return None
    return Domain(tuple((n, Interval(low, high, integer=True) if n == name else s) for n, s in domain.intervals))
