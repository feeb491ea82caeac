"""A problem in another language: every text that has a translation is replaced by it, and the rest stays English.

The draw is the same: a student who reads German has the question of the same numbers.
"""

from __future__ import annotations

from functools import lru_cache

from grader.bank.problem import Problem
from grader.records import replace
from grader.translations import ENGLISH


def translated(problem: Problem, language: str) -> Problem:
    """The problem as its texts say it in a language."""
    return problem if language == ENGLISH else _translated(_Known(problem), language)


class _Known:
    """A problem by its identity: its texts are too large to be compared for every student."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem

    def __hash__(self) -> int:
        return id(self.problem)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Known) and other.problem is self.problem


@lru_cache(maxsize=1024)
def _translated(known: _Known, language: str) -> Problem:
    problem = known.problem
    return replace(
        problem,
        title=problem.titles.get(language, problem.title),
        statement=problem.statement.said(language),
        stem=problem.stem.said(language) if problem.stem is not None else None,
        hints=tuple(hint.said(language) for hint in problem.hints),
        answer_hint=problem.answer_hint.said(language) if problem.answer_hint is not None else None,
        mistakes=tuple(replace(m, say=m.say.said(language)) for m in problem.mistakes),
        solution=tuple(
            replace(
                step, texts={name: tuple(text.said(language) for text in texts) for name, texts in step.texts.items()}
            )
            for step in problem.solution
        ),
        given_texts={name: tuple(t.said(language) for t in texts) for name, texts in problem.given_texts.items()},
        parts=tuple(_translated(_Known(part), language) for part in problem.parts),
        language=language,
    )
