"""Problem files: what is read, and every fault with its place."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from grader.bank.problem import Problem
from grader.bank.read import load_bank, read_problems
from grader.claims import Accept
from grader.errors import AuthorErrors
from grader.expr.tree import Apply, Variable

GOOD = """\
- id: chain-trigpow
  kind: derivative
  title: Power of a sine
  difficulty: 3
  concepts: [chain rule, power rule]
  parameters:
    n: {integer: [2, 5], exclude: 4}
    k: {integer: [-2, 2], nonzero: true}
    s: {sign: true}
    q: {rational: {numerator: [1, 4], denominator: [2, 4]}, exclude: [1, 2]}
    g: {choice: [1/2, sin(x), e^x]}
  derived: {m: n*k, r: "gcd(n, 4)", u: "k x + n"}
  constraints: ["n != k", "0 < m or r > 1"]
  given: {f: "s q sin(k x)^n + g + u", wrt: x}
  domain: {x: [-n, "2n"]}
  accept: {significant_digits: 3}
  statement: |
    Differentiate
    $f(x) = {{ f }}$.
  hints: Which function is outermost?
  solution: "It is {{ answer }}."
  points: 5/2
  tests:
    - {seed: 1, answer: "{{ n*k }} x", expect: wrong, score: 0}
    - {seed: 2, expect: unreadable}
  mistakes:
    - {name: own-mistake, answer: "{{ n }} x", when: "k > 1", say: "Look at {{ k }}.", credit: 1/4}
"""

MINIMAL = """\
- id: a
  kind: derivative
  title: A
  difficulty: 1
  given: {f: x^2, wrt: x}
  statement: Differentiate ${{ f }}$.
"""


def read_one(text: str) -> Problem:
    (problem,) = read_problems(text, "04_chain_rule.yaml")
    return problem


def faults(text: str) -> list[str]:
    with pytest.raises(AuthorErrors) as caught:
        read_problems(text, "f.yaml")
    return str(caught.value).splitlines()


def changed(line: str, *more: str) -> str:
    """The minimal problem with a field replaced in its place, or added at the end."""
    field = line.split(":")[0]
    rows = MINIMAL.splitlines()
    at = next((i for i, row in enumerate(rows) if row[2:].startswith(f"{field}:")), None)
    if at is None:
        rows.append(f"  {line}")
    else:
        rows[at] = rows[at][:2] + line
    return "\n".join([*rows, *more]) + "\n"


def test_every_field() -> None:
    problem = read_one(GOOD)
    assert problem.topic == "04_chain_rule"
    values = {parameter.name: parameter.values for parameter in problem.parameters}
    assert values["n"] == (2, 3, 5)
    assert values["k"] == (-2, -1, 1, 2)
    assert values["s"] == (-1, 1)
    assert values["q"] == tuple(Fraction(q) for q in ("1/4", "1/3", "1/2", "2/3", "3/4", "4/3", "3/2"))
    assert values["g"][:2] == (Fraction(1, 2), Apply("sin", (Variable("x"),)))
    assert problem.combinations == 3 * 4 * 2 * 7 * 3
    assert [(d.name, d.arithmetic) for d in problem.derived] == [("m", True), ("r", True), ("u", False)]
    assert [c.text for c in problem.constraints] == ["n != k", "0 < m or r > 1"]
    assert problem.given["wrt"] == ("x",)
    assert problem.accept == Accept(significant_digits=3)
    assert problem.points == Fraction(5, 2)
    assert [hint.value for hint in problem.hints] == ["Which function is outermost?"]
    assert [(t.seed, t.expect, t.score) for t in problem.tests] == [(1, "wrong", 0), (2, "unreadable", None)]
    assert [(m.name, m.credit) for m in problem.mistakes] == [("own-mistake", Fraction(1, 4))]


def test_defaults() -> None:
    problem = read_one(MINIMAL)
    assert (problem.points, problem.combinations, problem.tests, problem.solution) == (1, 1, (), ())
    assert problem.accept.exact
    rounded = read_one(MINIMAL + "  accept: {decimal_places: 2}\n")
    assert rounded.accept == Accept(absolute=Fraction(1, 200))


def test_the_ends_of_a_domain_may_be_computed() -> None:
    problem = read_one(changed("domain: {x: '(min(-1, 0), max(1, 2)]'}"))
    (span,) = problem.domain
    assert (span.low_closed, span.high_closed) == (False, True)


def test_customary_variables_need_no_declaration_others_do() -> None:
    assert read_one(changed("given: {f: x^2 y z t, wrt: x}"))
    assert read_one(changed("given: {f: u^2 v, wrt: u}", "  domain: {v: [0, 1]}"))
    (fault,) = faults(changed("given: {f: k x^2, wrt: x}"))
    assert fault.startswith("f.yaml:5:14: f: unknown name 'k'")
    assert fault.endswith("declare it in 'parameters', or as a variable in 'domain'")


ONE_FAULT = [
    ("id: Chain_1", "f.yaml:1:7: the id 'Chain_1' is not allowed; use small letters, digits and hyphens"),
    ("kind: derivatve", "f.yaml:2:9: unknown kind 'derivatve'; did you mean 'derivative'?"),
    ("title: [a]", "f.yaml:3:10: 'title' has to be a text, not a list"),
    ("difficulty: hard", "f.yaml:4:15: 'difficulty' has to be a whole number from 1 to 5, not 'hard'"),
    ("difficulty: 6", "f.yaml:4:15: 'difficulty' has to be a whole number from 1 to 5, not '6'"),
    ("titel: B", "f.yaml:7:3: unknown field 'titel'; did you mean 'title'?"),
    ("points: -1", "f.yaml:7:11: 'points' has to be a number from 0 to 1000 such as 2, 1/2 or 0.5, not '-1'"),
    ("parameters: [n]", "f.yaml:7:15: 'parameters' has to be a record with fields, not a list"),
    (
        "parameters: {n: 3}",
        "f.yaml:7:19: the parameter 'n' has to be a record such as {integer: [1, 9]}, not '3'",
    ),
    ("parameters: {n: {integer: [5, 2]}}", "f.yaml:7:29: the range [5, 2] is empty; write the smaller end first"),
    (
        "parameters: {n: {integer: [1, 2, 3]}}",
        "f.yaml:7:29: 'integer' has to be a range of two whole numbers such as [1, 9], not a list",
    ),
    ("parameters: {n: {integer: [0, 99999]}}", "f.yaml:7:29: the range [0, 99999] holds more than 10,000 numbers"),
    (
        "parameters: {n: {nonzero: true}}",
        "f.yaml:7:19: the parameter 'n' needs one of integer, choice, rational, sign",
    ),
    (
        "parameters: {n: {integer: [1, 2], sign: true}}",
        "f.yaml:7:19: the parameter 'n' needs one of integer, choice, rational, sign, not several",
    ),
    (
        "parameters: {n: {integer: [0, 0], nonzero: true}}",
        "f.yaml:7:19: no value is left for the parameter 'n'; widen its range",
    ),
    (
        "parameters: {n: {integr: [0, 1], sign: true}}",
        "f.yaml:7:20: unknown field 'integr'; did you mean 'integer'?",
    ),
    ("parameters: {pi: {sign: true}}", "f.yaml:7:16: 'pi' means something else in an expression; choose another name"),
    (
        "parameters: {2n: {sign: true}}",
        "f.yaml:7:16: '2n' cannot be a name; start with a letter; then letters, digits and '_'",
    ),
    (
        "parameters: {x: {sign: true}}",
        "f.yaml:7:16: 'x' is a variable of this problem; choose another name for the parameter",
    ),
    ("derived: {m: 'n + 1'}", "f.yaml:7:17: m: unknown name 'n'"),
    ("derived: {m: 'gcd(4)'}", "f.yaml:7:17: m: 'gcd' takes two arguments"),
    ("derived: {m: [1]}", "f.yaml:7:16: the derived value 'm' has to be one expression, not a list"),
    ("constraints: ['1 != n']", "f.yaml:7:23: condition: unknown name 'n'; the names known here are: none"),
    ("given: {f: x^2}", "f.yaml:5:10: 'given' of a derivative problem needs the field 'wrt'"),
    ("given: {f: x^2, wrt: x, ordr: 2}", "f.yaml:5:27: unknown field 'ordr'; did you mean 'order'?"),
    ("given: {f: [x], wrt: x}", "f.yaml:5:14: 'f' has to be one text, such as 'sin(k x)', not a list"),
    ("given: {f: x, wrt: 2}", "f.yaml:5:22: 'wrt' has to be the names of variables, as in [x, y], not '2'"),
    ("given: {f: x, wrt: x, order: k}", "f.yaml:5:32: order: unknown name 'k'; the names known here are: none"),
    ("given: {f: x, wrt: x, at: [x]}", "f.yaml:5:30: 'at' has to be a number, but 'x' is a variable"),
    ("domain: {x: [2, 1]}", "f.yaml:7:15: the domain of 'x' is empty; write the smaller end first"),
    (
        "domain: {x: positive}",
        "f.yaml:7:15: the domain of 'x' has to be an interval such as [-2, 2] or '(0, oo)', not 'positive'",
    ),
    ("domain: {x: '(0, pi)'}", "f.yaml:7:20: domain: unknown name 'pi'"),
    (
        "accept: roughly",
        "f.yaml:7:11: 'accept' has to be 'exact', or one of significant_digits, decimal_places, absolute and "
        "relative, not 'roughly'",
    ),
    ("accept: {absolute: 1, relative: 1}", "f.yaml:7:11: 'accept' takes one of its fields only"),
    (
        "policy: {constnt: x}",
        "f.yaml:7:12: unknown field 'constnt'; the fields of the policy of a derivative problem are other_reading",
    ),
    ("statement: 'Find {{ g }}'", "f.yaml:6:23: template: unknown name 'g'"),
    (
        "hints: ['fine', '{% if f %}']",
        "f.yaml:7:20: template: it ends too early; close every '{{' with '}}', and every '{% if %}' with '{% endif %}'",
    ),
    ("solution: '{{ answr }}'", "f.yaml:7:17: template: unknown name 'answr'; did you mean 'answer'?"),
    ("tests: [{seed: 1, answer: x, expect: rigt}]", "f.yaml:7:40: unknown expect 'rigt'; did you mean 'right'?"),
    ("tests: [{answer: x, expect: right}]", "f.yaml:7:11: a test needs the field 'seed'"),
    ("tests: [x]", "f.yaml:7:11: a test has to be a record with fields, not 'x'"),
    (
        "tests: [{seed: 1, answer: x, expect: wrong, mistake: inner-derivativ}]",
        "f.yaml:7:56: unknown mistake 'inner-derivativ'; did you mean 'inner-derivative'?",
    ),
    ("mistakes: [{name: a, answer: x}]", "f.yaml:7:14: a mistake needs the field 'say'"),
    (
        "mistakes: [{name: inner-derivative, answer: x, say: y}]",
        "f.yaml:7:21: every derivative problem knows the mistake 'inner-derivative' already; choose another name",
    ),
]


@pytest.mark.parametrize(("line", "message"), ONE_FAULT, ids=[line for line, _ in ONE_FAULT])
def test_one_fault(line: str, message: str) -> None:
    (fault,) = faults(changed(line))
    assert fault.startswith(message)


def test_all_faults_of_all_problems_at_once_in_order() -> None:
    text = "- id: A\n  kind: derivatve\n  title: B\n  difficulty: 9\n- 3\n" + changed("statement: '{{ g }}'")
    found = faults(text)
    assert [fault.split(": ")[0] for fault in found] == [
        "f.yaml:1:3",
        "f.yaml:1:3",
        "f.yaml:1:7",
        "f.yaml:2:9",
        "f.yaml:4:15",
        "f.yaml:5:3",
        "f.yaml:11:18",
    ]


@pytest.mark.parametrize("text", ["id: a", "just text", "- [a]", "- a"])
def test_something_else_than_problems(text: str) -> None:
    assert len(faults(text)) == 1


def test_ids_are_unique_in_a_file_and_across_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert faults(MINIMAL + MINIMAL) == [
        "f.yaml:7:7: the id 'a' is used twice; it is the id of the problem at f.yaml:1:7"
    ]
    monkeypatch.chdir(tmp_path)
    for name in ("one.yaml", "two.yaml"):
        (tmp_path / name).write_text(MINIMAL)
    with pytest.raises(AuthorErrors) as caught:
        load_bank([tmp_path])
    assert str(caught.value) == ("two.yaml:1:7: the id 'a' is used twice; it is the id of the problem at one.yaml:1:7")


def test_a_bank_reports_the_faults_of_every_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text("x: y: z\n")
    (tmp_path / "b.yaml").write_bytes(b"- id: \xff\n")
    with pytest.raises(AuthorErrors) as caught:
        load_bank([tmp_path, tmp_path / "absent"])
    assert [error.place.source for error in caught.value.errors][1:] == ["a.yaml", "b.yaml"]


def test_a_bank_finds_problems() -> None:
    from grader.bank.read import Bank

    bank = Bank(read_problems(MINIMAL + GOOD, "f.yaml"))
    assert len(bank) == 2 and bank["chain-trigpow"].difficulty == 3
    assert bank.advice("chain-trigpo") == "did you mean 'chain-trigpow'?"
    with pytest.raises(KeyError):
        bank["b"]


def test_each_field_is_named_once_in_advice():
    with pytest.raises(AuthorErrors) as caught:
        read_problems("- id: a\n  qqqqqq: 3\n", "f.yaml")
    advice = next(str(error) for error in caught.value.errors if "qqqqqq" in str(error))
    fields = advice.partition(" are ")[2].split(", ")
    assert len(fields) == len(set(fields)) > 10


def test_a_bank_that_is_a_file(tmp_path):
    (tmp_path / "bank.yaml").write_text("")
    with pytest.raises(AuthorErrors, match="this is a file, not a folder; give a folder of topic files"):
        load_bank([tmp_path / "bank.yaml"])
