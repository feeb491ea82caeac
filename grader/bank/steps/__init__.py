"""Worked solutions: paragraphs, and formulas that are checked before anybody reads them.

A step that is a formula names an operation (``derivative``, ``show``, ``answer``, ...), each a
module here with ``FIELDS`` and ``line``.  Fields are templates in the student's language; ``say``
is what stands before the formula, ``left`` LaTeX to print instead of the operation's own left
side (``f'(x)`` for ``d/dx [...]``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module

from grader.bank.document import Faults, Fields, Items, Node, Text
from grader.bank.fields import Record, describe
from grader.bank.instance import declared_names
from grader.bank.printed import Printable
from grader.bank.statement import render
from grader.bank.steps.base import AUXILIARY, SAY, Fact, Line, Operation, Scene, Step
from grader.claims import Finding
from grader.errors import AuthorError, StudentError
from grader.kinds.base import Kind, Task
from grader.records import record, replace
from grader.translations import ENGLISH

__all__ = ["OPERATIONS", "Checked", "Step", "check_steps", "read_steps", "render_steps", "texts_of"]

OPERATIONS: Mapping[str, str] = {
    name: f"grader.bank.steps.{name}"
    for name in (
        "answer", "antiderivative", "derivative", "formula", "integral", "limit", "show", "value", "zeros",
    )
}  # fmt: skip
"""Operation and module."""


@record
class Checked:
    """One fact that a step states, with what was found about it."""

    step: Step
    shown: str
    about: str
    finding: Finding


def read_steps(record: Record, faults: Faults) -> tuple[Step, ...]:
    """The field ``solution``: a text, or a list of texts and records."""
    node = record.node("solution")
    if node is None:
        return ()
    if isinstance(node, Items):
        return tuple(step for item in node.items if (step := _read_step(item, faults)))
    text = record.text("solution")
    return () if text is None else (_paragraph(text),)


def _paragraph(text: Text) -> Step:
    return Step(SAY, {SAY: (text,)}, text.place)


def _read_step(node: Node, faults: Faults) -> Step | None:
    if isinstance(node, Text):
        return _paragraph(node)
    if not isinstance(node, Fields):
        faults.add(node.place, f"a step is a text or a record, not {describe(node)}")
        return None
    if any(key.value == "en" for key, _ in node):
        # A paragraph in several languages.
        said = Record(Fields(((Text(SAY, node.place), node),), node.place), "a step", faults).text(SAY)
        return _paragraph(said) if said is not None else None
    record = Record(node, "a step", faults)
    named = [key.value for key, _ in node if key.value in OPERATIONS]
    if len(named) != 1:
        fault = "a step has to name one operation" + (f", not {' and '.join(named)}" if named else "")
        faults.add(node.place, fault, f"known are {', '.join(OPERATIONS)}")
        return None
    fields = (SAY, "left", *import_module(OPERATIONS[named[0]]).FIELDS)
    texts = {name: found for name in fields if (found := record.texts(name))}
    if "is" in fields and "is" not in texts:
        faults.add(node.place, f"a step '{named[0]}' needs the field 'is'", "write what it is equal to")
    record.close()
    return Step(named[0], texts, node.place)


def texts_of(steps: Sequence[Step]) -> Iterator[Text]:
    """Every template of the steps."""
    return (text for step in steps for texts in step.texts.values() for text in texts)


def render_steps(
    steps: Sequence[Step], kind: Kind, task: Task, printed: Mapping[str, Printable], language: str = ENGLISH
) -> str:
    """The solution as Markdown with LaTeX.  Raises AuthorError for a step that cannot be read."""
    scene = replace(_scene(kind, task), language=language)
    return "\n\n".join(_markdown(step, scene, printed) for step in steps)


def _markdown(step: Step, scene: Scene, printed: Mapping[str, Printable]) -> str:
    said = render(step.texts[SAY][0], printed).strip() if SAY in step.texts else ""
    if step.operation == SAY:
        return said
    line = _line(step, scene, printed)
    if line.words:
        return f"{said} {line.shown}" if said else line.shown
    left = render(step.texts["left"][0], printed).strip() if "left" in step.texts else line.left
    shown = f"$${left} = {line.shown}$$" if left else f"$${line.shown}$$"
    return f"{said}\n\n{shown}" if said else shown


def check_steps(steps: Sequence[Step], kind: Kind, task: Task, printed: Mapping[str, Printable]) -> Iterator[Checked]:
    """Every fact that the steps state about one variant, settled."""
    scene = _scene(kind, task)
    for step in steps:
        if step.operation != SAY:
            line = _line(step, scene, printed)
            yield from (Checked(step, line.shown, fact.about, _settled(fact)) for fact in line.facts)


def _scene(kind: Kind, task: Task) -> Scene:
    declared = declared_names(kind, task.given, task.domain)
    return Scene(task, tuple(dict.fromkeys((*declared, *AUXILIARY))))


def _line(step: Step, scene: Scene, printed: Mapping[str, Printable]) -> Line:
    operation: Operation = import_module(OPERATIONS[step.operation]).line
    fields = {
        name: tuple(render(text, printed, "text") for text in texts)
        for name, texts in step.texts.items()
        if name not in (SAY, "left")
    }
    try:
        return operation(fields, scene)
    except StudentError as error:
        text = step.texts.get(error.place.source, (None,))[0]
        where = f"'{error.place.source}': " if error.place.source in step.texts else ""
        told = f"in the solution, {where}{error.fault}"
        raise AuthorError(text.place if text is not None else step.place, told, error.fix) from None


def _settled(fact: Fact) -> Finding:
    claim = fact.claim
    if isinstance(claim, Finding):
        return claim
    if isinstance(claim, Mapping):
        from grader.claims import EXACT
        from grader.relations import settle_relation

        return settle_relation(claim, EXACT)[1]
    from grader.decide import settle

    return settle(claim)
