"""The curriculum of the course: every template of it is in the bank, complete and tested."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cache

import pytest

from grader import kinds
from grader.answer import Label, Points, Set
from grader.bank.instance import Instance
from grader.bank.problem import Problem
from grader.bank.read import load_bank
from grader.bank.sample import sample_parts
from grader.expr.tree import rational_value
from grader.kinds.base import RIGHT
from grader.resources import bank_directory

FEWEST_SEEDS = 2
FEWEST_HINTS = 2
DRAWS = 60

CURRICULUM = """
limits definition
  lim-diffquot=2 lim-def-poly=2 lim-def-recip=2 lim-is-derivative=2 lim-factor=1 lim-onesided-abs=3
  lim-not-diff=3
basic rules
  pow-int=1 pow-neg=1 pow-frac=2 poly=1 exp-log-sum=1 trig-sum=1 exp-base=2 deriv-at=1 find-coeff=2
product quotient
  prod-poly-trig=2 prod-exp-poly=2 prod-three=3 quot-linear=2 quot-trig=3 quot-exp=2 prod-table=2
chain rule
  chain-pow=1 chain-exp=2 chain-lnlin=2 chain-lnax=2 chain-sqrt=2 chain-trigpow=3 chain-double=3
  chain-table=2 chain-xx=4 implicit-conic=4
higher order
  second-poly=1 second-gauss=3 nth-exp=2 nth-sin=2 nth-formula=4 inflection=3 accel=2
tangent taylor
  tangent=2 linearise=2 tangent-through=3 taylor-exp=2 taylor-centre=3 taylor-trig=2 taylor-coeff=4
  taylor-error=5 taylor-2var=4
partials gradient
  partial-poly=1 partial-exp=2 partial-three=2 mixed=2 grad-expr=2 grad-at=2 directional=3 steepest=3
  tangent-plane=3
hessian jacobian
  hess-quad=2 hess-gen=3 hess-at=3 hess-quadform=3 hess-definite=3 jac-2x2=2 jac-3x2=3 dydx-denom=3
  jac-polar=3
multivar chain
  chain-path2=3 chain-at=2 chain-partial=4 chain-graph=3 chain-backprop-num=4 chain-jac-num=3
  chain-order=3
integrals
  anti-poly=1 anti-exp=1 anti-recip=2 anti-linpow=2 anti-usub=3 anti-parts=3 anti-pfrac=4 def-poly=1
  def-signed=2 area-total=3 area-graph=2 avg-value=2 ftc-upper=3 def-usub-bounds=3
single optimisation
  stat-quad=1 stat-cubic=2 stat-quartic=3 stat-flat=3 stat-exp=4 stat-none=2 global-closed=3 global-none=2
  mono-intervals=3 opt-word=4
multivar optimisation
  stat-2d-quad=3 stat-2d-cubic=4 stat-2d-branch=4 stat-2d-deg=4 lagrange=4 convex=4 regress-line=3
gradient methods
  gd-1d=1 gd-2d=2 gd-two=2 gd-rate=4 newton-1d=3 newton-2d=3 momentum=3
matrix calculus
  mx-lin=2 mx-quad=2 mx-ls=3 mx-norm=3 mx-trace=4 mx-bilinear=4 mx-logdet=4 mx-inverse=5 mx-chain=3
  mx-shape=2 mx-solve=4
ml losses
  sigmoid=2 sigmoid-2=3 tanh-relu=2 logloss=3 lse-grad=3 softmax-jac=4 ce-grad=3 logreg-grad=4 ridge=4
  backprop-w=5 gauss-nll=3 huber-hinge=3
"""
"""Topics, and under each its templates with their difficulties."""


def templates() -> dict[str, int]:
    entries = [entry.split("=") for line in CURRICULUM.splitlines() if line.startswith(" ") for entry in line.split()]
    return {name: int(difficulty) for name, difficulty in entries}


@cache
def bank() -> dict[str, Problem]:
    return {problem.id: problem for problem in load_bank([bank_directory()])}


def questions(name: str) -> Iterator[Problem]:
    """The question of a template, or those of its parts."""
    assert name in bank(), f"the bank has no problem {name!r}"
    yield from bank()[name].questions


def test_the_curriculum_has_135_templates() -> None:
    assert len(templates()) == 135


@pytest.mark.parametrize("name", templates())
def test_a_template_is_complete(name: str) -> None:
    problem = bank()[name]
    assert problem.difficulty == templates()[name]
    assert problem.title and problem.concepts
    for question in questions(name):
        assert question.kind in kinds.names()
        assert question.solution, "no solution"
        assert question.hints, "no hint"
    hints = sum(len(question.hints) for question in questions(name))
    assert hints >= (FEWEST_HINTS if problem.difficulty >= 2 else 1), "hints lead from gentle to concrete"


@pytest.mark.parametrize("name", templates())
def test_a_template_is_tested(name: str) -> None:
    for question in questions(name):
        right = {test.seed for test in question.tests if test.expect == "right"}
        wrong = [test for test in question.tests if test.expect in ("wrong", "partial")]
        assert right and wrong, question.id
        assert len({test.seed for test in question.tests}) >= FEWEST_SEEDS, question.id
        assert any(test.mistake for test in wrong), f"{question.id}: no mistake is named"


def test_no_two_templates_share_a_title() -> None:
    titles = [problem.title for problem in bank().values()]
    assert sorted(set(titles)) == sorted(titles)


def nature(instance: Instance) -> str:
    reference = instance.task.reference
    assert isinstance(reference, Points)
    return " and ".join(sorted(point.label for point in reference.points)) or "none"


def label(instance: Instance) -> str:
    assert isinstance(instance.task.reference, Label)
    return instance.task.reference.name


def count(instance: Instance) -> str:
    reference = instance.task.reference
    assert isinstance(reference, Set | Points)
    return str(len(reference.elements if isinstance(reference, Set) else reference.points))


def chosen(instance: Instance) -> str:
    right = instance.task.given[RIGHT]
    assert isinstance(right, str)
    return right


def symmetric(instance: Instance) -> str:
    reference = instance.task.reference
    assert isinstance(reference, Points)
    first, last = (rational_value(point.coordinates[0]) for point in reference.points)
    assert first is not None and last is not None
    return "symmetric" if first + last == 0 else "not"


def end(instance: Instance) -> str:
    """Whether the largest value is taken at the right end, or the same as at the stationary point."""
    end_value, inner = instance.parameters["end"], instance.parameters["inner"]
    assert isinstance(end_value, Fraction) and isinstance(inner, Fraction)
    return "end" if end_value > inner else "inside"


@pytest.mark.parametrize(
    ("name", "outcome", "wanted"),
    [
        ("stat-cubic", symmetric, {"symmetric": 0.3, "not": 0.3}),
        ("inflection", count, {"0": 0.15, "1": 0.15, "2": 0.15}),
        ("stat-none", nature, {"none": 0.3, "minimum": 0.3}),
        ("stat-2d-quad", nature, {"minimum": 0.07, "maximum": 0.07, "saddle": 0.5}),
        ("global-none", chosen, {"Neither": 0.3}),
    ],
)
def test_every_outcome_is_drawn(name: str, outcome: Callable[[Instance], str], wanted: dict[str, float]) -> None:
    drawn = Counter(outcome(sample_parts(bank()[name], seed)[0]) for seed in range(1, DRAWS + 1))
    assert all(drawn[each] >= share * DRAWS for each, share in wanted.items()), drawn


def test_every_definiteness_is_drawn() -> None:
    drawn = Counter(label(sample_parts(bank()["hess-definite"], seed)[1]) for seed in range(1, DRAWS + 1))
    assert {"positive definite", "negative definite", "indefinite"} <= drawn.keys()
    assert drawn["indefinite"] >= DRAWS / 5


def test_the_largest_value_is_at_an_end_in_about_half_of_the_draws() -> None:
    drawn = Counter(end(sample_parts(bank()["global-closed"], seed)[0]) for seed in range(1, DRAWS + 1))
    assert min(drawn["end"], drawn["inside"]) >= DRAWS / 4, drawn
