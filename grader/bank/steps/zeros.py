"""``zeros: "3x^2 - 12", is: "-2, 2"``: where an expression is 0 on the domain, or an equation holds."""

from __future__ import annotations

from collections.abc import Mapping

from grader import answer as answers
from grader.answer import Set, Shape
from grader.bank.steps.base import Fact, Line, Scene, one, variable_named
from grader.claims import Finding, Point, SamePoints, Truth
from grader.expr.latex import name_in_latex, to_latex
from grader.expr.parse import Names
from grader.expr.tree import ZERO, Add, Expr, Neg
from grader.translations import translation

FIELDS = ("zeros", "wrt", "is")


def line(fields: Mapping[str, tuple[str, ...]], scene: Scene) -> Line:
    """All of them, proved to be all; ``is: none`` where there is none."""
    from grader.expr.zeros import zeros

    name = variable_named(fields, scene)
    text = one(fields, "zeros")
    sides = [scene.expression(side, "zeros") for side in text.split("=")] if text.count("=") == 1 else []
    left, right = sides or (scene.expression(text, "zeros"), ZERO)
    said = answers.read(one(fields, "is"), Shape("set"), Names(scene.names), syntax="infix", source="is").answer
    assert isinstance(said, Set)
    difference: Expr = left if right == ZERO else Add((left, Neg(right)))
    domain = scene.domain(difference)
    found = zeros(difference, name, domain[name])
    claim: Finding | SamePoints
    if found.complete and all(zero.exact is not None for zero in found.found):
        every = tuple(Point((zero.exact,)) for zero in found.found if zero.exact is not None)
        claim = SamePoints(every, tuple(Point((e,)) for e in said.elements), domain)
    else:
        claim = Finding(Truth.UNDECIDED, "zeros", f"it is not proved that these are all: {found.evidence}")
    equation = f"{to_latex(left)} = {to_latex(right)}"
    x = name_in_latex(name)
    _ = translation(scene.language).gettext
    told = _("%(equation)s holds for no %(variable)s.") % {"equation": f"${equation}$", "variable": f"${x}$"}
    if said.elements:
        *places, last = [f"${x} = {to_latex(e)}$" for e in said.elements]
        listed = _("%(places)s and %(last)s") % {"places": ", ".join(places), "last": last} if places else last
        told = _("%(equation)s holds for %(places)s.") % {"equation": f"${equation}$", "places": listed}
    return Line(told, (Fact("the solutions", claim),), words=True)
