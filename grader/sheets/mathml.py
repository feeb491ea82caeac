"""LaTeX of statements and solutions as MathML Core that reads and prints well.

The LaTeX is what mathematics needs and no more; a command beyond it is an error, never a
guess.  Everything that comes out is built here from escaped text, so no formula can bring
markup, links or styles into a page.

Spacing follows TeX (The TeXbook, chapter 18) where MathML's operator dictionary alone would
not: around function names, and for signs, which MathML takes for infix after ``(`` and ``=``.
"""

from __future__ import annotations

import re
import unicodedata
from html import escape
from typing import Literal, TypeAlias

from grader.records import record
from grader.sheets.latex_symbols import (
    ACCENTS,
    ALPHABETS,
    ENVIRONMENTS,
    FUNCTIONS,
    IGNORED,
    LETTERS,
    LIMIT_FUNCTIONS,
    OPERATORS,
    SPACES,
    alphabet,
)

DEEPEST = 40
"""Levels of nesting in one formula."""
LONGEST = 20_000
"""Characters of one formula."""

Sort: TypeAlias = Literal[
    "ordinary", "function", "large", "sign", "relation", "open", "close", "fenced", "comma", "space"
]

_TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\.|\s+|.", re.DOTALL)
_DELIMITERS = {
    "(": "(", ")": ")", "[": "[", "]": "]", "|": "|", "/": "/", ".": "",
    r"\{": "{", r"\}": "}", r"\lbrace": "{", r"\rbrace": "}", r"\lbrack": "[", r"\rbrack": "]",
    r"\|": "‖", r"\vert": "|", r"\Vert": "‖", r"\lvert": "|", r"\rvert": "|", r"\lVert": "‖", r"\rVert": "‖",
    r"\langle": "⟨", r"\rangle": "⟩", r"\lfloor": "⌊", r"\rfloor": "⌋", r"\lceil": "⌈", r"\rceil": "⌉",
    "<": "⟨", ">": "⟩",
}  # fmt: skip
_OPEN = frozenset(("(", "[", r"\{", r"\lbrace", r"\lbrack", r"\lvert", r"\lVert", r"\langle", r"\lfloor", r"\lceil"))
_CLOSE = frozenset((")", "]", r"\}", r"\rbrace", r"\rbrack", r"\rvert", r"\rVert", r"\rangle", r"\rfloor", r"\rceil"))
# After these an operand starts: a sign is a prefix there, and a bar opens.
_BEFORE_OPERAND = (None, "sign", "relation", "open", "comma", "large", "function", "space")
_PRIMES = {"′′": "″", "′′′": "‴"}
_THIN = '<mspace width="0.1667em"/>'
_APPLY = "<mo>&#x2061;</mo>"


class LatexError(ValueError):
    """A formula that cannot be set; the message says what to change."""


def inline(latex: str) -> str:
    """A ``<math>`` element in a line of text.

    A formula that cannot be set is shown as its LaTeX, as is better than a sheet without it;
    `fault` tells its author.
    """
    return _element(latex, display=False)


def display(latex: str) -> str:
    """A ``<math>`` element on lines of its own."""
    return _element(latex, display=True)


def markup(latex: str, display: bool) -> str:
    """What stands inside the ``<math>`` element; raises `LatexError`."""
    return _Setter(latex, display).formula()


def fault(latex: str) -> str:
    """Why a formula cannot be set; empty when it can."""
    try:
        _Setter(latex, display=False).formula()
    except LatexError as error:
        return str(error)
    return ""


def _element(latex: str, display: bool) -> str:
    try:
        body = _Setter(latex, display).formula()
    except LatexError:
        return f'<code class="latex">{escape(latex)}</code>'
    block = ' display="block"' if display else ""
    return f'<math{block} alttext="{escape(" ".join(latex.split()))}">{body}</math>'


@record
class _Atom:
    """One piece of a row.  ``limits``: scripts go below and above it in a displayed formula."""

    markup: str
    sort: Sort = "ordinary"
    limits: bool = False


class _Setter:
    """Reads a formula from left to right."""

    def __init__(self, latex: str, display: bool) -> None:
        if len(latex) > LONGEST:
            raise LatexError(f"the formula has more than {LONGEST:,} characters")
        self._tokens = [token for token in _TOKEN.findall(latex) if not token.isspace()]
        # Text keeps its spaces, so its source is needed too.
        self._spaced = _TOKEN.findall(latex)
        self._starts = [i for i, token in enumerate(self._spaced) if not token.isspace()]
        self._at = 0
        self._depth = 0
        self._display = display

    def formula(self) -> str:
        row = self._row(())
        if self._at < len(self._tokens):
            raise LatexError(f"unexpected {self._tokens[self._at]}")
        return row

    # Tokens ---------------------------------------------------------------------------------

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _next(self) -> str:
        token = self._peek()
        if not token:
            raise LatexError("the formula ends too early")
        self._at += 1
        return token

    def _expect(self, token: str) -> None:
        if self._peek() != token:
            raise LatexError(f"{token} is missing" + (f" before {self._peek()}" if self._peek() else " at the end"))
        self._at += 1

    # Rows -----------------------------------------------------------------------------------

    def _row(self, ends: tuple[str, ...]) -> str:
        """Everything up to one of the ends, which is left for the caller."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise LatexError(f"the formula is nested more than {DEEPEST} levels deep")
        atoms: list[_Atom] = []
        while (token := self._peek()) and token not in ends and token not in ("}", r"\right", "&", r"\\", r"\end"):
            atoms.extend(self._scripted(atoms[-1].sort if atoms else None))
        self._depth -= 1
        return _joined(atoms)

    def _scripted(self, before: Sort | None) -> list[_Atom]:
        """The next atom with its primes, sub- and superscripts."""
        base = _Atom("<mi></mi>") if self._peek() in ("^", "_", "'") else self._atom(before)
        if base is None:
            return []
        below = above = primes = ""
        while (token := self._peek()) in ("^", "_", "'") and token:
            self._at += 1
            if token == "'":
                primes += "′"
            elif (token == "_" and below) or (token == "^" and above):
                word = "sub" if token == "_" else "super"
                raise LatexError(f"two {word}scripts follow each other; put braces around the first part")
            elif token == "_":
                below = self._argument()
            else:
                above = self._argument()
        if not primes:
            return [_Atom(_with_scripts(base, below, above, self._display), base.sort)]
        mark = f'<mo lspace="0" rspace="0">{_PRIMES.get(primes, primes)}</mo>'
        if above:
            # Beside another superscript the primes share its place.
            scripted = _with_scripts(base, below, f"<mrow>{mark}{above}</mrow>", self._display)
        else:
            # The sign is raised by itself; as a superscript it would be raised, and shrunk, twice.
            scripted = f"<mrow>{_with_scripts(base, below, '', self._display)}{mark}</mrow>"
        return [_Atom(scripted, base.sort)]

    def _atom(self, before: Sort | None) -> _Atom | None:
        token = self._next()
        if token == "{":
            row = self._row(())
            self._expect("}")
            return _Atom(_wrapped(row))
        if token.isdecimal():
            return _Atom(f"<mn>{token}{self._digits()}</mn>")
        if token.startswith("\\") and len(token) > 1:
            return self._command(token, before)
        return _character(token, before)

    def _digits(self) -> str:
        found = ""
        while self._peek().isdecimal() or (self._peek() == "." and self._following().isdecimal()):
            found += self._next()
        return found

    def _following(self) -> str:
        return self._tokens[self._at + 1] if self._at + 1 < len(self._tokens) else ""

    def _argument(self) -> str:
        """What a command or script applies to: a group in braces, or the next symbol alone."""
        token = self._peek()
        if token == "{":
            self._at += 1
            row = self._row(())
            self._expect("}")
            return _wrapped(row)
        if token.isdecimal():
            self._at += 1
            return f"<mn>{token}</mn>"
        if token in ("", "}", "^", "_", "&", r"\\", r"\right", r"\end"):
            raise LatexError("a symbol or a group in braces is missing" + (f" before {token}" if token else ""))
        self._depth += 1
        if self._depth > DEEPEST:
            raise LatexError(f"the formula is nested more than {DEEPEST} levels deep")
        atom = self._atom("open")
        self._depth -= 1
        return atom.markup if atom is not None else "<mrow></mrow>"

    # Commands -------------------------------------------------------------------------------

    def _command(self, name: str, before: Sort | None) -> _Atom | None:
        if name in IGNORED:
            return None
        if name in SPACES:
            return _Atom(f'<mspace width="{SPACES[name]}"/>', "space")
        if name in LETTERS:
            return _Atom(_letter(LETTERS[name], upright=LETTERS[name] in "∞∂∇∅⊤⊥∠ℏ…⋯⋮⋱" or LETTERS[name].isupper()))
        if name in OPERATORS:
            sign, sort = OPERATORS[name]
            return _operator(sign, sort, before)
        if name in FUNCTIONS:
            return _Atom(f"<mi>{FUNCTIONS[name]}</mi>", "function", name in LIMIT_FUNCTIONS)
        if name in ALPHABETS:
            return _Atom(_styled(self._plain_argument(name), name))
        if name in ACCENTS:
            mark, under = ACCENTS[name]
            tag, attribute = ("munder", "accentunder") if under else ("mover", "accent")
            stretchy = "true" if mark in "¯_⏞⏟→" and name != r"\bar" else "false"
            mark = f'<mo stretchy="{stretchy}">{mark}</mo>'
            return _Atom(f'<{tag} {attribute}="true">{self._argument()}{mark}</{tag}>', limits=name.endswith("brace"))
        match name:
            case r"\frac" | r"\dfrac" | r"\tfrac":
                fraction = f"<mfrac>{self._argument()}{self._argument()}</mfrac>"
                style = {r"\dfrac": "true", r"\tfrac": "false"}.get(name)
                return _Atom(f'<mstyle displaystyle="{style}">{fraction}</mstyle>' if style else fraction)
            case r"\binom":
                pair = f'<mfrac linethickness="0">{self._argument()}{self._argument()}</mfrac>'
                return _Atom(f"<mrow><mo>(</mo>{pair}<mo>)</mo></mrow>")
            case r"\sqrt":
                return _Atom(self._root())
            case r"\text" | r"\textrm" | r"\mbox":
                return _Atom(f"<mtext>{escape(self._raw_argument(name))}</mtext>")
            case r"\operatorname" | r"\operatorname*":
                word = self._plain_argument(name)
                return _Atom(f"<mi>{escape(word)}</mi>" if len(word) > 1 else _letter(word, True), "function")
            case r"\left":
                return self._fenced()
            case r"\begin":
                return self._environment()
        if re.fullmatch(r"\\(?:[bB]igg?)[lrm]?", name):
            return self._sized(name)
        if name in _OPEN or name in _CLOSE or name in _DELIMITERS:
            return _delimiter(name)
        raise LatexError(f"the command {name} is not known")

    def _root(self) -> str:
        if self._peek() != "[":
            return f"<msqrt>{self._argument()}</msqrt>"
        self._at += 1
        index = self._row(("]",))
        self._expect("]")
        return f"<mroot>{self._argument()}{_wrapped(index)}</mroot>"

    def _raw_argument(self, name: str) -> str:
        """The text in braces with its spaces."""
        if self._peek() != "{":
            raise LatexError(f"{name} needs its text in braces")
        start = self._at + 1
        depth = 1
        self._at += 1
        while depth:
            token = self._next()
            depth += (token == "{") - (token == "}")
        raw = self._spaced[self._starts[start - 1] + 1 : self._starts[self._at - 1]]
        text = "".join({r"\ ": " ", r"\,": "\u2009", "~": "\u00a0", "{": "", "}": ""}.get(t, t) for t in raw)
        text = re.sub(r"\\([%$&#_{}])", r"\1", text)
        if "\\" in text or "$" in text:
            raise LatexError(f"{name} takes plain text only")
        # MathML trims the ends of a text; a no-break space stays.
        return re.sub(r"^\s+|\s+$", "\u00a0", text)

    def _plain_argument(self, name: str) -> str:
        if self._peek() == "{":
            return " ".join(self._raw_argument(name).split())
        token = self._next()
        return LETTERS.get(token, token)

    def _fenced(self) -> _Atom:
        left = self._fence(r"\left")
        row = self._row(())
        if self._peek() != r"\right":
            raise LatexError(r"\left has no \right")
        self._at += 1
        right = self._fence(r"\right")
        opening = f'<mo fence="true" form="prefix">{left}</mo>' if left else ""
        closing = f'<mo fence="true" form="postfix">{right}</mo>' if right else ""
        return _Atom(f"<mrow>{opening}{row}{closing}</mrow>", "fenced" if left else "ordinary")

    def _fence(self, command: str) -> str:
        token = self._next()
        if token not in _DELIMITERS:
            raise LatexError(f"a bracket is missing after {command}; write '.' for none")
        return _DELIMITERS[token]

    def _sized(self, name: str) -> _Atom:
        size = {"b": 1.2, "B": 1.8}[name[1]] + (0.6 if "gg" in name else 0)
        token = self._next()
        if not _DELIMITERS.get(token):
            raise LatexError(f"a bracket is missing after {name}")
        sort: Sort = "open" if name.endswith("l") else "close" if name.endswith("r") else _delimiter(token).sort
        sizes = f'minsize="{size:g}em" maxsize="{size:g}em"'
        return _Atom(f'<mo stretchy="true" symmetric="true" {sizes}>{_DELIMITERS[token]}</mo>', sort)

    def _environment(self) -> _Atom:
        name = self._plain_argument(r"\begin")
        if name not in ENVIRONMENTS:
            raise LatexError(f"the environment '{name}' is not known")
        left, right, alignment = ENVIRONMENTS[name]
        if name == "array":
            columns = self._plain_argument(r"\begin{array}")
            alignment = tuple({"l": "left", "r": "right"}.get(c, "center") for c in columns if c in "lcr")
        rows: list[list[str]] = [[]]
        while True:
            rows[-1].append(self._row(()))
            token = self._next()
            if token == "&":
                continue
            if token == r"\\":
                rows.append([])
                self._skip_gap()
                continue
            if token != r"\end" or self._plain_argument(r"\end") != name:
                raise LatexError(rf"\begin{{{name}}} has no \end{{{name}}}")
            break
        if rows[-1] == [""]:
            rows.pop()
        table = "".join(
            f"<mtr>{''.join(_cell(cell, i, alignment) for i, cell in enumerate(row))}</mtr>" for row in rows
        )
        spaced = ' displaystyle="true"' if alignment == ("right", "left") else ""
        body = f"<mtable{spaced}>{table}</mtable>"
        if not left and not right:
            return _Atom(body)
        opening = f'<mo fence="true" form="prefix">{left}</mo>'
        closing = f'<mo fence="true" form="postfix">{right}</mo>' if right else ""
        return _Atom(f"<mrow>{opening}{body}{closing}</mrow>", "fenced")

    def _skip_gap(self) -> None:
        r"""The extra space of ``\\[2pt]``."""
        if self._peek() == "[":
            while self._next() != "]":
                pass


def _cell(markup: str, index: int, alignment: tuple[str, ...]) -> str:
    if not alignment:
        return f"<mtd>{markup}</mtd>"
    side = alignment[index % len(alignment)]
    # Equations meet at their relation: the gap between the two columns is the relation's own.
    close = ";padding-left:0;padding-right:0" if alignment == ("right", "left") else ""
    return f'<mtd style="text-align:{side}{close}">{markup}</mtd>'


def _joined(atoms: list[_Atom]) -> str:
    """The row with TeX's thin spaces around function names."""
    parts: list[str] = []
    for i, atom in enumerate(atoms):
        if atom.sort == "function":
            if i and atoms[i - 1].sort in ("ordinary", "close", "fenced", "function"):
                parts.append(_THIN)
            parts.append(atom.markup)
            after = atoms[i + 1].sort if i + 1 < len(atoms) else None
            if after in ("ordinary", "open", "fenced", "large"):
                parts.append(_APPLY)
            if after in ("ordinary", "large"):
                parts.append(_THIN)
        else:
            parts.append(atom.markup)
    return "".join(parts)


def _wrapped(row: str) -> str:
    return f"<mrow>{row}</mrow>"


def _with_scripts(base: _Atom, below: str, above: str, display: bool) -> str:
    if not below and not above:
        return base.markup
    over = base.limits and display
    tag = {(True, True): "munderover", (True, False): "munder", (False, True): "mover"} if over else {
        (True, True): "msubsup", (True, False): "msub", (False, True): "msup"
    }  # fmt: skip
    name = tag[bool(below), bool(above)]
    return f"<{name}>{base.markup}{below}{above}</{name}>"


def _letter(letter: str, upright: bool = False) -> str:
    normal = ' mathvariant="normal"' if upright and len(letter) == 1 else ""
    return f"<mi{normal}>{escape(letter)}</mi>"


def _styled(text: str, command: str) -> str:
    letters = "".join(alphabet(command, character) for character in text)
    if text.isdecimal():
        return f"<mn>{letters}</mn>"
    return _letter(letters, upright=command != r"\mathit")


def _operator(sign: str, sort: Sort, before: Sort | None) -> _Atom:
    sign = escape(sign)
    if sort == "sign" and before in _BEFORE_OPERAND:
        return _Atom(f'<mo form="prefix">{sign}</mo>', "sign")
    if sort == "large":
        # The limits of an integral stand beside it.
        return _Atom(f"<mo>{sign}</mo>", "large", limits=sign not in "∫∬∭∮")
    if sort in ("sign", "relation"):
        return _Atom(f'<mo form="infix">{sign}</mo>', sort)
    return _Atom(f"<mo>{sign}</mo>", sort)


def _delimiter(token: str) -> _Atom:
    sort: Sort = "open" if token in _OPEN else "close" if token in _CLOSE else "ordinary"
    form = {"open": ' form="prefix"', "close": ' form="postfix"'}.get(sort, ' lspace="0" rspace="0"')
    return _Atom(f'<mo stretchy="false"{form}>{_DELIMITERS[token]}</mo>', sort)


def _character(token: str, before: Sort | None) -> _Atom:
    if token in ("%", "#", "$", "\\"):
        raise LatexError(f"{token} stands alone; write \\{token}" if token != "\\" else "the formula ends with \\")
    if token == "|":
        bar = '<mo stretchy="false" lspace="0" rspace="0">|</mo>'
        return _Atom(bar, "open" if before in _BEFORE_OPERAND else "close")
    if token in _DELIMITERS and token not in ("/", ".", "<", ">"):
        return _delimiter(token)
    if token in OPERATORS:
        sign, sort = OPERATORS[token]
        return _operator(sign, sort, before)
    match token:
        case "/" | "!" | ".":
            return _Atom(f'<mo lspace="0" rspace="0">{token}</mo>')
        case "~":
            return _Atom('<mspace width="0.333em"/>', "space")
    category = unicodedata.category(token)
    if category.startswith("L"):
        return _Atom(_letter(token, upright="Α" <= token <= "Ω"))
    if category.startswith("N"):
        return _Atom(f"<mn>{token}</mn>")
    if category[0] in "PS":
        return _Atom(f"<mo>{escape(token)}</mo>", "relation" if category == "Sm" else "ordinary")
    raise LatexError(f"the character U+{ord(token):04X} cannot stand in a formula")
