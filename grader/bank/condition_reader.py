"""Reads conditions and arithmetic over parameters from text.

``n != k``, ``gcd(a, b) = 1 and not is_square(d)``, ``0 < a*d - b*c <= 20``.
"""

from __future__ import annotations

import re
from fractions import Fraction

from grader.bank.conditions import FUNCTIONS, PREDICATES, SIGNS, Compare, Condition, Every, Not, Predicate, Some
from grader.errors import Place, StudentError
from grader.expr.tree import Add, Apply, Div, Expr, Mul, Neg, Number, Pow, Variable


def parse_condition(text: str, names: tuple[str, ...]) -> Condition:
    """Raises StudentError (its place counts from the start of the text, source ``condition``)."""
    reader = _Reader(text, names)
    result = reader.alternatives()
    reader.finish()
    if not isinstance(result, Condition):
        raise reader.fault(0, "this is a number, not a condition", "compare it with something, as in 'a != 0'")
    return result


def parse_arithmetic(text: str, names: tuple[str, ...]) -> Expr:
    """Arithmetic over parameters; raises StudentError as `parse_condition` does."""
    reader = _Reader(text, names)
    result = reader.alternatives()
    reader.finish()
    if isinstance(result, Condition):
        raise reader.fault(0, "this is a condition, not a number")
    return result


def uses_arithmetic_functions(text: str) -> bool:
    """Whether the text calls a function that only this language has (``gcd``, ``mod``...)."""
    return any(name in FUNCTIONS and name not in ("abs", "min", "max") for name in re.findall(r"[a-z_]+", text))


_SPELLED = {"==": "=", "≠": "!=", "≤": "<=", "≥": ">=", "<>": "!="}
_TOKEN = re.compile(
    r"\s*(?:(\d+(?:\.\d+)?)|([A-Za-z_\u0370-\u03ff][A-Za-z0-9_\u0370-\u03ff]*)|(\*\*|[=!<>]=|<>|[-+*/^()<>=,≠≤≥−·]))"
)


class _Reader:
    """Recursive descent over the tokens of one condition."""

    def __init__(self, text: str, names: tuple[str, ...]) -> None:
        self._text = text
        self._names = names
        self._depth = 0
        self._tokens: list[tuple[str, str, int]] = []
        at = 0
        while at < len(text.rstrip()):
            match = _TOKEN.match(text, at)
            if match is None:
                at += len(text[at:]) - len(text[at:].lstrip())
                raise self.fault(at, f"'{text[at]}' is not understood here")
            group = match.lastindex or 1
            word = match.group(group)
            self._tokens.append(("number name sign".split()[group - 1], _SPELLED.get(word, word), match.start(group)))
            at = match.end()
        self._at = 0

    def fault(self, index: int, fault: str, fix: str = "") -> StudentError:
        return StudentError(Place("condition", 1, index + 1), fault, fix, self._text)

    def finish(self) -> None:
        if self._at < len(self._tokens):
            _, word, index = self._tokens[self._at]
            raise self.fault(index, f"'{word}' is not expected here")

    def alternatives(self) -> Condition | Expr:
        parts = [self._conjunction()]
        while self._take("or"):
            parts.append(self._conjunction())
        return parts[0] if len(parts) == 1 else Some(tuple(self._condition(part) for part in parts))

    def _conjunction(self) -> Condition | Expr:
        parts = [self._negation()]
        while self._take("and"):
            parts.append(self._negation())
        return parts[0] if len(parts) == 1 else Every(tuple(self._condition(part) for part in parts))

    def _negation(self) -> Condition | Expr:
        if self._take("not"):
            return Not(self._condition(self._negation()))
        return self._comparison()

    def _comparison(self) -> Condition | Expr:
        first = self._sum()
        sides, signs = [first], []
        while (word := self._peek()) in SIGNS:
            self._at += 1
            signs.append(word)
            sides.append(self._sum())
        if not signs:
            return first
        return Compare(tuple(self._number(side) for side in sides), tuple(signs))

    def _sum(self) -> Condition | Expr:
        first = self._product()
        if self._peek() not in ("+", "-", "−"):
            return first
        terms = [self._number(first)]
        while (word := self._peek()) in ("+", "-", "−"):
            self._at += 1
            term = self._number(self._product())
            terms.append(term if word == "+" else Neg(term))
        return Add(tuple(terms))

    def _product(self) -> Condition | Expr:
        result = self._signed()
        while True:
            word = self._peek()
            if word in ("*", "·"):
                self._at += 1
                result = Mul((self._number(result), self._number(self._signed())))
            elif word == "/":
                self._at += 1
                result = Div(self._number(result), self._number(self._signed()))
            elif word == "(" or self._next_is_operand():
                result = Mul((self._number(result), self._number(self._power())))
            else:
                return result

    def _signed(self) -> Condition | Expr:
        if self._peek() in ("-", "−"):
            self._at += 1
            return Neg(self._number(self._signed()))
        if self._take("+"):
            return self._signed()
        return self._power()

    def _power(self) -> Condition | Expr:
        base = self._operand()
        if self._peek() in ("^", "**"):
            self._at += 1
            return Pow(self._number(base), self._number(self._signed()))
        return base

    def _operand(self) -> Condition | Expr:
        if self._at >= len(self._tokens):
            raise self.fault(len(self._text.rstrip()), "something is missing at the end")
        sort, word, index = self._tokens[self._at]
        self._at += 1
        if sort == "number":
            return Number(Fraction(word))
        if word == "(":
            return self._bracket(index)
        if sort == "name" and word in self._names:
            return Variable(word)
        if sort == "name" and (word in FUNCTIONS or word in PREDICATES):
            return self._call(word, index)
        if sort == "name":
            raise self.fault(index, f"unknown name '{word}'", self._advice(word))
        raise self.fault(index, f"'{word}' is not expected here")

    def _bracket(self, index: int) -> Condition | Expr:
        self._depth += 1
        if self._depth > 30:
            raise self.fault(index, "too many brackets inside each other")
        inner = self.alternatives()
        if not self._take(")"):
            raise self.fault(index, "this bracket is not closed")
        self._depth -= 1
        return inner

    def _call(self, name: str, index: int) -> Condition | Expr:
        if not self._take("("):
            raise self.fault(index, f"'{name}' needs its arguments in brackets")
        arguments = [self._number(self.alternatives())]
        while self._take(","):
            arguments.append(self._number(self.alternatives()))
        if not self._take(")"):
            raise self.fault(index, f"the bracket of '{name}' is not closed")
        count = 1 if name in PREDICATES else FUNCTIONS[name][0]
        if count is not None and len(arguments) != count:
            takes = "one argument" if count == 1 else "two arguments"
            raise self.fault(index, f"'{name}' takes {takes}")
        return Predicate(name, arguments[0]) if name in PREDICATES else Apply(name, tuple(arguments))

    def _advice(self, word: str) -> str:
        if len(word) > 1 and all(letter in self._names for letter in word):
            return f"write {'*'.join(word)} for a product"
        from grader.bank.document import suggest

        known = ", ".join(self._names) or "none"
        return suggest(word, (*self._names, *FUNCTIONS, *PREDICATES)) or f"the names known here are: {known}"

    def _peek(self) -> str:
        return self._tokens[self._at][1] if self._at < len(self._tokens) else ""

    def _next_is_operand(self) -> bool:
        if self._at >= len(self._tokens):
            return False
        sort, word, _ = self._tokens[self._at]
        return sort == "number" or (sort == "name" and word not in ("and", "or", "not"))

    def _take(self, word: str) -> bool:
        if self._peek() == word:
            self._at += 1
            return True
        return False

    def _number(self, part: Condition | Expr) -> Expr:
        if isinstance(part, Condition):
            raise self.fault(self._index(), "a number is needed here, not a condition")
        return part

    def _condition(self, part: Condition | Expr) -> Condition:
        if not isinstance(part, Condition):
            raise self.fault(self._index(), "a condition is needed here, not a number", "compare it, as in 'a != 0'")
        return part

    def _index(self) -> int:
        return self._tokens[min(self._at, len(self._tokens)) - 1][2] if self._at else 0
