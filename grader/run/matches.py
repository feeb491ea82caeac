"""Wrong answers that are right for another student's variant of the same problem.

Such a match may be a copied answer, a slip that leads there, or chance; what is told is how likely chance
is, and never more.  An answer that a named mistake explains is no match: it has a reason of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from grader.bank.instance import Instance, declared_names
from grader.classroom.manifest import Manifest
from grader.decide import WITHOUT_ALGEBRA, settle
from grader.errors import StudentError
from grader.expr.parse import Names
from grader.records import record


@record
class Match:
    """``student`` gave at ``item`` an answer that is wrong for them and right for the ``others``.

    ``chance`` is the share of pairs of a wrong answer to this problem and another variant that match anyway,
    times the number of variants compared: about how often such a match happens by accident.
    """

    student: str
    item: str
    problem: str
    typed: str
    others: tuple[str, ...]
    variants: int
    chance: float


def matches(
    manifest: Manifest, results: Mapping[str, Any], done: Callable[[int, int], None] = lambda count, total: None
) -> tuple[Match, ...]:
    """All of them, the least accidental first.  Raises KeyError or TypeError for what are no results."""
    wrong: dict[str, list[tuple[str, str, str]]] = {}
    for student in results["students"]:
        for item in student["items"]:
            if item["outcome"] == "wrong" and not item["mistake"] and student["student"] in manifest.students:
                wrong.setdefault(str(item["problem"]), []).append((student["student"], item["item"], item["typed"]))
    variants = _variants(manifest, wrong)
    found: list[Match] = []
    total = sum(map(len, wrong.values()))
    count = 0
    for problem, answers in sorted(wrong.items()):
        compared = hits = 0
        rows: list[tuple[str, str, str, tuple[str, ...], int]] = []
        for student, number, typed in answers:
            own = manifest.students[student].items.get(number)
            others = [v for v in variants[problem] if own is None or v.reference != own["reference"]]
            right = [variant for variant in others if _is_right(variant.instance, typed)]
            compared += len(others)
            hits += len(right)
            if right:
                owners = tuple(dict.fromkeys(owner for variant in right for owner in variant.owners))
                rows.append((student, number, typed, owners, len(others)))
            count += 1
            done(count, total)
        for student, number, typed, owners, size in rows:
            # The pair at hand is left out of what it is measured by, and one is added: no chance is nothing.
            rate = Fraction(max(hits - len(owners), 0) + 1, compared + 1)
            chance = float(min(rate * size, Fraction(1)))
            found.append(Match(student, number, problem, typed, owners, size, chance))
    return tuple(sorted(found, key=lambda match: (match.chance, match.student, match.item)))


@record
class _Variant:
    """A variant of a problem, and who has it."""

    reference: str
    instance: Instance
    owners: tuple[str, ...]


def _variants(manifest: Manifest, wanted: Mapping[str, object]) -> dict[str, list[_Variant]]:
    """The different variants of each problem; two with the same reference cannot be told apart."""
    owners: dict[tuple[str, str], list[str]] = {}
    first: dict[tuple[str, str], tuple[str, str]] = {}
    for student, part in manifest.students.items():
        for number, item in part.items.items():
            if item["problem"] in wanted:
                key = item["problem"], item["reference"]
                owners.setdefault(key, []).append(student)
                first.setdefault(key, (student, number))
    found: dict[str, list[_Variant]] = {problem: [] for problem in wanted}
    for (problem, reference), (student, number) in first.items():
        instance = manifest.students[student].instance(number)
        found[problem].append(_Variant(reference, instance, tuple(owners[problem, reference])))
    return found


def _is_right(instance: Instance, typed: str) -> bool:
    """Whether the answer would be right for this variant; what cannot be read or decided is not."""
    from grader import kinds
    from grader.answer import read

    kind, task = kinds.load(instance.kind), instance.task
    shape = kind.shape(task.given, task.policy)
    names = Names(declared_names(kind, task.given, task.domain), free=shape.free_names)
    try:
        answer = read(typed, shape, names, asked=kind.asked(task.given)).answer
    except StudentError:
        return False
    claims = kind.claims(task, answer)
    return bool(claims) and all(settle(weighted.claim, WITHOUT_ALGEBRA).right for weighted in claims)
