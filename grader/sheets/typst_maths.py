"""Formulas as Typst, made from the MathML that `mathml` makes of their LaTeX: one reader, the same symbols and spaces.

Typst guesses little here: brackets grow only where the LaTeX says so, operators have the classes
that MathML's forms give them, and every sign is escaped, so that no two of them join to another.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element, fromstring

from grader.sheets.mathml import LatexError, markup

_ACCENTS = {
    "^": "hat", "~": "tilde", "→": "arrow", "˙": "dot", "¨": "dot.double", "_": "underline",
    "⏞": "overbrace", "⏟": "underbrace",
}  # fmt: skip
_PRIMES = {"′": 1, "″": 2, "‴": 3}
_APPLY = "\u2061"


def equation(latex: str, display: bool) -> str:
    """The formula in markup; one that cannot be set is shown as its LaTeX, as on the HTML sheet."""
    from grader.sheets.typst import string

    try:
        body = maths(latex, display)
    except LatexError:
        return f"#raw({string(latex)});"
    alt = string(" ".join(latex.split()))
    return f"#math.equation(block: {'true' if display else 'false'}, alt: {alt}, ${body}$);"


def maths(latex: str, display: bool) -> str:
    """What stands between the dollar signs; raises LatexError."""
    return _row(fromstring(f"<mrow>{markup(latex, display)}</mrow>"))


def _row(element: Element) -> str:
    """The children one after the other, with what belongs together in Typst put together.

    A space stands only where two words would become one: beside an upright word Typst would print it.
    """
    out = ""
    for piece in _pieces(list(element)):
        out += " " + piece if out[-1:].isalnum() and piece[:1].isalnum() else piece
    return out


def _pieces(children: list[Element]) -> Iterator[str]:
    index = 0
    while index < len(children):
        child, after = children[index], children[index + 1] if index + 1 < len(children) else None
        if after is not None and after.tag == "mo" and (after.text or "") in _PRIMES:
            yield f"attach({_one(child)}, tr: primes(#{_PRIMES[after.text or '']}))"
            index += 2
            continue
        yield _one(child)
        index += 1


def _one(e: Element) -> str:
    match e.tag:
        case "mi":
            return _name(e)
        case "mn":
            return e.text or ""
        case "mo":
            return _operator(e)
        case "mtext":
            return _quoted(e.text or "")
        case "mspace":
            return f"#h({e.get('width')})"
        case "mrow":
            return _grouped(e)
        case "mstyle":
            return f"{'display' if e.get('displaystyle') == 'true' else 'inline'}({_row(e)})"
        case "mfrac":
            return f"frac({_one(e[0])}, {_one(e[1])})"
        case "msqrt":
            return f"sqrt({_row(e)})"
        case "mroot":
            return f"root({_one(e[1])}, {_one(e[0])})"
        case "mtable":
            return _table(e)
        case "msub":
            return f"attach({_beside(e[0])}, b: {_one(e[1])})"
        case "msup":
            return f"attach({_beside(e[0])}, t: {_one(e[1])})"
        case "msubsup":
            return f"attach({_beside(e[0])}, b: {_one(e[1])}, t: {_one(e[2])})"
        case "munderover":
            return f"attach(limits({_one(e[0])}), b: {_one(e[1])}, t: {_one(e[2])})"
        case "munder" | "mover":
            return _over(e)
    raise LatexError(f"<{e.tag}> cannot be set in Typst")


def _beside(e: Element) -> str:
    """A base whose scripts stand beside it, whatever the sign."""
    return f"scripts({_one(e)})"


def _over(e: Element) -> str:
    if e.get("accent") is None and e.get("accentunder") is None:
        return f"attach(limits({_one(e[0])}), {'b' if e.tag == 'munder' else 't'}: {_one(e[1])})"
    mark, body = e[1].text or "", _one(e[0])
    if mark == "¯":
        return f"overline({body})" if e[1].get("stretchy") == "true" else f"macron({body})"
    return f"{_ACCENTS[mark]}({body})"


def _grouped(e: Element) -> str:
    children = list(e)
    if _is_binomial(children):
        return f"binom({_one(children[1][0])}, {_one(children[1][1])})"
    opening = children and children[0].tag == "mo" and children[0].get("fence") == "true"
    closing = len(children) > 1 and children[-1].tag == "mo" and children[-1].get("form") == "postfix"
    closing = closing and children[-1].get("fence") == "true"
    if opening or closing:
        return f"lr({_row(e)})"
    # Typst joins nothing across a space, so a group needs no brackets; an empty one still is an argument.
    return _row(e) or '""'


def _is_binomial(children: list[Element]) -> bool:
    return len(children) == 3 and children[1].tag == "mfrac" and children[1].get("linethickness") == "0"


def _name(e: Element) -> str:
    text = e.text or ""
    if len(text) == 1:
        letter = _escaped(text)
        return f"upright({letter})" if e.get("mathvariant") == "normal" and text.isalpha() else letter
    # The spaces around function names come from the LaTeX reader.
    return f'class("normal", {_quoted(text)})' if text else '""'


def _operator(e: Element) -> str:
    text = e.text or ""
    if text == _APPLY:
        return ""
    sign = _escaped(text)
    if e.get("minsize"):
        size = float((e.get("minsize") or "1em").removesuffix("em"))
        return f"#math.lr(size: {size:g}em, $mid({sign})$)"
    if e.get("fence") == "true":
        return sign
    if e.get("lspace") == "0":
        return f'class("normal", {sign})'
    match e.get("form"):
        case "prefix" if e.get("stretchy") == "false":
            return f'class("opening", {sign})'
        case "postfix":
            return f'class("closing", {sign})'
        case "prefix":
            return f'class("unary", {sign})'
    return sign


def _table(e: Element) -> str:
    sides = [cell.get("style", "") for cell in e[0]] if len(e) else []
    if e.get("displaystyle") == "true":
        return " \\ ".join(" & ".join(_row(cell) for cell in row) for row in e)
    rows = "; ".join(", ".join(_row(cell) or '""' for cell in row) for row in e)
    side = "left" if any("left" in style for style in sides) else "right" if any("right" in s for s in sides) else ""
    align = f"align: #{side}, " if side else ""
    return f"mat(delim: #none, {align}column-gap: #0.9em, row-gap: #0.45em, {rows})"


def _escaped(sign: str) -> str:
    return "".join(f"\\{c}" if c.isascii() and not c.isalnum() else c for c in sign)


def _quoted(text: str) -> str:
    from grader.sheets.typst import string

    return string(text)
