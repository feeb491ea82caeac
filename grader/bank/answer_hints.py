"""How to type an answer of a shape, in one sentence with an example that belongs to no problem."""

from __future__ import annotations

from grader.answer import Answer, Scalar, Shape
from grader.expr.tree import variables

_SENTENCES = {
    "vector": "Type the entries in order between brackets, for example `(2x, -1)`.",
    "matrix": "Type the matrix row by row, for example `[[1, 2], [3, 4]]`.",
    "set": "Type all values between braces, for example `{-1, 2}`, or `none`.",
    "equation": "Type an equation, for example `y = 3x - 2`.",
}


def answer_hint(shape: Shape, names: tuple[str, ...], reference: Answer) -> str:
    """``names``: the variables the answer may use.  Of the reference only its sort is told: that it
    is a number is plain from the question."""
    if shape.form == "scalar":
        number = isinstance(reference, Scalar) and not variables(reference.value)
        return _scalar(shape, () if number else names)
    if shape.form == "points":
        return _points(shape, names)
    labels = tuple(dict.fromkeys(shape.labels))
    if shape.choices and len(labels) == len(shape.choices):
        return f"Type the letter of one choice: {_either(labels)}."
    if shape.form == "label":
        return f"Type one of: {_either(labels)}."
    if shape.form == "formula":
        return _formula(shape)
    if shape.form == "interval":
        x = names[0] if names else "x"
        return f"Type an inequality, for example `{x} < -1 or 2 < {x} < 5`, or intervals: `(-oo, -1) U (2, 5)`."
    return _SENTENCES[shape.form]


def _scalar(shape: Shape, names: tuple[str, ...]) -> str:
    if not names:
        return "Type a number, exactly: for example `3/4`, `sqrt(2)` or `2pi`."
    x = names[0]
    constant = " A constant such as `C` may be added." if shape.free_names else ""
    return f"Type an expression in {_either(names, 'and')}, for example `3{x}^2 - sin(2{x})`.{constant}"


def _points(shape: Shape, names: tuple[str, ...]) -> str:
    flat = shape.size == 1 or (shape.size is None and len(names) == 1)
    point, other = ("2", "-1") if flat else ("(2, 0)", "(-1, 5)")
    if not shape.labels:
        return f"Type all points with commas between them, for example `{point}, {other}`, or `none`."
    label = shape.labels[0]
    return (
        f"Type all points with their nature, for example `{point}: {label}; {other}: {shape.labels[-1]}`, or `none`. "
        f"The nature is one of {_either(shape.labels)}."
    )


def _formula(shape: Shape) -> str:
    symbols = tuple(line.partition(":")[0].strip() for line in shape.symbols)
    return (
        f"Type an expression in {_either(symbols, 'and')}; `M'` or `M^T` is the transpose, `inv(M)` the inverse, "
        "`u.*v` multiplies entry by entry: for example `2M'u - 3v`."
    )


def _either(words: tuple[str, ...], joint: str = "or") -> str:
    quoted = [f"`{word}`" for word in words]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} {joint} {quoted[-1]}"
