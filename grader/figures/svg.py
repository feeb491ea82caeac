"""SVG elements as text: numbers of fixed length, everything escaped, colours that follow the page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.figures.base import Drawing

Point = tuple[float, float]

WIDTH = 320.0
"""Units of a figure across: 80 mm in print."""
SIZE = 11.0
"""The height of text, nearly 8 point at that width."""

INK = "currentColor"
SOFT = "var(--soft,#57606a)"
LINE = "var(--line,#d0d7de)"
PAPER = "var(--paper,#fff)"
CURVE = "var(--accent,#1a4f8b)"
ABOVE = "var(--above,#1a4f8b)"
BELOW = "var(--below,#a8440b)"

_SANS = "system-ui,-apple-system,'Segoe UI','Helvetica Neue','Liberation Sans',Arial,sans-serif"
_SERIF = "'STIX Two Text','Latin Modern Roman','Cambria','Libertinus Serif',Georgia,'DejaVu Serif',serif"


def n(value: float) -> str:
    """A coordinate to two places, without zeros that say nothing."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def element(tag: str, content: str = "", /, **attributes: str | float) -> str:
    """``stroke_width`` becomes ``stroke-width``; values are escaped, ``content`` is SVG already."""
    written = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{n(value) if isinstance(value, int | float) else escape(value)}"'
        for name, value in attributes.items()
    )
    return f"<{tag}{written}>{content}</{tag}>" if content else f"<{tag}{written}/>"


def line(a: Point, b: Point, stroke: str, width: float, **more: str) -> str:
    return element("line", x1=a[0], y1=a[1], x2=b[0], y2=b[1], stroke=stroke, stroke_width=width, **more)


def path(points: Sequence[Point], closed: bool = False, **attributes: str | float) -> str:
    """Straight lines from point to point."""
    return element("path", d=outline(points, closed), **attributes)


def outline(points: Sequence[Point], closed: bool = False) -> str:
    steps = " ".join(f"{n(x)} {n(y)}" for x, y in points)
    return f"M{steps}{'Z' if closed else ''}"


def disc(at: Point, radius: float, fill: str = INK, **more: str | float) -> str:
    return element("circle", cx=at[0], cy=at[1], r=radius, fill=fill, **more)


def arrow(a: Point, b: Point, stroke: str, width: float, head: float = 6.0) -> str:
    """A line from a to b with a filled head at b."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = max((dx * dx + dy * dy) ** 0.5, 1e-9)
    ux, uy = dx / length, dy / length
    neck = (b[0] - head * ux, b[1] - head * uy)
    wing = head * 0.4
    tip = [b, (neck[0] - wing * uy, neck[1] + wing * ux), (neck[0] + wing * uy, neck[1] - wing * ux)]
    return line(a, neck, stroke, width) + path(tip, closed=True, fill=stroke)


def text(
    content: str,
    at: Point,
    anchor: str = "middle",
    *,
    italic: bool = False,
    size: float = SIZE,
    fill: str = INK,
    bold: bool = False,
    rim: float = 3.0,
) -> str:
    """A label with a rim of paper, so that lines under it do not cross it; ``at`` is on its middle line."""
    return element(
        "text",
        escape(content),
        x=at[0],
        # Not dominant-baseline, which some printers of SVG do not know.
        y=at[1] + size * 0.35,
        text_anchor=anchor,
        font_size=size,
        fill=fill,
        stroke=PAPER,
        stroke_width=rim,
        stroke_linejoin="round",
        paint_order="stroke",
        **({"font_family": _SERIF, "font_style": "italic"} if italic else {}),
        **({"font_weight": "600"} if bold else {}),
    )


def text_width(content: str, size: float = SIZE) -> float:
    """About how wide the text is; fonts differ."""
    return sum(0.32 if c in "ijl.,;:'|()[] ′" else 0.58 for c in content) * size


def group(parts: Iterable[str], **attributes: str | float) -> str:
    return element("g", "".join(parts), **attributes)


def hatching(key: str, colour: str, falling: bool) -> str:
    """A pattern of slanted lines: rising and wide, or falling and narrow."""
    step = 4.0 if falling else 7.0
    angle = "rotate(-45)" if falling else "rotate(45)"
    lines = line((0, 0), (0, step), colour, 1.0)
    return element(
        "pattern",
        lines,
        id=key,
        width=step,
        height=step,
        patternUnits="userSpaceOnUse",
        patternTransform=angle,
    )


def page_style() -> str:
    """The colours of a figure that stands alone; on a page they come from the page."""
    return (
        "<style>:root{color:#1b1f24;--paper:#fff;--soft:#57606a;--line:#d0d7de;--accent:#1a4f8b;--above:#1a4f8b;"
        "--below:#a8440b}@media (prefers-color-scheme:dark){:root{color:#e4e8ec;--paper:#14181d;--soft:#a3adb8;"
        "--line:#3b434d;--accent:#8fbcf0;--above:#8fbcf0;--below:#f0a36b}}</style>"
        '<rect width="100%" height="100%" fill="var(--paper,#fff)"/>'
    )


def wrapped(drawing: Drawing, key: str, style: str = "") -> str:
    """The ``svg`` element; with a style it is a file of its own."""
    title, description = f"{key}-title", f"{key}-description"
    # Names first: a screen reader takes the first title element as the name of the picture.
    told = element("title", escape(drawing.title), id=title)
    told += element("desc", escape(drawing.description), id=description)
    size = {"width": n(drawing.width), "height": n(drawing.height)} if style else {}
    opened = element(
        "svg",
        told + style + drawing.body,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {n(drawing.width)} {n(drawing.height)}",
        **size,
        role="img",
        font_family=_SANS,
        aria_labelledby=f"{title} {description}",
    )
    return opened + ("\n" if style else "")
