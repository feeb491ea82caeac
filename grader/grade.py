"""From what a student typed to an outcome, a score and the evidence for both.

Three outcomes are the student's (right, partial, wrong), one says that the answer has to be
typed differently (unreadable), one is ours (undecided: a person has to look), and blank.
What may be shown to a student is made in `grader.feedback`; findings hold the reference's
values and are for the instructor.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Literal, TypeAlias

from grader import kinds
from grader.answer import Answer, Matrix, Reading, Shape, Vector, read
from grader.answer_text import write, write_latex, write_spoken, write_unicode
from grader.bank.instance import Instance, NamedMistake, declared_names
from grader.claims import Claim, Finding, PolynomialOf, SamePoints, Truth
from grader.decide import WITHOUT_ALGEBRA, settle
from grader.diagnose import Diagnosis, diagnose
from grader.errors import StudentError
from grader.expr.parse import Names
from grader.kinds.base import COMMON_POLICY, OTHER_READING, Task
from grader.other_reading import meant
from grader.records import record, replace
from grader.unnamed import Unnamed, describe
from grader.working import WorkedLine

Outcome: TypeAlias = Literal["right", "partial", "wrong", "unreadable", "undecided", "blank"]
OUTCOMES: tuple[Outcome, ...] = ("right", "partial", "wrong", "unreadable", "undecided", "blank")


@record
class ReadAs:
    """The answer as the grader understood it."""

    text: str
    unicode: str
    latex: str
    spoken: str
    size: tuple[int, int] | None = None
    """Rows and columns, of a vector or matrix."""


@record
class Fault:
    """Why an answer could not be read; ``line`` and ``column`` count from 1 within the answer."""

    line: int
    column: int
    fault: str
    fix: str
    caret: str

    @property
    def explanation(self) -> str:
        return f"{self.fault}; {self.fix}" if self.fix else self.fault


@record
class Settled:
    """One claim about the answer with its finding.

    ``earned`` is the share of ``weight`` that the finding is worth, ``open`` the share that
    was not decided; both between 0 and 1.
    """

    about: str
    weight: Fraction
    finding: Finding
    earned: Fraction
    open: Fraction = Fraction(0)
    polynomial: bool = False
    """Whether the claim is that the answer is a polynomial: a matter of form."""


@record
class Graded:
    """The grading of one answer.

    ``score`` of an undecided answer is what is certain already.  ``trouble`` says in a
    sentence for the instructor why nothing was decided.
    """

    outcome: Outcome
    score: Fraction
    points: Fraction
    typed: str
    read_as: ReadAs | None = None
    notes: tuple[str, ...] = ()
    findings: tuple[Settled, ...] = ()
    diagnosis: Diagnosis | None = None
    fault: Fault | None = None
    trouble: str = ""
    followed: str = ""
    """The earlier part whose wrong answer this one follows from rightly."""
    unnamed: Unnamed | None = None
    """What can be said of a wrong answer that no known mistake explains."""
    working: tuple[WorkedLine, ...] = ()
    """The lines of working that were handed in, checked."""
    decided: str = ""
    """Why a person gave this score instead of the grader."""

    @property
    def mistake(self) -> str | None:
        return None if self.diagnosis is None else self.diagnosis.name


def undecided(typed: str, points: Fraction, trouble: str) -> Graded:
    """What becomes of an answer whose grading failed: never wrong, a person has to look."""
    return Graded("undecided", Fraction(0), points, typed, trouble=trouble)


def grade_answer(instance: Instance, text: str, earlier: tuple[Instance, str] | None = None) -> Graded:
    """Grade one answer.  A fault of ours propagates; `grader.run` makes it undecided.

    ``earlier`` is the part that this one follows with what was typed there: a wrong answer is
    looked at once more as if that had been right, and earns its points when it then is.
    """
    graded = grade_task(instance.task, text, instance.points, instance.mistakes)
    if graded.outcome in ("wrong", "partial") and earlier is not None and instance.follow is not None:
        from grader.follow import follows

        if follows(instance, text, *earlier):
            return replace(graded, outcome="right", score=graded.points, diagnosis=None, followed=instance.follow.part)
    return graded


def grade_task(
    task: Task, text: str, points: Fraction = Fraction(1), foreseen: tuple[NamedMistake, ...] = ()
) -> Graded:
    """Grade the answer to a task that need not come from a bank."""
    if not text.strip():
        return Graded("blank", Fraction(0), points, text)
    kind = kinds.load(task.kind)
    shape = kind.shape(task.given, task.policy)
    names = Names(declared_names(kind, task.given, task.domain), free=shape.free_names)
    try:
        reading = read(text, shape, names, asked=kind.asked(task.given))
    except StudentError as error:
        fault = Fault(error.place.line, error.place.column, error.fault, error.fix, error.caret())
        return Graded("unreadable", Fraction(0), points, text, fault=fault)
    claims = kind.claims(task, reading.answer)
    settled = tuple(_settled(w.about, w.weight, w.claim, task) for w in claims)
    outcome, share = _weigh(settled)
    diagnosis = None
    if outcome in ("wrong", "partial"):
        diagnosis = _otherwise_read(task, text, reading, names, shape) or diagnose(task, reading.answer, foreseen)
        if diagnosis is not None and diagnosis.credit > share:
            share = diagnosis.credit
            outcome = "right" if share == 1 else "partial"
    unnamed = None
    if outcome in ("wrong", "partial") and (diagnosis is None or diagnosis.general):
        unnamed = describe(task, reading.answer)
    trouble = ""
    if outcome == "undecided":
        trouble = "; ".join(f"{s.about}: {s.finding.evidence}" for s in settled if s.open) or "not decided"
    return Graded(
        outcome,
        share * points,
        points,
        text,
        read_as(reading.answer),
        _notes(reading, settled),
        settled,
        diagnosis,
        trouble=trouble,
        unnamed=unnamed,
    )


def _otherwise_read(task: Task, text: str, reading: Reading, names: Names, shape: Shape) -> Diagnosis | None:
    """The diagnosis that the answer is right when read in the other way that its text allows."""
    policy = task.policy.get(OTHER_READING, COMMON_POLICY.values[0])
    if not reading.notes or policy == "ignored":
        return None
    kind = kinds.load(task.kind)

    def is_right(other: str) -> bool:
        try:
            answer = read(other, shape, names, asked=kind.asked(task.given)).answer
        except StudentError:
            return False
        claims = kind.claims(task, answer)
        return bool(claims) and all(settle(w.claim, WITHOUT_ALGEBRA).right for w in claims)

    piece = meant(text, [note.text for note in reading.notes], is_right)
    if piece is None:
        return None
    credit = Fraction(1 if policy == "accepted" else 0)
    return Diagnosis(OTHER_READING, f"Your answer would be right if you meant {piece}: put brackets.", credit)


def read_as(answer: Answer) -> ReadAs:
    """The answer in every notation that a report may need."""
    return ReadAs(write(answer), write_unicode(answer), write_latex(answer), write_spoken(answer), _size(answer))


def _size(answer: Answer) -> tuple[int, int] | None:
    match answer:
        case Matrix(rows):
            return len(rows), len(rows[0])
        case Vector(entries, "row"):
            return 1, len(entries)
        case Vector(entries):
            return len(entries), 1
        case _:
            return None


def _notes(reading: Reading, settled: tuple[Settled, ...]) -> tuple[str, ...]:
    notes = [note.text for note in reading.notes]
    notes += [s.finding.note for s in settled if s.finding.note]
    return tuple(dict.fromkeys(notes))


def _settled(about: str, weight: Fraction, claim: Claim, task: Task) -> Settled:
    finding = settle(claim)
    earned, still_open = _shares(claim, finding, task)
    return Settled(about, weight, finding, earned, still_open, isinstance(claim, PolynomialOf))


def _shares(claim: Claim, finding: Finding, task: Task) -> tuple[Fraction, Fraction]:
    """What a finding is worth and what of it is open, as shares of the claim's weight."""
    if finding.right:
        return Fraction(1), Fraction(0)
    if finding.reason == "layout":
        return Fraction(task.policy.get("layout_credit", "0")), Fraction(0)
    if not finding.parts:
        return Fraction(0), Fraction(finding.truth is Truth.UNDECIDED)
    count = len(finding.parts)
    right = sum(part.right for part in finding.parts)
    still_open = sum(part.truth is Truth.UNDECIDED for part in finding.parts)
    if isinstance(claim, SamePoints):
        # A point too many costs as much as a point found, or naming every point would pay.
        placed = sum(part.right or part.reason == "value" for part in finding.parts)
        right = max(0, right - max(0, len(claim.student) - placed - still_open))
    if finding.truth is Truth.UNDECIDED and not still_open:
        still_open = count - right
    return Fraction(right, count), Fraction(still_open, count)


def _weigh(settled: tuple[Settled, ...]) -> tuple[Outcome, Fraction]:
    """The outcome and the share of the points.

    A claim of weight 0 is a condition: where it is refuted, nothing is earned.
    """
    if all(s.finding.right for s in settled):
        return "right", Fraction(1)
    failed = any(s.finding.truth is Truth.REFUTED and not s.weight for s in settled)
    total = sum((s.weight for s in settled), Fraction(0))
    if failed or not total:
        share = Fraction(0)
    else:
        share = sum((s.weight * s.earned for s in settled), Fraction(0)) / total
    if not failed and any(s.open for s in settled):
        return "undecided", share
    return ("partial" if share else "wrong"), share


@record
class GradedItem:
    """One numbered question of a sheet with its grading; ``line`` is where the answer stands
    in the student's file, None when it is not there."""

    number: str
    problem: str
    title: str
    graded: Graded
    line: int | None = None
    seconds: float = 0.0


@record
class GradedSheet:
    """One student's sheet.  ``remarks`` are for student and instructor alike: how the file was
    read, answers to questions that are not on the sheet."""

    student: str
    name: str
    sheet: str
    source: str
    items: tuple[GradedItem, ...]
    remarks: tuple[str, ...] = ()
    earned: Fraction | None = None
    """What the policy of the course makes of the score; None without one, and for who is excused."""
    explained: tuple[str, ...] = ()
    """How it comes to that, in sentences for the student."""
    excused: bool = False

    @property
    def final(self) -> Fraction:
        """The points that count: those of the policy, else the score."""
        return self.score if self.earned is None else self.earned

    @property
    def score(self) -> Fraction:
        return sum((item.graded.score for item in self.items), Fraction(0))

    @property
    def points(self) -> Fraction:
        return sum((item.graded.points for item in self.items), Fraction(0))

    @property
    def open_points(self) -> Fraction:
        """Points that a person has still to decide about."""
        return sum(
            (i.graded.points - i.graded.score for i in self.items if i.graded.outcome == "undecided"), Fraction(0)
        )

    def counts(self) -> Mapping[Outcome, int]:
        """How many answers had each outcome; every outcome is present."""
        return {outcome: sum(i.graded.outcome == outcome for i in self.items) for outcome in OUTCOMES}
