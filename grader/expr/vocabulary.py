"""What a run of letters means: declared names, functions and constants, alone or run together.

`Vocabulary.split` reads ``xy``, ``xsinx``, ``2pix`` and ``sin2x`` as the words they are made
of: the longest word first, going back when the rest does not come out.  Declared names win
over functions and constants of the same spelling.
"""

from __future__ import annotations

import re
from typing import Any, TypeAlias

from grader.expr.functions import ALIASES
from grader.expr.labels import LABEL_WORDS
from grader.expr.letters import GREEK
from grader.expr.notation import Names

Piece: TypeAlias = tuple[str, str, int, int]
"""Token kind (``v`` variable, ``c`` constant, ``f`` function, ``0`` numeral), the name, and
where it starts and ends in the run."""

CONSTANTS = {
    "pi": "pi", "π": "pi", "e": "e", "oo": "oo", "∞": "oo", "inf": "oo", "infinity": "oo", "infty": "oo",
    "Inf": "oo", "Infinity": "oo", "%pi": "pi", "%e": "e", "%inf": "oo",
}  # fmt: skip
CAPITALS = {"E": "e", "Pi": "pi", "PI": "pi"}
"""Constants as computer algebra systems write them, where no declared name is spelled so."""
SIGNS = (
    "+", "-", "*", "/", "^", "(", ")", "[", "]", "{", "}", "|", "!", ",", ";", ":", "=", "<", ">", "<=", ">=", "!=",
    "'", "_", "√", "∛", "∜", "⟨", "⟩", "±", "∓", "∪", "∖", "ℝ", "ℤ", "⟦", "⟧", "°", "%",
)  # fmt: skip
_SPELLINGS_OF_SIGNS = {
    "**": "^",
    "==": "=",
    "=<": "<=",
    "=>": ">=",
    "<>": "!=",
    "=/=": "!=",
    "/=": "!=",
    ":=": "=",
    "+/-": "±",
    "-/+": "∓",
}
LINKING = {"or": "or", "and": "or", "in": "in"}
"""Words between answers, with the kind of token they make."""
SPOKEN_SIGNS = {"plus": "+", "minus": "-", "times": "*", "negative": "-", "equals": "="}
"""Signs that are typed as words."""
WITHOUT_ROW = {"pow": "pow", "power": "pow", "Power": "pow", "POWER": "pow", "frac": "frac"}
"""Names that are applied like functions and make a power or a quotient."""
BRACKETS_BY_NAME = {
    "matrix": "matrix", "Matrix": "matrix", "vector": "vector", "Vector": "vector", "array": "matrix",
    "Array": "matrix",    "transpose": "transpose", "Transpose": "transpose",
}  # fmt: skip
"""Words before a bracket that only say what stands in it."""
UNITS = ("i", "j", "k")

_NAME_OF_GREEK = {letter: name for name, letter in GREEK.items() if name != "pi"}
_SUBSCRIPTED = re.compile(r"(.+?)_?\{?([0-9]+|(?<=_)[A-Za-z0-9]+|(?<=_\{)[A-Za-z0-9]+)\}?")
_STEM = "[A-Za-zα-ωΑ-Ω]|" + "|".join(GREEK)
_FREE = re.compile(rf"({_STEM})(?:_?([0-9]{{1,3}})|_([A-Za-z]{{1,3}})|_\{{([0-9]{{1,3}}|[A-Za-z]{{1,3}})\}})?")
FREE_WORDS = frozenset(("const", "constant"))
"""Words for a free constant, in lower case."""
_BASE = re.compile(r"(.*?)(log|root)_\{?([0-9]+|[A-Za-z])\}?(.*)")
_BESIDE_PI = re.compile("([A-Za-z]?)(π|pi)([A-Za-z]?)")
_NEVER_FREE = {"e", "i", "π", "pi", "Pi", "E", "I"}
_FREE_IN_RUNS = ("C", "c", "K", "k", "A", "B", "D")
# These are too short to be looked for inside a run of letters: `chx` is c*h*x or a slip.
_WHOLE_ONLY = {"sh", "ch", "th", "inf", "Inf", "tang", "fact", *WITHOUT_ROW}
# These would come out as a function and more, and mean the function.
_SLIPS = {"sine", "cosine", "tangent", "secant", "cosecant", "cotangent", "atan2", "arctan2"}
_LONGEST_RUN = 60
_MEMO = 2000


class Vocabulary:
    """The words that a text with the given names may use.

    ``tables``: what each piece of a text becomes, as token kind and name, for texts without and with
    labels; a run of letters is kind ``run`` with its words.  Numerals and runs are added when they are met.
    ``units``: whether i, j and k are unit vectors where they are not declared.
    ``plain_a``: whether no variable is called a, so that ``asin`` can mean one thing only.
    """

    __slots__ = ("_inside", "_longest", "_memo", "_plain", "declared", "names", "plain_a", "tables", "units", "words")

    def __init__(self, names: Names, units: bool = False) -> None:
        self.names = names
        self.units = units
        words: dict[str, tuple[str, str]] = {}
        self.declared = declared = frozenset(names.variables)
        self.plain_a = "a" not in declared
        for alias, function in ALIASES.items():
            if not (len(alias) == 2 and alias != "ln" and set(alias) <= declared):
                words[alias] = ("f", function)
        for word, called in WITHOUT_ROW.items():
            words[word] = ("f", called)
        for word, constant in CONSTANTS.items():
            words[word] = ("c", constant)
        for variable in names.variables:
            for spelling in _spellings(variable):
                # A spelling of one name must not hide another declared name or a function.
                if spelling == variable or (spelling not in declared and spelling not in words):
                    words[spelling] = ("v", variable)
        if units:
            for letter in UNITS:
                words.setdefault(letter, ("u", letter))
        self.words = words
        self._inside = {word: entry for word, entry in words.items() if word not in _WHOLE_ONLY or word in declared}
        if names.free:
            for letter in _FREE_IN_RUNS:
                if letter not in declared:
                    self._inside.setdefault(letter, ("v", letter))
                    for digit in "0123456789":
                        for spelling in (f"{letter}_{digit}", f"{letter}{digit}", f"{letter}_{{{digit}}}"):
                            self._inside.setdefault(spelling, ("v", f"{letter}_{digit}"))
        self._longest = max(len(word) for word in self._inside)
        self._memo: dict[str, tuple[Piece, ...] | None] = {}
        table: dict[str, tuple[str, Any]] = {sign: (sign, sign) for sign in SIGNS}
        table |= {typed: (sign, sign) for typed, sign in _SPELLINGS_OF_SIGNS.items()}
        table |= {word: ("m", sort) for word, sort in BRACKETS_BY_NAME.items()}
        table |= words
        linking = {
            **{word: (kind, word) for word, kind in LINKING.items() if word not in declared},
            "&&": ("or", "and"),
            **{word: (sign, sign) for word, sign in SPOKEN_SIGNS.items() if word not in declared},
        }
        labels = {
            word: ("w", word) for word in LABEL_WORDS if word not in declared and words.get(word, ("f",))[0] == "f"
        }
        self._plain = (table | linking, table | labels | linking)
        self.tables: list[dict[str, tuple[str, Any]]] = [dict(one) for one in self._plain]

    def remember(self, labelled: bool, piece: str, entry: tuple[str, Any]) -> tuple[str, Any]:
        """Adds an entry to a table, which does not grow without end, and gives it back."""
        table = self.tables[labelled]
        if len(table) > _MEMO:
            table.clear()
            table.update(self._plain[labelled])
        if len(piece) <= _LONGEST_RUN:
            table[piece] = entry
        return entry

    def split(self, run: str) -> tuple[Piece, ...] | None:
        """The words of a run of letters, digits and subscripts; None when it does not come out."""
        if run in self._memo:
            return self._memo[run]
        pieces = self._whole(run) or self._with_base(run) or self._split(run) or self._beside_pi(run)
        if len(self._memo) >= _MEMO:
            self._memo.clear()
        self._memo[run] = pieces
        return pieces

    def _beside_pi(self, run: str) -> tuple[Piece, ...] | None:
        """``nπ`` and ``πn``: a free name next to pi."""
        match = _BESIDE_PI.fullmatch(run) if self.names.free else None
        if match is None:
            return None
        before, behind = (self._whole(match[k]) if match[k] else () for k in (1, 3))
        if before is None or behind is None or not (before or behind):
            return None
        pi, after = match.end(1), match.start(3)
        shifted = tuple((kind, name, after + i, after + j) for kind, name, i, j in behind)
        return (*before, ("c", "pi", pi, after), *shifted)

    def relaxed(self, run: str) -> tuple[Piece, ...] | None:
        """The words of a run whose functions and constants may have capitals: ``Sin``, ``xCOS``, ``E``, ``Pi``."""
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
        for typed, meant in CAPITALS.items():
            if typed not in self.declared:
                lower = lower.replace(typed, meant)
        return None if lower == run else self.split(lower)

    def _whole(self, run: str) -> tuple[Piece, ...] | None:
        entry = self.words.get(run)
        if entry is None and self.names.free:
            name = self._free(run)
            entry = ("v", name) if name else None
        return None if entry is None else ((*entry, 0, len(run)),)

    def _free(self, run: str) -> str:
        """The name of the free constant that a run is, ``C_1`` for ``C1``; '' when it is none."""
        match = _FREE.fullmatch(run)
        if match is None or match[1] in _NEVER_FREE:
            return ""
        stem = _NAME_OF_GREEK.get(match[1], match[1])
        subscript = match[2] or match[3] or match[4]
        if not subscript:
            return stem
        # x2 and x_2 next to a variable x are slips for x^2.
        return "" if stem in self.declared else f"{stem}_{subscript}"

    def _with_base(self, run: str) -> tuple[Piece, ...] | None:
        """``log_2``, ``log_bx`` and ``xlog_2x``: a logarithm with its base, or a root with its index."""
        match = _BASE.fullmatch(run) if len(run) <= _LONGEST_RUN else None
        if match is None:
            return None
        head, tail = (() if not part else self.split(part) for part in (match[1], match[4]))
        base = (("0", match[3], 0, len(match[3])),) if match[3].isdigit() else self._whole(match[3])
        if head is None or tail is None or base is None:
            return None
        at, sign, of_base, rest = match.end(1), match.end(2), match.start(3), match.start(4)
        return (
            *head,
            ("f", match[2], at, sign),
            ("_", "_", sign, sign + 1),
            (base[0][0], base[0][1], of_base, match.end(3)),
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


_BUILT: dict[tuple[tuple[str, ...], bool, bool], Vocabulary] = {}
_MOST_BUILT = 256


def vocabulary(names: Names, units: bool = False) -> Vocabulary:
    """The vocabulary of some names, built once."""
    key = (names.variables, names.free, units)
    found = _BUILT.get(key)
    if found is None:
        if len(_BUILT) >= _MOST_BUILT:
            _BUILT.clear()
        found = _BUILT[key] = Vocabulary(names, units)
    return found
