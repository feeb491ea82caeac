"""One variant of a problem as its author wants to see it: question, key, accepted forms, mistakes and what is said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from grader import kinds
from grader.answer import Answer
from grader.answer_text import write, write_latex, write_unicode
from grader.bank.instance import Instance, NamedMistake
from grader.feedback import for_student
from grader.figures.base import Figure
from grader.grade import Graded, grade_answer
from grader.kinds.base import Mistake
from grader.records import record
from grader.sheets.templates import Templates

_MOST_ANSWERS = 2
"""Wrong answers shown of one mistake."""


@record
class Shown:
    """A typed answer with what grading makes of it; ``name`` is the mistake that leads to it."""

    typed: str
    outcome: str
    said: tuple[str, ...]
    name: str = ""
    credit: Fraction = Fraction(0)


@record
class Preview:
    """``accepted`` are spellings of the right answer, each graded; ``mistakes`` computed wrong answers."""

    instance: Instance
    text: str
    latex: str
    accepted: tuple[Shown, ...]
    mistakes: tuple[Shown, ...]

    @property
    def figure(self) -> Figure | None:
        return self.instance.figure

    @property
    def parameters(self) -> str:
        """The values of the draw in a line."""
        return ", ".join(f"{name} = {value}" for name, value in self.instance.parameters.items())


def preview(instance: Instance) -> Preview:
    """Everything about one variant; each spelling and each wrong answer is graded like a student's."""
    reference = instance.task.reference
    return Preview(
        instance, write(reference), write_latex(reference), tuple(_accepted(instance)), tuple(_mistakes(instance))
    )


def page(parts: Sequence[Instance], templates: Templates) -> str:
    """The previews of a problem, or of its parts, as one HTML page that needs nothing else."""
    return templates.render("preview.html.j2", parts=[preview(instance) for instance in parts])


def _accepted(instance: Instance) -> Iterator[Shown]:
    reference = instance.task.reference
    asked = kinds.load(instance.kind).asked(instance.task.given)
    spellings = [write(reference), write_unicode(reference), write_latex(reference)]
    if asked:
        spellings.append(f"{asked[0]} = {write(reference)}")
    for typed in dict.fromkeys(spellings):
        graded = grade_answer(instance, typed)
        if graded.outcome == "right":
            yield _shown(typed, graded)


def _mistakes(instance: Instance) -> Iterator[Shown]:
    computed: list[tuple[NamedMistake | Mistake, tuple[Answer, ...]]] = [(m, (m.answer,)) for m in instance.mistakes]
    computed += [(m, m.wrong(instance.task)) for m in kinds.load(instance.kind).mistakes]
    seen: set[str] = set()
    for mistake, answers in computed:
        for typed in dict.fromkeys(write(answer) for answer in answers[:_MOST_ANSWERS]):
            if typed in seen:
                continue
            seen.add(typed)
            graded = grade_answer(instance, typed)
            if graded.outcome in ("wrong", "partial"):
                yield _shown(typed, graded, graded.mistake or mistake.name, mistake.credit)


def _shown(typed: str, graded: Graded, name: str = "", credit: Fraction = Fraction(0)) -> Shown:
    return Shown(typed, graded.outcome, for_student(graded)[1:], name, credit)
