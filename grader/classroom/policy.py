"""What an instructor's rules make of a score: attempts, lateness, extensions, excuses, rounding.

::

    due: 2026-11-20T23:59+01:00    # else what the manifest says
    attempts: 3                    # so many count, the first ones; all of them if absent
    counts: best                   # best, last, first or average
    late:
      grace: 15 min                # not late yet
      per_day: 10 %                # less for each day that has begun
      at_least: 50 %               # what remains, however late
      until: 7 days                # what comes later earns nothing
    rounding: 1/2                  # to the nearest half point
    hints_after: 2                 # a hint after so many wrong tries, the next one after one more
    students:
      ada: {due: 2026-11-25T23:59+01:00}
      ben: {excused: true}

Instead of ``per_day`` there may be ``steps: {1 day: 90 %, 3 days: 50 %}``: within a day 90 %, within
three 50 %, later nothing.  A submission's time is its own, never that of the grading run.  Nothing
here reads a clock or a file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import Literal, TypeAlias

from grader.bank.document import Faults, Fields, Node, Text, read_document
from grader.bank.fields import Record, describe
from grader.records import field, record

Counts: TypeAlias = Literal["best", "last", "first", "average"]
_COUNTS: tuple[Counts, ...] = ("best", "last", "first", "average")
_UNITS = {"min": 1, "minute": 1, "h": 60, "hour": 60, "day": 1440, "d": 1440, "week": 10080}
_DURATION = re.compile(r"(\d{1,5})\s*([a-z]+?)s?", re.IGNORECASE)
_PERCENT = re.compile(r"(\d{1,3}(?:\.\d{1,4})?)\s*%")
_DAY = timedelta(days=1)


@record
class Late:
    """What late submissions keep.

    ``steps``: up to so late, so much is kept; else ``per_day`` is taken off for each day that has
    begun, down to ``at_least``.  After ``until`` nothing is kept.
    """

    grace: timedelta = timedelta(0)
    per_day: Fraction = Fraction(0)
    at_least: Fraction = Fraction(0)
    until: timedelta | None = None
    steps: tuple[tuple[timedelta, Fraction], ...] = ()


@record
class Own:
    """What holds for one student."""

    due: datetime | None = None
    excused: bool = False


@record
class Policy:
    """``late`` is None when lateness costs nothing; ``due`` is None when there is no date to be late for."""

    due: datetime | None = None
    attempts: int | None = None
    counts: Counts = "best"
    late: Late | None = None
    rounding: Fraction | None = None
    hints_after: int | None = None
    students: Mapping[str, Own] = field(default_factory=dict)


@record
class Attempt:
    """One submission with what it scored; ``at`` is when it was handed in, where that is known."""

    score: Fraction
    at: datetime | None = None
    name: str = ""


@record
class Earned:
    """``score`` after all rules, None for who is excused.  ``chosen`` is the attempt that counts (the
    best one of an average), by its place from 0; ``said`` explains it in sentences for the student."""

    score: Fraction | None
    chosen: int
    said: tuple[str, ...]


def earn(policy: Policy, student: str, points: Fraction, attempts: Sequence[Attempt]) -> Earned:
    """What the attempts of a student earn; they are in the order in which they were handed in."""
    own = policy.students.get(student, Own())
    if own.excused:
        return Earned(None, max(len(attempts) - 1, 0), ("You are excused from this sheet; it does not count.",))
    if not attempts:
        return Earned(Fraction(0), 0, ())
    due = own.due or policy.due
    counted = attempts[: policy.attempts] if policy.attempts else attempts
    kept = [_kept(policy.late, due, attempt) for attempt in counted]
    scores = [attempt.score * share for attempt, (share, _) in zip(counted, kept, strict=True)]
    chosen = _chosen(policy.counts, scores)
    score = sum(scores, Fraction(0)) / len(scores) if policy.counts == "average" else scores[chosen]
    said = _about_attempts(policy, attempts, chosen)
    if own.due is not None and due is not None:
        said.append(f"You have an extension until {_date(due)}.")
    share, late = kept[chosen]
    if late and policy.counts != "average":
        raw = counted[chosen].score
        said.append(f"{_number(raw)} of {_number(points)}, {late}: {_number(scores[chosen])}.")
    elif policy.counts == "average":
        said += [f"Attempt {k}: {late}." for k, (_, late) in enumerate(kept, 1) if late]
    if policy.rounding is not None:
        rounded = min(_rounded(score, policy.rounding), points)
        if rounded != score:
            said.append(f"Rounded from {_number(score)} to {_number(rounded)}.")
        score = rounded
    return Earned(score, chosen, tuple(said))


def _kept(late: Late | None, due: datetime | None, attempt: Attempt) -> tuple[Fraction, str]:
    """The share of the score that an attempt keeps, and why, when it is not all of it."""
    if late is None or due is None or attempt.at is None:
        return Fraction(1), ""
    over = attempt.at - due
    if over <= late.grace:
        return Fraction(1), ""
    days = -(-over // _DAY)
    how = f"{days} day{'s' if days > 1 else ''} late" if over > timedelta(hours=1) else "late"
    if late.until is not None and over > late.until:
        return Fraction(0), f"handed in {how}, after the last moment"
    if late.steps:
        share = next((keep for end, keep in late.steps if over <= end), Fraction(0))
        return share, f"{_percent(share)} of it for being {how}"
    less = late.per_day * days
    share = max(1 - less, late.at_least)
    if share == 1:
        return share, ""
    if share > 1 - less:
        return share, f"{_percent(share)} of it, the least that remains, for being {how}"
    return share, f"less {_percent(late.per_day)} a day for {days} day{'s' if days > 1 else ''}"


def _chosen(counts: Counts, scores: Sequence[Fraction]) -> int:
    if counts == "first":
        return 0
    if counts == "last":
        return len(scores) - 1
    # Of equal ones the first: nobody loses by trying again.
    return max(range(len(scores)), key=lambda k: (scores[k], -k))


def _about_attempts(policy: Policy, attempts: Sequence[Attempt], chosen: int) -> list[str]:
    said = []
    if policy.attempts and len(attempts) > policy.attempts:
        said.append(f"Only the first {policy.attempts} of {len(attempts)} attempts count.")
    if len(attempts) > 1:
        if policy.counts == "average":
            said.append(f"The average of {min(len(attempts), policy.attempts or len(attempts))} attempts counts.")
        else:
            said.append(f"Your {policy.counts} attempt counts, number {chosen + 1} of {len(attempts)}.")
    return said


def _rounded(score: Fraction, unit: Fraction) -> Fraction:
    """To the nearest multiple; halfway goes up, as people expect."""
    steps = score / unit
    return (steps + Fraction(1, 2)).__floor__() * unit


def _number(q: Fraction) -> str:
    return f"{float(q):.2f}".rstrip("0").rstrip(".")


def _percent(q: Fraction) -> str:
    return f"{_number(100 * q)} %"


def _date(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M") + (f" {moment.strftime('%Z')}" if moment.tzinfo else "")


# Reading ----------------------------------------------------------------------------------------


def read_policy(text: str | bytes, source: str, due: str = "") -> Policy:
    """The policy of a YAML file; ``due`` is the manifest's.  Raises `AuthorErrors` with every fault."""
    plain = text if isinstance(text, str) else text.decode("utf-8", "replace")
    if all(not line.strip() or line.lstrip().startswith("#") for line in plain.splitlines()):
        return Policy(due=moment(due))
    document = read_document(text, source)
    faults = Faults()
    if not isinstance(document, Fields):
        faults.add(document.place, f"a policy is a record with fields, not {describe(document)}", "see docs/ci.md")
        faults.settle()
    assert isinstance(document, Fields)
    record = Record(document, "a policy", faults)
    own_due = _moment(record, faults)
    attempts = record.whole("attempts", 1, 1000)
    counts = record.word("counts", _COUNTS)
    late_fields = record.fields("late")
    rounding = record.fraction("rounding", Fraction(1, 1000), Fraction(100))
    hints_after = record.whole("hints_after", 1, 1000)
    students = record.fields("students")
    record.close()
    late = _late(late_fields, faults) if late_fields is not None else None
    owns = {key.value: _own(key, node, faults) for key, node in students or ()}
    when = own_due or moment(due)
    if late is not None and when is None and not any(own.due for own in owns.values()):
        faults.add(record.place, "'late' needs a date to be late for", "write 'due: 2026-10-31T23:59+01:00'")
    faults.settle()
    return Policy(when, attempts, next((c for c in _COUNTS if c == counts), "best"), late, rounding, hints_after, owns)


def moment(text: str) -> datetime | None:
    """A date and time; a date alone ends with its day, and a time without a zone is in UTC."""
    if not text:
        return None
    try:
        if len(text) == 10:
            return datetime.combine(date.fromisoformat(text), time(23, 59, 59), UTC)
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def _moment(record: Record, faults: Faults) -> datetime | None:
    text = record.text("due")
    if text is None:
        return None
    found = moment(text.value.strip())
    if found is None:
        faults.add(text.place, f"'{text.value[:40]}' is not a date", "write 2026-10-31 or 2026-10-31T23:59+01:00")
    return found


def _late(fields: Fields, faults: Faults) -> Late:
    record = Record(fields, "'late'", faults)
    grace, until = _duration(record, "grace", faults), _duration(record, "until", faults)
    per_day, at_least = _share(record, "per_day", faults), _share(record, "at_least", faults)
    steps = record.fields("steps")
    record.close()
    if steps is not None and per_day is not None:
        faults.add(record.place_of("steps"), "'steps' and 'per_day' do not go together", "remove one of them")
    found = []
    for key, node in steps or ():
        end, share = _read_duration(key.value), _read_share(node)
        if end is None or share is None:
            faults.add(key.place, f"'{key.value[:30]}' is no step", "write '1 day: 90 %'")
        else:
            found.append((end, share))
    return Late(grace or timedelta(0), per_day or Fraction(0), at_least or Fraction(0), until, tuple(sorted(found)))


def _own(key: Text, node: Node, faults: Faults) -> Own:
    if not isinstance(node, Fields):
        faults.add(node.place, f"what holds for '{key.value[:40]}' is a record", "write {due: 2026-11-25}")
        return Own()
    record = Record(node, "what holds for a student", faults)
    due, excused = _moment(record, faults), record.flag("excused")
    record.close()
    return Own(due, excused)


def _duration(record: Record, name: str, faults: Faults) -> timedelta | None:
    text = record.text(name)
    found = _read_duration(text.value) if text is not None else None
    if text is not None and found is None:
        faults.add(text.place, f"'{text.value[:30]}' is no length of time", "write '15 min', '2 hours' or '7 days'")
    return found


def _read_duration(text: str) -> timedelta | None:
    found = _DURATION.fullmatch(text.strip())
    unit = _UNITS.get(found[2].lower()) if found else None
    return timedelta(minutes=int(found[1]) * unit) if found and unit else None


def _share(record: Record, name: str, faults: Faults) -> Fraction | None:
    node = record.node(name)
    found = _read_share(node) if node is not None else None
    if node is not None and found is None:
        faults.add(node.place, f"'{name}' has to be a percentage", "write '10 %'")
    return found


def _read_share(node: Node) -> Fraction | None:
    found = _PERCENT.fullmatch(node.value.strip()) if isinstance(node, Text) else None
    share = Fraction(found[1]) / 100 if found else None
    return share if share is not None and share <= 1 else None
