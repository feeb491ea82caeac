"""Writes a matrix expression as LaTeX for math mode."""

from __future__ import annotations

from fractions import Fraction

from grader.expr.latex import name_in_latex
from grader.expr.matrices.style import Style, written
from grader.expr.matrices.tree import Matrix

_COMMANDS = frozenset({"det", "exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "arctan"})
_NAMES = {"logdet": r"\log\det", "sigmoid": r"\sigma", "relu": r"\operatorname{ReLU}", "sign": r"\operatorname{sgn}"}
_BARS = {"norm": (r"\lVert", r"\rVert"), "norm1": (r"\lVert", r"\rVert_1"), "norm2": (r"\lVert", r"\rVert_2"),
         "bars": (r"\lvert", r"\rvert"), "abs": (r"\lvert", r"\rvert")}  # fmt: skip
_SIGNS = {".*": r"\odot", "./": r"\oslash", "·": r"\cdot", "kron": r"\otimes"}


def to_latex(e: Matrix) -> str:
    """LaTeX with ``\\top`` for the transpose, ``\\odot`` for entry by entry, ``\\mathbf{1}`` for ones."""
    return written(e, _STYLE)


def _number(value: Fraction) -> str:
    if value.denominator == 1:
        return str(value)
    sign = "-" if value < 0 else ""
    return rf"{sign}\frac{{{abs(value.numerator)}}}{{{value.denominator}}}"


def _sized(what: str, size: str) -> str:
    letter = r"\mathbf{1}" if what == "1" else what
    sides = size.replace(" x ", r" \times ")
    return f"{letter}_{{{sides}}}" if size else letter


def _raised(base: str, exponent: str, entrywise: bool) -> str:
    mark = r"\odot " if entrywise else ""
    return f"{_base(base)}^{{{mark}{exponent}}}"


def _binary(operator: str, left: str, right: str) -> str:
    if operator == "*":
        # Two numbers side by side would be one.
        return rf"{left} \cdot {right}" if right[:1].isdigit() or right.startswith(r"\frac") else f"{left} {right}"
    return f"{left} {_SIGNS.get(operator, operator)} {right}"


def _call(function: str, arguments: tuple[str, ...]) -> str:
    if function in _BARS:
        opening, closing = _BARS[function]
        return f"{opening} {arguments[0]} {closing}"
    if function == "sqrt":
        return rf"\sqrt{{{arguments[0]}}}"
    named = rf"\{function}" if function in _COMMANDS else _NAMES.get(function, rf"\operatorname{{{function}}}")
    return rf"{named}\left({', '.join(arguments)}\right)"


_STYLE = Style(
    number=_number,
    name=name_in_latex,
    sized=_sized,
    minus=lambda text: f"-{text}",
    binary=_binary,
    fraction=lambda top, bottom: rf"\frac{{{top}}}{{{bottom}}}",
    group=lambda text: rf"\left({text}\right)",
    transposed=lambda text: rf"{_base(text)}^\top",
    inverse_transposed=lambda text: rf"{_base(text)}^{{-\top}}",
    raised=_raised,
    call=_call,
)


def _base(text: str) -> str:
    """What bears an exponent: in braces where it bears one already."""
    return f"{{{text}}}" if "^" in text else text
