"""Calculus sheets from YAML, and a grader whose verdicts come with evidence.

The names below load when they are first used: ``import grader`` itself costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from grader.version import __version__

_WHERE = {
    "AuthorError": "grader.errors",
    "AuthorErrors": "grader.errors",
    "Domain": "grader.expr.domain",
    "Equal": "grader.claims",
    "Finding": "grader.claims",
    "Interval": "grader.expr.domain",
    "Names": "grader.expr.parse",
    "StudentError": "grader.errors",
    "Truth": "grader.claims",
    "parse": "grader.expr.parse",
    "settle": "grader.decide",
}

__all__ = ["__version__", *sorted(_WHERE)]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'grader' has no attribute {name!r}")
    return getattr(import_module(_WHERE[name]), name)
