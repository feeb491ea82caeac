"""Typed text to a matrix expression: MATLAB's, NumPy's, LaTeX's and the blackboard's spellings.

Postfix ``'`` and ``^`` bind tighter than juxtaposition, which is ``*``; a run of letters is
split into declared names, longest first.  ``A^T`` is the transpose unless ``T`` is declared.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Literal, cast

from grader.errors import Place, StudentError
from grader.matrix.tree import Binary, Call, Identity, Matrix, Negative, Numeral, Power, Symbol, Transpose

MOST_CHARACTERS = 2000
DEEPEST = 40

# Typed name: canonical name.
FUNCTIONS = {
    "tr": "tr", "trace": "tr", "Tr": "tr", "det": "det", "logdet": "logdet", "inv": "inv", "inverse": "inv",
    "transpose": "transpose", "diag": "diag", "Diag": "diag", "norm": "norm", "norm2": "norm", "normF": "norm",
    "norm1": "norm1", "sum": "sum", "exp": "exp", "log": "log", "ln": "log", "sin": "sin", "cos": "cos",
    "sqrt": "sqrt", "abs": "abs", "sign": "sign", "sgn": "sign", "tanh": "tanh", "sigmoid": "sigmoid",
    "logistic": "sigmoid", "softplus": "softplus", "relu": "relu", "ReLU": "relu", "softmax": "softmax",
    "dot": "dot", "inner": "dot", "outer": "outer", "hadamard": "hadamard", "eye": "eye",
}  # fmt: skip
_TWO_ARGUMENTS = frozenset({"dot", "outer", "hadamard"})

_SPELLINGS = (
    ("−", "-"), ("–", "-"), ("·", "*"), ("⋅", "*"), ("×", "*"), ("@", "*"), ("⊙", ".*"), ("∘", ".*"), ("⊘", "./"),
    ("’", "'"), ("′", "'"), ("ᵀ", "^T"), ("⊤", "T"), ("⁻¹", "^(-1)"), ("²", "^2"), ("³", "^3"),
    ("‖", "||"), ("∥", "||"), ("λ", "lambda"), ("μ", "mu"), ("σ", "sigma"), ("β", "beta"), ("θ", "theta"),
    ("α", "alpha"),
)  # fmt: skip

_TOKEN = re.compile(
    r"\s*(?:(\d+\.?\d*|\.\d+)|([A-Za-z][A-Za-z0-9_]*)|(\.\*|\./|\.\^|\.T(?![A-Za-z0-9_])|\*\*|\|\||[-+*/^()',\[\]{}|]))"
)


def parse(text: str, names: frozenset[str], source: str = "answer") -> Matrix:
    """The tree of a typed matrix expression; StudentError says where and what to mend."""
    if len(text) > MOST_CHARACTERS:
        raise StudentError(Place(source), f"the answer is longer than {MOST_CHARACTERS} characters", "shorten it", text)
    return _Parser(_plain(text, source), names, source).whole()


def _plain(text: str, source: str) -> str:
    """The text with Unicode and LaTeX spellings written in plain characters."""
    for spelled, plain in _SPELLINGS:
        text = text.replace(spelled, plain)
    text = text.strip().strip("$").strip()
    return _without_latex(text, source) if "\\" in text else text


_LATEX = (
    (r"\\(?:left|right|big|Big|,|;|!|quad)(?![A-Za-z])|\\[,;! ]", " "),
    (r"\\(?:lVert|rVert|Vert|\|)(?![A-Za-z])", "||"),
    (r"\\(?:mathbf|boldsymbol|bm|mathrm|operatorname\*?|text)\s*\{([A-Za-z0-9_]+)\}", r" \1 "),
    (r"\\(?:top|intercal)(?![A-Za-z])", "T"),
    (r"\\(?:cdot|times)(?![A-Za-z])", "*"),
    (r"\\(?:odot|circ)(?![A-Za-z])", ".*"),
)


def _without_latex(text: str, source: str) -> str:
    for pattern, plain in _LATEX:
        text = re.sub(pattern, plain, text)
    while (start := text.find("\\frac")) >= 0:
        top, middle = _braced(text, start + 5, source)
        bottom, end = _braced(text, middle, source)
        text = f"{text[:start]}(({top})/({bottom})){text[end:]}"
    return re.sub(r"\\([A-Za-z]+)", r" \1 ", text)


def _braced(text: str, start: int, source: str) -> tuple[str, int]:
    """What stands between the braces that open at or after ``start``, and where they end."""
    opened = start
    while opened < len(text) and text[opened].isspace():
        opened += 1
    if opened >= len(text) or text[opened] != "{":
        raise StudentError(
            Place(source, 1, start + 1), "\\frac needs two arguments in braces", "write \\frac{a}{b}", text
        )
    depth = 0
    for i in range(opened, len(text)):
        depth += (text[i] == "{") - (text[i] == "}")
        if depth == 0:
            return text[opened + 1 : i], i + 1
    raise StudentError(Place(source, 1, opened + 1), "'{' is never closed", "add '}'", text)


class _Parser:
    """Recursive descent over a list of tokens (kind, text, position)."""

    def __init__(self, text: str, names: frozenset[str], source: str) -> None:
        self.text, self.names, self.source = text, names, source
        self.tokens: list[tuple[str, str, int]] = []
        at = 0
        while at < len(text):
            found = _TOKEN.match(text, at)
            if found is None:
                if not text[at:].strip():
                    break
                at += len(text[at:]) - len(text[at:].lstrip())
                raise self.error(at, f"unexpected {text[at]!r}", "remove it")
            number, word, operator = found.groups()
            start = found.end() - len(number or word or operator)
            if number:
                self.tokens.append(("number", number, start))
            elif word:
                self.tokens += self.words(word, start, text[found.end() :].lstrip()[:1] == "(")
            else:
                self.tokens.append(("sign", {"**": "^", ".T": "'"}.get(operator, operator), start))
            at = found.end()
        self.tokens.append(("end", "", len(text)))
        self.i = 0
        self.depth = 0
        self.norms = 0

    def error(self, at: int, fault: str, fix: str = "") -> StudentError:
        return StudentError(Place(self.source, 1, at + 1), fault, fix, self.text)

    def words(self, word: str, at: int, called: bool) -> list[tuple[str, str, int]]:
        """A run of letters as names, functions and the identity."""
        if word in self.names:
            return [("name", word, at)]
        if word in FUNCTIONS and called:
            return [("function", FUNCTIONS[word], at)]
        if word in ("I", "T"):
            return [("name", word, at)]
        found: list[tuple[str, str, int]] = []
        rest, here = word, at
        while rest:
            name = next((n for n in sorted({*self.names, "I"}, key=len, reverse=True) if rest.startswith(n)), None)
            if name is None:
                raise self.unknown(word, at)
            found.append(("name", name, here))
            rest, here = rest[len(name) :], here + len(name)
        return found

    def unknown(self, word: str, at: int) -> StudentError:
        from difflib import get_close_matches

        if word in FUNCTIONS:
            return self.error(at, f"the function {word} needs its argument in brackets", f"write {word}(...)")
        close = get_close_matches(word, [*self.names, *FUNCTIONS], 1)
        hint = f"; did you mean {close[0]}?" if close else ""
        return self.error(at, f"unknown name {word!r}", f"this problem uses {', '.join(sorted(self.names))}{hint}")

    @property
    def token(self) -> tuple[str, str, int]:
        return self.tokens[self.i]

    def sign(self, *texts: str) -> str | None:
        kind, text, _ = self.token
        if kind == "sign" and text in texts:
            self.i += 1
            return text
        return None

    def whole(self) -> Matrix:
        e = self.sum()
        kind, text, at = self.token
        if kind != "end":
            fix = "remove it or open a bracket before" if text in ")]}" else "remove it"
            raise self.error(at, f"unexpected {text!r}", fix)
        return e

    def sum(self) -> Matrix:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.error(self.token[2], f"brackets are nested deeper than {DEEPEST}", "simplify the expression")
        left = self.product()
        while (operator := self.sign("+", "-")) is not None:
            at = self.tokens[self.i - 1][2]
            left = Binary(cast("Literal['+', '-']", operator), left, self.product(), at)
        self.depth -= 1
        return left

    def product(self) -> Matrix:
        left = self.unary()
        while True:
            at = self.token[2]
            operator = self.sign("*", "/", ".*", "./")
            if operator is not None:
                left = Binary(cast("Literal['*', '/', '.*', './']", operator), left, self.unary(), at)
            elif self.starts():
                left = Binary("*", left, self.postfix(), at)
            else:
                return left

    def starts(self) -> bool:
        kind, text, _ = self.token
        return kind in ("number", "name", "function") or text in ("(", "[") or (text == "||" and not self.norms)

    def unary(self) -> Matrix:
        at, minus = self.token[2], False
        while (operator := self.sign("-", "+")) is not None:
            minus ^= operator == "-"
        e = self.postfix()
        return Negative(e, at) if minus else e

    def postfix(self) -> Matrix:
        e = self.atom()
        while True:
            at = self.token[2]
            operator = self.sign("'", "^", ".^")
            if operator is None:
                return e
            e = Transpose(e, at) if operator == "'" else self.raised(e, operator == ".^", at)

    def raised(self, base: Matrix, entrywise: bool, at: int) -> Matrix:
        closing = {"(": ")", "{": "}"}.get(self.sign("(", "{") or "", "")
        minus = self.sign("-") is not None
        kind, text, here = self.token
        self.i += 1
        if kind == "name" and text == "T" and "T" not in self.names and not entrywise:
            e: Matrix = Transpose(Power(base, Fraction(-1), False, at) if minus else base, at)
        elif kind == "number":
            value = Fraction(text)
            if self.sign("/"):
                kind, text, here = self.token
                self.i += 1
                if kind != "number" or not Fraction(text):
                    raise self.error(here, "a power needs a number as its exponent", "write for example ^2 or ^(-1)")
                value /= Fraction(text)
            if abs(value) > 20:
                raise self.error(here, "the exponent is larger than 20", "use a smaller one")
            e = Power(base, -value if minus else value, entrywise, at)
        else:
            raise self.error(here, "a power needs a number or T", "write ^2, ^(-1) or ^T")
        if closing and self.sign(closing) is None:
            raise self.error(self.token[2], f"expected {closing!r}", f"add {closing!r}")
        return e

    def atom(self) -> Matrix:
        kind, text, at = self.token
        self.i += 1
        if kind == "number":
            return Numeral(Fraction(text), at)
        if kind == "name":
            if text == "T" and "T" not in self.names:
                raise self.error(at, "T stands alone", "write A^T for the transpose of A")
            return Identity("", at) if text == "I" and "I" not in self.names else Symbol(text, at)
        if kind == "function":
            return self.call(text, at)
        if text in ("(", "[", "{"):
            norms, self.norms = self.norms, 0
            e = self.sum()
            self.close({"(": ")", "[": "]", "{": "}"}[text], text, at)
            self.norms = norms
            return e
        if text == "||":
            self.norms += 1
            e = self.sum()
            self.close("||", "||", at)
            self.norms -= 1
            return Call("norm", (e,), at)
        if text == "|":
            raise self.error(at, "single bars are not read here", "write det(A), abs(x) or ||x||")
        if kind == "end":
            raise self.error(at, "the answer ends too early", "complete it")
        raise self.error(at, f"unexpected {text!r}", "something is missing before it")

    def close(self, closing: str, opened: str, at: int) -> None:
        if self.sign(closing) is None:
            raise self.error(at, f"{opened!r} is never closed", f"add {closing!r}")

    def call(self, function: str, at: int) -> Matrix:
        opened = self.token[2]
        self.i += 1
        if function == "eye":
            kind, _, here = self.token
            self.i += 1
            if kind not in ("name", "number"):
                raise self.error(here, "eye needs a size", "write I or eye(n)")
            self.close(")", "(", opened)
            return Identity("", at)
        arguments = [self.sum()]
        while self.sign(","):
            arguments.append(self.sum())
        self.close(")", "(", opened)
        wanted = 2 if function in _TWO_ARGUMENTS else 1
        if len(arguments) != wanted:
            raise self.error(at, f"{function} takes {wanted} argument{'s' * (wanted > 1)}, not {len(arguments)}")
        if function == "transpose":
            return Transpose(arguments[0], at)
        return Call(function, tuple(arguments), at)
