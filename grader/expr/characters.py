"""Unicode as students type and paste it, turned into the ASCII signs of the language.

Superscripts, fractions, roots, minus signs, full-width and mathematical letters have one plain
spelling each.  Characters that cannot be seen and change nothing are left out, with a note.  Those
that turn the line around or sit on a letter, and letters of other alphabets that look like ours,
are refused by name, for they would make two answers that look the same differ.
"""

from __future__ import annotations

import re
from unicodedata import category, decomposition, name, normalize

SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ᐟᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᶿ",
                        "0123456789+-()/abcdefghijklmnoprstuvwxyzθ", strict=True))  # fmt: skip
SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", "0123456789aehijklmnoprstuvx", strict=True))
FRACTIONS = {
    "½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4", "⅕": "1/5", "⅖": "2/5", "⅗": "3/5", "⅘": "4/5",
    "⅙": "1/6", "⅚": "5/6", "⅐": "1/7", "⅛": "1/8", "⅜": "3/8", "⅝": "5/8", "⅞": "7/8", "⅑": "1/9", "⅒": "1/10",
}  # fmt: skip
SIGNS = {
    "·": "*", "⋅": "*", "∙": "*", "•": "*", "×": "*", "✕": "*", "⨯": "*", "∗": "*", "÷": "/", "∕": "/", "⁄": "/",
    "−": "-", "–": "-", "‐": "-", "‑": "-", "‒": "-", "—": "-", "≤": "<=", "⩽": "<=", "≥": ">=", "⩾": ">=",
    "≠": "!=", "′": "'", "’": "'", "‘": "'", "″": "''", "“": '"', "”": '"', "∣": "|", "〈": "⟨", "〉": "⟩",
    "⟨": "⟨", "⟩": "⟩", "√": "√", "∛": "∛", "∜": "∜", "∞": "∞", "ᵀ": "^T", "⊤": "T", "→": "->", "∈": " in ",
    "ϕ": "φ", "ϵ": "ε", "µ": "μ", "ℯ": "e", "ⅇ": "e", "，": ",", "；": ";", "：": ":", "±": "±", "∓": "∓", "∪": "∪",
    "∖": "∖", "ℝ": "ℝ", "ℤ": "ℤ", "ℕ": "ℤ", "î": " i ", "ĵ": " j ", "´": "'", "∨": " or ", "∧": " and ",
    "✖": "*", "⨉": "*", "⋆": "*", "‧": "*", "・": "*", "･": "*", "➗": "/", "╱": "/", "➕": "+", "➖": "-", "˗": "-",
    "―": "-", "≧": ">=", "≦": "<=", "≔": ":=", "∶": ":", "ˆ": "^", "❘": "|", "ǀ": "|", "│": "|", "¦": "|", "∥": "‖",
    "‹": "<", "›": ">", "〖": "(", "〗": ")", "ƒ": "f", "ᴇ": "E", "㏑": " ln ", "㏒": " log ", "°": "°", "º": "°",
    "˚": "°", "‴": "'''", "⟶": "->", "\u2061": " ", "\u2062": " ", "\u2063": ",",
}  # fmt: skip
REFUSED = {
    "∫": "an integral", "∬": "an integral", "∮": "an integral", "∂": "a derivative", "∇": "a gradient",
    "∑": "a sum", "∏": "a product over an index", "Σ": "",
}  # fmt: skip
_FIXES = {
    "∩": "work out the common part and type it",
    "⌊": "rounding is no function of answers", "⌋": "rounding is no function of answers",
    "⌈": "rounding is no function of answers", "⌉": "rounding is no function of answers",
    "↦": "type only the formula on its right", "∴": "leave it out", "⇒": "type only the last line", "≡": "write =",
    "≈": "give the value itself, without a sign before it", "…": "write the answer out", "‖": "write a norm with sqrt",
    "⟹": "type only the last line", "⇔": "type only the last line", "⟺": "type only the last line",
    "∅": "write none",
}  # fmt: skip
UNSEEN = dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\ufe0e\ufe0f", "")
"""Characters that take no room and change nothing, left behind by phones and web pages: they are left out."""
# As word processors write a function in their line format, 〖sin〗^2 x.
_NAME_IN_BRACKETS = re.compile("〖([A-Za-z]+)〗")
_MATRIX = str.maketrans({"■": " ", "&": ",", "@": ";"})
"""The matrices of that format, ■(1&2@3&4)."""
_ROOTS = {"2": "√", "3": "∛", "4": "∜"}
# What a raised sign stands before a whole term rather than as its exponent: a calculator's minus.
_BEFORE_TERM = frozenset("+-*/^([{|,;=<>")
# Signs that would run together with a digit before them.
_RUNS_ON = frozenset("0123456789.eE")
# Ways in which a character may differ from the ones it stands for and still be read as them.
_NOT_ALIKE = ("<super>", "<sub>", "<circle>", "<square>")
# What a raised number before a root sign cannot be an exponent of.
_BEFORE_INDEX = frozenset("+-*/^([{|,;=<> ")
_LOOKALIKES = dict(zip("асеорхуіјѕԁһАВЕКМНОРСТХУѴοναρυΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
                       "aceopxyijsdhABEKMHOPCTXYVovapuABEZHIKMNOPTYX", strict=True))  # fmt: skip
_ALPHABETS = ("CYRILLIC", "ARMENIAN", "CHEROKEE")


class BadCharacter(Exception):
    """A character that has no place in an answer: its index, the fault, and the fix."""

    def __init__(self, at: int, fault: str, fix: str = "") -> None:
        super().__init__(at, fault, fix)
        self.at, self.fault, self.fix = at, fault, fix


def refused_operator(what: str) -> tuple[str, str]:
    """Fault and fix for an operator that would hand the question back."""
    return f"{what} cannot be part of an answer", "work it out and type the result"


def plain(text: str, bars: bool = False) -> tuple[str, list[int]]:
    """The text in the signs of the language, and for each of its characters the index it came from.

    ``bars``: whether ⟦ and ⟧ stand for the two bars of an absolute value, as in text made from LaTeX.
    Raises `BadCharacter`.
    """
    found: list[str] = []
    origin: list[int] = []

    def add(piece: str, at: int) -> None:
        found.append(piece)
        origin.extend([at] * len(piece))

    if "〖" in text:
        text = _NAME_IN_BRACKETS.sub(r" \1 ", text)
    if "■" in text:
        text = text.translate(_MATRIX)
    i, n = 0, len(text)
    while i < n:
        c = text[i]
        if c.isascii():
            add(c, i)
        elif c in SUPERSCRIPTS:
            j = i
            while j < n and text[j] in SUPERSCRIPTS:
                j += 1
            if text[j : j + 1] == "√" and SUPERSCRIPTS[text[i]] in _ROOTS and j == i + 1:
                # ³√x is a root, x³√x is a power before one.
                if not found or found[-1][-1] in _BEFORE_INDEX:
                    add(_ROOTS[SUPERSCRIPTS[text[i]]], i)
                    i = j + 1
                    continue
            if text[i:j] == "⁻" and ("".join(found).rstrip() or "(")[-1] in _BEFORE_TERM:
                add("-", i)
                i = j
                continue
            grouped = j - i > 1 or (j < n and text[j] in _RUNS_ON)
            add("^(" if grouped else "^", i)
            for k in range(i, j):
                if k > i and SUPERSCRIPTS[text[k]].isdigit() and SUPERSCRIPTS[text[k - 1]].isalpha():
                    letter, digit = SUPERSCRIPTS[text[k - 1]], SUPERSCRIPTS[text[k]]
                    raise BadCharacter(
                        k, f"the raised {text[k - 1 : k + 1]} could be {letter}^{digit} or {letter}{digit}",
                        f"write the exponent in brackets, ^({letter}^{digit})")  # fmt: skip
                add(SUPERSCRIPTS[text[k]], k)
            if grouped:
                add(")", j - 1)
            i = j
            continue
        elif c in SUBSCRIPTS:
            if not (i and text[i - 1] in SUBSCRIPTS):
                add("_", i)
            add(SUBSCRIPTS[c], i)
            if i + 1 < n and text[i + 1].isalnum() and text[i + 1] not in SUBSCRIPTS:
                add(" ", i)  # x₁x and log₂8: the subscript ends here
        elif c in FRACTIONS:
            before = text[:i].rstrip()[-1:]
            if before.isdecimal():
                value = FRACTIONS[c]
                raise BadCharacter(
                    i, f"'{before}{c}' could be a mixed number or a product",
                    f"write {before} + {value} or {before}*{value}")  # fmt: skip
            add(f"({FRACTIONS[c]})", i)
        elif c in UNSEEN:
            pass
        elif c in SIGNS:
            add(SIGNS[c], i)
        elif bars and c in "⟦⟧":
            add(c, i)
        elif c == "\u0302" and found and found[-1] in ("i", "j", "k"):
            found[-1] += " "  # k with a hat, a unit vector
            origin.append(i)
        else:
            add(_other(c, i), i)
        i += 1
    return "".join(found), origin


def _other(c: str, at: int) -> str:
    """The plain spelling of any other character."""
    if c in REFUSED and REFUSED[c]:
        raise BadCharacter(at, *refused_operator(f"{REFUSED[c]} ('{c}')"))
    if c in _FIXES:
        raise BadCharacter(at, f"the character '{c}' cannot be used in an answer", _FIXES[c])
    if "\u0391" <= c <= "\u03c9":
        return c
    code, kind = f"U+{ord(c):04X}", category(c)
    called = name(c, "").lower()
    if kind in ("Cf", "Cc", "Co", "Cn", "Cs", "Mn", "Me") or c in "\u115f\u1160\u3164\u2800":
        shown = f"{code}, {called}" if called else code
        raise BadCharacter(
            at, f"there is an invisible or combining character here ({shown})", "delete it and type again"
        )
    if called.upper().startswith(_ALPHABETS):
        twin = _LOOKALIKES.get(c)
        alphabet = called.split()[0].capitalize()
        fix = f"it looks like the letter {twin}; type {twin} on your keyboard" if twin else "use Latin or Greek letters"
        raise BadCharacter(at, f"'{c}' is a letter of the {alphabet} alphabet", fix)
    if decomposition(c).startswith(_NOT_ALIKE):
        raise BadCharacter(at, f"the character '{c}' ({code}) cannot be used in an answer", "type it with plain signs")
    normal = normalize("NFKC", c)
    normal = "".join(SIGNS.get(part, part) for part in normal)
    if (
        normal
        and len(normal) <= 4
        and all(p.isascii() and (p.isprintable()) or "\u0391" <= p <= "\u03c9" for p in normal)
    ):
        return normal
    raise BadCharacter(at, f"the character '{c}' ({code}) cannot be used in an answer", "")
