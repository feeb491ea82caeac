"""Draws every item of one student's sheet from the assignment, the bank and the course secret.

It goes in two steps.  `plan` says which problem stands at which number, and draws nothing;
`draw_problem` draws the variants of one problem, for which it can share a memory between students.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from grader.answer import read
from grader.bank.instance import Instance, declared_names
from grader.bank.languages import translated
from grader.bank.problem import Problem
from grader.classroom.assignment import Assignment, Entry
from grader.classroom.overrides import NONE, Override
from grader.classroom.seeds import seed_for
from grader.errors import AuthorError, StudentError
from grader.expr.parse import Names
from grader.figures.base import Figure
from grader.records import record, replace

if TYPE_CHECKING:
    from grader.bank.sample import Memory

MOST_TRIES = 25
"""Seeds that are tried for a variant that is new on the sheet."""
MOST_PICKS = 400
"""Picks that are tried for a sheet that is as difficult as the others."""


@record
class Slot:
    """One item of a sheet: its number and its problem.

    ``points`` replace the problem's own; ``seed`` is one that the instructor chose, ``variant`` how
    many variants are passed over.
    """

    number: int
    problem: Problem
    points: Fraction | None = None
    variant: int = 0
    seed: int | None = None

    @property
    def weight(self) -> Fraction:
        return self.problem.points if self.points is None else self.points


def plan(assignment: Assignment, student: str, secret: bytes, override: Override = NONE) -> tuple[Slot, ...]:
    """The items of a student in their order: the same for the same arguments and bank.

    Problems are picked in the order of their seeds, so that everybody may get other ones; the first
    pick counts whose difficulty is within the assignment's balance.  Raises AuthorError when there
    is none, when a topic has too few problems left, or an override names a number that is not there.
    """
    slots = _balanced(assignment, student, secret)
    numbers = {slot.number for slot in slots}
    for number, item in override.items.items():
        if number not in numbers:
            raise AuthorError(item.place, f"the sheet has no problem {number}", f"it has {len(numbers)} problems")
    language = override.language or assignment.language
    changed = [_replaced(slot, override) for slot in slots]
    return tuple(replace(slot, problem=translated(slot.problem, language)) for slot in changed)


def difficulty(slots: Sequence[Slot]) -> Fraction:
    """The mean difficulty of the problems, each counted by its points; 0 for a sheet without points."""
    weight = sum((slot.weight for slot in slots), Fraction(0))
    return sum((slot.weight * slot.problem.difficulty for slot in slots), Fraction(0)) / weight if weight else weight


def average_difficulty(assignment: Assignment) -> Fraction:
    """What `difficulty` is over all picks, each problem of an entry as likely as the others."""
    weight = points = Fraction(0)
    for entry in assignment.entries:
        share = Fraction(entry.pick * entry.count, len(entry.problems))
        for problem in entry.problems:
            worth = (problem.points if entry.points is None else entry.points) * share
            points += worth
            weight += worth * problem.difficulty
    return weight / points if points else points


def draw(
    assignment: Assignment,
    student: str,
    secret: bytes,
    override: Override = NONE,
    memories: Mapping[str, Memory] | None = None,
) -> dict[str, Instance]:
    """The student's items by their numbers ``1``, ``2a``, ...

    Raises AuthorError as `plan` does, and when a problem has no (further) variant.
    """
    slots = plan(assignment, student, secret, override)
    items: dict[str, Instance] = {}
    for problem in dict.fromkeys(slot.problem.id for slot in slots):
        same = [slot for slot in slots if slot.problem.id == problem]
        memory = memories.get(problem) if memories is not None else None
        items |= draw_problem(same, assignment.sheet, student, secret, memory)
    return {number: items[number] for number in sorted(items, key=in_order)}


def draw_problem(
    slots: Sequence[Slot], sheet: str, student: str, secret: bytes, memory: Memory | None = None
) -> dict[str, Instance]:
    """The items of those slots of a student that ask one problem: variants that differ from each other."""
    items: dict[str, Instance] = {}
    seen: set[tuple[str, str, Figure | None]] = set()
    for count, slot in enumerate(slots, 1):
        parts = _new_variant(slot, count, sheet, student, secret, seen, memory)
        seen.add(_shown(parts[0]))
        for instance in parts:
            points = instance.points
            if slot.points is not None:
                # The parts keep their shares.
                points = slot.points * points / slot.problem.points if slot.problem.points else slot.points
            items[f"{slot.number}{instance.part}"] = replace(instance, points=points)
    return items


def in_order(number: str) -> tuple[int, str]:
    """What numbers of items are sorted by: ``2b`` comes before ``10``."""
    digits = number.rstrip("abcdefghijklmnopqrstuvwxyz")
    return int(digits), number[len(digits) :]


def _replaced(slot: Slot, override: Override) -> Slot:
    item = override.items.get(slot.number)
    if item is None:
        return slot
    return replace(slot, problem=item.problem or slot.problem, variant=item.variant, seed=item.seed)


def _balanced(assignment: Assignment, student: str, secret: bytes) -> list[Slot]:
    average, nearest = average_difficulty(assignment), None
    # Where nothing is picked, nothing can be balanced.
    tries = MOST_PICKS if any(len(entry.problems) > entry.pick for entry in assignment.entries) else 1
    for attempt in range(tries):
        slots = list(_slots(assignment, student, secret, attempt))
        away = abs(difficulty(slots) - average)
        if away <= assignment.balance or tries == 1:
            return slots
        nearest = away if nearest is None else min(nearest, away)
    assert nearest is not None
    place = next(entry.place for entry in assignment.entries if len(entry.problems) > entry.pick)
    fault = (
        f"no pick for '{student}' is within {float(assignment.balance):g} of the average difficulty "
        f"{float(average):.2f}; the nearest of {tries} is {float(nearest):.2f} away"
    )
    raise AuthorError(place, fault, "give 'balance' a larger number, or narrow 'difficulty'")


def _slots(assignment: Assignment, student: str, secret: bytes, attempt: int) -> Iterator[Slot]:
    taken = {entry.problems[0].id for entry in assignment.entries if len(entry.problems) == 1}
    number = 0
    for entry in assignment.entries:
        for problem in _picked(entry, taken, assignment.sheet, student, secret, attempt):
            taken.add(problem.id)
            for _ in range(entry.count):
                number += 1
                yield Slot(number, problem, entry.points)


def _picked(entry: Entry, taken: set[str], sheet: str, student: str, secret: bytes, attempt: int) -> Iterator[Problem]:
    if len(entry.problems) == 1:
        yield entry.problems[0]
        return
    free = [problem for problem in entry.problems if problem.id not in taken]
    if len(free) < entry.pick:
        fault = f"{entry.pick} problems are to be picked, but only {len(free)} are not on the sheet already"
        raise AuthorError(entry.place, fault, "pick fewer, or allow more difficulties")
    key = "pick" if attempt == 0 else f"pick {attempt}"
    ranked = sorted(free, key=lambda problem: (seed_for(secret, sheet, student, problem.id, key), problem.id))
    # In the order of the bank: from the easier to the harder, as its author arranged them.
    yield from sorted(ranked[: entry.pick], key=entry.problems.index)


def _new_variant(
    slot: Slot,
    count: int,
    sheet: str,
    student: str,
    secret: bytes,
    seen: set[tuple[str, str, Figure | None]],
    memory: Memory | None,
) -> tuple[Instance, ...]:
    """The parts of a variant that is not on the sheet yet, or the one question of a problem without parts."""
    from grader.bank.sample import sample_parts

    problem = slot.problem
    if slot.seed is not None:
        return sample_parts(problem, slot.seed, memory)
    # The key counts the variants of this problem, so that adding another problem moves none.
    first = f"{count}" if not slot.variant else f"{count}, variant {slot.variant + 1}"
    for attempt in range(MOST_TRIES):
        key = first if attempt == 0 else f"{first}.{attempt}"
        parts = sample_parts(problem, seed_for(secret, sheet, student, problem.id, key), memory)
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
