"""Names the typical mistake behind a refuted answer, by computing the mistakes and comparing.

Nothing is guessed from the look of an answer: a mistake is named when the answer equals, by
the same decider that gives the verdicts, the wrong answer that the mistake leads to.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from grader import kinds
from grader.answer import Answer
from grader.bank.instance import NamedMistake
from grader.decide import WITHOUT_ALGEBRA, settle
from grader.kinds.base import Kind, Mistake, Task
from grader.records import record, replace


@record
class Diagnosis:
    """The mistake an answer shows.

    ``feedback`` is for the student and gives nothing away; ``credit`` is the share of the
    points that the answer keeps.  ``also`` names further mistakes that lead to the same
    answer: what the student really did is then not known, and an instructor may want to ask.
    """

    name: str
    feedback: str
    credit: Fraction
    also: tuple[str, ...] = ()
    general: bool = False
    """Whether it is a mistake of no kind in particular, so that a better name may be found."""


def diagnose(task: Task, answer: Answer, foreseen: tuple[NamedMistake, ...] = ()) -> Diagnosis | None:
    """The mistake that leads to this answer; to be asked only when the answer is refuted.

    When several lead to it, the first counts: those the author foresaw stand before those of
    the kind, and a kind lists the likelier and more general before the particular.
    """
    kind = kinds.load(task.kind)
    fitting = list(_fitting(kind, task, answer, foreseen))
    if not fitting:
        return _general(kind, task, answer)
    first, *others = fitting
    also = tuple(dict.fromkeys(mistake.name for mistake in others if mistake.name != first.name))
    return Diagnosis(first.name, first.feedback, first.credit, also)


def wrong_answers(task: Task, foreseen: tuple[NamedMistake, ...] = ()) -> tuple[NamedMistake, ...]:
    """The named wrong answers of the task, in the order in which an answer is compared with them.

    None is right, and none equals one before it; a mistake that leads to several stands once for each.
    """
    kind = kinds.load(task.kind)
    found: list[NamedMistake] = []
    named: tuple[NamedMistake | Mistake, ...] = (*foreseen, *kind.mistakes)
    for mistake in named:
        answers = (mistake.answer,) if isinstance(mistake, NamedMistake) else _wrong_answers(mistake, task)
        for answer in answers:
            claims = kind.claims(task, answer) if type(answer) is type(task.reference) else ()
            right = all(settle(weighted.claim, WITHOUT_ALGEBRA).right for weighted in claims)
            if not right and not any(_same(kind, task, known.answer, answer) for known in found):
                found.append(NamedMistake(mistake.name, answer, mistake.feedback, mistake.credit))
    return tuple(found)


def _general(kind: Kind, task: Task, answer: Answer) -> Diagnosis | None:
    """What can be named without knowing the kind."""
    from grader.common_mistakes import COMMON, told_of_formula

    for mistake in COMMON:
        if any(_same(kind, task, wrong, answer) for wrong in _wrong_answers(mistake, task)):
            return Diagnosis(mistake.name, mistake.feedback, mistake.credit, general=True)
    told = told_of_formula(task, answer)
    return None if told is None else Diagnosis(*told, Fraction(0), general=True)


def _fitting(
    kind: Kind, task: Task, answer: Answer, foreseen: tuple[NamedMistake, ...]
) -> Iterator[NamedMistake | Mistake]:
    for named in foreseen:
        if _same(kind, task, named.answer, answer):
            yield named
    for mistake in kind.mistakes:
        if any(_same(kind, task, wrong, answer) for wrong in _wrong_answers(mistake, task)):
            yield mistake


def _wrong_answers(mistake: Mistake, task: Task) -> tuple[Answer, ...]:
    try:
        return mistake.wrong(task)
    except Exception:
        # The verdict stands without a diagnosis; a mistake that cannot be computed for this
        # variant must not cost the student the verdict.  Sampling reports it to the author.
        return ()


def _same(kind: Kind, task: Task, wrong: Answer, answer: Answer) -> bool:
    if type(wrong) is not type(answer):
        return False
    if kind.matches is not None:
        claims = kind.matches(task, wrong, answer)
    else:
        claims = kind.claims(replace(task, reference=wrong), answer)
    return bool(claims) and all(settle(weighted.claim, WITHOUT_ALGEBRA).right for weighted in claims)
