"""Expressions from tokens, by recursive descent, with a note on every reading that could surprise.

Grammar (all binary operators group to the left, ``^`` to the right)::

    sum      = {"+"|"-"} product { ("+"|"-") {"+"|"-"} product }
    product  = factor { "*" operand | "/" operand | factor }      juxtaposition binds like "*"
    operand  = {"+"|"-"} factor
    factor   = primary { "!" } [ "^" operand ]
    primary  = numeral | name | "(" sum ")" | "|" sum "|" | function ["^" exponent] argument
    argument = "(" sum {"," sum} ")" | juxtaposed factors up to the next function name

So ``1/2x`` is (1/2)*x, ``-x^2`` is -(x^2), ``2^-x`` is 2^(-x), ``sin 2x`` is sin(2x), ``sin x cos x``
is sin(x)*cos(x), ``sin x^2`` is sin(x^2), ``sin(x)^2`` and ``sin^2 x`` are (sin(x))^2, ``sin x/2``
is sin(x)/2.  A bare argument also ends before ``e^`` and, once it holds a name, before a bracket.
A bar closes the innermost open pair of bars wherever it can.

Depth is bounded while reading, so the parser itself cannot exhaust the stack.
"""

from __future__ import annotations

from grader.expr.functions import FUNCTIONS
from grader.expr.notation import Brackets, Notation, expression, is_expression
from grader.expr.numerals import TooLarge, constant_value, factorial, fraction, power
from grader.expr.remarks import CLOSING, MAX_NESTING, Remarks
from grader.expr.tree import ONE, Apply, Constant, Div, Expr, Mul, Neg, Number, Pow, Variable
from grader.expr.tree import Add as Sum

# Tokens that can begin a factor, and so continue a product without a sign.
_BEGINS = frozenset(("0", "v", "c", "f", "(", "√", "∛", "∜", "?"))
# Tokens before and after which a list in brackets may stand.
_BEFORE_LIST = frozenset(("", "(", "[", "{", "<", "⟨", ",", ";", "=", ":", "w", "or", "in"))
_AFTER_LIST = frozenset(("end", ")", "]", "}", ">", "⟩", ",", ";", "=", ":", "w", "or", "^", "'"))
_MINUS_ONE = Neg(ONE)


class ExpressionParser(Remarks):
    """Reads sums from the tokens at the index ``i``; notes are added to the tokens' notes."""

    __slots__ = ()

    # Sums and products ----------------------------------------------------------------------

    def sum(self) -> Expr:
        kinds = self.kinds
        i = self.i
        at = self.starts[i]
        k = kinds[i]
        first = self.signed_product() if k == "-" or k == "+" else self.product()
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
                return Sum(tuple(terms), at)
            k = kinds[self.i]

    def signed_product(self) -> Expr:
        """A product with any number of signs before it."""
        k = self.kinds[self.i]
        if k != "-" and k != "+":
            return self.product()
        signs = self.signs()
        e = self.product()
        for sign in reversed(signs):
            e = Neg(e, sign)
        return e

    def signs(self) -> list[int]:
        """Skips signs and gives the places of the minus signs."""
        found: list[int] = []
        while (k := self.kinds[self.i]) == "-" or k == "+":
            if k == "-":
                found.append(self.starts[self.i])
                if len(found) > MAX_NESTING:
                    raise self.too_deep()
            self.i += 1
        return found

    def product(self) -> Expr:
        kinds = self.kinds
        begin = self.i
        at = self.starts[begin]
        left = self.factor()
        factors: list[Expr] = []
        slash = -1
        while True:
            i = self.i
            k = kinds[i]
            if k == "*":
                self.i = i + 1
                right = self.operand()
                slash = -1
            elif k == "/":
                self.i = i + 1
                right = self.operand()
                if factors:
                    left = Mul((*factors, left), at)
                    factors = []
                left = Div(left, right, at)
                slash = i
                continue
            elif k in _BEGINS or (k == "|" and not self.bars):
                before = kinds[i - 1]
                if k == "0":
                    self.check_number_beside(i)
                right = self.factor()
                if slash >= 0 and self.ends[i - 1] == self.starts[i]:
                    self.note_quotient(begin, slash, i)
                elif k == "(" and before == "v" and self.i == i + 3 and self.ends[i - 1] == self.starts[i]:
                    name, inside = self.shown(i - 1, i), self.shown(i + 1, i + 2)
                    self.note(i - 1, f"{name}({inside}) was read as {name}*{inside}; {name} is not a function here")
                elif k == "|" and "|" in kinds[begin:i]:
                    self.note(
                        begin,
                        f"the bars were read as {self.shown(begin, i)}*{self.shown(i, self.i)}; abs(...) is clearer",
                    )
                slash = -1
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
        signs = self.signs()
        e = self.factor()
        for sign in reversed(signs):
            e = Neg(e, sign)
        return e

    # Factors --------------------------------------------------------------------------------

    def factor(self) -> Expr:
        i = self.i
        at = self.starts[i]
        if self.kinds[i] == "v":
            # The commonest primary is read here, without a call.
            self.i = i + 1
            e: Expr = Variable(self.words[i], at)
        else:
            e = self.primary()
        k = self.kinds[self.i]
        if k == "!" or k == "^":
            depth = self.depth
            while k == "!":
                e = self.factorial(e, at)
                k = self.kinds[self.i]
            if k == "^":
                e = self.raised(e, i)
            self.depth = depth
        return e

    def factorial(self, e: Expr, at: int) -> Expr:
        self.deeper()
        try:
            value = constant_value(e)
            if value is not None:
                factorial(value)
        except TooLarge as limit:
            raise self.t.error(self.starts[self.i], str(limit)) from None
        self.i += 1
        return Apply("factorial", (e,), at)

    def raised(self, base: Expr, begin: int) -> Expr:
        """A power whose base began at token ``begin``; the next token is ``^``."""
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
                raise self.t.error(self.starts[sign], str(limit), "write a smaller one") from None
        if self.kinds[self.i] in ("/", "v", "c", "0") or type(exponent) is Pow:
            self.note_power(base, exponent, begin, sign)
        return Pow(base, exponent, self.starts[begin])

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
        if k == "(" or k == "[" or k == "{" or k == "<" or k == "⟨":
            return self.brackets(i)
        if k == "c":
            self.i = i + 1
            return Constant(self.words[i], at)
        if k == "|":
            return self.absolute_value(i)
        if k == "√" or k == "∛" or k == "∜":
            return self.root_sign(i)
        raise self.unexpected()

    def absolute_value(self, i: int) -> Expr:
        self.i = i + 1
        self.deeper()
        outer, self.bars = self.bars, self.bars + 1
        if self.kinds[self.i] == "end":
            raise self.t.error(self.starts[i], "this '|' has no partner", "write |...| or abs(...)")
        inner = self.sum()
        if self.kinds[self.i] != "|":
            if self.kinds[self.i] in ("?", ","):
                raise self.unexpected()
            raise self.t.error(self.starts[i], "this '|' has no partner", "write |...| or abs(...)")
        self.i += 1
        self.depth -= 1
        self.bars = outer
        return Apply("abs", (inner,), self.starts[i])

    def root_sign(self, i: int) -> Expr:
        """``√`` takes the next primary only: √2x is √2 * x."""
        self.i = i + 1
        self.deeper()
        if self.kinds[self.i] in ("end", "+", "-", "*", "/", ")"):
            raise self.t.error(self.starts[i], f"'{self.words[i]}' has nothing under it", "write √(...) or sqrt(...)")
        bare = self.kinds[self.i] in ("0", "v", "c")
        inner = self.primary()
        self.depth -= 1
        j = self.i
        if bare and self.kinds[j] in ("v", "c", "0", "^", "(") and self.ends[j - 1] == self.starts[j]:
            under = self.shown(i + 1, j)
            self.note(i, f"the root sign was read as sqrt({under}) only; put all that belongs under it in brackets")
        if self.words[i] == "∜":
            return Apply("root", (Number(fraction("4")), inner), self.starts[i])
        return Apply("sqrt" if self.words[i] == "√" else "cbrt", (inner,), self.starts[i])

    def numeral(self, i: int) -> Expr:
        word = self.words[i]
        at = self.starts[i]
        if word.isdigit():
            if word == "0" and self.kinds[i + 1] == "?" and self.words[i + 1][:1] in "xX":
                raise self.t.error(at, "hexadecimal numbers cannot be used", "write the number in decimals")
            try:
                return Number(fraction(word), False, at)
            except ValueError as limit:
                raise self.t.error(at, str(limit)) from None
        try:
            value = fraction(word)
        except ValueError as limit:
            raise self.t.error(at, str(limit)) from None
        mantissa, _, exponent = word.replace("E", "e").partition("e")
        if exponent:
            times = f"{mantissa}*e{exponent}" if exponent[0] in "+-" else f"{mantissa}*e*{exponent}"
            self.note(i, f"{word} was read as {mantissa}*10^{exponent.lstrip('+')}; for the number e write {times}")
        return Number(value, True, at)

    # Brackets -------------------------------------------------------------------------------

    def brackets(self, i: int) -> Expr:
        """What stands in brackets: an expression, or a list where a list may stand.

        A list is no expression; it is returned through the expression's rules, which is safe
        because `_may_stand` has seen that no operator touches it.
        """
        kinds = self.kinds
        opening = kinds[i]
        self.i = i + 1
        self.deeper()
        outer, self.bars = self.bars, 0
        rows: list[tuple[Notation, ...]] = []
        row: list[Notation] = []
        if kinds[self.i] == CLOSING[opening]:
            if opening != "{":
                raise self.t.error(
                    self.starts[i], "there is nothing between these brackets", "type something or remove them"
                )
        else:
            row.append(self.sum())
            while (k := kinds[self.i]) == "," or k == ";":
                self.i += 1
                if k == ";":
                    rows.append(tuple(row))
                    row = []
                row.append(self.sum())
        closing = kinds[self.i]
        interval = not rows and len(row) == 2 and opening in "([" and closing in (")", "]")
        if closing != CLOSING[opening] and not interval:
            raise self.wrong_closing(i)
        self.i += 1
        self.depth -= 1
        self.bars = outer
        if not rows and len(row) == 1 and is_expression(row[0]) and opening in "([{" and closing == CLOSING[opening]:
            # Square and curly brackets may group; around a whole item they are kept, for a vector or set of one.
            if opening == "(" or not self.may_stand(i) or kinds[self.i] in ("^", "'"):
                return expression(row[0])
        if not self.may_stand(i):
            raise self.list_in_expression(i)
        rows.append(tuple(row))
        transposed = self.transpose()
        # No expression, but only where a list may stand: `statements` takes it from there.
        return Brackets(opening, tuple(rows), closing, transposed, self.starts[i])  # type: ignore[return-value]

    def may_stand(self, i: int) -> bool:
        """Whether the bracket from token ``i`` up to here stands as an item by itself."""
        before = self.kinds[i - 1] if i else ""
        return before in _BEFORE_LIST and self.kinds[self.i] in _AFTER_LIST

    def transpose(self) -> bool:
        """Skips ``^T`` or ``'`` after a list."""
        k = self.kinds[self.i]
        if k == "'":
            self.i += 1
            return True
        if k == "^":
            if self.t.text[self.starts[self.i + 1] : self.ends[self.i + 1]].strip("{}") not in (
                "T",
                "t",
                "ᵀ",
                "⊤",
                r"\top",
            ):
                raise self.t.error(
                    self.starts[self.i], "a list cannot be raised to a power", "only ^T, the transpose, may follow it"
                )
            self.i += 2
            return True
        return False

    # Functions ------------------------------------------------------------------------------

    def application(self, i: int) -> Expr:
        """A function name at token ``i`` with what it is applied to."""
        kinds = self.kinds
        name = self.words[i]
        at = self.starts[i]
        self.deeper()
        exponent: Expr | None = None
        base: Expr | None = None
        if kinds[self.i] == "_":
            self.i += 1
            base = self.exponent_of_function()
            if name != "log":
                raise self.t.error(
                    self.starts[self.i - 1], f"'{name}' takes no subscript", "only log has one, as in log_2(x)"
                )
        if kinds[self.i] == "^":
            self.i += 1
            exponent = self.exponent_of_function()
        if kinds[self.i] == "(":
            arguments = self.arguments()
            bare = False
        else:
            arguments = (self.bare_argument(i),)
            bare = True
        self.depth -= 1
        if base is not None:
            arguments = (base, *arguments)
        elif name == "log" and len(arguments) == 1:
            name = "ln"
            self.note(i, "log was read as the natural logarithm ln; for base 10 write log10(x), for base b log_b(x)")
        elif name == "log" and len(arguments) == 2:
            first, second = self.shown_argument(i, 0), self.shown_argument(i, 1)
            self.note(i, f"log({first}, {second}) was read as the logarithm of {second} to the base {first}")
        typed = self.t.text[at : self.ends[i]]
        if typed[:1] == "a" and typed[1:] in FUNCTIONS and self.vocabulary.words.get("a") == ("v", "a"):
            self.note(i, f"{typed} was read as {name}; for a times {typed[1:]} write a*{typed[1:]}")
        if not FUNCTIONS[name].takes(len(arguments)):
            raise self.wrong_count(i, name, len(arguments))
        e: Expr = Apply(name, arguments, at)
        if exponent is not None:
            e = self.power_of_function(e, name, arguments, exponent, i)
        if bare:
            self.note_bare(i, arguments[-1])
        return e

    def power_of_function(self, e: Expr, name: str, arguments: tuple[Expr, ...], exponent: Expr, i: int) -> Expr:
        """``sin^2 x`` is a power, ``sin^-1 x`` the inverse function where there is one."""
        if exponent == _MINUS_ONE:
            for inverse in (f"arc{name}", f"ar{name}"):
                if inverse in FUNCTIONS:
                    inside = self.shown_inside(i)
                    self.note(
                        i,
                        f"{name}^-1 was read as the inverse function {inverse}; for 1/{name} write 1/{name}({inside})",
                    )
                    return Apply(inverse, arguments, self.starts[i])
        try:
            power(None, constant_value(exponent))
        except TooLarge as limit:
            raise self.t.error(self.starts[i], str(limit), "write a smaller one") from None
        return Pow(e, exponent, self.starts[i])

    def exponent_of_function(self) -> Expr:
        """The ``2`` of ``sin^2 x``: a signed numeral, a name, or anything in brackets."""
        i = self.i
        if self.kinds[i] == "-":
            self.i += 1
            if self.kinds[self.i] == "-":
                raise self.unexpected()
            return Neg(self.exponent_of_function(), self.starts[i])
        if self.kinds[i] not in ("0", "v", "c", "(", "{"):
            raise self.unexpected()
        return self.primary()

    def arguments(self) -> tuple[Expr, ...]:
        opening = self.i
        self.i += 1
        if self.kinds[self.i] == ")":
            raise self.t.error(self.starts[opening], f"{self.shown(opening - 1, opening)} has nothing in its brackets",
                               "put its argument there")  # fmt: skip
        outer, self.bars = self.bars, 0
        found = [self.sum()]
        while self.kinds[self.i] == ",":
            self.i += 1
            found.append(self.sum())
        if self.kinds[self.i] != ")":
            raise self.wrong_closing(opening)
        self.i += 1
        self.bars = outer
        return tuple(found)

    def bare_argument(self, function: int) -> Expr:
        """The argument of a function without brackets: factors up to the next function name."""
        kinds = self.kinds
        i = self.i
        k = kinds[i]
        if k == "-" or k == "+":
            # "sin - x" looks like a difference with something forgotten, "sin -x" does not.
            if k == "+" or self.starts[i + 1] > self.ends[i]:
                raise self.no_argument(function)
            return self.operand()
        if k not in _BEGINS and k not in ("|", "[", "{"):
            raise self.no_argument(function)
        first = self.factor()
        parts = [first]
        numeric = k == "0" or k == "c"
        open_ended = k == "0" or k == "v" or k == "c"
        while open_ended:
            j = self.i
            k = kinds[j]
            if k == "v" or (k == "c" and not (self.words[j] == "e" and kinds[j + 1] == "^")):
                numeric = numeric and k == "c"
            elif k == "0":
                self.check_number_beside(j)
            elif numeric and (k == "(" or (k == "|" and not self.bars)):
                open_ended = False
            else:
                break
            parts.append(self.factor())
        return Mul(tuple(parts), self.starts[i]) if len(parts) > 1 else first
