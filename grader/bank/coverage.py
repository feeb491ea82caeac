"""Which concepts of the course a bank covers, by kind and difficulty, and where it has holes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from grader.bank.problem import Problem
from grader.records import record

DIFFICULTIES = range(1, 6)


@record
class Concept:
    """One concept of the course, by ``number`` from 1; ``words`` are what problems call it."""

    number: int
    title: str
    words: tuple[str, ...]


@record
class Row:
    """A concept with the problems that belong to it, counted by kind and by difficulty."""

    concept: Concept
    problems: tuple[str, ...]
    kinds: Mapping[str, int]
    difficulties: Mapping[int, int]

    @property
    def hole(self) -> str:
        """What is missing, in a few words; nothing when nothing is."""
        if not self.problems:
            return "no problem"
        return "one difficulty only" if len(self.difficulties) == 1 and len(self.problems) > 1 else ""


@cache
def concepts() -> tuple[Concept, ...]:
    """The concepts of the course, in its order."""
    import yaml

    rows = yaml.safe_load((Path(__file__).parent / "course.yaml").read_text(encoding="utf-8"))
    return tuple(Concept(n, row["concept"], tuple(row["words"])) for n, row in enumerate(rows, 1))


def coverage(problems: Sequence[Problem]) -> tuple[Row, ...]:
    """One row for each concept; a problem may belong to several."""
    return tuple(_row(concept, problems) for concept in concepts())


def unplaced(problems: Sequence[Problem]) -> tuple[str, ...]:
    """The problems that belong to no concept."""
    words = {word for concept in concepts() for word in concept.words}
    return tuple(problem.id for problem in problems if not words & set(problem.concepts))


def _row(concept: Concept, problems: Sequence[Problem]) -> Row:
    found = [problem for problem in problems if set(problem.concepts) & set(concept.words)]
    kinds = Counter(question.kind for problem in found for question in problem.questions)
    difficulties = Counter(problem.difficulty for problem in found)
    return Row(concept, tuple(p.id for p in found), dict(sorted(kinds.items())), dict(sorted(difficulties.items())))


def as_record(row: Row) -> dict[str, Any]:
    """One row as JSON values."""
    return {
        "number": row.concept.number,
        "concept": row.concept.title,
        "words": list(row.concept.words),
        "problems": list(row.problems),
        "kinds": dict(row.kinds),
        "difficulties": {str(difficulty): count for difficulty, count in row.difficulties.items()},
        "hole": row.hole,
    }


def markdown(rows: Sequence[Row]) -> str:
    """The table as a page."""
    holes = [row for row in rows if row.hole]
    lines = [
        "# What the bank covers",
        "",
        "The concepts of the course with the problems of the bank: how many there are of each difficulty, and of",
        "which kinds. A problem may belong to several concepts, and its parts to several kinds. This page is made:",
        "",
        "    grader bank coverage --markdown > docs/coverage.md",
        "",
        "| | concept | problems | " + " | ".join(f"d{d}" for d in DIFFICULTIES) + " | kinds |",
        "|--:|---|--:|" + "--:|" * len(DIFFICULTIES) + "---|",
    ]
    for row in rows:
        counts = " | ".join(str(row.difficulties.get(d, "")) for d in DIFFICULTIES)
        kinds = ", ".join(f"{kind} {count}" for kind, count in row.kinds.items())
        lines.append(f"| {row.concept.number} | {row.concept.title} | {len(row.problems)} | {counts} | {kinds} |")
    lines += ["", "Holes: " + ("; ".join(f"{r.concept.title}: {r.hole}" for r in holes) if holes else "none") + "."]
    return "\n".join(lines) + "\n"


def table(rows: Sequence[Row]) -> Iterator[str]:
    """The table for a terminal of 80 columns."""
    yield f"{'':>2}  {'concept':<48} {'all':>3}  " + " ".join(f"d{d}" for d in DIFFICULTIES)
    for row in rows:
        counts = " ".join(f"{row.difficulties.get(d, '.'):>2}" for d in DIFFICULTIES)
        yield f"{row.concept.number:>2}  {row.concept.title:<48.48} {len(row.problems):>3}  {counts}"
        if row.hole:
            yield f"    hole: {row.hole}"
