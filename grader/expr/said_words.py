"""The words of mathematics as they are said, and what each of them stands for.

A text becomes `Item`s: the longest phrase first, "to the power of" before "to the".  Kinds: ``sign``, ``function``,
``raise`` (an exponent follows), ``after`` (it belongs to what stands before it), ``number``, ``share`` (half, thirds),
``ordinal``, ``open`` and ``close``, ``fraction``, ``over`` and ``end``, ``base`` and ``index``, ``choose``, ``sub``,
``point``, ``of``, ``the`` and other words without a sign, and ``text`` for whatever is typed in signs.
"""

from __future__ import annotations

import re

from grader.expr.functions import FUNCTIONS
from grader.records import record

_PIECE = re.compile(r"[0-9]+(?:st|nd|rd|th)\b|[0-9]+(?:\.[0-9]+)?|[A-Za-z]+|[^\sA-Za-z0-9]")
_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
NUMBERS = {word: n for n, word in enumerate(_ONES)} | {word: 10 * (n + 2) for n, word in enumerate(_TENS)}
_ORDINALS = {
    word: str(n)
    for n, word in enumerate("second third fourth fifth sixth seventh eighth ninth tenth".split(), start=2)
} | {"nth": "n", "kth": "k"}  # fmt: skip
_SHARES = {"half": "2", "halves": "2", "quarter": "4", "quarters": "4"} | {
    f"{word}{plural}": n for word, n in _ORDINALS.items() if n.isdecimal() and n != "2" for plural in ("", "s")
}

_SIGNS = {
    "plus": "+", "minus": "-", "negative": "-", "times": "*", "multiplied by": "*", "over": "/", "divided by": "/",
    "plus or minus": "±", "plus minus": "±", "comma": ",",
    "equals": "=", "equal to": "=", "is equal to": "=", "is": "=",
    "is not equal to": "!=", "is not": "!=", "not equal to": "!=", "does not equal": "!=", "isn t": "!=",
    **{f"{verb}{words}": sign for verb in ("", "is ") for words, sign in {
        "less than": "<", "smaller than": "<", "greater than": ">", "larger than": ">", "bigger than": ">",
        "more than": ">", "less than or equal to": "<=", "smaller than or equal to": "<=", "at most": "<=",
        "no more than": "<=", "not more than": "<=", "not greater than": "<=", "greater than or equal to": ">=",
        "larger than or equal to": ">=", "bigger than or equal to": ">=", "at least": ">=", "no less than": ">=",
        "not less than": ">=",
    }.items()},
}  # fmt: skip
_FUNCTIONS = {row.spoken.removeprefix("the "): name for name, row in FUNCTIONS.items() if row.arity == 1} | {
    "square root": "sqrt", "sq root": "sqrt", "cube root": "cbrt", "cubed root": "cbrt",
    "root of": "sqrt", "natural log": "ln", "logarithm": "log", "log base ten": "log10", "common log": "log10",
    "modulus": "abs", "exponential function": "exp",
    **{f"{word}{base}": name for base, name in (
        ("sine", "arcsin"), ("cosine", "arccos"), ("tangent", "arctan"), ("cotangent", "arccot"),
        ("secant", "arcsec"), ("cosecant", "arccsc"),
    ) for word in ("inverse ", "arc")},
    **{f"inverse {name}": f"arc{name}" for name in ("sin", "cos", "tan", "cot", "sec", "csc")},
}  # fmt: skip
_ENDS = {"end root": "root", "end power": "power", "end absolute value": "abs", "end fraction": "fraction"}
NEED_ENDS = {"sqrt": "root", "cbrt": "root", "abs": "abs"}
_BRACKETS = ("bracket", "parenthesis", "paren", "parentheses")
_PHRASES: dict[str, tuple[str, str]] = {
    **{words: ("sign", sign) for words, sign in _SIGNS.items()},
    **{words: ("function", name) for words, name in _FUNCTIONS.items()},
    **{words: ("end", what) for words, what in _ENDS.items()},
    **{f"{verb}{noun}": ("open", "(") for verb in ("open ", "left ") for noun in _BRACKETS},
    **{f"{verb}{noun}": ("close", ")") for verb in ("close ", "closed ", "right ") for noun in _BRACKETS},
    **{words: ("raise", "^") for words in (
        "to the power", "to the power of", "raised to", "raised to the power", "raised to the power of", "to the")},
    **{words: ("base", "log_") for words in (
        "log base", "log to the base", "log to base", "logarithm base", "logarithm to the base", "logarithm to base")},
    "all over": ("over", ")/("), "fraction": ("fraction", "(("),
    "squared": ("after", "^2"), "cubed": ("after", "^3"), "factorial": ("after", "!"),
    "percent": ("after", "%"), "per cent": ("after", "%"),
    "choose": ("choose", ""), "sub": ("sub", "_"), "point": ("point", "."), "of": ("of", ""), "the": ("the", ""),
    "an": ("the", ""), "either": ("filler", ""), "both": ("filler", ""), "only": ("filler", ""),
    "positive": ("positive", ""), "root with index": ("index", "root_"), "root": ("text", "root"),
}  # fmt: skip
_MOST_WORDS = max(len(words.split()) for words in _PHRASES)
# Words that alone do not show that an answer is in words.
NO_SIGN_OF_WORDS = frozenset(("text", "the", "point"))


@record
class Item:
    kind: str
    text: str
    start: int
    end: int


def items(text: str) -> list[Item]:
    pieces = [(match[0], match.start(), match.end()) for match in _PIECE.finditer(text)]
    found: list[Item] = []
    i = 0
    while i < len(pieces):
        item, used = _item(pieces, i)
        found.append(item)
        i += used
    return found


def _item(pieces: list[tuple[str, int, int]], i: int) -> tuple[Item, int]:
    piece, start, end = pieces[i]
    if not piece[0].isalnum():
        return Item("text", piece, start, end), 1
    for count in range(min(_MOST_WORDS, len(pieces) - i), 0, -1):
        phrase = " ".join(word for word, _, _ in pieces[i : i + count]).lower()
        last = pieces[i + count - 1][2]
        if phrase in _PHRASES and (count > 1 or len(piece) > 1):
            kind, meant = _PHRASES[phrase]
            return Item(kind, meant, start, last), count
        if count == 1 and (ordinal := _ordinal(piece.lower())):
            return Item("ordinal", ordinal, start, end), 1
        if count == 1 and piece.lower() in NUMBERS:
            return Item("number", piece.lower(), start, end), 1
        if count == 1 and piece.lower() in _SHARES:
            return Item("share", _SHARES[piece.lower()], start, end), 1
    return Item("text", piece, start, end), 1


def _ordinal(word: str) -> str:
    """The number of ``fourth`` or ``4th``, '' when it is none."""
    if word in _ORDINALS:
        return _ORDINALS[word]
    return word[:-2] if word[0].isdigit() and word[-2:] in ("st", "nd", "rd", "th") else ""
