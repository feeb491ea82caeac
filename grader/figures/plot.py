"""A curve on axes with the area under it: what the graph of a function and that of a derivative share."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TypeAlias

from grader.figures.axes import Axes, clip, crossed_axes, dense, grid_lines, height, origin
from grader.figures.base import Drawing, Unfit
from grader.figures.svg import (
    ABOVE,
    BELOW,
    CURVE,
    INK,
    SIZE,
    WIDTH,
    Point,
    disc,
    element,
    group,
    hatching,
    line,
    path,
    text,
    text_width,
)  # fmt: skip
from grader.records import record

Curve: TypeAlias = Sequence[Point]
"""Points of the graph, in its own coordinates, without a gap."""


@record
class Line:
    """A curve drawn beside the first one; it is told from others by its dashes, not by colour alone."""

    name: str
    curves: tuple[Curve, ...]


_DASHES = ("7 3", "2 2.5", "10 3 2 3", "4 4", "12 4", "1.2 4", "6 2 1 2 1 2", "14 3 5 3")
MOST_LINES = len(_DASHES)
_LEGEND = 15.0
"""The height of a row of the legend."""


def plotted(
    a: Axes,
    curves: Sequence[Curve],
    key: str,
    names: tuple[str, str, str],
    told: tuple[str, str],
    area: tuple[Fraction, Fraction] | None = None,
    corners: Sequence[Point] = (),
    beside: Sequence[Line] = (),
) -> Drawing:
    """The graph; ``names`` are those of the axes and of the curve, ``told`` title and description."""
    below_and_above, definitions = _area(a, curves, area, key) if area is not None else ("", "")
    definitions += clip(a, f"{key}-plane")
    placed = [[a.place(*point) for point in curve] for curve in curves]
    drawn = group(
        (path(curve, fill="none", stroke=CURVE, stroke_width=2.2, stroke_linejoin="round") for curve in placed),
        clip_path=f"url(#{key}-plane)",
    )
    dashed = [[[a.place(*point) for point in curve] for curve in line.curves] for line in beside]
    others = group(
        (
            path(curve, fill="none", stroke=BELOW, stroke_width=1.7, stroke_dasharray=dash)
            for dash, line in zip(_DASHES, dashed, strict=False)
            for curve in line
        ),
        clip_path=f"url(#{key}-plane)",
    )
    drawn += others if beside else ""
    drawn += "".join(disc(a.place(*corner), 2.6, CURVE) for corner in corners)
    labelled = _label(a, names[2], placed, [curve for line in dashed for curve in line])
    under = element("defs", definitions) + grid_lines(a) + below_and_above
    legend, tall = _legend(beside, height(a))
    body = under + crossed_axes(a, *names[:2], placed) + drawn + labelled + legend
    return Drawing(WIDTH, height(a) + tall, body, *told)


def _legend(lines: Sequence[Line], top: float) -> tuple[str, float]:
    """A dash and a name for each line, in rows below the plane; and their height."""
    drawn, x, y = [], 16.0, top + 2
    for dash, each in zip(_DASHES, lines, strict=False):
        wide = 28 + text_width(each.name, SIZE) + 18
        if x > 16 and x + wide > WIDTH:
            x, y = 16.0, y + _LEGEND
        drawn.append(line((x, y), (x + 24, y), BELOW, 1.7, stroke_dasharray=dash))
        drawn.append(text(each.name, (x + 29, y), "start", italic=len(each.name) < 4))
        x += wide
    return "".join(drawn), (y - top + _LEGEND - 6 if lines else 0.0)


def _area(a: Axes, curves: Sequence[Curve], area: tuple[Fraction, Fraction], key: str) -> tuple[str, str]:
    """The area between graph and axis: one hatching above the axis, another below."""
    low, high = float(area[0]), float(area[1])
    if low >= high or low < float(a.x[0]) - 1e-9 or high > float(a.x[1]) + 1e-9:
        raise Unfit("shade", "it has to lie on what is drawn")
    above: list[str] = []
    below: list[str] = []
    for curve in curves:
        for side, found in ((1.0, above), (-1.0, below)):
            for part in _parts(curve, low, high, side):
                edge = [(part[0][0], 0.0), *part, (part[-1][0], 0.0)]
                found.append(path([a.place(*point) for point in edge], closed=True))
    drawn = ""
    for name, colour, shapes in (("above", ABOVE, above), ("below", BELOW, below)):
        if shapes:
            drawn += group(shapes, fill=colour, fill_opacity="0.13")
            drawn += group(shapes, fill=f"url(#{key}-{name})", stroke="none")
    ends = [line(a.place(x, 0), a.place(x, y), INK, 1.0) for x in (low, high) for y in _heights(curves, x)]
    patterns = hatching(f"{key}-above", ABOVE, False) + hatching(f"{key}-below", BELOW, True)
    clipped = group([drawn, *ends], clip_path=f"url(#{key}-plane)")
    return clipped, patterns


def _heights(curves: Sequence[Curve], x: float) -> list[float]:
    """The values of the graph at a place."""
    for curve in curves:
        for (x0, y0), (x1, y1) in zip(curve, curve[1:], strict=False):
            if x0 <= x <= x1 and x0 < x1:
                return [y0 + (y1 - y0) * (x - x0) / (x1 - x0)]
    return []


def _parts(curve: Curve, low: float, high: float, side: float) -> list[list[Point]]:
    """The stretches of the curve between two places that lie on one side of the axis."""
    parts: list[list[Point]] = [[]]
    for (x0, y0), (x1, y1) in zip(curve, curve[1:], strict=False):
        cuts = {x0, x1} | {x for x in (low, high) if x0 < x < x1}
        if y0 * y1 < 0:
            cuts.add(x0 + (x1 - x0) * y0 / (y0 - y1))
        within = sorted(x for x in cuts if low <= x <= high)
        for left, right in zip(within, within[1:], strict=False):
            ya, yb = (y0 + (y1 - y0) * (x - x0) / (x1 - x0) for x in (left, right))
            if (ya + yb) * side <= 1e-12:
                parts.append([])
                continue
            if not parts[-1]:
                parts[-1].append((left, ya))
            parts[-1].append((right, yb))
    return [part for part in parts if part]


def _label(a: Axes, name: str, curves: Sequence[Curve], others: Sequence[Curve] = ()) -> str:
    """The curve's name, beside it where it covers nothing."""
    if not name:
        return ""
    # A slanted letter leans into the prime that follows it.
    name = name.replace("\u2032", "\u2009\u2032", 1)
    half = text_width(name, SIZE + 2) / 2 + 2
    every = [point for curve in curves for point in dense(curve)]
    taken = [*every, *(point for curve in others for point in dense(curve))]
    x0, y0 = a.place(*origin(a))
    best: tuple[float, Point] | None = None
    for index in range(0, len(every), max(1, len(every) // 60)):
        x, y = every[index]
        for across, up in ((0, -12), (0, 12), (half + 5, -8), (-half - 5, -8), (half + 5, 8), (-half - 5, 8)):
            at = (x + across, y + up)
            if not (a.left + half <= at[0] <= a.right - half and a.top + 8 <= at[1] <= a.bottom - 8):
                continue
            # The numbers of an axis stand below it and on its left.
            covers = 3.0 * (y0 - 12 < at[1] < y0 + 26) + 3.0 * (x0 - 28 < at[0] - half and at[0] - half < x0 + 10)
            covers += 3.0 * (x0 - 28 < at[0] + half < x0 + 10)
            covers += 4.0 * any(abs(px - at[0]) < half and abs(py - at[1]) < 9 for px, py in taken)
            # Near the right end, where one looks for a name.
            cost = covers + abs(at[0] - (a.left + 0.85 * (a.right - a.left))) / 200
            if best is None or cost < best[0] - 1e-9:
                best = (cost, at)
    return text(name, best[1], italic=True, size=SIZE + 2, fill=CURVE) if best is not None else ""
