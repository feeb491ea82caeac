"""The student's language: text to a tree by recursive descent, with notes on every surprising reading.

Grammar (all binary operators group to the left, ``^`` to the right)::

    sum      = ["+"|"-"] product { ("+"|"-") product }
    product  = factor { "*" operand | "/" operand | factor }      juxtaposition binds like "*"
    operand  = {"+"|"-"} factor
    factor   = primary { "!" } [ "^" operand ]
    primary  = numeral | name | "(" sum ")" | "|" sum "|" | function ["^" exponent] argument
    argument = "(" sum {"," sum} ")" | juxtaposed factors up to the next function name

So ``1/2x`` is (1/2)*x, ``-x^2`` is -(x^2), ``2^-x`` is 2^(-x), ``sin 2x`` is sin(2x), ``sin x cos x``
is sin(x)*cos(x), ``sin x^2`` is sin(x^2), ``sin(x)^2`` and ``sin^2 x`` are (sin(x))^2.
Nothing is evaluated.  Depth, length and the size of numbers are bounded, so that whoever walks
the tree may recurse.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from grader.errors import StudentError
from grader.expr.functions import FUNCTIONS
from grader.expr.notation import Brackets, Listing, Names, Notation, Note, Relation, expression, is_expression
from grader.expr.numerals import TooLarge, constant_value, factorial, fraction, is_numeric, power
from grader.expr.tokens import Tokens, scan
from grader.expr.tree import Add, Apply, Constant, Div, E, Expr, Mul, Neg, Number, Pow, Variable, children
from grader.expr.vocabulary import vocabulary

__all__ = ["Names", "Note", "Syntax", "parse", "read_notation"]

Syntax: TypeAlias = Literal["auto", "infix", "latex"]

MAX_NESTING = 60
MAX_DEPTH = 100
MAX_NODES = 2_000

# Tokens that can begin a factor, and so continue a product without a sign.
_BEGINS = frozenset("0vcf(√∛∜") | {"?", "["}
_CLOSING = {"(": ")", "[": "]", "{": "}", "<": ">", "⟨": "⟩"}


def parse(text: str, names: Names, syntax: Syntax = "auto", source: str = "answer") -> Expr:
    """The scalar expression that a text stands for.  Raises StudentError."""
    found, _ = read_notation(text, names, syntax, source)
    if is_expression(found):
        return expression(found)
    raise StudentErrorOfShape(text, found, source)


def StudentErrorOfShape(text: str, found: Notation, source: str) -> StudentError:
    from grader.expr.tokens import fault_at

    return fault_at(text, found.at, "one expression is expected here", "", source)


def read_notation(
    text: str, names: Names, syntax: Syntax = "auto", source: str = "answer"
) -> tuple[Notation, tuple[Note, ...]]:
    """Whatever was typed, with the notes on its reading.  Raises StudentError."""
    tokens = scan(text, vocabulary(names), source)
    parser = _Parser(tokens)
    return parser.whole(), tuple(tokens.notes)


class _Parser:
    __slots__ = ("bars", "depth", "ends", "i", "kinds", "notes", "starts", "t", "words")

    def __init__(self, tokens: Tokens) -> None:
        self.t = tokens
        self.kinds = tokens.kinds
        self.words = tokens.words
        self.starts = tokens.starts
        self.ends = tokens.ends
        self.notes = tokens.notes
        self.i = 0
        self.depth = 0
        self.bars = 0

    # Statements -----------------------------------------------------------------------------

    def whole(self) -> Notation:
        """The whole text."""
        if self.kinds[0] == "end":
            raise self.t.error(0, "there is no answer here", "type one")
        at = self.starts[0]
        items = [self.item()]
        separators: list[str] = []
        while self.kinds[self.i] in (",", ";"):
            separators.append(self.kinds[self.i])
            self.i += 1
            items.append(self.item())
        if self.kinds[self.i] != "end":
            raise self.unexpected()
        return items[0] if not separators else Listing(tuple(items), tuple(separators), at)

    def item(self) -> Notation:
        """An expression, a bracketed list, or a relation between such."""
        at = self.starts[self.i]
        sides: list[Notation] = [self.sum()]
        signs: list[str] = []
        while self.kinds[self.i] in ("=", "<", ">", "<=", ">=", "!="):
            signs.append(self.kinds[self.i])
            self.i += 1
            sides.append(self.sum())
        return Relation(tuple(sides), tuple(signs), at) if signs else sides[0]

    # Expressions ----------------------------------------------------------------------------

    def sum(self) -> Expr:
        kinds = self.kinds
        i = self.i
        k = kinds[i]
        at = self.starts[i]
        if k == "-" or k == "+":
            first = self.signed_product()
        else:
            first = self.product()
        k = kinds[self.i]
        if k != "+" and k != "-":
            return first
        terms = [first]
        while True:
            if k == "+":
                self.i += 1
                terms.append(self.signed_product())
            elif k == "-":
                sign = self.starts[self.i]
                self.i += 1
                terms.append(Neg(self.signed_product(), sign))
            else:
                return Add(tuple(terms), at)
            k = kinds[self.i]

    def signed_product(self) -> Expr:
        """A product with any number of signs before it."""
        kinds = self.kinds
        signs: list[int] = []
        while (k := kinds[self.i]) == "-" or k == "+":
            if k == "-":
                signs.append(self.starts[self.i])
                if len(signs) > MAX_NESTING:
                    raise self.too_deep()
            self.i += 1
        e = self.product()
        for sign in reversed(signs):
            e = Neg(e, sign)
        return e

    def product(self) -> Expr:
        kinds = self.kinds
        at = self.starts[self.i]
        left = self.factor()
        factors: list[Expr] = []
        while True:
            k = kinds[self.i]
            if k == "*":
                self.i += 1
                right = self.operand()
            elif k == "/":
                self.i += 1
                right = self.operand()
                if factors:
                    left = Mul((*factors, left), at)
                    factors = []
                left = Div(left, right, at)
                continue
            elif k in _BEGINS or (k == "|" and not self.bars):
                right = self.factor()
            else:
                break
            factors.append(left)
            left = right
        return Mul((*factors, left), at) if factors else left

    def operand(self) -> Expr:
        """A factor with signs before it, as after ``*``, ``/`` and ``^``."""
        k = self.kinds[self.i]
        if k != "-" and k != "+":
            return self.factor()
        signs: list[int] = []
        while (k := self.kinds[self.i]) == "-" or k == "+":
            if k == "-":
                signs.append(self.starts[self.i])
                if len(signs) > MAX_NESTING:
                    raise self.too_deep()
            self.i += 1
        e = self.factor()
        for sign in reversed(signs):
            e = Neg(e, sign)
        return e

    def factor(self) -> Expr:
        i = self.i
        at = self.starts[i]
        k = self.kinds[i]
        # The two commonest primaries are read here, without a call.
        if k == "v":
            self.i = i + 1
            e: Expr = Variable(self.words[i], at)
        else:
            e = self.primary()
        k = self.kinds[self.i]
        while k == "!":
            e = self.factorial(e, at)
            k = self.kinds[self.i]
        if k == "^":
            return self.raised(e, at)
        return e

    def factorial(self, e: Expr, at: int) -> Expr:
        try:
            value = constant_value(e)
            if value is not None:
                factorial(value)
        except TooLarge as limit:
            raise self.t.error(self.starts[self.i], str(limit)) from None
        self.i += 1
        return Apply("factorial", (e,), at)

    def raised(self, base: Expr, at: int) -> Expr:
        sign = self.i
        self.i += 1
        self.deeper()
        exponent = self.operand()
        self.depth -= 1
        # A small numeral over a variable is the rule; all else is looked at more closely.
        if not (type(base) is Variable and type(exponent) is Number and exponent.value <= 1000):
            try:
                power(constant_value(base), constant_value(exponent))
            except TooLarge as limit:
                raise self.t.error(self.starts[sign], str(limit)) from None
        return Pow(base, exponent, at)

    def primary(self) -> Expr:
        i = self.i
        k = self.kinds[i]
        at = self.starts[i]
        if k == "0":
            self.i = i + 1
            return self.numeral(i)
        if k == "v":
            self.i = i + 1
            return Variable(self.words[i], at)
        if k == "f":
            self.i = i + 1
            return self.application(i)
        if k == "(":
            return self.brackets(i)
        if k == "c":
            self.i = i + 1
            return Constant(self.words[i], at)
        if k == "|":
            self.i = i + 1
            self.deeper()
            outer, self.bars = self.bars, self.bars + 1
            inner = self.sum()
            if self.kinds[self.i] != "|":
                raise self.t.error(at, "this '|' has no partner", "write |...| or abs(...)")
            self.i += 1
            self.depth -= 1
            self.bars = outer
            return Apply("abs", (inner,), at)
        if k in "[{<⟨":
            return self.brackets(i)
        raise self.unexpected()

    def numeral(self, i: int) -> Expr:
        word = self.words[i]
        try:
            return Number(fraction(word), not word.isdigit(), self.starts[i])
        except ValueError as limit:
            raise self.t.error(self.starts[i], str(limit)) from None

    def brackets(self, i: int) -> Expr:
        """What stands in brackets: an expression, or a list, which is no part of an expression."""
        opening = self.kinds[i]
        at = self.starts[i]
        self.i = i + 1
        self.deeper()
        outer, self.bars = self.bars, 0
        rows: list[tuple[Notation, ...]] = []
        row: list[Notation] = [self.sum()]
        while (k := self.kinds[self.i]) == "," or k == ";":
            self.i += 1
            if k == ";":
                rows.append(tuple(row))
                row = []
            row.append(self.sum())
        closing = self.kinds[self.i]
        if closing != _CLOSING[opening]:
            raise self.unexpected()
        self.i += 1
        self.depth -= 1
        self.bars = outer
        if not rows and len(row) == 1 and opening == "(":
            return expression(row[0]) if is_expression(row[0]) else row[0]  # type: ignore[return-value]
        rows.append(tuple(row))
        return Brackets(opening, tuple(rows), closing, at=at)  # type: ignore[return-value]

    # Functions ------------------------------------------------------------------------------

    def application(self, i: int) -> Expr:
        """A function name at token ``i`` with what it is applied to."""
        name = self.words[i]
        at = self.starts[i]
        self.deeper()
        exponent: Expr | None = None
        if self.kinds[self.i] == "^":
            self.i += 1
            exponent = self.exponent_of_function()
        if self.kinds[self.i] == "(":
            arguments = self.arguments()
        else:
            arguments = (self.bare_argument(i),)
        self.depth -= 1
        if name == "log" and len(arguments) == 1:
            name = "ln"
        row = FUNCTIONS[name]
        if not row.takes(len(arguments)):
            raise self.t.error(at, f"{name} takes another number of arguments")
        if exponent == Neg(Number(fraction("1"))):
            for inverse in (f"arc{name}", f"ar{name}"):
                if inverse in FUNCTIONS:
                    return Apply(inverse, arguments, at)
        e = Apply(name, arguments, at)
        return e if exponent is None else Pow(e, exponent, at)

    def exponent_of_function(self) -> Expr:
        """The ``2`` of ``sin^2 x``: a signed numeral, a name, or anything in brackets."""
        i = self.i
        if self.kinds[i] == "-":
            self.i += 1
            return Neg(self.exponent_of_function(), self.starts[i])
        if self.kinds[i] == "{":
            self.kinds[i] = "("
        return self.primary()

    def arguments(self) -> tuple[Expr, ...]:
        self.i += 1
        outer, self.bars = self.bars, 0
        found = [self.sum()]
        while self.kinds[self.i] == ",":
            self.i += 1
            found.append(self.sum())
        if self.kinds[self.i] != ")":
            raise self.unexpected()
        self.i += 1
        self.bars = outer
        return tuple(found)

    def bare_argument(self, function: int) -> Expr:
        """The argument of a function without brackets: factors up to the next function name."""
        kinds = self.kinds
        at = self.starts[self.i]
        if kinds[self.i] == "-" or kinds[self.i] == "+":
            first = self.operand()
        else:
            first = self.factor()
        parts = [first]
        stop = isinstance(first, Apply)
        while not stop:
            k = kinds[self.i]
            if k == "v" or k == "0" or (k == "c" and not (self.words[self.i] == "e" and kinds[self.i + 1] == "^")):
                parts.append(self.factor())
            elif (k == "(" or (k == "|" and not self.bars)) and all(is_numeric(part) for part in parts):
                parts.append(self.factor())
                stop = True
            else:
                stop = True
        return Mul(tuple(parts), at) if len(parts) > 1 else first

    # Faults and limits ----------------------------------------------------------------------

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise self.too_deep()

    def too_deep(self) -> StudentError:
        return self.t.error(self.starts[self.i], f"the answer is nested more than {MAX_NESTING} deep")

    def unexpected(self) -> StudentError:
        i = self.i
        if self.kinds[i] == "end":
            return self.t.error(self.starts[i], "the answer ends here, but something is missing")
        if self.kinds[i] == "?":
            return self.t.error(self.starts[i], f"unknown name '{self.words[i]}'")
        return self.t.error(self.starts[i], f"unexpected '{self.t.text[self.starts[i] : self.ends[i]]}'")
