"""``formula: ["2A'(A x - b)", "2A'A x - 2A'b"]``: equal expressions of vectors and matrices.

With ``of`` and ``wrt`` the first of them is the derivative of ``of``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from grader import kinds
from grader.bank.steps.base import Fact, Line, Scene, one
from grader.claims import MatrixDerivative, MatrixEqual
from grader.errors import Place, StudentError
from grader.expr.matrices.latex import to_latex
from grader.expr.matrices.parse import parse
from grader.expr.matrices.read import symbols_of

FIELDS = ("formula", "of", "wrt")


def line(fields: Mapping[str, tuple[str, ...]], scene: Scene) -> Line:
    """In the symbols, the sizes and the layout of the question."""
    task = scene.task
    declared = kinds.load(task.kind).shape(task.given, task.policy).symbols
    if not declared:
        raise StudentError(Place("formula"), "this question has no matrices", "use 'show' for a chain of expressions")
    symbols = symbols_of(declared)
    texts = [part for text in fields["formula"] for part in text.split("=")]
    sides = [parse(text, symbols.names, "formula", symbols.sides) for text in texts]
    facts = [
        Fact(f"side {i} of the chain", MatrixEqual(a, b, symbols))
        for i, (a, b) in enumerate(zip(sides, sides[1:], strict=False), 2)
    ]
    shown, left = " = ".join(to_latex(side) for side in sides), ""
    if "of" in fields:
        function = parse(one(fields, "of"), symbols.names, "of", symbols.sides)
        wrt = tuple(part.strip() for part in one(fields, "wrt").split(","))
        layout: Literal["denominator", "numerator"] = (
            "numerator" if task.policy.get("layout") == "numerator" else "denominator"
        )
        facts.insert(0, Fact("the derivative", MatrixDerivative(function, sides[0], wrt, symbols, layout)))
        below = " ".join(rf"\partial {name}" for name in reversed(wrt))
        above = r"\partial" if len(wrt) == 1 else rf"\partial^{{{len(wrt)}}}"
        left = rf"\frac{{{above}}}{{{below}}} \left[{to_latex(function)}\right]"
    return Line(shown, tuple(facts), left=left)
