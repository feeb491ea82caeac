"""Writes a matrix expression as presentation MathML, for the inside of a ``<math>`` element."""

from __future__ import annotations

from fractions import Fraction

from grader.expr.mathml import name_in_mathml
from grader.expr.matrices.style import Style, written
from grader.expr.matrices.tree import Matrix

_SIGNS = {
    "+": "+", "-": "&#x2212;", "*": "&#x2062;", "·": "&#x22C5;", ".*": "&#x2299;", "./": "&#x2298;", "kron": "&#x2297;",
}  # fmt: skip
_BARS = {"norm": "&#x2016;", "norm1": "&#x2016;", "norm2": "&#x2016;", "bars": "|", "abs": "|"}
_NAMES = {"sigmoid": "&#x3C3;", "relu": "ReLU", "sign": "sgn", "logdet": "log det"}
_APPLY = "<mo>&#x2061;</mo>"
_TOP = "<mo>&#x22A4;</mo>"
_MINUS = '<mo form="prefix">&#x2212;</mo>'


def to_mathml(e: Matrix) -> str:
    """One element, without the ``<math>`` around it."""
    return written(e, _STYLE)


def _row(*parts: str) -> str:
    return f"<mrow>{''.join(parts)}</mrow>"


def _number(value: Fraction) -> str:
    sign = _MINUS if value < 0 else ""
    top, bottom = abs(value.numerator), value.denominator
    whole = f"<mn>{top}</mn>" if bottom == 1 else f"<mfrac><mn>{top}</mn><mn>{bottom}</mn></mfrac>"
    return _row(sign, whole) if sign else whole


def _sized(what: str, size: str) -> str:
    letter = f"<mi>{what}</mi>" if what == "I" else '<mn mathvariant="bold">1</mn>'
    if not size:
        return letter
    sides = [f"<mn>{side}</mn>" if side.isdecimal() else name_in_mathml(side) for side in size.split(" x ")]
    return f"<msub>{letter}{_row('<mo>&#xD7;</mo>'.join(sides))}</msub>"


def _binary(operator: str, left: str, right: str) -> str:
    sign = _SIGNS[operator]
    if operator == "*" and right.startswith(("<mn", "<mfrac")):
        sign = _SIGNS["·"]
    return _row(left, f"<mo>{sign}</mo>", right)


def _call(function: str, arguments: tuple[str, ...]) -> str:
    if function in _BARS:
        bar = f"<mo>{_BARS[function]}</mo>"
        whole = _row(bar, arguments[0], bar)
        index = {"norm1": "1", "norm2": "2"}.get(function)
        return f"<msub>{whole}<mn>{index}</mn></msub>" if index else whole
    if function == "sqrt":
        return f"<msqrt>{arguments[0]}</msqrt>"
    inner = "<mo>,</mo>".join(arguments)
    return _row(f"<mi>{_NAMES.get(function, function)}</mi>", _APPLY, _group(inner))


def _group(inner: str) -> str:
    return _row("<mo>(</mo>", inner, "<mo>)</mo>")


def _raised(base: str, exponent: str, entrywise: bool) -> str:
    return f"<msup>{base}{_row('<mo>&#x2299;</mo>', exponent) if entrywise else exponent}</msup>"


_STYLE = Style(
    number=_number,
    name=name_in_mathml,
    sized=_sized,
    minus=lambda inner: _row(_MINUS, inner),
    binary=_binary,
    fraction=lambda top, bottom: f"<mfrac>{top}{bottom}</mfrac>",
    group=_group,
    transposed=lambda inner: f"<msup>{inner}{_TOP}</msup>",
    inverse_transposed=lambda inner: f"<msup>{inner}{_row(_MINUS, _TOP)}</msup>",
    raised=_raised,
    call=_call,
)
