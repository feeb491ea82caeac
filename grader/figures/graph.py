"""The graph of a function, with or without the area under it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from grader.expr.tree import Expr
from grader.figures.axes import Axes, axes, fitting, grid, with_zero
from grader.figures.base import Drawing, Field, Figure, Sort, Unfit, expression, number
from grader.figures.plot import MOST_LINES, Curve, Line, plotted
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
    lines, touched, said_of = _beside(figure, made)
    names = (made.variable, "y", made.name)
    told = (title, " ".join([description, *said_of]))
    return plotted(made.axes, made.curves, key, names, told, area, touched, lines)


def _beside(figure: Figure, made: Plan) -> tuple[list[Line], list[Point], list[str]]:
    """Tangents, Taylor polynomials and further curves, the points where they touch, and what is said of them."""
    f = figure.expression("graph", (made.variable,))
    lines: list[Line] = []
    touched: list[Point] = []
    told: list[str] = []

    def polynomial(field: str, name: str, about: str, centre: Fraction, order: int) -> None:
        coefficients = _taylor(f, made.variable, centre, order, field)
        lines.append(Line(name, _within(made, lambda x: _horner(coefficients, x - float(centre)))))
        place = (float(centre), coefficients[0])
        if place not in touched:
            touched.append(place)
        at_lines = _told_at_lines(made, lambda x: _horner(coefficients, x - float(centre)))
        told.append(f"{about} touches it at {made.variable} = {said(centre)}; {at_lines}.")

    tangents = [number(row[0], "tangent") for row in figure.rows("tangent")]
    for index, place in enumerate(tangents, 1):
        name = "t" if len(tangents) == 1 else f"t{_small(index)}"
        polynomial("tangent", name, f"The dashed line {name}, a tangent,", place, 1)
    for row in figure.rows("taylor"):
        centre, order = number(row[0], "taylor"), number(row[1], "taylor")
        if order.denominator != 1 or not 0 <= order <= _HIGHEST:
            raise Unfit("taylor", f"an order is a whole number from 0 to {_HIGHEST}")
        name = f"T{_small(int(order))}"
        polynomial("taylor", name, f"The Taylor polynomial {name} of order {order}", centre, int(order))
    for text, name in figure.rows("beside"):
        g = expression(text, "beside", (made.variable,))
        lines.append(Line(name, _within(made, lambda x, g=g: at(g, {made.variable: x}))))  # type: ignore[misc]
        told.append(f"The dashed curve {name} {_told_at_lines(made, lambda x, g=g: at(g, {made.variable: x}))}.")  # type: ignore[misc]
    if len(lines) > MOST_LINES:
        raise Unfit("graph", f"more than {MOST_LINES} lines beside the curve cannot be told apart")
    return lines, touched, told


_HIGHEST = 12
"""The highest order of a Taylor polynomial that is drawn."""


def _small(n: int) -> str:
    """The number as an index."""
    return str(n).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))


def _taylor(f: Expr, x: str, centre: Fraction, order: int, field: str) -> list[float]:
    """The coefficients about the centre, from the constant one up."""
    from math import factorial

    from grader.expr.derivative import derivative
    from grader.expr.tidy import tidy

    found, slope = [], f
    for k in range(order + 1):
        value = at(slope, {x: float(centre)})
        if value is None:
            raise Unfit(
                field, f"the function has no derivative of order {k} at {centre}" if k else f"no value at {centre}"
            )
        found.append(value / factorial(k))
        if k < order:
            slope = tidy(derivative(slope, x))
    return found


def _horner(coefficients: list[float], step: float) -> float:
    value = 0.0
    for c in reversed(coefficients):
        value = value * step + c
    return value


def _within(made: Plan, value: Callable[[float], float | None]) -> tuple[tuple[Point, ...], ...]:
    """The curve over what is drawn, cut where it has left the picture."""
    low, high = float(made.axes.x[0]), float(made.axes.x[1])
    bottom, top = (float(end) for end in made.axes.y)
    room = top - bottom
    curves: list[list[Point]] = [[]]
    for i in range(_SAMPLES + 1):
        place = low + (high - low) * i / _SAMPLES
        y = value(place)
        if y is None or not bottom - room < y < top + room:
            curves.append([])
        else:
            curves[-1].append((place, y))
    return tuple(tuple(curve) for curve in curves if len(curve) > 1)


def _told_at_lines(made: Plan, value: Callable[[float], float | None]) -> str:
    low, high = made.axes.y
    told = []
    for x in grid(made.axes)[0]:
        y = value(float(x))
        if y is not None and low <= y <= high:
            told.append(f"{said(x)}: {rounded(y)}")
    return f"at the grid lines it is {', '.join(told)}" if told else "it runs outside of the picture"


def with_fields(first: Mapping[str, Field]) -> dict[str, Field]:
    return {**first, **FIELDS}


SORT = Sort(
    name="graph",
    title="Graph of a function",
    fields={
        **with_fields({"graph": Field("the function, in one variable", ("expression",), required=True)}),
        "shade": Field("from where to where the area between graph and axis is hatched", ("number", "number")),
        "tangent": Field("the places where a tangent is drawn", ("number",), many=True),
        "taylor": Field("Taylor polynomials: the centre and the order of each", ("number", "number"), many=True),
        "beside": Field("further curves, each with its name", ("expression", "text"), many=True),
    },
    draw=_draw,
)
