"""The certificate of a proof by normal form: kernels, their relations, what was read, what was assumed.

It is written for a reader who does not trust the code that found the proof.  ``kernels`` says
what real (or, for ``turn``, complex) function each generator stands for, as a polynomial quotient in earlier ones;
``relations`` are polynomials that are zero; ``lemmas`` give each function that occurs in the
two sides in terms of the kernels.  From there on it is arithmetic: the two sides are quotients
of polynomials, and their difference has a numerator that the relations reduce to zero.
"""

from __future__ import annotations

from typing import Any

from grader.expr.canonical import NOWHERE, ZeroProof, is_zero
from grader.expr.derivative import NotDifferentiable, derivative
from grader.expr.domain import Domain
from grader.expr.normal.field import Element, Field, Polynomial
from grader.expr.text import to_text
from grader.expr.tree import ZERO, Add, Apply, Constant, Expr, Neg, Pow, children, rational_value, variables

_MOST_LEMMAS = 200
_SIGNS = {1: ">= 0", -1: "<= 0", 2: "> 0", -2: "< 0"}


def normal_form_proof(reference: Expr, student: Expr, domain: Domain) -> dict[str, Any] | None:
    """The certificate of ``student = reference``, None when the normal form does not prove it."""
    log: list[tuple[Expr, Field]] = []
    proof = is_zero(Add((student, Neg(reference))), domain, log=log)
    return _written(proof, log) if proof.verdict else None


def _written(proof: ZeroProof, log: list[tuple[Expr, Field]]) -> dict[str, Any]:
    if not proof.cases:
        ((e, field),) = log
        return {"kind": "normal form", "conclusion": proof.evidence, "cases": [{"when": [], **_of_field(e, field)}]}
    parts = iter(log)
    cases = []
    for case in proof.cases:
        if case.evidence == NOWHERE:
            cases.append({"when": list(case.assumptions), "nowhere": True})
        else:
            e, field = next(parts)
            cases.append({"when": list(case.assumptions), **_of_field(e, field)})
    return {"kind": "normal form", "conclusion": proof.evidence, "cases": cases}


def zero_derivative_proof(reference: Expr, student: Expr, domain: Domain, conclusion: str) -> dict[str, Any] | None:
    """The parts of a proof that the difference is constant; ``conclusion`` says where it is zero."""
    difference = Add((student, Neg(reference)))
    slopes = []
    for name in sorted(variables(difference)):
        try:
            slope = derivative(difference, name)
        except NotDifferentiable:
            return None
        part = normal_form_proof(ZERO, slope, domain)
        if part is None:
            return None
        slopes.append({"variable": name, "slope": to_text(slope), "proof": part})
    return {"kind": "zero derivative", "conclusion": conclusion, "slopes": slopes}


def _of_field(e: Expr, field: Field) -> dict[str, Any]:
    """One proof without cases."""
    names = _Names(field, variables(e))
    lemmas: list[dict[str, Any]] = []
    for node in _functions(e):
        known = field.read.get(id(node))
        if known is not None and len(lemmas) < _MOST_LEMMAS:
            lemmas.append({"function": to_text(node), "is": names.element(known[1])})
    conditions = [{"of": names.polynomial(f), "is": _SIGNS[s], "because": "domain"} for f, s in field.conditions]
    conditions += [
        {"of": names.polynomial(f), "is": _SIGNS[sign], "because": _why(field, name)}
        for name, (f, sign) in field.used.items()
    ]
    return {
        "difference": to_text(e),
        "domain": {name: _ends(field.domain, name) for name in sorted(variables(e))},
        "kernels": [
            {
                "name": names.of(i),
                "kind": kernel.kind,
                "of": [names.element(a) for a in kernel.arguments],
                **({"index": kernel.index} if kernel.index else {}),
            }
            for i, kernel in sorted(field.kernels.items(), reverse=True)
            if kernel.kind != "variable"
        ],
        "relations": [names.polynomial(r.polynomial) for r in field.relations],
        "lemmas": lemmas,
        "conditions": conditions,
    }


def _why(field: Field, name: str) -> str:
    if name in field.plan.cases:
        return "case"
    if name in field.plan.facts:
        return "definedness"
    return "case" if field.plan.cases or field.plan.linear else "definedness"


def _ends(domain: Domain, name: str) -> list[str]:
    side = domain[name]
    low = "-oo" if side.low is None else str(side.low)
    high = "oo" if side.high is None else str(side.high)
    return [low, high, *(["integer"] if side.integer else [])]


def _functions(e: Expr) -> list[Expr]:
    """The nodes that are more than arithmetic, outermost first, each once."""
    found: dict[Expr, Expr] = {}
    stack = [e]
    while stack:
        node = stack.pop()
        if isinstance(node, Apply | Constant) or (isinstance(node, Pow) and not _whole(node.exponent)):
            found.setdefault(node, node)
        stack.extend(reversed(children(node)))
    return list(found)


def _whole(exponent: Expr) -> bool:
    q = rational_value(exponent)
    return q is not None and q.denominator == 1


class _Names:
    """The names of the generators: variables keep theirs, kernels are ``k1``, ``k2``, ... in order of definition."""

    def __init__(self, field: Field, taken: frozenset[str]) -> None:
        self._field = field
        self._names: dict[int, str] = {}
        letter = next(s for s in ("k", "g", "kernel_") if not any(name.startswith(s) for name in taken))
        count = 0
        for i, kernel in sorted(field.kernels.items(), reverse=True):
            if kernel.kind == "variable":
                self._names[i] = kernel.name
            else:
                count += 1
                self._names[i] = f"{letter}{count}"

    def of(self, i: int) -> str:
        return self._names[i]

    def polynomial(self, f: Polynomial) -> str:
        terms = []
        for exponents, c in f.terms():
            factors = [self._names[i] + (f"^{int(k)}" if k > 1 else "") for i, k in enumerate(exponents) if k]
            size = abs(int(c))
            if size != 1 or not factors:
                factors.insert(0, str(size))
            terms.append(("- " if c < 0 else "+ ") + "*".join(factors))
        text = " ".join(terms) or "0"
        return text.removeprefix("+ ")

    def element(self, a: Element) -> list[str]:
        """Numerator and denominator."""
        return [self.polynomial(a[0]), self.polynomial(a[1])]
