"""Whether the student's expression has a value wherever the reference has one.

Random points find large gaps; a small interval is found by bisection: every logarithm,
even root, inverse sine and so on puts a condition ``u >= 0`` on its argument, and the
condition is enclosed over boxes of the domain until it is proved, or violated at a point
where the reference is defined.  Isolated points where a strict condition fails or a
denominator vanishes are removable holes and are accepted with a note.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import islice

from flint import arb

from grader.claims import Finding, Truth
from grader.decide.points import Point, fingerprint, points, window
from grader.decide.refute import Look, look, missing_on_interval, refutation
from grader.expr.balls import PRIMITIVE, Undefined, arb_between, definition, enclose, precision
from grader.expr.domain import Domain
from grader.expr.tree import (
    ONE,
    Add,
    Apply,
    Constant,
    Div,
    Expr,
    Neg,
    Number,
    Pow,
    children,
    rational_value,
    variables,
)
from grader.records import record

_CONDITIONS: dict[str, Callable[..., tuple[Expr, ...]]] = {
    "ln": lambda u: (u,),
    "log": lambda b, u: (b, u),
    "sqrt": lambda u: (u,),
    "arcsin": lambda u: (Add((ONE, Neg(u))), Add((ONE, u))),
    "arccos": lambda u: (Add((ONE, Neg(u))), Add((ONE, u))),
    "artanh": lambda u: (Add((ONE, Neg(u))), Add((ONE, u))),
    "arcosh": lambda u: (Add((u, Neg(ONE))),),
    "factorial": lambda u: (Add((u, ONE)),),
}


@record
class Coverage:
    """What is known of the definedness of an expression on a domain.

    ``gap`` is a refutation, if there is one.  ``proved`` tells that no box of positive
    size is left open; ``hole`` names an isolated point that was accepted.
    """

    gap: Finding | None = None
    proved: bool = True
    hole: str = ""


def conditions(e: Expr) -> dict[Expr, None]:
    """The expressions that must not be negative for ``e`` to have a value, in order."""
    found: dict[Expr, None] = {}
    stack = [e]
    while stack:
        node = stack.pop()
        if isinstance(node, Apply):
            row = _CONDITIONS.get(node.function)
            if row is not None:
                found.update(dict.fromkeys(row(*node.arguments)))
            elif node.function == "root":
                index = rational_value(node.arguments[0])
                if index is None or index.numerator % 2 == 0:
                    found[node.arguments[1]] = None
            elif node.function not in PRIMITIVE:
                stack.append(definition(node))
                continue
        elif isinstance(node, Pow):
            exponent = rational_value(node.exponent)
            if (exponent is None and not _positive_constant(node.base)) or (
                exponent is not None and exponent.denominator % 2 == 0
            ):
                found[node.base] = None
        stack.extend(children(node))
    return found


def _positive_constant(base: Expr) -> bool:
    return isinstance(base, Constant | Number)


def denominators(e: Expr) -> dict[Expr, None]:
    """Every expression that ``e`` divides by, in order."""
    found: dict[Expr, None] = {}
    stack = [e]
    while stack:
        node = stack.pop()
        if isinstance(node, Div) and rational_value(node.denominator) is None:
            found[node.denominator] = None
        elif isinstance(node, Pow):
            exponent = rational_value(node.exponent)
            if exponent is not None and exponent < 0:
                found[node.base] = None
        stack.extend(children(node))
    return found


def coverage(reference: Expr, student: Expr, domain: Domain) -> Coverage:
    """Check that the student's expression has a value wherever the reference has one."""
    known = conditions(reference)
    proved = True
    for condition in conditions(student):
        if condition in known or rational_value(condition) is not None:
            continue
        gap, closed = _violation(condition, reference, student, domain)
        if gap is not None:
            return Coverage(gap, False)
        proved = proved and closed
    return Coverage(None, proved, _hole(reference, student, domain))


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


def _violation(condition: Expr, reference: Expr, student: Expr, domain: Domain) -> tuple[Finding | None, bool]:
    """A point where the condition fails though the reference is defined, and whether
    the condition is proved up to boxes of negligible size."""
    names = variables(condition) | variables(reference)
    boxes = [_box(domain, names)]
    open_boxes = 0
    budget = 160 if len(boxes[0]) <= 1 else 400
    width = {name: high - low for name, low, high in boxes[0]}
    with precision(64):
        while boxes:
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
                    return gap, False
            try:
                # Where the reference has no value nothing is asked of the student.
                enclose(reference, env)
            except Undefined:
                continue
            if budget <= 0 or all(high - low < width[name] / 4096 for name, low, high in box):
                open_boxes += 1
                if budget < -64:
                    return None, False
                continue
            boxes.extend(_halves(box, width))
    return None, open_boxes <= 16


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


def _hole(reference: Expr, student: Expr, domain: Domain) -> str:
    """An isolated point that the student's form leaves out, in one variable, if a simple one exists."""
    names = variables(student) | variables(reference)
    fresh = [d for d in denominators(student) if d not in denominators(reference)]
    if len(names) != 1 or not fresh:
        return ""
    (name,) = names
    interval = domain[name]
    box = {name: arb_between(*window(interval))}
    fresh = [d for d in fresh if _may_vanish(d, box)]
    for candidate in _SIMPLE:
        if not interval.contains(Fraction(candidate)) or not any(_may_vanish(d, {name: arb(candidate)}) for d in fresh):
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
