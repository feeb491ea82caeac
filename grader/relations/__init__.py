"""Relations beyond plain equality: questions whose key is computed, and answers that are right in more ways.

Each has a module here with ``settle_row(row, accept) -> (how the answer was read, finding)``.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from grader.claims import Accept, Finding

MODULES: Mapping[str, str] = {
    "direction": "grader.relations.direction",
    "family": "grader.relations.family",
    "integral": "grader.relations.integral",
    "limit": "grader.relations.limit",
    "on_curve": "grader.relations.on_curve",
    "parallel": "grader.relations.direction",
    "polynomial": "grader.relations.polynomial",
    "stationary_points": "grader.relations.stationary_points",
}
"""Relation and module."""


def settle_relation(row: Mapping[str, Any], accept: Accept) -> tuple[str, Finding]:
    """The finding on one row of such a relation.  Raises StudentError for what cannot be read."""
    module = import_module(MODULES[row["relation"]])
    found: tuple[str, Finding] = module.settle_row(row, accept)
    return found
