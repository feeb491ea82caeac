"""The graph of a function, with or without the area under it."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from grader.expr.tree import Expr
from grader.figures.axes import Axes, axes, fitting, grid, with_zero
from grader.figures.base import Drawing, Field, Figure, Sort, Unfit
from grader.figures.plot import Curve, plotted
from grader.figures.svg import Point
from grader.figures.values import at
from grader.figures.words import name, rounded, said
from grader.records import record

_SAMPLES = 160

FIELDS: dict[str, Field] = {
    "over": Field("the interval that is drawn", ("number", "number"), required=True),
    "wrt": Field("the variable; x if absent", ("name",)),
    "y": Field("the range of values that is drawn; what the graph needs if absent", ("number", "number")),
    "name": Field("what the curve is called; f if absent", ("text",)),
}


@record
class Plan:
    """A graph before it is drawn: its axes, its curves, and what it is called."""

    axes: Axes
    over: tuple[Fraction, Fraction]
    curves: tuple[tuple[Point, ...], ...]
    variable: str
    name: str


def plan(figure: Figure, field: str, called: str) -> Plan:
    """What the fields that all graphs share say; ``field`` holds the function."""
    x = figure.first("wrt", "x")
    f = figure.expression(field, (x,))
    over = _pair(figure, "over")
    curves = sampled(f, x, over)
    if not curves:
        raise Unfit(field, "the function has no value anywhere on what is drawn")
    heights = [point[1] for curve in curves for point in curve]
    shown = _pair(figure, "y") if figure.rows("y") else fitting(heights)
    if shown[1] - shown[0] > 10**6:
        raise Unfit("y" if figure.rows("y") else field, "the values are too large to be drawn; give a range 'y'")
    return Plan(axes(with_zero(over), shown), over, curves, x, figure.first("name", called))


def _pair(figure: Figure, field: str) -> tuple[Fraction, Fraction]:
    low, high = figure.numbers(field)
    if low >= high:
        raise Unfit(field, "the end has to be greater than the beginning")
    return low, high


def sampled(f: Expr, x: str, over: tuple[Fraction, Fraction]) -> tuple[tuple[Point, ...], ...]:
    """Points of the graph; a new curve begins after a place without a value."""
    low, high = float(over[0]), float(over[1])
    curves: list[list[Point]] = [[]]
    for i in range(_SAMPLES + 1):
        place = low + (high - low) * i / _SAMPLES
        value = at(f, {x: place})
        if value is None:
            curves.append([])
        else:
            curves[-1].append((place, value))
    return tuple(tuple(curve) for curve in curves if len(curve) > 1)


def read_off(curves: tuple[Curve, ...], plan: Plan, f: Expr) -> str:
    """The values at the grid lines, as exactly as a picture tells them."""
    low, high = plan.axes.y
    told = []
    for x in grid(plan.axes)[0]:
        value = at(f, {plan.variable: float(x)})
        if value is not None and plan.over[0] <= x <= plan.over[1] and low <= value <= high:
            told.append(f"{said(x)}: {rounded(value)}")
    return f"Values at the grid lines, {plan.variable} first: {', '.join(told)}."


def _draw(figure: Figure, key: str) -> Drawing:
    made = plan(figure, "graph", "f")
    over = made.over
    area = _pair(figure, "shade") if figure.rows("shade") else None
    title = f"Graph of {name(made.name)} for {made.variable} from {said(over[0])} to {said(over[1])}"
    description = read_off(made.curves, made, figure.expression("graph", (made.variable,)))
    if area is not None:
        ends = f"from {said(area[0])} to {said(area[1])}"
        description += f" The area between the graph and the {made.variable}-axis is shaded {ends}."
    return plotted(made.axes, made.curves, key, (made.variable, "y", made.name), (title, description), area)


def with_fields(first: Mapping[str, Field]) -> dict[str, Field]:
    return {**first, **FIELDS}


SORT = Sort(
    name="graph",
    title="Graph of a function",
    fields={
        **with_fields({"graph": Field("the function, in one variable", ("expression",), required=True)}),
        "shade": Field("from where to where the area between graph and axis is hatched", ("number", "number")),
    },
    draw=_draw,
)
