"""The characters of a matrix expression as tokens, the same for plain text, Unicode and LaTeX.

A run of letters is split into declared names, longest first.  Every token knows where in the
text it stands.
"""

from __future__ import annotations

import re
import unicodedata

from grader.errors import Place, StudentError
from grader.expr.matrices.spelling import (
    ACCENTS,
    COMBINING,
    COMMANDS,
    FONTS,
    FRACTIONS,
    FUNCTIONS,
    GREEK,
    GREEK_NAMES,
    LOWERED,
    MODULES,
    RAISED,
    SIGNS,
    key,
    spellings,
)
from grader.records import record

MOST_CHARACTERS = 2000
_LONGEST_RUN = 60

_NUMBER = re.compile(r"\d+(?:\.(?![*/^'T])\d*)?|\.\d+")
_OPERATORS = re.compile(r"\.\*\*|\.\*|\./|\.\^|\.'|\*\*|\|\||>=|<=|[-+*/^'(){}\[\]|,<>:;]")
_PLAIN = {"**": "^", ".**": ".^", ".'": "'"}
_SUBSCRIPT = re.compile(r"_\s*(?:\{([^{}]*)\}|([A-Za-z0-9]))")
_GROUP = re.compile(r"\s*\{\s*([^{}]*?)\s*\}")
_OPENS = re.compile(r"\s*(?:\\(?:left|[Bb]ig+l?))?\s*(?:[(\[{]|\\\{)")
# An operator's content that is not mathematics: \nabla, \partial, a sum with an index.
_QUESTION = {
    "nabla": "the answer must not contain the gradient itself",
    "partial": "the answer must not contain a derivative",
    "sum": "sums over an index are not read here",
    "prod": "products over an index are not read here",
    "int": "the answer must not contain an integral",
}
_FIX = {
    "nabla": "type what it is equal to",
    "partial": "type what it is equal to",
    "sum": "write sum(x), or x^T y for the sum of the x_i y_i",
    "prod": "write it with matrices and vectors",
    "int": "type what it is equal to",
}
# What may stand before an equals sign: a name, a gradient, a derivative.
_LABEL = re.compile(
    r"^[^=]*(?:\\nabla|∇|\\partial|∂|\bgrad|\bd[A-Za-z]*\s*/\s*d|\\frac\s*\{\s*(?:\\mathrm\{d\}|d))[^=]*$"
    r"|^\s*(?:\\(?:hat|bar|mathbf|boldsymbol|bm|mathrm|tilde|widehat|operatorname)\s*)*\{?\s*\\?[^\W\d]\w*\s*\}?"
    r"(?:_\{?[\w\\,]*\}?)?(?:\^\{?[*\\a-z]+\}?|\^?')*(?:\s*\([^()=]*\))?\s*$"
)


@record
class Token:
    """``kind``: number, name, size, function, identity, ones, e, transpose, sub, frac, sqrt, sign or end."""

    kind: str
    text: str
    at: int
    end: int


@record
class Vocabulary:
    """What a text may name: declared symbols, and sizes, which count as numbers."""

    names: frozenset[str]
    sizes: frozenset[str] = frozenset()


def tokenize(text: str, words: Vocabulary, source: str) -> list[Token]:
    """The tokens of a text, an ``end`` at the end; StudentError says where and what to mend."""
    if len(text) > MOST_CHARACTERS:
        raise StudentError(
            Place(source), f"the answer is longer than {MOST_CHARACTERS} characters", "shorten it", text[:200]
        )
    return _Tokenizer(text, words, source).run()


class _Tokenizer:
    def __init__(self, text: str, words: Vocabulary, source: str) -> None:
        self.typed, self.source = text, source
        self.known = spellings(words.names)
        self.names = words.names
        self.sizes = {s for s in words.sizes if s not in self.known}
        self.tokens: list[Token] = []
        self.text = self.unlabelled(_one_to_one(text))

    def error(self, at: int, fault: str, fix: str = "") -> StudentError:
        return StudentError(Place(self.source, 1, at + 1), fault, fix, self.typed)

    def unlabelled(self, text: str) -> str:
        """The text with a leading ``dL/dx =`` blanked out, and without a closing full stop."""
        at = text.find("=")
        if at > 0 and text[at - 1] in "<>:" and text[at : at + 2] != "==":
            at = -1 if text[at - 1] != ":" else at
        if at >= 0:
            left = text[:at].rstrip(":").strip().lstrip("$")
            if _LABEL.match(left) is None or "=" in text[at + 1 :].replace(">=", "").replace("<=", ""):
                raise self.error(at, "an expression is asked, not an equation", "type the right-hand side alone")
            text = " " * (at + 1) + text[at + 1 :]
        stripped = text.rstrip(" \t\n$")
        if stripped.endswith((".", ";", ",")) and not stripped.endswith(("\\,", "\\;")):
            text = stripped[:-1]
        return text

    def add(self, kind: str, text: str, at: int, end: int) -> None:
        self.tokens.append(Token(kind, text, at, end))

    def run(self) -> list[Token]:
        text, at = self.text, 0
        while at < len(text):
            c = text[at]
            if c.isspace() or c in "$~&":
                at += 1
            elif c == "\\":
                at = self.command(at)
            elif c in "𝟙𝟏":
                self.add("ones", c, at, at + 1)
                at += 1
            elif c in RAISED:
                at = self.raised(at)
            elif c in FRACTIONS:
                top, bottom = FRACTIONS[c].split("/")
                for kind, piece in (("sign", "("), ("number", top), ("sign", "/"), ("number", bottom), ("sign", ")")):
                    self.add(kind, piece, at, at + 1)
                at += 1
            elif c == "√":
                self.add("sqrt", c, at, at + 1)
                at += 1
            elif c in SIGNS:
                at = self.sign(SIGNS[c], at, at + 1)
            elif found := _NUMBER.match(text, at):
                self.add("number", found.group(), at, found.end())
                at = self.subscript(found.end()) if found.group() == "1" else found.end()
            elif c.isalpha():
                at = self.word(at)
            elif text.startswith(".T", at) and not text[at + 2 : at + 3].isalnum():
                self.add("sign", "'", at, at + 2)
                at += 2
            elif text.startswith(".dot(", at):
                self.add("sign", "*", at, at + 4)
                at += 4
            elif text.startswith((".t()", ".T()"), at) or text.startswith(".transpose()", at):
                end = text.index(")", at) + 1
                self.add("sign", "'", at, end)
                at = end
            elif found := _OPERATORS.match(text, at):
                at = self.sign(_PLAIN.get(found.group(), found.group()), at, found.end())
            elif c == "_":
                at = self.subscript(at, required=True)
            else:
                raise self.error(at, f"unexpected {self.typed[at]!r}", "remove it")
        self.add("end", "", len(text), len(text))
        return self.tokens

    def sign(self, sign: str, at: int, end: int) -> int:
        if sign == "T":
            self.add("transpose", sign, at, end)
            return end
        self.add("sign", sign, at, end)
        if sign in ("||", "|", ">"):
            return self.subscript(end)
        return end

    def raised(self, at: int) -> int:
        """Raised characters, ``²``, ``⁻¹``, ``ᵀ``, as an exponent in braces."""
        end = at
        while end < len(self.text) and self.text[end] in RAISED:
            end += 1
        plain = "".join(RAISED[c] for c in self.text[at:end])
        self.add("sign", "^", at, at)
        self.add("sign", "{", at, at)
        for piece in re.findall(r"-|\d+|T", plain):
            kind = "transpose" if piece == "T" else "sign" if piece == "-" else "number"
            self.add(kind, piece, at, end)
        self.add("sign", "}", end, end)
        return end

    def subscript(self, at: int, required: bool = False) -> int:
        """A subscript that is not part of a name, as of a norm or of I."""
        found = _SUBSCRIPT.match(self.text, at)
        if found is None:
            if required:
                raise self.error(at, "unexpected '_'", "remove it")
            return at
        raw = found.group(1) if found.group(1) is not None else found.group(2)
        plain = re.sub(r"\\(?:mathrm|text|mathbf|rm|operatorname)\s*", "", raw).replace("\\times", " x ")
        self.add("sub", " ".join(plain.replace("{", "").replace("}", "").split()), at, found.end())
        return found.end()

    def command(self, at: int) -> int:
        """A LaTeX command; returns where it ends."""
        text = self.text
        found = re.compile(r"[A-Za-z]+|.", re.DOTALL).match(text, at + 1)
        if found is None:
            raise self.error(at, "the answer ends with a backslash", "remove it")
        name, end = found.group(), found.end()
        if name in FONTS:
            return self.font(name, at, end)
        if name in ACCENTS:
            return self.accent(name, at, end)
        if name in ("frac", "dfrac", "tfrac", "cfrac"):
            self.add("frac", "\\" + name, at, end)
            return self.digits(end)
        if name == "sqrt":
            self.add("sqrt", "\\sqrt", at, end)
            return end
        if name in COMMANDS:
            sign = COMMANDS[name]
            if name in ("left", "right") and text[end : end + 1] == ".":
                return end + 1
            if not sign:
                return end
            return self.sign(sign, at, end)
        if name in _QUESTION:
            raise self.error(at, _QUESTION[name], _FIX[name])
        if name in GREEK_NAMES or name in FUNCTIONS or name == "ell":
            return self.named(name, at, end)
        raise self.error(at, f"the command '\\{name}' is not read here", "write it with plain letters and signs")

    def digits(self, at: int) -> int:
        r"""The arguments of ``\frac12``, which are single digits."""
        for _ in range(2):
            while at < len(self.text) and self.text[at].isspace():
                at += 1
            if not self.text[at : at + 1].isdigit():
                return at
            self.add("number", self.text[at], at, at + 1)
            at += 1
        return at

    def font(self, name: str, at: int, end: int) -> int:
        group = _GROUP.match(self.text, end)
        if group is not None:
            content = group.group(1)
            if content in ("1", "𝟙"):
                self.add("ones", "1", at, group.end())
                return self.subscript(group.end())
            if re.fullmatch(r"\\?[A-Za-z][A-Za-z0-9]*", content):
                plain = content.lstrip("\\")
                whole = len(plain) == 1 or plain in FUNCTIONS or plain in GREEK_NAMES or key(plain) in self.known
                if content.startswith("\\") and plain not in GREEK_NAMES and plain not in FUNCTIONS:
                    return end  # a command in a group of its own: \mathbf{\top}
                if whole or plain.startswith("I"):
                    return self.named(plain, group.start(1), group.end())
            return end
        one = re.compile(r"\s*(?:1|(?=\\?[A-Za-z]))").match(self.text, end)
        if one is not None and one.group().strip() == "1":
            self.add("ones", "1", at, one.end())
            return self.subscript(one.end())
        return end

    def accent(self, name: str, at: int, end: int) -> int:
        """``\\hat{y}``: the name that was declared for it, as yhat or y_hat."""
        found = re.compile(r"\s*\{?\s*(?:\\(?:mathbf|boldsymbol|bm|mathrm)\s*\{?)?\s*\\?([A-Za-z]+)[}\s]*").match(
            self.text, end
        )
        if found is None:
            raise self.error(at, f"the command '\\{name}' needs a letter", "write it with plain letters")
        plain = found.group(1) + ACCENTS[name]
        if key(plain) in self.known:
            return self.named(plain, at, found.end())
        return self.unknown(self.text[at : found.end()].strip(), at)

    def word(self, at: int) -> int:
        for module in MODULES:
            if self.text.startswith(module, at):
                return at + len(module)
        end = at
        while end < len(self.text) and (
            self.text[end].isalnum() or self.text[end] in COMBINING or self.text[end] in LOWERED
        ):
            if self.text[end] in RAISED:
                break
            end += 1
        word = "".join(COMBINING.get(c, c) for c in self.text[at:end])
        last = self.tokens[-3:]
        if _after_power(last) and key("T") not in self.known and word[0] in "TtH" and word[0] not in self.known:
            # A^TA, x^T y: the mark of the transpose, then the rest.
            self.add("transpose", "T", at, at + 1)
            return at + 1
        return self.named(word, at, end)

    def named(self, word: str, at: int, end: int) -> int:
        """A run of letters as names, functions and the identity; with its subscript where that is part of a name."""
        called = _OPENS.match(self.text, end) is not None
        sub = _SUBSCRIPT.match(self.text, end)
        if sub is not None:
            inner = sub.group(1) if sub.group(1) is not None else sub.group(2)
            # x_1 in a word of plain text goes on to the last letter or digit: w_out.
            longer = re.compile(r"_([A-Za-z0-9]+)").match(self.text, end)
            for raw, stop in ((longer.group(1), longer.end()) if longer else ("", 0), (inner, sub.end())):
                name = f"{word}_{raw}"
                if raw and (name in self.known or key(name) in self.known):
                    self.add("name", self.known.get(name) or self.known[key(name)], at, stop)
                    return stop
                if raw and name in FUNCTIONS:
                    self.add("function", FUNCTIONS[name], at, stop)
                    return stop
        if word in self.known or key(word) in self.known:
            self.add("name", self.known.get(word) or self.known[key(word)], at, end)
            return end
        if word == "σ":
            word = "sigma"
        if word in FUNCTIONS and (called or (word != "sigma" and self.split(word, 0, False) is None)):
            self.add("function", FUNCTIONS[word], at, end)
            return self.subscript(end)
        pieces = self.split(word, 0, called)
        if pieces is None or len(word) > _LONGEST_RUN:
            return self.unknown(word, at)
        here = at
        for kind, name, length in pieces:
            self.add(kind, name, here, here + length)
            here += length
        if pieces[-1][0] == "identity":
            return self.subscript(end)
        return end

    def split(self, word: str, start: int, called: bool) -> list[tuple[str, str, int]] | None:
        """A run of letters as names, longest first; None if it cannot be."""
        if start == len(word):
            return []
        for stop in range(len(word), start, -1):
            piece = word[start:stop]
            found = self.piece(piece, stop == len(word), called)
            if found is not None and (rest := self.split(word, stop, called)) is not None:
                return [(*found, stop - start), *rest]
        return None

    def piece(self, piece: str, last: bool, called: bool) -> tuple[str, str] | None:
        if piece in self.known or key(piece) in self.known:
            return "name", self.known.get(piece) or self.known[key(piece)]
        if piece == "I":
            return "identity", "I"
        if piece == "T":
            return "transpose", "T"
        if piece in self.sizes:
            return "size", piece
        if last and called and piece in FUNCTIONS:
            return "function", FUNCTIONS[piece]
        if piece == "e" and last:
            return "e", "e"
        return None

    def unknown(self, word: str, at: int) -> int:
        from difflib import get_close_matches

        uses = f"this problem uses {', '.join(sorted(self.names))}"
        if "T" in word[1:] and (apart := self.split(word.replace("T", ""), 0, False)) is not None and len(apart) > 1:
            raise self.error(at, f"unknown name {word!r}", f"for a transpose write x^T or x'; {uses}")
        close = get_close_matches(word, [*self.names, *FUNCTIONS], 1)
        hint = f"; did you mean {close[0]}?" if close else ""
        raise self.error(at, f"unknown name {word!r}", uses + hint)


def _after_power(last: list[Token]) -> bool:
    """Whether the last tokens open an exponent: ``^``, ``^{`` or ``^-``."""
    texts = [t.text if t.kind == "sign" else "" for t in last[-3:]]
    if texts[-1:] == ["-"]:
        texts.pop()
    if texts[-1:] in (["{"], ["("]):
        texts.pop()
    return texts[-1:] == ["^"]


def _one_to_one(text: str) -> str:
    """The text with letters of other alphabets and fonts plain, every character at its place."""
    if text.isascii():
        return text
    found = []
    for c in unicodedata.normalize("NFD", text):
        if 0x1D400 <= ord(c) <= 0x1D7FF and c not in "𝟙𝟏" or c in "ℓℝ" or 0xFF01 <= ord(c) <= 0xFF5E:
            c = unicodedata.normalize("NFKC", c)
        found.append("lambda" if c == "ƛ" else c)
    return "".join(found)


assert all(len(c) == 1 for c in (*SIGNS, *RAISED, *FRACTIONS, *GREEK))
