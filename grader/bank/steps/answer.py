"""``answer: ["2x*cos(x^2)"]``: forms of the right answer, graded as a student's would be."""

from __future__ import annotations

from collections.abc import Mapping

from grader import answer as answers
from grader import kinds
from grader.answer import Answer, Label
from grader.answer_text import write_latex
from grader.bank.steps.base import Fact, Line, Scene, neat_answer
from grader.expr.parse import Names
from grader.kinds.base import Kind

FIELDS = ("answer",)


def line(fields: Mapping[str, tuple[str, ...]], scene: Scene) -> Line:
    """Every form has to be right; they are shown one after the other with ``=`` between."""
    kind = kinds.load(scene.task.kind)
    forms = [_read(text, kind, scene) for text in fields["answer"]]
    facts = tuple(Fact(weighted.about, weighted.claim) for form in forms for weighted in kind.claims(scene.task, form))
    shown = tuple(map(neat_answer, forms))
    if isinstance(shown[0], Label):
        return Line(f"**{shown[0].name}**", facts, words=True)
    return Line(" = ".join(write_latex(form) for form in shown), facts)


def _read(text: str, kind: Kind, scene: Scene) -> Answer:
    task = scene.task
    shape = kind.shape(task.given, task.policy)
    declared = tuple(dict.fromkeys((*kind.variables(task.given), *task.domain)))
    names = Names(declared, free=shape.free_names)
    return answers.read(text, shape, names, syntax="infix", source="answer", asked=kind.asked(task.given)).answer
