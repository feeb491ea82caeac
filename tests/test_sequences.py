"""Formulas in an integer n: proved for every n, refuted at one, read from every spelling of a range."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from grader.claims import Equal, Truth
from grader.cli.compare import command
from grader.compare import compare
from grader.decide import settle
from grader.errors import StudentError
from grader.expr.bounds import read_domain, read_interval
from grader.expr.domain import Domain, Interval
from grader.expr.parse import Names, parse

CASES = yaml.safe_load((Path(__file__).parent / "tables/sequences.yaml").read_text(encoding="utf-8"))


def names_in(*texts):
    letters = re.findall(r"[a-z]", re.sub(r"[a-z]{2,}", " ", " ".join(texts)))
    return tuple(sorted({*letters, "n"} - {"e"}))


@pytest.mark.parametrize(("reference", "student", "span", "truth"), CASES)
def test_every_integer_counts(reference, student, span, truth):
    declared = names_in(reference, student)
    names = Names(declared)
    spans = {"n": span} | ({"k": "integer 0.."} if "k" in declared else {})
    finding = settle(Equal(parse(reference, names), parse(student, names), read_domain(spans, "domain")))
    assert finding.truth.value == truth, finding
    if finding.truth is Truth.REFUTED:
        n = dict(finding.witness.point)["n"]
        assert n.denominator == 1 and read_interval(span, "domain").contains(n)


@pytest.mark.parametrize(
    ("spelled", "interval"),
    [
        ("integer 1..", Interval(Fraction(1), None, integer=True)),
        ("integer 1..oo", Interval(Fraction(1), None, integer=True)),
        ("integer [1, oo)", Interval(Fraction(1), None, integer=True)),
        ("integer", Interval(integer=True)),
        ("integers -3..3", Interval(Fraction(-3), Fraction(3), integer=True)),
        ("integer 1/2..7/2", Interval(Fraction(1), Fraction(3), integer=True)),
        ("integer 4..4", Interval(Fraction(4), Fraction(4), integer=True)),
        (["integer", "1", None], Interval(Fraction(1), None, integer=True)),
        (["integer 1", ""], Interval(Fraction(1), None, integer=True)),
        (["integer", 0, 5], Interval(Fraction(0), Fraction(5), integer=True)),
        ("0..3", Interval(Fraction(0), Fraction(3))),
        ("[0, 3]", Interval(Fraction(0), Fraction(3))),
        ("0..", Interval(Fraction(0), None)),
        ([0, None], Interval(Fraction(0), None)),
    ],
)
def test_spellings_of_a_range(spelled, interval):
    assert read_interval(spelled, "domain") == interval


@pytest.mark.parametrize("spelled", ["integer 1/3..2/3", "integer 5..1", "3", "", "1..2..3", 7, ["1"]])
def test_what_is_no_range(spelled):
    with pytest.raises(StudentError):
        read_interval(spelled, "domain")


def test_a_range_on_the_command_line():
    result = CliRunner().invoke(command, ["(-1)^n", "cos(n pi)", "--var", "n", "--domain", "n:integer 1.."])
    assert result.exit_code == 0 and "correct" in result.output, result.output


def test_one_missing_integer_is_a_fault_of_the_domain():
    row = {"reference": "n+1", "student": "(n^2-1)/(n-1)", "variables": ["n"], "domain": {"n": "integer 0.."}}
    verdict = compare(row)
    assert (verdict.verdict, verdict.reason) == ("incorrect", "domain")
    assert verdict.witness["point"] == {"n": "1"}


def test_an_integer_domain_is_written_as_it_is_read():
    domain = Domain.of({"n": Interval(Fraction(1), None, integer=True)})
    assert str(domain) == "n in integer [1, oo)"
    assert read_interval(str(domain["n"]), "domain") == domain["n"]
