"""Where an answer has a value: ranges and signs are proofs, needs follow from the reference's."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from strategies import expressions, smooth

from grader.claims import Equal, Truth
from grader.decide import WITHOUT_ALGEBRA, settle
from grader.decide.implied import Implied
from grader.decide.requirements import requirements
from grader.expr.balls import Undefined, arb_of, enclose, precision
from grader.expr.domain import Domain, Interval
from grader.expr.monotone import Crossing, settled_sign
from grader.expr.parse import Names, parse
from grader.expr.ranges import box_of, range_of
from grader.expr.tree import variables

NAMES = Names(("x", "y", "z", "a", "n"))
CASES = yaml.safe_load((Path(__file__).parent / "tables/definedness.yaml").read_text(encoding="utf-8"))
MOST = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)

# Equal on all of the line, and not proved: what is missing is a proof of equality, or a sign.
NOT_PROVED = {
    "0*sqrt(x^4+y^4-4x y+2)",
    "0*sqrt(x sin x+x^2)",
    "2arctan(x/(1+sqrt(1+x^2)))",
    "2arctan(|x|)",
    "sign(x)arccos((1-x^2)/(1+x^2))",
    "arcosh(cosh x)",
    "2arctan(x/(1+sqrt(1-x^2)))",
    "arctan(sqrt(x^2-1)) sign(x) + pi(1-sign(x))/2",
    "pi/2 sign(y/x)-arctan(x/y)",
    "pi/2 sign(x)",
    "|arctan(sinh x)|",
    "arctan|sinh x|",
}


def tree(text):
    return parse(text, NAMES)


@pytest.mark.parametrize(("reference", "student"), CASES)
def test_equal_on_unbounded_axes(reference, student):
    finding = settle(Equal(tree(reference), tree(student), Domain()))
    assert finding.right, finding
    assert finding.truth is Truth.PROVED or student in NOT_PROVED, finding


@pytest.mark.parametrize(
    ("reference", "student"),
    [
        ("ln|x|", "ln x"),
        ("0", "0*ln(x^2-10^(-12))"),
        ("0", "0*sqrt(x^2-x)"),
        ("0", "0*ln(x-50)"),
        ("0", "0*sqrt(1000-x)"),
        ("0", "0*arcsin(x)"),
        ("0", "0*ln(max(x-2,0))"),
        ("0", "0*sqrt(sin x)"),
        ("0", "0*ln(x y)"),
        ("ln(x y)", "ln x+ln y"),
        ("sqrt(x^2-1)", "sqrt(x-1)sqrt(x+1)"),
        ("ln(x^2-1)", "ln(x-1)+ln(x+1)"),
        ("1", "(|x|-x)/(|x|-x)"),
        ("arcosh(x^2+1)", "ln(x)+arcosh(x^2+1)-ln(x)"),
    ],
)
def test_a_gap_is_never_proved(reference, student):
    finding = settle(Equal(tree(reference), tree(student), Domain()))
    assert finding.truth is not Truth.PROVED, finding


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("e^x-x", 1),
        ("e^x-x-1", 1),
        ("cosh(x)-1-x^2/2", 1),
        ("x^2+cos(x)", 1),
        ("arctan(x)-2", -2),
        ("x^2-x+1/5", 0),
        ("sin(x)+1/2", 0),
        ("x^2+y^2-x*y/4+1", 0),
        ("x-sin(x)", Crossing("x", Fraction(0), 1)),
        ("sinh(x)", Crossing("x", Fraction(0), 1)),
        ("1-e^(x-1)", Crossing("x", Fraction(1), -1)),
    ],
)
def test_signs_on_the_whole_axis(text, sign):
    assert settled_sign(tree(text), Domain.reals(*variables(tree(text)))) == sign


rationals = st.fractions(min_value=-40, max_value=40, max_denominator=60)


def _interval(low, width):
    return Interval(low, None if width is None else low + width)


intervals = st.builds(_interval, rationals, st.none() | st.fractions(min_value=1, max_value=30, max_denominator=9))


@MOST
@given(st.one_of(expressions(8), smooth("x", 5)), intervals, st.fractions(min_value=0, max_value=1, max_denominator=99))
def test_a_range_holds_every_value(e, interval, share):
    """Oracle: balls at a point of the box."""
    domain = Domain.of(dict.fromkeys(variables(e), interval))
    high = interval.low + 50 if interval.high is None else interval.high
    at = interval.low + (high - interval.low) * (share * Fraction(96, 99) + Fraction(1, 99))
    try:
        found = range_of(e, box_of(domain, variables(e)))
    except Undefined:
        found = None
    with precision(160):
        try:
            value = enclose(e, {name: arb_of(at) for name in variables(e)})
        except Undefined:
            return
    assume(value.is_finite())
    assert found is not None
    assert not (value < found.low or value > found.high)
    if found.sign == 2:
        assert not value <= 0
    if found.sign == -2:
        assert not value >= 0


@MOST
@given(smooth("x", 6), intervals, rationals, rationals)
def test_a_sign_holds_at_every_point(e, interval, first, second):
    sign = settled_sign(e, Domain.of({"x": interval}))
    for at in (first, second):
        if not interval.contains(at):
            continue
        with precision(200):
            value = enclose(e, {"x": arb_of(at)})
        if isinstance(sign, Crossing):
            side = sign.side if at > sign.at else -sign.side if at < sign.at else 0
            assert not (value > 0 and side < 0) and not (value < 0 and side > 0)
        elif sign:
            assert not (value < 0 if sign > 0 else value > 0)


@MOST
@given(expressions(7), rationals, rationals)
def test_where_all_needs_hold_there_is_a_value(e, first, second):
    """Oracle: balls; what they call undefined has a need that fails."""
    needs = requirements(e)
    env = {name: arb_of(first if i % 2 else second) for i, name in enumerate(sorted(variables(e)))}
    with precision(128):
        try:
            enclose(e, env)
            return
        except Undefined:
            pass
        failed = False
        for u, kind in needs:
            try:
                value = enclose(u, env)
            except Undefined:
                failed = True
                continue
            surely = value > 0 if kind == "positive" else value >= 0 if kind == "nonnegative" else not value.contains(0)
            failed = failed or not surely
    assert failed or any(name == "oo" for name in re.findall(r"name='(\w+)'", repr(e)))


@MOST
@given(smooth("x", 4), smooth("x", 4), rationals)
def test_what_is_implied_holds(u, v, at):
    """A need proved from another holds wherever that one does."""
    implied = Implied([(u, "positive")], Domain.reals("x"))
    for need in ((v, "positive"), (tree_of_product(u, v), "nonnegative")):
        if implied.holds(need):
            with precision(200):
                env = {"x": arb_of(at)}
                if enclose(u, env) > 0:
                    assert not enclose(need[0], env) < 0


def tree_of_product(u, v):
    from grader.expr.tree import Mul

    return Mul((u, v))


def test_a_proof_needs_no_search():
    claim = Equal(tree("arsinh(x)"), tree("ln(x+sqrt(x^2+1))"), Domain.reals("x"))
    assert settle(claim, WITHOUT_ALGEBRA).truth is Truth.PROVED
