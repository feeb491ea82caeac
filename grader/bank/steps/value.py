"""``value: "x^2 + 1", at: 3, is: ["3^2 + 1", "10"]``: a function's value at a place."""

from __future__ import annotations

from collections.abc import Mapping

from grader.answer import Scalar
from grader.bank.steps.base import Fact, Line, Scene, one
from grader.bank.steps.chain import read_chain, same
from grader.errors import Place, StudentError
from grader.expr.tree import substitute

FIELDS = ("value", "wrt", "at", "is")


def line(fields: Mapping[str, tuple[str, ...]], scene: Scene) -> Line:
    """``wrt`` and ``at`` may list several variables and their values."""
    f = scene.expression(one(fields, "value"), "value")
    names = tuple(part.strip() for text in fields.get("wrt") or (scene.wrt,) for part in text.split(","))
    places = tuple(part for text in fields.get("at", ()) for part in text.split(","))
    if len(names) != len(places):
        raise StudentError(Place("at"), "'at' needs a value for each variable of 'wrt'", "write wrt: x and at: 3")
    value = substitute(f, {name: scene.expression(p, "at") for name, p in zip(names, places, strict=True)})
    chain = read_chain(fields["is"], scene, "is")
    return Line(chain.latex, (Fact("the value", same(Scalar(value), chain.sides[0], scene)), *chain.facts(scene)))
