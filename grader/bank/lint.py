"""Tries many variants of a problem and says what an author would want to know before students see it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from grader import kinds
from grader.answer import Scalar
from grader.bank.figures import drawing_fault
from grader.bank.giveaways import giveaways, trees_of
from grader.bank.instance import Instance, from_record, to_record
from grader.bank.problem import Problem
from grader.bank.sample import Memory, sample_parts
from grader.bank.spread import MOST_DIGITS, Spread, spread
from grader.bank.steps import texts_of
from grader.errors import AuthorError, Place, StudentError
from grader.expr.tree import ZERO, Expr
from grader.expr.tree import variables as variables_of
from grader.kinds.base import RIGHT
from grader.records import record

_BARE_EXPONENT = re.compile(r"[\^_] ?(?:-|\d\d)")

Level: TypeAlias = Literal["error", "warning"]

SLOWEST = 2.0
"""Seconds that one variant may take to make."""
LONGEST_REFERENCE = 400
"""Characters of a reference that a student could be asked to type."""
LONGEST_STATEMENT = 4_000
LOOKED_INTO = 10
"""Variants whose texts are searched for formulas that are equal to the answer."""
FEWEST_VARIANTS = 5
"""Different variants below which neighbours in a class share theirs."""


@record
class Remark:
    """One thing found; ``seeds`` are the first variants that show it."""

    place: Place
    problem: str
    level: Level
    text: str
    seeds: tuple[int, ...] = ()

    def __str__(self) -> str:
        seeds = f" (seed {', '.join(map(str, self.seeds))})" if self.seeds else ""
        return f"{self.place}: {self.level}: {self.text}{seeds}"


@record
class Linted:
    """What was found about one problem in ``tried`` seeds; ``variants`` of them were different."""

    problem: str
    tried: int
    variants: int
    slowest: float
    remarks: tuple[Remark, ...]
    spread: Spread | None = None

    @property
    def errors(self) -> int:
        return sum(remark.level == "error" for remark in self.remarks)


@dataclass(slots=True)
class _Notes:
    """Remarks gathered over the variants: the same remark is made once, with its first seeds."""

    problem: Problem
    found: dict[tuple[Place, Level, str], list[int]] = field(default_factory=dict)

    def add(self, level: Level, text: str, seed: int | None = None, place: Place | None = None) -> None:
        seeds = self.found.setdefault((place or self.problem.place, level, text), [])
        if seed is not None and len(seeds) < 3:
            seeds.append(seed)

    def remarks(self) -> tuple[Remark, ...]:
        made = (
            Remark(place, self.problem.id, level, text, tuple(seeds))
            for (place, level, text), seeds in self.found.items()
        )
        return tuple(sorted(made, key=lambda r: (r.level, r.place, r.text)))


def lint(problem: Problem, seeds: Sequence[int], clock: Callable[[], float]) -> Linted:
    """Draw the variant of each seed and look at it; ``clock`` gives seconds."""
    notes = _Notes(problem)
    _look_at_problem(problem, notes)
    # A statement with its reference: two variants that look alike must have one answer.
    answers: dict[str, str] = {}
    different: set[str] = set()
    slowest = 0.0
    memory = Memory()
    looked_at: set[str] = set()
    made: list[tuple[Instance, ...]] = []
    for seed in seeds:
        start = clock()
        try:
            parts = sample_parts(problem, seed, memory)
        except AuthorError as error:
            notes.add("error", error.explanation, seed, error.place)
            break
        # The first variant also pays for loading SymPy.
        if seed != seeds[0]:
            slowest = max(slowest, clock() - start)
        drawn = str([(instance.parameters, instance.task.given.get(RIGHT)) for instance in parts])
        if drawn in looked_at:
            # The same draw once more has nothing new to show.
            continue
        looked_at.add(drawn)
        made.append(parts)
        for question, instance in zip(problem.questions, parts, strict=True):
            _look_at_variant(question, instance, notes, by_value=len(looked_at) <= LOOKED_INTO)
        records = [to_record(instance) for instance in parts]
        different.add(str([(record["given"], record["domain"], record.get("figure")) for record in records]))
        statement = "\n".join((parts[0].stem, *(f"{instance.statement}{instance.figure}" for instance in parts)))
        references = str([record["reference"] for record in records])
        if answers.setdefault(statement, references) != references:
            notes.add("error", "two variants have the same statement and different answers", seed)
    if slowest > SLOWEST:
        notes.add("warning", f"a variant took {slowest:.1f} s to make")
    if problem.parameters and len(different) < FEWEST_VARIANTS <= len(seeds) and different:
        notes.add("warning", f"{len(seeds)} seeds gave only {len(different)} different variants")
    measured = spread(made)
    if measured is not None and measured.uneven:
        shortest, longest = measured.answer.least, measured.answer.most
        notes.add("warning", f"the variants are uneven: answers have from {shortest} to {longest} signs")
    if measured is not None and measured.digits.most > MOST_DIGITS:
        notes.add("warning", f"an answer has a number of {measured.digits.most} digits")
    return Linted(problem.id, len(seeds), len(different), slowest, notes.remarks(), measured)


def _look_at_problem(problem: Problem, notes: _Notes) -> None:
    """What shows without a variant."""
    used = {name for question in problem.questions for name in _names_used(question)}
    for name, place in [(p.name, p.place) for p in problem.parameters] + [(d.name, d.place) for d in problem.derived]:
        if name not in used:
            notes.add("warning", f"'{name}' is not used anywhere", place=place)
    for question in problem.questions:
        _look_at_question(question, notes)


def _look_at_question(question: Problem, notes: _Notes) -> None:
    of = f" of part {question.part}" if question.part else ""
    expected = {test.expect for test in question.tests}
    if not question.tests:
        notes.add("warning", f"there are no tests{of}")
    elif "right" not in expected or not expected & {"wrong", "partial"}:
        notes.add("warning", f"tests{of} should hold a right answer and a wrong one")
    if not question.hints:
        notes.add("warning", f"there is no hint{' for part ' + question.part if question.part else ''}")
    if not question.solution:
        notes.add("warning", f"there is no solution{of}")


def _look_at_variant(problem: Problem, instance: Instance, notes: _Notes, by_value: bool) -> None:
    from grader.answer_text import write

    seed, task = instance.seed, instance.task
    reference = write(task.reference)
    if len(reference) > LONGEST_REFERENCE:
        notes.add("warning", f"a reference has more than {LONGEST_REFERENCE} characters", seed)
    if len(instance.statement) > LONGEST_STATEMENT:
        notes.add("warning", f"a statement has more than {LONGEST_STATEMENT} characters", seed)
    if problem.figure is not None and instance.figure is not None:
        fault = drawing_fault(problem.figure, instance.figure)
        if fault is not None:
            notes.add("error", fault.explanation, seed, fault.place)
            return
    if problem.solution_figure is not None and instance.solution_figure is not None:
        fault = drawing_fault(problem.solution_figure, instance.solution_figure)
        if fault is not None:
            notes.add("error", fault.explanation, seed, fault.place)
    _look_for_bare_exponents(problem, instance, notes)
    for what, source in giveaways(problem, instance, by_value):
        notes.add("error", f"the {what} gives the answer away", seed, source.place)
    if _is_trivial(instance):
        notes.add("warning", "the answer is zero, or stands in the question", seed)
    try:
        record = to_record(instance)
        if to_record(from_record(record)) != record:
            notes.add("error", "a variant changes on its way through the manifest", seed)
    except StudentError as error:
        notes.add("error", f"what was written to the manifest cannot be read: {error.explanation}", seed)
    if not _accepts_reference(instance):
        notes.add("error", "the reference itself is not graded right", seed)


def _is_trivial(instance: Instance) -> bool:
    """Whether there is nothing to find: the answer is zero, or a formula that was given."""
    reference = instance.task.reference
    if not isinstance(reference, Scalar):
        return False
    given = list(trees_of(instance.task.given)) if "answer" not in instance.task.given else []
    return reference.value == ZERO or (reference.value in given and bool(variables_of(reference.value)))


def _look_for_bare_exponents(problem: Problem, instance: Instance, notes: _Notes) -> None:
    """LaTeX raises one character only: ``x^10`` prints a small 1 and a large 0."""
    texts = list(zip((problem.statement, *problem.hints), (instance.statement, *instance.hints), strict=True))
    texts += [(text, instance.solution) for text in (*texts_of(problem.solution),)[:1]]
    for source, text in texts:
        if any(_BARE_EXPONENT.search(formula) for formula in text.split("$")[1::2]):
            advice = "an exponent of several characters needs braces: write ^{ {{ n }} }"
            notes.add("warning", advice, instance.seed, source.place)


def _accepts_reference(instance: Instance) -> bool:
    from grader.decide import settle

    claims = kinds.load(instance.kind).claims(instance.task, instance.task.reference)
    return all(settle(weighted.claim).right for weighted in claims)


def _names_used(problem: Problem) -> set[str]:
    trees: list[Expr] = [derived.tree for derived in problem.derived]
    used: set[str] = set()
    trees += trees_of(problem.given)
    for value in problem.given.values():
        used |= {part for part in (value if isinstance(value, tuple) else (value,)) if isinstance(part, str)}
    trees += [end for span in problem.domain for end in (span.low, span.high) if end is not None]
    for tree in trees:
        used |= variables_of(tree)
    used |= set(_words(problem))
    return used


def _words(problem: Problem) -> Iterator[str]:
    """The names in texts: constraints and templates."""
    texts = [c.text for c in problem.constraints] + [problem.statement.value, *(h.value for h in problem.hints)]
    texts += [t.value for templates in problem.given_texts.values() for t in templates]
    texts += [t.value for t in (*texts_of(problem.solution), problem.answer_hint, problem.stem) if t is not None]
    for figure in (problem.figure, problem.solution_figure):
        texts += [t.value for t in (figure.texts if figure is not None else ())]
    texts += [t.earlier.value for t in problem.tests if t.earlier is not None]
    texts += [m.answer.value for m in problem.mistakes] + [m.when.text for m in problem.mistakes if m.when is not None]
    for text in texts:
        yield from re.findall(r"[^\W\d]\w*", text)
