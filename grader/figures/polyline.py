"""A graph of straight pieces through given corners, with or without the area under it."""

from __future__ import annotations

from grader.figures.axes import axes, fitting, with_zero
from grader.figures.base import Drawing, Field, Figure, Sort, Unfit, number
from grader.figures.graph import FIELDS
from grader.figures.plot import plotted
from grader.figures.words import listed, name, point, said


def _draw(figure: Figure, key: str) -> Drawing:
    corners = [(number(x, "polyline"), number(y, "polyline")) for x, y in figure.rows("polyline")]
    places = [x for x, _ in corners]
    if len(corners) < 2 or any(a >= b for a, b in zip(places, places[1:], strict=False)):
        raise Unfit("polyline", "it needs two corners or more, from left to right")
    x, called = figure.first("wrt", "x"), figure.first("name", "f")
    first, last = places[0], places[-1]
    # One unit more on the left, so that a graph which begins at 0 does not hide the axis.
    shown = figure.numbers("over") or with_zero((first - 1 if 0 <= first < 1 else first, last))
    heights = figure.numbers("y") or fitting(float(y) for _, y in corners)
    curve = tuple((float(a), float(b)) for a, b in corners)
    area = figure.numbers("shade")
    title = f"Graph of {name(called)}, made of straight pieces, for {x} from {said(first)} to {said(last)}"
    description = f"Straight lines join the points {listed([point(a, b) for a, b in corners])}."
    if area:
        description += (
            f" The area between the graph and the {x}-axis is shaded from {said(area[0])} to {said(area[1])}."
        )
    return plotted(
        axes((shown[0], shown[1]), (heights[0], heights[1])),
        (curve,),
        key,
        (x, "y", called),
        (title, description),
        (area[0], area[1]) if area else None,
        curve,
    )


SORT = Sort(
    name="polyline",
    title="Graph of straight pieces",
    fields={
        "polyline": Field("the corners, from left to right", ("number", "number"), many=True, required=True),
        **{
            name: field if name != "over" else Field("the interval that is drawn", field.cells)
            for name, field in FIELDS.items()
        },
        "shade": Field("from where to where the area between graph and axis is hatched", ("number", "number")),
    },
    draw=_draw,
)
