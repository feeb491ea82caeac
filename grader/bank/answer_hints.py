"""How to type an answer of a shape, in one sentence with an example that belongs to no problem."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from grader.answer import Answer, Scalar, Shape
from grader.expr.tree import variables
from grader.translations import ENGLISH, translation

Translate: TypeAlias = Callable[[str], str]


_SENTENCES: Mapping[str, Callable[[Translate], str]] = {
    "vector": lambda _: _("Type the entries in order between brackets, for example `(2x, -1)`."),
    "matrix": lambda _: _("Type the matrix row by row, for example `[[1, 2], [3, 4]]`."),
    "set": lambda _: _("Type all values between braces, for example `{-1, 2}`, or `none`."),
    "equation": lambda _: _("Type an equation, for example `y = 3x - 2`."),
}


def answer_hint(shape: Shape, names: tuple[str, ...], reference: Answer, language: str = ENGLISH) -> str:
    """``names``: the variables the answer may use.  Of the reference only its sort is told: that it
    is a number is plain from the question."""
    _ = translation(language).gettext
    if shape.form == "scalar":
        number = isinstance(reference, Scalar) and not variables(reference.value)
        return _scalar(shape, () if number else names, _)
    if shape.form == "points":
        return _points(shape, names, _)
    labels = tuple(dict.fromkeys(shape.labels))
    if shape.choices and len(labels) == len(shape.choices):
        return _("Type the letter of one choice: %(letters)s.") % {"letters": _either(labels, _("or"))}
    if shape.form == "label":
        return _("Type one of: %(words)s.") % {"words": _either(labels, _("or"))}
    if shape.form == "formula":
        return _formula(shape, _)
    if shape.form == "interval":
        x = names[0] if names else "x"
        sentence = _("Type an inequality, for example %(inequality)s, or intervals: `(-oo, -1) U (2, 5)`.")
        return sentence % {"inequality": f"`{x} < -1 or 2 < {x} < 5`"}
    return _SENTENCES[shape.form](_)


def _scalar(shape: Shape, names: tuple[str, ...], _: Translate) -> str:
    if not names:
        return _("Type a number, exactly: for example `3/4`, `sqrt(2)` or `2pi`.")
    x = names[0]
    parts = {"names": _either(names, _("and")), "example": f"`3{x}^2 - sin(2{x})`"}
    hint = _("Type an expression in %(names)s, for example %(example)s.") % parts
    return f"{hint} {_('A constant such as `C` may be added.')}" if shape.free_names else hint


def _points(shape: Shape, names: tuple[str, ...], _: Translate) -> str:
    flat = shape.size == 1 or (shape.size is None and len(names) == 1)
    point, other = ("2", "-1") if flat else ("(2, 0)", "(-1, 5)")
    if not shape.labels:
        sentence = _("Type all points with commas between them, for example %(example)s, or `none`.")
        return sentence % {"example": f"`{point}, {other}`"}
    example = f"`{point}: {shape.labels[0]}; {other}: {shape.labels[-1]}`"
    sentence = _(
        "Type all points with their nature, for example %(example)s, or `none`. The nature is one of %(natures)s."
    )
    return sentence % {"example": example, "natures": _either(shape.labels, _("or"))}


def _formula(shape: Shape, _: Translate) -> str:
    symbols = tuple(line.partition(":")[0].strip() for line in shape.symbols)
    sentence = _(
        "Type an expression in %(names)s; `M'` or `M^T` is the transpose, `inv(M)` the inverse, "
        "`u.*v` multiplies entry by entry: for example `2M'u - 3v`."
    )
    return sentence % {"names": _either(symbols, _("and"))}


def _either(words: tuple[str, ...], joint: str) -> str:
    quoted = [f"`{word}`" for word in words]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} {joint} {quoted[-1]}"
