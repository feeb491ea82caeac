"""Left-hand sides that only name the question, such as ``f'(x) =`` and ``dy/dx =``.

They are blanked out before an answer is read, so that the places of errors stay right.
"""

from __future__ import annotations

import re

from grader.expr.notation import Names, Note
from grader.expr.tokens import fault_at

_LONGEST = 80
_FAR = 160
# An equals sign that is no part of <=, =<, >=, != or ==; before <1, 2> it is one.
_EQUALS = re.compile(r"(?<![<>!=:]):?=(?:(?![=<>])|(?=<[^<>=]*,[^<>=]*>))")
_DROPPED = re.compile(r"\s+|\\left|\\right|\\,|\\!|\\;|\\ |[{}*$]")
_SPELLED = (
    (re.compile(r"\\d?frac\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}"), r"\1/\2"),
    (re.compile(r"\\(?:text|mathrm|operatorname|mathbf|vec|overrightarrow|hat|bar)\b"), ""),
    (re.compile(r"\\dot\s*\{?([A-Za-z])\}?"), r"\1'"),
    (re.compile(r"\\ddot\s*\{?([A-Za-z])\}?"), r"\1''"),
    (re.compile(r"\\prime|[′’‘´`]"), "'"),
    (re.compile(r"^\s*\((?:([A-Za-z]'+)|(d/d[A-Za-z]))\)"), r"\1\2"),
    (re.compile(r"\^\{?('+)\}?"), r"\1"),
    (re.compile(r"″|\""), "''"),
    (re.compile(r"\\nabla|∇|\bgrad\b"), "nabla"),
    (re.compile(r"\\partial|∂|\bpartial\b|\bdel\b"), "d"),
    (re.compile(r"\((d\w*)\)/\((d\w*)\)"), r"\1/\2"),
    (re.compile("²"), "^2"),
    (re.compile("³"), "^3"),
    (re.compile("ƒ"), "f"),
)
_SPOKEN = re.compile(
    r"\s*(?:(?:so|thus|hence|therefore|then)[\s,:]+)?(?:the\s+|my\s+)?(?:final\s+)?"
    r"(?:answer|ans|result|solution|derivative|slope|gradient|area|limit|lim|integral|value)"
    r"(?:\s+of\s+[^=:]{1,60}?)?\s*(?:[:=]|is\b\s*:?|equals\b)",
    re.IGNORECASE,
)
_THEREFORE = re.compile(r"\s*(?:so|thus|hence|therefore|then)[\s,:]+(?=[^\s=])", re.IGNORECASE)
_BRACKET = r"(?:\((?:[^()]|\([^()]*\))*\)|\[[^\[\]]*\])"
_PARTIAL = r"(?:f_?[a-z]{1,2}|d[A-Za-z]/d[a-z])"
_USUAL = re.compile(
    r"(?:"
    rf"[A-Za-z]'{{0,4}}(?:_[A-Za-z0-9]+)?(?:{_BRACKET})?"  # f, f'(x), y'', T_3(x), f_xy, H_f(x, y)
    rf"|[A-Za-z]\^\([\dnk]\)(?:{_BRACKET})?"  # f^(4)(x), f^(n)(x)
    rf"|[fghF][xyzt]{{1,3}}(?:{_BRACKET})?"  # fx, fxy(x, y)
    rf"|d(?:\^?\d)?[A-Za-z]?(?:{_BRACKET})?/(?:d[A-Za-z](?:_?\w)?(?:\^?\d)?){{1,4}}(?:{_BRACKET}|[A-Za-z](?:{_BRACKET})?)?"
    rf"|d(?:\^?\d)?/d[A-Za-z](?:\^?\d)?(?:[^-+=<>()\[\]]|{_BRACKET})*"  # d/dx x^2 sin(x)
    rf"|{_BRACKET}'{{1,3}}"  # (x^2)'
    rf"|nabla[A-Za-z]?(?:{_BRACKET})?"
    rf"|D\^?2?[A-Za-z](?:{_BRACKET})?"
    rf"|[JH][A-Za-z]?(?:{_BRACKET})?"
    rf"|[(\[<⟨]{_PARTIAL}(?:,{_PARTIAL})+[)\]>⟩]"  # (f_x, f_y)
    r"|(?:∫+|\\i*int|int)[^=]*d[A-Za-z]"
    r"|\\?lim(?:it)?(?:_|\(|[a-z](?:->|→|\\to))[^=]*"
    r")"
)
# dy/dx at a point: \left.\frac{dy}{dx}\right|_{x=1} =
_AT_A_POINT = re.compile(
    r"\s*(?:\\left\.)?(.{1,60}?)\s*(?:\\right|\\[bB]igg?r?)?\s*(?:\||\\r?vert\b)\s*_?\s*\{?\s*"
    r"[A-Za-z]\s*=\s*[^={}|]{1,20}?\s*\}?\s*=(?!=)"
)
# Two values at once, x_{1,2} =, with their sign ± on the right.
_BOTH = re.compile(r"\s*([A-Za-z])\s*(?:_\{?\s*1\s*[,/]\s*2\s*\}?|₁[,/]₂)\s*=(?!=)")
_IN_INTEGERS = r"(?P<condition>(?P<letter>[A-Za-z])\s*(?:∈|\\in\b|\bin\b)\s*(?:ℤ|Z|\\mathbb\s*\{?\s*Z\s*\}?))"
# {pi/2 + n pi | n in Z}
_BUILDER = re.compile(
    rf"\s*(?:\\left\s*)?\\?\{{(?P<values>[^|:]+?)\s*(?:\||:|∣|\\mid\b)\s*{_IN_INTEGERS}\s*(?:\\right\s*)?\\?\}}\s*"
)
# x = n pi for n in Z
_FOR_INTEGERS = re.compile(
    rf"(?P<values>.+?)\s*,?\s+(?:for|where|with)\s+(?:(?:all|any|every|each)\s+)?{_IN_INTEGERS}[\s.]*"
)
_SEVERAL = re.compile(r"±|\\pm|\+/?-|-/?\+|[,;{]|\b(?:or|and)\b")
# x^2 + C (C ∈ ℝ); without its brackets it is an item of a listing.
_IN_REALS = re.compile(r"\(\s*[A-Z](?:_?[0-9])?\s*(?:∈|\\in\b|in\b)[^()]*\)\s*\Z")
_REMARK = re.compile(
    r"[\s,;:(]*\b(?:where|with|for|and)?\s*(?:(?:any|all|every|some|each|an?)\s+)?"
    r"(?:[A-Za-z](?:_?[0-9])?\s*(?:is|=|are|:)?\s*(?:(?:any|an?|some|the|arbitrary|real)\s+)*"
    r"(?:integer|constant|const\b|real\b)"
    r"|(?:integer|constant)s?\s+[A-Za-z](?:_?[0-9])?"
    r"|[A-Za-z](?:_?[0-9])?\s*(?:∈|\\in\b|\bin\b)\s*(?:ℝ|R\b|\\mathbb\s*\{?R\}?|\\R\b))"
    r"[a-z]*(?:\s+of\s+integration|\s+number)?\s*\)?[\s.]*\Z",
    re.IGNORECASE,
)


def without_remark(text: str) -> tuple[str, tuple[Note, ...]]:
    """The text with what it says of a constant at its end blanked out: ``where C is a constant``, ``k integer``, and
    the ``n in Z`` of a set of values for all integers."""
    integers = "Z" in text or "ℤ" in text
    match = (_BUILDER.fullmatch(text, 0, _FAR) or _FOR_INTEGERS.fullmatch(text, 0, _FAR)) if integers else None
    if match is not None and len(text) <= _FAR and match["values"].strip() != match["letter"]:
        begin, end = match.span("values")
        shown = " ".join(match["condition"].split())
        note = Note(match.start("condition"), f"'{shown}' was left out: it says what kind of number a letter is")
        return " " * begin + text[begin:end] + " " * (len(text) - end), (note,)
    if not ("onst" in text or "nteger" in text or "real" in text or ("(" in text and _IN_REALS.search(text))):
        return text, ()
    match = _REMARK.search(text, max(0, len(text) - _LONGEST))
    if match is None or not match.start():
        return text, ()
    shown = " ".join(match[0].strip(" ,;:\n").split())
    note = Note(match.start(), f"'{shown}' was left out: it says what kind of number a letter is")
    return text[: match.start()] + " " * (len(text) - match.start()), (note,)


def without_left_side(
    text: str, asked: tuple[str, ...], names: Names, lenient: bool, source: str
) -> tuple[str, tuple[Note, ...]]:
    """The text with a left side that names the question blanked out, and the note that says so.

    ``lenient``: whether the answer is no equation itself, so that with nothing in ``asked`` any
    usual left side goes, and with something in it another one is refused by name (StudentError).
    """
    if "=" not in text and ":" not in text and " is " not in text and " equals " not in text:
        return text, ()
    spoken = (_SPOKEN.match(text, 0, _FAR) or _THEREFORE.match(text, 0, _FAR)) if lenient else None
    if spoken is not None:
        shown = " ".join(spoken[0].split())
        rest, notes = without_left_side(_blank(text, spoken.end()), asked, names, lenient, source)
        return rest, (Note(0, f"'{shown}' was left out: it names the question"), *notes)
    both = _BOTH.match(text, 0, _FAR)
    if both is not None and both[1] in names.variables and _SEVERAL.search(text, both.end()):
        return _blank(text, both.end()), (_note(text[: both.end() - 1]),)
    match = _EQUALS.search(text)
    if match is None or match.start() > _LONGEST:
        return _without_colon(text) if lenient and not asked else (text, ())
    typed = text[: match.start()]
    plain = _plain(typed)
    if lenient and not plain and text[match.end() :].strip():
        return _blank(text, match.end()), (Note(match.start(), "the sign = at the beginning was left out"),)
    wanted = {_plain(name) for name in asked}
    if plain in wanted:
        return _blank(text, match.end()), (_note(typed),)
    if lenient and not asked and ("|" in text or "vert" in text):
        at_a_point = _AT_A_POINT.match(text, 0, _FAR)
        if at_a_point is not None and _USUAL.fullmatch(_plain(at_a_point[1])):
            return _blank(text, at_a_point.end()), (_note(text[: at_a_point.end() - 1]),)
    if not lenient or not plain or not _USUAL.fullmatch(plain) or _is_declared(plain, text, names):
        return text, ()
    if wanted:
        shown = " ".join(typed.split())
        raise fault_at(
            text, len(typed) - len(typed.lstrip()), f"the left side '{shown}' is not what is asked",
            f"leave it out or write {asked[0]} =", source,
        )  # fmt: skip
    return _blank(text, match.end()), (_note(typed),)


_OF_WHAT = r"(?:\s+(?:of|for|to|at)\s+[^:={}]{1,40}?)?\s*"
_SAYS = r"(?::(?!=)|=|\bis\b|\bare\b)\s*:?"
_HEADS = {
    "set": re.compile(
        r"\s*(?:(?:the\s+)?(?:(?:real|only|critical|stationary)\s+)*"
        r"(?:solutions?|roots?|zeros|zeroes|values?|answers?|numbers|points|elements)(?:\s+set)?"
        rf"{_OF_WHAT}{_SAYS}|(?P<name>[A-Z𝕃])\s*(?::=|:|=)\s*(?=[{{∅]))",
        re.IGNORECASE,
    ),
    "interval": re.compile(
        r"\s*(?:(?i:(?:the\s+)?(?:(?:natural|real)\s+)*(?:domain|range|image|interval|solutions?|set|answer)(?:\s+set)?"
        rf"{_OF_WHAT}{_SAYS})"
        r"|(?P<name>D|W|I|S|L|𝕃|𝔻|dom|Dom|ran|im)(?:_?\{?[a-z]\}?|\s*\(?[a-z]\)?|\s+[a-z])?\s*(?::=|:|=)\s*"
        r"(?=[\[\](){Rℝx∅\\-]|all\b|none\b))"
    ),
    "equation": re.compile(
        r"\s*(?:(?:the\s+)?(?:equation\s+of\s+(?:the\s+)?)?"
        r"(?:tangent|normal|line|equation|asymptote|plane|curve|answer)(?:\s+(?:line|plane))?"
        rf"{_OF_WHAT}(?::(?!=)|\bis\b)\s*:?|(?P<name>[A-Za-z])(?:_[A-Za-z0-9])?\s*:\s*(?!=))",
        re.IGNORECASE,
    ),
}
"""What names the question before a set, an interval or an equation: ``L =``, ``Domain:``, ``the tangent is``."""
_FUNCTION = re.compile(r"\s*([A-Za-z])\s*(\(\s*([A-Za-z])\s*\))\s*:?=(?!=)")


def without_head(text: str, form: str, names: Names) -> tuple[str, tuple[Note, ...]]:
    """The text without what names the question before a set, an interval or an equation, and the note that says so."""
    head = _HEADS[form].match(text, 0, _FAR)
    if head is not None and (head["name"] or "") not in names.variables and text[head.end() :].strip():
        shown = " ".join(head[0].split())
        return _blank(text, head.end()), (Note(0, f"'{shown}' was left out: it names the question"),)
    function = _FUNCTION.match(text, 0, _FAR) if form == "equation" else None
    if function is not None and function[3] in names.variables:
        if function[1] not in names.variables:
            return _blank(text, function.end()), (_note(text[: function.end() - 1]),)
        # y(x) = 2x: y as a function of x, no product.
        begin, end = function.span(2)
        shown = "".join(text[function.start(1) : end].split())
        return text[:begin] + " " * (end - begin) + text[end:], (Note(begin, f"{shown} was read as {function[1]}"),)
    return text, ()


def _is_declared(plain: str, text: str, names: Names) -> bool:
    """Whether a left side is a variable, the number e, or one of several values of a variable, ``x_1 = 1, x_2 = 2``."""
    if plain == "e" or plain in names.variables or (plain.isalpha() and set(plain) <= set(names.variables)):
        return True
    if plain[:1] in names.variables and plain[1:2] == "(" and not re.fullmatch(r"\w(?:,\w)*", plain[2:-1]):
        # y(x + 1) = 2x: a product, where y(x) = 2x names what is asked.
        return True
    return plain[:1] in names.variables and plain[1:2] == "_" and text.count("=") > 1


def _without_colon(text: str) -> tuple[str, tuple[Note, ...]]:
    """``f'(x): 2x`` and ``dy/dx: 2x``."""
    typed, colon, _ = text.partition(":")
    plain = _plain(typed) if colon and len(typed) <= _LONGEST else ""
    if not ("'" in plain or "/d" in plain) or not _USUAL.fullmatch(plain):
        return text, ()
    return _blank(text, len(typed) + 1), (_note(typed),)


def _plain(name: str) -> str:
    for pattern, spelling in _SPELLED:
        name = pattern.sub(spelling, name)
    return _DROPPED.sub("", name)


def _blank(text: str, end: int) -> str:
    return "".join(c if c == "\n" else " " for c in text[:end]) + text[end:]


def _note(typed: str) -> Note:
    return Note(len(typed) - len(typed.lstrip()), f"'{' '.join(typed.split())} =' was left out: it names the question")
