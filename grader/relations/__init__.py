"""Relations that pose a question of their own instead of giving a reference: the key is computed.

Each has a module here with ``settle_row(row, accept) -> (how the answer was read, finding)``.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from grader.claims import Accept, Finding

QUESTIONS: Mapping[str, str] = {
    "integral": "grader.relations.integral",
    "limit": "grader.relations.limit",
    "stationary_points": "grader.relations.stationary_points",
}
"""Relation and module."""


def settle_question(row: Mapping[str, Any], accept: Accept) -> tuple[str, Finding]:
    """The finding on one row of such a relation.  Raises StudentError for what cannot be read."""
    module = import_module(QUESTIONS[row["relation"]])
    found: tuple[str, Finding] = module.settle_row(row, accept)
    return found
