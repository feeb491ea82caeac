"""Questions from rows of tables, for the tests and the benchmark of diagnoses."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

from grader import kinds
from grader.bank.instance import given_from_text, read_interval
from grader.expr.domain import Domain, Interval
from grader.kinds.base import PLURAL, Task

TABLE: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "tables" / "diagnoses.yaml").read_text())
_NAMES = ("x", "y", "t")


def task_of(row: dict[str, Any]) -> Task:
    """The question of a row; where the row says nothing of the domain it is the real line."""
    kind = kinds.load(row["kind"])
    given = {}
    for name, text in row["given"].items():
        spec = kind.givens[name]
        several = [text] if spec.type in PLURAL and isinstance(text, str) else text
        given[name] = given_from_text(spec, several, _NAMES)
    policy = {name: knob.values[0] for name, knob in kind.policies.items()} | row.get("policy", {})
    named = {name: read_interval(text) for name, text in row.get("domain", {}).items()}
    # Stationary points are proved to be all on a box.
    other = Interval(Fraction(-50), Fraction(50)) if kind.name == "stationary_points" else Interval()
    domain = Domain.of({name: named.get(name, other) for name in kind.variables(given)})
    return Task(kind.name, given, domain, kind.solve(given, domain, policy), policy=policy)
