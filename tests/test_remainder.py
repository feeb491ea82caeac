"""What is left of a difference: tiny beside huge, huge beside huger, and long sums term by term."""

from __future__ import annotations

import pytest

from grader.compare import compare
from grader.decide.terms import leftover
from grader.expr.domain import Domain
from grader.expr.parse import Names, parse

X = Names(("x", "y"))

APART = [
    ("e^e^e^e^e^e^x", "e^(e^(e^(e^(e^(e^x)))))+1"),
    ("binom(1000000, 500000)", "binom(1000000, 500000) + 1"),
    ("e^(10^5)", "e^(10^5) + 1"),
    ("e^(10^5) + pi", "e^(10^5) + 3.14159"),
    ("e^(x^2 + 10000)", "e^(x^2 + 10000) + 1"),
    ("e^(x^2 + 10000)", "e^(x^2)*e^10000 - 1/10^9"),
    ("e^(e^(x^2 + 10))", "e^(e^(x^2)*e^10) + x"),
    ("e^e^e^(x^2 + 3) + sin(x)^2", "e^e^e^(x^2 + 3) + 1 + cos(x)^2"),
    ("abs(e^e^e^(x^2 + 3) + sin(x)^2)", "abs(e^e^e^(x^2 + 3) + 1 + cos(x)^2)"),
    ("x", "x + e^(-10^10 x^2 - 1000000)"),
    ("sin(x)", "sin(x) + e^(-e^e^(x^2 + 4))"),
    ("e^e^(x^2 + 8)", "e^e^(x^2 + 8) + y"),
    ("tanh(e^(x^2 + 9))", "tanh(e^(x^2 + 8))"),
    ("coth(cosh(e^(9 + x^2)))", "coth(cosh(e^9))"),
    ("erf(10^9 + x^2)", "erf(10^9 + 2x^2)"),
    ("arctan(e^e^e^(x^2 + 3))", "arctan(e^e^e^(x^2 + 2))"),
]
EQUAL = [
    ("e^e^e^e^e^e^x", "e^(e^(e^(e^(e^(e^x)))))*1"),
    ("e^(10^5) + pi", "pi*1 + e^(10^5)"),
    ("e^e^e^(x^2 + 3) + sin(x)^2", "e^e^e^(x^2 + 3) + 1 - cos(x)^2"),
    ("e^(e^(x^2 + 10))", "e^(e^(x^2)*e^10)"),
]


@pytest.mark.parametrize(("reference", "student"), APART)
def test_a_difference_that_no_number_of_digits_shows(reference: str, student: str) -> None:
    for a, b in ((reference, student), (student, reference)):
        verdict = compare({"reference": a, "student": b, "variables": ["x", "y"]})
        assert (verdict.verdict, verdict.truth.value) == ("incorrect", "refuted"), verdict


@pytest.mark.parametrize(("reference", "student"), EQUAL)
def test_huge_values_that_are_equal(reference: str, student: str) -> None:
    verdict = compare({"reference": reference, "student": student, "variables": ["x"]})
    assert (verdict.verdict, verdict.truth.value) == ("correct", "proved"), verdict


@pytest.mark.parametrize(
    ("reference", "student"),
    [("tanh(x)", "1"), ("erf(x)", "1"), ("arctan(e^x)", "pi/2"), ("e^(-x^2) + y", "y"), ("ln(cosh(x))", "x - ln(2)")],
)
def test_a_limit_is_not_a_value(reference: str, student: str) -> None:
    row = {"variables": ["x", "y"], "domain": {"x": ["10000", "oo"]}}
    for a, b in ((reference, student), (student, reference)):
        assert compare(row | {"reference": a, "student": b}).truth.value == "refuted"


def test_a_difference_of_roots_is_seen_by_its_reciprocal() -> None:
    row = {"variables": ["x"], "domain": {"x": ["10^1000", "oo"]}, "reference": "sqrt(x^2 + 1)"}
    assert compare(row | {"student": "x"}).truth.value == "refuted"
    assert compare(row | {"student": "sqrt(x^2 + 2)"}).truth.value == "refuted"
    assert compare(row | {"student": "x*sqrt(1 + 1/x^2)"}).truth.value == "proved"


def test_values_that_agree_in_proportion_only_are_no_agreement() -> None:
    # Too high for a normal form, and no term in common.
    row = {"reference": "binom(1000000, 500000)", "student": "binom(1000000, 499999)*500001/500000 + 1"}
    assert compare(row).verdict in ("undecided", "incorrect")


@pytest.mark.parametrize(
    ("first", "second", "left", "proved"),
    [
        ("x + y", "y + x", 0, 0),
        ("x - (y - sin(x))", "sin(x) + x - y", 0, 0),
        ("x + x + y", "x + y", 1, 0),
        ("2x*3 + sin(2x) + y", "y + 2*sin(x)*cos(x) + x*6", 0, 2),
        ("sin(x)^2 + cos(x)^2 + y", "1 + y", 0, 3),
        ("x", "y", 2, 0),
        ("x", "-x", 2, 0),
    ],
)
def test_terms_that_cancel(first: str, second: str, left: int, proved: int) -> None:
    found = leftover(parse(first, X), parse(second, X), Domain.reals("x", "y"))
    assert (len(found.terms), found.proved) == (left, proved)


def test_a_sum_of_more_functions_than_one_normal_form_holds_is_proved() -> None:
    terms = [f"{k % 7 + 1}*sin({k}x)*e^({k}x)*ln(x + {k})" for k in range(1, 41)]
    again = [f"ln({k} + x)*e^({k}x)*sin({k}x)*{k % 7 + 1}" for k in range(40, 0, -1)]
    row = {"variables": ["x"], "domain": {"x": ["1", "2"]}, "reference": " + ".join(terms)}
    verdict = compare(row | {"student": " + ".join(again)})
    assert (verdict.verdict, verdict.truth.value) == ("correct", "proved"), verdict
    verdict = compare(row | {"student": " + ".join(again[1:])})
    assert (verdict.verdict, verdict.truth.value) == ("incorrect", "refuted"), verdict


@pytest.mark.parametrize(
    ("reference", "student"),
    [
        ("exp(sqrt(tan(x)))*exp(arctan(y))", "exp(tan(x)^(1/2))*exp(arcsin(y/sqrt(1 + y^2))/2)^2"),
        ("cosh(ln(x)*erf(sin(x)^2))", "cosh(-erf(1 - cos(x)^2)*ln(x))"),
        ("arctan(erf(x*(y + 1)))/(1 + erf(x + y)^2)", "-arctan(erf(-x*y - x))/(erf(y + x)^2 + 1)"),
    ],
)
def test_the_same_functions_of_equal_arguments(reference: str, student: str) -> None:
    row = {"reference": reference, "student": student, "variables": ["x", "y"]}
    verdict = compare(row | {"domain": {"x": ["1/4", "5/4"], "y": ["1/4", "2"]}})
    assert (verdict.verdict, verdict.truth.value) == ("correct", "proved"), verdict


def test_what_has_no_value_is_not_proved_by_cancelling() -> None:
    verdict = compare({"reference": "1/sin(pi) + pi", "student": "pi*1 + 1/sin(pi)", "variables": ["x"]})
    assert verdict.verdict != "correct"


@pytest.mark.parametrize(
    ("reference", "student"),
    [
        ("(n + 30)!", "(n + 30)! + 1"),
        ("e^(n^2 + 10000)", "e^(n^2 + 10000) + 1"),
        ("2^(n + 10000)", "2^(n + 10000) + 1"),
        ("2^2^(n + 20)*n", "2^2^(n + 20)*n + 1"),
    ],
)
def test_sequences_of_huge_numbers(reference: str, student: str) -> None:
    row = {"reference": reference, "student": student, "variables": ["n"], "domain": {"n": "integer 1.."}}
    assert compare(row).truth.value == "refuted"
    assert compare(row | {"student": reference.replace("n + ", "2n - n + ")}).verdict != "incorrect"


@pytest.mark.parametrize(
    ("reference", "student"),
    [
        ("tan(x/y)", "tan(x*y^(-1))"),
        ("erf(ln(sin(x) + y))", "erf(ln(y*1 + 2sin(x/2)cos(x/2)))"),
        ("arcsin(erf(x) + y)^2", "arcsin(y + erf(2x/2))^2"),
    ],
)
def test_what_is_needed_may_be_written_in_another_form(reference: str, student: str) -> None:
    row = {"reference": reference, "student": student, "variables": ["x", "y"]}
    assert compare(row).truth.value == "proved"
    assert compare(row | {"student": f"{student} + 0*ln(x)"}).truth.value != "proved"
