"""Reads an assignment: which problems a sheet asks, and what stands at its head."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from fractions import Fraction

from grader.bank.document import Faults, Fields, Node, Text, read_document, suggest
from grader.bank.fields import Record, describe, whole_number
from grader.bank.problem import Problem
from grader.bank.read import Bank
from grader.errors import Place
from grader.records import record

MOST_ITEMS = 100
"""Items on one sheet."""
EASIEST, HARDEST = 1, 5

_SHEET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")


@record
class Entry:
    """One line of the assignment.

    For each student ``pick`` of the ``problems`` are asked (all students get the same one when
    there is only one), each in ``count`` variants.  ``points`` replace the problem's own.
    """

    problems: tuple[Problem, ...]
    pick: int = 1
    count: int = 1
    points: Fraction | None = None
    place: Place = Place("")


@record
class Assignment:
    """``sheet`` is the permanent id that seeds, answer files and manifest share; ``due`` is
    ISO 8601 or empty; ``instructions`` are Markdown."""

    title: str
    course: str
    sheet: str
    due: str
    instructions: str
    entries: tuple[Entry, ...]


def read_assignment(text: str | bytes, source: str, bank: Bank, course: str = "") -> Assignment:
    """The assignment of a YAML file, its problems looked up in the bank.

    ``course`` is used when the file names none.  Raises `AuthorErrors` with every fault.
    """
    document = read_document(text, source)
    faults = Faults()
    if not isinstance(document, Fields):
        faults.add(document.place, f"an assignment is a record with fields, not {describe(document)}", "see README")
        faults.settle()
    assert isinstance(document, Fields)
    record = Record(document, "an assignment", faults)
    title = record.text("title", required=True)
    named = record.text("course")
    sheet = record.text("sheet", required=True)
    if sheet is not None and not _SHEET.fullmatch(sheet.value):
        fix = "use letters, digits, '.', '_' and '-', at most 60"
        faults.add(sheet.place, f"the sheet id '{sheet.value[:60]}' is not allowed", fix)
    due = _due(record, faults)
    instructions = record.text("instructions")
    record.node("problems", required=True)
    items = record.items("problems")
    entries = [entry for node in items if (entry := _entry(node, bank, faults)) is not None]
    record.close()
    _check_amount(record, entries, faults)
    _check_uses(entries, faults)
    faults.settle()
    assert title is not None and sheet is not None
    return Assignment(
        title=" ".join(title.value.split()),
        course=" ".join(named.value.split()) if named is not None else course,
        sheet=sheet.value,
        due=due,
        instructions=instructions.value.strip() if instructions is not None else "",
        entries=tuple(entries),
    )


def _due(record: Record, faults: Faults) -> str:
    text = record.text("due")
    if text is None:
        return ""
    value = text.value.strip()
    try:
        date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
    except ValueError:
        faults.add(text.place, f"'{value[:40]}' is not a date", "write 2026-10-31 or 2026-10-31T23:59+01:00")
    return value


def _entry(node: Node, bank: Bank, faults: Faults) -> Entry | None:
    if not isinstance(node, Fields):
        fix = "write '- use: ' and the id of a problem"
        faults.add(node.place, f"an entry is a record with fields, not {describe(node)}", fix)
        return None
    before = len(faults)
    record = Record(node, "an entry", faults)
    use, topic = record.text("use"), record.text("topic")
    points = record.fraction("points", Fraction(0), Fraction(1000))
    count = record.whole("count", 1, MOST_ITEMS) or 1
    pick = 1
    problems: tuple[Problem, ...] = ()
    if (use is None) == (topic is None):
        faults.add(record.place, "an entry needs either 'use' or 'topic'", "use: a problem's id, topic: a file's name")
    elif use is not None:
        for name in ("difficulty", "pick"):
            if record.node(name) is not None:
                fix = "remove it; for several variants of one problem write 'count'"
                faults.add(record.place_of(name), f"'{name}' goes with 'topic'", fix)
        problems = _used(use, bank, faults)
    elif topic is not None:
        pick = record.whole("pick", 1, MOST_ITEMS) or 1
        problems = _chosen(topic, record, bank, faults)
        if problems and pick > len(problems):
            fault = f"{pick} problems are to be picked, but only {len(problems)} fit"
            faults.add(record.place_of("pick"), fault, "pick fewer, or allow more difficulties")
    if (use is None) != (topic is None):
        record.close()
    return Entry(problems, pick, count, points, record.place) if len(faults) == before else None


def _used(use: Text, bank: Bank, faults: Faults) -> tuple[Problem, ...]:
    try:
        return (bank[use.value],)
    except KeyError:
        faults.add(use.place, f"the bank has no problem '{use.value[:60]}'", bank.advice(use.value))
        return ()


def _chosen(topic: Text, record: Record, bank: Bank, faults: Faults) -> tuple[Problem, ...]:
    wanted = _topic(topic.value)
    of_topic = tuple(problem for problem in bank if _topic(problem.topic) == wanted)
    low, high = _difficulty(record, faults)
    if not of_topic:
        topics = sorted({problem.topic for problem in bank})
        near = suggest(topic.value, topics) or suggest(wanted, [_topic(name) for name in topics])
        faults.add(
            topic.place, f"the bank has no topic '{topic.value[:60]}'", near or f"topics are {', '.join(topics)}"
        )
        return ()
    fitting = tuple(problem for problem in of_topic if low <= problem.difficulty <= high)
    if not fitting:
        found = ", ".join(str(d) for d in sorted({problem.difficulty for problem in of_topic}))
        fault = "no problem of this topic has that difficulty"
        faults.add(record.place_of("difficulty"), fault, f"its difficulties are {found}")
    return fitting


def _topic(name: str) -> str:
    """``02_basic_rules``, ``basic-rules`` and ``Basic rules`` are one topic."""
    return " ".join(re.sub(r"^\d+", "", name.strip().lower().replace("_", " ").replace("-", " ")).split())


def _difficulty(record: Record, faults: Faults) -> tuple[int, int]:
    """One difficulty, or a list of the lowest and the highest."""
    node = record.node("difficulty")
    if node is None:
        return EASIEST, HARDEST
    ends = node.items if not isinstance(node, Text | Fields) else (node, node)
    numbers = [whole_number(end.value) if isinstance(end, Text) else None for end in ends]
    if len(numbers) == 2:
        low, high = numbers
        if low is not None and high is not None and EASIEST <= low <= high <= HARDEST:
            return low, high
    faults.add(
        node.place,
        f"'difficulty' has to be a number from {EASIEST} to {HARDEST} or two, [lowest, highest], not {describe(node)}",
    )
    return EASIEST, HARDEST


def _check_amount(record: Record, entries: Sequence[Entry], faults: Faults) -> None:
    amount = sum(entry.pick * entry.count for entry in entries)
    if amount > MOST_ITEMS:
        faults.add(record.place_of("problems"), f"the sheet has {amount} items, more than {MOST_ITEMS}")
    elif not entries and not len(faults):
        faults.add(record.place_of("problems"), "the sheet asks nothing", "add an entry such as '- use: ID'")


def _check_uses(entries: Sequence[Entry], faults: Faults) -> None:
    """No problem is named twice, and picking must be possible without what is named elsewhere."""
    first: dict[str, Place] = {}
    for entry in entries:
        if len(entry.problems) == 1 and entry.pick == 1:
            name = entry.problems[0].id
            if name in first:
                fix = f"it was used in line {first[name].line}; for several variants write 'count: 2'"
                faults.add(entry.place, f"'{name}' is used twice", fix)
            first.setdefault(name, entry.place)
