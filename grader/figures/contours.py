"""Contour lines of a function of two variables, with a marked point and arrows from it."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor, hypot
from typing import Any

from grader.expr.tree import Expr
from grader.figures.axes import Axes, axes, clip, framed, grid_lines, height, rounder, written
from grader.figures.base import Drawing, Field, Figure, Sort, Unfit, number
from grader.figures.marching import contours
from grader.figures.svg import (
    BELOW,
    CURVE,
    INK,
    PAPER,
    SIZE,
    WIDTH,
    Point,
    arrow,
    disc,
    element,
    group,
    line,
    path,
    text,
    text_width,
)  # fmt: skip
from grader.figures.values import at
from grader.figures.words import listed, point, rounded, said

_CELLS = 45
_LEVELS = 10
_MOST_LEVELS = 20
_ARROW = 46.0
"""The length of an arrow, whatever the vector: an arrow shows a direction."""
_LEFT = 30.0
_BELOW = 22.0


def _draw(figure: Figure, key: str) -> Drawing:
    x, y = _variables(figure)
    f = figure.expression("contours", (x, y))
    over = [(number(low, "over"), number(high, "over")) for low, high in figure.rows("over")]
    if len(over) != 2:
        raise Unfit("over", f"it needs two intervals, of {x} and of {y}")
    a = axes(over[0], over[1], _LEFT)
    values = _grid(f, x, y, a)
    levels = [number(row[0], "levels") for row in figure.rows("levels")] or _round_levels(values)
    if len(levels) > _MOST_LEVELS:
        raise Unfit("levels", f"more than {_MOST_LEVELS} lines cannot be told apart")
    marked = [(row[0], number(row[1], "point"), number(row[2], "point")) for row in figure.rows("point")]
    # By their labels: the order in the problem file may tell which of them is the right one.
    arrows = sorted((row[0], number(row[1], "arrows"), number(row[2], "arrows")) for row in figure.rows("arrows"))
    if arrows and not marked:
        raise Unfit("arrows", "they start at a point, which has to be given")
    taken = [a.place(float(px), float(py)) for _, px, py in marked]
    tips = [_tip(a, taken[0], dx, dy) for _, dx, dy in arrows]
    for tip in tips:
        taken += [_towards(taken[0], tip, share) for share in (0.5, 1, 1.22)]
    lines, labels, shown = _lines(a, values, levels, taken)
    body = element("defs", clip(a, f"{key}-plane")) + grid_lines(a)
    body += group(lines, fill="none", stroke=CURVE, stroke_width=1.3, stroke_linejoin="round") + group(labels)
    body += framed(a, x, y)
    for (label, _, _), tip in zip(arrows, tips, strict=True):
        body += arrow(taken[0], tip, INK, 1.8, 8.0) + text(label, _towards(taken[0], tip, 1.22), bold=True)
    for label, _, _ in marked:
        sx, sy = taken[0]
        name_at = _free(tips, sx, sy) if arrows else (sx - 9, sy - 9)
        body += disc((sx, sy), 3.4) + text(label, name_at, italic=True, size=SIZE + 2)
    natures = [
        (row[0], number(row[1], "stationary"), number(row[2], "stationary")) for row in figure.rows("stationary")
    ]
    body += "".join(_mark(nature, a.place(float(px), float(py))) for nature, px, py in natures)
    legend, tall = _legend([nature for nature, _, _ in natures], height(a, _BELOW))
    body += legend
    title = f"Contour lines of {figure.first('name', 'f')} for {x} from {said(over[0][0])} to {said(over[0][1])}"
    title += f" and {y} from {said(over[1][0])} to {said(over[1][1])}"
    told = [f"Lines are drawn at the levels {listed([said(level) for level in shown])}."]
    told += [f"{label} is the point {point(px, py)}." for label, px, py in marked]
    if marked:
        _, px, py = marked[0]
        told += [_crossings(f, (x, y), 0, (px, py), over, shown), _crossings(f, (x, y), 1, (px, py), over, shown)]
    told += [f"Arrow {label} points in the direction {point(dx, dy)}." for label, dx, dy in arrows]
    told += [f"The point {point(px, py)} is marked: {nature}." for nature, px, py in natures]
    return Drawing(WIDTH, height(a, _BELOW) + tall, body, title, " ".join(told))


def _mark(nature: str, at: Point) -> str:
    """A mark whose shape tells the nature: a triangle that points down or up, a cross, else a square."""
    x, y, r = *at, 5.0
    rim: dict[str, Any] = {"stroke": PAPER, "stroke_width": 1.2}
    match nature.strip().casefold()[:3]:
        case "min":
            return path([(x - r, y - r + 1), (x + r, y - r + 1), (x, y + r)], closed=True, fill=BELOW, **rim)
        case "max":
            return path([(x - r, y + r - 1), (x + r, y + r - 1), (x, y - r)], closed=True, fill=BELOW, **rim)
        case "sad" | "sat" | "sel":
            arms = ((x - 4, y - 4), (x + 4, y + 4)), ((x - 4, y + 4), (x + 4, y - 4))
            under = "".join(line(*arm, PAPER, 4.4) for arm in arms)
            return under + "".join(line(*arm, BELOW, 2.4) for arm in arms)
        case _:
            return path(
                [(x - 4, y - 4), (x + 4, y - 4), (x + 4, y + 4), (x - 4, y + 4)], closed=True, fill=BELOW, **rim
            )


def _legend(natures: list[str], top: float) -> tuple[str, float]:
    """What the marks mean, in a row below the picture, and its height."""
    drawn, x = [], _LEFT
    for nature in dict.fromkeys(natures):
        drawn.append(_mark(nature, (x + 5, top + 6)) + text(nature, (x + 15, top + 6), "start"))
        x += 15 + 1.15 * text_width(nature) + 18
    return "".join(drawn), 18.0 if drawn else 0.0


def _variables(figure: Figure) -> tuple[str, str]:
    rows = figure.rows("variables")
    if rows and len(rows) != 2:
        raise Unfit("variables", "a contour plot has two")
    return (rows[0][0], rows[1][0]) if rows else ("x", "y")


def _grid(f: Expr, x: str, y: str, a: Axes) -> list[list[float | None]]:
    """The values at the corners of the cells, by rows from below."""
    columns = [float(a.x[0] + (a.x[1] - a.x[0]) * i / _CELLS) for i in range(_CELLS + 1)]
    rows = [float(a.y[0] + (a.y[1] - a.y[0]) * i / _CELLS) for i in range(_CELLS + 1)]
    return [[at(f, {x: column, y: row}) for column in columns] for row in rows]


def _round_levels(values: list[list[float | None]]) -> list[Fraction]:
    """Round levels, equally far apart, over the middle of the values."""
    known = sorted(value for row in values for value in row if value is not None)
    if not known:
        raise Unfit("contours", "the function has no value anywhere on what is drawn")
    low, high = known[len(known) // 33], known[-1 - len(known) // 33]
    if high - low < 1e-9:
        raise Unfit("contours", "the function is constant")
    step = Fraction(1)
    while step * _LEVELS < high - low:
        step = rounder(step)
    while step * _LEVELS > (high - low) * 3:
        step /= 2
    return [k * step for k in range(ceil(low / step), floor(high / step) + 1)]


def _lines(
    a: Axes, values: list[list[float | None]], levels: list[Fraction], taken: list[Point]
) -> tuple[list[str], list[str], list[Fraction]]:
    """The lines, their labels, and the levels that occur at all."""
    cell = float(a.x[1] - a.x[0]) / _CELLS * a.across, float(a.y[1] - a.y[0]) / _CELLS * a.up
    lines, labels, shown = [], [], []
    used = list(taken)
    for level, found in zip(levels, contours(values, [float(level) for level in levels]), strict=True):
        curves = [[(a.left + column * cell[0], a.bottom - row * cell[1]) for column, row in curve] for curve in found]
        curves = [curve for curve in curves if len(curve) > 2]
        lines += [path(curve) for curve in curves]
        if curves:
            shown.append(level)
        for curve in curves[:2]:
            place = _label_place(a, curve, used, text_width(written(level), SIZE - 1) / 2)
            if place is not None:
                used.append(place)
                labels.append(text(written(level), place, size=SIZE - 1, rim=5.0))
    return lines, labels, shown


def _label_place(a: Axes, curve: list[Point], used: list[Point], half: float) -> Point | None:
    """The point of the curve that is farthest from the labels there are; None when none is free."""
    room = [
        (x, y)
        for x, y in curve
        if a.left + half + 4 <= x <= a.right - half - 4 and a.top + 9 <= y <= a.bottom - 9
    ]  # fmt: skip
    if not room:
        return None
    best = max(
        room,
        key=lambda p: (
            round(
                min(
                    [_apart(p, u) for u in used]
                    or [
                        90.0,
                    ]
                ),
                3,
            ),
            p,
        ),
    )
    return best if all(_apart(best, u) > 16 for u in used) else None


def _apart(p: Point, q: Point) -> float:
    return hypot(p[0] - q[0], p[1] - q[1])


def _tip(a: Axes, start: Point, dx: Fraction, dy: Fraction) -> Point:
    """Where an arrow ends; on paper, directions follow the units of the axes."""
    across, down = float(dx) * a.across, -float(dy) * a.up
    length = (across * across + down * down) ** 0.5
    if length == 0:
        raise Unfit("arrows", "an arrow needs a direction other than (0, 0)")
    return start[0] + across * _ARROW / length, start[1] + down * _ARROW / length


def _towards(start: Point, end: Point, share: float) -> Point:
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share


def _free(tips: list[Point], x: float, y: float) -> Point:
    """Beside the point, as far from the arrows as it gets."""
    around = [(x + 13 * c, y + 13 * s) for c, s in _COMPASS]
    near = [_towards((x, y), tip, 0.3) for tip in tips]
    return max(around, key=lambda p: (round(min(_apart(p, tip) for tip in near), 3), p))


_COMPASS = ((1.0, 0.0), (0.7, 0.7), (0.0, 1.0), (-0.7, 0.7), (-1.0, 0.0), (-0.7, -0.7), (0.0, -1.0), (0.7, -0.7))


def _crossings(
    f: Expr,
    names: tuple[str, str],
    along: int,
    through: tuple[Fraction, Fraction],
    over: list[tuple[Fraction, Fraction]],
    levels: list[Fraction],
) -> str:
    """Which lines are met on the way through the point, parallel to an axis."""
    low, high = (float(end) for end in over[along])
    fixed = names[1 - along], through[1 - along]
    met: list[tuple[float, Fraction]] = []
    count, exact = 120, [float(level) for level in levels]
    places = [low + (high - low) * i / count for i in range(count + 1)]
    heights = [at(f, {names[along]: place, fixed[0]: float(fixed[1])}) for place in places]
    for i in range(count):
        before, after = heights[i], heights[i + 1]
        if before is None or after is None:
            continue
        for level, crossed in zip(levels, exact, strict=True):
            if (before >= crossed) != (after >= crossed):
                t = (crossed - before) / (after - before)
                met.append((places[i] + (places[i + 1] - places[i]) * t, level))
    way = "left to right" if along == 0 else "bottom to top"
    told = [f"{said(level)} at {names[along]} about {rounded(place)}" for place, level in sorted(met)]
    where = f"Along {fixed[0]} = {said(fixed[1])}, from {way},"
    return f"{where} the levels met are {', '.join(told)}." if told else f"{where} no line is met."


SORT = Sort(
    name="contours",
    title="Contour lines",
    fields={
        "contours": Field("the function, in two variables", ("expression",), required=True),
        "over": Field("the intervals of the two variables", ("number", "number"), many=True, required=True),
        "variables": Field("the variables; x and y if absent", ("name",), many=True),
        "levels": Field("the levels; round ones if absent", ("number",), many=True),
        "point": Field("a marked point: its name and coordinates", ("text", "number", "number")),
        "arrows": Field(
            "arrows from the point: a label and the components of the direction",
            ("text", "number", "number"),
            many=True,
        ),
        "stationary": Field(
            "stationary points: the nature and the coordinates of each", ("text", "number", "number"), many=True
        ),
        "name": Field("what the function is called; f if absent", ("text",)),
    },
    draw=_draw,
)
