"""A computation graph: nodes from left to right, edges with the slopes along them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, product
from math import hypot

from grader.errors import StudentError
from grader.figures.base import Drawing, Field, Figure, Sort, Unfit
from grader.figures.svg import INK, PAPER, SIZE, WIDTH, Point, arrow, disc, group, text, text_width
from grader.figures.words import listed

_MOST_NODES = 8
_RADIUS = 14.0
_ROW = 54.0
_MARGIN = 22.0
_EDGE = 3.0
_LABEL = SIZE + 0.5

Edge = tuple[int, int]


def _draw(figure: Figure, key: str) -> Drawing:
    nodes = [row[0] for row in figure.rows("network")]
    if not 2 <= len(nodes) <= _MOST_NODES or len(set(nodes)) < len(nodes):
        raise Unfit("network", f"it needs 2 to {_MOST_NODES} nodes with different names")
    edges, labels, spoken = _edges(figure, nodes)
    widths = [text_width(label, _LABEL) for label in labels]
    places = _layout(len(nodes), edges, widths)
    beside = [_label_at(places, edge, width) for edge, width in zip(edges, widths, strict=True)]
    # Labels may stand higher and lower than all nodes.
    reach = [y - _RADIUS for _, y in places] + [y - _LABEL for _, y in beside]
    depth = [y + _RADIUS for _, y in places] + [y + _LABEL for _, y in beside]
    up = min(reach) - _EDGE
    places, beside = ([(x, y - up) for x, y in points] for points in (places, beside))
    drawn, written = [], []
    for (i, j), label, at in zip(edges, labels, beside, strict=True):
        start, end = _between(places[i], places[j])
        drawn.append(arrow(start, end, INK, 1.2, 7.0))
        if label:
            written.append(text(label, at, size=_LABEL, italic=label.isalpha()))
    for node, at in zip(nodes, places, strict=True):
        drawn.append(disc(at, _RADIUS, PAPER, stroke=INK, stroke_width=1.3))
        drawn.append(text(_name(node), at, italic=True, size=SIZE + 3))
    title = f"Computation graph with the nodes {listed(nodes)}"
    ways = [
        f"from {nodes[i]} to {nodes[j]}{' with the slope ' + slope if slope else ''}"
        for (i, j), slope in zip(edges, spoken, strict=True)
    ]
    return Drawing(WIDTH, max(depth) - up + _EDGE, group(drawn + written), title, f"Edges lead {listed(ways)}.")


def _edges(figure: Figure, nodes: list[str]) -> tuple[list[Edge], list[str], list[str]]:
    """The edges by the numbers of their nodes, what is written beside them, and what is said."""
    from grader.expr.parse import Names, parse
    from grader.expr.spoken import to_spoken
    from grader.expr.unicode import to_unicode

    edges, labels, spoken = [], [], []
    for start, end, *rest in figure.rows("edges"):
        for name in (start, end):
            if name not in nodes:
                raise Unfit("edges", f"'{name}' is not one of the nodes")
        if nodes.index(start) >= nodes.index(end):
            raise Unfit("edges", f"the edge from {start} to {end} leads backwards; order the nodes")
        edges.append((nodes.index(start), nodes.index(end)))
        if not rest or not rest[0]:
            labels.append("")
            spoken.append("")
            continue
        try:
            slope = parse(rest[0], Names((), free=True), "infix", "figure")
        except StudentError as error:
            raise Unfit("edges", f"'{rest[0]}' cannot be read: {error.fault}") from None
        labels.append(to_unicode(slope).replace("-", "\u2212"))
        spoken.append(to_spoken(slope))
    if not edges or len(set(edges)) < len(edges):
        raise Unfit("edges", "it needs edges, each given once")
    return edges, labels, spoken


def _layout(count: int, edges: Sequence[Edge], widths: Sequence[float]) -> list[Point]:
    """Columns by the longest way from a first node; rows such that nothing runs through anything."""
    column = [0] * count
    for j in range(count):
        column[j] = max((column[i] + 1 for i, end in edges if end == j), default=0)
    last = max(column)
    wide = (WIDTH - 2 * _MARGIN) / last

    def placed(rows: Sequence[float]) -> list[Point]:
        top = min(rows)
        return [(_MARGIN + c * wide, _MARGIN + (r - top) * _ROW) for c, r in zip(column, rows, strict=True)]

    sharing = [sum(c == other for other in column) for c in column]
    choices: list[tuple[float, ...]] = [
        (0.0,) if c in (0, last) and sharing[i] == 1 else (-0.5, 0.5, -1.0, 1.0, 0.0) for i, c in enumerate(column)
    ]
    if count > 6:
        choices = [tuple(r for r in rows if r in (-1.0, 0.0, 1.0)) or rows for rows in choices]
    return placed(min(product(*choices), key=lambda rows: _trouble(placed(rows), edges, widths)))


def _trouble(places: list[Point], edges: Sequence[Edge], widths: Sequence[float]) -> float:
    """How much of a layout runs through something else."""
    cost = 0.0
    for p, q in combinations(places, 2):
        cost += 100 * (_apart(p, q) < 2 * _RADIUS + 8)
    at = [_label_at(places, edge, width) for edge, width in zip(edges, widths, strict=True)]
    for (i, j), middle, width in zip(edges, at, widths, strict=True):
        for k, node in enumerate(places):
            if k not in (i, j):
                near = _distance(node, places[i], places[j])
                cost += 50 * (near < _RADIUS + 4) + 3 * (near < _RADIUS + 14)
            cost += 20 * (_apart(node, middle) < _RADIUS + width / 2 + 4)
        for other in edges:
            if other != (i, j) and width:
                near = _distance(middle, places[other[0]], places[other[1]])
                cost += 10 * (near < width / 2 + 5) + (near < width / 2 + 12)
        cost += abs(places[i][1] - places[j][1]) / 400
    for e, f in combinations(edges, 2):
        cost += 5 * _cross(places, e, f)
    for p, q in combinations(at, 2):
        cost += 10 * (_apart(p, q) < 22)
    return cost


def _label_at(places: Sequence[Point], edge: Edge, width: float) -> Point:
    """Beside the middle of the edge, on the outer side of the graph."""
    (x0, y0), (x1, y1) = places[edge[0]], places[edge[1]]
    middle = (min(y for _, y in places) + max(y for _, y in places)) / 2
    length = _apart((x0, y0), (x1, y1))
    across, down = (y1 - y0) / length, (x0 - x1) / length
    if (y0 + y1) / 2 > middle + 1:
        across, down = -across, -down
    away = 8 + abs(across) * width / 2
    return (x0 + x1) / 2 + across * away, (y0 + y1) / 2 + down * away


def _between(a: Point, b: Point) -> tuple[Point, Point]:
    """The piece of the line from a to b that is outside of the nodes."""
    length = _apart(a, b)
    ux, uy = (b[0] - a[0]) / length, (b[1] - a[1]) / length
    gap = _RADIUS + 1.5
    return (a[0] + ux * _RADIUS, a[1] + uy * _RADIUS), (b[0] - ux * gap, b[1] - uy * gap)


def _apart(p: Point, q: Point) -> float:
    return max(hypot(p[0] - q[0], p[1] - q[1]), 1e-9)


def _distance(p: Point, a: Point, b: Point) -> float:
    """From a point to a piece of a line."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    t = min(max(((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / max(dx * dx + dy * dy, 1e-9), 0.0), 1.0)
    return _apart(p, (a[0] + t * dx, a[1] + t * dy))


def _cross(places: Sequence[Point], e: Edge, f: Edge) -> bool:
    """Whether two edges without a common end cross."""
    if set(e) & set(f):
        return False

    def side(a: Point, b: Point, c: Point) -> float:
        return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])

    a, b, c, d = places[e[0]], places[e[1]], places[f[0]], places[f[1]]
    return side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0


def _name(node: str) -> str:
    from grader.expr.unicode import name_in_unicode

    return name_in_unicode(node)


SORT = Sort(
    name="network",
    title="Computation graph",
    fields={
        "network": Field(
            "the nodes, in an order in which every edge leads forward", ("name",), many=True, required=True
        ),
        "edges": Field(
            "each edge: from, to, and the slope along it",
            ("name", "name", "expression"),
            many=True,
            required=True,
            optional=1,
        ),
    },
    draw=_draw,
)
