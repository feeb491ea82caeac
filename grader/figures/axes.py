"""Coordinate axes: from numbers to places on the paper, with a grid, ticks and their labels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from math import ceil, floor

from grader.figures.base import Unfit
from grader.figures.svg import INK, LINE, SIZE, WIDTH, Point, arrow, element, group, line, text, text_width
from grader.records import record

_MARGIN = 14.0
_SHORTEST, _HEIGHT, _TALLEST = 120.0, 200.0, 290.0
"""Heights of the plane: of one with equal units at least, of one without, and of any at most."""
_CLOSEST = 16.0
"""Units between two grid lines."""
_MOST_LINES = 16
_TICK = 3.0


@record
class Axes:
    """A part of the plane and its place on the paper.

    ``x`` and ``y`` are the numbers at the ends, ``left`` and ``top`` the paper's coordinates of the
    upper left corner, ``across`` and ``up`` the length of one unit.
    """

    x: tuple[Fraction, Fraction]
    y: tuple[Fraction, Fraction]
    left: float
    top: float
    across: float
    up: float

    @property
    def right(self) -> float:
        return self.left + float(self.x[1] - self.x[0]) * self.across

    @property
    def bottom(self) -> float:
        return self.top + float(self.y[1] - self.y[0]) * self.up

    def place(self, x: float, y: float) -> Point:
        return self.left + (x - float(self.x[0])) * self.across, self.bottom - (y - float(self.y[0])) * self.up


def axes(x: tuple[Fraction, Fraction], y: tuple[Fraction, Fraction], left: float = _MARGIN) -> Axes:
    """Axes as wide as a figure; the units are equal in both directions when that gives a fair height."""
    if x[0] >= x[1]:
        raise Unfit("over", "the end has to be greater than the beginning")
    if y[0] >= y[1]:
        raise Unfit("y", "the end has to be greater than the beginning")
    # An axis at the left edge has its numbers outside.
    left = max(left, 26.0 if x[0] >= 0 else _MARGIN)
    wide = WIDTH - left - _MARGIN - 6
    across = wide / float(x[1] - x[0])
    up = across
    if not _SHORTEST <= float(y[1] - y[0]) * up <= _TALLEST:
        up = _HEIGHT / float(y[1] - y[0])
    return Axes(x, y, left, _MARGIN + 6, across, up)


def with_zero(x: tuple[Fraction, Fraction]) -> tuple[Fraction, Fraction]:
    """The range widened to 0, where the other axis belongs, when that is not far."""
    span = x[1] - x[0]
    if 0 < x[0] <= span:
        return Fraction(0), x[1]
    if -span <= x[1] < 0:
        return x[0], Fraction(0)
    return x


def height(a: Axes, below: float = _MARGIN) -> float:
    return a.bottom + below


def steps(low: Fraction, high: Fraction, length: float) -> list[Fraction]:
    """Round numbers between the ends, as close as they can be read."""
    span = high - low
    step = Fraction(1)
    while span / step > _MOST_LINES or float(step / span) * length < _CLOSEST:
        step = rounder(step)
    while span / step < 3:
        step /= 10 if step > 1 else 2
    return [k * step for k in range(ceil(low / step), floor(high / step) + 1)]


def rounder(step: Fraction) -> Fraction:
    """The next of 1, 2, 5, 10, 20, ..."""
    digits = step
    while digits >= 10:
        digits /= 10
    return step * (Fraction(5, 2) if digits == 2 else 2)


def written(q: Fraction) -> str:
    """A number of an axis: a decimal where one is short."""
    value = float(q)
    text = f"{value:g}" if Fraction(f"{value:g}") == q else f"{value:.2f}".rstrip("0").rstrip(".")
    return text.replace("-", "\u2212")


def grid(a: Axes) -> tuple[list[Fraction], list[Fraction]]:
    """Where the grid lines stand."""
    return steps(*a.x, a.right - a.left), steps(*a.y, a.bottom - a.top)


def grid_lines(a: Axes) -> str:
    across, up = grid(a)
    lines = [line(a.place(float(x), float(a.y[0])), a.place(float(x), float(a.y[1])), LINE, 0.7) for x in across]
    lines += [line(a.place(float(a.x[0]), float(y)), a.place(float(a.x[1]), float(y)), LINE, 0.7) for y in up]
    return group(lines)


def origin(a: Axes) -> tuple[float, float]:
    """Where the axes cross: at 0, or at the edge that is nearer to it."""
    return tuple(float(min(max(Fraction(0), low), high)) for low, high in (a.x, a.y))  # type: ignore[return-value]


def crossed_axes(a: Axes, x_name: str, y_name: str, curves: Sequence[Sequence[Point]] = ()) -> str:
    """Two axes with arrows, ticks and their numbers; names at the arrows.

    A number stands below the axis or on its left, and elsewhere when a curve is in its way.
    """
    x0, y0 = origin(a)
    right, top = (a.right + 10, a.place(x0, y0)[1]), (a.place(x0, y0)[0], a.top - 10)
    drawn = [
        arrow((a.left - 4, right[1]), right, INK, 1.1),
        arrow((top[0], a.bottom + 4), top, INK, 1.1),
        text(x_name, (right[0] - 1, right[1] - 9), italic=True, size=SIZE + 1),
        text(y_name, (top[0] + 6, top[1] + 2), "start", italic=True, size=SIZE + 1),
    ]
    across, up = grid(a)
    labelled = _labelled(across, a.across, 9)
    apart = float(labelled[1] - labelled[0]) * a.across if len(labelled) > 1 else WIDTH
    for x in labelled:
        at = a.place(float(x), y0)
        if x != 0 or x0 != 0:
            drawn.append(line((at[0], at[1] - _TICK), (at[0], at[1] + _TICK), INK, 0.9))
            half = text_width(written(x), SIZE - 1) / 2
            # Aside only where the next number is far enough.
            asides = (0, 1, -1) if apart > 3 * half + 9 else (0,)
            places = [(at[0] + aside * (half + 3), at[1] + down) for down in (10, -10) for aside in asides]
            free = next((place for place in places if not _covers(curves, place, half)), places[0])
            drawn.append(text(written(x), free, size=SIZE - 1))
    for y in _labelled(up, a.up, 12):
        at = a.place(x0, float(y))
        if y != 0 or y0 != 0:
            drawn.append(line((at[0] - _TICK, at[1]), (at[0] + _TICK, at[1]), INK, 0.9))
            half = text_width(written(y), SIZE - 1) / 2
            crossed = _covers(curves, (at[0] - 6 - half, at[1]), half)
            side, anchor = (6, "start") if crossed else (-6, "end")
            drawn.append(text(written(y), (at[0] + side, at[1]), anchor, size=SIZE - 1))
    return group(drawn)


def _covers(curves: Sequence[Sequence[Point]], middle: Point, half: float) -> bool:
    """Whether a curve runs through a number."""
    points = (point for curve in curves for point in dense(curve))
    return any(abs(x - middle[0]) < half + 1.5 and abs(y - middle[1]) < SIZE / 2 + 1 for x, y in points)


def dense(curve: Sequence[Point]) -> Iterator[Point]:
    """The points of a curve and others between them, no two far apart."""
    for (x0, y0), (x1, y1) in zip(curve, curve[1:], strict=False):
        count = 1 + int(max(abs(x1 - x0), abs(y1 - y0)) / 3)
        yield from ((x0 + (x1 - x0) * i / count, y0 + (y1 - y0) * i / count) for i in range(count + 1))


def _labelled(places: list[Fraction], unit: float, room: float) -> list[Fraction]:
    """The grid lines that get a number: all, or every other one, or every fifth."""
    if len(places) < 2:
        return places
    apart = float(places[1] - places[0])
    every = next((k for k in (1, 2, 5) if apart * k * unit >= room + 6), 10)
    step = (places[1] - places[0]) * every
    return [place for place in places if place % step == 0]


def framed(a: Axes, x_name: str, y_name: str) -> str:
    """A frame with ticks and numbers outside it, below and on the left."""
    across, up = grid(a)
    drawn = [
        element(
            "rect", x=a.left, y=a.top, width=a.right - a.left, height=a.bottom - a.top,
            fill="none", stroke=INK, stroke_width=1.0,
        )
    ]  # fmt: skip
    for x in _labelled(across, a.across, 9):
        at = a.place(float(x), float(a.y[0]))
        drawn.append(line(at, (at[0], at[1] + _TICK), INK, 0.9))
        drawn.append(text(written(x), (at[0], at[1] + 11), size=SIZE - 1))
    for y in _labelled(up, a.up, 12):
        at = a.place(float(a.x[0]), float(y))
        drawn.append(line((at[0] - _TICK, at[1]), at, INK, 0.9))
        drawn.append(text(written(y), (at[0] - 6, at[1]), "end", size=SIZE - 1))
    drawn.append(text(x_name, (a.right + 10, a.bottom), italic=True, size=SIZE + 1))
    drawn.append(text(y_name, (a.left, a.top - 10), italic=True, size=SIZE + 1))
    return group(drawn)


def fitting(values: Iterable[float]) -> tuple[Fraction, Fraction]:
    """A range for the values in whole numbers, with 0 in it and some room; halves for small ones."""
    listed = list(values)
    low, high = min(0.0, *listed), max(0.0, *listed)
    span = max(high - low, 1e-6)
    unit = Fraction(1)
    while unit * 3 > span:
        unit /= 10
    while unit * 40 < span:
        unit *= 10
    room = 0.04 * span
    bottom, top = (floor((low - room) / unit) * unit, ceil((high + room) / unit) * unit)
    return bottom, top


def clip(a: Axes, key: str) -> str:
    """A ``clipPath`` of the plane."""
    box = element("rect", x=a.left, y=a.top, width=a.right - a.left, height=a.bottom - a.top)
    return element("clipPath", box, id=key)
