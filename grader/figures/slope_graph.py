"""The graph of a derivative, from which the function is to be read."""

from __future__ import annotations

from grader.figures.base import Drawing, Field, Figure, Sort
from grader.figures.graph import plan, read_off, with_fields
from grader.figures.plot import plotted
from grader.figures.words import name, said


def _draw(figure: Figure, key: str) -> Drawing:
    made = plan(figure, "slope_graph", "f\u2032")
    x, over = made.variable, made.over
    title = f"Graph of the derivative {name(made.name)} for {x} from {said(over[0])} to {said(over[1])}"
    description = "The function itself is not drawn. " + read_off(
        made.curves, made, figure.expression("slope_graph", (x,))
    )
    return plotted(made.axes, made.curves, key, (x, "y", made.name), (title, description))


SORT = Sort(
    name="slope_graph",
    title="Graph of a derivative",
    fields=with_fields({"slope_graph": Field("the derivative, in one variable", ("expression",), required=True)}),
    draw=_draw,
)
