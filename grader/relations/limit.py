"""The relation ``limit``: is this the limit of that expression?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grader.claims import Accept, Finding
from grader.relations.fields import end, expression, fault, name, value

_SIDES = ("both", "left", "right")


def settle_row(row: Mapping[str, Any], accept: Accept) -> tuple[str, Finding]:
    """Fields: ``function``, ``wrt``, ``to``, ``side`` (``both``, ``left``, ``right``), ``integer``."""
    x = name(row, "wrt")
    function = expression(row, "function", (x,))
    place = end(row, "to")
    side = row.get("side", "both")
    if side not in _SIDES:
        raise fault("side", f"unknown side {side!r}", "use one of " + ", ".join(_SIDES))
    integers = row.get("integer", False)
    if not isinstance(integers, bool):
        raise fault("integer", "it says whether the variable stands for integers", "give true or false")
    shown, student = value(row, (x,))
    from grader.decide.limit_values import settle_limit

    return shown, settle_limit(function, x, place, side, student, accept, integers)
