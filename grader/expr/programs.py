"""Spellings of computer algebra, spreadsheets and calculators that the language does not share, in its own signs.

Only a text that could not be read is respelled, so nothing that has a meaning changes it.
``Rational(1, 2)`` becomes ``(1/2)``, ``Interval.open(0, 1)`` and ``oo(0, 1)`` become ``(0, 1)``,
``{x -> 1}`` becomes ``{x = 1}``, ``<1|2>`` becomes ``[[1, 2]]``.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from grader.expr.respelling import Respelling, closing, parts

_LONGEST = 600
_MOST_CALLS = 60
_CALL = re.compile(r"(?<![A-Za-z0-9_.])((?:[a-z]+\.)?)([A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z]+)?)\s*([(\[])")


def _interval(brackets: str) -> Callable[[list[str]], str]:
    return lambda ends: f"{brackets[0]}{ends[0]}, {ends[1]}{brackets[1]}"


def _sympy_interval(ends: list[str]) -> str:
    """``Interval(0, 1, True, False)``, whose last arguments open the ends, and ``Interval[{0, 1}]``."""
    if ends[0][:1] == "{":
        ends = parts(ends[0][1:-1])
    flags = [*ends[2:], "False", "False"]
    return _ended(ends[0], flags[0].casefold() == "true", ends[1], flags[1].casefold() == "true")


def _maple_range(ends: list[str]) -> str:
    """``RealRange(Open(0), 1)``."""
    low, high = ends
    inner = [end[5:-1] if end.startswith("Open(") else end for end in (low, high)]
    return _ended(inner[0], inner[0] != low, inner[1], inner[1] != high)


def _ended(low: str, opens_low: bool, high: str, opens_high: bool) -> str:
    # An end at infinity is open, however it is written.
    left = "(" if opens_low or re.search("oo|inf|∞", low, re.IGNORECASE) else "["
    right = ")" if opens_high or re.search("oo|inf|∞", high, re.IGNORECASE) else "]"
    return f"{left}{low}, {high}{right}"


def _relation(sign: str) -> Callable[[list[str]], str]:
    return lambda sides: f"{sides[0]} {sign} {sides[1]}"


def _operation(sign: str) -> Callable[[list[str]], str]:
    return lambda terms: "(" + sign.join(f"({term})" for term in terms) + ")"


def _itself(arguments: list[str]) -> str:
    return f"({arguments[0].strip(chr(39) + chr(34))})"


def _elements(arguments: list[str]) -> str:
    """``FiniteSet(1, 2)`` and ``set([1, 2])``."""
    if len(arguments) == 1 and arguments[0][:1] in ("[", "{", "("):
        arguments = [arguments[0][1:-1]]
    return "{" + ", ".join(arguments) + "}"


_CALLS: dict[tuple[str, int], Callable[[list[str]], str]] = {
    **{(name, 2): _operation("/") for name in ("Rational", "Divide", "Fraction")},
    ("Subtract", 2): _operation("-"),
    **{("Times", n): _operation("*") for n in range(2, 9)},
    **{("Mul", n): _operation("*") for n in range(2, 9)},
    **{("Plus", n): _operation("+") for n in range(2, 9)},
    **{("Add", n): _operation("+") for n in range(2, 9)},
    ("Pow", 2): _operation("^"),
    **{(name, 1): _itself for name in ("S", "Integer", "Float", "float", "sympify", "MatrixForm", "TraditionalForm")},
    **{(name, 2): _interval(ends) for name, ends in (("oo", "()"), ("cc", "[]"), ("oc", "(]"), ("co", "[)"))},
    **{("Interval", n): _sympy_interval for n in (1, 2, 3, 4)},
    ("Interval.open", 2): _interval("()"),
    ("Interval.Lopen", 2): _interval("(]"),
    ("Interval.Ropen", 2): _interval("[)"),
    ("RealRange", 2): _maple_range,
    **{(name, n): " U ".join for name in ("union", "Union") for n in range(2, 9)},
    **{("FiniteSet", n): _elements for n in range(1, 9)},
    ("set", 1): _elements,
    **{("tuple", n): lambda items: "(" + ", ".join(items) + ")" for n in range(2, 9)},
    ("Eq", 2): _relation("="),
    ("Ne", 2): _relation("!="),
    ("Lt", 2): _relation("<"),
    ("Le", 2): _relation("<="),
    ("Gt", 2): _relation(">"),
    ("Ge", 2): _relation(">="),
    **{(name, 2): lambda items: f"root({items[1]}, {items[0]})" for name in ("real_root", "nroot")},
    ("COMBIN", 2): lambda items: f"binomial({items[0]}, {items[1]})",
    ("comb", 2): lambda items: f"binomial({items[0]}, {items[1]})",
    ("lg", 2): lambda items: f"log_({items[1]})({items[0]})",
    ("log1p", 1): lambda items: f"ln(1 + ({items[0]}))",
    ("expm1", 1): lambda items: f"(exp({items[0]}) - 1)",
}
"""What a call becomes, by its name and the number of its arguments."""

_NAMED = re.compile(r"\\\[([A-Za-z]+)\]")
_NAMES = {
    "Times": "*", "Divide": "/", "PlusMinus": "±", "Infinity": "oo", "ExponentialE": "e", "Degree": "°", "Equal": "=",
    "LessEqual": "<=", "GreaterEqual": ">=", "NotEqual": "!=", "Element": " in ", "Sqrt": "√", "Union": " U ",
}  # fmt: skip
_RULE = re.compile(r"([A-Za-z][A-Za-z0-9_]*\s*)->")
# The brackets of each solution in {{x = 1}, {x = 2}}.
_EACH_SOLUTION = re.compile(r"(?<=[{,])\s*\{|\}(?=\s*[,}])")
# [x = 1, y = 2]
_VALUES = re.compile(r"\s*(?:\[[^\[\]<>!]*=[^\[\]<>!]*\]|\{[^{}<>!]*=[^{}<>!]*\})\s*")
_ELEMENTWISE = re.compile(r"(?<=[A-Za-z)\]\s])\.(?=[*/^])")
_CHOSEN = re.compile(r"\b([A-Za-z0-9]+)\s*nCr\s*([A-Za-z0-9]+)\b|\b([0-9]+)nCr([0-9]+)\b")
# The arguments of spreadsheets in countries with decimal commas, POWER(x;2).
_SEMICOLON = re.compile(r"(?<=[A-Z])\([^();,]*;[^();,]*\)")
# Rows side by side, as calculators write a matrix, [[1,2][3,4]].
_ROWS = re.compile(r"(?<=\])\s*(?=\[)")
_VECTOR_OF = re.compile(r"\bVector\[(row|column)\]\s*\(")
_MINUS_INFINITY = re.compile(r"\bminf\b")
_NUMERALS = re.compile(r"\b[Ff]loat\(\s*(['\"])([+-]?)(?:inf|infinity)\1\s*\)")
_STANDARD = re.compile(r"\bstd::")
_SIMPLIFIED = re.compile(r"\s*//\s*(?:Simplify|FullSimplify|N|Expand|Factor|MatrixForm)\s*\Z")


def respelled(text: str) -> Respelling | None:
    """The text in the signs of the language, None when there is nothing of other programs in it."""
    if len(text) > _LONGEST:
        return None
    found = Respelling.of(text)
    if "\\[" in text:
        found = found.sub(_NAMED, lambda match: _NAMES.get(match[1], f" {match[1].lower()} "))
    if "->" in text and text.lstrip()[:1] == "{":
        # Solutions of Mathematica; elsewhere an arrow maps or approaches.
        found = found.sub(_RULE, lambda match: f"{match[1]}=").sub(_EACH_SOLUTION, r"")
    if _VALUES.fullmatch(found.text):
        found = _without_brackets(found)
    found = found.sub(_NUMERALS, lambda match: f"({match[2]}oo)")
    found = found.sub(_VECTOR_OF, "Vector(").sub(_MINUS_INFINITY, "(-oo)").sub(_SIMPLIFIED, "")
    found = found.sub(_ELEMENTWISE, "")
    if "::" in text:
        found = found.sub(_STANDARD, "")
    if "nCr" in text:
        found = found.sub(_CHOSEN, lambda match: f"binomial({match[1] or match[3]}, {match[2] or match[4]})")
    if ";" in text:
        found = found.sub(_SEMICOLON, lambda match: match[0].replace(";", ","))
    opening = len(text) - len(text.lstrip())
    if text[opening : opening + 2] == "[[" and closing(text, opening) == len(text.rstrip()) - 1:
        found = found.sub(_ROWS, ",")
    if "|" in text and "<" in text:
        found = _maple_lists(found)
    found = _without_calls(found)
    return None if found.text == text else found


def _without_brackets(found: Respelling) -> Respelling:
    begin, end = len(found.text) - len(found.text.lstrip()), len(found.text.rstrip())
    return found.put(end - 1, end, " ").put(begin, begin + 1, " ")


def _without_calls(found: Respelling) -> Respelling:
    """With the calls of `_CALLS` written out, the innermost first."""
    calls = list(_CALL.finditer(found.text))
    if len(calls) > _MOST_CALLS:
        return found
    for call in reversed(calls):
        opening = call.end() - 1
        end = closing(found.text, opening)
        if end < 0:
            continue
        arguments = parts(found.text[opening + 1 : end])
        write = _CALLS.get((call[2], len(arguments)))
        if write is None or not all(arguments):
            continue
        try:
            new = write(arguments)
        except (ValueError, IndexError):
            continue
        found = found.put(call.start(), end + 1, new)
    return found


_COLUMN = re.compile(r"<([^<>|]*(?:\|[^<>|]*)+)>")
_OF_COLUMNS = re.compile(r"<\s*((?:<[^<>|]*>\s*\|\s*)+<[^<>|]*>)\s*>")


def _maple_lists(found: Respelling) -> Respelling:
    """``<1|2>`` is a row, and ``<<1,3>|<2,4>>`` is a matrix by its columns."""

    def by_columns(match: re.Match[str]) -> str:
        columns = [parts(column.strip()[1:-1]) for column in match[1].split("|")]
        if len({len(column) for column in columns}) != 1:
            return match[0]
        rows = (", ".join(column[k] for column in columns) for k in range(len(columns[0])))
        return "[" + ", ".join(f"[{row}]" for row in rows) + "]"

    def row(match: re.Match[str]) -> str:
        entries = match[1].replace("|", ",")
        inside = found.text[: match.start()].rstrip()[-1:] in ("<", ",") and match.start() > 0
        return f"[{entries}]" if inside else f"[[{entries}]]"

    found = found.sub(_OF_COLUMNS, by_columns)
    found = found.sub(_COLUMN, row)
    if found.text.lstrip()[:2] == "<[" and found.text.rstrip()[-2:] == "]>":
        begin, end = found.text.index("<"), found.text.rindex(">")
        found = found.put(end, end + 1, "]").put(begin, begin + 1, "[")
    return found
