r"""LaTeX as students paste it, rewritten sign by sign in the infix language.

``\frac{a}{b}`` becomes ``((a)/(b))``, ``\sqrt[3]{x}`` becomes ``root(3, x)``, ``x^{2}`` becomes
``x^(2)``, ``\begin{pmatrix} a & b \\ c & d \end{pmatrix}`` becomes ``[[a , b ],[ c , d]]``; spacing and
sizing commands go.  Every character remembers where it came from, so errors and notes point into
the LaTeX that was typed.  A group without a command before it is a bracket.
"""

from __future__ import annotations

import re

from grader.errors import StudentError
from grader.expr.characters import BadCharacter, plain, refused_operator
from grader.expr.functions import ALIASES
from grader.expr.letters import GREEK
from grader.expr.notation import Note
from grader.expr.tokens import Tokens, fill_from
from grader.expr.vocabulary import Vocabulary

MAX_NESTING = 60

_TOKEN = re.compile(r"\\(?:[A-Za-z]+|.)|[ \t\r\n~]+|.", re.DOTALL)

_SIGNS = {
    "cdot": "*", "times": "*", "ast": "*", "div": "/", "le": "<=", "leq": "<=", "leqslant": "<=", "ge": ">=",
    "geq": ">=", "geqslant": ">=", "lt": "<", "gt": ">", "ne": "!=", "neq": "!=", "langle": "⟨", "rangle": "⟩",
    "lvert": "⟦", "rvert": "⟧", "vert": "|", "mid": "|", "{": "{", "}": "}", "lbrace": "{", "rbrace": "}",
    "lparen": "(", "rparen": ")", "infty": " oo ", "prime": "'", "in": " in ", "top": "T", "intercal": "T",
    "transpose": "T", "colon": ":", "to": "->", "land": " and ", "lor": " or ", "wedge": " and ", "vee": " or ",
    "pm": "±", "mp": "∓", "cup": "∪", "bigcup": "∪", "setminus": "∖", "backslash": "∖", "smallsetminus": "∖", "R": "ℝ",
    "Reals": "ℝ", "imath": " i ", "jmath": " j ", "bullet": "*", "slash": "/", "Vert": "‖", "lVert": "‖", "rVert": "‖",
    "|": "‖", "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "degree": "°", "textdegree": "°", "%": "%",
    "cap": "∩", "mapsto": "↦", "therefore": "∴", "Rightarrow": "⇒", "implies": "⇒", "approx": "≈", "lbrack": "[",
    "rbrack": "]", "exponentialE": " e ", "differencedelta": "Δ", "infin": " oo ", "And": " and ", "iff": "⇔",
    "Leftrightarrow": "⇔", "Longrightarrow": "⇒", "rightarrow": "->", "longrightarrow": "->", "&": "&", "_": "_",
    "#": "#", "equiv": "≡", "sim": "≈", "simeq": "≈",
}  # fmt: skip
# Bars that say which side of the absolute value they are.
_BARS = {"left": "⟦", "right": "⟧"}
_SPACES = frozenset(
    ", ; : ! > quad qquad enspace thinspace displaystyle textstyle limits left right middle big Big bigg Bigg "
    "bigl bigr Bigl Bigr biggl biggr Biggl Biggr rm bf it sf tt large Large LARGE huge Huge small normalsize "
    "scriptstyle nolimits nonumber mathop mathstrut strut mathopen mathclose mathrel mathbin mathord mleft mright "
    "notag normalfont upshape allowbreak nobreak medspace thickspace negthinspace enskip hfill".split()
) | {" ", "\n"}
_TEXTS = frozenset(
    "text textrm textit textbf textsf mathrm mathit mathbf mathsf mathnormal operatorname mbox boldsymbol bm "
    "pmb".split()
)
# Marks over a letter; only unit vectors carry them here.
_ACCENTS = frozenset("hat vec bar tilde overline underline overrightarrow widehat widetilde".split())
# Commands whose argument in braces only says how or where something is set.
_WITH_SETTING = frozenset("hspace vspace color textcolor label tag phantom hphantom vphantom".split())
_BINOMIALS = frozenset(("binom", "dbinom", "tbinom"))
_DIFFERENTIAL = re.compile(r"\s*(?:\\(?:mathrm|text)\s*\{?\s*d\b|d\s*(?:[A-Za-z]|\\)|\\partial)")
_DERIVATIVE = re.compile(r"\s*(?:\\(?:mathrm|text)\s*\{?\s*d\b|d(?:[A-Za-z]?\s*\}|\s*\^)|\\partial)")
_UPRIGHT = re.compile(r"\{\s*\\(?:mathrm|text|rm)\s*\{?\s*([A-Za-z0-9]+)\s*\}?\s*\}")
_TRANSPOSE = re.compile(r"\{\s*(?:T|\\top|\\intercal|\\(?:mathsf|mathrm|text|rm|sf)\s*(?:T|\{\s*T\s*\}))\s*\}")
_GREEK = {name: name for name in GREEK if name != "Pi"} | {
    "varphi": "phi", "varepsilon": "epsilon", "vartheta": "theta", "varrho": "rho",
}  # fmt: skip
_REFUSED = {
    "int": "an integral", "iint": "an integral", "iiint": "an integral", "oint": "an integral",
    "partial": "a derivative", "nabla": "a gradient", "lim": "a limit", "limsup": "a limit", "liminf": "a limit",
    "sum": "a sum", "prod": "a product over an index", "det": "a determinant",
}  # fmt: skip
_FIXES = {
    "circ": r"write degrees as 90^\circ, and a composition out", "notin": "write x != 0 for a number left out",
    "placeholder": "fill in the empty box",
    "cdots": "write the answer out", "ldots": "write the answer out", "dots": "write the answer out",
    "dot": "work out the derivative and type it", "ddot": "work out the derivative and type it",
    "mod": "there is no remainder in answers",
    "bmod": "there is no remainder in answers", "pmod": "there is no remainder in answers",
    "emptyset": "write none", "varnothing": "write none",
}  # fmt: skip
_SETS = {"R": "ℝ", "Z": "ℤ", "N": "ℕ"}
# Room between the rows of a matrix, \\[2pt].
_ROW_SPACE = re.compile(r"\s*\[\s*-?[0-9.]+\s*(?:pt|em|ex|mm|cm|in|px)\s*\]")
_DEGREES = frozenset((r"\circ", "°", r"\degree"))
# A fraction of whole numbers less than one, and the whole number before it in a mixed number.
_PROPER = re.compile(r"\\[dtc]?frac\s*(?:\{\s*(\d{1,9})\s*\}|(\d))\s*(?:\{\s*(\d{1,9})\s*\}|(\d))")
_WHOLE = re.compile(r"(?<![\d.^_])(?<![\^_]\{)(\d+)\s*\Z")
_MATRICES = frozenset("matrix pmatrix bmatrix Bmatrix vmatrix smallmatrix psmallmatrix bsmallmatrix array".split())
_FRACTIONS = frozenset(("frac", "dfrac", "tfrac", "cfrac", "sfrac"))


def scan_latex(text: str, words: Vocabulary, source: str, labelled: bool = False) -> Tokens:
    """The tokens of a LaTeX text.  Raises StudentError."""
    tokens = Tokens(text, source)
    rewriter = _Rewriter(tokens)
    rewriter.whole()
    clean = "".join(rewriter.out)
    try:
        infix, within = plain(clean, bars=True) if not clean.isascii() else (clean, range(len(clean)))
    except BadCharacter as bad:
        raise tokens.error(rewriter.origin[bad.at], bad.fault, bad.fix) from None
    fill_from(tokens, infix, [rewriter.origin[i] for i in within], words, labelled)
    # A sign made of a command ends where the command does, so that messages show all of it.
    ends = tokens.ends
    for i, end in enumerate(ends):
        if text[end - 1 : end] == "\\" and tokens.kinds[i] != "end":
            match = _TOKEN.match(text, end - 1)
            ends[i] = match.end() if match else end
    return tokens


class _Rewriter:
    """Appends infix text to ``out`` and the index of each of its characters to ``origin``."""

    def __init__(self, tokens: Tokens) -> None:
        self.t = tokens
        self.origin: list[int] = []
        self.out: list[str] = []
        self.found = [(match[0], match.start()) for match in _TOKEN.finditer(tokens.text)]
        self.found.append(("", len(tokens.text)))
        self.i = 0
        self.depth = 0
        # Where the group being read begins: in ``out``, in ``origin``, and whether \over was met in it.
        self.begins = (0, 0)
        self.over = False

    def add(self, piece: str, at: int) -> None:
        self.out.append(piece)
        self.origin.extend([at] * len(piece))

    def add_word(self, name: str, at: int, length: int) -> None:
        """A word for a command of that length, set apart by spaces."""
        last = at + length - 1
        for piece, here in ((" ", at), (name[:-1], at), (name[-1], last), (" ", last)):
            self.add(piece, here)

    def error(self, at: int, fault: str, fix: str = "") -> StudentError:
        return self.t.error(at, fault, fix)

    def whole(self) -> None:
        self.strip_dollars()
        while self.found[self.i][0]:
            word, at = self.found[self.i]
            if word == "}":
                raise self.error(at, "unexpected '}'", "remove it or open '{'")
            self.one()

    def strip_dollars(self) -> None:
        """Takes the signs of math mode off: ``$x$``, ``$$x$$``, ``\\(x\\)``, ``\\[x\\]``."""
        used = [i for i, (word, _) in enumerate(self.found) if word and not word.isspace()]
        closing = {"$": "$", r"\(": r"\)", r"\[": r"\]"}
        for pair in range(min(2, len(used) // 2)):
            first, last = used[pair], used[-1 - pair]
            if closing.get(self.found[first][0]) != self.found[last][0]:
                break
            for i in (first, last):
                self.found[i] = (" ", self.found[i][1])

    def last(self) -> int:
        """The index of the last character that was read."""
        return self.found[self.i][1] - 1

    def skip_spaces(self) -> None:
        while self.found[self.i][0][:1] in (" ", "\t", "\n", "\r", "~"):
            self.i += 1

    def one(self) -> None:
        """Rewrites one token with what belongs to it."""
        word, at = self.found[self.i]
        self.i += 1
        if word[0] == "\\":
            self.command(word[1:], at)
        elif word[0] in " \t\r\n~":
            self.add(" ", at)
        elif word == "{":
            if not self.thousands(at):
                self.group(at)
        elif word == "^":
            self.script(at)
        elif word == "_":
            self.subscript(at)
        elif word == "&":
            raise self.error(at, "'&' stands outside a matrix", r"write \begin{pmatrix} ... \end{pmatrix}")
        elif word == "$":
            raise self.error(at, "a dollar sign stands inside the answer", "leave out dollar signs")
        else:
            self.add(word, at)

    def thousands(self, at: int) -> bool:
        """Skips ``{,}`` in ``10{,}000``, whose opening brace is read.  Raises for ``1{,}5``."""
        text = self.t.text
        if text[at : at + 3] != "{,}" or not (text[at - 1 : at].isdigit() and text[at + 3 : at + 4].isdigit()):
            return False
        after = text[at + 3 : at + 7]
        if not (len(after[:3]) == 3 and after[:3].isdigit()) or after[3:].isdigit():
            raise self.error(at, "there is a comma inside a number", "write decimals with a point, 1.5")
        self.i += 2
        return True

    def group(self, at: int) -> None:
        """``{...}`` as a bracket; the opening brace is read.  Around the name of a function it is none."""
        first = len(self.out)
        self.add("(", at)
        outer = self.begins, self.over
        self.begins, self.over = (len(self.out), len(self.origin)), False
        self.inside(at)
        if self.over:
            self.add(")", self.found[self.i - 1][1])
        self.begins, self.over = outer
        inner = self.out[first + 1 :]
        if len(inner) < 16 and "".join(inner).strip() in ALIASES:
            self.out[first] = " "
            self.add(" ", self.found[self.i - 1][1])
            return
        self.add(")", self.found[self.i - 1][1])

    def inside(self, at: int, closing: str = "}") -> None:
        """Everything up to a closing brace, which is read too."""
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise self.error(
                at, f"the answer is nested more than {MAX_NESTING} deep", "write it with fewer brackets and signs"
            )
        while self.found[self.i][0] != closing:
            word, here = self.found[self.i]
            if not word:
                opening = "{" if closing == "}" else "["
                raise self.error(at, f"this '{opening}' is never closed", f"add '{closing}'")
            if word == "}":
                raise self.error(here, "unexpected '}'", "remove it or open '{'")
            self.one()
        self.i += 1
        self.depth -= 1

    def argument(self, command: str, at: int) -> None:
        """The argument of a command, a group or one sign, in round brackets."""
        self.skip_spaces()
        word, here = self.found[self.i]
        if not word or word in ("}", "^", "_", "&"):
            raise self.error(at, f"'{command}' has too few arguments", f"write {command}{{...}}")
        self.i += 1
        if word == "{":
            self.group(here)
            return
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise self.error(
                at, f"the answer is nested more than {MAX_NESTING} deep", "write it with fewer brackets and signs"
            )
        self.add("(", here)
        self.i -= 1
        self.one()
        self.add(")", here)
        self.depth -= 1

    def raw_group(self) -> tuple[str, int] | None:
        """The text of a group without commands, and its place; None when there is none."""
        self.skip_spaces()
        if self.found[self.i][0] != "{":
            return None
        start = self.i + 1
        j = start
        while self.found[j][0] not in ("}", "{", ""):
            j += 1
        if self.found[j][0] != "}":
            return None
        at = self.found[start][1]
        self.i = j + 1
        return self.t.text[at : self.found[j][1]], at

    def script(self, at: int) -> None:
        """``^`` with its exponent."""
        self.add("^", at)
        self.skip_spaces()
        word, here = self.found[self.i]
        if word == "{":
            start = self.i
            inner = self.raw_group()
            transposed = _TRANSPOSE.match(self.t.text, here)
            if transposed is not None:
                while self.found[self.i][1] < transposed.end():
                    self.i += 1
                self.add("T", here)
                return
            if inner is not None and not inner[0].strip():
                raise self.error(at, "the exponent is empty", "type one or remove ^")
            if inner is not None and inner[0].strip() in _DEGREES:
                self.out[-1] = "°"
                return
            self.i = start + 1
            self.group(here)
        elif word in (r"\prime", "'"):
            self.out.pop()
            self.origin.pop()
            self.i += 1
            self.add("'", here)
        elif word.isdigit():
            digits = word
            self.i += 1
            while self.found[self.i][0].isdigit() and len(digits) < 70:
                digits += self.found[self.i][0]
                self.i += 1
            if len(digits) > 1:
                self.t.notes.append(
                    Note(at, f"^{digits} was read as ^{{{digits}}}, though LaTeX raises only the first digit")
                )
            self.add(f"({digits})", here)
        elif word in _DEGREES:
            self.i += 1
            self.out[-1] = "°"
        elif word in ("-", "+"):
            pass
        elif word in ("T", r"\top", r"\intercal"):
            self.i += 1
            self.add("T", here)
        elif word and word != "}":
            self.argument("^", at)

    def subscript(self, at: int) -> None:
        """``_`` with a plain subscript, joined to its letter; the base of a logarithm may be anything."""
        start = self.i
        inner = self.raw_group()
        upright = _UPRIGHT.match(self.t.text, self.found[start][1])
        if upright is not None:
            while self.found[self.i][1] < upright.end():
                self.i += 1
            inner = upright[1], upright.start(1)
        is_plain = inner is not None and inner[0].strip().isalnum()
        if not is_plain and self.found[start][0] == "{" and "".join(self.out[-4:]).endswith("log "):
            self.i = start + 1
            self.add("_", at)
            self.group(at)
            return
        if inner is None:
            self.skip_spaces()
            word, here = self.found[self.i]
            if not word.isalnum():
                raise self.error(at, "this subscript cannot be read", "a subscript is a number or a letter, as in x_1")
            self.i += 1
            inner = word, here
        name, here = inner[0].strip(), inner[1]
        if not (name.isalnum() and name.isascii()):
            raise self.error(at, "this subscript cannot be read", "a subscript is a number or a letter, as in x_1")
        # A command leaves a space behind it; the subscript belongs to its name.
        while self.out and self.out[-1] == " ":
            self.out.pop()
            self.origin.pop()
        if self.out and self.out[-1].endswith(" "):
            self.out[-1] = self.out[-1][:-1]
            self.origin.pop()
        self.add(f"_{name} ", here)

    def command(self, name: str, at: int) -> None:
        r"""A command whose name, without backslash, is read."""
        if name in _FRACTIONS:
            self.fraction(name, at)
        elif name == "sqrt":
            self.root(at)
        elif name in _SIGNS:
            self.add(_SIGNS[name], at)
        elif name == "not" and self.found[self.i][0] == "=":
            self.i += 1
            self.add("!=", at)
        elif name in _SPACES or name == "":
            self.add(" ", at)
            if name == "," and self.digit_group(at):
                self.out.pop()
                self.origin.pop()
            if name in ("left", "right") and self.found[self.i][0] in ("|", r"\vert"):
                self.i += 1
                self.add(_BARS[name], at)
            elif name in ("left", "right") and self.found[self.i][0] == ".":
                raise self.error(
                    at, f"'\\{name}.' opens or closes nothing", "evaluate the expression and type the result"
                )
        elif name in _GREEK:
            self.add_word(_GREEK[name], at, len(name) + 1)
        elif name in ALIASES and name not in _BINOMIALS:
            self.add_word(name, at, len(name) + 1)
        elif name in _TEXTS:
            self.words(name, at)
        elif name in _ACCENTS:
            self.accent(name, at)
        elif name == "mathbb":
            letter = self.one_letter()
            if letter not in _SETS:
                raise self.error(
                    at, "of the sets with a name only \\mathbb{R} can be used", "write R for the real numbers"
                )
            self.add(_SETS[letter], at)
        elif name in _WITH_SETTING:
            self.raw_group()
            self.add(" ", at)
        elif name in _BINOMIALS:
            self.add(" binomial(", at)
            self.argument(f"\\{name}", at)
            self.add(",", at)
            self.argument(f"\\{name}", at)
            self.add(")", self.last())
        elif name == "over" or name == "choose":
            self.divide(name, at)
        elif name == "begin":
            self.matrix(at)
        elif name in _REFUSED:
            raise self.error(at, *refused_operator(f"{_REFUSED[name]} ('\\{name}')"))
        else:
            raise self.unknown(name, at)

    def digit_group(self, at: int) -> bool:
        r"""Whether ``\,`` at the index stands between thousands, ``10\,000``."""
        text = self.t.text
        after = text[at + 2 : at + 6]
        return text[at - 1 : at].isdigit() and after[:3].isdigit() and len(after[:3]) == 3 and not after[3:].isdigit()

    def words(self, name: str, at: int) -> None:
        r"""``\text{or}``, ``\mathrm{e}``, ``\mathbf x``: what stands in a type of its own, as it is."""
        self.skip_spaces()
        if self.found[self.i][0] == "*":
            self.i += 1
        inner = self.raw_group()
        if inner is None:
            self.skip_spaces()
            word, here = self.found[self.i]
            if not (word.isalnum() or word[:1] == "\\") or word == "\\":
                raise self.error(at, f"'\\{name}' has too few arguments", f"write \\{name}{{...}}")
            self.i += 1
            inner = word, here
        text, here = inner
        self.add(" ", at)
        if text[:1] == "\\":
            command = _TOKEN.match(text)
            after = command.end() if command else 0
            self.command(text[1:after], here)
            text, here = text[after:], here + after
        for k, c in enumerate(text):
            self.add(c, here + k)
        self.add(" ", at)

    def one_letter(self) -> str:
        """The next letter, in a group or not."""
        inner = self.raw_group()
        if inner is not None:
            return inner[0].strip()
        self.skip_spaces()
        word = self.found[self.i][0]
        self.i += bool(word)
        return word

    def accent(self, name: str, at: int) -> None:
        letter = self.one_letter().removeprefix("\\").replace("math", "")
        if letter not in ("i", "j", "k"):
            raise self.error(at, f"'\\{name}' cannot be used in an answer", "write the name of a variable without it")
        self.add(f" {letter} ", at)

    def divide(self, name: str, at: int) -> None:
        r"""``\over`` and ``\choose``: what they do takes all of the group before them and all that follows."""
        out, origin = self.begins
        if self.over or not out:
            other = "\\frac" if name == "over" else "\\binom"
            raise self.error(
                at, f"this '\\{name}' has no group of its own", f"write {{a \\{name} b}} or {other}{{a}}{{b}}"
            )
        self.over = True
        before = "(" if name == "over" else " binomial("
        self.out.insert(out, before)
        self.origin[origin:origin] = [at] * len(before)
        self.add(")/(" if name == "over" else ",", at)

    def fraction(self, name: str, at: int) -> None:
        self.refuse_mixed_number(at)
        self.skip_spaces()
        top = self.found[self.i][1]
        operator = self.found[self.i][0] == "{" and _DERIVATIVE.match(self.t.text, top + 1)
        self.add("(", at)
        self.argument(f"\\{name}", at)
        self.add("/", at)
        self.skip_spaces()
        below = self.found[self.i][1]
        if operator and self.found[self.i][0] == "{" and _DIFFERENTIAL.match(self.t.text, below + 1):
            raise self.error(at, *refused_operator("a derivative"))
        self.argument(f"\\{name}", at)
        self.add(")", self.last())

    def refuse_mixed_number(self, at: int) -> None:
        r"""``1\frac{1}{2}``: in some books three halves, in others a product."""
        text = self.t.text
        proper = _PROPER.match(text, at)
        before = _WHOLE.search(text, max(0, at - 20), at)
        if proper is None or before is None:
            return
        top, bottom = proper[1] or proper[2], proper[3] or proper[4]
        if int(top) < int(bottom):
            whole = before[1]
            raise self.error(
                before.start(1), f"'{whole}\\frac{{{top}}}{{{bottom}}}' could be a mixed number or a product",
                f"write {whole}+\\frac{{{top}}}{{{bottom}}} or {whole}\\cdot\\frac{{{top}}}{{{bottom}}}",
            )  # fmt: skip

    def root(self, at: int) -> None:
        self.skip_spaces()
        if self.found[self.i][0] != "[":
            self.add(" sqrt", at)
            self.skip_spaces()
            first = self.found[self.i][0]
            self.argument("\\sqrt", at)
            if first.isdigit() and self.found[self.i][0].isdigit():
                raise self.error(at, r"\sqrt takes only the next digit", r"write \sqrt{...}")
            return
        # The index first whatever it is: root(x, 3) would be the cube root of x.
        self.add(" root_(", at)
        self.i += 1
        self.inside(at, "]")
        self.add(")", at)
        self.argument("\\sqrt", at)

    def matrix(self, at: int) -> None:
        named = self.raw_group()
        if named is None or named[0] not in _MATRICES:
            shown = named[0][:20] if named else ""
            if shown.rstrip("*") in ("cases", "dcases"):
                fix = "write one formula, with |...|, min or max, or give the part that is asked"
                raise self.error(at, "a case distinction cannot be typed", fix)
            raise self.error(at, f"the environment '{shown}' cannot be used in an answer", "use pmatrix or bmatrix")
        if named[0] == "vmatrix":
            raise self.error(at, *refused_operator("a determinant"))
        if named[0] == "array":
            self.raw_group()
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise self.error(at, f"the answer is nested more than {MAX_NESTING} deep", "write it with fewer brackets")
        self.add("[[", at)
        while True:
            word, here = self.found[self.i]
            if not word:
                raise self.error(at, f"\\begin{{{named[0]}}} is never closed", f"add \\end{{{named[0]}}}")
            if word == r"\end":
                self.i += 1
                closing = self.raw_group()
                if closing is None or closing[0] != named[0]:
                    raise self.error(
                        here, f"\\begin{{{named[0]}}} is closed by something else", f"write \\end{{{named[0]}}}"
                    )
                self.add("]]", here)
                self.depth -= 1
                return
            if word == "&":
                self.i += 1
                self.add(",", here)
            elif word in ("\\\\", r"\cr"):
                self.i += 1
                space = _ROW_SPACE.match(self.t.text, self.found[self.i][1])
                while space is not None and self.found[self.i][1] < space.end():
                    self.i += 1
                self.skip_spaces()
                if self.found[self.i][0] != r"\end":
                    self.add("],[", here)
            elif word == "}":
                raise self.error(here, "unexpected '}'", "remove it or open '{'")
            elif word == r"\hline":
                self.i += 1
            else:
                self.one()

    def unknown(self, name: str, at: int) -> StudentError:
        shown = name if len(name) <= 30 else name[:27] + "..."
        if name in _FIXES:
            return self.error(at, f"'\\{shown}' cannot be used in an answer", _FIXES[name])
        if name == "\\":
            return self.error(at, "'\\\\' stands outside a matrix", r"write \begin{pmatrix} ... \end{pmatrix}")
        close = name.lower() if name.lower() in ALIASES else ""
        if not close and 2 <= len(name) <= 30:
            from difflib import get_close_matches

            known = ["frac", "sqrt", "cdot", "left", "right", "begin", *ALIASES, *GREEK]
            close = next(iter(get_close_matches(name, known, 1, 0.7)), "")
        return self.error(at, f"the command '\\{shown}' is not known", f"did you mean '\\{close}'?" if close else "")


_WRAPPED = re.compile(r"\\(?:boxed|fbox|ensuremath|displaystyle|textstyle)\s*\{")
_DISPLAY = re.compile(
    r"\\(begin|end)\s*\{(?:equation|align|aligned|gather|gathered|displaymath|math|split|multline)\*?\}"
)


def unwrapped(text: str) -> str:
    r"""The LaTeX text with what only sets it blanked out: dollar signs, ``\boxed{}``, displayed environments.

    No place in it moves.
    """
    text, displays = _DISPLAY.subn(lambda match: " " * len(match[0]), text)
    if displays and "matrix" not in text and "array" not in text:
        text = text.replace("&", " ")  # what is aligned, f(x) &= 2x
    while True:
        start, end = len(text) - len(text.lstrip()), len(text.rstrip())
        for opening, closing in (("$$", "$$"), ("$", "$"), (r"\(", r"\)"), (r"\[", r"\]")):
            last = end - (text[end - 1 : end] in ".,;")  # the sentence goes on behind the formula
            if text.startswith(opening, start) and text.endswith(closing, start + len(opening), last):
                inner = text[start + len(opening) : last - len(closing)]
                break
        else:
            match = _WRAPPED.match(text, start)
            if match is None or _closing_brace(text, match.end()) != end - 1:
                return text
            opening, closing, last = match[0], "}", end
            inner = text[match.end() : end - 1]
        text = " " * (start + len(opening)) + inner + " " * (len(text) - last + len(closing))


def _closing_brace(text: str, at: int) -> int:
    """The index of the brace that closes the group whose inside begins at an index; -1 when none does."""
    depth = 1
    for match in re.finditer(r"\\.|[{}]", text[at:], re.DOTALL):
        depth += (match[0] == "{") - (match[0] == "}")
        if not depth:
            return at + match.start()
    return -1
