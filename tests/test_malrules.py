"""The mal-rules of the curriculum on its own instances: each is computed by a mistake that claims it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml

from grader import kinds
from grader.answer import Equation, Scalar
from grader.claims import Equal, Truth
from grader.decide import settle
from grader.expr.domain import Domain, Interval
from grader.expr.parse import Names, parse
from grader.expr.tree import Expr
from grader.kinds.base import GivenValue, Task

TABLE: dict[str, list[dict[str, Any]]] = yaml.safe_load(
    (Path(__file__).parent / "tables" / "malrules.yaml").read_text()
)
NAMES = Names(("x", "y"))
CASES = [
    pytest.param(rule, case, id=f"{rule}: {case['given']['f']}") for rule, cases in TABLE.items() for case in cases
]


def given_of(case: dict[str, Any]) -> dict[str, GivenValue]:
    given: dict[str, GivenValue] = {"f": parse(str(case["given"]["f"]), NAMES)}
    for name, value in case["given"].items():
        if name == "at":
            given["at"] = (parse(str(value), NAMES),)
        elif name == "order":
            given["order"] = value
        elif name in ("wrt", "variables"):
            given[name] = tuple(value)
    return given


def equal(a: Expr, b: Expr, domain: Domain) -> Truth:
    return settle(Equal(a, b, domain)).truth


@pytest.mark.parametrize(("rule", "case"), CASES)
def test_the_mistake_is_known(rule: str, case: dict[str, Any]) -> None:
    kind = kinds.load(case["kind"])
    given = given_of(case)
    # Logarithms and roots of the table are meant where they are defined.
    domain = Domain.of({"x": Interval(Fraction(1, 4), Fraction(5))})
    reference = kind.solve(given, domain, {})
    right, wrong = parse(case["right"], NAMES), parse(case["wrong"], NAMES)
    shown = reference.right if isinstance(reference, Equation) else reference.value  # type: ignore[union-attr]
    assert equal(shown, right, domain) in (Truth.PROVED, Truth.AGREES)
    assert equal(shown, wrong, domain) is Truth.REFUTED
    task = Task(kind.name, given, domain, reference)
    answers = [a for m in kind.mistakes if rule in m.rule.split() for a in m.wrong(task) if isinstance(a, Scalar)]
    assert any(equal(a.value, wrong, domain) in (Truth.PROVED, Truth.AGREES) for a in answers)
