"""What a report is made from, and what a report format is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction

from grader.grade import OUTCOMES, GradedSheet, Outcome
from grader.records import field, record


@record
class Trouble:
    """A file that was not graded (``lost``), or not as its sender may think, and why.

    ``stranger``: it could be read and belongs to nobody in the manifest, or to another sheet.
    """

    source: str
    message: str
    line: int = 1
    lost: bool = True
    stranger: bool = False


@record
class UnnamedGroup:
    """Wrong answers to one problem that are equal, or that are the same change of each student's right answer.

    ``relation`` is that change in words, or empty; ``answers`` are the different texts as read.
    """

    problem: str
    relation: str
    answers: tuple[str, ...]
    count: int
    students: tuple[str, ...]


@record
class Report:
    """A graded class.  ``students`` and ``troubles`` are sorted; ``absent`` are the ids of those
    who handed nothing in.  ``at`` is the local time, ISO 8601 to the second without a zone."""

    title: str
    course: str
    sheet: str
    at: str
    made_with: str
    students: tuple[GradedSheet, ...]
    troubles: tuple[Trouble, ...] = ()
    absent: tuple[str, ...] = ()
    utc: str = ""
    """The same moment as ``at`` in UTC, ISO 8601 with ``Z``."""
    context: Mapping[str, str] = field(default_factory=dict)
    """What the place where it was graded says of the submission: names that a format asks for."""

    def counts(self) -> Mapping[Outcome, int]:
        """How many answers had each outcome."""
        counts = [sheet.counts() for sheet in self.students]
        return {outcome: sum(count[outcome] for count in counts) for outcome in OUTCOMES}

    def mistakes(self) -> tuple[tuple[str, int, tuple[str, ...]], ...]:
        """Named mistakes with how often they were made and in which questions, commonest first."""
        where: dict[str, list[str]] = {}
        for sheet in self.students:
            for item in sheet.items:
                if item.graded.mistake is not None:
                    where.setdefault(item.graded.mistake, []).append(item.number)
        rows = ((name, len(numbers), tuple(dict.fromkeys(numbers))) for name, numbers in where.items())
        return tuple(sorted(rows, key=lambda row: (-row[1], row[0])))

    def unnamed(self) -> tuple[UnnamedGroup, ...]:
        """Wrong answers without a name, like ones together, commonest first."""
        groups: dict[tuple[str, str], list[tuple[str, str, str]]] = {}
        for sheet in self.students:
            for item in sheet.items:
                found = item.graded.unnamed
                if found is not None and item.graded.read_as is not None:
                    key = (item.problem, found.relation or found.likeness)
                    groups.setdefault(key, []).append((item.graded.read_as.text, found.relation, sheet.student))
        rows = (
            UnnamedGroup(problem, given[0][1], tuple(dict.fromkeys(text for text, _, _ in given)), len(given),
                         tuple(dict.fromkeys(student for _, _, student in given)))
            for (problem, _), given in groups.items()
        )  # fmt: skip
        return tuple(sorted(rows, key=lambda row: (-row.count, row.problem, row.answers)))

    def mean(self) -> Fraction | None:
        """The mean share of the points, None when nothing was graded."""
        shares = [sheet.final / sheet.points for sheet in self.students if sheet.points and not sheet.excused]
        return sum(shares, Fraction(0)) / len(shares) if shares else None


@record
class ReportFormat:
    """One way to write a report.  ``suffix`` is that of its file, ``shows_reference`` whether
    it holds evidence with values of the reference and is therefore for the instructor only,
    ``one`` whether it is of one student's sheet; ``about`` is a line for the list."""

    name: str
    suffix: str
    render: Callable[[Report], str]
    shows_reference: bool = False
    one: bool = False
    about: str = ""


def number(q: Fraction) -> str:
    """A score for people: ``3``, ``2.5``, ``0.33``."""
    return f"{float(q):.2f}".rstrip("0").rstrip(".")


def markdown(text: str) -> str:
    """A stranger's text as Markdown that means just these characters, on one line."""
    escaped = re.sub(r"([\\`*_{}\[\]()#+\-.!|~$^])", r"\\\1", visible(" ".join(text.split())))
    # A name after @ would call somebody.
    return escaped.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("@", "&#64;")


def visible(text: str) -> str:
    """A stranger's text on one line, with every character that could act made visible.

    Control characters, escapes, bidirectional overrides, lone surrogates and what XML does not
    allow become ``\\u001b`` and the like.
    """
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)
