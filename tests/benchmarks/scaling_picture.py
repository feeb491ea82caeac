"""The picture of `scaling`: four small panels on logarithmic axes, to be read in print and without colour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib

matplotlib.use("Agg")

from matplotlib import pyplot  # noqa: E402
from matplotlib.lines import Line2D  # noqa: E402
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator  # noqa: E402

if TYPE_CHECKING:
    from scaling import Measured, Panel

_MARKERS = ("o", "s", "^", "D")
_DASHES = (0, (4, 2))
_UNMARKED = 1000
_FLOOR = "#999999"
_TITLES = {
    "size": "size of the expression",
    "variables": "number of variables",
    "matrix": "size of a matrix",
    "nesting": "depth of nesting",
}


def draw(panels: Sequence[Panel], results: Mapping[str, Mapping[str, Sequence[Measured]]], target: Path) -> None:
    """Write the picture."""
    style = {
        "font.family": "serif",
        "font.serif": ["DejaVu Serif"],
        "font.size": 8.5,
        "axes.linewidth": 0.6,
        "xtick.major.width": 0.6,
        "ytick.major.width": 0.6,
    }
    with pyplot.rc_context(style):
        figure, axes = pyplot.subplots(2, 2, figsize=(7.4, 6.9), sharey=True)
        for axis, panel in zip(axes.flat, panels, strict=True):
            _panel(axis, panel, results[panel.name])
        for axis in axes[:, 0]:
            axis.set_ylabel("milliseconds")
        figure.legend(handles=_signs(), loc="upper center", ncols=4, frameon=False, fontsize=8.5, handlelength=3.2)
        figure.tight_layout(w_pad=1.6, h_pad=1.6, rect=(0, 0, 1, 0.96))
        figure.savefig(target, dpi=160)
        pyplot.close(figure)


def _signs() -> list[Line2D]:
    """What the lines of every panel mean."""
    line = {"color": "black", "marker": "o", "markersize": 4.2, "linewidth": 0.9}
    return [
        Line2D([], [], markerfacecolor="black", label="equal", **line),
        Line2D([], [], markerfacecolor="white", linestyle=_DASHES, label="unequal", **line),
        Line2D([], [], color="black", marker="x", markersize=8, linestyle="", label="not proved"),
        Line2D([], [], color=_FLOOR, linewidth=2.4, label="floor: read both, enclose both once"),
    ]


def _panel(axis: Any, panel: Panel, families: Mapping[str, Sequence[Measured]]) -> None:
    axis.set_xscale("log")
    axis.set_yscale("log")
    ends: list[tuple[float, float, str]] = []
    for marker, (name, rows) in zip(_MARKERS, families.items(), strict=False):
        sizes = [m.at for m in rows]
        shared = {"color": "black", "marker": marker, "markersize": 4.2, "linewidth": 0.9}
        axis.plot(sizes, [m.equal for m in rows], markerfacecolor="black", **shared)
        axis.plot(sizes, [m.unequal for m in rows], markerfacecolor="white", linestyle=_DASHES, **shared)
        weak = [m for m in rows if m.truths[0] != "proved"]
        axis.plot([m.at for m in weak], [m.equal for m in weak], "x", color="black", markersize=9)
        ends.append((rows[-1].equal, rows[-1].at, name))
    sizes = panel.sizes
    least = [min(rows[i].floor for rows in families.values() if i < len(rows)) for i in range(len(sizes))]
    axis.plot(sizes, least, color=_FLOOR, linewidth=2.4, solid_capstyle="butt", zorder=0)
    for height, at, name in _spread(ends):
        axis.annotate(name, (at, height), xytext=(6, 0), textcoords="offset points", va="center", fontsize=7.5)
    axis.set_title(_TITLES[panel.name], fontsize=9.5, loc="left")
    axis.set_xlabel(panel.axis)
    axis.set_xlim(sizes[0] * 0.85, sizes[-1] * (sizes[-1] / sizes[0]) ** 0.28)
    axis.xaxis.set_major_locator(FixedLocator([at for at in sizes if at != _UNMARKED]))
    axis.xaxis.set_minor_locator(NullLocator())
    axis.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:,.0f}"))
    axis.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{y:g}"))
    axis.yaxis.set_minor_locator(NullLocator())
    axis.grid(True, axis="y", color="#cccccc", linewidth=0.5)
    axis.set_axisbelow(True)
    for side in ("top", "right"):
        axis.spines[side].set_visible(False)


def _spread(ends: Sequence[tuple[float, float, str]]) -> list[tuple[float, float, str]]:
    """Heights for the labels, each at least a third above the one below it."""
    placed: list[tuple[float, float, str]] = []
    for height, at, name in sorted(ends):
        if placed and height < placed[-1][0] * 1.5:
            height = placed[-1][0] * 1.5
        placed.append((height, at, name))
    return placed
