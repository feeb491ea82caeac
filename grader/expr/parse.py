"""Typed text to tree: the infix half of the student's language, by recursive descent.  Never `eval`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

from grader.errors import Place, StudentError
from grader.expr.functions import ALIASES, FUNCTIONS
from grader.expr.tree import Add, Apply, Constant, Div, Expr, Mul, Neg, Number, Pow, Variable

Syntax: TypeAlias = Literal["auto", "infix", "latex"]


@dataclass(frozen=True, slots=True)
class Names:
    """What may be typed besides functions and constants."""

    variables: tuple[str, ...]
    free: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """Something the student should know about how the answer was read."""

    at: int
    text: str


_TOKEN = re.compile(
    r"\s*(?:(?P<n>(?:\d+\.?\d*|\.\d+)(?:[eE]\d+|(?<=\.\d)[eE][+-]\d+)?)|(?P<w>[^\W\d]\w*)|(?P<o>\*\*|[-+*/^()|!]))"
)


def parse(text: str, names: Names, syntax: Syntax = "auto", source: str = "answer") -> Expr:
    parser = _Parser(text, names, source)
    return parser.whole()


class _Parser:
    def __init__(self, text: str, names: Names, source: str) -> None:
        self.text, self.names, self.source = text, names, source
        self.tokens: list[tuple[str, str, int]] = []
        i = 0
        end = len(text.rstrip())
        while i < end:
            m = _TOKEN.match(text, i)
            if m is None:
                while text[i].isspace():
                    i += 1
                raise self.error(i, f"unexpected {text[i]!r}", "remove it")
            kind = m.lastgroup
            assert kind is not None
            value = m[kind]
            at = m.start(kind)
            if kind == "w":
                self.tokens += self.split(value, at)
            else:
                self.tokens.append((kind, "^" if value == "**" else value, at))
            i = m.end()
        self.tokens.append(("end", "", len(text)))
        self.i = 0
        self.bars = 0

    def error(self, at: int, fault: str, fix: str = "") -> StudentError:
        return StudentError(Place(self.source, 1, at + 1), fault, fix, self.text)

    def split(self, word: str, at: int) -> list[tuple[str, str, int]]:
        known = self.known(word, at)
        if known:
            return [known]
        out: list[tuple[str, str, int]] = []
        j = 0
        while j < len(word):
            for k in range(len(word), j, -1):
                if (piece := self.known(word[j:k], at + j)) is not None:
                    out.append(piece)
                    j = k
                    break
            else:
                if self.names.free and len(word) <= 3:
                    return [("v", word, at)]
                if word[j].isdigit():
                    k = j
                    while k < len(word) and word[k].isdigit():
                        k += 1
                    out.append(("n", word[j:k], at + j))
                    j = k
                    continue
                raise self.error(at, f"unknown name {word!r}", "this problem uses " + ", ".join(self.names.variables))
        return out

    def known(self, word: str, at: int) -> tuple[str, str, int] | None:
        if word in self.names.variables:
            return ("v", word, at)
        if word in FUNCTIONS or word in ALIASES:
            return ("f", ALIASES.get(word, word), at)
        if word in ("pi", "e", "oo"):
            return ("c", word, at)
        if word in ("inf", "infinity"):
            return ("c", "oo", at)
        if self.names.free and len(word) == 1 and word.isalpha():
            return ("v", word, at)
        return None

    def whole(self) -> Expr:
        e = self.sum()
        kind, value, at = self.tokens[self.i]
        if kind != "end":
            raise self.error(at, f"unexpected {value!r}", "remove it")
        return e

    def op(self, *values: str) -> str | None:
        kind, value, _ = self.tokens[self.i]
        if kind == "o" and value in values:
            self.i += 1
            return value
        return None

    def sum(self) -> Expr:
        at = self.tokens[self.i][2]
        terms = [self.product()]
        while (sign := self.op("+", "-")) is not None:
            here = self.tokens[self.i - 1][2]
            term = self.product()
            terms.append(term if sign == "+" else Neg(term, here))
        return terms[0] if len(terms) == 1 else Add(tuple(terms), at)

    def product(self) -> Expr:
        at = self.tokens[self.i][2]
        factors = [self.unary()]

        def joined() -> Expr:
            return factors[0] if len(factors) == 1 else Mul(tuple(factors), at)

        while True:
            if self.op("*"):
                factors.append(self.unary())
            elif self.op("/"):
                factors = [Div(joined(), self.unary(), at)]
            elif self.starts():
                factors.append(self.power())
            else:
                return joined()

    def starts(self) -> bool:
        kind, value, _ = self.tokens[self.i]
        return kind in "nvfc" or (kind == "o" and (value == "(" or (value == "|" and not self.bars)))

    def unary(self) -> Expr:
        at = self.tokens[self.i][2]
        if self.op("-"):
            return Neg(self.unary(), at)
        if self.op("+"):
            return self.unary()
        return self.power()

    def power(self) -> Expr:
        at = self.tokens[self.i][2]
        base = self.postfix()
        if self.op("^"):
            return Pow(base, self.unary(), at)
        return base

    def postfix(self) -> Expr:
        at = self.tokens[self.i][2]
        e = self.atom()
        while self.op("!"):
            e = Apply("factorial", (e,), at)
        return e

    def atom(self) -> Expr:
        kind, value, at = self.tokens[self.i]
        self.i += 1
        if kind == "n":
            return Number(Fraction(value), not value.isdigit(), at)
        if kind == "v":
            return Variable(value, at)
        if kind == "c":
            return Constant(value, at)
        if kind == "f":
            return self.applied(value, at)
        if kind == "o" and value == "(":
            bars, self.bars = self.bars, 0
            e = self.sum()
            self.close(at)
            self.bars = bars
            return e
        if kind == "o" and value == "|":
            bars, self.bars = self.bars, 1
            e = self.sum()
            if not self.op("|"):
                raise self.error(at, "unbalanced '|'", "close it")
            self.bars = bars
            return Apply("abs", (e,), at)
        raise self.error(at, "the answer ends too early" if kind == "end" else f"unexpected {value!r}", "complete it")

    def close(self, at: int) -> None:
        if not self.op(")"):
            raise self.error(at, "'(' is never closed", "add ')'")

    def applied(self, name: str, at: int) -> Expr:
        exponent: Expr | None = None
        if self.op("^"):
            here = self.tokens[self.i][2]
            exponent = Neg(self.atom(), here) if self.op("-") else self.atom()
        arguments: Sequence[Expr]
        if self.tokens[self.i][:2] == ("o", "("):
            self.i += 1
            opened = self.tokens[self.i - 1][2]
            bars, self.bars = self.bars, 0
            found = [self.sum()]
            self.close(opened)
            self.bars = bars
            arguments = found
        else:
            minus = self.tokens[self.i][2] if self.op("-") else None
            argument = self.power()
            factors = [argument]
            while self.tokens[self.i][0] in "nvc":
                factors.append(self.power())
            inner: Expr = factors[0] if len(factors) == 1 else Mul(tuple(factors), at)
            arguments = [inner if minus is None else Neg(inner, minus)]
        if name == "log":
            name = "ln"
        if exponent == Neg(Number(Fraction(1))) and "arc" + name in FUNCTIONS:
            return Apply("arc" + name, tuple(arguments), at)
        e: Expr = Apply(name, tuple(arguments), at)
        return e if exponent is None else Pow(e, exponent, at)
