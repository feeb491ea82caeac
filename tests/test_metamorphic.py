"""An answer rewritten keeps its verdict, an answer perturbed is refuted with a witness that holds.

Random trees, rewritten by identities; the second opinion on witnesses is mpmath's.
"""

from __future__ import annotations

from fractions import Fraction

import mpmath
import oracle
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from strategies import smooth

from grader.claims import Equal, Truth
from grader.decide import WITHOUT_ALGEBRA, settle
from grader.decide.points import points
from grader.expr.domain import Domain, Interval
from grader.expr.tree import (
    ONE,
    TWO,
    Add,
    Apply,
    Div,
    Expr,
    Mul,
    Neg,
    Number,
    Pow,
    Variable,
    children,
    rational,
    rebuild,
)

X = Variable("x")
DOMAIN = Domain.of({"x": Interval(Fraction(1, 4), Fraction(2))})
EXAMPLES = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


def _square(u: Expr) -> Expr:
    return Pow(u, TWO)


# Each keeps the value of every expression, wherever it is defined.
IDENTITIES = {
    "added and taken away": lambda u: Add((u, X, Neg(X))),
    "times one": lambda u: Mul((u, Add((_square(Apply("sin", (X,))), _square(Apply("cos", (X,))))))),
    "doubled and halved": lambda u: Div(Mul((TWO, u)), TWO),
    "twice minus once": lambda u: Add((Mul((TWO, u)), Neg(u))),
    "negated twice": lambda u: Neg(Neg(u)),
    "through the logarithm": lambda u: Apply("ln", (Apply("exp", (u,)),)),
    "over a positive factor": lambda u: Div(Mul((u, Add((X, ONE)))), Add((ONE, X))),
    "conjugate": lambda u: Mul(
        (u, Div(ONE, Add((Apply("sqrt", (TWO,)), Neg(ONE)))), Add((Apply("sqrt", (TWO,)), Neg(ONE))))
    ),
}


@st.composite
def rewritten(draw, e: Expr) -> Expr:
    """The tree with sums and products reversed and identities put in at random places."""
    parts = tuple(draw(rewritten(part)) for part in children(e))
    new = rebuild(e, parts)
    match new:
        case Add(terms) if draw(st.booleans()):
            new = Add(terms[::-1])
        case Mul(factors) if draw(st.booleans()):
            new = Mul(factors[::-1])
        case Div(top, bottom) if draw(st.booleans()):
            new = Mul((top, Pow(bottom, Neg(ONE))))
    if draw(st.integers(0, 5)) == 0:
        new = IDENTITIES[draw(st.sampled_from(sorted(IDENTITIES)))](new)
    return new


def somewhere_defined(e: Expr) -> bool:
    for _, point in zip(range(3), points(DOMAIN, 1), strict=False):
        try:
            oracle.value(e, point)
        except (oracle.NoRealValue, OverflowError):
            return False
    return True


@EXAMPLES
@given(smooth(), st.data())
def test_a_rewritten_answer_keeps_its_verdict(e, data):
    assume(somewhere_defined(e))
    finding = settle(Equal(e, data.draw(rewritten(e)), DOMAIN), WITHOUT_ALGEBRA)
    assert finding.truth is not Truth.REFUTED, finding
    assert finding.right or finding.truth is Truth.UNDECIDED


SMALL = st.sampled_from([Fraction(1), Fraction(-1, 7), Fraction(1, 10**6), Fraction(1, 10**30)])


@EXAMPLES
@given(smooth(), SMALL, st.booleans())
def test_a_perturbed_answer_is_refuted(e, size, times_x):
    assume(somewhere_defined(e))
    bump = Mul((rational(size), X)) if times_x else rational(size)
    finding = settle(Equal(e, Add((e, bump)), DOMAIN), WITHOUT_ALGEBRA)
    assert finding.truth is Truth.REFUTED, finding
    point = dict(finding.witness.point)
    gap = abs(oracle.value(e, point, 120) - oracle.value(Add((e, bump)), point, 120))
    assert gap > mpmath.mpf(10) ** -60


@EXAMPLES
@given(smooth(), smooth())
def test_two_expressions_are_never_called_equal_when_they_differ(a, b):
    assume(somewhere_defined(a) and somewhere_defined(b))
    finding = settle(Equal(a, b, DOMAIN), WITHOUT_ALGEBRA)
    if finding.right:
        for _, point in zip(range(6), points(DOMAIN, 99), strict=False):
            assert abs(oracle.value(a, point) - oracle.value(b, point)) < mpmath.mpf(10) ** -40


def test_numbers_that_differ_in_the_last_place_are_told_apart():
    close = Number(Fraction(10**40 + 1, 10**40))
    assert settle(Equal(ONE, close, Domain())).truth is Truth.REFUTED
