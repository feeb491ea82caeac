"""From characters to tokens, with the place of each in the text as it was typed.

Kinds of token: ``0`` numeral, ``v`` variable, ``c`` constant, ``f`` function, ``?`` a word
without a meaning, ``end``, and every sign by itself.  A run of letters is already split into
its words here.
"""

from __future__ import annotations

import re
from itertools import accumulate
from typing import Any

from grader.errors import Place, StudentError
from grader.expr.characters import UNSEEN, BadCharacter, plain
from grader.expr.labels import LABEL_WORDS
from grader.expr.notation import Note
from grader.expr.vocabulary import FREE_WORDS, LINKING, Vocabulary

MAX_LENGTH = 5_000
MAX_TOKENS = 3_000

_NUMERAL = r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_LETTERS = r"A-Za-z\u0370-\u03ff∞"
_WORD = rf"%?[{_LETTERS}](?:[{_LETTERS}0-9]|_\{{[A-Za-z0-9]+\}}|_(?=[A-Za-z0-9]))*"
# Every character of a text is in one piece: spaces, numerals, runs of letters, signs.
_pieces = re.compile(
    rf"[ \t\r\n]+|{_NUMERAL}|{_WORD}|\*\*|<=|>=|!=|==|=<|=>|->|<>|:=|&&|=/=|/=|\+/-|-/\+|\.\.\.|.", re.DOTALL
).findall
_BLANKS = frozenset(" \t\r\n")
_DIGITS = frozenset("0123456789.")


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


# The names of libraries that programmers write before a function, np.sin.
_MODULE = re.compile(
    r"(?<![A-Za-z0-9_])(?:np|numpy|jnp|math|Math|cmath|mpmath|mp|sp|sympy|scipy(?:\.special)?|special|torch|tf)\Z"
)
_HAVE_INVERSES = frozenset(("sin", "cos", "tan", "cot", "sec", "csc"))
_CHARACTER_FIXES = {
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
    "...": "give the exact value, or round it",
    ":=": "use = alone",
    "_(": "a subscript follows a letter, as in x_1",
}


def refused_character(tokens: Tokens, at: int, word: str) -> StudentError:
    """The error for a sign that is no sign of the language."""
    before = tokens.words[-1] if tokens.words else ""
    if not word.isprintable():
        return tokens.error(at, f"there is a control character here (U+{ord(word[0]):04X})", "delete it")
    if word == "." and before and tokens.kinds[-1] == "0":
        return tokens.error(at, "this number has more than one point", "write a number as 3.14")
    return tokens.error(at, f"the character '{word}' cannot be used in an answer", _CHARACTER_FIXES.get(word, ""))


def scan(text: str, words: Vocabulary, source: str, labelled: bool = False) -> Tokens:
    """The tokens of an infix text.  Raises StudentError for what no token can be made of.

    ``labelled``: whether words such as ``min`` are labels of points rather than functions.
    """
    tokens = Tokens(text, source)
    if text.isascii():
        _fill(tokens, text, words, labelled, None)
    else:
        try:
            clean, origin = plain(text)
        except BadCharacter as bad:
            raise tokens.error(bad.at, bad.fault, bad.fix) from None
        note_unseen(tokens)
        fill_from(tokens, clean, origin, words, labelled)
    return tokens


def note_unseen(tokens: Tokens) -> None:
    """Says that characters which cannot be seen were left out."""
    for at, character in enumerate(tokens.text):
        if character in UNSEEN:
            code = f"U+{ord(character):04X}"
            tokens.notes.append(Note(at, f"a character that cannot be seen ({code}) was left out"))
            return


def fill_from(tokens: Tokens, clean: str, origin: list[int], words: Vocabulary, labelled: bool) -> None:
    """Fill the tokens from a rewritten text, given where each of its characters came from."""
    _fill(tokens, clean, words, labelled, origin)
    last = len(tokens.text.rstrip())
    tokens.starts[:] = [origin[i] if i < len(origin) else last for i in tokens.starts]
    tokens.ends[:] = [origin[i - 1] + 1 if 0 < i <= len(origin) else last for i in tokens.ends]
    tokens.ends[-1] = tokens.starts[-1] = last


def _fill(tokens: Tokens, text: str, words: Vocabulary, labelled: bool, origin: list[int] | None) -> None:
    table = words.tables[labelled]
    pieces = _pieces(text)
    if len(pieces) > MAX_TOKENS:
        _refuse_many(tokens, pieces, origin)
    try:
        # Every piece is known, as when the same class is read on: no loop but those of the interpreter.
        entries = [table[piece] for piece in pieces if piece != " "]
    except KeyError:
        entries = []
    kinds = [entry[0] for entry in entries]
    if entries and "run" not in kinds:
        kinds.append("end")
        tokens.kinds = kinds
        tokens.words = [entry[1] for entry in entries]
        tokens.words.append("")
        if len(entries) == len(pieces):
            ends = list(accumulate(map(len, pieces)))
            tokens.starts = [0, *ends]
            ends.append(ends[-1])
            tokens.ends = ends
        else:
            places = [(end - len(p), end) for p, end in zip(pieces, accumulate(map(len, pieces))) if p != " "]  # noqa: B905
            last = places[-1][1]
            tokens.starts = [start for start, _ in places]
            tokens.starts.append(last)
            tokens.ends = [end for _, end in places]
            tokens.ends.append(last)
        return
    _fill_slowly(tokens, text, pieces, words, labelled, origin)


def _fill_slowly(
    tokens: Tokens, text: str, pieces: list[str], words: Vocabulary, labelled: bool, origin: list[int] | None
) -> None:
    table = words.tables[labelled]
    kinds, names, starts, ends = tokens.kinds, tokens.words, tokens.starts, tokens.ends
    end = 0
    for piece in pieces:
        start = end
        end += len(piece)
        entry = table.get(piece)
        if entry is None:
            if piece[0] in _BLANKS:
                continue
            if piece == "." and text[end : end + 1].isalpha() and _leave_out_module(tokens, text, start, origin):
                continue
            entry = _unusual(tokens, piece, start, origin, words, labelled, not text[end:].strip())
            if entry is None:
                continue
        kind, name = entry
        if kind == "run":
            for part, called, i, j in name:
                tokens.add(part, called, start + i, start + j)
            continue
        kinds.append(kind)
        names.append(name)
        starts.append(start)
        ends.append(end)
    last = len(text.rstrip())
    tokens.add("end", "", last, last)


def _leave_out_module(tokens: Tokens, text: str, point: int, origin: list[int] | None) -> bool:
    """Takes back the tokens of a library's name before the point at an index, ``np`` in ``np.sin``."""
    match = _MODULE.search(text, max(0, point - 20), point)
    if match is None:
        return False
    while tokens.starts and tokens.starts[-1] >= match.start():
        for each in (tokens.kinds, tokens.words, tokens.starts, tokens.ends):
            each.pop()
    at = match.start()
    tokens.notes.append(Note(origin[at] if origin else at, f"'{match[0]}.' was left out"))
    return True


def _refuse_many(tokens: Tokens, pieces: list[str], origin: list[int] | None) -> None:
    count = end = 0
    for piece in pieces:
        start, end = end, end + len(piece)
        count += piece[0] not in _BLANKS
        if count > MAX_TOKENS + 1:
            at = origin[start] if origin else start
            raise tokens.error(at, f"the answer has more than {MAX_TOKENS:,} signs and names", "write less")


def _unusual(
    tokens: Tokens, piece: str, start: int, origin: list[int] | None, words: Vocabulary, labelled: bool, last: bool
) -> tuple[str, Any] | None:
    """The entry for a piece that is not in the table; None when there is none or its tokens are added."""
    at = origin[start] if origin else start
    if piece[0] in _DIGITS and piece not in (".", "..."):
        return words.remember(labelled, piece, ("0", piece))
    if labelled and piece == "->":
        return ":", piece  # (0, 0) -> saddle
    if not (piece[0].isalpha() or piece[0] in "∞%") or piece == "%":
        after_word = bool(tokens.kinds) and tokens.kinds[-1] in ("w", "or")
        # The point of an abbreviation, rel. min., or of a sentence.
        if piece == "." and (after_word or (last and tokens.kinds and tokens.kinds[-1] != "0")):
            return None
        raise refused_character(tokens, at, piece)
    if piece in ("%i", "%phi", "%gamma"):
        return "?", piece[1:]  # constants of Maxima
    if piece[0] == "%":
        raise tokens.error(
            at,
            "'%' before a name is no sign of answers",
            "write a percentage as 5/100; there is no remainder in answers",
        )
    lower = piece.lower()
    if piece != "In" and lower != piece and piece not in words.declared:
        kind = LINKING.get(lower) or ("w" if labelled and lower in LABEL_WORDS else None)
        if kind is not None:
            return kind, lower
    if words.names.free and lower in FREE_WORDS and tokens.kinds[-1:] in (["+"], ["-"]):
        tokens.notes.append(Note(at, f"{piece} was read as the free constant C"))
        return "v", "C"
    if words.names.free and piece[0] == "A" and piece[1:4] in _HAVE_INVERSES and "A" not in words.declared:
        raise tokens.error(
            at, f"{piece[:4]} could be A times {piece[1:4]} or the inverse function",
            f"write A*{piece[1:4]}(...) or arc{piece[1:4]}(...)",
        )  # fmt: skip
    pieces = words.split(piece)
    if pieces is not None:
        return words.remember(labelled, piece, ("run", pieces))
    pieces = words.relaxed(piece)
    if pieces is None:
        return words.remember(labelled, piece, ("?", piece))
    for kind, name, i, j in pieces:
        if kind in "fc" and piece[i:j] != piece[i:j].lower():
            tokens.notes.append(Note(at + i, f"{piece[i:j]} was read as {name}"))
    return "run", pieces
