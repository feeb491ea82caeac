"""What is said of an answer while it is read: notes on surprising readings, and faults with their mending.

The rules of the grammar stand in `grader.expr.grammar`; here is the state they share and every
sentence they say.
"""

from __future__ import annotations

import re

from grader.errors import StudentError
from grader.expr.characters import SUPERSCRIPTS
from grader.expr.functions import FUNCTIONS
from grader.expr.notation import Brackets, Notation, Note
from grader.expr.tokens import Tokens
from grader.expr.tree import ONE, Apply, Constant, Expr, Mul, Neg, Number, Pow, Variable, variables
from grader.expr.unknown import explain
from grader.expr.vocabulary import Vocabulary

MAX_NESTING = 60

CLOSING = {"(": ")", "[": "]", "{": "}", "<": ">", "⟨": "⟩"}
CLOSES = frozenset(CLOSING.values())
_LONGEST_QUOTE = 60
_MOST_TRIALS = 20
# Names that stand for whole numbers more often than not.
COUNTING = frozenset(("n", "k", "m"))
_LOWERED = str.maketrans(SUPERSCRIPTS)
_RAISED = re.compile(f"(?<=.)[{''.join(SUPERSCRIPTS)}]+")


class Remarks:
    """Tokens, the index ``i`` of the one at hand, and what can be said about them.

    ``bars``: how many bars are open; ``breaks``: what ends an entry besides signs; ``lines``: whether
    line breaks may end an entry; ``semicolons``: whether there are any; ``form``: of the answer that is
    asked; ``trials``: how many more brackets may be tried as rows of entries set apart by spaces;
    ``signs_apart``: whether there is a ``±``; ``lists``: whether an operator touches a list.
    """

    __slots__ = (
        "bars", "breaks", "depth", "ends", "i", "kinds", "lines", "lists", "notes", "form", "semicolons",
        "signs_apart", "starts", "t", "trials", "vocabulary", "words",
    )  # fmt: skip

    def __init__(self, tokens: Tokens, vocabulary: Vocabulary) -> None:
        self.t = tokens
        self.vocabulary = vocabulary
        self.kinds = tokens.kinds
        self.words = tokens.words
        self.starts = tokens.starts
        self.ends = tokens.ends
        self.notes = tokens.notes
        self.i = 0
        self.depth = 0
        self.bars = 0
        self.breaks = 0
        self.lines = self.semicolons = self.signs_apart = self.lists = False
        self.form = "any"
        self.trials = _MOST_TRIALS

    def note(self, i: int, text: str) -> None:
        self.notes.append(Note(self.starts[i], text))

    def shown(self, i: int, j: int) -> str:
        """The text of the tokens from ``i`` up to ``j``, as typed."""
        start = self.starts[i]
        text = " ".join(self.t.text[start : min(self.ends[j - 1], start + 4 * _LONGEST_QUOTE)].split())
        return text if len(text) <= _LONGEST_QUOTE else text[: _LONGEST_QUOTE - 3] + "..."

    def shown_argument(self, function: int, which: int) -> str:
        """The argument of that number in the brackets after a function, as typed."""
        depth, first, seen = 0, function + 2, 0
        for j in range(function + 1, self.i):
            k = self.kinds[j]
            depth += (k in ("(", "[", "{")) - (k in (")", "]", "}"))
            if (k == "," and depth == 1) or j == self.i - 1:
                if seen == which:
                    return self.shown(first, j)
                seen, first = seen + 1, j + 1
        return ""

    def shown_inside(self, function: int) -> str:
        """What a function just read with an exponent is applied to, without its brackets."""
        j = function + 1
        if self.kinds[j] == "^":
            j += 1
            if self.kinds[j] in ("(", "{"):
                while self.kinds[j] not in (")", "}"):
                    j += 1
            elif self.kinds[j] == "-":
                j += 1
            j += 1
        text = self.shown(j, self.i)
        return text[1:-1] if text.startswith("(") and text.endswith(")") else text

    def note_quotient(self, begin: int, slash: int, i: int) -> None:
        """``1/2x``: a product after a quotient, with no space to tell what was meant."""
        whole, top = self.shown(begin, self.i), self.shown(begin, slash)
        bottom, rest = self.shown(slash + 1, self.i), self.shown(i, self.i)
        self.note(begin, f"{whole} was read as ({self.shown(begin, i)})*{rest}; for the other write {top}/({bottom})")

    def note_no_function(self, i: int) -> None:
        """``x(3)``; the bracket is token ``i``."""
        name, inside = self.shown(i - 1, i), self.shown(i + 1, i + 2)
        typed = f"{name}{self.shown(i, i + 3)}"
        self.note(i - 1, f"{typed} was read as {name}*{inside}; {name} is not a function here")

    def note_power(self, base: Expr, exponent: Expr, begin: int, sign: int) -> None:
        """``e^2x``, ``x^1/2``, ``x^2^3``: an exponent that ends before or after what one could think."""
        i = self.i
        k = self.kinds[i]
        base_shown, shown = self.shown(begin, sign), _lowered(self.shown(sign + 1, i))
        grouped = self.kinds[sign + 1] in ("(", "{")
        if type(exponent) is Pow:
            if "^" not in self.kinds[sign + 1 : i]:
                return  # it is a power by name, ``Power[x, 2]``, and cannot be mistaken
            inner_sign = self.kinds.index("^", sign + 1)
            if (not grouped or self.closing_of(sign + 1) < i - 1) and type(exponent.exponent) is not Pow:
                other = f"({self.shown(begin, inner_sign)})^{_lowered(self.shown(inner_sign + 1, i))}"
                self.note(
                    begin, f"{base_shown}^{shown} was read as {base_shown}^({shown}); for the other write {other}"
                )
            return
        if grouped or self.ends[i - 1] != self.starts[i]:
            return
        inner = exponent.argument if type(exponent) is Neg else exponent
        if k == "/":
            following = self.kinds[i + 1]
            if type(inner) is Number and inner.value == 1 and following in ("v", "c"):
                rest = self.shown(i + 1, self.end_of_power(i + 1))
                self.note(
                    begin,
                    f"{base_shown}^{shown}/{rest} was read as ({base_shown}^{shown})/{rest}; "
                    f"for the other write {base_shown}^({shown}/{rest})",
                )
            elif type(inner) is Number and following == "0" and self.starts[i + 1] == self.ends[i]:
                number = self.words[i + 1]
                bottom = int(number) if number.isdigit() and len(number) < 9 else 0
                # x^3/3 is what integrating gives; only a fraction in lowest terms looks like an exponent.
                if bottom and (inner.value / bottom).denominator == bottom and bottom > 1:
                    self.note(
                        begin,
                        f"{base_shown}^{shown}/{number} was read as ({base_shown}^{shown})/{number}; "
                        f"for the other write {base_shown}^({shown}/{number})",
                    )
        elif (isinstance(base, Number | Constant) and type(inner) is not Apply) or (
            # x^2n and x^ab: names that are often part of an exponent.
            k == "v" and (self.words[i] in COUNTING or type(inner) is Variable)
        ):
            end = self.end_of_power(i)
            if self.words[i] == "e" and end > i + 1:
                return  # e^xe^y: what follows is a power of its own
            rest = _lowered(self.shown(i, end))
            self.note(
                begin,
                f"{base_shown}^{shown}{rest} was read as ({base_shown}^{shown})*{rest}; "
                f"for the other write {base_shown}^({shown}{rest})",
            )

    def end_of_power(self, i: int) -> int:
        """The token after a name and the exponent it may have."""
        if self.kinds[i + 1] != "^":
            return i + 1
        j = i + 2
        while self.kinds[j] in ("-", "+"):
            j += 1
        return (self.closing_of(j) if self.kinds[j] in ("(", "{") else j) + 1

    def closing_of(self, i: int) -> int:
        """The token that closes the bracket at token ``i``, or the last one."""
        depth = 0
        for j in range(i, len(self.kinds)):
            depth += (self.kinds[j] in ("(", "[", "{")) - (self.kinds[j] in (")", "]", "}"))
            if not depth:
                return j
        return len(self.kinds) - 1

    def note_bare(self, function: int, argument: Expr) -> None:
        """A function without brackets, where the end of its argument could be seen elsewhere."""
        i = self.i
        first = function + 1
        while self.kinds[first] in ("^", "_"):
            first += 1
            if self.kinds[first] in ("(", "{"):
                while self.kinds[first] not in (")", "}"):
                    first += 1
            elif self.kinds[first] == "-":
                first += 1
            first += 1
        if first >= i or self.kinds[first] in ("[", "|", "√", "⟦"):
            return
        name, inside, k = self.shown(function, first), self.shown(first, i), self.kinds[i]
        whole = self.shown(function, i)
        if type(argument) is Pow and not isinstance(argument.base, Number | Constant):
            base = self.t.text[argument.at : self.ends[first]]
            exponent = _lowered(self.shown(first + 2, i))
            self.note(function, f"{whole} was read as {name}({inside}); for the other write ({name} {base})^{exponent}")
        elif (
            type(argument) is Mul
            and " " in inside
            and sum(not isinstance(f, Number | Constant) for f in argument.factors) > 1
        ):
            self.note(function, f"{whole} was read as {name}({inside}); for the other write brackets, {name}(...)*...")
        elif (
            k == "/"
            and (self.kinds[i + 1] in ("0", "c") or (self.kinds[i + 1] == "v" and self.divides(i + 1, argument)))
            and self.ends[i - 1] == self.starts[i]
        ):
            bottom = self.shown(i + 1, self.end_of_power(i + 1))
            self.note(
                function,
                f"{whole}/{bottom} was read as {name}({inside})/{bottom}; "
                f"for the other write {name}({inside}/{bottom})",
            )
        elif k in ("(", "|") and not (k == "|" and self.bars) and self.ends[i - 1] == self.starts[i]:
            self.note(function, f"the argument of {name} was read as {inside}; put all that belongs to it in brackets")
        elif k == "*" and isinstance(argument, Number | Constant):
            self.note(function, f"the argument of {name} was read as {inside}; put all that belongs to it in brackets")

    def divides(self, i: int, argument: Expr) -> bool:
        """Whether the name at token ``i``, below a line, could be meant to divide a bare argument: in ``ln 1/x`` and
        ``arctan x/a``, not in ``sin x/x``."""
        return argument == ONE or (not self.lists and self.words[i] not in variables(argument))

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise self.too_deep()

    def too_deep(self) -> StudentError:
        return self.t.error(
            self.starts[self.i],
            f"the answer is nested more than {MAX_NESTING} deep",
            "write it with fewer brackets and signs",
        )

    def check_number_beside(self, i: int) -> None:
        """A numeral after a factor without a sign: refused where it could mean several things."""
        before, number = self.kinds[i - 1], self.words[i]
        if before == "0":
            if self.words[i - 1].endswith(".") or (number.startswith(".") and self.ends[i - 1] == self.starts[i]):
                raise self.t.error(self.starts[i], "this number has more than one point", "write a number as 3.14")
            raise self.t.error(
                self.starts[i], f"{self.words[i - 1]} and {number} stand side by side", self.between_numbers(i)
            )
        if before in ("v", "c"):
            name = self.shown(i - 1, i)
            if name == "x" and number == "10" and self.kinds[i + 1] == "^" and self.kinds[i - 2 : i - 1] == ["0"]:
                raise self.t.error(
                    self.starts[i - 1], "this x could be the variable or a times sign", "for the sign write *"
                )
            if self.kinds[i + 1] == "^" and self.ends[i - 1] < self.starts[i]:
                # x 2^k: a power of its own, set off by a space.
                self.note(i, f"{name} {number}^... was read as a product; a sign makes it clearer: {name}*{number}^...")
                return
            raise self.t.error(
                self.starts[i],
                f"the number {number} follows the name {name} without a sign",
                f"write {number}*{name} or {name}^{number}",
            )
        if before in (")", "|"):
            self.note(i, f"the number {number} after the bracket was read as a factor; for a power write ^{number}")

    def between_numbers(self, i: int) -> str:
        first, second = self.words[i - 1], self.words[i]
        if len(second) == 3 and first.isdigit() and self.kinds[i + 1] != "/":
            return f"put a sign between them; for thousands write {first}{second}"
        return "put a sign between them; a mixed number is written 1 + 1/2"

    def note_long_base(self, function: int, base: int) -> None:
        """``log_28x``: a base of several digits with an argument right behind it."""
        number = self.words[base]
        self.note(
            function,
            f"the base was read as {number}; for the base {number[0]} write log_{number[0]}({number[1:]}...)",
        )

    def base_or_factor(self, function: int, number: int) -> StudentError:
        """``log2x``."""
        name, shown = self.shown(function, function + 1), self.words[number]
        rest = self.shown(number + 1, number + 2)
        return self.t.error(
            self.starts[function], f"in {name}{shown}{rest} the {shown} could be the base or a factor",
            f"write {name}_{shown}({rest}...) or {name}({shown}{rest}...)",
        )  # fmt: skip

    def no_argument(self, function: int) -> StudentError:
        name = self.shown(function, function + 1)
        if self.kinds[self.i] == "'":
            return self.derivative_sign()
        return self.t.error(
            self.starts[function], f"'{name}' stands without an argument", f"write {name}(x), for example"
        )

    def wrong_count(self, i: int, name: str, count: int) -> StudentError:
        arity = FUNCTIONS[name].arity
        wanted = arity if isinstance(arity, int) else arity[0]
        least = "" if isinstance(arity, int) else "at least "
        fix = "write decimals with a point, 1.5" if wanted == 1 and count == 2 else ""
        if name == "root":
            fix = "write root(3, x) for the cube root of x"
        if name == "sqrt" and count == 2:
            fix = "write root(3, x) for the cube root of x"
        things = "argument" if wanted == 1 else "arguments"
        return self.t.error(self.starts[i], f"{name} takes {least}{wanted} {things}, not {count}", fix)

    def double_factorial(self, begin: int) -> StudentError:
        shown = self.shown(begin, self.i - 1)
        return self.t.error(
            self.starts[self.i - 1], "the double factorial !! cannot be used in an answer",
            f"write it as a product; the factorial of a factorial is ({shown}!)!",
        )  # fmt: skip

    def lost_inverse(self, function: int) -> StudentError:
        """``sin-1(x)``: pasted text often loses the raised signs."""
        name = self.shown(function, function + 1)
        return self.t.error(
            self.starts[function], f"{name}-1 could be the inverse function or {name}(-1)",
            f"write arc{name}(...) or {name}(-1)*...",
        )  # fmt: skip

    def note_before_power_of_e(self, function: int, i: int) -> None:
        """``cos x e^x``: the argument ends before the power of e."""
        whole, name = self.shown(function, i), self.shown(function, function + 1)
        self.note(function, f"the argument of {name} was read as ending before {self.shown(i, i + 3)}: ({whole})*...")

    def note_number_before_bracket(self, function: int, i: int) -> None:
        """``ln 2(x+1)``: a number does not end the argument."""
        number, name = self.shown(function + 1, i), self.shown(function, function + 1)
        self.note(
            function, f"the argument of {name} was read as {number}*(...); for the other write {name}({number})*(...)"
        )

    def note_root_of_power(self, i: int, sign: int) -> None:
        whole, root = self.shown(i, self.i), self.shown(i, sign)
        exponent = self.t.text[self.starts[sign] : self.ends[self.i - 1]]
        self.note(i, f"{whole} was read as {self.shown(i, i + 1)}({self.shown(i + 1, self.i)}); "
                     f"for the other write ({root}){exponent}")  # fmt: skip

    def not_an_expression(self, found: Notation) -> StudentError:
        """The error for a list or relation where only an expression may stand."""
        if isinstance(found, Brackets):
            return list_error(self.t, found)
        return self.t.error(found.at, "one expression has to stand here", "type it without relations")

    def wrong_closing(self, i: int) -> StudentError:
        """The error for a bracket that is not closed, or closed by another sort."""
        opening = self.kinds[i]
        closing = self.kinds[self.i]
        wanted = CLOSING[opening]
        if closing == "end":
            return self.t.error(self.starts[i], f"this '{opening}' is never closed", f"add '{wanted}'")
        if closing in (")", "]", "}", ">", "⟩"):
            return self.t.error(
                self.starts[self.i], f"'{closing}' closes a '{opening}'", f"write '{wanted}' to close '{opening}'"
            )
        return self.unexpected()

    def derivative_sign(self) -> StudentError:
        return self.t.error(
            self.starts[self.i], "a prime (') cannot be used in an answer", "work out the derivative and type it"
        )

    def number_with_signs(self) -> StudentError | None:
        """``1'000``, ``1_000`` and ``3:4``."""
        i = self.i
        if not (i and self.kinds[i - 1] == "0" and self.kinds[i + 1] == "0"):
            return None
        before, sign, after = self.words[i - 1], self.words[i], self.words[i + 1]
        fix = f"write {before}/{after} for the ratio" if sign == ":" else f"write {before}{after} for thousands"
        return self.t.error(self.starts[i], f"unexpected '{sign}' between {before} and {after}", fix)

    def unexpected(self) -> StudentError:
        """The error for the token at hand, where something else is needed."""
        i = self.i
        k = self.kinds[i]
        at = self.starts[i]
        error = self.t.error
        if k == "?" or k == "m":
            return error(at, *explain(self.words[i], self.vocabulary, self.kinds[i + 1]))
        before = self.shown(i - 1, i) if i else ""
        if k in (":", "_", "'"):
            inside = self.number_with_signs()
            if inside is not None:
                return inside
        if k == "end":
            if before in ("+", "-", "*", "/", "^", "=", "<", ">", "<=", ">=", ",", ";", ":", "**", "·", "×"):
                return error(at, f"nothing follows '{before}'", f"complete the answer or remove '{before}'")
            if before in CLOSING:
                return error(self.starts[i - 1], f"this '{before}' is never closed", f"add '{CLOSING[before]}'")
            return error(at, "the answer ends too early", "complete it")
        shown = self.shown(i, i + 1)
        if k in (")", "]", "}", "⟩"):
            if before and before in "+-*/^(,;":
                return error(at, f"something is missing between '{before}' and '{shown}'", "complete it")
            opening = {")": "(", "]": "[", "}": "{", "⟩": "⟨"}[k]
            return error(at, f"unexpected '{shown}'", f"remove it or open '{opening}'")
        if k in ("*", "/", "^", "!"):
            where = f"after '{before}'" if before else "at the beginning"
            return error(at, f"unexpected '{shown}' {where}", "a number, name or bracket has to come first")
        if k == "'":
            return self.derivative_sign()
        if k in ("=", "<", ">", "<=", ">=", "!="):
            if not before:
                return error(at, f"nothing stands before '{shown}'", "remove it or complete the left side")
            return error(at, f"unexpected '{shown}'", "type an expression without it here")
        if k == ",":
            return error(at, "unexpected ','", "write decimals with a point, 1.5, and lists in brackets")
        if k == "|" or k == "⟧":
            return error(at, "this '|' has no partner", "write |...| or abs(...)")
        if k == "_":
            return error(at, "a subscript has no letter before it", "write x_1, for example")
        return error(at, f"unexpected '{shown}'", "remove it or put a sign before it")


def has_decimal_comma(tokens: Tokens, found: Brackets) -> bool:
    """Whether a list of two could be a number with a comma, ``(1,5)``."""
    inside = tokens.text[found.at + 1 : found.at + 40]
    first = inside.find(",")
    numeral = 0 < first < len(inside) - 1 and inside[:first].isdigit() and inside[first + 1].isdigit()
    return numeral and len(found.rows) == 1 and len(found.rows[0]) == 2


def list_error(tokens: Tokens, found: Brackets) -> StudentError:
    """The error for a list where only an expression may stand."""
    if has_decimal_comma(tokens, found):
        return tokens.error(found.at, "this is a list, not a number", "write decimals with a point, 1.5")
    return tokens.error(
        found.at, "this list stands where one expression has to stand", "carry out the arithmetic and type every entry"
    )


def _lowered(text: str) -> str:
    """An exponent with raised signs in plain ones: ``³`` as 3, ``2³`` as 2^3."""
    return _RAISED.sub(lambda match: "^" + match[0], text).translate(_LOWERED)
