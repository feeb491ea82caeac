"""``show: "2*3 - 4 = 2 > 0"``: a chain of equal expressions, vectors or matrices, and of numbers in order."""

from __future__ import annotations

from collections.abc import Mapping

from grader.bank.steps.base import Line, Scene
from grader.bank.steps.chain import read_chain

FIELDS = ("show",)


def line(fields: Mapping[str, tuple[str, ...]], scene: Scene) -> Line:
    """A chain of two sides or more."""
    chain = read_chain(fields["show"], scene, "show")
    return Line(chain.latex, chain.facts(scene))
