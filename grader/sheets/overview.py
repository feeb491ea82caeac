"""An assignment before release, on one page: every problem in several variants, with key and fairness."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from grader.bank.instance import Instance
from grader.bank.problem import Problem
from grader.bank.sample import Memory, sample_parts
from grader.bank.spread import UNEVEN, Spread, spread
from grader.records import record
from grader.sheets.base import Look, Question
from grader.sheets.document import make_key, make_sheet
from grader.sheets.templates import Templates

SHOWN = 3
"""Variants of each problem on the page."""
LOOKED_AT = 40
"""Seeds from which the fairness figures are made."""
_BARS = 24


@record
class Variant:
    """``questions`` carry their keys."""

    name: str
    parameters: str
    questions: tuple[Question, ...]


@record
class Looked:
    """One problem: some of its variants, how many different ones so many seeds gave, how even they are."""

    problem: str
    title: str
    difficulty: int
    concepts: tuple[str, ...]
    points: Fraction
    asked: str
    variants: tuple[Variant, ...]
    different: int
    spread: Spread | None

    @property
    def remark(self) -> str:
        """What an instructor should look at; empty when the variants are even."""
        if self.spread is not None and self.spread.uneven:
            return f"uneven: the longest answer is more than {UNEVEN} times as long as the shortest"
        if self.different < SHOWN:
            return "few variants: neighbours may have the same"
        return ""


@record
class Bar:
    """Sheets whose difficulty is from ``low`` to ``high``; ``height`` from 0 to 100."""

    low: float
    high: float
    count: int
    height: float


def look(problem: Problem, points: Fraction | None, asked: str, first: int, language: str) -> Looked:
    """Draw from the seeds ``first``, ``first + 1``, ...; ``asked`` says whom the problem is for."""
    memory, made, seen = Memory(), [], set()
    for seed in range(first, first + LOOKED_AT):
        parts = sample_parts(problem, seed, memory)
        shown = str([(p.stem, p.statement, p.figure) for p in parts])
        if shown not in seen:
            seen.add(shown)
            made.append(parts)
    return Looked(
        problem=problem.id,
        title=problem.title,
        difficulty=problem.difficulty,
        concepts=problem.concepts,
        points=problem.points if points is None else points,
        asked=asked,
        variants=tuple(_variant(parts, language) for parts in made[:SHOWN]),
        different=len(made),
        spread=spread(made),
    )


def _variant(parts: Sequence[Instance], language: str) -> Variant:
    items = {f"1{instance.part}": instance for instance in parts}
    sheet = make_sheet(
        title="", course="", sheet="", due="", instructions="", student="", name="", items=items,
        look=Look(language=language),
    )  # fmt: skip
    key = make_key(sheet, items)
    values = ", ".join(f"{name} = {value}" for name, value in parts[0].parameters.items())
    return Variant(f"seed {parts[0].seed}", values, key.questions)


def histogram(difficulties: Sequence[Fraction]) -> tuple[Bar, ...]:
    """How many sheets have which difficulty, in steps of a tenth or, when they spread wide, of more."""
    if not difficulties:
        return ()
    low, high = min(difficulties), max(difficulties)
    step = max(Fraction(1, 20), Fraction(round((high - low) / _BARS * 20) or 1, 20))
    counted = Counter((value - low) // step for value in difficulties)
    most = max(counted.values())
    return tuple(
        Bar(float(low + k * step), float(low + (k + 1) * step), counted[k], 100 * counted[k] / most)
        for k in range(int(max(counted)) + 1)
    )


def page(
    *,
    title: str,
    course: str,
    sheet: str,
    problems: Sequence[Looked],
    difficulties: Sequence[Fraction],
    average: Fraction,
    balance: Fraction,
    who: str,
    templates: Templates,
    language: str,
) -> str:
    """One HTML page that needs nothing else; ``who`` says whose sheets the difficulties are of."""
    return templates.render(
        "overview.html.j2",
        language,
        title=title,
        course=course,
        sheet=sheet,
        problems=problems,
        bars=histogram(difficulties),
        least=float(min(difficulties)),
        most=float(max(difficulties)),
        average=float(average),
        balance=float(balance),
        picks=len(set(difficulties)) > 1,
        who=who,
        seeds=LOOKED_AT,
        longest=max((p.spread.answer.most for p in problems if p.spread is not None), default=1),
    )
