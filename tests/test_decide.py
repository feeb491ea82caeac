"""The decider on named cases: every trap that an engine is known to have fallen into."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
import yaml

from grader.claims import (
    Accept,
    Antiderivative,
    Equal,
    EqualArrays,
    Point,
    PolynomialOf,
    SameEquation,
    SamePoints,
    Truth,
)
from grader.compare import compare
from grader.decide import settle
from grader.decide.algebra import simplifies_to_zero
from grader.expr.bounds import read_domain
from grader.expr.domain import Domain
from grader.expr.parse import Names, parse
from grader.expr.tree import Add, Neg, variables

CASES = yaml.safe_load((Path(__file__).parent / "tables/equalities.yaml").read_text(encoding="utf-8"))
NAMES = Names(("x", "y", "t"), free=True)


def tree(text):
    return parse(text, NAMES)


def domain_of(intervals):
    return read_domain(intervals or {}, "domain")


@pytest.mark.parametrize("name", CASES)
def test_equality(name):
    case = CASES[name]
    finding = settle(Equal(tree(case["reference"]), tree(case["student"]), domain_of(case.get("domain"))))
    if case["truth"] == "right":
        assert finding.right, finding
    else:
        assert finding.truth.value == case["truth"], finding
    assert finding.evidence
    if "reason" in case:
        assert finding.reason == case["reason"], finding
    if "note" in case:
        assert case["note"] in finding.note, finding
    if finding.truth is Truth.REFUTED:
        assert finding.witness is not None


def test_the_finding_is_the_same_in_every_run():
    claim = Equal(tree("x^2"), tree("x^2+x/1000"), domain_of({"x": [-3, 3]}))
    assert settle(claim) == settle(claim)


@pytest.mark.parametrize(
    ("reference", "student", "accept", "right"),
    [
        ("pi", "3.14", Accept(), False),
        ("pi", "3.14", Accept(significant_digits=3), True),
        ("pi", "3.1416", Accept(significant_digits=3), True),
        ("pi", "3.13", Accept(significant_digits=3), False),
        ("pi", "22/7", Accept(significant_digits=3), True),
        ("1234567", "1230000", Accept(significant_digits=3), True),
        ("2/3", "0.67", Accept(significant_digits=2), True),
        ("2/3", "0.66", Accept(significant_digits=2), False),
        ("0.0005", "0.0", Accept(absolute=Fraction(1, 1000)), True),
        ("1e-9", "0", Accept(relative=Fraction(1, 100)), False),
        ("100", "101", Accept(relative=Fraction(1, 100)), True),
        ("100", "101.1", Accept(relative=Fraction(1, 100)), False),
        ("0", "0", Accept(significant_digits=3), True),
        ("-2.5", "-2.5", Accept(), True),
    ],
)
def test_tolerances(reference, student, accept, right):
    assert settle(Equal(tree(reference), tree(student), Domain(), accept)).right is right


@pytest.mark.parametrize(
    ("reference", "student", "reason"),
    [
        ("1/3", "0.333", "form"),
        ("pi", "3.14159", "form"),
        ("pi", "3.15", "value"),
        ("pi", "22/7", "value"),
        ("2/3", "0.67", "form"),
    ],
)
def test_an_honest_decimal_is_told_apart(reference, student, reason):
    assert settle(Equal(tree(reference), tree(student), Domain())).reason == reason


ANTIDERIVATIVES = [
    # integrand, student, domain, constant policy, truth, reason
    ("2x", "x^2+C", None, "required", "right", None),
    ("2x", "x^2-c", None, "required", "right", None),
    ("2x", "x^2+C/3", None, "required", "right", None),
    ("2x", "(x^3+3C)/3 - x^3/3 + x^2", None, "required", "right", None),
    ("1/x", "ln(k x)", {"x": ["1/4", 3]}, "required", "right", None),
    ("1/x", "ln|k x|", {"x": [-3, 3]}, "required", "right", None),
    ("1/x", "ln|x|+C", {"x": [-3, 3]}, "required", "right", None),
    ("1/x", "ln(x)+C", {"x": [-3, 3]}, "required", "refuted", "domain"),
    ("1/x", "ln(x)+C", {"x": ["1/4", 3]}, "required", "right", None),
    ("2x", "x^2", None, "required", "refuted", "constant"),
    ("2x", "x^2+7", None, "required", "refuted", "constant"),
    ("2x", "x^2+C^2", None, "required", "refuted", "constant"),
    ("2x", "x^2+e^C", None, "required", "refuted", "constant"),
    ("2x", "x^2+C^3", None, "required", "right", None),
    ("2x", "x^2", None, "optional", "right", None),
    ("2x", "x^2+C", None, "optional", "right", None),
    ("2x", "x^2+C", None, "forbidden", "refuted", "constant"),
    ("2x", "x^2+C x", None, "required", "refuted", "value"),
    ("2x", "2+C", None, "required", "refuted", "value"),
    ("sin(2x)", "-cos(2x)/2+C", {"x": [-3, 3]}, "required", "right", None),
    ("sin(2x)", "sin(x)^2+C", {"x": [-3, 3]}, "required", "right", None),
    ("2tan(x)sec(x)^2", "sec(x)^2+C", {"x": [-1, 1]}, "required", "right", None),
    ("1/(x+3)", "ln(2x+6)+C", {"x": [0, 3]}, "required", "right", None),
    # Weierstrass: right slope, but a jump at pi.
    ("1/(2+cos(x))", "2/sqrt(3)*arctan(tan(x/2)/sqrt(3))+C", {"x": [0, 6]}, "required", "refuted", "domain"),
    ("1/(2+cos(x))", "2/sqrt(3)*arctan(tan(x/2)/sqrt(3))+C", {"x": [-3, 3]}, "required", "right", None),
    ("-1/(1+x^2)", "arctan(1/x)+C", {"x": [-3, 3]}, "required", "refuted", "domain"),
    ("-1/(1+x^2)", "arctan(1/x)+C", {"x": ["1/4", 3]}, "required", "right", None),
    ("|x|", "x|x|/2+C", {"x": [-3, 3]}, "required", "right", None),
    ("1/x^2", "-1/x+C", {"x": [-3, 3]}, "required", "right", None),
    ("a x", "a x^2/2+C", None, "required", "right", None),
    ("x", "x^2/2+|C|", None, "required", "refuted", "constant"),
    ("x", "x^2/2+2C+3k", None, "required", "right", None),
    ("x", "x^2/2+sinh(C)", None, "required", "right", None),
    ("x", "x^2/2+sin(C)", None, "required", "refuted", "constant"),
    # Right slope, and more jumps than can be bracketed on the whole axis.
    ("1", "2arctan(tan(x/2))", None, "optional", "refuted", "domain"),
]


@pytest.mark.parametrize(("integrand", "student", "domain", "constant", "truth", "reason"), ANTIDERIVATIVES)
def test_antiderivative(integrand, student, domain, constant, truth, reason):
    claim = Antiderivative(tree(integrand), tree(student), "x", domain_of(domain), constant, "required")
    finding = settle(claim)
    assert finding.right if truth == "right" else finding.truth.value == truth, finding
    assert finding.reason == reason, finding


def test_bars_may_be_left_out_by_policy():
    claim = Antiderivative(tree("1/x"), tree("ln(x)+C"), "x", domain_of({"x": [-3, 3]}), log_abs="optional")
    assert settle(claim).right


def rows(*texts):
    return tuple(tuple(tree(entry) for entry in row) for row in texts)


class TestArrays:
    REFERENCE = rows(("2x", "y"), ("1", "x*y"))

    def settle(self, *texts, **options):
        return settle(EqualArrays(self.REFERENCE, rows(*texts), Domain.reals("x", "y"), **options))

    def test_equal(self):
        assert self.settle(("x+x", "y"), ("1", "y*x")).truth is Truth.PROVED

    def test_the_transpose_is_its_own_verdict(self):
        finding = self.settle(("2x", "1"), ("y", "x*y"))
        assert finding.truth is Truth.REFUTED and finding.reason == "layout"

    def test_one_wrong_entry_is_named(self):
        finding = self.settle(("2x", "y"), ("1", "x+y"))
        assert finding.reason == "value" and finding.evidence.startswith("row 2, column 2")
        assert [part.right for part in finding.parts] == [True, True, True, False]

    def test_another_size(self):
        assert self.settle(("2x", "y")).reason == "shape"

    def test_a_row_for_a_column(self):
        column, row = rows(("x",), ("y",)), rows(("x", "y"))
        assert settle(EqualArrays(column, row, Domain(), "free")).right
        assert settle(EqualArrays(column, row, Domain())).reason == "layout"

    def test_a_longer_vector(self):
        assert settle(EqualArrays(rows(("x",), ("y",)), rows(("x", "y", "1")), Domain(), "free")).reason == "shape"


def points(*texts):
    return tuple(
        Point(tuple(tree(c) for c in coordinates.split(",")), label)
        for coordinates, _, label in (text.partition(":") for text in texts)
    )


class TestPoints:
    REFERENCE = points("0,0:saddle", "1,1:minimum")

    def settle(self, *texts):
        return settle(SamePoints(self.REFERENCE, points(*texts), Domain()))

    def test_any_order_any_form(self):
        assert self.settle("2/2,sqrt(1):minimum", "0,0:saddle").truth is Truth.PROVED

    def test_twice_is_once(self):
        assert self.settle("1,1:minimum", "0,0:saddle", "0,1-1:saddle").right

    def test_missing(self):
        finding = self.settle("1,1:minimum")
        assert [part.reason for part in finding.parts] == ["missing", None]

    def test_extra(self):
        finding = self.settle("1,1:minimum", "0,0:saddle", "2,2:maximum")
        assert finding.reason == "extra" and all(part.right for part in finding.parts)

    def test_wrong_label(self):
        finding = self.settle("1,1:maximum", "0,0:saddle")
        assert [part.right for part in finding.parts] == [True, False] and finding.reason == "value"

    def test_none_where_there_are_none(self):
        assert settle(SamePoints((), (), Domain())).truth is Truth.PROVED
        assert settle(SamePoints((), points("1,1"), Domain())).reason == "extra"

    def test_surds(self):
        reference = points("sqrt(2)", "-sqrt(2)")
        assert settle(SamePoints(reference, points("-2/sqrt(2)", "2^(1/2)"), Domain())).right


@pytest.mark.parametrize(
    ("reference", "student", "right"),
    [
        ("y-3x+2", "y-(3x-2)", True),
        ("y-3x+2", "6x-2y-4", True),
        ("y-3x+2", "(y-3x+2)*pi", True),
        ("y-3x+2", "y-3x-2", False),
        ("y-3x+2", "0*x", False),
        ("y-3x+2", "(y-3x+2)*(x^2+1)", False),
        ("y-3x+2", "x-3y+2", False),
        # Divided by a variable that is zero at no solution.
        ("y-1/x", "x y-1", True),
        ("y-1/x", "x y-2", False),
        ("y-x/2", "2y/x-1", True),
        ("1/x+1/y-1", "x+y-x y", True),
        ("x(x-y)", "x(x-y)/x", False),
        ("x-y", "x(x-y)", False),
    ],
)
def test_equations(reference, student, right):
    finding = settle(SameEquation(tree(reference), tree(student), Domain.reals("x", "y")))
    assert finding.right is right and (right or finding.truth is Truth.REFUTED), finding


@pytest.mark.parametrize(
    ("student", "degree", "truth"),
    [
        ("1+x+x^2/2", 2, Truth.PROVED),
        ("(x+1)^2", 2, Truth.PROVED),
        ("(x+1)^3-x^3", 2, Truth.PROVED),
        ("1+x+x^3", 2, Truth.REFUTED),
        ("e^x", 2, Truth.REFUTED),
        ("sqrt(2)*(x-pi)^2", 2, Truth.PROVED),
        ("1/x", 2, Truth.REFUTED),
    ],
)
def test_polynomials(student, degree, truth):
    assert settle(PolynomialOf(tree(student), ("x",), degree)).truth is truth


class TestSymPyInItsOwnProcess:
    def test_it_proves(self):
        e = Add((tree("sin(x)^2+cos(x)^2"), Neg(tree("1"))))
        assert simplifies_to_zero(e, Domain.reals(*variables(e)), 30)

    def test_a_slow_question_is_killed_and_the_next_one_answered(self):
        slow = tree("cos(sin(x^7+tan(x)))^60*(x+1)^300")
        assert not simplifies_to_zero(Add((slow, Neg(tree("x")))), Domain.reals("x"), 0.01)
        assert simplifies_to_zero(tree("(x+1)^2-x^2-2x-1"), Domain.reals("x"), 30)


def test_an_answer_without_a_derivative_is_undecided():
    claim = Antiderivative(tree("2x"), tree("x!+C"), "x", domain_of({"x": [1, 3]}))
    assert settle(claim).truth is Truth.UNDECIDED


@pytest.mark.parametrize("text", ["1/0", "ln(-1)", "1/(x-x)", "sqrt(-1-x^2)"])
def test_what_has_no_value_anywhere_is_no_right_answer(text):
    verdict = compare({"reference": text, "student": text})
    assert (verdict.verdict, verdict.truth.value) == ("undecided", "undecided")


@pytest.mark.parametrize(
    ("reference", "student", "verdict"),
    [
        ("|x^(1/N) - 3|", "3 - x^(1/N)", "correct"),
        ("1/(1 + x^(1/N))", "1/(1 + x^(2/(2N1)))", "incorrect"),
        ("x^(1/N)", "x^(1/N) + 1", "incorrect"),
    ],
)
def test_roots_of_enormous_index_end(reference, student, verdict):
    """A loop over all residues of the index hung; FLINT's root raised for it."""
    index = str(10**40)
    texts = [text.replace("2N1", str(2 * 10**40 + 1)).replace("N", index) for text in (reference, student)]
    row = {"reference": texts[0], "student": texts[1], "domain": {"x": "1/4..2"}}
    assert compare(row).verdict == verdict
