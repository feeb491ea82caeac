"""Questions with one right choice among several, in an order of its own for each variant.

The mistakes behind wrong choices belong to the problem, which says them in ``mistakes:``.
"""

from __future__ import annotations

from collections.abc import Mapping

from grader.answer import Answer, Label, Shape
from grader.claims import SameLabel, Weighted
from grader.expr.domain import Domain
from grader.kinds.base import LETTERS, RIGHT, Given, Givens, Kind, Task, Unsolvable, names, text


def _letters(given: Givens) -> tuple[str, ...]:
    return tuple(LETTERS[: len(names(given, "choices"))])


def _solve(given: Givens, domain: Domain, policy: Mapping[str, str]) -> Answer:
    choices = names(given, "choices")
    if not 2 <= len(choices) <= len(LETTERS):
        raise Unsolvable(f"a question has 2 to {len(LETTERS)} choices")
    if len({" ".join(choice.split()).casefold() for choice in choices}) < len(choices):
        raise Unsolvable("two choices are the same")
    return Label(LETTERS[choices.index(text(given, RIGHT))])


def _claims(task: Task, answer: Answer) -> tuple[Weighted, ...]:
    assert isinstance(task.reference, Label) and isinstance(answer, Label)
    return (Weighted("the choice", SameLabel(task.reference.name, answer.name)),)


KIND = Kind(
    name="multiple_choice",
    title="Multiple choice",
    givens={
        "choices": Given("choices", "the right choice, then the wrong ones; each variant orders them anew"),
        RIGHT: Given("text", "the right choice; the first one if absent", required=False),
    },
    shape=lambda given, policy: Shape("label", labels=_letters(given), choices=names(given, "choices")),
    solve=_solve,
    claims=_claims,
    variables=lambda given: (),
    mistakes=(),
)
