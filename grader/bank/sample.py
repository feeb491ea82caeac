"""Draws the variant of a problem that belongs to a seed.

The same seed gives the same variant on every machine, with every version of NumPy: of its
generator only whole 64-bit words are used, ``Generator(PCG64(SeedSequence(seed))).integers(0, 2**64)``,
one word ``w`` for each parameter in the order of the file, and a parameter with ``n`` values takes
the one with the index ``w * n // 2**64``.  A draw that does not make a fair question is put back and
the next words are taken.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from fractions import Fraction
from hashlib import sha256

from grader import kinds
from grader.answer import Answer
from grader.bank.answer_hints import answer_hint
from grader.bank.conditions import NoValue, Quantity, holds
from grader.bank.document import Text
from grader.bank.fairness import cannot_show, equals_reference, is_defined
from grader.bank.figures import drawn_figure
from grader.bank.instance import Instance, NamedMistake, declared_names
from grader.bank.printed import Printable, Shown, given_value, value_of
from grader.bank.problem import ForeseenMistake, Problem
from grader.bank.statement import render
from grader.bank.steps import Checked, check_steps, render_steps
from grader.bank.variant import PutBack, drawn_domain, drawn_given, drawn_values
from grader.errors import AuthorError, Place, StudentError
from grader.expr.domain import Domain
from grader.expr.parse import Names, parse
from grader.kinds.base import OTHER_READING, PLURAL, RIGHT, GivenValue, Kind, Task, Unsolvable
from grader.records import replace

MOST_DRAWS = 5_000
"""Draws before a problem counts as one without variants."""
MOST_SOLVED = 40
"""Draws that met the constraints and were put back for another reason."""

_COLLISION = "the mistake '{}' gives the right answer"


class Memory:
    """What became of the draws of one problem, for whoever draws many of its variants.

    A draw gives the same variant, or is put back for the same reason, whatever the seed; only the
    order of choices belongs to the seed.
    """

    def __init__(self) -> None:
        self.put_back: dict[tuple[Quantity, ...], PutBack] = {}
        self.made: dict[tuple[Quantity, ...], tuple[Instance, ...]] = {}


def sample(problem: Problem, seed: int) -> Instance:
    """The variant for a seed of a problem without parts; see `sample_parts`."""
    (instance,) = sample_parts(problem, seed)
    return instance


def sample_parts(problem: Problem, seed: int, memory: Memory | None = None) -> tuple[Instance, ...]:
    """The variant of the problem for a seed (any whole number from 0): its parts, or itself alone.

    Put back are draws that miss a constraint, that have no reference (`Unsolvable`), whose
    reference is nowhere defined on the domain, and draws on which a typical mistake leads to
    the right answer.  Raises AuthorError when that happens to every draw, with the reasons and
    how often each occurred.  ``memory`` of the same problem changes nothing but the time.
    """
    memory = Memory() if memory is None else memory
    words = _words(seed)
    reasons: Counter[tuple[str, Place]] = Counter()
    known: dict[tuple[Quantity, ...], PutBack] = {}
    drawn = solved = 0
    while drawn < MOST_DRAWS and solved < MOST_SOLVED and len(known) < problem.combinations:
        drawn += 1
        draw = tuple(p.values[next(words) * len(p.values) >> 64] for p in problem.parameters)
        put_back = known.get(draw)
        if put_back is None:
            found = memory.put_back.get(draw) or _variant(problem, seed, draw, memory)
            if not isinstance(found, PutBack):
                return found
            put_back = known[draw] = found
            solved += found.solved
        reasons.update((reason, put_back.place) for reason in put_back.reasons)
    raise _without_variants(problem, drawn, reasons, known)


def _variant(problem: Problem, seed: int, draw: tuple[Quantity, ...], memory: Memory) -> tuple[Instance, ...] | PutBack:
    """The variant of a draw, or why it is put back."""
    made = memory.made.get(draw)
    if made is not None:
        return tuple(replace(instance, seed=seed) for instance in made)
    try:
        values = drawn_values(problem, draw)
        made = tuple(_instance(question, seed, values) for question in problem.questions)
    except PutBack as caught:
        memory.put_back[draw] = caught
        return caught
    if not any(RIGHT in instance.task.given for instance in made):
        memory.made[draw] = made
    return made


def _words(seed: int) -> Iterator[int]:
    import numpy as np

    generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed)))
    while True:
        yield int(generator.integers(0, 2**64, dtype=np.uint64))


def _without_variants(
    problem: Problem,
    drawn: int,
    reasons: Counter[tuple[str, Place]],
    known: Mapping[tuple[Quantity, ...], PutBack],
) -> AuthorError:
    ranked = reasons.most_common()
    place = ranked[0][0][1] if ranked else problem.place
    told = ", ".join(f"{reason} ({count} of {drawn})" for (reason, _), count in ranked[:4])
    example = next((f"; for example: {caught.detail}" for caught in known.values() if caught.detail), "")
    mistakes = [mistake for question in problem.questions for mistake in kinds.load(question.kind).mistakes]
    if any(reason == _COLLISION.format(mistake.name) for mistake in mistakes for (reason, _), _ in ranked):
        example += "; if a mistake cannot show in this question, name it in 'overlook'"
    return AuthorError(place, f"no variant of '{problem.id}' could be drawn", f"put back because: {told}{example}")


def _instance(problem: Problem, seed: int, values: Mapping[str, Quantity]) -> Instance:
    kind = kinds.load(problem.kind)
    given = {**drawn_given(problem, kind, values), **_texts(problem, kind, values, seed)}
    policy = {name: problem.policy.get(name, knob.values[0]) for name, knob in kind.policies.items()}
    if OTHER_READING in problem.policy:
        policy[OTHER_READING] = problem.policy[OTHER_READING]
    domain = drawn_domain(problem, values)
    task = _task(problem, kind, given, domain, policy)
    printed = _printed(kind, given, values)
    mistakes = tuple(m for foreseen in problem.mistakes if (m := _foreseen(foreseen, kind, task, values, printed)))
    for mistake in mistakes:
        if equals_reference(kind, task, mistake.answer):
            raise PutBack(_COLLISION.format(mistake.name), problem.place, solved=True)
    with_answer = {**printed, "answer": Shown(task.reference)}
    solution = render_steps(problem.solution, kind, task, with_answer, problem.language)
    shape = kind.shape(given, policy)
    return Instance(
        problem=problem.id,
        title=problem.title,
        kind=problem.kind,
        seed=seed,
        parameters={name: _listed(value) for name, value in values.items()},
        task=task,
        statement=render(problem.statement, printed).strip(),
        hints=tuple(render(hint, printed).strip() for hint in problem.hints),
        solution=solution.strip(),
        points=problem.points,
        difficulty=problem.difficulty,
        concepts=problem.concepts,
        answer_hint=(
            render(problem.answer_hint, printed).strip()
            if problem.answer_hint is not None
            else answer_hint(shape, declared_names(kind, given, domain), task.reference, problem.language)
        ),
        mistakes=mistakes,
        part=problem.part,
        stem=render(problem.stem, printed).strip() if problem.stem is not None else "",
        follow=problem.follow,
        figure=drawn_figure(problem.figure, values, given, printed) if problem.figure is not None else None,
        solution_figure=(
            drawn_figure(problem.solution_figure, values, given, printed)
            if problem.solution_figure is not None
            else None
        ),
    )


def _texts(problem: Problem, kind: Kind, values: Mapping[str, Quantity], seed: int) -> dict[str, GivenValue]:
    """The givens that are texts, their templates filled in; choices in an order that the seed draws."""
    printed = {name: value_of(value) for name, value in values.items()}
    given: dict[str, GivenValue] = {}
    for name, templates in problem.given_texts.items():
        filled = tuple(render(template, printed, "text").strip() for template in templates)
        sort = kind.givens[name].type
        if sort == "choices":
            given[RIGHT] = filled[0]
            filled = tuple(sorted(filled, key=lambda text: sha256(f"{problem.id} {seed} {text}".encode()).digest()))
        given[name] = filled if sort in PLURAL else filled[0]
    return given


def printed_values(instance: Instance) -> dict[str, Printable]:
    """What the templates of the problem may print of this variant."""
    kind, task = kinds.load(instance.kind), instance.task
    names = Names((*declared_names(kind, task.given, task.domain), *instance.parameters), free=True)
    values: dict[str, Quantity] = {
        name: parse(value, names) if isinstance(value, str) else value for name, value in instance.parameters.items()
    }
    return _printed(kind, task.given, values)


def steps_of(problem: Problem, instance: Instance) -> Iterator[Checked]:
    """What the steps of the solution state about this variant, settled."""
    kind, task = kinds.load(instance.kind), instance.task
    return check_steps(problem.solution, kind, task, {**printed_values(instance), "answer": Shown(task.reference)})


def _printed(kind: Kind, given: Mapping[str, GivenValue], values: Mapping[str, Quantity]) -> dict[str, Printable]:
    printed: dict[str, Printable] = {name: value_of(value) for name, value in values.items()}
    for name, value in given.items():
        printed.setdefault(name, given_value(value, kind.givens[name].type))
    return printed


def _listed(value: Quantity) -> Fraction | str:
    from grader.expr.text import to_text

    return value if isinstance(value, Fraction) else to_text(value)


def _task(
    problem: Problem, kind: Kind, given: Mapping[str, GivenValue], domain: Domain, policy: Mapping[str, str]
) -> Task:
    """The task with its reference, fit to be asked."""
    try:
        reference = kind.solve(given, domain, policy)
        task = Task(problem.kind, given, domain, reference, problem.accept, policy)
        looked_at = [mistake for mistake in kind.mistakes if mistake.name not in problem.overlook]
        hidden = tuple(_COLLISION.format(mistake.name) for mistake in looked_at if cannot_show(kind, task, mistake))
    except Unsolvable as reason:
        raise PutBack("there is no reference", problem.place, solved=True, detail=str(reason)) from None
    if hidden:
        raise PutBack(hidden, problem.place, solved=True)
    if not is_defined(reference, domain):
        raise PutBack("the reference is nowhere defined on the domain", problem.place, solved=True)
    return task


def _foreseen(
    mistake: ForeseenMistake,
    kind: Kind,
    task: Task,
    values: Mapping[str, Quantity],
    printed: Mapping[str, Printable],
) -> NamedMistake | None:
    """The author's own mistake for this draw; None when it does not apply."""
    try:
        if mistake.when is not None and not holds(mistake.when.condition, values):
            return None
    except NoValue:
        return None
    answer = read_answer(mistake.answer, kind, task, printed)
    return NamedMistake(mistake.name, answer, render(mistake.say, printed).strip(), mistake.credit)


def read_answer(template: Text, kind: Kind, task: Task, printed: Mapping[str, Printable]) -> Answer:
    """An answer that the author typed, with the values of the draw."""
    from grader.answer import read

    shape = kind.shape(task.given, task.policy)
    typed = render(template, printed, "text")
    try:
        return read(typed, shape, Names(declared_names(kind, task.given, task.domain), shape.free_names)).answer
    except StudentError as error:
        raise AuthorError(template.place, f"the answer '{typed}' cannot be read: {error.fault}", error.fix) from None
