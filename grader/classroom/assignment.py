"""Reads an assignment: which problems a sheet asks, and what stands at its head."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from fractions import Fraction

from grader.bank.document import Faults, Fields, Node, Text, read_document
from grader.bank.fields import Record, describe
from grader.bank.problem import Problem
from grader.bank.read import Bank
from grader.classroom.choice import FILTERS, Choice, choose
from grader.errors import Place
from grader.records import record
from grader.translations import ENGLISH, languages

MOST_ITEMS = 100
"""Items on one sheet."""
MOST_VERSIONS = 26
PAPERS = ("a4", "us-letter")
USUAL_BALANCE = Fraction(1, 2)
"""How far the difficulty of a sheet may be from that of the average sheet, in steps of difficulty."""

_SHEET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")


@record
class Entry:
    """One line of the assignment.

    For each student ``pick`` of the ``problems`` are asked (all students get the same one when
    there is only one), each in ``count`` variants.  ``points`` replace the problem's own.
    ``name`` says what is picked from, in messages.
    """

    problems: tuple[Problem, ...]
    pick: int = 1
    count: int = 1
    points: Fraction | None = None
    place: Place = Place("")
    name: str = ""


@record
class Assignment:
    """``sheet`` is the permanent id that seeds, answer files and manifest share; ``due`` is
    ISO 8601 or empty; ``instructions`` are Markdown.

    ``versions``: so many sheets are made, called A, B, ..., and the students share them by their
    seats; 0 gives everybody variants of their own.  ``balance`` bounds how far the difficulty of a
    sheet may be from the average.  ``overrides`` is the name of a file, relative to the assignment.
    """

    title: str
    course: str
    sheet: str
    due: str
    instructions: str
    entries: tuple[Entry, ...]
    language: str = ENGLISH
    paper: str = "a4"
    versions: int = 0
    balance: Fraction = USUAL_BALANCE
    overrides: str = ""


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
    entries = [entry for node in items for entry in _entries(node, bank, faults)]
    language = record.word("language", languages())
    paper = record.word("paper", PAPERS)
    versions = record.whole("versions", 2, MOST_VERSIONS)
    balance = record.fraction("balance", Fraction(0), Fraction(4))
    overrides = record.text("overrides")
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
        language=language or ENGLISH,
        paper=paper or PAPERS[0],
        versions=versions or 0,
        balance=USUAL_BALANCE if balance is None else balance,
        overrides=overrides.value.strip() if overrides is not None else "",
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


def _entries(node: Node, bank: Bank, faults: Faults) -> tuple[Entry, ...]:
    """The entry, or one for each value of the field that its ``each`` names."""
    if not isinstance(node, Fields):
        fix = "write '- use: ' and the id of a problem"
        faults.add(node.place, f"an entry is a record with fields, not {describe(node)}", fix)
        return ()
    before = len(faults)
    record = Record(node, "an entry", faults)
    use = record.text("use")
    chosen_by = [name for name in FILTERS if record.node(name) is not None]
    points = record.fraction("points", Fraction(0), Fraction(1000))
    count = record.whole("count", 1, MOST_ITEMS) or 1
    pick = 1
    choices: tuple[Choice, ...] = ()
    if use is None and not chosen_by:
        fix = "use: a problem's id, topic: a file's name"
        faults.add(record.place, "an entry needs either 'use' or 'topic', 'concept', 'difficulty' or 'kind'", fix)
    elif use is not None:
        for name in (*FILTERS, "each", "pick"):
            if record.node(name) is not None:
                fix = "remove it; for several variants of one problem write 'count'"
                faults.add(record.place_of(name), f"'{name}' does not go with 'use'", fix)
        choices = (Choice(use.value, _used(use, bank, faults)),)
    else:
        pick = record.whole("pick", 1, MOST_ITEMS) or 1
        choices = choose(record, bank, faults)
        for choice in choices:
            if choice.problems and pick > len(choice.problems):
                fault = f"{pick} problems are to be picked, but only {len(choice.problems)} fit ({choice.name})"
                faults.add(record.place_of("pick"), fault, "pick fewer, or allow more difficulties")
    record.close()
    if len(faults) > before:
        return ()
    return tuple(Entry(choice.problems, pick, count, points, record.place, choice.name) for choice in choices)


def _used(use: Text, bank: Bank, faults: Faults) -> tuple[Problem, ...]:
    try:
        return (bank[use.value],)
    except KeyError:
        faults.add(use.place, f"the bank has no problem '{use.value[:60]}'", bank.advice(use.value))
        return ()


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
