"""Proof that an expression is zero, by a normal form.

The expression is written as a rational function of variables and kernels (functions
that no rule relates); what is zero as such a function is zero as a real one.  The
converse does not hold: a numerator that is not zero proves nothing.

What "proved" means: ``e`` is zero at every point of the domain where every part of
``e`` is defined and which is a limit of inner points of that set.  Whether the two
sides of an equality are defined at the same points is another question, not asked here.
"""

from __future__ import annotations

from fractions import Fraction

from grader.expr.domain import Domain, Interval
from grader.expr.normal.budget import DEFAULT, Budget, GaveUp, Nowhere, Plan, Refine
from grader.expr.normal.cases import Case, Cut, Outcome, Part, by_cases, find_cut, narrowed
from grader.expr.normal.field import Element, Field
from grader.expr.normal.reading import read
from grader.expr.normal.relations import vanishes
from grader.expr.normal.signs import bounded_box, defined_on
from grader.expr.tree import Add, Apply, Expr, Neg, rational, substitute, variables, walk
from grader.records import record

__all__ = [
    "Budget",
    "Case",
    "NormalForm",
    "ZeroProof",
    "is_locally_constant",
    "is_zero",
    "normal_form",
    "remainder",
    "vanishes_by_derivative",
]


@record
class ZeroProof:
    """Whether an expression was proved to be zero.

    ``verdict``: True, proved; False, the normal form is not zero, which proves nothing;
    None, given up.  ``conditions`` are the signs on the domain that the proof uses:
    each was proved, or holds wherever the expression is defined.  ``cases`` is not empty
    when the domain was cut; a proof holds in each of them.
    """

    verdict: bool | None
    evidence: str
    conditions: tuple[str, ...] = ()
    cases: tuple[Case, ...] = ()

    def __bool__(self) -> bool:
        return self.verdict is True


class NormalForm:
    """A reference read once, to be compared with many students' expressions."""

    __slots__ = ("_budget", "_domain", "_element", "_field", "_mark", "_plan", "_tree")

    def __init__(self, e: Expr, domain: Domain, budget: Budget = DEFAULT) -> None:
        self._tree = e
        self._domain = domain
        self._budget = budget
        self._plan = Plan()
        self._build(self._plan)

    def _build(self, plan: Plan) -> None:
        self._field: Field | None = None
        for _ in range(self._budget.passes):
            field = Field(self._domain, plan, self._budget)
            try:
                self._element: Element = read(field, self._tree)
            except Refine:
                continue
            except (GaveUp, RecursionError):
                return
            self._field, self._mark = field, field.mark()
            return

    def difference_is_zero(self, student: Expr) -> ZeroProof:
        """Whether ``reference - student`` was proved to be zero."""
        field = self._field
        if field is None:
            return is_zero(Add((self._tree, Neg(student))), self._domain, self._budget)
        facts, linear = dict(self._plan.facts), self._plan.linear
        field.spent = 0
        try:
            try:
                proof = _conclusion(field, field.subtract(self._element, read(field, student)))
                if proof.verdict:
                    return proof
            finally:
                field.back_to(self._mark)
        except (Refine, GaveUp, RecursionError):
            pass
        finally:
            learned, self._plan.facts = self._plan.facts, facts
            self._plan.linear = linear
            field.plan = self._plan
        # The units serve the next student too; what this student's expression implies does not.
        plan = self._plan.knowing(learned)
        proof = _prove(Add((self._tree, Neg(student))), self._domain, self._budget, plan)
        self._plan.size = plan.size
        if learned == facts:
            self._build(self._plan)
        return proof


def normal_form(e: Expr, domain: Domain, budget: Budget = DEFAULT) -> NormalForm:
    """The reference's side of many comparisons."""
    return NormalForm(e, domain, budget)


def is_zero(
    e: Expr, domain: Domain, budget: Budget = DEFAULT, log: list[tuple[Expr, Field]] | None = None
) -> ZeroProof:
    """Try to prove that ``e`` is zero wherever it is defined on the domain.

    ``log`` receives the trees and fields of what was proved, one for each case that is defined somewhere.
    """
    plan = Plan()
    plan.log = log
    return _prove(e, domain, budget, plan)


def _prove(e: Expr, domain: Domain, budget: Budget, plan: Plan) -> ZeroProof:
    proof, cut = _attempt(e, domain, budget, plan)
    if proof.verdict is None and plan.angles:
        turned = Plan()
        turned.log = plan.log
        other, _ = _attempt(e, domain, budget.for_turning(), turned, turning=True)
        if other.verdict is not None:
            proof = other
    if proof.verdict is not True and plan.linear:
        # The expression says itself where it may be defined at all.
        smaller = narrowed(domain, plan.linear)
        if smaller is not None:
            domain, plan = smaller, plan.elsewhere()
            proof, cut = _attempt(e, domain, budget, plan)
            if proof.verdict:
                evidence = f"{proof.evidence}, on the domain {smaller} outside of which a side is not defined"
                return ZeroProof(True, evidence, proof.conditions)
    if proof.verdict is True or cut is None:
        return proof

    def attempt(part: Part) -> Outcome:
        inside = e if not part.values else substitute(e, {name: rational(q) for name, q in part.values})
        found, further = _attempt(inside, part.domain, budget, part.plan)
        return Outcome(found.verdict is True, found.evidence == NOWHERE, further, found.evidence, found.conditions)

    steps = any(isinstance(node, Apply) and node.function == "sign" for node in walk(e))
    cases = by_cases(cut, domain, plan, steps, attempt)
    if cases is None:
        return proof
    assumed = "; ".join(", ".join(case.assumptions) for case in cases)
    conditions = tuple(dict.fromkeys(condition for case in cases for condition in case.conditions))
    return ZeroProof(True, f"the difference is 0 in each of {len(cases)} cases: {assumed}", conditions, cases)


def _attempt(
    e: Expr, domain: Domain, budget: Budget, plan: Plan, turning: bool = False
) -> tuple[ZeroProof, Cut | None]:
    """One proof without cases, and where to cut the domain when it failed."""
    for _ in range(budget.passes):
        field = Field(domain, plan, budget, turning)
        try:
            proof = _conclusion(field, read(field, e))
            if proof.verdict and plan.log is not None:
                plan.log.append((e, field))
        except Refine:
            continue
        except Nowhere:
            return ZeroProof(None, NOWHERE), None
        except (GaveUp, RecursionError) as reason:
            proof = _gave_up(reason)
        return proof, None if proof.verdict or turning else find_cut(field)
    return ZeroProof(None, "the kernels' units did not settle"), None


NOWHERE = "the expression is defined nowhere"


def remainder(e: Expr, domain: Domain, budget: Budget = DEFAULT) -> tuple[Expr | None, Expr | None]:
    """The normal form as a tree, with the value of ``e`` wherever every part of ``e`` is defined; and its reciprocal.

    The reciprocal has no roots in its denominator: where it has a value, ``e`` is not zero, even when
    ``e`` is a difference of nearly equal roots.  None for what there is not: given up, zero, or a kernel
    that is no real function of the variables.
    """
    from grader.expr.normal.spelling import tree_of_element

    plan = Plan()
    for _ in range(budget.passes):
        field = Field(domain, plan, budget)
        try:
            element = read(field, e)
            tree = tree_of_element(field, element)
        except Refine:
            continue
        except (GaveUp, RecursionError):
            return None, None
        try:
            return tree, tree_of_element(field, field.inverse(element))
        except (Refine, GaveUp, RecursionError):
            return tree, None
    return None, None


def _gave_up(reason: Exception) -> ZeroProof:
    return ZeroProof(None, str(reason) if isinstance(reason, GaveUp) else "the expression is nested too deeply")


def _conclusion(field: Field, difference: Element) -> ZeroProof:
    if difference[0].is_zero():
        return ZeroProof(True, "the normal form of the difference is 0", _conditions(field))
    evidence = vanishes(field, difference)
    if evidence is not None:
        return ZeroProof(True, evidence, _conditions(field))
    return ZeroProof(False, "the normal form of the difference is not 0")


def _conditions(field: Field) -> tuple[str, ...]:
    relations = {1: ">= 0", -1: "<= 0", 2: "> 0", -2: "< 0"}
    proved = [f"{field.spell(f)} {relations[sign]} on the domain" for f, sign in field.conditions]
    facts = sorted((text, sign) for sign, text in field.plan.facts.values())
    implied = [f"{text} {relations[sign]} where the expression is defined" for text, sign in facts]
    return tuple(dict.fromkeys(proved + implied))


def is_locally_constant(e: Expr, domain: Domain, budget: Budget = DEFAULT) -> ZeroProof:
    """Try to prove that every partial derivative of ``e`` is zero.

    Then ``e`` is constant on every connected part of the domain where it is defined and
    differentiable.  Which constant it is, this does not say.
    """
    from grader.expr.derivative import NotDifferentiable, derivative

    conditions: tuple[str, ...] = ()
    domain = _continuum(domain)
    for name in sorted(variables(e)):
        try:
            slope = derivative(e, name)
        except NotDifferentiable as fault:
            return ZeroProof(None, str(fault))
        proof = is_zero(slope, domain, budget)
        if proof.verdict is not True:
            return ZeroProof(proof.verdict, f"the derivative with respect to {name}: {proof.evidence}")
        conditions += proof.conditions
    return ZeroProof(True, "every partial derivative is 0", tuple(dict.fromkeys(conditions)))


def _continuum(domain: Domain) -> Domain:
    """The domain with ranges of integers filled in: slopes say nothing of points that stand alone."""
    if not domain.integers:
        return domain
    return Domain.of({name: Interval(domain[name].low, domain[name].high) for name in domain})


def vanishes_by_derivative(e: Expr, domain: Domain, constant: ZeroProof, budget: Budget = DEFAULT) -> ZeroProof:
    """Try to prove that ``e`` is zero: locally constant, unbroken on the domain, zero at a point.

    ``constant`` is what `is_locally_constant` found.  The value at the point has to be proved
    exactly; a bounded domain only.
    """
    if constant.verdict is not True:
        return constant
    names = sorted(variables(e))
    box = bounded_box(domain, names)
    if box is None or not defined_on(e, names, box, budget.boxes):
        return ZeroProof(None, "constant, but not proved to be defined on all of a bounded domain", constant.conditions)
    for share in _SHARES:
        point = {name: _inside(domain[name], share) for name in names}
        value = is_zero(substitute(e, {name: rational(q) for name, q in point.items()}), Domain(), budget)
        if value.verdict:
            where = ", ".join(f"{name} = {q}" for name, q in point.items())
            return ZeroProof(
                True, f"every partial derivative is 0, and so is the value at {where}", constant.conditions
            )
    return ZeroProof(None, "constant, but its value was not proved to be 0", constant.conditions)


def _inside(interval: Interval, share: Fraction) -> Fraction:
    low, high = interval.low or Fraction(0), interval.high or Fraction(0)
    return low + share * (high - low)


_SHARES = (Fraction(1, 2), Fraction(1, 3), Fraction(1, 5))
"""Where within the domain a value may turn out exact."""
