"""Values of expressions for drawing, alike on every machine.

They are midpoints of balls: flint computes them in software, where the sines and exponentials of
the C library differ from one system to the next in the last digit, and with it now and then a
rounded coordinate.
"""

from __future__ import annotations

from collections.abc import Mapping

from grader.expr.tree import Expr

_BITS = 64
_LARGEST = 1e9


def at(e: Expr, point: Mapping[str, float]) -> float | None:
    """The value at a point; None where there is none, or none that could be drawn."""
    from flint import arb

    from grader.expr.balls import Undefined, enclose, precision

    with precision(_BITS):
        try:
            ball = enclose(e, {name: arb(x) for name, x in point.items()})
        except Undefined:
            return None
        if not ball.is_finite() or float(ball.rad()) > 1e-6:
            return None
        value = float(ball.mid())
    return value if abs(value) < _LARGEST else None
