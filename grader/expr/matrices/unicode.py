"""Writes a matrix expression in one line as a book would: ``2Aᵀ(Ax − b)``."""

from __future__ import annotations

from grader.expr.matrices.style import Style, written
from grader.expr.matrices.tree import Matrix
from grader.expr.unicode import name_in_unicode

_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_SIGNS = {"+": " + ", "-": " − ", ".*": " ⊙ ", "./": " ⊘ ", "·": "·", "kron": " ⊗ "}
_BARS = {"norm": ("‖", "‖"), "norm1": ("‖", "‖₁"), "norm2": ("‖", "‖₂"), "bars": ("|", "|"), "abs": ("|", "|")}
_NAMES = {"sigmoid": "σ", "relu": "ReLU", "sign": "sgn", "logdet": "log det "}


def to_unicode(e: Matrix) -> str:
    """One line with raised exponents, ``ᵀ``, ``⊙`` and Greek letters; factors side by side."""
    return written(e, _STYLE)


def _binary(operator: str, left: str, right: str) -> str:
    if operator not in "+-":
        left = _unless_quotient(left)
    if operator == "*":
        apart = left[-1:].isalpha() and right[:1].isalpha() and (len(left) > 1 or len(right) > 1)
        if right[:1].isdigit():
            return f"{left}·{right}"
        return f"{left} {right}" if apart else f"{left}{right}"
    return f"{left}{_SIGNS[operator]}{right}"


def _raised(base: str, exponent: str, entrywise: bool) -> str:
    mark = "⊙" if entrywise else ""
    if exponent.lstrip("-").isdecimal() and not mark:
        return base + exponent.translate(_RAISED)
    return f"{base}^({mark}{exponent})" if mark or len(exponent) > 1 else f"{base}^{exponent}"


def _call(function: str, arguments: tuple[str, ...]) -> str:
    if function in _BARS:
        opening, closing = _BARS[function]
        return f"{opening}{arguments[0]}{closing}"
    if function == "sqrt":
        return f"√({arguments[0]})"
    return f"{_NAMES.get(function, function)}({', '.join(arguments)})"


_STYLE = Style(
    number=str,
    name=name_in_unicode,
    sized=lambda what, size: (
        f"{what}_{{{size.replace(' x ', '×')}}}" if len(size) > 1 else what + (size and f"_{size}")
    ),
    minus=lambda text: f"−{text}",
    binary=_binary,
    fraction=lambda top, bottom: f"{_closed(top)}/{_closed(bottom)}",
    group=lambda text: f"({text})",
    transposed=lambda text: f"{text}ᵀ",
    inverse_transposed=lambda text: f"{text}⁻ᵀ",
    raised=_raised,
    call=_call,
)


def _unless_quotient(text: str) -> str:
    """The left factor of a product: in brackets when it is a quotient, so that ``(1/2)A`` is not ``1/2A``."""
    depth = 0
    for sign in text:
        depth += (sign in "([") - (sign in ")]")
        if sign == "/" and depth == 0:
            return f"({text})"
    return text


def _closed(text: str) -> str:
    """A part of a quotient on the line: in brackets unless it is one name, number or call."""
    plain = text.replace("ᵀ", "")
    return text if plain.isalnum() or (plain[:1] in "‖|√" and plain.count(plain[0]) < 3) else f"({text})"
