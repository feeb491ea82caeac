"""The normal form proves identities, never what is false, and gives up rather than hang."""

from __future__ import annotations

import time
from fractions import Fraction
from pathlib import Path
from random import Random

import mpmath
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import NoRealValue, value
from strategies import expressions, smooth

from grader.expr.canonical import ZeroProof, is_locally_constant, is_zero, normal_form, vanishes_by_derivative
from grader.expr.domain import REALS, Domain, Interval
from grader.expr.modular import signature_zero
from grader.expr.normal.budget import Budget
from grader.expr.parse import Names, parse
from grader.expr.tree import (
    ONE,
    PI,
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
    integer,
    rational,
    variables,
)

TABLE = yaml.safe_load((Path(__file__).parent / "tables" / "identities.yaml").read_text(encoding="utf-8"))
TINY = mpmath.mpf(10) ** -30
NAMES = Names(tuple("abcdstuvwxyz"))


def tree(text: str) -> Expr:
    return parse(text, NAMES)


def minus(a: Expr, b: Expr) -> Expr:
    return Add((a, Neg(b)))


def interval(ends: list[str | int | None]) -> Interval:
    low, high = (None if end is None else Fraction(end) for end in ends)
    return Interval(low, high)


def rows(kind: str):
    return list(_rows(kind))


def _rows(kind: str):
    for topic, entry in TABLE.items():
        domain = Domain.of({name: interval(ends) for name, ends in entry.get("domain", {}).items()})
        for left, right in entry.get(kind, ()):
            yield pytest.param(left, right, domain, id=f"{topic}: {left} = {right}")


def points_inside(e: Expr, domain: Domain, many: int, seed: int = 5):
    """Points of the domain at which ``e`` has a value, with the value at 50 digits."""
    draw = Random(seed)
    names = sorted(variables(e))
    found = 0
    for _ in range(many * 8):
        point = {}
        for name in names:
            side = domain[name]
            low = side.low if side.low is not None else (side.high or Fraction(0)) - 4
            high = side.high if side.high is not None else (side.low or Fraction(0)) + 4
            point[name] = low + (high - low) * Fraction(draw.randint(1, 9999), 10_000)
        try:
            v = value(e, point)
        except (NoRealValue, OverflowError):
            continue
        yield point, v
        found += 1
        if found == many:
            return


def assert_zero_at_points(e: Expr, domain: Domain, proof: ZeroProof, many: int = 10) -> None:
    for point, v in points_inside(e, domain, many):
        if abs(v) >= TINY:
            # Large values may have cancelled: more digits tell, and values of 1e4000 need many more.
            assert any(abs(value(e, point, digits=n)) < TINY for n in (2000, 20_000)), (point, v, proof)


def test_the_table_is_as_large_as_we_say():
    assert len(rows("equal")) >= 290
    assert len(rows("different")) >= 140


@pytest.mark.parametrize(("left", "right", "domain"), rows("equal"))
def test_identity_is_proved(left, right, domain):
    e = minus(tree(left), tree(right))
    proof = is_zero(e, domain)
    assert proof.verdict is True, proof.evidence
    assert_zero_at_points(e, domain, proof)


@pytest.mark.parametrize(("left", "right", "domain"), rows("where_both_defined"))
def test_identity_is_proved_where_both_sides_are_defined(left, right, domain):
    e = minus(tree(left), tree(right))
    proof = is_zero(e, domain)
    assert proof.verdict is True, proof.evidence
    assert_zero_at_points(e, domain, proof)


@pytest.mark.parametrize(("left", "right", "domain"), rows("different"))
def test_what_is_false_is_not_proved(left, right, domain):
    e = minus(tree(left), tree(right))
    assert is_zero(e, domain).verdict is not True
    # The row itself is checked too: somewhere on the domain the two sides differ.
    if "^y" not in left and "^x" not in left and "sign" not in left:
        assert any(v != 0 for _, v in points_inside(e, domain, 40)), "these are equal"


def test_conditions_name_the_signs_that_were_used():
    proof = is_zero(tree("sqrt((x+1)^2) - (x+1)"), Domain.of({"x": interval([0, 3])}))
    assert proof.conditions == ()  # every term is positive: nothing had to be looked for
    proof = is_zero(tree("sqrt((x-1)^2) - (x-1)"), Domain.of({"x": interval([1, 3])}))
    assert proof.conditions == ("x - 1 >= 0 on the domain",)
    proof = is_zero(tree("sqrt((2-x)^2) - (2-x)"), Domain.of({"x": interval([0, 1])}))
    assert proof.conditions == ("x - 2 <= 0 on the domain",)
    proof = is_zero(tree("sqrt(x)^2 - x"), Domain())
    assert proof.conditions == ("x >= 0 where the expression is defined",)


def test_an_open_end_is_enough():
    proof = is_zero(tree("sqrt(1-2*x+x^2) - (1-x)"), Domain.of({"x": Interval(None, Fraction(1))}))
    assert proof.verdict is True


# A reference compared with many students


@pytest.mark.parametrize(
    ("reference", "right", "wrong"),
    [
        ("2*sin(x)*cos(x)", ["sin(2*x)", "sin(4*x/2)", "2*tan(x)/(1+tan(x)^2)"], ["2*sin(x)", "sin(x)^2"]),
        ("x^x*(1+ln(x))", ["e^(x*ln(x))*(ln(x)+1)", "x^x+x^x*ln(x)"], ["x^x", "x*x^(x-1)"]),
        ("sqrt(x^2)", ["|x|"], ["x", "-x"]),
        ("e^x", ["e^(x/2)*e^(x/2)", "e^(x/3)^3", "(e^(x/6))^6", "e^(x/2)^2"], ["e^(x/2)", "x"]),
        ("1/x", ["x/x^2"], ["ln(x)", "-1/x^2", "|1/x|"]),
    ],
)
def test_one_reference_many_students(reference, right, wrong):
    form = normal_form(tree(reference), Domain.reals("x"))
    for _ in range(2):
        for student in right + wrong:
            fresh = is_zero(minus(tree(reference), tree(student)), Domain.reals("x"))
            proof = form.difference_is_zero(tree(student))
            assert proof.verdict == fresh.verdict, student
            if student != "e^(x/3)^3" and student != "e^(x/2)^2":
                assert (proof.verdict is True) == (student in right), student


def test_what_one_student_implies_does_not_help_the_next():
    form = normal_form(tree("sqrt(x^2)"), Domain.reals("x"))
    assert form.difference_is_zero(tree("x + 0*ln(x)")).verdict is True  # x > 0 where ln x is defined
    assert form.difference_is_zero(tree("x")).verdict is False


def test_a_reference_that_gives_up():
    form = normal_form(tree("(x+y+1)^1000"), Domain())
    assert form.difference_is_zero(tree("x")).verdict is None


# Constant expressions


def test_locally_constant():
    assert is_locally_constant(tree("arctan(x)+arctan(1/x)"), Domain()).verdict is True
    assert is_locally_constant(tree("ln(5x)-ln(x)"), Domain()).verdict is True
    assert is_locally_constant(tree("x - sin(x)"), Domain()).verdict is False
    assert is_locally_constant(tree("arctan(x*y)-arctan(x)"), Domain()).verdict is False


def _vanishes(e: Expr, domain: Domain) -> ZeroProof:
    return vanishes_by_derivative(e, domain, is_locally_constant(e, domain))


def test_vanishing_by_derivative_needs_the_exact_value_and_an_unbroken_domain():
    positive = Domain.of({"x": interval(["1/4", 3])})
    assert _vanishes(tree("arctan(x)+arctan(1/x)-pi/2"), positive).verdict is True
    assert _vanishes(tree("arctan(x)+arctan(1/x)"), positive).verdict is None
    across = Domain.of({"x": interval([-3, 3])})
    assert _vanishes(tree("arctan(x)+arctan(1/x)-pi/2"), across).verdict is None
    assert _vanishes(tree("arctan(x)+arctan(1/x)-pi/2"), Domain()).verdict is None


# Budgets

HOSTILE = [
    "(x+y+1)^1000",
    "(x+y+z+u+v+w)^60",
    "sin(3*x)+cos(x/7)-tan(5*x/3)",
    "tan(x/2)+tan(x/3)+tan(x/5)+tan(x/7)+tan(x/11)-1",
    "sin(100*x)-1",
    "e^(x/97)+e^(x/89)+e^(x/83)-1",
    "sqrt(1+sqrt(1+sqrt(1+sqrt(1+sqrt(1+x)))))-x",
    "1/(sqrt(x)+sqrt(y)+sqrt(z)+sqrt(u)+sqrt(v)+1)-1",
    "1/(sqrt(2)+sqrt(3)+sqrt(5)+sqrt(7)+sqrt(11)+sqrt(13)+sqrt(17))-x",
    "((x+1)^30+(y+2)^30)/((x+y)^30+1)-1/((x-y)^29+3)",
    "ln((x^2+y^2+1)^12+(x-y)^9+3)-x",
    "x^(x^(x^(x^x)))-1",
    "e^(e^(e^(e^(e^x))))-1",
    "(1+x)^(1/60)+(1+x)^(1/59)-1",
    "sqrt(123456789012345678901234567890123456789012345678901234567891)-x",
    "2^(2^(2^2))-x",
    "sin(pi/97)-x",
    "|x-1|+|x-2|+|x-3|+|x-4|+|x-5|+|x-6|-x",
    "max(x,y,z,u,v)-x",
    "1/(cbrt(2)+cbrt(3)+cbrt(5)+1)-x",
    "(x^2+y^3+z^5+1)^5/(x^5+y^2+z^3+2)^5-(x+y+z)^5/(x*y*z+1)^5",
    "arctan(x)+arctan(y)+arctan(z)+arctan(u)-arctan(v)",
    "tan(x)^20-sec(x)^20",
    "1/((x+y)^12+(y+z)^12+(z+x)^12)+1/((x-y)^12+(y-z)^12)-1",
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("domain", [Domain(), Domain.of(dict.fromkeys("xyzuvw", interval(["1/4", 3])))], ids=str)
def test_large_expressions_are_given_up_soon(text, domain):
    start = time.process_time()
    assert is_zero(tree(text), domain).verdict is not True
    assert time.process_time() - start < 1


def test_a_budget_is_kept():
    assert is_zero(tree("(x+1)^20-(x+1)^19*(x+1)"), Domain()).verdict is True
    proof = is_zero(tree("(x+1)^20-(x+1)^19*(x+1)"), Domain(), Budget(terms=10))
    assert proof.verdict is None
    assert proof.evidence in ("too many terms", "a power is too high")


def test_no_wall_clock_in_the_outcome():
    e = tree("tan(13*x)*tan(17*x)-tan(19*x)")
    assert len({is_zero(e, Domain()) for _ in range(3)}) == 1


# Properties


def rewritings(e: Expr) -> list[Expr]:
    """Trees equal to ``e`` wherever it is defined."""
    s, c = Apply("sin", (e,)), Apply("cos", (e,))
    x = Variable("x")
    return [
        Add((e, Apply("ln", (Add((Pow(x, TWO), ONE)),)), Neg(Apply("ln", (Add((ONE, Pow(x, TWO))),))))),
        Mul((e, Add((Pow(Apply("sin", (x,)), TWO), Pow(Apply("cos", (x,)), TWO))))),
        Div(Mul((e, Add((Apply("exp", (x,)), ONE)))), Add((ONE, Apply("exp", (x,))))),
        Add((e, s, Neg(Mul((TWO, Apply("sin", (Div(e, TWO),)), Apply("cos", (Div(e, TWO),))))))),
        Mul((e, Add((Pow(s, TWO), Pow(c, TWO))))),
        Apply("ln", (Apply("exp", (e,)),)),
        Apply("arsinh", (Apply("sinh", (e,)),)),
        Apply("tan", (Apply("arctan", (e,)),)),
        Apply("cbrt", (Pow(e, integer(3)),)),
        Neg(Add((rational(Fraction(1, 3)), Neg(Add((e, rational(Fraction(1, 3)))))))),
    ]


@settings(max_examples=60, deadline=None)
@given(smooth(most_leaves=4), st.integers(0, 9), st.sampled_from([REALS, Interval(Fraction(-2), Fraction(3))]))
def test_a_rewriting_is_proved_or_given_up_and_never_with_another_value(e, which, side):
    domain = Domain.of({"x": side})
    rewritten = rewritings(e)[which]
    proof = is_zero(minus(rewritten, e), domain)
    if proof.verdict is True:
        assert_zero_at_points(minus(rewritten, e), domain, proof, many=3)


@settings(max_examples=60, deadline=None)
@given(smooth(most_leaves=4), st.integers(0, 9), st.fractions(Fraction(1, 10**9), Fraction(3)))
def test_a_perturbation_is_never_proved(e, which, by):
    rewritten = rewritings(e)[which]
    assert is_zero(minus(Add((rewritten, rational(by))), e), Domain()).verdict is not True
    shifted = minus(rewritten, Add((e, Mul((rational(by), Pow(Variable("x"), TWO))))))
    assert is_zero(shifted, Domain.reals("x")).verdict is not True


@settings(max_examples=150, deadline=None)
@given(expressions(most_leaves=8))
def test_any_tree_gets_a_verdict(e):
    domain = Domain.of({"x": Interval(Fraction(-2), Fraction(2)), "y": Interval(Fraction(1), None)})
    assert is_zero(e, domain).verdict in (True, False, None)
    assert is_zero(minus(e, e), domain).verdict is not False
    signature_zero(e, domain)


def temptations(u: Expr, v: Expr) -> list[tuple[Expr, Expr]]:
    """Pairs that are equal for some arguments and not for others."""

    def ap(name: str, *arguments: Expr) -> Expr:
        return Apply(name, arguments)

    half, third = rational(Fraction(1, 2)), rational(Fraction(1, 3))
    quarter = Div(PI, TWO)
    return [
        (ap("sqrt", Pow(u, TWO)), u),
        (ap("sqrt", Mul((u, v))), Mul((ap("sqrt", u), ap("sqrt", v)))),
        (ap("sqrt", Div(u, v)), Div(ap("sqrt", u), ap("sqrt", v))),
        (Pow(Pow(u, TWO), half), ap("abs", u)),
        (Pow(Pow(u, TWO), Mul((half, v))), Pow(u, v)),
        (Pow(Pow(u, integer(3)), third), u),
        (Pow(u, rational(Fraction(2, 3))), Pow(ap("sqrt", u), rational(Fraction(4, 3)))),
        (ap("ln", Mul((u, v))), Add((ap("ln", u), ap("ln", v)))),
        (ap("ln", Pow(u, TWO)), Mul((TWO, ap("ln", u)))),
        (ap("ln", Pow(u, TWO)), Mul((TWO, ap("ln", ap("abs", u))))),
        (ap("exp", Mul((half, ap("ln", Pow(u, TWO))))), u),
        (ap("arctan", u), Add((quarter, Neg(ap("arctan", Div(ONE, u)))))),
        (Add((ap("arctan", u), ap("arctan", v))), ap("arctan", Div(Add((u, v)), minus(ONE, Mul((u, v)))))),
        (Mul((TWO, ap("arctan", u))), ap("arctan", Div(Mul((TWO, u)), minus(ONE, Pow(u, TWO))))),
        (Mul((TWO, ap("arctan", u))), ap("arcsin", Div(Mul((TWO, u)), Add((ONE, Pow(u, TWO)))))),
        (ap("arcsin", ap("sin", u)), u),
        (ap("arccos", ap("cos", u)), u),
        (ap("arctan", ap("tan", u)), u),
        (ap("arcosh", ap("cosh", u)), u),
        (ap("arcosh", Add((Mul((TWO, Pow(u, TWO))), Neg(ONE)))), Mul((TWO, ap("arcosh", u)))),
        (ap("sqrt", minus(ONE, Pow(ap("sin", u), TWO))), ap("cos", u)),
        (ap("sqrt", Div(Add((ONE, ap("cos", u))), TWO)), ap("cos", Div(u, TWO))),
        (ap("sqrt", Add((u, v, Mul((TWO, ap("sqrt", Mul((u, v)))))))), Add((ap("sqrt", u), ap("sqrt", v)))),
        (ap("sqrt", Add((u, v, Neg(Mul((TWO, ap("sqrt", Mul((u, v))))))))), minus(ap("sqrt", u), ap("sqrt", v))),
        (ap("abs", u), u),
        (ap("max", u, v), u),
        (Mul((u, ap("sign", u))), ap("abs", u)),
        (Pow(ap("sign", u), TWO), ONE),
        (ap("abs", minus(u, v)), minus(ap("abs", u), ap("abs", v))),
        (ap("arsinh", u), ap("ln", Add((u, ap("sqrt", Add((Pow(u, TWO), Neg(ONE)))))))),
        (ap("arcsin", u), ap("arccos", ap("sqrt", minus(ONE, Pow(u, TWO))))),
        (ap("arccos", Neg(u)), minus(PI, ap("arccos", u))),
        (Pow(Mul((u, v)), u), Mul((Pow(u, u), Pow(v, u)))),
    ]


def simple(depth: int = 2) -> st.SearchStrategy[Expr]:
    x = st.just(Variable("x"))
    number = st.integers(-4, 4).map(integer)
    leaf = st.one_of(x, x, number)
    if depth == 0:
        return leaf
    below = simple(depth - 1)
    return st.one_of(
        leaf,
        st.builds(lambda a, b: Add((a, b)), below, below),
        st.builds(lambda a, b: Mul((a, b)), below, below),
        st.builds(Div, below, below),
        st.builds(lambda a, n: Pow(a, Number(Fraction(n))), below, st.integers(2, 3)),
        st.builds(lambda f, a: Apply(f, (a,)), st.sampled_from(["sin", "tan", "exp", "ln", "sqrt", "abs"]), below),
    )


SIDES = [REALS, Interval(Fraction(0), None), Interval(Fraction(-3), Fraction(3)), Interval(Fraction(1, 4), Fraction(2))]


@settings(max_examples=300, deadline=None)
@given(simple(), simple(), st.integers(0, 32), st.sampled_from(SIDES), st.booleans())
def test_no_temptation_is_proved_where_it_is_false(u, v, which, side, negated):
    left, right = temptations(u, v)[which]
    e = minus(left, Neg(right) if negated else right)
    domain = Domain.of({"x": side})
    proof = is_zero(e, domain)
    if proof.verdict is True:
        assert_zero_at_points(e, domain, proof, many=8)
