"""The relation ``integral``: is this the value of that definite integral?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grader.claims import Accept, Finding
from grader.relations.fields import end, expression, name, value


def settle_row(row: Mapping[str, Any], accept: Accept) -> tuple[str, Finding]:
    """Fields: ``integrand``, ``wrt``, ``from``, ``to``."""
    x = name(row, "wrt")
    integrand = expression(row, "integrand", (x,))
    low, high = end(row, "from"), end(row, "to")
    shown, student = value(row, (x,))
    from grader.decide.integrals import settle_integral

    return shown, settle_integral(integrand, x, low, high, student, accept)
