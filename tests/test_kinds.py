"""Every task kind against its table of answers, from the typed text to the outcome.

A table is ``tests/kinds/<kind>.yaml``: named cases with what is given, the typed answer and
what grading has to say about it.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from grader import kinds
from grader.bank.conditions import evaluate
from grader.bank.read import load_bank, read_problems
from grader.claims import Accept
from grader.expr.domain import Domain, Interval
from grader.expr.tree import Expr
from grader.grade import Graded, grade_task
from grader.kinds.base import PLURAL, RIGHT, GivenValue, Kind, Task
from grader.resources import bank_directory

TABLES = Path(__file__).parent / "kinds"
FEWEST_CASES = 20
FEWEST_MISTAKES = 5
KNOWN = {"given", "domain", "policy", "accept", "answer", "expect", "score", "mistake", "reason", "message", "note"}


@cache
def table(kind: str) -> dict[str, dict[str, Any]]:
    cases = yaml.safe_load((TABLES / f"{kind}.yaml").read_text())
    assert isinstance(cases, dict)
    return cases


def every_case() -> list[Any]:
    names = sorted(path.stem for path in TABLES.glob("*.yaml"))
    return [pytest.param(kind, name, id=f"{kind}: {name}") for kind in names for name in table(kind)]


def task_of(kind: Kind, case: dict[str, Any]) -> Task:
    """The task of a case, read as a problem file is and solved as a variant is."""
    problem = {
        "id": "case",
        "kind": kind.name,
        "title": "case",
        "difficulty": 1,
        "statement": "case",
        **{field: case[field] for field in ("given", "domain", "policy", "accept") if field in case},
    }
    (read,) = read_problems(yaml.safe_dump([problem], allow_unicode=True), "case.yaml")
    given: dict[str, GivenValue] = {
        name: int(evaluate(value, {})) if kind.givens[name].type == "integer" and is_tree(value) else value
        for name, value in read.given.items()
    }
    for name, texts in read.given_texts.items():
        sort = kind.givens[name].type
        given[name] = tuple(text.value for text in texts) if sort in PLURAL else texts[0].value
        if sort == "choices":
            given[RIGHT] = texts[0].value
    domain = Domain(
        tuple((s.variable, Interval(end(s.low), end(s.high), s.low_closed, s.high_closed)) for s in read.domain)
    )
    policy = {name: read.policy.get(name, knob.values[0]) for name, knob in kind.policies.items()}
    accept = read.accept
    assert isinstance(accept, Accept)
    return Task(kind.name, given, domain, kind.solve(given, domain, policy), accept, policy)


def is_tree(value: GivenValue) -> bool:
    return not isinstance(value, str | int | tuple)


def end(tree: Expr | None) -> Fraction | None:
    return None if tree is None else evaluate(tree, {})


@pytest.mark.parametrize(("name", "case"), every_case())
def test_case(name: str, case: str) -> None:
    wanted = table(name)[case]
    assert wanted.keys() <= KNOWN, "a misspelt field would test nothing"
    kind = kinds.load(name)
    graded = grade_task(task_of(kind, wanted), str(wanted["answer"]), foreseen=())
    assert graded.outcome == wanted["expect"], explanation(graded)
    if "score" in wanted:
        assert graded.score == Fraction(str(wanted["score"]))
    if "mistake" in wanted:
        assert graded.mistake == wanted["mistake"]
    if "reason" in wanted:
        assert wanted["reason"] in [settled.finding.reason for settled in graded.findings], explanation(graded)
    if "message" in wanted:
        assert graded.fault is not None and wanted["message"] in graded.fault.explanation
    if "note" in wanted:
        assert any(wanted["note"] in note for note in graded.notes), graded.notes


def explanation(graded: Graded) -> str:
    said = [f"{s.about}: {s.finding.truth.value} by {s.finding.by}: {s.finding.evidence}" for s in graded.findings]
    return "\n".join([f"graded {graded.outcome}", *said, str(graded.fault.explanation if graded.fault else "")])


def test_every_kind_has_a_table_and_a_problem() -> None:
    assert {path.stem for path in TABLES.glob("*.yaml")} == set(kinds.names())
    assert {part.kind for problem in load_bank([bank_directory()]) for part in problem.questions} == set(kinds.names())


@pytest.mark.parametrize("name", kinds.names())
def test_every_kind_is_well_covered(name: str) -> None:
    cases = table(name)
    outcomes = {case["expect"] for case in cases.values()}
    assert len(cases) >= FEWEST_CASES
    assert {"right", "wrong", "unreadable"} <= outcomes
    mistakes = kinds.load(name).mistakes
    if not mistakes:
        # What is behind a wrong choice only the problem can say.
        assert all(part.mistakes for p in load_bank([bank_directory()]) for part in p.questions if part.kind == name)
        return
    assert len(mistakes) >= FEWEST_MISTAKES
    shown = {case["mistake"] for case in cases.values() if "mistake" in case}
    assert len(shown) >= FEWEST_MISTAKES and shown <= {mistake.name for mistake in mistakes}


@pytest.mark.parametrize("name", kinds.names())
def test_feedback_is_a_sentence(name: str) -> None:
    for mistake in kinds.load(name).mistakes:
        assert mistake.feedback[0].isupper() and mistake.feedback[-1] in ".?", mistake.name
        assert 20 <= len(mistake.feedback) <= 200, mistake.name
