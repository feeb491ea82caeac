"""Words for what a picture shows, as a screen reader should say them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction


def said(q: Fraction) -> str:
    """``minus 3``, ``1.5``, ``1/3``: digits, which every screen reader says, and a sign in words."""
    size = abs(q)
    if size.denominator > 1000:
        return f"{'minus ' if q < 0 else ''}about {float(size):.2f}"
    short = f"{float(size):g}"
    digits = short if Fraction(short) == size else str(size)
    return f"minus {digits}" if q < 0 else digits


def rounded(value: float, places: int = 1) -> str:
    """A value as it can be read off a picture."""
    return said(Fraction(round(value * 10**places), 10**places))


def name(text: str) -> str:
    """``f′`` as "f prime"."""
    return text.replace("\u2033", " double prime").replace("\u2032", " prime").replace("'", " prime")


def listed(items: Sequence[str]) -> str:
    """``a, b and c``."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def point(x: Fraction, y: Fraction) -> str:
    return f"({said(x)}, {said(y)})"
