"""Equality of two expressions with functions: refute, prove, look harder, ask SymPy, in this order."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import chain, islice

from grader.claims import Finding, Truth
from grader.decide.definedness import Coverage, coverage, never_defined
from grader.decide.effort import Effort
from grader.decide.points import Point, at_point, fingerprint, points
from grader.decide.prepared import EVALUATION, Prepared, indices
from grader.decide.refute import Look, close, compared_at, dyadic, look, missing_on_interval, refutation
from grader.decide.total import has_value_everywhere
from grader.expr.balls import precision
from grader.expr.domain import Domain
from grader.expr.kronecker import Proof
from grader.expr.tree import Add, Expr, Neg, size, variables

_QUICK_BITS = (64, 192)


def settle_functions(known: Prepared, student: Expr, effort: Effort, evaluated: Proof | None) -> Finding:
    """Settle ``student = reference``; ``evaluated`` is the proof by exact evaluation, if it has been found."""
    reference, domain = known.reference, known.domain
    stream = iter(indices())
    compared = _quick(known, student, stream, 1)
    if isinstance(compared, Finding):
        return compared
    if evaluated is None:
        evaluated = known.reading.same(student)
    if evaluated is None:
        more = _quick(known, student, stream, effort.quick - 1)
        if isinstance(more, Finding):
            return more
        compared += more
        proof = _prove(reference, student, domain)
    elif known.total and has_value_everywhere(student):
        return Finding(Truth.PROVED, EVALUATION, str(evaluated))
    else:
        proof = _if_covered(EVALUATION, str(evaluated), reference, student, domain)
    if proof is not None and proof.truth is Truth.REFUTED:
        return proof
    if proof is not None and proof.right and compared:
        return proof
    # Loaded here: most verdicts need neither.
    from grader.decide.remainder import by_remainder
    from grader.decide.terms import METHOD, leftover

    left = None
    if proof is None:
        left = leftover(reference, student, domain)
        if not left.terms:
            proof = _if_covered(METHOD, str(left), reference, student, domain)
            if proof.truth is Truth.REFUTED or compared:
                return proof
    searched = _search(reference, student, domain, effort, deep=proof is not None)
    if searched.truth is Truth.REFUTED:
        return searched
    if proof is not None and proof.right:
        return _not_vacuous(proof, searched, reference, student, domain)
    left = left or leftover(reference, student, domain)
    apart = by_remainder(reference, student, domain, left)
    if apart is not None:
        return apart
    constant = _locally_constant(reference, student, domain)
    signature = constant or _modular(reference, student, domain)
    return _weigh(reference, student, domain, effort, searched, signature)


def _not_vacuous(proof: Finding, searched: Finding, reference: Expr, student: Expr, domain: Domain) -> Finding:
    """A proof holds wherever both sides are defined; that means nothing where one of them never is."""
    if searched.right or _agree_somewhere(reference, student, domain):
        return proof
    never = never_defined(reference, student, domain)
    if never is not None:
        return never
    return Finding(Truth.UNDECIDED, proof.by, "no point was found where both expressions have a value")


def _quick(known: Prepared, student: Expr, stream: Iterator[int], enough: int) -> Finding | int:
    """A refutation at one of the next points where the reference is defined, or at how many both agreed."""
    compared = 0
    reference = known.reference
    for index in stream:
        if compared >= enough:
            break
        for bits in _QUICK_BITS:
            with precision(bits):
                env, expected = known.value(index, bits)
                outcome, got = compared_at(expected, student, env, bits)
            if outcome is Look.DIFFER or (
                outcome is Look.MISSING and missing_on_interval(reference, student, known.point(index))
            ):
                return refutation(outcome, known.point(index), expected, got)
            if outcome is not Look.UNCLEAR:
                break
        else:
            missing = _missing_nearby(reference, student, known.point(index))
            if missing is not None:
                return missing
        compared += outcome is Look.AGREE
    return compared


def _missing_nearby(reference: Expr, student: Expr, point: Point) -> Finding | None:
    """A refutation when the student's expression divides by exact zeros around the point."""
    exact = dyadic(point)
    outcome, expected, got = look(reference, student, exact, 192)
    if outcome is Look.MISSING and missing_on_interval(reference, student, exact):
        return refutation(outcome, exact, expected, got)
    return None


def _prove(reference: Expr, student: Expr, domain: Domain) -> Finding | None:
    """PROVED, a REFUTED gap in the domain, UNDECIDED when the normal form is not zero
    (no proof of a difference), None when it gave up."""
    from grader.expr.canonical import is_zero

    proof = is_zero(Add((student, Neg(reference))), domain)
    if proof.verdict is None:
        return None
    if proof.verdict is False:
        return Finding(Truth.UNDECIDED, "normal form")
    evidence = proof.evidence
    if proof.conditions:
        evidence += "; used on this domain: " + ", ".join(proof.conditions)
    return _if_covered("normal form", evidence, reference, student, domain)


def _if_covered(by: str, evidence: str, reference: Expr, student: Expr, domain: Domain) -> Finding:
    """PROVED by this evidence, unless the student's expression has a gap in the domain."""
    covered = coverage(reference, student, domain)
    return covered.gap or _covered(Truth.PROVED, by, evidence, covered)


def _covered(truth: Truth, by: str, evidence: str, covered: Coverage) -> Finding:
    if truth is Truth.PROVED and not covered.proved:
        truth = Truth.AGREES
        evidence += "; that the answer is defined on all of the domain was tested at random points only"
    return Finding(truth, by, evidence, note=covered.hole)


def _search(reference: Expr, student: Expr, domain: Domain, effort: Effort, deep: bool) -> Finding:
    """Look at many points with many digits.

    REFUTED, AGREES when enough of them agreed, else UNDECIDED.
    """
    met: list[Point] = []
    closer = 0
    seed = fingerprint(student, fingerprint(reference))
    stream = chain(
        _search_points(reference, student, domain, seed, effort.search), _between(met, effort.enough, effort.search)
    )
    for index, point in enumerate(stream):
        bits = effort.deep_bits if deep and index % 8 == 0 else effort.bits
        outcome, expected, got = look(reference, student, point, bits)
        if outcome is Look.DIFFER or (outcome is Look.MISSING and missing_on_interval(reference, student, point)):
            return refutation(outcome, point, expected, got)
        if outcome is Look.AGREE and not close(expected, got) and bits < effort.deep_bits and closer < _CLOSER:
            closer += 1
            outcome, expected, got = look(reference, student, point, effort.deep_bits)
            if outcome is Look.DIFFER:
                return refutation(outcome, point, expected, got)
        if outcome is Look.AGREE and close(expected, got):
            met.append(point)
    agreed = len(met)
    evidence = f"equal to {effort.bits // 2} bits at {agreed} rational points of the domain"
    return Finding(Truth.AGREES if agreed >= effort.enough else Truth.UNDECIDED, "numerical agreement", evidence)


_CLOSER = 8
"""So many points where the two sides agree in proportion only are looked at with the most digits."""


def _between(met: list[Point], enough: int, most: int) -> Iterator[Point]:
    """Points between those where both sides have a value, when such points are rare and few were met.

    ``met`` may grow meanwhile.  An expression defined on a small part of a large domain is met there seldom.
    """
    if not 2 <= len(met) < enough:
        return
    ends = tuple(met)
    pairs = [(a, b) for i, a in enumerate(ends) for b in ends[:i]]
    for index in range(most):
        if len(met) >= enough:
            return
        a, b = pairs[index % len(pairs)]
        share = Fraction(1 + (index * 617) % 1008, 1009)
        yield {name: value + (b[name] - value) * share for name, value in a.items()}


def _search_points(reference: Expr, student: Expr, domain: Domain, seed: int, count: int) -> Iterator[Point]:
    """Random points, and points close to both ends and to where an argument of ``abs`` and its like is zero."""
    yield from islice(points(domain, seed), count)
    from grader.decide.corners import has_corners, sign_points

    if not (has_corners(reference) or has_corners(student)):
        return
    base = next(points(domain, seed + 2))
    for side in (reference, student):
        for found in sign_points(side, domain):
            yield {**base, **found}
    yield from islice(_on_lines(reference, student, domain, seed), _LOOKED // (size(reference) + size(student)))


_LOOKED = 40_000
"""How many nodes may be enclosed at points next to corners."""


def _on_lines(reference: Expr, student: Expr, domain: Domain, seed: int) -> Iterator[Point]:
    """Points along lines parallel to the axes, through a few points when there are several variables."""
    from grader.decide.corners import corner_points, lines_and_steps

    names = variables(reference) | variables(student)
    lines, steps = lines_and_steps(reference, student, len(names))
    for base in islice(points(domain, seed + 1), lines):
        for name in sorted(names):
            others = {other: value for other, value in base.items() if other != name}
            line = at_point(reference, others), at_point(student, others)
            for value in corner_points(*line, name, domain[name], steps):
                yield {**others, name: value}


def _locally_constant(reference: Expr, student: Expr, domain: Domain) -> Finding | None:
    """The difference is proved continuous and constant; that the constant is zero is known to many digits."""
    from grader.decide.continuity import suspicious_boxes
    from grader.expr.canonical import is_locally_constant, vanishes_by_derivative

    difference = Add((student, Neg(reference)))
    constant = is_locally_constant(difference, domain)
    if not constant:
        return None
    proof = vanishes_by_derivative(difference, domain, constant)
    if proof.verdict:
        return Finding(Truth.PROVED, "zero derivative", proof.evidence)
    names = variables(reference) | variables(student)
    if len(names) != 1:
        return None
    (name,) = names
    if suspicious_boxes(difference, name, domain[name]) != []:
        return None
    for point in islice(points(domain, 7), 12):
        outcome, expected, got = look(reference, student, point, 4000)
        if outcome is Look.DIFFER:
            return refutation(outcome, point, expected, got)
        if outcome is Look.AGREE and close(expected, got):
            return Finding(
                Truth.AGREES,
                "zero derivative",
                "the difference is continuous with derivative zero (proved), and less than 2^-2000 at one point",
            )
    return None


def _modular(reference: Expr, student: Expr, domain: Domain) -> Finding | None:
    from grader.expr.modular import signature_zero

    agreement = signature_zero(Add((student, Neg(reference))), domain)
    if agreement is None:
        return None
    return Finding(Truth.AGREES, "modular signature", str(agreement))


def _weigh(
    reference: Expr, student: Expr, domain: Domain, effort: Effort, searched: Finding, stronger: Finding | None
) -> Finding:
    """What is left when nothing was refuted and nothing proved by the normal form."""
    if stronger is not None and stronger.truth is Truth.REFUTED:
        return stronger
    best = stronger or searched
    if not best.right:
        never = never_defined(reference, student, domain)
        if never is not None:
            return never
        # What SymPy cancels may never have had a value, so there is one point to show at least.
        if effort.algebra_seconds and _agree_somewhere(reference, student, domain):
            from grader.decide.algebra import simplifies_to_zero

            if simplifies_to_zero(Add((student, Neg(reference))), domain, effort.algebra_seconds):
                best = Finding(Truth.PROVED, "SymPy", "SymPy simplified the difference to zero")
    if not best.right:
        evidence = f"neither proved nor refuted: {searched.evidence}, which is too few to rely on"
        return Finding(Truth.UNDECIDED, searched.by, evidence)
    covered = coverage(reference, student, domain)
    if covered.gap is not None:
        return covered.gap
    return _covered(best.truth, best.by, best.evidence, covered)


def _agree_somewhere(reference: Expr, student: Expr, domain: Domain) -> bool:
    return any(look(reference, student, point, 128)[0] is Look.AGREE for point in islice(points(domain, 3), 160))
