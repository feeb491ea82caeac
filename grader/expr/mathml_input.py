"""Presentation MathML, as formula editors and web pages give it to the clipboard, rewritten in LaTeX.

Only the elements that set mathematics are known; any other is refused by name.  Nothing of the text
is looked up: a document type, with which entities are declared, is refused.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.errors import StudentError
from grader.expr.functions import ALIASES
from grader.expr.tokens import fault_at

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_ELEMENT = re.compile(
    r"<(?:[A-Za-z]+:)?(?:math|m(?:row|frac|sup|sub|subsup|i|n|o|sqrt|root|fenced|table|style))\b[^<>]*>"
)
_NUMERAL = re.compile(r"[-+]?[0-9]*(?:[.,][0-9]*)*(?:[eE][-+]?[0-9]+)?")
_PREFIX = re.compile(r"(</?)[A-Za-z]+:(?=m)")
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]*);")
_TIMES = "\u2062"
_DEEPEST = 60
_ROWS = frozenset(("math", "mrow", "mstyle", "mpadded", "mtd", "merror"))
_NOTHING = frozenset(("mspace", "maligngroup", "malignmark", "annotation", "annotation-xml", "mphantom", "none"))
_ACCENTS = {"^": "hat", "→": "vec", "⃗": "vec", "¯": "bar", "\u0302": "hat", "ˆ": "hat", "~": "tilde", "˜": "tilde"}
_OPERATORS = {
    "{": r"\{", "}": r"\}", "%": r"\%", "&": r"\&", "\u2062": " ", "\u2061": " ", "\u2063": ",", "\u2064": "+",
    "⋅": r"\cdot ", "·": r"\cdot ", "×": r"\times ", "*": r"\cdot ", "÷": r"\div ", "−": "-", "∣": "|",
    "⟨": r"\langle ", "⟩": r"\rangle ",
    "≤": r"\le ", "≥": r"\ge ", "≠": r"\ne ", "∞": r"\infty ", "±": r"\pm ", "∓": r"\mp ",
    "∪": r"\cup ", "∩": r"\cap ", "∈": r"\in ", "∖": r"\setminus ", "\\": r"\setminus ", "<": r"\lt ", ">": r"\gt ",
    "∫": r"\int ", "∑": r"\sum ", "∏": r"\prod ", "∂": r"\partial ", "∇": r"\nabla ", "°": r"^{\circ}", "→": r"\to ",
}  # fmt: skip


def is_mathml(text: str) -> bool:
    """Whether a text is in MathML."""
    return _ELEMENT.search(text) is not None


def to_latex(text: str, source: str) -> str:
    """The LaTeX of a text in MathML.  Raises StudentError."""
    from xml.etree.ElementTree import ParseError, fromstring

    if "<!" in text or "<?" in text:
        raise fault_at(text, 0, "this is a document, not a formula", "type the formula", source)
    plain = _PREFIX.sub(r"\1", _NAMED.sub(_character, text.strip()))
    try:
        root = fromstring(f"<mrow>{plain}</mrow>")
    except ParseError:
        fault = "the elements of this MathML do not close each other"
        raise fault_at(text, 0, fault, "paste the whole formula or type it", source) from None
    return _Writer(text, source).write(root, 0).strip()


def _character(match: re.Match[str]) -> str:
    from html.entities import html5

    if match[1] in ("lt", "gt", "amp", "quot", "apos"):
        return match[0]
    return html5.get(f"{match[1]};", match[0])


class _Writer:
    def __init__(self, text: str, source: str) -> None:
        self.text = text
        self.source = source

    def error(self, fault: str, fix: str = "type the formula") -> StudentError:
        return fault_at(self.text, 0, fault, fix, self.source)

    def row(self, elements: list[Element], depth: int) -> str:
        written = [self.write(element, depth) for element in elements]
        for i, element in enumerate(elements[:-1]):
            # A product that is written out: 4 times 2^x, and no mixed number.
            if element.text == _TIMES and (written[i + 1][:1].isdigit() or written[i + 1].startswith(("\\frac", "{"))):
                written[i] = r"\cdot "
        return "".join(written)

    def write(self, element: Element, depth: int) -> str:
        """The LaTeX of one element."""
        if depth > _DEEPEST:
            raise self.error(f"the elements of this MathML are nested more than {_DEEPEST} deep")
        name = element.tag.rpartition("}")[2]
        inner = list(element)
        words = (element.text or "").strip()
        stray = (element.tail or "").strip() or (words if inner or name in _ROWS else "")
        if stray:
            # What is in no element is not left out in silence.
            raise self.error(f"'{stray[:30]}' stands in no element of this MathML")
        if name in _ROWS:
            return self.row(inner, depth + 1)
        if name == "semantics":
            return self.row(inner[:1], depth + 1)
        if name in _NOTHING:
            return " "
        match name:
            case "mi":
                return self.identifier(words)
            case "mn" if _NUMERAL.fullmatch(words):
                return words
            case "mo" if len(words) < 4:
                return _OPERATORS.get(words, f" {words} " if words.isalpha() else words)
            case "mtext" | "ms":
                return rf"\text{{{words}}}" if words.isalpha() else f" {words} "
            case "msqrt":
                return rf"\sqrt{{{self.row(inner, depth + 1)}}}"
            case "mfenced":
                return self.fenced(element, depth)
            case "mtable":
                return self.table(inner, depth)
        parts = [self.write(part, depth + 1) for part in inner]
        match name, parts:
            case "mfrac", [above, below] if element.get("linethickness", "1").startswith("0"):
                return rf"\binom{{{above}}}{{{below}}}"
            case "mfrac", [above, below]:
                return rf"\frac{{{above}}}{{{below}}}"
            case "msup", [base, exponent]:
                return f"{self.base(inner[0], base)}^{{{exponent}}}"
            case "msub", [base, index]:
                return f"{self.base(inner[0], base)}_{{{index}}}"
            case "msubsup", [base, index, exponent]:
                return f"{self.base(inner[0], base)}_{{{index}}}^{{{exponent}}}"
            case "mroot", [radicand, index]:
                return rf"\sqrt[{index}]{{{radicand}}}"
            case "mover", [base, accent] if accent.strip() in _ACCENTS or accent.strip() == r"\to":
                return rf"\{_ACCENTS.get(accent.strip(), 'vec')}{{{base}}}"
        raise self.error(f"the element <{name}> cannot be read here")

    def identifier(self, words: str) -> str:
        if len(words) < 2:
            return {"∞": r"\infty ", "": " "}.get(words, words)
        if not words.isalnum():
            raise self.error(f"the name '{words[:30]}' cannot be read here")
        if words in ALIASES or words == "log":
            return rf"\operatorname{{{words}}}"
        return rf"\text{{{words}}}" if words.isupper() else f" {words} "

    def base(self, element: Element, written: str) -> str:
        """What an exponent stands on; a row is one whole."""
        row = element.tag.rpartition("}")[2] in (*_ROWS, "mfrac", "msup", "msubsup")
        return f"{{{written}}}" if row else written

    def fenced(self, element: Element, depth: int) -> str:
        opening, closing = element.get("open", "("), element.get("close", ")")
        opening, closing = _OPERATORS.get(opening, opening), _OPERATORS.get(closing, closing)
        separators = element.get("separators", ",").replace(" ", "") or " "
        parts = [self.write(part, depth + 1) for part in element]
        joined = parts[0] if parts else ""
        for i, part in enumerate(parts[1:]):
            joined += separators[min(i, len(separators) - 1)] + part
        return f"{opening}{joined}{closing}"

    def table(self, rows: list[Element], depth: int) -> str:
        written = []
        for row in rows:
            if row.tag.rpartition("}")[2] != "mtr":
                raise self.error("the rows of this table cannot be read")
            written.append(" & ".join(self.write(cell, depth + 2) for cell in row))
        return r"\begin{matrix}" + r" \\ ".join(written) + r"\end{matrix}"
