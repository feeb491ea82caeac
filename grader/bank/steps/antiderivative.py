"""``antiderivative: "2x", is: "x^2 + C"``: one of the antiderivatives, or all of them."""

from __future__ import annotations

from collections.abc import Mapping

from grader.answer import Scalar
from grader.bank.steps.base import Fact, Line, Scene, one, variable_named
from grader.bank.steps.chain import read_chain
from grader.bank.steps.integral import _bracketed
from grader.claims import Antiderivative
from grader.errors import Place, StudentError
from grader.expr.latex import name_in_latex, to_latex

FIELDS = ("antiderivative", "wrt", "is")


def line(fields: Mapping[str, tuple[str, ...]], scene: Scene) -> Line:
    """What is shown is an integral without ends."""
    name = variable_named(fields, scene)
    f = scene.expression(one(fields, "antiderivative"), "antiderivative")
    chain = read_chain(fields["is"], scene, "is")
    first = chain.sides[0]
    if not isinstance(first, Scalar):
        raise StudentError(Place("is"), "an expression is needed", "write is: 'x^2 + C'")
    claim = Antiderivative(f, first.value, name, scene.domain(f), "optional", "optional")
    shown = rf"\int {_bracketed(to_latex(f))} \, d{name_in_latex(name)}"
    return Line(chain.latex, (Fact("the antiderivative", claim), *chain.facts(scene)), left=shown)
