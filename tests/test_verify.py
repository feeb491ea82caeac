"""``grader verify``: what was decided is confirmed, what was tampered with is not."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from grader.certificate import certified
from grader.verify import check_line, check_verdict

TABLES = Path(__file__).parent / "tables"
PAIRS = [json.loads(line) for line in (TABLES / "pairs.jsonl").read_text(encoding="utf-8").splitlines()]
MATRICES = [json.loads(line) for line in (TABLES / "matrix_derivatives.jsonl").read_text().splitlines()]


def question(reference, student, **more):
    return {"reference": reference, "student": student, "variables": ["x"], **more}


ROWS = {
    "the same as typed": question("x^2", "x^2"),
    "a normal form": question("sin(2x)", "2 sin(x) cos(x)"),
    "a normal form by cases": question("|x|^3", "x^2 |x|"),
    "a logarithm of a product": question("ln(2) + ln(x)", "ln(2x)", domain={"x": ["1/4", "2"]}),
    "branches of the arctangent": question("arctan(x) + arctan(1/x)", "pi/2", domain={"x": ["1/4", "2"]}),
    "a radical": question("sqrt(5 + 2 sqrt(6))", "sqrt(2) + sqrt(3)"),
    "a witness": question("x^2", "x^2 + x/1000"),
    "a witness without a value": question("ln|x|", "ln(x)", domain={"x": ["-2", "2"]}),
    "an integer variable": question("cos(n pi)", "(-1)^n", variables=["n"], domain={"n": "integer 1.."}),
    "a vector": question("[2x, 1]", "[x + x, 1]"),
    "a wrong vector": question("[2x, 1]", "[x + x, 2]"),
    "a matrix": question("[[1, x], [x, 1]]", "[[1, x], [x, 2 - 1]]"),
    "a set": question("{1, 2}", "{2, 4/2, 1}"),
    "a wrong set": question("{1, 2}", "{1, 3}"),
    "an equation": question("y = 2x + 1", "2y - 4x = 2", variables=["x", "y"]),
    "a wrong equation": question("y = 2x + 1", "2y - 4x = 1", variables=["x", "y"]),
    "an antiderivative": question("sin(x)^2/2", "-cos(2x)/4 + C", relation="antiderivative_with_constant"),
    "no antiderivative": question("sin(x)^2/2", "cos(2x)/4 + C", relation="antiderivative_with_constant"),
    "a tolerance": question("pi", "3.14", accept={"significant_digits": 3}),
    "a tolerance missed": question("pi", "3.13", accept={"significant_digits": 3}),
    "an integral": {"relation": "integral", "integrand": "x e^(-x)", "from": "0", "to": "oo", "student": "1"},
    "a wrong integral": {"relation": "integral", "integrand": "x e^(-x)", "from": "0", "to": "oo", "student": "2"},
    "a limit": {"relation": "limit", "function": "(e^x - 1 - x)/x^2", "to": "0", "student": "1/2"},
    "a wrong limit": {"relation": "limit", "function": "(e^x - 1 - x)/x^2", "to": "0", "student": "1"},
    "equal matrices": {
        "relation": "matrix_equal",
        "reference": "inv(A*B)",
        "student": "inv(B)*inv(A)",
        "shapes": {"A": ["n", "n"], "B": ["n", "n"]},
    },
}


@pytest.mark.parametrize("name", ROWS)
def test_what_was_decided_is_confirmed(name):
    found = certified(ROWS[name])
    assert found["verdict"] in ("correct", "incorrect")
    checked = check_line(json.dumps(found))
    assert checked.outcome == "confirmed", checked


@pytest.mark.parametrize("row", PAIRS[::9], ids=lambda row: str(row["id"]))
def test_a_ninth_of_the_pairs(row):
    assert check_verdict(json.loads(json.dumps(certified(row)))).outcome == "confirmed"


@pytest.mark.parametrize("row", MATRICES[::5], ids=lambda row: row["id"])
def test_a_fifth_of_the_matrix_derivatives(row):
    assert check_verdict(certified(row)).outcome == "confirmed"


def tampered(name, change):
    found = json.loads(json.dumps(certified(ROWS[name])))
    change(found)
    return check_verdict(found)


def _answer(text):
    return lambda found: found["question"].update(student=text)


def _verdict(found):
    right = found["verdict"] == "correct"
    found.update(verdict="incorrect" if right else "correct", truth="refuted" if right else "proved", reason=None)


def _entry(**changes):
    return lambda found: found["certificate"]["equalities"][0].update(changes)


@pytest.mark.parametrize("name", ROWS)
def test_the_other_verdict_is_not_confirmed(name):
    assert tampered(name, _verdict).outcome != "confirmed"


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("a normal form", _answer("2 sin(x)")),
        ("a normal form", _entry(student="sin(2*x) + x/10^9")),
        ("the same as typed", _entry(student="x*x")),
        ("a radical", _answer("sqrt(2) + sqrt(3) + 10^(-30)")),
        ("a witness", lambda found: found["witness"].update(point={"x": "0"})),
        ("a witness", _entry(witness={"point": {"x": "0"}, "reference": "0", "student": "1"})),
        ("a vector", _answer("[x + x, 2]")),
        ("a set", _answer("{1, 3}")),
        ("an integral", _answer("11/10")),
        ("a limit", _answer("1/3")),
        ("equal matrices", _answer("inv(A)*inv(B)")),
    ],
)
def test_what_was_tampered_with_is_contradicted(name, change):
    assert tampered(name, change).outcome == "contradicted"


def test_a_changed_lemma_is_contradicted():
    found = json.loads(json.dumps(certified(ROWS["a normal form"])))
    lemma = found["certificate"]["equalities"][0]["proof"]["cases"][0]["lemmas"][0]
    lemma["is"][0] += " + 1"
    assert check_verdict(found).outcome == "contradicted"


@pytest.mark.parametrize(
    "line",
    [
        "not json", "[]", "3", "{}", '{"question": 3}', '{"question": {}, "verdict": "correct"}',
        '{"question": {"reference": "x(", "student": "x"}, "verdict": "correct", "truth": "proved"}',
        '{"question": {"reference": "x", "student": "x"}, "verdict": "correct", "certificate": {"equalities": 3}}',
        '{"question": {"reference": "x", "student": "x"}, "verdict": "correct", "certificate": []}',
        '{"question": {"reference": "x", "student": "x", "domain": 7}, "verdict": "correct", "truth": "proved"}',
        '{"question": {"reference": "x", "student": "x", "relation": "points"}, "verdict": "correct"}',
        '{"question": {"relation": "matrix_derivative"}, "verdict": "correct"}',
        "[" * 5000,
    ],
)  # fmt: skip
def test_data_that_is_no_verdict_is_open_with_a_reason(line):
    checked = check_line(line)
    assert checked.outcome in ("could not check", "confirmed")
    assert checked.checks


def run(*words, text):
    code = [sys.executable, "-c", "from grader.cli import main; main()", *words]
    return subprocess.run(code, capture_output=True, text=True, input=text, encoding="utf-8")


def test_the_command_line_from_compare_to_verify():
    made = run("compare", "2sin(x)cos(x)", "sin 2x", "--json", text="").stdout
    done = run("verify", "-", text=made)
    assert done.returncode == 0 and done.stdout.startswith("confirmed"), done
    false = made.replace('"student": "sin 2x"', '"student": "sin 3x"')
    assert run("verify", "-", "--json", text=false).returncode == 1
    assert run("verify", "-", text="{}\n").returncode == 2
    assert run("verify", "-", text="").returncode == 2
