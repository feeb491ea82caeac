"""From characters to tokens, with the place of each in the text as it was typed.

Kinds of token: ``0`` numeral, ``v`` variable, ``c`` constant, ``f`` function, ``?`` a word
without a meaning, ``end``, and every sign by itself.  A run of letters is already split into
its words here.
"""

from __future__ import annotations

import re
from functools import lru_cache

from grader.errors import Place, StudentError
from grader.expr.notation import Note
from grader.expr.vocabulary import Vocabulary

MAX_LENGTH = 10_000
MAX_TOKENS = 4_000
MAX_DIGITS = 60
MAX_POWER_OF_TEN = 300

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


def scan(text: str, words: Vocabulary, source: str) -> Tokens:
    """The tokens of an infix text.  Raises StudentError for what no token can be made of."""
    tokens = Tokens(text, source)
    if len(text) > MAX_LENGTH:
        raise tokens.error(0, f"the answer has {len(text):,} characters", f"at most {MAX_LENGTH:,} are read")
    known = words.words
    kinds, names, starts, ends = tokens.kinds, tokens.words, tokens.starts, tokens.ends
    for match in _TOKEN.finditer(text.rstrip()):
        group = match.lastindex
        assert group is not None
        start, end = match.span(group)
        word = match[group]
        if group == 3:
            word = _OTHER_SIGNS.get(word, word)
            if word not in _SIGNS:
                raise tokens.error(start, f"the character {word!r} cannot be used in an answer")
            kinds.append(word)
            names.append(word)
        elif group == 1:
            kinds.append("0")
            names.append(word)
        else:
            entry = known.get(word)
            if entry is None:
                pieces = words.split(word)
                if pieces is None:
                    tokens.add("?", word, start, end)
                else:
                    for kind, name, i, j in pieces:
                        tokens.add(kind, name, start + i, start + j)
                continue
            kinds.append(entry[0])
            names.append(entry[1])
        starts.append(start)
        ends.append(end)
    if len(kinds) > MAX_TOKENS:
        raise tokens.error(starts[MAX_TOKENS], f"the answer has more than {MAX_TOKENS:,} signs and names")
    tokens.add("end", "", len(text.rstrip()), len(text.rstrip()))
    return tokens
