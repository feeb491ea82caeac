"""Which problems an entry of an assignment may pick: by topic, concept, difficulty and kind, and "n of each"."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from grader.bank.document import Faults, Fields, Items, Node, Text, suggest
from grader.bank.fields import Record, describe, whole_number
from grader.bank.problem import Problem
from grader.bank.read import Bank
from grader.records import record

EASIEST, HARDEST = 1, 5
FILTERS = ("topic", "concept", "difficulty", "kind")
"""The fields that choose among the problems of the bank; a problem has to fit all that are given."""


@record
class Choice:
    """``name`` says what was chosen from, for messages (``topic chain rule``)."""

    name: str
    problems: tuple[Problem, ...]


@record
class _Filter:
    """The values of one field, each with what it is called."""

    field: str
    values: tuple[str, ...]
    fits: Callable[[Problem, str], bool]


def choose(entry: Record, bank: Bank, faults: Faults) -> tuple[Choice, ...]:
    """What to pick from: one choice, or one for each value of the field that ``each`` names."""
    before = len(faults)
    filters = [f for field in FILTERS if entry.node(field) is not None and (f := _read(field, entry, bank, faults))]
    each = entry.word("each", FILTERS)
    if len(faults) > before:
        return ()
    apart = next((f for f in filters if f.field == each), None)
    if each is not None and apart is None:
        fix = f"write '{each}: [...]', and as many are picked from each of them"
        faults.add(entry.place_of("each"), f"'each: {each}' needs the field '{each}'", fix)
        return ()
    others = [f for f in filters if f is not apart]
    common = [p for p in bank if all(any(f.fits(p, value) for value in f.values) for f in others)]
    if apart is None:
        choices = [Choice(", ".join(f"{f.field} {' or '.join(f.values)}" for f in others), tuple(common))]
    else:
        choices = [
            Choice(f"{apart.field} {value}", tuple(p for p in common if apart.fits(p, value))) for value in apart.values
        ]
    for choice in choices:
        if not choice.problems:
            _tell_why(choice, entry, filters, bank, faults)
    return tuple(choices)


def _tell_why(choice: Choice, entry: Record, filters: Sequence[_Filter], bank: Bank, faults: Faults) -> None:
    """The values of the last field that leaves nothing over, as its author has to know them."""
    if any(f.field == "difficulty" for f in filters):
        rest = [f for f in filters if f.field != "difficulty"]
        fitting = [p for p in bank if all(any(f.fits(p, value) for value in f.values) for f in rest)]
        if fitting:
            found = ", ".join(str(d) for d in sorted({p.difficulty for p in fitting}))
            what = "of this topic" if any(f.field == "topic" for f in rest) else "that fits"
            fault = f"no problem {what} has that difficulty"
            faults.add(entry.place_of("difficulty"), fault, f"its difficulties are {found}")
            return
    faults.add(entry.place, f"no problem fits all of this ({choice.name})", "take one of the fields away")


def _read(field: str, entry: Record, bank: Bank, faults: Faults) -> _Filter | None:
    if field == "difficulty":
        low, high = _difficulty(entry, faults)
        levels = tuple(str(level) for level in range(low, high + 1))
        return _Filter(field, levels, lambda problem, level: problem.difficulty == int(level))
    known = {
        "topic": sorted({problem.topic for problem in bank}),
        "concept": sorted({concept for problem in bank for concept in problem.concepts}),
        "kind": sorted({question.kind for problem in bank for question in problem.questions}),
    }[field]
    values = [text for text in entry.texts(field) if _check(field, text, known, faults)]
    fits: dict[str, Callable[[Problem, str], bool]] = {
        "topic": lambda problem, value: topic_name(problem.topic) == topic_name(value),
        "concept": lambda problem, value: _plain(value) in [_plain(concept) for concept in problem.concepts],
        "kind": lambda problem, value: value in [question.kind for question in problem.questions],
    }
    return _Filter(field, tuple(text.value for text in values), fits[field]) if values else None


def _check(field: str, text: Text, known: Sequence[str], faults: Faults) -> bool:
    plain = topic_name if field == "topic" else _plain
    if plain(text.value) in [plain(name) for name in known]:
        return True
    near = suggest(text.value, known) or suggest(plain(text.value), [plain(name) for name in known])
    fix = near or (f"{field}s are {', '.join(known)}" if len(known) <= 40 else "see 'grader bank coverage'")
    faults.add(text.place, f"the bank has no {field} '{text.value[:60]}'", fix)
    return False


def topic_name(name: str) -> str:
    """``02_basic_rules``, ``basic-rules`` and ``Basic rules`` are one topic."""
    return _plain(re.sub(r"^\d+", "", name.strip()))


def _plain(name: str) -> str:
    return " ".join(name.strip().lower().replace("_", " ").replace("-", " ").split())


def _difficulty(entry: Record, faults: Faults) -> tuple[int, int]:
    """One difficulty, or a list of the lowest and the highest."""
    node = entry.node("difficulty")
    assert node is not None
    ends: tuple[Node, ...] = node.items if isinstance(node, Items) else (node, node)
    numbers = [whole_number(end.value) if isinstance(end, Text) else None for end in ends]
    if len(numbers) == 2 and not isinstance(node, Fields):
        low, high = numbers
        if low is not None and high is not None and EASIEST <= low <= high <= HARDEST:
            return low, high
    faults.add(
        node.place,
        f"'difficulty' has to be a number from {EASIEST} to {HARDEST} or two, [lowest, highest], not {describe(node)}",
    )
    return EASIEST, HARDEST
