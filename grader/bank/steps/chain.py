"""A chain of equal things, ``2*3 - 4 = 2 > 0``: what steps of all sorts go on with."""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader import answer as answers
from grader.answer import Answer, Equation, Scalar
from grader.answer_text import write_latex
from grader.bank.steps.base import Fact, Scene, neat_answer
from grader.claims import Claim, Equal, Finding, Truth
from grader.compare import answers_claim
from grader.errors import Place, StudentError
from grader.expr.parse import Names
from grader.expr.tree import Add, Expr, Neg, variables
from grader.records import record

_SIGN = re.compile(r"<=|>=|!=|[=<>]")
_LATEX = {"=": "=", "<": "<", ">": ">", "<=": r"\le", ">=": r"\ge", "!=": r"\ne"}
_MOST_BITS = 2048


@record
class Chain:
    """Sides with the signs between them; ``signs[i]`` stands before ``sides[i + 1]``."""

    sides: tuple[Answer, ...]
    signs: tuple[str, ...]

    @property
    def latex(self) -> str:
        parts = [write_latex(self.sides[0])]
        for sign, side in zip(self.signs, self.sides[1:], strict=True):
            parts += [_LATEX[sign], write_latex(side)]
        return " ".join(parts)

    def facts(self, scene: Scene) -> tuple[Fact, ...]:
        """What holds between neighbours."""
        return tuple(
            Fact(f"side {i + 1} of the chain", _between(a, sign, b, scene))
            for i, (a, sign, b) in enumerate(zip(self.sides, self.signs, self.sides[1:], strict=False), 1)
        )


def read_chain(texts: Sequence[str], scene: Scene, field: str) -> Chain:
    """The texts as one chain, those without a sign between them joined by ``=``."""
    sides: list[Answer] = []
    signs: list[str] = []
    for text in texts:
        if sides:
            signs.append("=")
        pieces, between = _cut(text)
        signs += between
        sides += [_side(piece, scene, field) for piece in pieces]
    return Chain(tuple(sides), tuple(signs))


def _side(text: str, scene: Scene, field: str) -> Answer:
    if not text.strip():
        raise StudentError(Place(field), "a side is empty", "write what it is equal to")
    read = answers.read_any(text.strip(), Names(scene.names), syntax="infix", source=field).answer
    return neat_answer(read)


def _cut(text: str) -> tuple[list[str], list[str]]:
    """The pieces between signs that stand outside all brackets, and the signs."""
    pieces, signs, start = [], [], 0
    for found in _SIGN.finditer(text):
        before = text[: found.start()]
        if sum(before.count(c) for c in "([{") == sum(before.count(c) for c in ")]}"):
            pieces.append(text[start : found.start()])
            signs.append(found[0])
            start = found.end()
    return [*pieces, text[start:]], signs


def _between(a: Answer, sign: str, b: Answer, scene: Scene) -> Claim | Finding:
    if sign == "=":
        return same(a, b, scene)
    if isinstance(a, Scalar) and isinstance(b, Scalar) and not variables(a.value) | variables(b.value):
        return _ordered(a.value, sign, b.value)
    return Finding(Truth.UNDECIDED, "form", f"'{sign}' can be checked between numbers only")


def same(a: Answer, b: Answer, scene: Scene) -> Claim | Finding:
    """The claim that two answers of one shape are equal wherever the first has a value."""
    if isinstance(a, Equation) or isinstance(b, Equation):
        return Finding(Truth.UNDECIDED, "form", "an equation cannot stand in a chain")
    trees = [side.value for side in (a, b) if isinstance(side, Scalar)]
    claim = answers_claim(a, b, scene.domain(*trees))
    return claim if claim is not None else Finding(Truth.REFUTED, "shape", "the two sides differ in shape")


def _ordered(a: Expr, sign: str, b: Expr) -> Claim | Finding:
    """Whether two numbers stand in this order, by enclosing their difference."""
    from grader.decide import settle
    from grader.expr.balls import Undefined, enclose, precision

    difference = Add((a, Neg(b)))
    bits = 64
    while bits <= _MOST_BITS:
        with precision(bits):
            try:
                ball = enclose(difference, {})
            except Undefined:
                return Finding(Truth.REFUTED, "enclosure", "one of the numbers does not exist")
            if ball.is_finite() and not ball.contains(0):
                holds = {"<": ball < 0, "<=": ball < 0, ">": ball > 0, ">=": ball > 0, "!=": True}[sign]
                told = f"the difference lies in {ball.str(8)}"
                return Finding(Truth.PROVED if holds else Truth.REFUTED, "enclosure", told)
        bits *= 2
    from grader.expr.domain import Domain

    equal = settle(Equal(a, b, Domain()))
    if equal.truth is Truth.PROVED:
        return Finding(Truth.PROVED if sign in ("<=", ">=") else Truth.REFUTED, "equality", "the two are equal")
    return Finding(Truth.UNDECIDED, "enclosure", "the difference is too small to tell its sign")
