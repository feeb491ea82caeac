"""Writes a tree in one line as a book would: ``2x·cos(x²)``, for terminals and plain files."""

from __future__ import annotations

from grader.expr.letters import GREEK, stem_and_subscript
from grader.expr.text import Spelling, applied, linear
from grader.expr.tree import Expr, Neg, Number

_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_CONSTANTS = {"pi": "π", "oo": "∞"}


def to_unicode(e: Expr) -> str:
    """One line with raised exponents, ``√``, ``·``, ``−`` and Greek letters."""
    return linear(e, _BOOK)


def name_in_unicode(name: str) -> str:
    """A variable's name with its Greek letter and lowered digits."""
    stem, subscript = stem_and_subscript(name)
    letter = GREEK.get(stem, stem)
    if not subscript:
        return letter
    return letter + subscript.translate(_LOWERED) if subscript.isdecimal() else f"{letter}_{subscript}"


def _raised(base: str, exponent: Expr) -> str | None:
    sign = ""
    if isinstance(exponent, Neg):
        sign, exponent = "-", exponent.argument
    if not isinstance(exponent, Number) or exponent.value.denominator != 1 or exponent.decimal:
        return None
    return base + f"{sign}{exponent.value}".translate(_RAISED)


def _call(name: str, arguments: tuple[str, ...]) -> str:
    match name, arguments:
        case "sqrt", (u,):
            return f"√({u})" if len(u) > 1 else f"√{u}"
        case "cbrt", (u,):
            return f"∛({u})" if len(u) > 1 else f"∛{u}"
        case "log10", (u,):
            return f"log₁₀({u})"
        case "log", (base, u):
            return f"log{base.translate(_LOWERED)}({u})" if base.isdecimal() else f"log_({base})({u})"
        # Bars inside bars could be paired in two ways.
        case "abs", (u,) if "|" not in u:
            return f"|{u}|"
    return applied(name, arguments)


_BOOK = Spelling(
    minus="−",
    times="·",
    name=name_in_unicode,
    constant=lambda name: _CONSTANTS.get(name, name),
    power=_raised,
    function=_call,
)
