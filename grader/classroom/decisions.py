"""What a person decided about single answers: it stands above the grader's verdict, and is kept.

::

    - student: ada
      item: 3
      answer: "2x"             # as it was typed: a decision about another answer says nothing
      score: 4
      reason: The limit was meant from the right; said so in class.
      by: M. Sand              # if you like
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction

from grader.bank.document import Faults, Items, Node, read_document
from grader.bank.fields import Record, describe
from grader.errors import Place
from grader.grade import Graded, Outcome
from grader.records import record, replace


@record
class Decision:
    """``answer`` is the text that was typed, or empty for whatever was typed."""

    student: str
    item: str
    score: Fraction
    reason: str
    answer: str = ""
    by: str = ""
    place: Place = Place("")

    def is_about(self, typed: str) -> bool:
        """Whether the answer is the one that was decided about; spaces do not count."""
        return not self.answer or "".join(self.answer.split()) == "".join(typed.split())


Decisions = Mapping[tuple[str, str], Decision]


def read_decisions(text: str | bytes, source: str) -> dict[tuple[str, str], Decision]:
    """The decisions of a YAML file by student and item; raises `AuthorErrors` with every fault."""
    plain = text if isinstance(text, str) else text.decode("utf-8", "replace")
    if all(not line.strip() or line.lstrip().startswith("#") for line in plain.splitlines()):
        return {}
    document, faults = read_document(text, source), Faults()
    found: dict[tuple[str, str], Decision] = {}
    if not isinstance(document, Items):
        faults.add(
            document.place, f"decisions are a list, not {describe(document)}", "write '- {student: ada, item: 3, ...}'"
        )
    for node in document.items if isinstance(document, Items) else ():
        decision = _decision(node, faults)
        if decision is None:
            continue
        key = decision.student, decision.item
        if key in found:
            before = found[key].place.line
            faults.add(decision.place, f"question {key[1]} of '{key[0]}' is decided twice", f"see line {before}")
        found[key] = decision
    faults.settle()
    return found


def _decision(node: Node, faults: Faults) -> Decision | None:
    from grader.bank.document import Fields

    if not isinstance(node, Fields):
        faults.add(
            node.place,
            f"a decision is a record with fields, not {describe(node)}",
            "write {student: ada, item: 3, ...}",
        )
        return None
    record = Record(node, "a decision", faults)
    student, item = record.text("student", required=True), record.text("item", required=True)
    reason = record.text("reason", required=True)
    answer, by = record.text("answer"), record.text("by")
    record.node("score", required=True)
    score = record.fraction("score", Fraction(0), Fraction(100_000))
    record.close()
    if student is None or item is None or reason is None or score is None:
        return None
    if not re.fullmatch(r"[1-9]\d{0,3}[a-z]?", item.value):
        faults.add(item.place, f"'{item.value[:20]}' is no number of a question", "write 3 or 3b")
        return None
    told = " ".join(reason.value.split())
    return Decision(
        student.value, item.value, score, told, answer.value if answer else "", by.value if by else "", record.place
    )


def decided(graded: Graded, decision: Decision) -> Graded:
    """The grading with a person's score and reason in the place of the grader's."""
    score = min(decision.score, graded.points)
    outcome: Outcome = "right" if score == graded.points else "wrong" if score == 0 else "partial"
    who = f" ({decision.by})" if decision.by else ""
    return replace(
        graded,
        outcome=outcome,
        score=score,
        decided=f"{decision.reason}{who}",
        diagnosis=None,
        unnamed=None,
        trouble="",
    )
