"""``limit: "sin(x)/x", to: 0, is: "1"``: a limit, from one ``side`` or both."""

from __future__ import annotations

from collections.abc import Mapping

from grader.answer_text import write
from grader.bank.steps.base import Fact, Line, Scene, one, variable_named
from grader.bank.steps.chain import read_chain
from grader.expr.latex import name_in_latex, to_latex

FIELDS = ("limit", "wrt", "to", "side", "is")
_SIDES = {"both": "", "left": "^-", "right": "^+"}


def line(fields: Mapping[str, tuple[str, ...]], scene: Scene) -> Line:
    """``to`` may be ``oo``; ``side`` is both, left or right."""
    name = variable_named(fields, scene)
    text, to = one(fields, "limit"), one(fields, "to")
    side = one(fields, "side", "both").strip()
    chain = read_chain(fields["is"], scene, "is")
    question = {
        "relation": "limit", "function": text, "wrt": name, "variables": [name], "to": to, "side": side,
        "student": write(chain.sides[0]),
    }  # fmt: skip
    f = to_latex(scene.expression(text, "limit"))
    place = f"{to_latex(scene.expression(to, 'to'))}{_SIDES.get(side, '')}"
    shown = rf"\lim_{{{name_in_latex(name)} \to {place}}} {f}"
    return Line(chain.latex, (Fact("the limit", question), *chain.facts(scene)), left=shown)
