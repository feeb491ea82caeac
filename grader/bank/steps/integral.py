"""``integral: "x^2", from: 0, to: 3, is: "9"``: a definite integral, proper or not."""

from __future__ import annotations

from collections.abc import Mapping

from grader.answer_text import write
from grader.bank.steps.base import Fact, Line, Scene, one, variable_named
from grader.bank.steps.chain import read_chain
from grader.expr.latex import name_in_latex, to_latex

FIELDS = ("integral", "wrt", "from", "to", "is")


def line(fields: Mapping[str, tuple[str, ...]], scene: Scene) -> Line:
    """``from`` and ``to`` may be ``oo``."""
    name = variable_named(fields, scene)
    integrand = one(fields, "integral")
    f = scene.expression(integrand, "integral")
    low, high = one(fields, "from"), one(fields, "to")
    ends = [to_latex(scene.expression(end, "from")) for end in (low, high)]
    chain = read_chain(fields["is"], scene, "is")
    question = {
        "relation": "integral", "integrand": integrand, "wrt": name, "variables": [name],
        "from": low, "to": high, "student": write(chain.sides[0]),
    }  # fmt: skip
    shown = rf"\int_{{{ends[0]}}}^{{{ends[1]}}} {_bracketed(to_latex(f))} \, d{name_in_latex(name)}"
    return Line(chain.latex, (Fact("the integral", question), *chain.facts(scene)), left=shown)


def _bracketed(latex: str) -> str:
    """A sum in brackets, so that ``dx`` belongs to all of it."""
    depth = 0
    for c in latex[1:]:
        depth += (c in "{(") - (c in "})")
        if c in "+-" and depth == 0:
            return rf"\left({latex}\right)"
    return latex
