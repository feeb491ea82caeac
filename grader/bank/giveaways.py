"""Finds texts that give the answer away: by its letters, or by a formula that is equal to it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader import kinds
from grader.answer import Scalar
from grader.bank.document import Text
from grader.bank.instance import Instance, declared_names
from grader.bank.problem import Problem
from grader.errors import StudentError
from grader.expr.tree import Expr, size, variables
from grader.figures import describe
from grader.kinds.base import Givens

_SHORTEST = 5
"""Characters below which an answer such as 2 or x stands in many texts by chance."""
_SMALLEST = 4
"""Nodes below which a formula is equal to the answer by chance."""
_FORMULA = re.compile(r"\$\$?([^$]+)\$\$?")
_SIDE = re.compile(r"(?<![<>!:\\])=|\\(?:iff|to|le|ge|ne)\b|[<>]")


def trees_of(given: Givens) -> Iterator[Expr]:
    """Every expression of the givens."""
    for value in given.values():
        for part in value if isinstance(value, tuple) else (value,):
            yield from (e for e in (part if isinstance(part, tuple) else (part,)) if not isinstance(e, str | int))


def giveaways(problem: Problem, instance: Instance, by_value: bool) -> Iterator[tuple[str, Text]]:
    """What gives the answer of this variant away, ``statement``, ``hint`` or ``figure``, and where it stands.

    With ``by_value`` formulas are read and held against the answer too, which takes longer.
    """
    forms = _telling(instance)
    reference = instance.task.reference
    value = reference.value if by_value and isinstance(reference, Scalar) and not instance.mistakes else None
    for what, source, text in _texts(problem, instance):
        if any(form in text for form in forms) or (value is not None and _states(text, value, instance)):
            yield what, source


def _telling(instance: Instance) -> list[str]:
    """The forms of the answer that should stand nowhere.

    Parts of what is given may, and labels to choose from have to.
    """
    from grader.answer_text import write, write_latex
    from grader.expr.latex import to_latex
    from grader.expr.text import to_text

    task = instance.task
    shown = " ".join(printer(tree) for tree in trees_of(task.given) for printer in (to_text, to_latex))
    labels = kinds.load(instance.kind).shape(task.given, task.policy).labels
    forms = (write(task.reference), write_latex(task.reference))
    return [form for form in forms if len(form) >= _SHORTEST and form not in shown and form not in labels]


def _texts(problem: Problem, instance: Instance) -> Iterator[tuple[str, Text, str]]:
    yield "statement", problem.statement, instance.statement
    if problem.stem is not None:
        yield "statement", problem.stem, instance.stem
    if problem.figure is not None and instance.figure is not None:
        # The texts of a figure have no one source: the whole is to blame.
        yield "figure", Text("", problem.figure.place), describe(instance.figure)
    for source, text in zip(problem.hints, instance.hints, strict=True):
        yield "hint", source, text


def _states(text: str, value: Expr, instance: Instance) -> bool:
    """Whether a formula in the text is equal to the answer and is not what was given."""
    from grader.claims import Equal
    from grader.decide import WITHOUT_ALGEBRA, settle
    from grader.expr.parse import Names, parse

    if size(value) < _SMALLEST or not variables(value):
        return False
    task = instance.task
    names = Names(declared_names(kinds.load(instance.kind), task.given, task.domain))
    given = list(trees_of(task.given))
    for formula in _FORMULA.findall(text):
        for side in _SIDE.split(formula):
            try:
                tree = parse(side, names, "latex")
            except StudentError:
                continue
            if tree in given or size(tree) < _SMALLEST or variables(tree) != variables(value):
                continue
            if settle(Equal(value, tree, task.domain.including(variables(value))), WITHOUT_ALGEBRA).right:
                return True
    return False
