"""From characters to tokens, with the place of each in the text as it was typed.

Kinds of token: ``0`` numeral, ``v`` variable, ``c`` constant, ``f`` function, ``?`` a word
without a meaning, ``end``, and every sign by itself.  A run of letters is already split into
its words here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from grader.errors import Place, StudentError
from grader.expr.characters import BadCharacter, plain
from grader.expr.notation import Note
from grader.expr.vocabulary import Vocabulary

MAX_LENGTH = 5_000
MAX_TOKENS = 3_000
NO_WORDS: Mapping[str, str] = {}

_TOKEN = re.compile(
    r"[ \t\r\n]*(?:"
    r"((?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|([A-Za-z\u0370-\u03ff∞](?:[A-Za-z0-9\u0370-\u03ff∞]|_\{[A-Za-z0-9]+\}|_(?=[A-Za-z0-9]))*)"
    r"|(\*\*|<=|>=|!=|==|=<|=>|->|[^ \t\r\n]))"
)
_SIGNS = frozenset("+-*/^()[]{}|!,;:=<>'_√∛∜⟨⟩") | {"<=", ">=", "!="}
_OTHER_SIGNS = {"**": "^", "==": "=", "=<": "<=", "=>": ">="}


class Tokens:
    """The tokens of a text as parallel lists, closed by a token of kind ``end``.

    ``starts`` and ``ends`` are indices into ``text``, the text as typed.
    """

    __slots__ = ("ends", "kinds", "notes", "source", "starts", "text", "words")

    def __init__(self, text: str, source: str) -> None:
        self.text = text
        self.source = source
        self.kinds: list[str] = []
        self.words: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.notes: list[Note] = []

    def add(self, kind: str, word: str, start: int, end: int) -> None:
        self.kinds.append(kind)
        self.words.append(word)
        self.starts.append(start)
        self.ends.append(end)

    def error(self, at: int, fault: str, fix: str = "") -> StudentError:
        """A fault at an index of the text."""
        return fault_at(self.text, at, fault, fix, self.source)


def fault_at(text: str, at: int, fault: str, fix: str, source: str) -> StudentError:
    """The error for a fault at an index of the text as typed."""
    line = text.count("\n", 0, at) + 1
    column = at - (text.rfind("\n", 0, at) + 1) + 1
    return StudentError(Place(source, line, column), fault, fix, text)


def check_length(text: str, source: str) -> None:
    """Raises StudentError for a text that is too long to be looked at."""
    if len(text) > MAX_LENGTH:
        fault = f"the answer has {len(text):,} characters"
        raise fault_at(text[:100], 0, fault, f"at most {MAX_LENGTH:,} are read", source)


_MODULES = {"math", "np", "numpy", "sp", "sympy", "torch", "Math", "cmath"}
_CHARACTER_FIXES = {
    "%": "write a percentage as a decimal, 5% as 0.05",
    "$": "leave out dollar signs",
    "\\": "LaTeX commands start with a backslash and letters",
    '"': "type the answer without quotation marks",
    "`": "type the answer without quotation marks",
    "?": "leave the answer empty when you have none",
    "&": "write a matrix as [[a, b], [c, d]]",
    "~": "write the answer with numbers and names",
    ".": "a point stands between digits; write a product as a*b",
    "_": "a subscript follows a letter, as in x_1",
    "->": "write one value or an equation",
    ":=": "use = alone",
    "_(": "a subscript follows a letter, as in x_1",
}


def refused_character(tokens: Tokens, at: int, word: str) -> StudentError:
    """The error for a sign that is no sign of the language."""
    before = tokens.words[-1] if tokens.words else ""
    if word == "." and before in _MODULES:
        return tokens.error(at, f"'{before}.' is programming, not mathematics", f"leave '{before}.' out")
    if not word.isprintable():
        return tokens.error(at, f"there is a control character here (U+{ord(word[0]):04X})", "delete it")
    if word == "." and before and tokens.kinds[-1] == "0":
        return tokens.error(at, "this number has more than one point", "write a number as 3.14")
    return tokens.error(at, f"the character '{word}' cannot be used in an answer", _CHARACTER_FIXES.get(word, ""))


def scan(text: str, words: Vocabulary, source: str, spoken: Mapping[str, str] = NO_WORDS) -> Tokens:
    """The tokens of an infix text.  Raises StudentError for what no token can be made of.

    ``spoken``: further words with the kind of token they make, in lower case.
    """
    tokens = Tokens(text, source)
    if text.isascii():
        _fill(tokens, text.rstrip(), words, spoken, None)
    else:
        try:
            clean, origin = plain(text)
        except BadCharacter as bad:
            raise tokens.error(bad.at, bad.fault, bad.fix) from None
        fill_from(tokens, clean, origin, words, spoken)
    return tokens


def fill_from(tokens: Tokens, clean: str, origin: list[int], words: Vocabulary, spoken: Mapping[str, str]) -> None:
    """Fill the tokens from a rewritten text, given where each of its characters came from."""
    _fill(tokens, clean.rstrip(), words, spoken, origin)
    last = len(tokens.text.rstrip())
    tokens.starts[:] = [origin[i] if i < len(origin) else last for i in tokens.starts]
    tokens.ends[:] = [origin[i - 1] + 1 if 0 < i <= len(origin) else last for i in tokens.ends]
    tokens.ends[-1] = tokens.starts[-1] = last


def _fill(tokens: Tokens, text: str, words: Vocabulary, spoken: Mapping[str, str], origin: list[int] | None) -> None:
    known = words.words
    kinds, names, starts, ends = tokens.kinds, tokens.words, tokens.starts, tokens.ends
    for match in _TOKEN.finditer(text):
        group = match.lastindex or 0
        start, end = match.span(group)
        word = match[group]
        if len(kinds) > MAX_TOKENS:
            at = origin[start] if origin else start
            raise tokens.error(at, f"the answer has more than {MAX_TOKENS:,} signs and names", "write less")
        if group == 3:
            word = _OTHER_SIGNS.get(word, word)
            if word not in _SIGNS:
                if word == "." and kinds and kinds[-1] in ("w", "or"):
                    continue  # an abbreviation: rel. min.
                raise refused_character(tokens, origin[start] if origin else start, word)
            kinds.append(word)
            names.append(word)
        elif group == 1:
            kinds.append("0")
            names.append(word)
        else:
            entry = known.get(word)
            if spoken and (entry is None or entry[0] == "f"):
                kind = spoken.get(word.lower()) if word != "In" else None
                if kind is not None:
                    tokens.add(kind, word.lower(), start, end)
                    continue
            if entry is None:
                _add_run(tokens, word, start, origin[start] if origin else start, words)
                continue
            kinds.append(entry[0])
            names.append(entry[1])
        starts.append(start)
        ends.append(end)
    tokens.add("end", "", len(text), len(text))


def _add_run(tokens: Tokens, word: str, start: int, at: int, words: Vocabulary) -> None:
    """The tokens of a run of letters that is no single word."""
    pieces = words.split(word)
    if pieces is None:
        pieces = words.relaxed(word)
        if pieces is not None:
            for kind, name, i, j in pieces:
                if kind == "f" and word[i:j] != word[i:j].lower():
                    tokens.notes.append(Note(at + i, f"{word[i:j]} was read as {name}"))
    if pieces is None:
        tokens.add("?", word, start, start + len(word))
        return
    for kind, name, i, j in pieces:
        tokens.add(kind, name, start + i, start + j)
