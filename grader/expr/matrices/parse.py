"""Typed text to a matrix expression: MATLAB's, NumPy's, LaTeX's and the blackboard's spellings.

Postfix ``'`` and ``^`` bind tighter than juxtaposition, which is ``*``.  ``A^T`` is the
transpose unless ``T`` is declared.  ``u .* A x`` is read from the left as MATLAB would, or
else, as on the blackboard, with what stands side by side together.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Literal, cast

from grader.errors import Place, StudentError
from grader.expr.matrices.spelling import TWO_ARGUMENTS
from grader.expr.matrices.tokens import Token, Vocabulary, tokenize
from grader.expr.matrices.tree import (
    Binary,
    Call,
    Count,
    Identity,
    Matrix,
    Negative,
    Numeral,
    Ones,
    Power,
    Symbol,
    Transpose,
)

DEEPEST = 40
LARGEST_EXPONENT = 20

_CLOSING = {"(": ")", "[": "]", "{": "}"}


def parse(
    text: str,
    names: frozenset[str],
    source: str = "answer",
    sizes: frozenset[str] = frozenset(),
    side_by_side: bool = False,
) -> Matrix:
    """The tree of a typed matrix expression; StudentError says where and what to mend.

    With ``side_by_side`` a product without a sign binds tighter than ``.*`` and ``./``.
    """
    return _Parser(text, Vocabulary(names, sizes), source, side_by_side).whole()


class _Parser:
    """Recursive descent over the tokens."""

    def __init__(self, text: str, words: Vocabulary, source: str, side_by_side: bool = False) -> None:
        self.text, self.words, self.source = text, words, source
        self.side_by_side = side_by_side
        self.tokens = tokenize(text, words, source)
        self.i = 0
        self.depth = 0
        # How many bars, double bars and angles of each sort are open in the innermost brackets.
        self.open = {"||": 0, "|": 0, "<": 0}

    def error(self, at: int, fault: str, fix: str = "") -> StudentError:
        return StudentError(Place(self.source, 1, at + 1), fault, fix, self.text)

    @property
    def token(self) -> Token:
        return self.tokens[self.i]

    def sign(self, *texts: str) -> str | None:
        token = self.token
        if token.kind == "sign" and token.text in texts:
            self.i += 1
            return token.text
        return None

    def whole(self) -> Matrix:
        e = self.compared()
        token = self.token
        if token.kind != "end":
            if token.text in (",", ";"):
                fix = "one expression is asked; matrices are not written out by their entries here"
            else:
                fix = "remove it or open a bracket before" if token.text in (")", "]", "}") else "remove it"
            raise self.error(token.at, f"unexpected {token.text!r}", fix)
        return e

    def compared(self) -> Matrix:
        """A sum, or one compared with another, ``z > 0``: 1 where it holds, else 0."""
        left = self.sum()
        at = self.token.at
        sign = None if self.open["<"] else self.sign(">", "<", ">=", "<=")
        if sign is None:
            return left
        right = self.sum()
        low, high = (right, left) if sign[0] == ">" else (left, right)
        return Call("step", (high if low == Numeral(Fraction(0)) else Binary("-", high, low, at),), at)

    def sum(self) -> Matrix:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.error(self.token.at, f"brackets are nested deeper than {DEEPEST}", "simplify the expression")
        left = self.product()
        while (operator := self.sign("+", "-")) is not None:
            at = self.tokens[self.i - 1].at
            left = Binary(cast("Literal['+', '-']", operator), left, self.product(), at)
        self.depth -= 1
        return left

    def product(self) -> Matrix:
        left = self.unary()
        while True:
            at = self.token.at
            operator = self.sign("*", "/", ".*", "./", "·", "kron")
            if operator == "kron":
                left = Call("kron", (left, self.unary()), at)
            elif operator is not None:
                right = self.unary()
                while self.side_by_side and operator in (".*", "./") and self.starts():
                    right = _beside(right, self.postfix(), self.token.at)
                left = _times(cast("Literal['*', '/', '.*', './', '·']", operator), left, right, at)
            elif self.starts():
                left = _beside(left, self.postfix(), at)
            else:
                return left

    def starts(self) -> bool:
        """Whether the next token starts a factor."""
        token = self.token
        if token.kind == "sign":
            if token.text == "<":
                return self.opens_inner()
            return token.text in _CLOSING or (token.text in ("||", "|") and not self.open[token.text])
        return token.kind not in ("end", "transpose", "sub")

    def opens_inner(self) -> bool:
        """Whether this ``<`` opens an inner product: a comma follows before its ``>``."""
        depth = 0
        for token in self.tokens[self.i + 1 :]:
            if token.kind != "sign":
                continue
            if token.text in _CLOSING:
                depth += 1
            elif token.text in (")", "]", "}"):
                depth -= 1
            elif token.text == "," and depth == 0:
                return True
            if depth < 0 or (token.text == ">" and depth == 0):
                return False
        return False

    def unary(self) -> Matrix:
        at, minus = self.token.at, False
        while (operator := self.sign("-", "+")) is not None:
            minus ^= operator == "-"
        e = self.postfix()
        return Negative(e, at) if minus else e

    def postfix(self) -> Matrix:
        e = self.atom()
        while True:
            at = self.token.at
            operator = self.sign("'", "^", ".^")
            if operator is None:
                return e
            e = _transposed(e, at) if operator == "'" else self.raised(e, operator == ".^", at)

    # Exponents.

    def raised(self, base: Matrix, entrywise: bool, at: int) -> Matrix:
        start = self.i
        opened = self.sign("(", "{") or ""
        entrywise |= self.sign(".*") is not None
        minus = self.sign("-") is not None
        token = self.token
        simple: Matrix | None = None
        if token.kind == "transpose" and not entrywise:
            self.i += 1
            simple = _transposed(Power(base, Fraction(-1), False, at) if minus else base, at)
        elif opened and not minus and self.sign("'") is not None:
            simple = _transposed(base, at)
        elif token.kind == "number":
            self.i += 1
            value = Fraction(token.text)
            if opened and self.sign("/") and self.token.kind == "number" and Fraction(self.token.text):
                value /= Fraction(self.token.text)
                self.i += 1
            simple = self.power(base, -value if minus else value, entrywise, token.at, at)
            if opened and self.token.kind == "transpose":
                # A^{-1T}
                self.i += 1
                simple = _transposed(simple, at)
        if simple is not None and (not opened or self.sign(_CLOSING[opened]) is not None):
            return simple
        if token.kind == "end":
            raise self.error(token.at, "a power needs a number or T", "write ^2, ^(-1) or ^T")
        self.i = start
        return self.general_power(base, entrywise, at)

    def general_power(self, base: Matrix, entrywise: bool, at: int) -> Matrix:
        here = self.token.at
        if opened := self.sign("(", "{"):
            entrywise |= self.sign(".*") is not None
            exponent = self.sum()
            self.close(_CLOSING[opened], opened, here)
        else:
            minus = self.sign("-") is not None
            if self.token.kind not in ("name", "size", "frac"):
                raise self.error(self.token.at, "a power needs a number or T", "write ^2, ^(-1) or ^T")
            exponent = self.atom()
            exponent = Negative(exponent) if minus else exponent
        value = _constant(exponent)
        if value is not None:
            return self.power(base, value, entrywise, here, at)
        return Call("power", (base, exponent), at)

    def power(self, base: Matrix, value: Fraction, entrywise: bool, here: int, at: int) -> Matrix:
        if abs(value) > LARGEST_EXPONENT or value.denominator > LARGEST_EXPONENT:
            raise self.error(here, f"the exponent is larger than {LARGEST_EXPONENT}", "use a smaller one")
        return Power(base, value, entrywise, at)

    def e_power(self, at: int) -> Matrix:
        """``e^{x}``: the exponential function."""
        if self.sign("^", ".^") is None:
            raise self.error(at, "unknown name 'e'", f"this problem uses {', '.join(sorted(self.words.names))}")
        opened, here = self.sign("(", "{", "["), self.tokens[self.i - 1].at
        if opened:
            inner = self.bracketed(opened, here)
        else:
            minus, start = self.sign("-") is not None, self.token
            inner = self.atom()
            before = self.tokens[self.i - 1]
            if start.kind != "number" and self.token.kind == "name" and self.token.at == before.end:
                fault = "an exponent of several letters can be read in two ways"
                raise self.error(at, fault, "write e^{...} or exp(...)")
            inner = Negative(inner) if minus else inner
        return Call("exp", (inner,), at)

    # What stands alone.

    def atom(self) -> Matrix:
        token = self.token
        self.i += 1
        match token.kind:
            case "number":
                if token.text == "1" and self.token.kind == "sub":
                    return self.sized("1_", self.token)
                if token.text == "11" and self.tokens[self.i].text == "^" and self.transposes():
                    # 11^T: the matrix of ones.
                    return Binary("*", Ones("", "1", token.at), Ones("", "1", token.at), token.at)
                return Numeral(Fraction(token.text), token.at)
            case "name":
                return Symbol(token.text, token.at)
            case "size":
                return Count(token.text, token.at)
            case "identity":
                if self.token.kind == "sub":
                    return self.sized("I_", self.token)
                if indicator := self.indicator():
                    return indicator
                return Identity("", token.at)
            case "ones":
                if self.token.kind == "sub":
                    if ">" in self.token.text or "<" in self.token.text:
                        return self.condition(self.token)
                    return self.sized("1_", self.token)
                if indicator := self.indicator():
                    return indicator
                return Ones("", "1", token.at)
            case "e":
                return self.e_power(token.at)
            case "function":
                return self.function(token)
            case "frac":
                return self.fraction(token.at)
            case "sqrt":
                return self.root(token.at)
            case "transpose":
                raise self.error(token.at, "T stands alone", "write A^T for the transpose of A")
            case "sub":
                raise self.error(token.at, f"the subscript {token.text!r} belongs to no declared name", "remove it")
            case "end":
                raise self.error(token.at, "the answer ends too early", "complete it")
        if token.text in _CLOSING:
            return self.bracketed(token.text, token.at)
        if token.text in ("||", "|"):
            return self.bars(token.text, token.at)
        if token.text == "<":
            return self.inner(token.at)
        raise self.error(token.at, f"unexpected {token.text!r}", "something is missing before it")

    def transposes(self) -> bool:
        """Whether the exponent that follows is a transpose."""
        return any(t.kind == "transpose" for t in self.tokens[self.i + 1 : self.i + 3])

    def bracketed(self, opened: str, at: int) -> Matrix:
        kept, self.open = self.open, {"||": 0, "|": 0, "<": 0}
        e = self.compared()
        if opened == "[" and self.token.text in (",", ";"):
            raise self.error(at, "matrices are not written out by their entries here", "use the declared names")
        self.close(_CLOSING[opened], opened, at)
        self.open = kept
        return e

    def close(self, closing: str, opened: str, at: int) -> None:
        if self.sign(closing) is None:
            if closing == "|" and self.token.text == "||":
                # |x||y|: the two bars in the middle belong to different pairs.
                middle = self.token
                self.tokens[self.i] = Token("sign", "|", middle.at + 1, middle.end)
                return
            if self.token.kind == "end" or self.token.text in (")", "]", "}", ","):
                raise self.error(at, f"{opened!r} is never closed", f"add {closing!r}")
            raise self.error(self.token.at, f"unexpected {self.token.text!r}", f"expected {closing!r} before it")

    def bars(self, opened: str, at: int) -> Matrix:
        self.open[opened] += 1
        e = self.sum()
        self.close(opened, opened, at)
        self.open[opened] -= 1
        if self.token.kind == "sub":
            sub = self.token
            self.i += 1
            if opened == "||" and sub.text in ("1", "l1", "L1"):
                return Call("norm1", (e,), at)
            if sub.text not in ("2", "F", "l2", "L2", "Fro", "fro") or opened == "|":
                raise self.error(sub.at, f"the norm {sub.text!r} is not read here", "use the 2-norm, the 1-norm or F")
            return Call("norm2" if sub.text == "2" else "norm", (e,), at)
        return Call("norm" if opened == "||" else "bars", (e,), at)

    def inner(self, at: int) -> Matrix:
        kept, self.open = self.open, {"||": 0, "|": 0, "<": 1}
        left = self.sum()
        if self.sign(",", "|") is None:
            raise self.error(self.token.at, "an inner product needs two arguments", "write <x, y>")
        right = self.sum()
        self.close(">", "<", at)
        self.open = kept
        if self.token.kind == "sub" and self.token.text in ("F", "Fro"):
            self.i += 1
        return Call("inner", (left, right), at)

    def sized(self, what: str, sub: Token) -> Matrix:
        """``I_n`` or ``1_n``."""
        self.i += 1
        sides = sub.text.replace("×", "x").split(" x ") if " x " in sub.text else [sub.text]
        sides = [s.strip() for s in sides]
        for side in sides:
            if side not in self.words.sizes and not (side.isdigit() and 0 < int(side) < 13):
                known = ", ".join(sorted(s for s in self.words.sizes if not s.isdigit())) or "numbers"
                raise self.error(sub.at, f"unknown size {side!r}", f"this problem's sizes are {known}")
        if what == "I_":
            if len(set(sides)) > 1:
                raise self.error(sub.at, "an identity matrix is square", f"write I_{sides[0]}")
            return Identity(sides[0], sub.at)
        return Ones(sides[0], sides[1] if len(sides) > 1 else "1", sub.at)

    def indicator(self) -> Matrix | None:
        """``I[x > 0]``: the condition, when the bracket that follows holds one."""
        opened = self.token.text if self.token.kind == "sign" else ""
        if opened not in _CLOSING:
            return None
        depth, i = 0, self.i
        while self.tokens[i].kind != "end":
            token = self.tokens[i]
            if token.kind == "sign":
                depth += (token.text in _CLOSING) - (token.text in (")", "]", "}"))
                if depth == 1 and token.text in (">", "<", ">=", "<="):
                    at = self.token.at
                    self.i += 1
                    return self.bracketed(opened, at)
            if depth == 0:
                return None
            i += 1
        return None

    def condition(self, sub: Token) -> Matrix:
        """A condition in a subscript, ``1_{x > 0}``."""
        self.i += 1
        within = _Parser(f"({sub.text})", self.words, self.source)
        return within.whole()

    # Functions.

    def argument(self, command: str, at: int) -> Matrix:
        """The argument of \\frac or \\sqrt: braces, or one digit or letter."""
        if self.sign("{"):
            return self.bracketed("{", self.tokens[self.i - 1].at)
        if self.token.kind in ("number", "name", "size"):
            return self.atom()
        raise self.error(at, f"{command} needs its arguments in braces", f"write {command}{{a}}{{b}}")

    def fraction(self, at: int) -> Matrix:
        top = self.argument("\\frac", at)
        return Binary("/", top, self.argument("\\frac", at), at)

    def root(self, at: int) -> Matrix:
        degree = 2
        if self.tokens[self.i - 1].text == "\\sqrt" and self.sign("["):
            if self.token.kind != "number" or not self.token.text.isdigit() or not 1 <= int(self.token.text) <= 20:
                raise self.error(self.token.at, "the degree of a root is a number", "write \\sqrt[3]{a}")
            degree = int(self.token.text)
            self.i += 1
            self.close("]", "[", at)
        if self.sign("("):
            inner = self.bracketed("(", self.tokens[self.i - 1].at)
        else:
            inner = self.argument("\\sqrt", at)
        return Call("sqrt", (inner,), at) if degree == 2 else Power(inner, Fraction(1, degree), False, at)

    def function(self, token: Token) -> Matrix:
        name, at = token.text, token.at
        if name in ("ones", "zeros", "eye"):
            return self.filled(name, at)
        primes = 0
        while self.token.text == "'" and self.tokens[self.i + 1].text in ("(", "[", "{", "'"):
            self.i += 1
            primes += 1
        power: Callable[[Matrix], Matrix] | None = None
        if self.sign("^") is not None:
            # tanh^2(x): the square of the values; only of functions that act on entries.
            here = self.token.at
            opened = self.sign("{", "(")
            minus = self.sign("-") is not None
            number = self.token
            if number.kind != "number" or minus:
                fault = f"the function {name} has an exponent that is not read here"
                raise self.error(here, fault, "write it after the brackets")
            self.i += 1
            if opened:
                self.close(_CLOSING[opened], opened, here)
            value = Fraction(number.text)

            def power(e: Matrix) -> Matrix:
                return self.power(e, value, name not in ("tr", "det", "norm", "norm1", "sum"), here, at)

        if self.token.kind == "sub":
            sub = self.token
            if not (name in ("tr", "log") and sub.text in ("e",)) and not (name == "norm" and sub.text in ("2", "F")):
                raise self.error(sub.at, f"the subscript of {name} is not read here", "remove it")
            self.i += 1
        arguments = self.arguments(name, at)
        wanted = 2 if name in TWO_ARGUMENTS else 1
        if len(arguments) != wanted:
            raise self.error(at, f"{name} takes {wanted} argument{'s' * (wanted > 1)}, not {len(arguments)}")
        e = self.called(name, arguments, at)
        for _ in range(primes):
            e = self.primed(e, name, at)
        return power(e) if power is not None else e

    def arguments(self, name: str, at: int) -> list[Matrix]:
        if self.token.kind == "sign" and self.token.text in _CLOSING:
            opened, here = self.token.text, self.token.at
            self.i += 1
            kept, self.open = self.open, {"||": 0, "|": 0, "<": 0}
            found = [self.compared()]
            while self.sign(","):
                found.append(self.compared())
            self.close(_CLOSING[opened], opened, here)
            self.open = kept
            return found
        if not self.starts():
            raise self.error(at, f"the function {name} needs its argument in brackets", f"write {name}(...)")
        inner = self.postfix()
        if self.starts() or self.token.text in ("*", "/", ".*", "./", "·", "kron"):
            raise self.error(at, f"it is not clear where the argument of {name} ends", f"write {name}(...)")
        return [inner]

    def filled(self, name: str, at: int) -> Matrix:
        """``ones``, ``ones(n)``, ``ones(m, n)``; ``eye(n)``; ``zeros(n)``."""
        sides: list[str] = []
        if self.token.kind == "sub":
            sides.append(self.token.text)
            self.i += 1
        elif self.sign("("):
            double = self.sign("(") is not None
            while True:
                token = self.token
                self.i += 1
                small = token.kind == "number" and token.text.isdigit() and 0 < int(token.text) < 13
                if token.kind != "size" and not small:
                    raise self.error(token.at, f"{name} needs a size of this problem", f"write {name}(n)")
                sides.append(token.text)
                if self.sign(",") is None:
                    break
            for _ in range(1 + double):
                self.close(")", "(", at)
        if len(sides) > 2 or (name == "eye" and len(set(sides)) > 1):
            raise self.error(at, f"{name} has too many sizes", f"write {name}(n)")
        if name == "eye":
            return Identity(sides[0] if sides else "", at)
        if name == "zeros":
            return Numeral(Fraction(0), at)
        rows, columns = (*sides, "", "1")[:2] if not sides else (*sides, "1")[:2]
        return Ones(rows, columns, at)

    def called(self, name: str, arguments: list[Matrix], at: int) -> Matrix:
        first = arguments[0]
        match name:
            case "transpose":
                return _transposed(first, at)
            case "matmul":
                return Binary("*", first, arguments[1], at)
            case "solve":
                return Binary("*", Call("inv", (first,), at), arguments[1], at)
            case "hadamard":
                return Binary(".*", first, arguments[1], at)
            case "square":
                return Power(first, Fraction(2), True, at)
            case "log1p":
                return Call("log", (Binary("+", Numeral(Fraction(1), at), first, at),), at)
            case "logsumexp":
                return Call("log", (Call("sum", (Call("exp", (first,), at),), at),), at)
            case "adj":
                return Binary("*", Call("det", (first,), at), Call("inv", (first,), at), at)
            case "cof":
                return Transpose(Binary("*", Call("det", (first,), at), Call("inv", (first,), at), at), at)
            case "max":
                zero = Numeral(Fraction(0))
                if zero not in arguments:
                    raise self.error(at, "max is read with 0 only", "write max(0, x), or relu(x)")
                return Call("relu", (arguments[1] if first == zero else first,), at)
        return Call(name, tuple(arguments), at)

    def primed(self, e: Matrix, name: str, at: int) -> Matrix:
        """The derivative of a function of one number, ``sigma'(z)``, entry by entry."""
        if not isinstance(e, Call) or name not in _SLOPES:
            raise self.error(at, f"{name}' is not read here", "write the derivative out")
        return _SLOPES[name](e.arguments[0], e)


def _times(operator: Literal["*", "/", ".*", "./", "·"], left: Matrix, right: Matrix, at: int) -> Matrix:
    if isinstance(left, Numeral) and left.value == 1 and right in (Transpose(Ones("", "1")), Ones("", "1")):
        # 1 1^T: here the first 1 is a column of ones as well.
        left = Ones("", "1", left.at)
    return Binary(operator, left, right, at)


def _beside(left: Matrix, right: Matrix, at: int) -> Matrix:
    """Two factors side by side.  Nobody multiplies a row by the number 1: in ``x' 1`` it is a column of ones."""
    if isinstance(left, Transpose) and isinstance(right, Numeral) and right.value == 1:
        right = Ones("", "1", right.at)
    return _times("*", left, right, at)


def _transposed(e: Matrix, at: int) -> Matrix:
    """1^T is a row of ones; 11^T a square of them."""
    if isinstance(e, Numeral) and e.value == 1:
        return Transpose(Ones("", "1", e.at), at)
    if isinstance(e, Binary) and isinstance(e.left, Ones) and isinstance(e.right, Ones) and e.left.at == e.right.at:
        return Binary("*", e.left, Transpose(e.right, at), at)
    return Transpose(e, at)


def _constant(e: Matrix) -> Fraction | None:
    """The value of an exponent made of numerals."""
    match e:
        case Numeral(value):
            return value
        case Negative(a):
            value_a = _constant(a)
            return None if value_a is None else -value_a
        case Binary("+" | "-" | "*" | "/" as operator, a, b):
            x, y = _constant(a), _constant(b)
            if x is None or y is None or (operator == "/" and y == 0):
                return None
            return {"+": x + y, "-": x - y, "*": x * y}.get(operator) if operator != "/" else x / y
        case _:
            return None


def _one_minus(e: Matrix) -> Matrix:
    return Binary("-", Numeral(Fraction(1)), e)


# The derivative of a function of one number, from its argument and its value.
_SLOPES: dict[str, Callable[[Matrix, Call], Matrix]] = {
    "sigmoid": lambda u, f: Binary(".*", f, _one_minus(f)),
    "tanh": lambda u, f: _one_minus(Power(f, Fraction(2), True)),
    "exp": lambda u, f: f,
    "log": lambda u, f: Power(u, Fraction(-1), True),
    "sin": lambda u, f: Call("cos", (u,)),
    "cos": lambda u, f: Negative(Call("sin", (u,))),
    "relu": lambda u, f: Call("step", (u,)),
    "softplus": lambda u, f: Call("sigmoid", (u,)),
    "abs": lambda u, f: Call("sign", (u,)),
    "sinh": lambda u, f: Call("cosh", (u,)),
    "cosh": lambda u, f: Call("sinh", (u,)),
}
