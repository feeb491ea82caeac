"""``derivative: "sin(u)", wrt: u, is: "cos(u)"``: a derivative, or its value ``at`` a place."""

from __future__ import annotations

from collections.abc import Mapping

from grader.answer import Scalar
from grader.bank.steps.base import Fact, Line, Scene, one
from grader.bank.steps.chain import read_chain, same
from grader.errors import Place, StudentError
from grader.expr.derivative import NotDifferentiable, derivative
from grader.expr.latex import name_in_latex, to_latex
from grader.expr.tidy import tidy
from grader.expr.tree import Expr, substitute, variables

FIELDS = ("derivative", "wrt", "order", "at", "is")


def line(fields: Mapping[str, tuple[str, ...]], scene: Scene) -> Line:
    """``wrt`` lists variables for a mixed derivative; ``order`` repeats the only one."""
    f = scene.expression(one(fields, "derivative"), "derivative")
    named = fields.get("wrt") or (scene.wrt,)
    names = tuple(part.strip() for text in named for part in text.split(","))
    unknown = [name for name in names if name not in scene.names]
    if unknown:
        raise StudentError(Place("wrt"), f"'{unknown[0]}' is no variable here", f"use one of {', '.join(scene.names)}")
    order = one(fields, "order", "1").strip()
    if not (order.isdecimal() and 1 <= int(order) <= 12):
        raise StudentError(Place("order"), "the order is a whole number from 1 to 12", "write order: 2")
    names *= int(order)
    slope = f
    try:
        for name in names:
            slope = tidy(derivative(slope, name))
    except NotDifferentiable as fault:
        raise StudentError(Place("derivative"), str(fault), "give a function that has a derivative") from None
    shown = _operator(f, names, len(variables(f)) > 1)
    if "at" in fields:
        places = {
            name: scene.expression(text, "at") for name, text in zip(_distinct(names), _places(fields), strict=False)
        }
        slope = substitute(slope, places)
        where = ", ".join(f"{name_in_latex(name)} = {to_latex(value)}" for name, value in places.items())
        shown = rf"\left.{shown}\right|_{{{where}}}"
    chain = read_chain(fields["is"], scene, "is")
    first = Fact("the derivative", same(Scalar(slope), chain.sides[0], scene))
    return Line(chain.latex, (first, *chain.facts(scene)), left=shown)


def _distinct(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _places(fields: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(part for text in fields["at"] for part in text.split(","))


def _operator(f: Expr, names: tuple[str, ...], several: bool) -> str:
    d = r"\partial" if several else "d"
    above = d if len(names) == 1 else f"{d}^{{{len(names)}}}"
    # The last one taken stands first, as in f_xy.
    below = " ".join(
        f"{d} {name_in_latex(name)}" + (f"^{{{names.count(name)}}}" if names.count(name) > 1 else "")
        for name in reversed(_distinct(names))
    )
    return rf"\frac{{{above}}}{{{below}}} \left[{to_latex(f)}\right]"
