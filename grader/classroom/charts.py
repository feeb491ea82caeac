"""Drawings of a class: scores as a histogram, questions with their intervals.  Each has its table beside it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from grader.classroom.statistics import Interval, ItemFigures
from grader.figures.svg import ABOVE, INK, LINE, SIZE, SOFT, disc, element, group, line, n, text

_WIDTH = 640.0
BINS = 10


def counted(shares: Sequence[float]) -> list[int]:
    """How many are in each tenth, the last of which has its upper end."""
    bins = [0] * BINS
    for share in shares:
        bins[min(int(share * BINS), BINS - 1)] += 1
    return bins


def histogram(shares: Sequence[float]) -> str:
    """Numbers of students by tenths of the points."""
    bins, left, bottom, tall = counted(shares), 34.0, 170.0, 140.0
    most = max([*bins, 1])
    wide = (_WIDTH - left - 10) / BINS
    drawn = [line((left, bottom), (_WIDTH - 10, bottom), INK, 1.0)]
    for k, count in enumerate(bins):
        x, high = left + k * wide, tall * count / most
        drawn.append(element("rect", x=x + 2, y=bottom - high, width=wide - 4, height=high, fill=ABOVE))
        if count:
            drawn.append(text(str(count), (x + wide / 2, bottom - high - 8)))
        drawn.append(text(f"{10 * k}", (x, bottom + 12), size=SIZE - 1, fill=SOFT))
    drawn.append(text("100 %", (_WIDTH - 22, bottom + 12), size=SIZE - 1, fill=SOFT))
    told = ", ".join(f"{10 * k} to {10 * k + 10} percent: {count}" for k, count in enumerate(bins))
    return _svg(drawn, 190.0, "Students by their share of the points", told)


def intervals(items: Sequence[ItemFigures]) -> str:
    """Difficulty and discrimination of each question, with their intervals."""
    row, top, label, gap = 20.0, 34.0, 44.0, 40.0
    wide = (_WIDTH - label - gap - 20) / 2
    first, second = label, label + wide + gap
    bottom = top + row * len(items)
    drawn = [text("share of the points", (first + wide / 2, 12)), text("discrimination", (second + wide / 2, 12))]
    for at, marks in ((first, (0, 0.25, 0.5, 0.75, 1)), (second, (-1, -0.5, 0, 0.5, 1))):
        for mark in marks:
            x = at + wide * (mark if at == first else (mark + 1) / 2)
            drawn.append(line((x, top - 4), (x, bottom), LINE if mark else INK, 0.8))
            drawn.append(text(n(mark), (x, top - 10), size=SIZE - 2, fill=SOFT))
    told = []
    for k, item in enumerate(items):
        y = top + row * (k + 0.5)
        drawn.append(text(item.number, (label - 10, y), "end"))
        drawn.append(_estimate(item.ease, y, lambda v: first + wide * v))
        said = f"question {item.number}: {item.ease.value:.0%} of the points"
        if item.discrimination is not None:
            drawn.append(_estimate(item.discrimination, y, lambda v: second + wide * (v + 1) / 2))
            said += f", discrimination {item.discrimination.value:.2f}"
        told.append(said)
    return _svg(drawn, bottom + 6, "Questions with their intervals", "; ".join(told))


def _estimate(found: Interval, y: float, place: object) -> str:
    at = place
    assert callable(at)
    made = disc((at(found.value), y), 3.6, ABOVE)
    if found.low is None or found.high is None:
        return made
    ends = [line((at(v), y - 4), (at(v), y + 4), ABOVE, 1.4) for v in (found.low, found.high)]
    return line((at(found.low), y), (at(found.high), y), ABOVE, 1.4) + "".join(ends) + made


def _svg(drawn: Sequence[str], height: float, title: str, told: str) -> str:
    name = "".join(c for c in title.lower() if c.isalpha())
    head = element("title", escape(title), id=f"{name}-title") + element("desc", escape(told), id=f"{name}-told")
    return element(
        "svg",
        head + group(drawn),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {n(_WIDTH)} {n(height)}",
        role="img",
        font_family="system-ui,sans-serif",
        aria_labelledby=f"{name}-title {name}-told",
    )
