"""Whether the student's expression has a value wherever the reference has one.

First by proof: every need of the student's expression (``u > 0`` for a logarithm, a denominator)
that the reference does not have as well has to follow from the domain and from what the reference
needs (`grader.decide.implied`).  Where no proof is found, a gap is looked for by bisection with
balls: a point where a need fails and the reference has a value.  Isolated points where a
denominator vanishes are removable holes and are accepted with a note.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from itertools import islice

from flint import arb

from grader.claims import Finding, Truth
from grader.decide.points import Point, fingerprint, points, window
from grader.decide.refute import Look, look, missing_on_interval, refutation
from grader.decide.requirements import Need, denominators, requirements
from grader.expr.balls import Undefined, arb_between, arb_of, enclose, precision
from grader.expr.domain import Domain
from grader.expr.tree import Expr, larger, size, variables
from grader.records import record


@record
class Coverage:
    """What is known of the definedness of an expression on a domain.

    ``gap`` is a refutation, if there is one.  ``proved`` tells that no box of positive
    size is left open; ``hole`` names an isolated point that was accepted.
    """

    gap: Finding | None = None
    proved: bool = True
    hole: str = ""


EVERYWHERE = Coverage()

_MOST_NODES = 30_000
"""So many nodes may be enclosed in the search for one gap."""
_MOST_KNOWN = 12
_MOST_NODES_IN_ALL = 4 * _MOST_NODES
_LARGE = 40
"""Nodes of a condition that counts towards these; a small one is looked at in any case."""


def coverage(reference: Expr, student: Expr, domain: Domain) -> Coverage:
    """Check that the student's expression has a value wherever the reference has one.

    ``proved`` is meant up to a nowhere dense set of real points; of integers, for every one.
    """
    needs = requirements(student, domain)
    if not needs:
        return EVERYWHERE
    known = requirements(reference, domain)
    fresh = [need for need in needs if need not in known and (need[0], "positive") not in known]
    if not fresh:
        return EVERYWHERE
    from grader.decide.implied import Implied

    implied = Implied(known, domain.including(variables(student) | variables(reference)))
    unproved = [need for need in fresh if not implied.holds(need) and not _needed_too(need, known, domain)]
    proved = not unproved
    if domain.integers:
        # Every integer counts, and bisection knows none; `grader.decide.sequences` looks at them.
        return Coverage(None, proved)
    nodes = _MOST_NODES_IN_ALL
    for condition, kind in unproved:
        if kind != "nonzero" and nodes > 0:
            nodes -= _MOST_NODES if larger(condition, _LARGE) else 0
            gap = _violation(condition, reference, student, domain)
            if gap is not None:
                return Coverage(gap, False)
    return Coverage(None, proved, _hole(reference, student, fresh, domain))


def _needed_too(need: Need, known: Iterable[Need], domain: Domain) -> bool:
    """Proved: the reference needs the same, written in another form."""
    if domain.integers:
        return False
    from grader.decide.terms import same

    tree, kind = need
    return any(other in (kind, "positive") and same(tree, typed, domain) for typed, other in islice(known, _MOST_KNOWN))


def never_defined(reference: Expr, student: Expr, domain: Domain) -> Finding | None:
    """A refutation when the student's expression divides by something that is zero everywhere."""
    from grader.expr.canonical import is_zero

    zero = next((d for d in denominators(student) if is_zero(d, domain).verdict), None)
    if zero is None:
        return None
    for point in islice(points(domain, fingerprint(reference)), 40):
        outcome, expected, _ = look(reference, reference, point, 128)
        if outcome is Look.AGREE:
            found = refutation(Look.MISSING, point, expected, None)
            evidence = f"yours divides by an expression that is zero everywhere; {found.evidence}"
            return Finding(Truth.REFUTED, "normal form", evidence, "domain", found.witness)
    return None


def _box(domain: Domain, names: frozenset[str]) -> list[tuple[str, Fraction, Fraction]]:
    box = []
    for name, interval in domain.including(names).intervals:
        if name in names:
            box.append((name, *window(interval)))
    return box


def _violation(condition: Expr, reference: Expr, student: Expr, domain: Domain) -> Finding | None:
    """A point where the condition fails though the reference is defined, if bisection finds one."""
    names = variables(condition) | variables(reference)
    if not names:
        return None
    boxes = [_box(domain, names)]
    budget = min(160 if len(names) == 1 else 400, _MOST_NODES // (size(condition) + size(reference)))
    width = {name: high - low for name, low, high in boxes[0]}
    with precision(64):
        while boxes and budget > -64:
            box = boxes.pop(0)
            budget -= 1
            env = {name: arb_between(low, high) for name, low, high in box}
            try:
                value = enclose(condition, env)
            except Undefined:
                # The condition itself has no value: then another condition is violated.
                continue
            if value >= 0:
                continue
            if value < 0 or budget <= 0:
                middle = {name: (low + high) / 2 for name, low, high in box}
                gap = _gap_at(reference, student, middle)
                if gap is not None:
                    return gap
            try:
                # Where the reference has no value nothing is asked of the student.
                enclose(reference, env)
            except Undefined:
                continue
            if budget > 0 and not all(high - low < width[name] / 4096 for name, low, high in box):
                boxes.extend(_halves(box, width))
    return None


def _halves(
    box: list[tuple[str, Fraction, Fraction]], width: dict[str, Fraction]
) -> tuple[list[tuple[str, Fraction, Fraction]], list[tuple[str, Fraction, Fraction]]]:
    """The box cut at its longest side, relative to the whole."""
    index = max(range(len(box)), key=lambda i: (box[i][2] - box[i][1]) / width[box[i][0]])
    name, low, high = box[index]
    # Not in the middle: roots of symmetric problems lie there.
    cut = low + (high - low) * Fraction(503, 1009)
    return (
        [*box[:index], (name, low, cut), *box[index + 1 :]],
        [*box[:index], (name, cut, high), *box[index + 1 :]],
    )


def _gap_at(reference: Expr, student: Expr, point: Point) -> Finding | None:
    outcome, expected, got = look(reference, student, point, 128)
    if outcome is Look.MISSING and missing_on_interval(reference, student, point):
        return refutation(outcome, point, expected, got)
    if outcome is Look.DIFFER:
        return refutation(outcome, point, expected, got)
    return None


def _hole(reference: Expr, student: Expr, fresh: list[Need], domain: Domain) -> str:
    """An isolated point that the student's form leaves out, in one variable, if a simple one exists."""
    names = variables(student) | variables(reference)
    if len(names) != 1:
        return ""
    (name,) = names
    interval = domain[name]
    box = {name: arb_between(*window(interval))}
    vanishing = [u for u, kind in fresh if kind != "nonnegative" and _may_vanish(u, box)]
    for candidate in _SIMPLE if vanishing else ():
        at = {name: arb_of(candidate)}
        if not interval.contains(Fraction(candidate)) or not any(_may_vanish(u, at) for u in vanishing):
            continue
        outcome, _, _ = look(reference, student, {name: Fraction(candidate)}, 128)
        if outcome is Look.MISSING:
            return (
                f"your form has no value at {name} = {candidate}, a single point where the expected "
                "answer has one; this was accepted"
            )
    return ""


def _may_vanish(e: Expr, env: dict[str, arb]) -> bool:
    with precision(64):
        try:
            value = enclose(e, env)
            return bool(not value.is_finite() or value.contains(0))
        except Undefined:
            return False


_SIMPLE = (0, 1, -1, 2, -2, 3, -3, 4, -4, 5, -5)
