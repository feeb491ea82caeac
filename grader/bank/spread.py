"""How evenly the variants of a problem are made: sizes and numbers of what is read and of what is to be typed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from statistics import median
from typing import Any

from grader.bank.instance import Instance
from grader.records import record

_NUMBER = re.compile(r"\d+")
_SIGN = re.compile(r"[-+*/^(),;]|[A-Za-z]+|\d+(?:\.\d+)?")

UNEVEN = 4
"""How many times as long as the shortest answer the longest may be before an author should look."""
LONG = 12
"""Signs up to which answers count as equally short."""
MOST_DIGITS = 5
"""Digits of a number that a student could be asked to type."""


@record
class Measure:
    """The smallest, the middle and the largest of something counted over the variants."""

    least: int
    middle: float
    most: int

    @classmethod
    def of(cls, counts: Sequence[int]) -> Measure:
        return cls(min(counts), float(median(counts)), max(counts))

    def as_record(self) -> dict[str, Any]:
        """JSON values."""
        return {"least": self.least, "median": self.middle, "most": self.most}


@record
class Spread:
    """``answer``: signs of the reference (a name, number or operator is one); ``digits``: of its longest
    number; ``statement``: signs of the question."""

    answer: Measure
    digits: Measure
    statement: Measure

    @property
    def uneven(self) -> bool:
        """Whether one student has to type much more than another."""
        return self.answer.most > UNEVEN * max(self.answer.least, LONG)

    def as_record(self) -> dict[str, Any]:
        """JSON values."""
        return {
            "answer": self.answer.as_record(),
            "digits": self.digits.as_record(),
            "statement": self.statement.as_record(),
        }


def table(rows: Sequence[tuple[str, int, Spread | None]]) -> Iterator[str]:
    """Problems with their number of variants and measures, for a terminal of 80 columns."""
    yield f"{'':30} {'':>8}  {'signs of the':^16}  {'its':>6}  {'signs of the':^12}"
    yield f"{'problem':30} {'variants':>8}  {'answer':^16}  {'digits':>6}  {'question':^12}"
    for name, variants, found in rows:
        if found is not None:
            a, s = found.answer, found.statement
            answer, question = f"{a.least} to {a.most}", f"{s.least} to {s.most}"
            yield f"{name:30.30} {variants:>8}  {answer:^16}  {found.digits.most:>6}  {question:^12}".rstrip()


def spread(variants: Sequence[tuple[Instance, ...]]) -> Spread | None:
    """The measures over different variants; None without any."""
    from grader.answer_text import write

    if not variants:
        return None
    references = [" ; ".join(write(instance.task.reference) for instance in parts) for parts in variants]
    statements = [" ".join((parts[0].stem, *(instance.statement for instance in parts))) for parts in variants]
    return Spread(
        Measure.of([len(_SIGN.findall(text)) for text in references]),
        Measure.of([max(map(len, _NUMBER.findall(text)), default=0) for text in references]),
        Measure.of([len(_SIGN.findall(text)) for text in statements]),
    )
