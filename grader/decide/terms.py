"""Large equalities taken apart, where their difference as a whole is too much for one normal form.

Terms that are written alike cancel; then terms with the same value at a point are paired.  A pair is
proved to be equal without the factors both have, by the equality of the arguments where both are the
same function of something, and else by a normal form of its own.  What has no partner is left over.
The sum of what is left over is the difference of the two sides wherever every part is defined:
nothing left is a proof, and what is left shows a difference that balls cannot see beside much
larger terms.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from flint import arb

from grader.decide.points import points
from grader.decide.refute import environment
from grader.expr.balls import Undefined, enclose, precision
from grader.expr.domain import Domain
from grader.expr.tree import ONE, TWO, ZERO, Add, Apply, Constant, Div, E, Expr, Mul, Neg, Pow, larger
from grader.records import record

METHOD = "normal forms of the parts"
_BITS = 128
_POINTS = 24
_MOST_FAILURES = 2
_TERMS_A_FAILURE = 8
"""So many pairs that have equal values but no proof end the search, and one more for so many terms."""
_LARGEST = 120
"""Nodes of a part for which a normal form is tried: the whole was too much for one."""
HALF = Div(ONE, TWO)
_ODD = frozenset("sin tan cot csc arcsin arctan sinh tanh coth csch arsinh artanh cbrt erf sign".split())
_EVEN = frozenset("cos sec cosh sech abs".split())


@record
class Leftover:
    """What is left of ``student - reference``.

    ``proved`` says how many pairs of terms that differ as typed were proved to cancel.
    """

    terms: tuple[Expr, ...]
    cancelled: int
    proved: int

    def __str__(self) -> str:
        return f"the difference cancels part by part, {self.proved} of its terms by proofs of their own"

    @property
    def sum(self) -> Expr:
        if not self.terms:
            return ZERO
        return self.terms[0] if len(self.terms) == 1 else Add(self.terms)


def leftover(reference: Expr, student: Expr, domain: Domain) -> Leftover:
    """The terms of the difference without those that are known to cancel.

    That the difference has no normal form as a whole is known before this is asked.
    """
    from grader.expr.canonical import is_zero

    parts = _Parts(domain, reference, student)
    found = parts.left(reference, student)
    if found.cancelled and len(found.terms) > 1 and is_zero(found.sum, domain):
        return Leftover((), found.cancelled, found.proved + len(found.terms))
    return found


def same(a: Expr, b: Expr, domain: Domain) -> bool:
    """Proved: the two are equal wherever both are defined."""
    values = _values((a, b), domain)
    if values is None or not values[0].overlaps(values[1]):
        return False
    return _Parts(domain, ZERO, ZERO).same(a, b)


class _Parts:
    """The search for equal parts, with a limit to what fails."""

    def __init__(self, domain: Domain, reference: Expr, student: Expr) -> None:
        self._domain = domain
        self._failures_left = _MOST_FAILURES + sum(1 for _ in _terms(student, True)) // _TERMS_A_FAILURE
        self._failed: set[tuple[Expr, Expr]] = {(student, reference)}

    def left(self, reference: Expr, student: Expr) -> Leftover:
        plus, minus = _signed(reference, student)
        cancelled = 0
        for term in [t for t in plus if t in minus]:
            count = min(plus[term], minus[term])
            plus[term] -= count
            minus[term] -= count
            cancelled += count
        ours = [t for t, count in plus.items() for _ in range(count)]
        theirs = [t for t, count in minus.items() for _ in range(count)]
        proved = 0
        if ours and theirs:
            ours, theirs, proved = self._paired(ours, theirs)
        return Leftover((*ours, *(Neg(t) for t in theirs)), cancelled + proved, proved)

    def _paired(self, ours: list[Expr], theirs: list[Expr]) -> tuple[list[Expr], list[Expr], int]:
        """Without the pairs that were proved to cancel, and how many these were."""
        values = _values((*ours, *theirs), self._domain)
        if values is None:
            return ours, theirs, 0
        left: list[Expr] = []
        rest = list(zip(theirs, values[len(ours) :], strict=True))
        proved = 0
        for term, value in zip(ours, values, strict=False):
            partner = next((i for i, (_, other) in enumerate(rest) if value.overlaps(other)), None)
            if partner is not None and self.same(term, rest[partner][0]):
                del rest[partner]
                proved += 1
            else:
                left.append(term)
        return left, [term for term, _ in rest], proved

    def same(self, a: Expr, b: Expr) -> bool:
        """Proved: the two, whose values at a point agree, are equal wherever both are defined."""
        if not self._failures_left:
            return False
        a, b = self._without_common_factors(a, b)
        if a == b or self._same_function(a, b):
            return True
        if isinstance(a, Add) and isinstance(b, Add) and not self.left(a, b).terms:
            return True
        from grader.expr.canonical import is_zero

        if (
            self._failures_left
            and (a, b) not in self._failed
            and not larger(a, _LARGEST)
            and not larger(b, _LARGEST)
            and is_zero(Add((a, Neg(b))), self._domain)
        ):
            return True
        self._failed.add((a, b))
        self._failures_left = max(0, self._failures_left - 1)
        return False

    def _without_common_factors(self, a: Expr, b: Expr) -> tuple[Expr, Expr]:
        """Two products without the factors that both have, which are no part of the question."""
        first, second = list(_factors(a)), list(_factors(b))
        for factor in tuple(first):
            if factor in second:
                first.remove(factor)
                second.remove(factor)
        if len(first) > 1 and len(second) > 1:
            values = _values(tuple(e for _, e in (*first, *second)), self._domain)
            known = dict(zip((*first, *second), values or (), strict=False))
            for factor in tuple(first if values else ()):
                for other in second:
                    alike = factor[0] == other[0] and known[factor].overlaps(known[other])
                    if alike and self.same(factor[1], other[1]):
                        first.remove(factor)
                        second.remove(other)
                        break
        return _product(first), _product(second)

    def _same_function(self, a: Expr, b: Expr) -> bool:
        """Both are the same function, up to a sign that both have, of arguments that are the same."""
        sign, name, arguments = _applied(a)
        other_sign, other_name, others = _applied(b)
        if not name or (sign, name, len(arguments)) != (other_sign, other_name, len(others)):
            return False
        values = _values((*arguments, *others), self._domain)
        if values is None:
            return False
        both = zip(values, values[len(arguments) :], strict=False)
        return all(v.overlaps(w) for v, w in both) and all(map(self.same, arguments, others))


def _signed(reference: Expr, student: Expr) -> tuple[dict[Expr, int], dict[Expr, int]]:
    """How often each term is added and subtracted."""
    plus: dict[Expr, int] = {}
    minus: dict[Expr, int] = {}
    for positive, term in (*_terms(student, True), *_terms(reference, False)):
        side = plus if positive else minus
        side[term] = side.get(term, 0) + 1
    return plus, minus


def _terms(e: Expr, positive: bool) -> Iterator[tuple[bool, Expr]]:
    if isinstance(e, Add):
        for term in e.terms:
            yield from _terms(term, positive)
    elif isinstance(e, Neg):
        yield from _terms(e.argument, not positive)
    else:
        yield positive, e


def _applied(e: Expr) -> tuple[bool, str, tuple[Expr, ...]]:
    """Whether it is negative, the function, and its arguments; no function for a sum, a product, a letter."""
    match e:
        case Neg(argument):
            sign, name, arguments = _applied(argument)
            return not sign, name, arguments
        case Apply(name, (Neg(argument),)) if name in _ODD:
            sign, name, arguments = _applied(Apply(name, (argument,)))
            return not sign, name, arguments
        case Apply(name, (Neg(argument),)) if name in _EVEN:
            return _applied(Apply(name, (argument,)))
        case Apply("exp", (argument,)):
            return False, "^", (E, argument)
        case Pow(Apply("exp", (argument,)) | Pow(Constant("e"), argument), exponent):
            return False, "^", (E, Mul((exponent, argument)))
        case Apply("sqrt", (argument,)):
            return False, "^", (argument, HALF)
        case Apply(name, arguments):
            return False, name, arguments
        case Pow(base, exponent):
            return False, "^", (base, exponent)
    return False, "", ()


def _factors(e: Expr, above: bool = True) -> Iterator[tuple[bool, Expr]]:
    """The factors of products within products, and whether each is multiplied or divided by."""
    if isinstance(e, Mul):
        for factor in e.factors:
            yield from _factors(factor, above)
    elif isinstance(e, Div):
        yield from _factors(e.numerator, above)
        yield from _factors(e.denominator, not above)
    else:
        yield above, e


def _product(factors: list[tuple[bool, Expr]]) -> Expr:
    top = [factor for above, factor in factors if above]
    bottom = [factor for above, factor in factors if not above]
    whole = Mul(tuple(top)) if len(top) > 1 else (top or [ONE])[0]
    return Div(whole, Mul(tuple(bottom)) if len(bottom) > 1 else bottom[0]) if bottom else whole


def _values(parts: tuple[Expr, ...], domain: Domain) -> list[arb] | None:
    """Enclosures of all the parts at one point where all are defined, narrow enough to tell them apart."""
    for point in islice(points(domain, 11), _POINTS):
        with precision(_BITS):
            env = environment(point)
            try:
                values = [enclose(part, env) for part in parts]
            except Undefined:
                continue
            if all(value.is_finite() and (value.is_zero() or value.rel_accuracy_bits() > 40) for value in values):
                return values
    return None
