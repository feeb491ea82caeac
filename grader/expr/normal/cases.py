"""Proof by cases: the domain is cut where something that has no sign on it changes its sign.

Every point belongs to a case, because ``f >= 0`` or ``f <= 0``; a proof in each case is a
proof.  In one variable the cut is a number, and each case is a smaller interval, on which
more signs can be proved.  Otherwise the sign is assumed.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import ceil, floor

from grader.expr.domain import Domain, Interval
from grader.expr.normal.budget import Linear, Plan
from grader.expr.normal.field import Field, Polynomial
from grader.expr.normal.inference import linear_form
from grader.expr.tree import larger
from grader.records import record

MOST_ATTEMPTS = 40
MOST_UNKNOWN = 12
LARGEST_TREE = 24
"""Of which zeros are looked for: bisection of long ones takes longer than a proof may."""


@record
class Cut:
    """Where to cut: at a value of a variable, or by the sign of a polynomial, named and spelled."""

    variable: str = ""
    at: Fraction = Fraction(0)
    name: str = ""
    text: str = ""
    linear: Linear | None = None


@record
class Outcome:
    """What one attempt came to: proved, proved to be nowhere, or not, and then where to cut."""

    proved: bool
    nowhere: bool = False
    cut: Cut | None = None
    evidence: str = ""
    conditions: tuple[str, ...] = ()


@record
class Case:
    """One case of a proof: what was assumed, and how it was proved."""

    assumptions: tuple[str, ...]
    evidence: str
    conditions: tuple[str, ...]


@record
class Part:
    """A part of the domain: its box, the signs assumed, the values of variables, and all this in words."""

    domain: Domain
    plan: Plan
    values: tuple[tuple[str, Fraction], ...] = ()
    texts: tuple[str, ...] = ()

    def divided(self, cut: Cut, steps: bool) -> list[Part]:
        """Parts that make up this one.

        With steps (``sign``) a number where the domain is cut is a part of its own: inside
        each of the two intervals a sign may be constant that is another one at the cut.
        """
        if not cut.variable:
            return [
                Part(
                    self.domain,
                    self.plan.assuming(cut.name, sign, cut.text, cut.linear),
                    self.values,
                    (*self.texts, f"{cut.text} {relation} 0"),
                )
                for sign, relation in ((1, ">="), (-1, "<="))
            ]
        name, at = cut.variable, cut.at
        side = self.domain[name]
        below, above = (Fraction(floor(at)), Fraction(ceil(at))) if side.integer else (at, at)
        lower, upper = Interval(side.low, below, integer=side.integer), Interval(above, side.high, integer=side.integer)
        parts = [self._narrowed(name, lower, f"{name} <= {below}"), self._narrowed(name, upper, f"{name} >= {above}")]
        if steps and not side.integer:
            values = (*self.values, (name, at))
            parts.append(Part(self.domain, self.plan.elsewhere(), values, (*self.texts, f"{name} = {at}")))
        return parts

    def _narrowed(self, name: str, side: Interval, text: str) -> Part:
        sides = dict(self.domain.including({name}).intervals)
        return Part(Domain.of({**sides, name: side}), self.plan.elsewhere(), self.values, (*self.texts, text))


Attempt = Callable[[Part], Outcome]


def by_cases(first: Cut, domain: Domain, plan: Plan, steps: bool, attempt: Attempt) -> tuple[Case, ...] | None:
    """The cases of a proof, or None when one of them was not proved, or there are too many."""
    left = MOST_ATTEMPTS
    cases: list[Case] = []
    stack = Part(domain, plan).divided(first, steps)[::-1]
    while stack:
        part = stack.pop()
        left -= 1
        if left < 0:
            return None
        outcome = attempt(part)
        if outcome.proved or outcome.nowhere:
            cases.append(Case(part.texts, outcome.evidence, outcome.conditions))
        elif outcome.cut is None:
            return None
        else:
            stack += part.divided(outcome.cut, steps)[::-1]
    return tuple(cases)


def narrowed(domain: Domain, known: tuple[Linear, ...]) -> Domain | None:
    """The domain without the ends where a linear form in one variable is negative; None when none is cut off."""
    sides = dict(domain.intervals)
    changed = False
    for coefficients, constant in known:
        if len(coefficients) != 1:
            continue
        ((name, c),) = coefficients.items()
        side = sides.get(name, domain[name])
        at = -constant / c
        low, high = side.low, side.high
        if c > 0 and (low is None or at > low):
            low = Fraction(ceil(at)) if side.integer else at
        elif c < 0 and (high is None or at < high):
            high = Fraction(floor(at)) if side.integer else at
        else:
            continue
        if low is not None and high is not None and low >= high:
            return None
        sides[name] = Interval(low, high, integer=side.integer)
        changed = True
    return Domain.of(sides) if changed else None


def find_cut(field: Field) -> Cut | None:
    """The most promising cut: signs that occur before signs that were asked for, numbers before assumptions."""
    asked = [
        kernel.arguments[0][0] for _, kernel in sorted(field.kernels.items(), reverse=True) if kernel.kind == "sign"
    ]
    asked += field.unknown.values()
    best: tuple[int, Cut] | None = None
    for f in [f for f in asked if not f.is_constant()][:MOST_UNKNOWN]:
        if any(k and field.kernels[i].kind == "sign" for i, k in enumerate(f.degrees())) or field.is_complex((f, f)):
            continue
        rank, cut = _cut_for(field, f)
        if best is None or rank < best[0]:
            best = rank, cut
        if best[0] == 0:
            break
    return best[1] if best else None


def _cut_for(field: Field, f: Polynomial) -> tuple[int, Cut]:
    form = linear_form(field, f)
    names = field.depends(f)
    if len(names) == 1:
        (name,) = names
        at = _zero_of(field, f, name, form)
        if at is not None and _inside(field.domain[name], at):
            return (0 if form else 1), Cut(name, at)
    assumed = Cut(name=field.identify(f), text=field.spell(f), linear=form)
    return (2 if form else 3), assumed


def _zero_of(field: Field, f: Polynomial, name: str, form: Linear | None) -> Fraction | None:
    if form is not None:
        return -form[1] / form[0][name]
    simple = _simple_zero(field, f, name)
    if simple is not None:
        return simple
    # Loaded here: both modules are built on this package.
    from grader.expr.monotone import Crossing, settled_sign
    from grader.expr.normal.spelling import tree_of

    tree = tree_of(field, f)
    if tree is None or larger(tree, LARGEST_TREE):
        return None
    side = field.domain[name]
    found = settled_sign(tree, Domain.of({name: Interval(side.low, side.high)}))
    return found.at if isinstance(found, Crossing) else None


def _simple_zero(field: Field, f: Polynomial, name: str) -> Fraction | None:
    """A small integer where ``f`` is exactly zero."""
    from grader.expr.normal.signs import is_zero_at

    return next((Fraction(n) for n in (0, 1, -1) if is_zero_at(field, f, name, n)), None)


def _inside(side: Interval, at: Fraction) -> bool:
    if side.integer:
        return (side.low is None or at > side.low) and (side.high is None or at < side.high)
    return (side.low is None or side.low < at) and (side.high is None or at < side.high)
