"""What a run of letters means: declared names, functions and constants, alone or run together.

`Vocabulary.split` reads ``xy``, ``xsinx``, ``2pix`` and ``sin2x`` as the words they are made
of: the longest word first, going back when the rest does not come out.  Declared names win
over functions and constants of the same spelling.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TypeAlias

from grader.expr.functions import ALIASES
from grader.expr.letters import GREEK
from grader.expr.notation import Names

Piece: TypeAlias = tuple[str, str, int, int]
"""Token kind (``v`` variable, ``c`` constant, ``f`` function, ``0`` numeral), the name, and
where it starts and ends in the run."""

CONSTANTS = {
    "pi": "pi", "π": "pi", "e": "e", "oo": "oo", "∞": "oo", "inf": "oo", "infinity": "oo", "infty": "oo",
    "Inf": "oo", "Infinity": "oo",
}  # fmt: skip

_NAME_OF_GREEK = {letter: name for name, letter in GREEK.items() if name != "pi"}
_SUBSCRIPTED = re.compile(r"(.+?)_?\{?([0-9]+|(?<=_)[A-Za-z0-9]+|(?<=_\{)[A-Za-z0-9]+)\}?")
_FREE = re.compile(r"([A-Za-zα-ωΑ-Ω])(?:_?[0-9]{1,3}|_[A-Za-z0-9]{1,3}|_\{[A-Za-z0-9]{1,3}\})?")
_BASE = re.compile(r"(.*?)log_\{?([0-9]+|[A-Za-z])\}?(.*)")
_NEVER_FREE = {"e", "i", "π"}
_FREE_IN_RUNS = ("C", "c", "K", "k")
# These are too short to be looked for inside a run of letters: `chx` is c*h*x or a slip.
_WHOLE_ONLY = {"sh", "ch", "th", "inf", "Inf", "tang", "fact"}
# These would come out as a function and more, and mean the function.
_SLIPS = {"sine", "cosine", "tangent", "secant", "cosecant", "cotangent"}
_LONGEST_RUN = 60
_MEMO = 2000


class Vocabulary:
    """The words that a text with the given names may use."""

    __slots__ = ("_inside", "_longest", "_memo", "names", "words")

    def __init__(self, names: Names) -> None:
        self.names = names
        words: dict[str, tuple[str, str]] = {}
        declared = set(names.variables)
        for alias, function in ALIASES.items():
            if not (len(alias) == 2 and alias != "ln" and set(alias) <= declared):
                words[alias] = ("f", function)
        for word, constant in CONSTANTS.items():
            words[word] = ("c", constant)
        for variable in names.variables:
            for spelling in _spellings(variable):
                # A spelling of one name must not hide another declared name or a function.
                if spelling == variable or (spelling not in declared and spelling not in words):
                    words[spelling] = ("v", variable)
        self.words = words
        self._inside = {word: entry for word, entry in words.items() if word not in _WHOLE_ONLY or word in declared}
        if names.free:
            for letter in _FREE_IN_RUNS:
                self._inside.setdefault(letter, ("v", letter))
        self._longest = max(len(word) for word in self._inside)
        self._memo: dict[str, tuple[Piece, ...] | None] = {}

    def split(self, run: str) -> tuple[Piece, ...] | None:
        """The words of a run of letters, digits and subscripts; None when it does not come out."""
        if run in self._memo:
            return self._memo[run]
        pieces = self._whole(run) or self._with_base(run) or self._split(run)
        if len(self._memo) >= _MEMO:
            self._memo.clear()
        self._memo[run] = pieces
        return pieces

    def relaxed(self, run: str) -> tuple[Piece, ...] | None:
        """The words of a run whose function names may have capitals: ``Sin``, ``xCOS``."""
        if len(run) > _LONGEST_RUN:
            return None
        lower = run
        for match in re.finditer("[A-Za-z]{3,}", run):
            word = match[0].lower()
            for i in range(len(word) - 2):
                longest = next((j for j in range(len(word), i + 2, -1) if ALIASES.get(word[i:j])), None)
                if longest:
                    at = match.start() + i
                    lower = lower[:at] + word[i:longest] + lower[at + longest - i :]
                    break
        return None if lower == run else self.split(lower)

    def _whole(self, run: str) -> tuple[Piece, ...] | None:
        entry = self.words.get(run)
        if entry is None and self.names.free and run not in _NEVER_FREE and _FREE.fullmatch(run):
            name = run.replace("{", "").replace("}", "")
            entry = ("v", _NAME_OF_GREEK.get(name, name))
        return None if entry is None else ((*entry, 0, len(run)),)

    def _with_base(self, run: str) -> tuple[Piece, ...] | None:
        """``log_2``, ``log_bx`` and ``xlog_2x``: a logarithm with its base."""
        match = _BASE.fullmatch(run) if len(run) <= _LONGEST_RUN else None
        if match is None:
            return None
        head, tail = (() if not part else self.split(part) for part in (match[1], match[3]))
        base = (("0", match[2], 0, len(match[2])),) if match[2].isdigit() else self._whole(match[2])
        if head is None or tail is None or base is None:
            return None
        at, of_base, rest = match.end(1), match.start(2), match.start(3)
        return (
            *head,
            ("f", "log", at, at + 3),
            ("_", "_", at + 3, at + 4),
            (base[0][0], base[0][1], of_base, match.end(2)),
            *((kind, name, i + rest, j + rest) for kind, name, i, j in tail),
        )

    def _split(self, run: str) -> tuple[Piece, ...] | None:
        n = len(run)
        if n > _LONGEST_RUN or run in _SLIPS:
            return None
        # steps[i]: the pieces of the first word at i, once the rest from i is known to come out.
        steps: list[tuple[Piece, ...] | None] = [None] * n + [()]
        for i in range(n - 1, -1, -1):
            for length in range(min(self._longest, n - i), 0, -1):
                entry = self._inside.get(run[i : i + length])
                if entry is None:
                    continue
                j = i + length
                k = j
                if entry[0] == "f":
                    while k < n and "0" <= run[k] <= "9":
                        k += 1
                if steps[k] is None or (k == j < n and "0" <= run[j] <= "9"):
                    continue
                found: tuple[Piece, ...] = ((*entry, i, j),)
                if k > j:
                    found += (("0", run[j:k], j, k),)
                steps[i] = found
                break
        pieces: tuple[Piece, ...] = ()
        i = 0
        while i < n:
            found_here = steps[i]
            if found_here is None:
                return None
            pieces += found_here
            i = found_here[-1][3]
        return pieces


def _spellings(variable: str) -> tuple[str, ...]:
    """How a declared name may be typed: ``x_1``, ``x1``, ``x_{1}``; Greek by letter or by name."""
    match = _SUBSCRIPTED.fullmatch(variable)
    stem, subscript = (match[1], match[2]) if match else (variable, "")
    stem = stem.rstrip("_{")
    other = GREEK.get(stem) or _NAME_OF_GREEK.get(stem)
    found = [variable]
    for written in (stem, other) if other else (stem,):
        if not subscript:
            found.append(written)
            continue
        found += [f"{written}_{subscript}", f"{written}_{{{subscript}}}"]
        if subscript.isdigit():
            found.append(f"{written}{subscript}")
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=256)
def vocabulary(names: Names) -> Vocabulary:
    """The vocabulary of some names, built once."""
    return Vocabulary(names)
