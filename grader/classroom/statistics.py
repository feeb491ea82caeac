"""What a graded class tells about its questions, from ``results.json``: difficulty, discrimination, fairness.

Intervals and tests are SciPy's.  Whoever was excused, and questions that a person has still to decide,
are left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from grader.classroom.variants import in_order
from grader.records import record

CONFIDENCE = 0.95
FEWEST = 8
"""Students below whom an interval or a test would say nothing."""
SMALLEST_GROUP = 5
_RESAMPLES = 4999
_OUTCOMES = ("right", "partial", "wrong", "unreadable", "undecided", "blank")


@record
class Interval:
    """An estimate with its confidence interval; the ends are None where there are too few students."""

    value: float
    low: float | None = None
    high: float | None = None


@record
class ItemFigures:
    """One question.  ``ease`` is the mean share of its points (classical item difficulty), ``discrimination`` the
    correlation of its score with the score of the rest of the sheet (corrected item-total,
    point-biserial for one that is right or wrong)."""

    number: str
    title: str
    problems: tuple[str, ...]
    count: int
    ease: Interval
    discrimination: Interval | None
    outcomes: Mapping[str, int]

    @property
    def remark(self) -> str:
        """What an instructor should look at."""
        if self.discrimination is not None and self.discrimination.high is not None and self.discrimination.high < 0:
            return "whoever knows the rest gets this wrong: look at question and key"
        if self.discrimination is not None and self.discrimination.value < 0.1:
            return "says little about who knows the rest"
        if self.outcomes.get("unreadable", 0) * 5 > self.count:
            return "many answers could not be read: look at the hint"
        if self.ease.value > 0.97 or self.ease.value < 0.1:
            return "nearly everybody has it alike"
        return ""


@record
class Compared:
    """A group of students who had the same problem at a number, or the same version, against the others.

    ``difference`` is in shares of the points; ``p`` by a permutation test, corrected for the number of
    groups (Benjamini and Hochberg): how often chance alone makes so large a difference.
    """

    where: str
    group: str
    count: int
    ease: float
    difference: float
    p: float


@record
class Student:
    """Somebody who may need help, and why."""

    student: str
    name: str
    share: float
    why: str


@record
class ClassFigures:
    """``shares`` of the points, one for each student who counts."""

    shares: tuple[float, ...]
    mean: Interval | None
    median: float | None
    items: tuple[ItemFigures, ...]
    reliability: float | None
    """Cronbach's alpha of the questions that everybody had."""
    fairness: tuple[Compared, ...]
    mistakes: tuple[tuple[str, int, tuple[str, ...]], ...]
    unnamed: tuple[tuple[str, str, tuple[str, ...], int], ...]
    help: tuple[Student, ...]


def analyse(results: Mapping[str, Any], versions: Mapping[str, str] | None = None) -> ClassFigures:
    """The figures of ``results.json``; ``versions`` by student, where there was an exam in versions.

    Raises KeyError, TypeError or ValueError for what are no results.
    """
    import numpy as np

    students = [s for s in results["students"] if not s["excused"] and s["points"]]
    shares = [s["final"] / s["points"] for s in students]
    numbers = sorted({item["item"] for s in students for item in s["items"]}, key=in_order)
    items = tuple(_item(number, students) for number in numbers)
    return ClassFigures(
        tuple(shares),
        _mean(shares) if shares else None,
        float(np.median(shares)) if shares else None,
        items,
        _alpha(students, numbers),
        _fairness(students, numbers, versions or {}),
        tuple((m["mistake"], m["count"], tuple(m["items"])) for m in results["summary"]["mistakes"]),
        tuple(
            (u["problem"], u["relation"] or "", tuple(u["answers"]), u["count"]) for u in results["summary"]["unnamed"]
        ),
        _help(students, shares),
    )


def _share(item: Mapping[str, Any]) -> float | None:
    """The share of its points that an answer has; None while it is to be decided."""
    if item["outcome"] == "undecided" or not item["points"]:
        return None
    return float(item["score"] / item["points"])


def _mean(values: Sequence[float]) -> Interval:
    """The mean with Student's interval, which for shares of points is close enough from some ten on."""
    from scipy import stats

    mean = sum(values) / len(values)
    if len(values) < FEWEST or len(set(values)) == 1:
        return Interval(mean)
    low, high = stats.t.interval(CONFIDENCE, len(values) - 1, loc=mean, scale=stats.sem(values))
    return Interval(mean, max(0.0, float(low)), min(1.0, float(high)))


def _item(number: str, students: Sequence[Mapping[str, Any]]) -> ItemFigures:
    scores, rest, outcomes = [], [], Counter({outcome: 0 for outcome in _OUTCOMES})
    titles: dict[str, None] = {}
    problems: dict[str, None] = {}
    for student in students:
        for item in student["items"]:
            if item["item"] != number:
                continue
            titles.setdefault(str(item["title"]))
            problems.setdefault(str(item["problem"]))
            outcomes[item["outcome"]] += 1
            share = _share(item)
            others = student["points"] - item["points"]
            if share is not None:
                scores.append(share)
                rest.append((student["score"] - item["score"]) / others if others else 0.0)
    title = next(iter(titles)) if len(titles) == 1 else f"one of {len(titles)} problems"
    ease = _mean(scores) if scores else Interval(0.0)
    return ItemFigures(
        number, title, tuple(problems), sum(outcomes.values()), ease, _correlation(scores, rest), dict(outcomes)
    )


def _correlation(scores: Sequence[float], rest: Sequence[float]) -> Interval | None:
    """Pearson's correlation with Fisher's interval; None where one of the two does not vary."""
    from scipy import stats

    if len(scores) < FEWEST or len(set(scores)) < 2 or len(set(rest)) < 2:
        return None
    found = stats.pearsonr(scores, rest)
    interval = found.confidence_interval(CONFIDENCE)
    return Interval(float(found.statistic), float(interval.low), float(interval.high))


def _alpha(students: Sequence[Mapping[str, Any]], numbers: Sequence[str]) -> float | None:
    import numpy as np

    rows = []
    for student in students:
        scores = {item["item"]: item["score"] for item in student["items"] if item["outcome"] != "undecided"}
        if all(number in scores for number in numbers):
            rows.append([scores[number] for number in numbers])
    if len(rows) < FEWEST or len(numbers) < 2:
        return None
    table = np.array(rows, dtype=float)
    total = table.sum(axis=1).var(ddof=1)
    if total == 0:
        return None
    k = len(numbers)
    return float(k / (k - 1) * (1 - table.var(axis=0, ddof=1).sum() / total))


def _fairness(
    students: Sequence[Mapping[str, Any]], numbers: Sequence[str], versions: Mapping[str, str]
) -> tuple[Compared, ...]:
    """Groups that had something else than the others, those that chance explains least first."""
    groups: list[tuple[str, str, list[float], list[float]]] = []
    for number in numbers:
        by: dict[str, list[float]] = {}
        for student in students:
            for item in student["items"]:
                share = _share(item) if item["item"] == number else None
                if share is not None:
                    by.setdefault(str(item["problem"]), []).append(share)
        groups += _against_others(f"question {number}", by)
    if versions:
        by = {}
        for student in students:
            version = versions.get(student["student"], "")
            if version:
                by.setdefault(f"version {version}", []).append(student["final"] / student["points"])
        groups += _against_others("the sheet", by)
    return _tested(groups)


def _against_others(where: str, by: Mapping[str, list[float]]) -> list[tuple[str, str, list[float], list[float]]]:
    found = []
    for name, own in by.items():
        others = [share for other, shares in by.items() if other != name for share in shares]
        if len(own) >= SMALLEST_GROUP and len(others) >= SMALLEST_GROUP:
            found.append((where, name, own, others))
    return found


def _tested(groups: Sequence[tuple[str, str, list[float], list[float]]]) -> tuple[Compared, ...]:
    import numpy as np
    from scipy import stats

    if not groups:
        return ()

    def distance(x: Any, y: Any, axis: int) -> Any:
        return np.mean(x, axis=axis) - np.mean(y, axis=axis)

    rows = []
    for where, name, own, others in groups:
        # The same figures each time: the resampling has a seed of its own.
        test = stats.permutation_test(
            (own, others), distance, vectorized=True, n_resamples=_RESAMPLES, rng=np.random.default_rng(1)
        )
        rows.append((where, name, len(own), float(np.mean(own)), float(test.statistic), float(test.pvalue)))
    adjusted = stats.false_discovery_control([row[-1] for row in rows])
    found = [Compared(*row[:-1], float(p)) for row, p in zip(rows, adjusted, strict=True)]
    return tuple(sorted(found, key=lambda c: (c.p, c.where, c.group)))


def _help(students: Sequence[Mapping[str, Any]], shares: Sequence[float]) -> tuple[Student, ...]:
    """The lowest tenth, who left half of it blank, and who could hardly be read; the lowest first."""
    bound = sorted(shares)[max(len(shares) // 10 - 1, 0)] if len(shares) >= FEWEST else -1.0
    found = []
    for student, share in zip(students, shares, strict=True):
        counts = Counter(item["outcome"] for item in student["items"])
        half = len(student["items"]) / 2
        if counts["unreadable"] >= max(2, half):
            why = f"{counts['unreadable']} answers could not be read: shows how to type, perhaps more than mathematics"
        elif counts["blank"] >= half:
            why = f"{counts['blank']} of {len(student['items'])} questions without an answer"
        elif share <= bound and share < 0.5:
            why = "among the lowest tenth"
        else:
            continue
        found.append(Student(str(student["student"]), str(student["name"]), share, why))
    return tuple(sorted(found, key=lambda s: (s.share, s.student)))
