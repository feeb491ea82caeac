"""Contour lines of a sampled function: marching squares, joined into curves.

W. Lorensen and H. Cline, "Marching cubes" (1987), in the plane; a saddle cell is told apart by the
mean of its corners.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

Point = tuple[float, float]
_Edge = tuple[int, int, int]
"""Column and row of the edge's first corner, and 0 for an edge to the right, 1 for one upwards."""

Grid = Sequence[Sequence[float | None]]
"""Values by rows; None where there is none."""


def contours(grid: Grid, levels: Sequence[float]) -> list[list[list[Point]]]:
    """For each level the curves on which the grid takes it, in units of its cells.

    A closed curve ends where it begins.
    """
    cells = list(_cells(grid))
    every = []
    for level in levels:
        links: dict[_Edge, list[_Edge]] = defaultdict(list)
        for column, row, values, low, high in cells:
            if low < level <= high:
                for a, b in _pieces(column, row, values, level):
                    links[a].append(b)
                    links[b].append(a)
        curves = [[_crossing(grid, edge, level) for edge in chain] for chain in _chains(links)]
        every.append(sorted(curves, key=lambda curve: (-len(curve), curve)))
    return every


def _cells(grid: Grid) -> Iterator[tuple[int, int, list[float], float, float]]:
    """The cells with a value at each corner: their place, the values, and the least and greatest of them."""
    for row in range(len(grid) - 1):
        for column in range(len(grid[row]) - 1):
            corners = (grid[row][column], grid[row][column + 1], grid[row + 1][column + 1], grid[row + 1][column])
            values = [value for value in corners if value is not None]
            if len(values) == 4:
                yield column, row, values, min(values), max(values)


def _pieces(column: int, row: int, values: list[float], level: float) -> list[tuple[_Edge, _Edge]]:
    """The pieces of the contour within one cell, as pairs of edges."""
    # A corner on the level counts as above: then every contour crosses edges, never corners.
    above = [value >= level for value in values]
    edges: list[_Edge] = [(column, row, 0), (column + 1, row, 1), (column, row + 1, 0), (column, row, 1)]
    crossed = [i for i in range(4) if above[i] != above[(i + 1) % 4]]
    if len(crossed) == 2:
        return [(edges[crossed[0]], edges[crossed[1]])]
    if len(crossed) == 4:
        middle = sum(values) / 4
        # So near to a saddle's own level two lines cross.
        if abs(middle - level) < 0.2 * (max(values) - min(values)):
            return [(edges[0], edges[2]), (edges[1], edges[3])]
        # The lines cut off the corners that differ from the middle.
        if (middle >= level) == above[0]:
            return [(edges[0], edges[1]), (edges[2], edges[3])]
        return [(edges[3], edges[0]), (edges[1], edges[2])]
    return []


def _crossing(grid: Grid, edge: _Edge, level: float) -> Point:
    column, row, upwards = edge
    a, b = grid[row][column], grid[row + upwards][column + 1 - upwards]
    assert a is not None and b is not None
    t = (level - a) / (b - a)
    return (column, row + t) if upwards else (column + t, row)


def _chains(links: dict[_Edge, list[_Edge]]) -> list[list[_Edge]]:
    """Every path through the links, those with ends first."""
    chains = []
    seen: set[_Edge] = set()
    for start in sorted(links, key=lambda edge: (len(links[edge]), edge)):
        if start in seen:
            continue
        chain = [start]
        seen.add(start)
        while following := [edge for edge in links[chain[-1]] if edge not in seen]:
            chain.append(following[0])
            seen.add(following[0])
        if len(chain) > 2 and start in links[chain[-1]]:
            chain.append(start)
        chains.append(chain)
    return chains
