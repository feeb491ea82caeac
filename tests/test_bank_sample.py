"""Variants: the same for a seed everywhere, fair, and the same again after the manifest."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from fractions import Fraction

import pytest

from grader.bank.instance import from_record, to_record
from grader.bank.problem import Problem
from grader.bank.read import read_problems
from grader.bank.sample import printed_values, sample
from grader.errors import AuthorError
from grader.expr.domain import Interval

PROBLEMS = """\
- id: power
  kind: derivative
  title: A power
  difficulty: 1
  parameters: {c: {integer: [-9, 9], exclude: [-1, 0, 1]}, n: {integer: [2, 9]}}
  constraints: ["abs(c) != n"]
  given: {f: "c x^n", wrt: x}
  statement: 'Differentiate $f(x) = {{ f }}$.'
  hints: ['The exponent is ${{ n }}$.']
  solution: '$f''(x) = {{ answer }}$'
  points: 3/2

- id: mixed-sorts
  kind: derivative
  title: Every sort of parameter
  difficulty: 2
  parameters:
    q: {rational: {numerator: [1, 5], denominator: [2, 3]}}
    s: {sign: true}
    g: {choice: ["sin(x)", "e^x", "x^5"]}
    p: {choice: [2, 3, 5, 7]}
  derived: {m: "s*p", h: "g + p"}
  given: {f: "q m h^2", wrt: x}
  domain: {x: ["-p", "p/2"]}
  accept: {relative: 1/100}
  statement: |
    {% if s > 0 %}Differentiate{% else %}Find the slope of{% endif %} ${{ f }}$ in ${{ wrt }}$.

- id: names
  kind: derivative
  title: The name of the variable varies
  difficulty: 1
  parameters: {v: {choice: [u, w]}, k: {integer: [2, 5]}}
  given: {f: "sin(k v)", wrt: v}
  statement: 'Differentiate ${{ f }}$ with respect to ${{ v }}$.'
"""


def problem(name: str, text: str = PROBLEMS) -> Problem:
    return next(p for p in read_problems(text, "f.yaml") if p.id == name)


def unsatisfiable(extra: str) -> str:
    text = (
        "- id: a\n  kind: derivative\n  title: A\n  difficulty: 1\n"
        "  parameters: {n: {integer: [2, 5]}, k: {integer: [2, 5]}}\n"
        "  given: {f: 'n x^k', wrt: x}\n  statement: '{{ f }}'\n" + extra
    )
    with pytest.raises(AuthorError) as caught:
        sample(problem("a", text), 1)
    return str(caught.value)


# Golden values: these must not change on any machine or with any version of anything.
GOLDEN_POWER = ["-9 2", "2 9", "-5 4", "-8 3", "9 6", "6 8", "2 4", "4 9"]
GOLDEN_MIXED = [
    "3/2 -1 sin(x) 2 -2 sin(x) + 2",
    "4/3 1 sin(x) 7 7 sin(x) + 7",
    "2/3 -1 x^5 2 -2 x^5 + 2",
    "1/3 -1 x^5 5 -5 x^5 + 5",
]
# The first characters of the SHA-256 of whole records: besides the draw, they change when a printer does.
GOLDEN_RECORDS = {
    ("power", 1): "c8355775e370dfc4",
    ("power", 2): "a96df2fb736ba05a",
    ("mixed-sorts", 1): "426b7c7749bca673",
    ("mixed-sorts", 2): "7d79db8553bfbe9a",
    ("names", 1): "3a75064806d35e18",
    ("names", 2): "885c904e0883fe74",
}


def drawn(name: str, seed: int) -> str:
    return " ".join(str(value) for value in sample(problem(name), seed).parameters.values())


def test_a_seed_fixes_the_parameters() -> None:
    assert [drawn("power", seed) for seed in range(8)] == GOLDEN_POWER
    assert [drawn("mixed-sorts", seed) for seed in range(4)] == GOLDEN_MIXED
    assert drawn("power", 2**128 - 1) == "-6 7"


def digest(name: str, seed: int) -> str:
    record = json.dumps(to_record(sample(problem(name), seed)), ensure_ascii=True)
    return hashlib.sha256(record.encode()).hexdigest()[:16]


def test_a_seed_fixes_every_byte_of_the_record() -> None:
    assert {(name, seed): digest(name, seed) for name, seed in GOLDEN_RECORDS} == GOLDEN_RECORDS


def test_another_process_draws_the_same() -> None:
    code = (
        "import sys; sys.path.insert(0, 'tests')\n"
        "from test_bank_sample import digest\n"
        "print(digest('power', 3), digest('mixed-sorts', 3))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [digest("power", 3), digest("mixed-sorts", 3)]


@pytest.mark.parametrize("name", ["power", "mixed-sorts", "names"])
def test_the_record_gives_the_instance_back(name: str) -> None:
    for seed in range(6):
        instance = sample(problem(name), seed)
        record = json.loads(json.dumps(to_record(instance)))
        again = from_record(record)
        assert again == instance
        assert to_record(again) == to_record(instance)


def test_constraints_hold_in_every_variant() -> None:
    for seed in range(60):
        values = sample(problem("power"), seed).parameters
        c, n = values["c"], values["n"]
        assert isinstance(c, Fraction) and abs(c) != n and c not in (-1, 0, 1)


def test_what_templates_print() -> None:
    instance = sample(problem("power"), 1)
    n = instance.parameters["n"]
    assert instance.hints == (f"The exponent is ${n}$.",)
    assert instance.statement.startswith("Differentiate $f(x) = ")
    assert "answer" not in instance.solution and "x" in instance.solution
    assert instance.points == Fraction(3, 2)
    assert set(printed_values(instance)) >= {"c", "n", "f", "wrt"}


def test_parameters_reach_domain_and_names() -> None:
    instance = sample(problem("mixed-sorts"), 1)
    p = instance.parameters["p"]
    assert isinstance(p, Fraction)
    assert instance.task.domain["x"] == Interval(-p, p / 2)
    named = sample(problem("names"), 1)
    assert named.task.given["wrt"] == (named.parameters["v"],)
    assert f"respect to ${named.parameters['v']}$" in named.statement


def slope_of_square(*points: int, extra: str = "") -> Problem:
    """Where x is 2, the height of the parabola is its slope."""
    text = (
        "- id: a\n  kind: derivative\n  title: A\n  difficulty: 1\n"
        f"  parameters: {{p: {{choice: {list(points)}}}}}\n"
        "  given: {f: x^2, wrt: x, at: p}\n  statement: '{{ f }}'\n" + extra
    )
    return problem("a", text)


def test_draws_on_which_a_mistake_is_right_are_put_back() -> None:
    for seed in range(12):
        assert sample(slope_of_square(2, 3), seed).parameters["p"] == 3


def test_an_own_mistake_that_is_right_puts_the_draw_back() -> None:
    message = unsatisfiable("  mistakes:\n    - {name: own, answer: '{{ n*k }} x^{{ k - 1 }}', say: Look again.}\n")
    assert message.startswith("f.yaml:1:7: no variant of 'a' could be drawn; put back because: ")
    assert "the mistake 'own' gives the right answer (16 of" in message or "gives the right answer" in message


def test_an_own_mistake_reaches_the_instance() -> None:
    own = "  mistakes:\n    - {name: own, answer: '{{ n }} x', when: 'k = 3', say: 'Look at {{ k }}.', credit: 1/4}\n"
    text = (
        "- id: a\n  kind: derivative\n  title: A\n  difficulty: 1\n"
        "  parameters: {n: {integer: [2, 5]}, k: {integer: [3, 4]}}\n"
        "  given: {f: 'n x^k', wrt: x}\n  statement: '{{ f }}'\n" + own
    )
    found = [sample(problem("a", text), seed) for seed in range(8)]
    assert {bool(i.mistakes) == (i.parameters["k"] == 3) for i in found} == {True}
    (mistake,) = next(i for i in found if i.mistakes).mistakes
    assert (mistake.name, mistake.feedback, mistake.credit) == ("own", "Look at 3.", Fraction(1, 4))


def test_a_mistake_that_cannot_show_may_be_overlooked() -> None:
    with pytest.raises(AuthorError, match="the mistake 'height-for-slope' gives .* name it in 'overlook'$"):
        sample(slope_of_square(2), 1)
    assert sample(slope_of_square(2, extra="  overlook: height-for-slope\n"), 1)


def test_constraints_that_cannot_be_met() -> None:
    message = unsatisfiable("  constraints: ['n > k', 'k > n']\n")
    assert message.startswith("f.yaml:8:")
    assert "no variant of 'a' could be drawn; put back because: the constraint '" in message
    assert "' is not met (" in message


def test_a_value_that_never_exists() -> None:
    message = unsatisfiable("  derived: {m: 1/(n - n)}\n")
    assert message.startswith("f.yaml:8:13: no variant of 'a' could be drawn; put back because: the derived value 'm' ")
    assert "' has no value (" in message and message.endswith("); for example: a quotient by zero")


def test_a_domain_that_is_always_empty() -> None:
    message = unsatisfiable("  domain: {x: [n, '-n']}\n")
    assert message.startswith("f.yaml:8:12: ")
    assert "the domain of 'x' is empty" in message


def test_a_reference_that_is_nowhere_defined() -> None:
    text = (
        "- id: a\n  kind: derivative\n  title: A\n  difficulty: 1\n"
        "  given: {f: sqrt(x), wrt: x}\n  domain: {x: [-3, -1]}\n  statement: a\n"
    )
    with pytest.raises(AuthorError, match="put back because: "):
        sample(problem("a", text), 1)


def test_a_fault_in_a_template_is_told_with_its_line() -> None:
    text = PROBLEMS.replace("'Differentiate $f(x) = {{ f }}$.'", "|\n    One.\n    {{ f.nosuch }}")
    with pytest.raises(AuthorError, match=r"^f.yaml:10:5: template: .*nosuch"):
        sample(problem("power", text), 1)


def test_reading_a_record_back_loads_nothing_heavy() -> None:
    record = json.dumps(to_record(sample(problem("power"), 1)))
    code = (
        "import json, sys\n"
        "from grader.bank.instance import from_record\n"
        "from_record(json.loads(sys.argv[1]))\n"
        "print([m for m in ('sympy', 'numpy', 'jinja2', 'yaml') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code, record], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
