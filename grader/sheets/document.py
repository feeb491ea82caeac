"""Makes the document of one student from the instances of a manifest."""

from __future__ import annotations

import base64
import hashlib
import json
import unicodedata
from collections.abc import Mapping

from grader import kinds
from grader.bank.figures import described
from grader.bank.instance import Instance
from grader.claims import Accept
from grader.figures.base import Figure
from grader.records import replace
from grader.sheets.base import PLAIN, Document, Key, Look, Question, Rule
from grader.submission import Expectation
from grader.translations import translation


def make_sheet(
    *,
    title: str,
    course: str,
    sheet: str,
    due: str,
    instructions: str,
    student: str,
    name: str,
    items: Mapping[str, Instance],
    version: str = "",
    look: Look = PLAIN,
) -> Document:
    """The sheet, without anything that gives an answer away."""
    return Document(
        kind="sheet",
        title=one_line(title),
        course=one_line(course),
        sheet=one_line(sheet),
        due=one_line(due),
        instructions=instructions,
        student=one_line(student),
        name=one_line(name),
        variant=variant_code(sheet, student or version, items),
        questions=_questions(items),
        version=version,
        look=look,
    )


def make_key(sheet: Document, items: Mapping[str, Instance]) -> Document:
    """The key that belongs to the sheet; ``items`` are the ones the sheet was made from."""
    questions = tuple(replace(q, key=_key(items[q.number], sheet.language)) for q in sheet.questions)
    return replace(sheet, kind="key", questions=questions)


def figures(document: Document) -> list[tuple[str, Figure]]:
    """The figures of the document by the numbers they go with."""
    found = []
    for question in document.questions:
        found += [(question.problem, question.stem_figure)] if question.stem_figure is not None else []
        found += [(question.number, question.figure)] if question.figure is not None else []
        if question.key is not None and question.key.figure is not None:
            found.append((f"{question.number}.key", question.key.figure))
    return found


def variant_code(sheet: str, student: str, items: Mapping[str, Instance]) -> str:
    """Six letters and digits that tell two sheets apart; made of what is on the sheet alone,
    so that they say nothing about the answers."""
    shown = [sheet, student, *(f"{n} {i.stem}{i.statement}{i.figure or ''}" for n, i in items.items())]
    digest = hashlib.sha256(json.dumps(shown).encode("ascii")).digest()
    code = base64.b32encode(digest)[:6].decode("ascii")
    return f"{code[:3]}-{code[3:]}"


def one_line(text: str) -> str:
    """The text as one line without control characters and without bidirectional overrides, which
    would reorder what stands around them."""
    kept = (" " if c.isspace() else c for c in text if c.isspace() or not _acts(c))
    return " ".join("".join(kept).split())


def _acts(character: str) -> bool:
    # Zero-width joiners belong to the spelling of names in several scripts.
    category = unicodedata.category(character)
    return category in ("Cc", "Cs") or (category == "Cf" and character not in "\u200c\u200d")


def _questions(items: Mapping[str, Instance]) -> tuple[Question, ...]:
    """The questions in their order; what parts share stands before the first of them."""
    made: list[Question] = []
    for number, instance in items.items():
        question = _question(number, instance)
        if question.figure is not None and question.figure == _shared_figure(question.problem, items):
            question = replace(question, figure=None, stem_figure=question.figure if question.part == "a" else None)
        if question.stem and made and made[-1].problem == question.problem:
            question = replace(question, stem="")
        made.append(question)
    return tuple(made)


def _shared_figure(problem: str, items: Mapping[str, Instance]) -> Figure | None:
    """The figure of a problem in parts, when all of them have the same."""
    figures = {i.figure for number, i in items.items() if i.part and number.removesuffix(i.part) == problem}
    return figures.pop() if len(figures) == 1 else None


def _question(number: str, instance: Instance) -> Question:
    if instance.figure is not None:
        # A fault is told here, where the problem is known.
        described(instance.figure, instance.problem)
    return Question(
        number=number,
        statement=instance.statement,
        hint=instance.answer_hint,
        points=instance.points,
        expects=Expectation.of(instance),
        part=instance.part,
        stem=instance.stem,
        figure=instance.figure,
    )


def _key(instance: Instance, language: str) -> Key:
    from grader.answer_text import write, write_latex, write_spoken

    kind, task = kinds.load(instance.kind), instance.task
    if instance.solution_figure is not None:
        described(instance.solution_figure, instance.problem)
    return Key(
        problem=instance.problem,
        title=instance.title,
        difficulty=instance.difficulty,
        solution=instance.solution,
        text=write(task.reference),
        latex=write_latex(task.reference),
        spoken=write_spoken(task.reference),
        tolerance=_tolerance(task.accept, language),
        rules=tuple(
            Rule(name, task.policy.get(name, knob.values[0]), knob.about) for name, knob in kind.policies.items()
        ),
        figure=instance.solution_figure,
    )


def _tolerance(accept: Accept, language: str) -> str:
    _ = translation(language).gettext
    if accept.significant_digits is not None:
        return _("%(count)s significant digits") % {"count": accept.significant_digits}
    if accept.absolute is not None:
        return _("within %(distance)s") % {"distance": accept.absolute}
    if accept.relative is not None:
        return _("within %(share)s of the value") % {"share": accept.relative}
    return _("exact")
