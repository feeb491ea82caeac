"""Draws every item of one student's sheet from the assignment, the bank and the course secret."""

from __future__ import annotations

from collections.abc import Iterator

from grader.answer import read
from grader.bank.instance import Instance, declared_names
from grader.bank.problem import Problem
from grader.classroom.assignment import Assignment, Entry
from grader.classroom.seeds import seed_for
from grader.errors import AuthorError, StudentError
from grader.expr.parse import Names
from grader.figures.base import Figure
from grader.records import replace

MOST_TRIES = 25
"""Seeds that are tried for a variant that is new on the sheet."""


def draw(assignment: Assignment, student: str, secret: bytes) -> dict[str, Instance]:
    """The student's items by their numbers ``1``, ``2``, ...: the same for the same arguments and bank.

    Problems of a topic are picked in the order of their seeds, so that everybody may get other
    ones.  Raises AuthorError when a problem has no (further) variant.
    """
    items: dict[str, Instance] = {}
    count = 0
    taken = {entry.problems[0].id for entry in assignment.entries if len(entry.problems) == 1}
    for entry in assignment.entries:
        for problem in _picked(entry, taken, assignment.sheet, student, secret):
            taken.add(problem.id)
            for _ in range(entry.count):
                count += 1
                for instance in _new_variant(problem, assignment.sheet, student, secret, items):
                    points = instance.points
                    if entry.points is not None:
                        # The parts keep their shares.
                        points = entry.points * points / problem.points if problem.points else entry.points
                    items[f"{count}{instance.part}"] = replace(instance, points=points)
    return items


def _picked(entry: Entry, taken: set[str], sheet: str, student: str, secret: bytes) -> Iterator[Problem]:
    if len(entry.problems) == 1:
        yield entry.problems[0]
        return
    free = [problem for problem in entry.problems if problem.id not in taken]
    if len(free) < entry.pick:
        fault = f"{entry.pick} problems are to be picked, but only {len(free)} are not on the sheet already"
        raise AuthorError(entry.place, fault, "pick fewer, or allow more difficulties")
    ranked = sorted(free, key=lambda problem: (seed_for(secret, sheet, student, problem.id, "pick"), problem.id))
    # In the order of the bank: from the easier to the harder, as its author arranged them.
    yield from sorted(ranked[: entry.pick], key=entry.problems.index)


def _new_variant(
    problem: Problem, sheet: str, student: str, secret: bytes, items: dict[str, Instance]
) -> tuple[Instance, ...]:
    """The parts of a variant that is not on the sheet yet, or the one question of a problem without parts."""
    from grader.bank.sample import sample_parts

    first = problem.questions[0].id
    seen = {_shown(instance) for instance in items.values() if instance.problem == first}
    count = len(seen) + 1
    for attempt in range(MOST_TRIES):
        # The key counts the variants of this problem, so that adding another problem moves none.
        key = str(count) if attempt == 0 else f"{count}.{attempt}"
        parts = sample_parts(problem, seed_for(secret, sheet, student, problem.id, key))
        if _shown(parts[0]) not in seen and not any(map(_hint_gives_away, parts)):
            return parts
    fault = f"'{problem.id}' has no further variant that differs from those on the sheet"
    raise AuthorError(problem.place, fault, "lower 'count', or allow its parameters more values")


def _shown(instance: Instance) -> tuple[str, str, Figure | None]:
    """What a student sees of a question."""
    return instance.stem, instance.statement, instance.figure


def _hint_gives_away(instance: Instance) -> bool:
    """Whether an example of how to type an answer happens to be a right one."""
    from grader import kinds
    from grader.decide import WITHOUT_ALGEBRA, settle

    kind, task = kinds.load(instance.kind), instance.task
    shape = kind.shape(task.given, task.policy)
    if shape.form == "label":
        # Every label that may be typed is listed, the right one among them.
        return False
    names = Names(declared_names(kind, task.given, task.domain), shape.free_names)
    for example in instance.answer_hint.split("`")[1::2]:
        try:
            answer = read(example, shape, names).answer
        except StudentError:
            # Part of an answer, such as the name of a variable.
            continue
        if all(settle(weighted.claim, WITHOUT_ALGEBRA).right for weighted in kind.claims(task, answer)):
            return True
    return False
