"""Expressions from tokens, by recursive descent, with a note on every reading that could surprise.

Grammar (all binary operators group to the left, ``^`` to the right)::

    sum      = {"+"|"-"} product { ("+"|"-") {"+"|"-"} product }
    product  = factor { "*" operand | "/" operand | factor }      juxtaposition binds like "*"
    operand  = {"+"|"-"} factor
    factor   = primary [ "!" | "°" | "%" ] [ "^" operand ]
    primary  = numeral | name | "(" sum ")" | "|" sum "|" | function ["^" exponent] argument | "√" root | list
    root     = primary | (numeral | name) "^" operand
    argument = "(" sum {"," sum} ")" | juxtaposed factors up to the next function name
    list     = "(" entry {"," entry} ")" and with other brackets; see `grader.expr.lists` for its arithmetic

So ``1/2x`` is (1/2)*x, ``-x^2`` is -(x^2), ``2^-x`` is 2^(-x), ``sin 2x`` is sin(2x), ``sin x cos x``
is sin(x)*cos(x), ``sin x^2`` is sin(x^2), ``sin(x)^2`` and ``sin^2 x`` are (sin(x))^2, ``sin x/2``
is sin(x)/2.  A bare argument also ends before ``e^`` and, once it holds a name, before a bracket.
A bar closes the innermost open pair of bars wherever it can.  Inside ``[1 2; 3 -4]`` a space ends an
entry, as in MATLAB: before an operand, and before a sign that has none behind it.

Depth is bounded while reading, so the parser itself cannot exhaust the stack.
"""

from __future__ import annotations

from collections.abc import Callable

from grader.expr.characters import FRACTIONS
from grader.expr.functions import FUNCTIONS
from grader.expr.notation import Brackets, Notation, Word, expression, is_expression
from grader.expr.numerals import TooLarge, constant_value, factorial, fraction, power
from grader.expr.remarks import CLOSES, CLOSING, COUNTING, MAX_NESTING, Remarks
from grader.expr.tree import ONE, Apply, Constant, Div, Expr, Mul, Neg, Number, Pow, Variable, variables
from grader.expr.tree import Add as Sum

# Tokens that can begin a factor, and so continue a product without a sign.
_BEGINS = frozenset(("0", "v", "c", "f", "(", "√", "∛", "∜", "?", "[", "{", "⟨", "u", "m", "⟦"))
# The commonest tokens after a product.
_ENDS_PRODUCT = frozenset(("+", "-", ")", ",", "end", "=", "]", "}"))
# The commonest tokens after a power that say nothing about how far its exponent reaches.
_ENDS_POWER = _ENDS_PRODUCT | {"(", "*", "f"}
_AFTER_BRACKET = frozenset(("(", "[", "{"))
# Tokens before and after which a list in brackets may stand.
_BEFORE_LIST = frozenset(("", "(", "[", "{", "<", "⟨", ",", ";", "=", ":", "w", "or", "in", "m", "∪", "∖"))
_AFTER_LIST = frozenset(("end", ")", "]", "}", ">", "⟩", ",", ";", "=", ":", "w", "or", "^", "'", "∪", "∖"))
_MINUS_ONE = Neg(ONE)
# Functions that are looked at more closely, and what a sign-less index or base of theirs begins with.
_SPECIAL = {"root": ("0", "(", "["), "sqrt": ("[",), "log": ("0", "["), "factorial": (), "pow": (), "frac": ()}
_TEN = Number(fraction("10"))
_HUNDRED = Number(fraction("100"))
_STRAIGHT_ANGLE = Number(fraction("180"))
_FRACTION_COMMANDS = (r"\frac", r"\dfrac", r"\tfrac", r"\cfrac", r"\sfrac")
_POSTFIX = frozenset("!°%")
_SMALL = {str(n): fraction(str(n)) for n in range(101)}
# Tokens before which a small numeral is a factor by itself.
_BEGINS_OR_ENDS = _ENDS_POWER | {"v", "c", "/"}
# Tokens after which a space is no end of an entry.
_CANNOT_END = frozenset(("+", "-", "*", "/", "^", "f", "_", "(", "[", "{", ";", "|", "=", "√", "∛", "∜", "m"))
# Signs that go on with what stands before them, whatever the space.
_GOES_ON = frozenset(("*", "/", "^", "!", "°", "%"))
# What ends an entry besides signs: nothing, a line, any space.
NOTHING, LINES, SPACES = range(3)


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
            if self.breaks and self.ends_entry(self.i):
                return Sum(tuple(terms), at) if len(terms) > 1 else first
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
                i = self.i
                if i and self.kinds[i - 1] == "+" and self.t.text[self.starts[i - 1]] == "p":
                    raise self.t.error(self.starts[i - 1], "'plus minus' could be one sign or two", "write ± or -")
                if i and self.kinds[i - 1] == "+" and self.ends[i - 1] == self.starts[i]:
                    self.note(i - 1, "+- was read as -; for both signs write ±")
                found.append(self.starts[self.i])
                if len(found) > MAX_NESTING:
                    raise self.too_deep()
            self.i += 1
        return found

    def product(self) -> Expr:
        kinds = self.kinds
        begin = self.i
        left = self.factor()
        if kinds[self.i] in _ENDS_PRODUCT:
            return left
        at = self.starts[begin]
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
                if self.breaks and self.ends_entry(i):
                    break
                before = kinds[i - 1]
                if k == "0":
                    self.check_number_beside(i)
                right = self.factor()
                if slash >= 0 and (self.ends[i - 1] == self.starts[i] or before == "v" or before == "c"):
                    self.note_quotient(begin, slash, i)
                elif (
                    (k == "(" or k == "[") and before == "v" and self.i == i + 3 and self.ends[i - 1] == self.starts[i]
                ):
                    self.note_no_function(i)
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
        kinds = self.kinds
        k = kinds[i]
        # The commonest factors are read here, without a call: x, 2, x^2.
        if k == "v":
            e: Expr = Variable(self.words[i], self.starts[i])
            i += 1
            self.i = i
            k = kinds[i]
            if k == "^" and kinds[i + 1] == "0" and kinds[i + 2] in _ENDS_POWER:
                value = _SMALL.get(self.words[i + 1])
                if value is not None:
                    self.i = i + 2
                    return Pow(e, Number(value, False, self.starts[i + 1]), self.starts[i - 1])
            i -= 1
        elif k == "0" and kinds[i + 1] in _BEGINS_OR_ENDS and (value := _SMALL.get(self.words[i])) is not None:
            self.i = i + 1
            return Number(value, False, self.starts[i])
        else:
            e = self.primary()
            k = kinds[self.i]
        if k in _POSTFIX:
            e = self.factorial(e, i) if k == "!" else self.part(e, i)
            k = kinds[self.i]
        return self.raised(e, i) if k == "^" else e

    def part(self, e: Expr, begin: int) -> Expr:
        """``30°`` and ``5%``: the sign is the next token, its operand began at token ``begin``."""
        i = self.i
        shown, at = self.shown(begin, i), self.starts[begin]
        self.i = i + 1
        if self.kinds[i] == "°":
            self.lists = self.lists or not is_expression(e)
            self.note(begin, f"{shown}° was read as {shown}*pi/180: angles are in radians")
            return Div(Mul((e, Constant("pi", at)), at), _STRAIGHT_ANGLE, at)
        if type(e) is not Number:
            raise self.t.error(self.starts[i], "'%' follows what is no number", "write a percentage as 5/100")
        if self.kinds[self.i] in _BEGINS:
            raise self.t.error(
                self.starts[i], f"{shown}% stands before another factor", f"write the percentage as {shown}/100*..."
            )
        if begin and self.kinds[begin - 1] == "/":
            fault = "this % could belong to the quotient or to what stands below the line"
            raise self.t.error(self.starts[i], fault, "write the number without it")
        self.note(begin, f"{shown}% was read as {shown}/100")
        return Div(e, _HUNDRED, at)

    def ends_entry(self, i: int) -> bool:
        """Whether the space before token ``i`` ends an entry of a row or a line of the answer."""
        start, end = self.starts[i], self.ends[i - 1]
        if start <= end:
            return False
        sign = self.kinds[i] in ("+", "-")
        if self.breaks == LINES or sign:
            if "\n" in self.t.text[end:start]:
                if sign and self.breaks == LINES:
                    self.note(i, f"the line that begins with '{self.kinds[i]}' was read as part of the one before it")
                    return False
                return True
            # Before a sign a space ends an entry only when none follows it: [1 -2], but [1 - 2].
            return self.breaks == SPACES and self.starts[i + 1] == self.ends[i]
        return True

    def factorial(self, e: Expr, begin: int) -> Expr:
        """``x!``, the next token, whose operand began at token ``begin``."""
        self.lists = self.lists or not is_expression(e)
        self.check_factorial(e, self.starts[self.i])
        self.i += 1
        if self.kinds[self.i] == "!":
            raise self.double_factorial(begin)
        return Apply("factorial", (e,), self.starts[begin])

    def check_factorial(self, e: Expr, at: int) -> None:
        try:
            value = constant_value(e)
            if value is not None:
                factorial(value)
        except TooLarge as limit:
            raise self.t.error(at, str(limit)) from None

    def raised(self, base: Expr, begin: int) -> Expr:
        """A power whose base began at token ``begin``; the next token is ``^``."""
        sign = self.i
        self.i += 1
        # One more without brackets, since it has them when it is printed.
        steps = 1 if self.kinds[self.i] == "(" or self.kinds[self.i] == "{" else 2
        self.depth += steps - 1
        self.deeper()
        exponent = self.operand()
        self.depth -= steps
        # A small numeral over a variable is the rule; all else is looked at more closely.
        if not (type(base) is Variable and type(exponent) is Number and exponent.value <= 1000):
            self.lists = self.lists or not is_expression(base)
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
            if self.words[i] == "pi" and self.kinds[i + 1] == "(" and self.kinds[i + 2] == ")":
                self.i = i + 3  # PI(), as spreadsheets write it
            return Constant(self.words[i], at)
        if k == "|" or k == "⟦":
            return self.absolute_value(i)
        if k == "√" or k == "∛" or k == "∜":
            return self.root_sign(i)
        if k == "u":
            # No expression: `grader.expr.lists` makes a vector of it, or refuses it.
            self.i = i + 1
            self.lists = True
            return Word(self.words[i], at)  # type: ignore[return-value]
        if k == "m" and self.kinds[i + 1] in _AFTER_BRACKET:
            return self.named_brackets(i)
        raise self.unexpected()

    def absolute_value(self, i: int) -> Expr:
        self.i = i + 1
        self.deeper()
        closing = "|" if self.kinds[i] == "|" else "⟧"
        outer, self.bars = self.bars, self.bars + 1 if closing == "|" else 0
        breaks, self.breaks = self.breaks, NOTHING
        if self.kinds[self.i] == "end":
            raise self.t.error(self.starts[i], "this '|' has no partner", "write |...| or abs(...)")
        inner = self.sum()
        if self.kinds[self.i] != closing:
            if self.kinds[self.i] in ("?", ","):
                raise self.unexpected()
            raise self.t.error(self.starts[i], "this '|' has no partner", "write |...| or abs(...)")
        self.i += 1
        self.depth -= 1
        self.bars = outer
        self.breaks = breaks
        return Apply("abs", (inner,), self.starts[i])

    def root_sign(self, i: int) -> Expr:
        """``√`` takes the next primary with its exponent: √2x is √2 * x, √x² is √(x²), √(x)² is (√(x))²."""
        self.i = i + 1
        self.deeper()
        if self.kinds[self.i] in ("end", "+", "-", "*", "/", ")"):
            raise self.t.error(self.starts[i], f"'{self.words[i]}' has nothing under it", "write √(...) or sqrt(...)")
        bare = self.kinds[self.i] in ("0", "v", "c")
        one_sign = self.kinds[self.i] == "(" and self.t.text[self.starts[self.i]] in FRACTIONS
        inner = self.primary()
        self.depth -= 1
        j = self.i
        if bare and self.kinds[j] == "^":
            inner = self.raised(inner, i + 1)
            self.note_root_of_power(i, j)
        elif (bare or one_sign) and self.kinds[j] in ("v", "c", "0", "(") and self.ends[j - 1] == self.starts[j]:
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
        if self.kinds[i + 1] == "(" and self.starts[i + 1] == self.ends[i]:
            digits = self.kinds[i + 2] == "0" and self.words[i + 2].isdigit() and self.kinds[i + 3] == ")"
            if digits or word.endswith("."):
                fault = f"{word}(...) could be a repeating decimal or a product"
                raise self.t.error(at, fault, f"write a fraction, or {word.rstrip('.')}*(...)")
        mantissa, _, exponent = word.replace("E", "e").partition("e")
        if exponent:
            times = f"{mantissa}*e{exponent}" if exponent[0] in "+-" else f"{mantissa}*e*{exponent}"
            self.note(i, f"{word} was read as {mantissa}*10^{exponent.lstrip('+')}; for the number e write {times}")
        return Number(value, True, at)

    # Brackets -------------------------------------------------------------------------------

    def brackets(self, i: int) -> Expr:
        """What stands in brackets: an expression, or a list.

        A list is no expression; it is returned through the expression's rules.  Where an operator
        touches it, ``lists`` is set, and `grader.expr.lists` carries out the operation or refuses it.
        """
        kinds = self.kinds
        opening = kinds[i]
        if (opening == "[" or (opening == "(" and self.semicolons)) and self.ends_by_spaces(i):
            found = self.spaced_brackets(i)
            if found is not None:
                return found
        self.i = i + 1
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise self.too_deep()
        outer, self.bars = self.bars, 0
        breaks, self.breaks = self.breaks, LINES if self.lines and opening == "[" else NOTHING
        rows: list[tuple[Notation, ...]] = []
        row: list[Notation] = []
        if opening == "(" and kinds[i + 1] != ")":
            # The commonest bracket, around one expression, is read without the list that it could begin.
            e: Notation = self.sum()
            if kinds[self.i] == ")" and type(e) is not Brackets and is_expression(e):
                self.i += 1
                self.depth -= 1
                self.bars, self.breaks = outer, breaks
                return expression(e)
            row.append(e)
        elif kinds[self.i] == CLOSING[opening]:
            if opening != "{" or (i and kinds[i - 1] not in _BEFORE_LIST):
                raise self.t.error(
                    self.starts[i], "there is nothing between these brackets", "type something or remove them"
                )
        else:
            self.entry(opening, row)
            if opening == "{" and kinds[self.i] == ":":
                return self.conditions(i)  # type: ignore[return-value]
        while row:
            k = kinds[self.i]
            if k == "," or k == ";":
                self.i += 1
            elif not (self.breaks and k in _BEGINS and self.ends_entry(self.i)):
                break
            if k != ",":
                rows.append(tuple(row))
                row = []
            self.entry(opening, row)
        closing = kinds[self.i]
        interval = not rows and len(row) == 2 and opening in "([" and closing in (")", "]")
        if closing != CLOSING[opening] and not interval:
            raise self.wrong_closing(i)
        self.i += 1
        self.depth -= 1
        self.bars, self.breaks = outer, breaks
        if not rows and len(row) == 1 and opening in "([{" and closing == CLOSING[opening]:
            # Square and curly brackets may group; around a whole item they are kept, for a vector or set of one.
            if is_expression(row[0]):
                if opening == "(" or not self.may_stand(i) or kinds[self.i] in ("^", "'"):
                    return expression(row[0])
            elif opening == "(" and isinstance(row[0], Brackets):
                # Round brackets around a list only group it, and square ones inside them group as well.
                inner = row[0]
                if inner.opening == "[" and not inner.transposed:
                    if len(inner.rows) == 1 == len(inner.rows[0]) and is_expression(inner.rows[0][0]):
                        return expression(inner.rows[0][0])
                return self.list_of(i, inner)
        rows.append(tuple(row))
        # A bracket turned outwards, ]0, 1[, is an open end.
        return self.list_of(i, Brackets(self.words[i], tuple(rows), self.words[self.i - 1], False, self.starts[i]))

    def entry(self, opening: str, row: list[Notation]) -> None:
        """Reads one entry into the row; in a set ``±`` gives two."""
        if opening == "{":
            row += self.both_signs(self.item) if self.signs_apart else [self.item()]
        else:
            row.append(self.sum())

    def item(self) -> Notation:
        """An element of a set; whole answers know more of them."""
        return self.sum()

    def conditions(self, i: int) -> Notation:
        """What follows the bar in ``{x | x > 0}``; the bracket opened at token ``i``."""
        raise self.wrong_closing(i)

    def both_signs(self, read: Callable[[], Notation]) -> list[Notation]:
        """What ``read`` finds here, with each sign of a ``±`` in it."""
        return [read()]

    def list_of(self, i: int, found: Brackets) -> Expr:
        """The list that was read from token ``i`` on, with what follows it taken into account."""
        if not self.may_stand(i):
            if self.kinds[self.i] == "?":
                raise self.unexpected()
            self.lists = True
        elif self.transpose():
            found = Brackets(found.opening, found.rows, found.closing, not found.transposed, found.at)
            if self.kinds[self.i] not in _AFTER_LIST:
                self.lists = True
        return found  # type: ignore[return-value]

    def may_stand(self, i: int) -> bool:
        """Whether the bracket from token ``i`` up to here stands as an item by itself."""
        j = self.i
        before, after = self.kinds[i - 1] if i else "", self.kinds[j]
        if self.breaks == SPACES:
            begins = before in _BEFORE_LIST or (before not in _CANNOT_END and self.ends_entry(i))
            return begins and (after in _AFTER_LIST or (after not in _GOES_ON and self.ends_entry(j)))
        return before in _BEFORE_LIST and after in _AFTER_LIST

    def ends_by_spaces(self, i: int) -> bool:
        """Whether the bracket at token ``i`` holds entries set apart by spaces, as far as its signs tell.

        It has to stand by itself, without commas.  In a matrix any two neighbours tell; where none is
        asked only what could not be a product does.
        """
        kinds, starts, ends = self.kinds, self.starts, self.ends
        spaces = self.breaks == SPACES
        if not self.trials or not ((kinds[i - 1] if i else "") in _BEFORE_LIST or (spaces and starts[i] > ends[i - 1])):
            return False
        depth, j = 0, i
        several = certain = neighbours = False
        while True:
            k = kinds[j]
            if k == "end":
                return False
            if depth == 1 and j > i + 1 and starts[j] > ends[j - 1] and kinds[j - 1] not in _CANNOT_END:
                if self.lines and k not in CLOSES and "\n" in self.t.text[ends[j - 1] : starts[j]]:
                    several = True
                if k in _BEGINS or k == "|" or (k in ("+", "-") and starts[j + 1] == ends[j]):
                    neighbours = True
                    certain = certain or (k == "0" and kinds[j - 1] in "0vc") or (k == "[" and kinds[j - 1] == "]")
            if k in CLOSING and k != "<":
                depth += 1
            elif k in CLOSES and k != ">":
                depth -= 1
                if depth == 0:
                    break
            elif depth == 1:
                if k == ",":
                    return False
                several = several or k == ";"
            j += 1
        alone = kinds[j + 1] in _AFTER_LIST or (spaces and starts[j + 1] > ends[j])
        if not (neighbours and alone):
            return False
        if self.form == "vector":
            # In several rows of a vector the spaces are products; in one they set its entries apart.
            wanted = certain or (not several and i == 0)
        else:
            wanted = certain or several or (self.form == "matrix" and i == 0)
        if not wanted:
            self.note(
                i, f"the spaces in {self.shown(i, j + 1)} were not read as ends of entries; for entries put commas"
            )
        return wanted

    def spaced_brackets(self, i: int) -> Expr | None:
        """The rows of a bracket whose entries end with a space; None when they differ in length."""
        kinds = self.kinds
        self.trials -= 1
        notes, lists = len(self.notes), self.lists
        self.i = i + 1
        self.deeper()
        outer, self.bars = self.bars, 0
        breaks, self.breaks = self.breaks, SPACES
        rows: list[list[Notation]] = [[self.sum()]]
        while (k := kinds[self.i]) != CLOSING[kinds[i]]:
            if k == ";":
                self.i += 1
                rows.append([])
            elif self.starts[self.i] <= self.ends[self.i - 1]:
                raise self.wrong_closing(i)
            elif self.lines and "\n" in self.t.text[self.ends[self.i - 1] : self.starts[self.i]]:
                rows.append([])
            rows[-1].append(self.sum())
        self.i += 1
        self.depth -= 1
        self.bars, self.breaks = outer, breaks
        if len({len(row) for row in rows}) > 1:
            del self.notes[notes:]
            self.lists = lists
            return None
        shown = self.shown(i, self.i)
        self.note(i, f"the spaces in {shown} were read as ends of entries; commas make that clearer")
        at = self.starts[i]
        return self.list_of(i, Brackets(kinds[i], tuple(map(tuple, rows)), CLOSING[kinds[i]], False, at))

    def named_brackets(self, i: int) -> Expr:
        """``matrix([1, 2], [3, 4])``, ``vector(1, 2)`` and ``transpose(...)``: a list after a word for it."""
        self.i = i + 1
        found = self.primary()
        if isinstance(found, Brackets):
            flipped = found.transposed != (self.words[i] == "transpose")
            found = Brackets(found.opening, found.rows, found.closing, flipped, found.at)  # type: ignore[assignment]
        if not self.may_stand(i):
            self.lists = True
        return found

    def transpose(self) -> bool:
        """Skips ``^T`` or ``'`` after a list."""
        k = self.kinds[self.i]
        if k == "'":
            self.i += 1
            return True
        if k == "^":
            i = self.i + 1
            if self.kinds[i] in ("(", "{"):
                i += 1
            if self.words[i] not in ("T", "t", "top"):
                raise self.t.error(
                    self.starts[self.i], "a list cannot be raised to a power", "only ^T, the transpose, may follow it"
                )
            if i > self.i + 1:
                i += self.kinds[i + 1] == CLOSING[self.kinds[i - 1]]
            self.i = i + 1
            return True
        return False

    # Functions ------------------------------------------------------------------------------

    def application(self, i: int) -> Expr:
        """A function name at token ``i`` with what it is applied to."""
        kinds = self.kinds
        name = self.words[i]
        at = self.starts[i]
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise self.too_deep()
        exponent: Expr | None = None
        base: Expr | None = None
        if (
            kinds[self.i] == "("
            and name not in _SPECIAL
            and self.vocabulary.plain_a
            and (self.t.text[self.starts[self.i]] == "(" or not self.is_one_sign(self.i))
        ):
            # The commonest application, sin(...), has no surprise.
            arguments = self.arguments()
            self.depth -= 1
            if not FUNCTIONS[name].takes(len(arguments)):
                raise self.wrong_count(i, name, len(arguments))
            return Apply(name, arguments, at)
        if name == "pow" or name == "frac":
            e = self.of_two(i)
            self.depth -= 1
            return e
        if kinds[self.i] == "_":
            self.i += 1
            base = self.exponent_of_function()
            if name != "log" and name != "root":
                raise self.t.error(
                    self.starts[self.i - 1], f"'{name}' takes no subscript", "only log has one, as in log_2(x)"
                )
            j = self.i - 1
            if kinds[j] == "0" and len(self.words[j]) > 1 and base != _TEN and self.ends[j] == self.starts[j + 1]:
                if kinds[j + 1] in ("v", "c", "f"):
                    self.note_long_base(i, j)
        if kinds[self.i] == "^":
            self.i += 1
            exponent = self.exponent_of_function()
        special = base is None and exponent is None and name in _SPECIAL
        index = self.index_of(i) if special and kinds[self.i] in _SPECIAL[name] else None
        if kinds[self.i] in _AFTER_BRACKET and not (kinds[self.i] == "(" and self.is_one_sign(self.i)):
            arguments = self.arguments()
            bare = False
        else:
            arguments = (self.bare_argument(i),)
            bare = True
        self.depth -= 1
        if index is not None:
            name, base = ("log", index) if name == "log" else ("root", index)
        if base is not None:
            if base == _TEN and name == "log" and len(arguments) == 1:
                name = "log10"
            else:
                arguments = (base, *arguments)
        elif name == "log" and len(arguments) == 1:
            name = "ln"
            self.note(i, "log was read as the natural logarithm ln; for base 10 write log10(x), for base b log_b(x)")
        elif name == "log" and len(arguments) == 2:
            arguments = self.log_arguments(i, arguments)
            if arguments[0] == _TEN:
                name, arguments = "log10", arguments[1:]
        elif name == "root" and len(arguments) == 2:
            arguments = self.root_arguments(i, arguments)
        elif name == "factorial":
            self.check_factorial(arguments[0], at)
        typed = self.t.text[at : self.ends[i]]
        if not self.vocabulary.plain_a and typed[:1] == "a" and typed[1:] in FUNCTIONS:
            self.note(i, f"{typed} was read as {name}; for a times {typed[1:]} write a*{typed[1:]}")
        if not FUNCTIONS[name].takes(len(arguments)):
            raise self.wrong_count(i, name, len(arguments))
        e = Apply(name, arguments, at)
        if exponent is not None:
            e = self.power_of_function(e, name, arguments, exponent, i)
        if bare:
            self.note_bare(i, arguments[-1])
        return e

    def of_two(self, i: int) -> Expr:
        """``pow(x, 2)``, ``frac(1, 2)``, ``frac{1}{2}``; the name is token ``i``."""
        name, at = self.words[i], self.starts[i]
        if self.kinds[self.i] not in _AFTER_BRACKET:
            raise self.no_argument(i)
        arguments = self.arguments()
        if name == "frac" and len(arguments) == 1 and self.kinds[self.i] in _AFTER_BRACKET:
            arguments += self.arguments()
        if len(arguments) != 2:
            raise self.t.error(
                at, f"{self.shown(i, i + 1)} takes 2 arguments, not {len(arguments)}", "write x^2 or 1/2"
            )
        if name == "frac":
            return Div(*arguments, at)
        try:
            power(constant_value(arguments[0]), constant_value(arguments[1]))
        except TooLarge as limit:
            raise self.t.error(at, str(limit), "write a smaller one") from None
        return Pow(*arguments, at)

    def log_arguments(self, i: int, arguments: tuple[Expr, ...]) -> tuple[Expr, ...]:
        """The base comes first in ``log(2, x)``; last in ``log(x, 2)``, in spreadsheets, ``LOG(8, 2)``, and
        in Python, ``math.log(8, 2)``."""
        first, second = self.shown_argument(i, 0), self.shown_argument(i, 1)
        turned = isinstance(arguments[1], Number | Constant) and self.has_names(arguments[0])
        spelled, module = self.t.text[self.starts[i] : self.ends[i]], self.t.text[self.starts[i] - 1 : self.starts[i]]
        if turned or spelled == "LOG" or module == ".":
            first, second, arguments = second, first, arguments[::-1]
        typed = f"log({', '.join(self.shown_argument(i, k) for k in (0, 1))})"
        self.note(i, f"{typed} was read as the logarithm of {second} to the base {first}")
        return arguments

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

    def index_of(self, i: int) -> Expr | None:
        """The index of a root or base of a logarithm that is written without a sign of its own.

        ``root3(x)``, ``root(3)(x)``, ``sqrt[3](x)``, ``log2(x)``, ``log2 x``; None when there is none.
        """
        kinds, first = self.kinds, self.i
        name = self.words[i]
        touching = self.starts[first] == self.ends[i]
        last = first + 1
        if kinds[first] != "0":
            while kinds[last] in ("0", "v", "c", "+", "-", "*", "/", "^"):
                last += 1
            if kinds[last] != CLOSING[kinds[first]]:
                return None
            last += 1
        after = kinds[last]
        bracket = after in _AFTER_BRACKET and self.starts[last] == self.ends[last - 1]
        if name == "root":
            # root(3)x, but not root(x) y, which could be meant for a square root.
            wanted = kinds[first] == "0" or bracket or (kinds[first + 1] == "0" and after in _BEGINS)
        elif name == "sqrt":
            # Sqrt[3](x) is how Mathematica writes a product.
            wanted = kinds[first] == "[" and touching and bracket and self.t.text[self.starts[i]] != "S"
        else:
            apart = after in _BEGINS and self.starts[last] > self.ends[last - 1]
            spelled = self.t.text[self.starts[i]]
            if kinds[first] == "[":
                wanted = touching and bracket and spelled == "l"
            elif spelled == "\\" or not (touching and self.words[first].isdigit()):
                wanted = False
            else:
                wanted = apart or after in _AFTER_BRACKET
                if not wanted and after in ("v", "c", "f"):
                    raise self.base_or_factor(i, first)
        if not wanted:
            return None
        found: Notation = self.primary()
        # In square brackets it may be a list of one.
        index = expression(found.rows[0][0] if isinstance(found, Brackets) else found)
        whole, shown = self.shown(i, self.i), self.shown(first, self.i).strip("()[]")
        if name == "log":
            self.note(
                i, f"{whole} was read as the logarithm to the base {shown}; for another product write ln({shown}*...)"
            )
        else:
            self.note(i, f"{whole} was read as the root with the index {shown}; it is written root({shown}, ...)")
        return index

    def root_arguments(self, i: int, arguments: tuple[Expr, ...]) -> tuple[Expr, ...]:
        """The index comes first in ``root(3, x)``, last in ``nthroot(x, 3)`` and ``surd(x, 3)``."""
        typed = self.shown(i, i + 1)
        first, second = arguments
        if typed.casefold() in ("nthroot", "surd"):
            if not (type(first) is Number and type(second) is not Number):
                top, index = self.shown_argument(i, 0), self.shown_argument(i, 1)
                self.note(i, f"{typed}({top}, {index}) was read as the root of {top} with the index {index}")
                return second, first
        elif type(second) is Number and type(first) is not Number:
            one, other = self.shown_argument(i, 0), self.shown_argument(i, 1)
            counts = type(first) is Variable and first.name in COUNTING
            index, top = (one, other) if counts else (other, one)
            self.note(
                i, f"root({one}, {other}) was read as the root of {top} with the index {index}; "
                f"for the other write root_({top})({index})"
            )  # fmt: skip
            return arguments if counts else arguments[::-1]
        return arguments

    def is_one_sign(self, i: int) -> bool:
        """Whether the bracket at token ``i`` is none that was typed but a fraction made of one sign."""
        text, at = self.t.text, self.starts[i]
        return text[at] in FRACTIONS or text.startswith(_FRACTION_COMMANDS, at)

    def arguments(self) -> tuple[Expr, ...]:
        opening = self.i
        closing = CLOSING[self.kinds[opening]]
        self.i += 1
        if self.kinds[self.i] == closing:
            raise self.t.error(self.starts[opening], f"{self.shown(opening - 1, opening)} has nothing in its brackets",
                               "put its argument there")  # fmt: skip
        outer, self.bars = self.bars, 0
        breaks, self.breaks = self.breaks, NOTHING
        first = self.sum()
        if self.kinds[self.i] == closing and is_expression(first):
            self.i += 1
            self.bars, self.breaks = outer, breaks
            return (first,)
        found = [first]
        while self.kinds[self.i] == ",":
            self.i += 1
            found.append(self.sum())
        if self.kinds[self.i] != closing:
            raise self.wrong_closing(opening)
        for argument in found:
            if not is_expression(argument):
                raise self.not_an_expression(argument)
        self.i += 1
        self.bars, self.breaks = outer, breaks
        return tuple(found)

    def has_names(self, e: Expr) -> bool:
        """Whether a variable stands in an expression.  One with a list in it is refused later on."""
        return not self.lists and bool(variables(e))

    def bare_argument(self, function: int) -> Expr:
        """The argument of a function without brackets: factors up to the next function name."""
        kinds = self.kinds
        i = self.i
        k = kinds[i]
        if k == "-" or k == "+":
            # "sin - x" looks like a difference with something forgotten, "sin -x" does not.
            if k == "+" or self.starts[i + 1] > self.ends[i]:
                raise self.no_argument(function)
            if self.words[i + 1] == "1" and kinds[i + 2] in _BEGINS:
                raise self.lost_inverse(function)
            return self.operand()
        if k not in _BEGINS and k not in ("|", "[", "{"):
            raise self.no_argument(function)
        first = self.factor()
        parts = [first]
        # A fraction made of one sign, ½ or \\frac, is part of a product as a numeral is.
        one_sign = k == "(" and self.is_one_sign(i)
        numeric = k == "0" or k == "c" or (one_sign and not self.has_names(first))
        open_ended = k == "0" or k == "v" or k == "c" or one_sign
        while open_ended:
            j = self.i
            k = kinds[j]
            if self.breaks and self.ends_entry(j):
                break
            if k == "c" and self.words[j] == "e" and kinds[j + 1] == "^":
                self.note_before_power_of_e(function, j)
                break
            if k == "v" or k == "c":
                numeric = numeric and k == "c"
            elif k == "0":
                self.check_number_beside(j)
            elif numeric and (k == "(" or k == "[" or (k == "|" and not self.bars)):
                open_ended = False
                self.note_number_before_bracket(function, j)
            else:
                break
            parts.append(self.factor())
        if one_sign and len(parts) > 1 and self.has_names(first):
            name, inside = self.shown(function, function + 1), self.shown(i, self.i)
            self.note(function, f"the argument of {name} was read as {inside}; brackets make that clearer")
        return Mul(tuple(parts), self.starts[i]) if len(parts) > 1 else first
