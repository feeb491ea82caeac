"""Reads the overrides of a sheet: what single students get in another way than the assignment says.

::

    ada:
      large_print: true                # letters of 18 points
      language: de
      problems:
        2: {variant: 2}                # another variant of the same problem
        3: {use: chain-power}          # another problem in its place
        4: {seed: 17}                  # the variant that 'grader bank preview --seed 17' shows
    grace:
      version: B
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from grader.bank.document import Faults, Fields, Node, read_document, suggest
from grader.bank.fields import Record, describe
from grader.bank.problem import Problem
from grader.bank.read import Bank
from grader.classroom.assignment import MOST_ITEMS, PAPERS
from grader.errors import Place
from grader.records import field, record
from grader.translations import languages

_LARGEST_SEED = 2**64 - 1


@record
class Replaced:
    """What stands in the place of one item: another ``problem``, the variant of a ``seed``, or the
    one that comes so many ``variant`` places after the usual."""

    place: Place
    problem: Problem | None = None
    variant: int = 0
    seed: int | None = None


@record
class Override:
    """``items`` by the numbers of the problems on the sheet; empty texts leave what the assignment says."""

    items: Mapping[int, Replaced] = field(default_factory=dict)
    version: str = ""
    language: str = ""
    paper: str = ""
    large_print: bool = False


NONE = Override()


def read_overrides(text: str | bytes, source: str, bank: Bank, students: tuple[str, ...]) -> dict[str, Override]:
    """The overrides of a YAML file by student; raises `AuthorErrors` with every fault."""
    plain = text if isinstance(text, str) else text.decode("utf-8", "replace")
    if all(not line.strip() or line.lstrip().startswith("#") for line in plain.splitlines()):
        # Nobody needs anything else.
        return {}
    document = read_document(text, source)
    faults = Faults()
    found: dict[str, Override] = {}
    if not isinstance(document, Fields):
        fault = f"overrides are records by the students' ids, not {describe(document)}"
        faults.add(document.place, fault, "write 'ada: {large_print: true}'")
        faults.settle()
        return {}
    for key, node in document:
        if key.value not in students:
            fix = suggest(key.value, students) or "write the id as the roster has it"
            faults.add(key.place, f"the roster has no student '{key.value[:60]}'", fix)
        found[key.value] = _override(node, bank, faults)
    faults.settle()
    return found


def _override(node: Node, bank: Bank, faults: Faults) -> Override:
    if not isinstance(node, Fields):
        faults.add(node.place, f"an override is a record with fields, not {describe(node)}")
        return NONE
    record = Record(node, "an override", faults)
    version = record.text("version")
    if version is not None and not re.fullmatch("[A-Z]", version.value):
        faults.add(version.place, f"'{version.value[:20]}' is no version", "versions are A, B, C, ...")
    language = record.word("language", languages())
    paper = record.word("paper", PAPERS)
    large = record.flag("large_print")
    problems = record.fields("problems")
    record.close()
    items = {}
    for key, item in problems or ():
        if not re.fullmatch(r"[1-9]\d{0,3}", key.value) or int(key.value) > MOST_ITEMS:
            faults.add(
                key.place, f"'{key.value[:20]}' is no number of a problem", "write it as on the sheet, 1, 2, ..."
            )
            continue
        items[int(key.value)] = _replaced(item, bank, faults)
    return Override(items, version.value if version else "", language or "", paper or "", bool(large))


def _replaced(node: Node, bank: Bank, faults: Faults) -> Replaced:
    if not isinstance(node, Fields):
        fix = "write {variant: 2}, {seed: 17} or {use: ID}"
        faults.add(node.place, f"what replaces a problem is a record, not {describe(node)}", fix)
        return Replaced(node.place)
    record = Record(node, "what replaces a problem", faults)
    use = record.text("use")
    variant = record.whole("variant", 2, 1000)
    seed = record.whole("seed", 0, _LARGEST_SEED)
    record.close()
    if variant is not None and seed is not None:
        faults.add(record.place, "'variant' and 'seed' do not go together", "remove one of them")
    if use is None and variant is None and seed is None:
        faults.add(record.place, "nothing is replaced", "write {variant: 2}, {seed: 17} or {use: ID}")
    problem = None
    if use is not None:
        problem = next((p for p in bank if p.id == use.value), None)
        if problem is None:
            faults.add(use.place, f"the bank has no problem '{use.value[:60]}'", bank.advice(use.value))
    return Replaced(record.place, problem, (variant or 1) - 1, seed)
