"""Writes a matrix expression in words, so that only one expression is meant."""

from __future__ import annotations

from fractions import Fraction

from grader.expr.matrices.style import Style, written
from grader.expr.matrices.tree import Matrix
from grader.expr.spoken import name_in_words
from grader.expr.spoken import to_spoken as expression_in_words
from grader.expr.tree import rational

_SIGNS = {
    "+": "plus", "-": "minus", "*": "times", "·": "dot", ".*": "times, entry by entry,",
    "./": "over, entry by entry,", "kron": "Kronecker product with",
}  # fmt: skip
_NAMES = {
    "tr": "trace", "det": "determinant", "logdet": "log determinant", "exp": "exponential", "log": "natural logarithm",
    "sin": "sine", "cos": "cosine", "tan": "tangent", "sqrt": "square root", "abs": "absolute value", "norm": "norm",
    "norm1": "one-norm", "norm2": "two-norm", "bars": "bars", "diag": "diagonal", "vec": "vectorisation",
    "step": "unit step", "relu": "rectifier", "tanh": "hyperbolic tangent", "sinh": "hyperbolic sine",
    "cosh": "hyperbolic cosine",
}  # fmt: skip
_POWERS = {"minus one": "inverse", "two": "squared", "three": "cubed"}


def to_spoken(e: Matrix) -> str:
    """Words for a screen reader; every bracket is spoken."""
    return written(e, _STYLE)


def _number(value: Fraction) -> str:
    return expression_in_words(rational(value))


def _sized(what: str, size: str) -> str:
    name = "identity" if what == "I" else "ones"
    return f"{name} of size {size.replace(' x ', ' by ')}" if size else name


def _raised(base: str, exponent: str, entrywise: bool) -> str:
    power = _POWERS.get(exponent) or f"to the power {exponent}, end power"
    return f"{base} {power}{', every entry' if entrywise else ''}"


def _call(function: str, arguments: tuple[str, ...]) -> str:
    return f"{_NAMES.get(function, function)} of open bracket {', comma, '.join(arguments)} close bracket"


_STYLE = Style(
    number=_number,
    name=name_in_words,
    sized=_sized,
    minus=lambda text: f"minus {text}",
    binary=lambda operator, left, right: f"{left} {_SIGNS[operator]} {right}",
    fraction=lambda top, bottom: f"the fraction {top} all over {bottom} end fraction",
    group=lambda text: f"open bracket {text} close bracket",
    transposed=lambda text: f"{text} transposed",
    inverse_transposed=lambda text: f"{text} inverse transposed",
    raised=_raised,
    call=_call,
)
