"""A map of the plane: a grid and its image, with a square and what the Jacobian matrix makes of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import ceil, floor

from grader.expr.tree import Expr
from grader.figures.axes import Axes, clip, framed, rounder
from grader.figures.base import Drawing, Field, Figure, Sort, Unfit, expression, number
from grader.figures.svg import (
    ABOVE,
    BELOW,
    CURVE,
    INK,
    SIZE,
    SOFT,
    WIDTH,
    Point,
    arrow,
    disc,
    element,
    group,
    hatching,
    path,
    text,
)  # fmt: skip
from grader.figures.values import at
from grader.figures.words import point, rounded, said

_PLANE = 118.0
"""The side of each of the two planes at most."""
_LEFT, _GAP, _TOP, _BELOW = 24.0, 48.0, 20.0, 24.0
_SAMPLES = 32
_MOST_LINES = 24


def _draw(figure: Figure, key: str) -> Drawing:
    x, y = _pair(figure, "variables", ("x", "y"))
    u, v = _pair(figure, "names", ("u", "v"))
    first, second = figure.rows("map")[0]
    f, g = (expression(t, "map", (x, y)) for t in (first, second))
    over = [(number(low, "over"), number(high, "over")) for low, high in figure.rows("over")]
    if len(over) != 2 or any(low >= high for low, high in over):
        raise Unfit("over", f"it needs two intervals, of {x} and of {y}")
    step = figure.numbers("step")[0] if figure.rows("step") else _step(over)
    if step <= 0 or any((high - low) / step > _MOST_LINES for low, high in over):
        raise Unfit("step", f"more than {_MOST_LINES} lines cannot be told apart")

    def image(p: Point) -> Point | None:
        values = at(f, {x: p[0], y: p[1]}), at(g, {x: p[0], y: p[1]})
        return None if values[0] is None or values[1] is None else (values[0], values[1])

    lines = _grid(over, step)
    images = [[q for p in curve if (q := image(p)) is not None] for curve in lines]
    if not any(len(curve) > 1 for curve in images):
        raise Unfit("map", "it has no value anywhere on what is drawn")
    marked = figure.rows("point")
    square, spanned, told = ([], [], []) if not marked else _cell(figure, (f, g), (x, y), step, image)
    left = _plane(over, _LEFT)
    hatched = [q for p in square if (q := image(p)) is not None]
    seen = [q for curve in (*images, hatched, spanned) for q in curve]
    right = _plane(_around(seen), left.right + _GAP)
    body = element("defs", clip(right, f"{key}-plane") + hatching(f"{key}-cell", ABOVE, False))
    for a, curves in ((left, lines), (right, images)):
        drawn = (path([a.place(*p) for p in curve], fill="none", stroke=SOFT, stroke_width=0.8) for curve in curves)
        body += group(drawn) + framed(a, *((x, y) if a is left else (u, v)))
    if marked:
        shapes = [[left.place(*p) for p in square], [right.place(*q) for q in hatched]]
        for shape in shapes:
            body += path(shape, closed=True, fill=f"url(#{key}-cell)", stroke=CURVE, stroke_width=1.4)
        outline = [right.place(*q) for q in spanned]
        body += path(outline, closed=True, fill="none", stroke=BELOW, stroke_width=1.7, stroke_dasharray="5 2.5")
        body += arrow(outline[0], outline[1], BELOW, 1.7) + arrow(outline[0], outline[3], BELOW, 1.7)
        name = marked[0][0]
        for a, place, label in ((left, square[0], name), (right, spanned[0], f"{figure.first('name', 'F')}({name})")):
            at_paper = a.place(*place)
            body += disc(at_paper, 2.6)
            body += text(label, (at_paper[0] - 4, at_paper[1] + 11), "end", italic=True)
    middle = (left.top + left.bottom) / 2
    body += arrow((left.right + 6, middle), (left.right + 22, middle), INK, 1.2)
    body += text(figure.first("name", "F"), (left.right + 14, middle - 10), italic=True, size=SIZE + 1)
    title = f"A grid in the plane of {x} and {y}, and its image under {figure.first('name', 'F')}"
    where = (
        f"for {x} from {said(over[0][0])} to {said(over[0][1])} and {y} from {said(over[1][0])} to {said(over[1][1])}"
    )
    corners = [
        f"{point(cx, cy)} goes to ({rounded(q[0], 2)}, {rounded(q[1], 2)})"
        for cx in over[0]
        for cy in over[1]
        if (q := image((float(cx), float(cy)))) is not None
    ]
    description = (
        f"Lines of the grid are {said(step)} apart, {where}. Of the corners, {', '.join(corners)}. {' '.join(told)}"
    )
    return Drawing(WIDTH, max(left.bottom, right.bottom) + _BELOW, body, title, description.strip())


def _pair(figure: Figure, field: str, default: tuple[str, str]) -> tuple[str, str]:
    rows = figure.rows(field)
    if rows and len(rows) != 2:
        raise Unfit(field, "it needs two")
    return (rows[0][0], rows[1][0]) if rows else default


def _step(over: Sequence[tuple[Fraction, Fraction]]) -> Fraction:
    """A round distance that makes some eight lines."""
    longest, step = max(high - low for low, high in over), Fraction(1, 100)
    while longest / step > 10:
        step = rounder(step)
    return step


def _grid(over: Sequence[tuple[Fraction, Fraction]], step: Fraction) -> list[list[Point]]:
    """Lines of constant x, then of constant y, as points."""
    (x0, x1), (y0, y1) = over
    lines = []
    for k in range(ceil(x0 / step), floor(x1 / step) + 1):
        lines.append([(float(k * step), float(y0 + (y1 - y0) * i / _SAMPLES)) for i in range(_SAMPLES + 1)])
    for k in range(ceil(y0 / step), floor(y1 / step) + 1):
        lines.append([(float(x0 + (x1 - x0) * i / _SAMPLES), float(k * step)) for i in range(_SAMPLES + 1)])
    return lines


def _cell(
    figure: Figure,
    functions: tuple[Expr, Expr],
    names: tuple[str, str],
    step: Fraction,
    image: Callable[[Point], Point | None],
) -> tuple[list[Point], list[Point], list[str]]:
    """The square at the marked point, and the parallelogram that the Jacobian matrix makes of it."""
    from grader.expr.derivative import derivative
    from grader.expr.tidy import tidy

    name, px, py = figure.rows("point")[0]
    corner = number(px, "point"), number(py, "point")
    p = (float(corner[0]), float(corner[1]))
    side = float(figure.numbers("side")[0]) if figure.rows("side") else float(step)
    start = image(p)
    place = dict(zip(names, p, strict=True))
    slopes = [[at(tidy(derivative(f, w)), place) for w in names] for f in functions]
    (a, b), (c, d) = slopes
    if start is None or a is None or b is None or c is None or d is None:
        raise Unfit("point", "the map has no Jacobian matrix there")
    corners = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]
    edge = []
    for (s0, t0), (s1, t1) in zip(corners, corners[1:] + corners[:1], strict=True):
        for i in range(8):
            s, t = s0 + (s1 - s0) * i / 8, t0 + (t1 - t0) * i / 8
            edge.append((p[0] + s * side, p[1] + t * side))
    spanned = [(start[0] + side * (a * s + b * t), start[1] + side * (c * s + d * t)) for s, t in corners]
    told = [
        f"{name} is the point {point(*corner)}. A square with a corner there and its image are hatched.",
        "The dashed parallelogram is spanned by the columns of the Jacobian matrix times the side of the square: "
        f"({rounded(side * a, 2)}, {rounded(side * c, 2)}) and ({rounded(side * b, 2)}, {rounded(side * d, 2)}).",
    ]
    return edge, spanned, told


def _around(points: Sequence[Point]) -> list[tuple[Fraction, Fraction]]:
    """A range in round numbers that holds all points, and is no line."""
    found = []
    for values in ([p[0] for p in points], [p[1] for p in points]):
        low, high = min(values), max(values)
        unit = Fraction(1, 10)
        while unit * 8 < high - low:
            unit = rounder(unit)
        found.append((floor(low / unit - 0.05) * unit, ceil(high / unit + 0.05) * unit))
    if any(high - low > 10**6 for low, high in found):
        raise Unfit("map", "the values are too large to be drawn")
    return found


def _plane(over: Sequence[tuple[Fraction, Fraction]], left: float) -> Axes:
    """A plane with equal units, which an image needs to be recognised."""
    unit = _PLANE / float(max(high - low for low, high in over))
    return Axes(over[0], over[1], left, _TOP, unit, unit)


SORT = Sort(
    name="map",
    title="A grid and its image",
    fields={
        "map": Field("the two components of the map, in two variables", ("expression", "expression"), required=True),
        "over": Field("the intervals of the two variables", ("number", "number"), many=True, required=True),
        "variables": Field("the variables; x and y if absent", ("name",), many=True),
        "names": Field("what the components are called; u and v if absent", ("name",), many=True),
        "step": Field("how far the lines of the grid are apart; a round number if absent", ("number",)),
        "point": Field("a marked corner of a square: its name and coordinates", ("text", "number", "number")),
        "side": Field("the side of that square; a step of the grid if absent", ("number",)),
        "name": Field("what the map is called; F if absent", ("text",)),
    },
    draw=_draw,
)
