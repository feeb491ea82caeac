"""SymPy's opinion of one lemma of a proof: whether it simplifies to zero.  To be asked in a killable process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grader.expr.domain import Domain, Interval
from grader.expr.parse import Names, parse
from grader.expr.symbolic import NotTranslatable, symbol, to_sympy
from grader.verify.domain import read_box
from grader.verify.kernels import terms

SECONDS = 8.0


def simplifies(item: tuple[str, Mapping[str, Any]]) -> bool:
    """Whether SymPy proves the lemma; False says nothing."""
    import sympy

    _, data = item
    names = tuple(data["domain"])
    box = read_box(data["domain"], names)
    domain = Domain.of({n: Interval(side.low, side.high, False, False) for n, side in box.items()})
    known: dict[str, Any] = {name: symbol(name, domain) for name in names}
    try:
        for kernel in data["kernels"]:
            known[kernel["name"]] = _kernel(kernel, known)
        left = to_sympy(parse(data["lemma"]["function"], Names(names)), domain)
    except (NotTranslatable, KeyError):
        return False
    right = _quotient(data["lemma"]["is"], known)
    gap = left - right
    for simplify in (sympy.simplify, lambda e: sympy.simplify(e.rewrite(sympy.exp)), sympy.radsimp):
        if simplify(gap) == 0:
            return True
    return False


def _quotient(pair: list[str], known: Mapping[str, Any]) -> Any:
    return _polynomial(pair[0], known) / _polynomial(pair[1], known)


def _polynomial(text: str, known: Mapping[str, Any]) -> Any:
    import sympy

    total = sympy.Integer(0)
    for sign, term in terms(text):
        product = sympy.Integer(sign)
        for factor in term.split("*"):
            name, _, power = factor.partition("^")
            product *= (sympy.Integer(int(name)) if name.isdigit() else known[name]) ** int(power or 1)
        total += product
    return total


def _kernel(kernel: Mapping[str, Any], known: Mapping[str, Any]) -> Any:
    import sympy

    u = [_quotient(pair, known) for pair in kernel["of"]]
    index = int(kernel.get("index", 0))
    match kernel["kind"]:
        case "constant":
            return sympy.pi
        case "exp":
            return sympy.exp(u[0])
        case "ln":
            return sympy.log(sympy.Abs(u[0]))
        case "root":
            return sympy.Abs(u[0]) ** sympy.Rational(1, index)
        case "half tangent":
            return sympy.tan(u[0] / 2)
        case "cosine":
            return 2 * sympy.cos(2 * sympy.pi / index)
        case "arctan":
            return sympy.atan(u[0])
        case "sign" if len(u) == 1:
            return sympy.sign(u[0])
        case "imaginary":
            return sympy.I
        case "turn":
            return sympy.exp(sympy.I * u[0])
        case "erf":
            return sympy.erf(u[0])
        case "factorial":
            return sympy.factorial(u[0])
    raise KeyError(kernel["kind"])
