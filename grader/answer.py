"""Answers as values: the shapes that an answer box can have, and the reading of typed text.

``read`` is the only way from a student's text to an `Answer`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, TypeAlias

from grader.claims import Point
from grader.errors import StudentError
from grader.expr.labels import choice, chosen_label, closest
from grader.expr.left_side import without_head, without_left_side, without_remark
from grader.expr.notation import (
    Brackets,
    Joined,
    Labelled,
    Listing,
    Notation,
    Relation,
    Word,
    expression,
    is_expression,
)
from grader.expr.parse import Names, Note, Syntax, certain_list, comma_error, decimal_comma, read_notation, scalar
from grader.expr.tokens import check_length, fault_at
from grader.expr.tree import Constant, Expr, Neg, Variable
from grader.records import field, record

if TYPE_CHECKING:
    from grader.expr.matrices.tree import Matrix as MatrixExpr
    from grader.expr.spans import Span


@record
class Shape:
    """What an answer box takes.

    ``form`` is the sort of answer.  ``size``: entries of a vector, or coordinates of a
    point; None when any number may be typed (the size is then part of what is graded, as
    it always is for a matrix).  ``labels``: the canonical labels that points or a label
    answer may carry.  ``free_names``: names that were not declared are read as free
    constants (the ``C`` of an antiderivative).  ``symbols``: what a formula is made of, in lines
    such as ``A: m x n, symmetric``.  ``choices``: what each label stands for in a
    multiple-choice question; typing it out is as good as its label.
    """

    form: Literal["scalar", "vector", "matrix", "set", "points", "equation", "interval", "label", "formula"]
    size: int | None = None
    labels: tuple[str, ...] = ()
    free_names: bool = False
    choices: tuple[str, ...] = ()
    symbols: tuple[str, ...] = ()


@record
class Scalar:
    value: Expr


@record
class Vector:
    """``orientation``: how it was written; a tuple ``(a, b)`` or ``<a, b>`` or ``[a, b]`` says
    neither row nor column, ``[a; b]`` and ``[[a],[b]]`` a column, ``[[a, b]]`` a row."""

    entries: tuple[Expr, ...]
    orientation: Literal["row", "column", "tuple"] = "tuple"


@record
class Matrix:
    """Rows of equal length, at least one row and one column."""

    rows: tuple[tuple[Expr, ...], ...]


@record
class Set:
    elements: tuple[Expr, ...]


@record
class Points:
    """Points with or without labels; ``none`` gives no points."""

    points: tuple[Point, ...]


@record
class Equation:
    left: Expr
    right: Expr


@record
class Range:
    """A set of real numbers: an interval, an inequality in one variable, or a union of such, in the order typed."""

    spans: tuple[Span, ...]


@record
class Label:
    """A word such as ``minimum``, ``none`` or ``dne``, by its canonical name."""

    name: str


@record
class Formula:
    """An expression of matrices and vectors whose sizes are symbols."""

    tree: MatrixExpr


ExpressionAnswer: TypeAlias = Scalar | Vector | Matrix | Set | Points | Equation | Range | Label
Answer: TypeAlias = ExpressionAnswer | Formula


@record
class Reading:
    """An answer with everything that a student should be told about how it was read."""

    answer: Answer
    notes: tuple[Note, ...] = field(default=())


def read(
    text: str,
    shape: Shape,
    names: Names,
    *,
    asked: tuple[str, ...] = (),
    syntax: Syntax = "auto",
    source: str = "answer",
) -> Reading:
    """The answer of the given shape that was typed.

    ``asked``: the left-hand sides that name the question, stripped when typed; with none
    given any usual one (``f'(x) =``, ``dy/dx =``) is.  Raises StudentError, and nothing else,
    whatever the text is.
    """
    check_length(text, source)
    typed = text
    if shape.form == "formula":
        from grader.expr.matrices.read import read as read_formula

        tree, told = read_formula(text, shape.symbols, asked, source)
        return Reading(Formula(tree), told)
    if shape.form == "label":
        text = _TEXT.sub(r"\1", text)
    if shape.choices and (label := choice(text, shape.choices, shape.labels)):
        return Reading(Label(label))
    if "<m" in text:
        text, syntax = _from_mathml(text, syntax, source)
        typed = text
    if "\\" in text or "$" in text:
        text = _unwrapped(text, syntax)
    if shape.free_names and not names.free:
        names = Names(names.variables, free=True)
    lenient = shape.form in ("scalar", "vector", "matrix")
    text, remarks = without_remark(text)
    body, stripped = without_left_side(text, asked, names, lenient, source)
    if not stripped and shape.form in ("set", "interval", "equation"):
        body, stripped = without_head(body, shape.form, names)
    labels = shape.labels if shape.form in ("points", "label") else None
    if shape.form == "label" and shape.labels:
        return _chosen(body, shape, names, syntax, source, tuple(stripped))
    if shape.form == "points":
        body = _points_apart(body)
    found, notes = read_notation(body, names, syntax, source, labels, shape.form, shape.size)
    notes = (*stripped, *notes, *remarks)
    if shape.form == "scalar" and is_expression(found):
        return Reading(Scalar(expression(found)), notes)
    found, notes = _trimmed(found, notes, bool(stripped) and lenient, names)
    reader = _Reader(typed, shape, names, source, list(notes))
    return Reading(reader.answer(found), tuple(reader.notes))


_TEXT = re.compile(r"\\(?:text|textrm|mathrm|textit|operatorname) *\{([^{}]*)\}")
"""Words in LaTeX, as an equation editor sets them."""


def _chosen(body: str, shape: Shape, names: Names, syntax: Syntax, source: str, stripped: tuple[Note, ...]) -> Reading:
    """One of the labels of a problem: as it is typed there, or by a synonym."""
    if label := chosen_label(body, shape.labels):
        return Reading(Label(label), stripped)
    try:
        found, notes = read_notation(body, names, syntax, source, shape.labels, shape.form, shape.size)
    except StudentError:
        near = closest(body, shape.labels)
        fix = f"type one of {', '.join(dict.fromkeys(shape.labels))}" + (f"; did you mean '{near}'?" if near else "")
        raise fault_at(body, 0, "this is none of the labels asked for", fix, source) from None
    reader = _Reader(body, shape, names, source, list((*stripped, *notes)))
    return Reading(reader.answer(found), tuple(reader.notes))


def _from_mathml(text: str, syntax: Syntax, source: str) -> tuple[str, Syntax]:
    """A formula in MathML as LaTeX, which is read in its place; any other text as it is."""
    from grader.expr.mathml_input import is_mathml, to_latex

    return (to_latex(text, source), "latex") if is_mathml(text) else (text, syntax)


def _unwrapped(text: str, syntax: Syntax) -> str:
    """The text without what only sets it, dollar signs for example; see `grader.expr.latex_input.unwrapped`."""
    if syntax == "infix":
        return text
    from grader.expr.latex_input import unwrapped

    return unwrapped(text)


_END_OF_SENTENCE = re.compile(r"(?<=\))(\s*)\.(?=\s*[A-Za-z(])")
# The space between a point and the label of the next one, as in "min: (1, 1) max: (0, 0)".
_NEXT_LABEL = re.compile(
    r"(?<=\))\s(?=\s*(?!(?:and|or|is|are|with|at|for)\b)[A-Za-z][A-Za-z .]{0,40}[:=]?\s?\()", re.IGNORECASE
)


def _points_apart(text: str) -> str:
    """The text with a semicolon for the space between points that stand below or beside one another,
    ``(0, 0): saddle (1, 1): minimum``; no place in it moves."""
    text = _END_OF_SENTENCE.sub(r"\1;", text)
    begin = text.lstrip()[:1]
    if begin.isalpha():
        return _NEXT_LABEL.sub(";", text)
    if begin != "(":
        return text
    signs = list(text)
    depth, space, gap, after_point = 0, -1, -1, False
    for at, sign in enumerate(text):
        if sign in "([{":
            if depth == 0:
                before = text[: space + 1].rstrip()
                joined = not after_point or before.endswith(("=", " and", " or", " at", "->"))
                gap = -1 if joined else space
            depth += 1
        elif sign == "," and depth == 1 and gap >= 0:
            # Only what holds a comma is a point: not the brackets of ``(0, 0) (saddle)``.
            signs[gap] = ";"
            gap = -1
        elif sign in ")]}":
            depth -= 1
            space, after_point = -1, True
        elif sign.isspace():
            space = at
        elif depth == 0:
            space, after_point = -1, after_point and (sign.isalpha() or sign in ":-=.>→")
    return "".join(signs)


def read_any(text: str, names: Names, syntax: Syntax = "auto", source: str = "answer") -> Reading:
    """The answer that was typed, of the shape that it shows.  Raises StudentError."""
    check_length(text, source)
    if "<m" in text:
        text, syntax = _from_mathml(text, syntax, source)
    try:
        return _read_any(text, names, syntax, source)
    except StudentError:
        # What cannot be read as it stands may begin with what names the question, "the domain is".
        for form in ("interval", "set", "equation"):
            body, notes = without_head(text, form, names)
            if notes:
                try:
                    found = _read_any(body, names, syntax, source)
                except StudentError:
                    continue
                return Reading(found.answer, (*notes, *found.notes))
        raise


def _read_any(text: str, names: Names, syntax: Syntax, source: str) -> Reading:
    typed = text
    if "\\" in text or "$" in text:
        text = _unwrapped(text, syntax)
    text, remarks = without_remark(text)
    body, stripped = without_left_side(text, (), names, True, source)
    found, notes = read_notation(body, names, syntax, source, None, "any")
    notes = (*stripped, *notes, *remarks)
    if is_expression(found):
        return Reading(Scalar(expression(found)), notes)
    found, notes = _trimmed(found, notes, bool(stripped), names)
    reader = _Reader(typed, Shape(_form(found)), names, source, list(notes))
    answer = reader.answer(found)
    if isinstance(answer, Matrix) and len(answer.rows) == 1:
        answer = Vector(answer.rows[0], "row")
    elif isinstance(answer, Matrix) and len(answer.rows[0]) == 1:
        answer = Vector(tuple(row[0] for row in answer.rows), "column")
    return Reading(answer, tuple(reader.notes))


def _trimmed(found: Notation, notes: tuple[Note, ...], named: bool, names: Names) -> tuple[Notation, tuple[Note, ...]]:
    """The answer without what it says of a constant at its end, ``x^2 + C, C in R`` and ``pi/4 + k pi, k in Z``;
    of several expressions set equal, ``f'(x) = x + x = 2x``, the last.

    ``named``: whether a left side that names the question was left out.
    """
    if isinstance(found, Listing) and _is_remark(found.items[-1], names):
        kept = found.items[:-1]
        found = kept[0] if len(kept) == 1 else Listing(kept, found.separators[:-1], found.at)
    if named and isinstance(found, Relation) and set(found.signs) == {"="}:
        if all(map(is_expression, found.sides)) and not isinstance(found.sides[0], Variable):
            note = "of the expressions set equal the last was read as the answer"
            return found.sides[-1], (*notes, Note(found.sides[-1].at, note))
    return found, notes


def _is_remark(item: Notation, names: Names) -> bool:
    """``k in Z``, or ``C in R`` where C is not declared."""
    if not (isinstance(item, Relation) and item.signs == ("in",) and isinstance(item.sides[0], Variable)):
        return False
    values = item.sides[1]
    free = item.sides[0].name not in names.variables
    return isinstance(values, Word) and (values.name == "integers" or (free and values.name == "reals"))


Form: TypeAlias = Literal["scalar", "vector", "matrix", "set", "points", "equation", "interval", "label"]


def _form(found: Notation) -> Form:
    """The shape that a notation shows by itself."""
    match found:
        case Relation(signs=("in",) | ("=",), sides=(Variable(), Brackets("{"))):
            return "set"
        case Relation(signs=("=",), sides=(Brackets(), Brackets() as right)):
            return _form(right)
        case Relation(signs=signs):
            return "equation" if set(signs) == {"="} else "interval"
        case Joined() | Word("reals"):
            return "interval"
        case Brackets("{", rows=rows):
            # {(1, 2), (3, 4)} is a set of points, {{1, 2}, {3, 4}} a matrix of some computer algebra systems.
            items = [item for row in rows for item in row]
            if items and all(isinstance(item, Brackets) for item in items):
                return "matrix" if _rows_in_braces(found) else "points"
            return "set"
        case Brackets(rows=rows):
            if _is_interval(found):
                return "interval"
            nested = any(isinstance(item, Brackets) for row in rows for item in row)
            return "matrix" if nested or (len(rows) > 1 and len(rows[0]) > 1) else "vector"
        case Listing(items=items):
            if any(_is_interval(item) for item in items):
                return "interval"
            if len(_named(items)) > 1:
                return "points"
            pointlike = all(isinstance(item, Brackets | Labelled) for item in items)
            return "points" if pointlike else "set"
        case Labelled():
            return "points"
        case Word():
            return "label"
        case _:
            return "scalar"


def _named(items: tuple[Notation, ...]) -> set[str]:
    """The variables that a listing of equations ``x = 1, y = 2`` gives values to; none when it is anything else."""
    names = set()
    for item in items:
        if not (isinstance(item, Relation) and item.signs == ("=",) and isinstance(item.sides[0], Variable)):
            return set()
        names.add(item.sides[0].name)
    return names


def _is_interval(found: Notation) -> bool:
    """Whether it can only be meant as a set of real numbers: an inequality, infinite ends, brackets of two sorts."""
    if isinstance(found, Relation):
        return found.signs != ("=",)
    if not isinstance(found, Brackets) or found.opening not in "([]":
        return isinstance(found, Joined)
    mixed = found.closing != {"(": ")", "[": "]"}.get(found.opening)
    return mixed or any(item in (Constant("oo"), Neg(Constant("oo"))) for item in found.rows[0])


def _rows_in_braces(found: Brackets) -> bool:
    """``{{1, 2}, {3, 4}}``: rows of equal length in curly brackets."""
    items = [item for row in found.rows for item in row]
    widths = {
        len(item.rows[0]) if isinstance(item, Brackets) and item.opening == "{" and len(item.rows) == 1 else 0
        for item in items
    }
    return found.opening == "{" and len(items) > 0 and len(widths) == 1 and 0 not in widths


class _Reader:
    """Makes answers of a shape from notation; every failure is a StudentError with its place."""

    def __init__(self, text: str, shape: Shape, names: Names, source: str, notes: list[Note]) -> None:
        self.text = text
        self.shape = shape
        self.names = names
        self.source = source
        self.notes = notes

    def error(self, at: int, fault: str, fix: str = "") -> StudentError:
        return fault_at(self.text, at, fault, fix, self.source)

    def note(self, at: int, text: str) -> None:
        self.notes.append(Note(at, text))

    def answer(self, found: Notation) -> Answer:
        if isinstance(found, Relation) and found.signs == ("=",) and isinstance(found.sides[0], Brackets):
            self.note(found.at, "what stands before = was left out")
            found = found.sides[1]
        if isinstance(found, Word) and found.name in self.shape.labels and self.shape.form != "points":
            # A word can be the answer to anything: an integral may diverge.
            return Label(found.name)
        match self.shape.form:
            case "scalar":
                return Scalar(self.one(found))
            case "vector":
                return self.vector(found)
            case "matrix":
                return self.matrix(found)
            case "set":
                return self.set(found)
            case "points":
                return self.points(found)
            case "equation":
                return self.equation(found)
            case "interval":
                return self.interval(found)
            case "label":
                return self.label(found)
            case "formula":
                raise AssertionError("a formula is read by grader.expr.matrices.read")

    def one(self, found: Notation) -> Expr:
        return scalar(found, self.text, self.source)

    # Vectors and matrices -------------------------------------------------------------------

    def vector(self, found: Notation) -> Answer:
        """A vector; what is typed as a matrix of more rows and columns stays one, for the
        grader to say that the shape is wrong."""
        if isinstance(found, Listing) and all(is_expression(item) for item in found.items):
            self.refuse_decimal_commas(found)
            raise self.error(found.at, "a vector is asked", "put its entries in brackets, (a, b)")
        if is_expression(found) and self.shape.size in (None, 1):
            return Vector((expression(found),))
        if not isinstance(found, Brackets):
            raise self.error(found.at, "a vector is asked", "type it as (a, b)")
        if found.opening == "{":
            raise self.error(found.at, "curly brackets make a set, which has no order", "type a vector as (a, b)")
        rows = self.rows(found)
        if len(rows) > 1 and len(rows[0]) > 1:
            if len(rows) == self.shape.size and len(rows[0]) == 2:
                self.refuse_pairs()
            return Matrix(rows)
        answer: Vector
        flat = len(found.rows) == 1 and not any(isinstance(item, Brackets) for item in found.rows[0])
        if flat and not found.transposed:
            answer = Vector(rows[0], "tuple")
        elif len(rows[0]) == 1:
            answer = Vector(tuple(row[0] for row in rows), "column")
        else:
            answer = Vector(rows[0], "row")
        if self.shape.size is not None and len(answer.entries) != self.shape.size:
            given = len(answer.entries)
            if given == 2 * self.shape.size:
                self.refuse_pairs()
            raise self.error(
                found.at, f"this vector has {given} {_entries(given)}", f"one with {self.shape.size} is asked"
            )
        return answer

    def matrix(self, found: Notation) -> Answer:
        if isinstance(found, Listing) and all(isinstance(item, Brackets) for item in found.items):
            # [1, 2], [3, 4] without the outer brackets.
            found = Brackets("[", (found.items,), "]", False, found.at)
        if isinstance(found, Brackets) and _rows_in_braces(found):
            self.note(found.at, "the curly brackets were read as the rows of a matrix; write [[a, b], [c, d]]")
            rows = tuple(item.rows[0] for row in found.rows for item in row if isinstance(item, Brackets))
            found = Brackets("[", rows, "]", found.transposed, found.at)
        if is_expression(found):
            return Matrix(((expression(found),),))
        if not isinstance(found, Brackets) or found.opening == "{":
            raise self.error(found.at, "a matrix is asked", "type it by rows, [[a, b], [c, d]]")
        rows = self.rows(found)
        flat = len(found.rows) == 1 and not any(isinstance(item, Brackets) for item in found.rows[0])
        if flat and not found.transposed:
            return Vector(rows[0], "tuple")
        return Matrix(rows)

    def rows(self, found: Brackets) -> tuple[tuple[Expr, ...], ...]:
        """The rows of a list, flat or nested, transposed when it says so."""
        if (found.opening, found.closing) in (("(", "]"), ("[", ")")):
            raise self.error(found.at, "the two brackets differ", "type a vector as (a, b) or [a, b]")
        only = found.rows[0][0] if len(found.rows) == 1 == len(found.rows[0]) else None
        if isinstance(only, Brackets) and (len(only.rows) > 1 or any(isinstance(i, Brackets) for i in only.rows[0])):
            # Brackets around a whole matrix, as in \left(\begin{matrix} ... \end{matrix}\right).
            turned = found.transposed != only.transposed
            return self.rows(Brackets(only.opening, only.rows, only.closing, turned, only.at))
        items = found.rows
        nested = [isinstance(item, Brackets) for row in items for item in row]
        if all(nested) and (len(items) == 1 or all(len(row) == 1 for row in items)):
            inner = [item for row in items for item in row if isinstance(item, Brackets)]
            for row in inner:
                if len(row.rows) != 1 or row.opening == "{":
                    raise self.error(row.at, "this row is not a list of entries", "type a matrix as [[a, b], [c, d]]")
            # A transposed row in a row, [(1, 2)^T, (3, 4)^T], gives the columns.
            flipped = sum(row.transposed for row in inner)
            if 0 < flipped < len(inner):
                raise self.error(found.at, "some rows are transposed and some are not", "type rows only")
            rows = [(row.rows[0], row.at) for row in inner]
            transposed = found.transposed != bool(flipped)
        elif any(nested):
            raise self.error(found.at, "entries and rows are mixed here", "type a matrix as [[a, b], [c, d]]")
        else:
            rows = [(row, found.at) for row in items]
            # (a, b)^T is a column.
            transposed = found.transposed
        width = len(rows[0][0])
        for number, (row_items, at) in enumerate(rows, 1):
            if len(row_items) != width:
                raise self.error(
                    at,
                    f"row 1 has {width} {_entries(width)}, row {number} has {len(row_items)}",
                    "give every row the same number of entries",
                )
        made = tuple(tuple(self.one(item) for item in row_items) for row_items, _ in rows)
        return tuple(zip(*made, strict=True)) if transposed else made

    # Sets and points ------------------------------------------------------------------------

    def set(self, found: Notation) -> Answer:
        if isinstance(found, Word):
            if found.name == "none":
                return Set(())
            raise self.error(found.at, f"the word '{found.name}' is no set", "type the values, or none")
        items = self.elements(found)
        if len(_named(items)) > 1:
            raise self.error(found.at, "these are values of different variables", "type the values of one, or points")
        return Set(tuple(self.value(item) for item in items))

    def elements(self, found: Notation) -> tuple[Notation, ...]:
        """The items of a listing, with or without curly brackets."""
        if isinstance(found, Relation) and found.signs in (("=",), ("in",)) and isinstance(found.sides[0], Variable):
            right = found.sides[1]
            if isinstance(right, Brackets) and right.opening == "{":
                return self.elements(right)
        if isinstance(found, Relation) and found.signs == ("in",) and isinstance(found.sides[0], Brackets):
            right = found.sides[1]  # (x, y) in {(0, 0), (1, 1)}
            if isinstance(right, Brackets) and right.opening == "{":
                return self.elements(right)
        if isinstance(found, Brackets) and (found.opening == "{" or self.holds_points(found)):
            return tuple(item for row in found.rows for item in row)
        if isinstance(found, Listing):
            self.refuse_decimal_commas(found)
            return found.items
        if isinstance(found, Joined) and set(found.signs) == {"∪"} and self.shape.form == "set":
            return tuple(item for part in found.parts for item in self.elements(part))
        return (found,)

    def holds_points(self, found: Brackets) -> bool:
        """Whether it is a list of points in brackets, ``[(0, 0), (1, 1)]``."""
        items = [item for row in found.rows for item in row]
        return self.shape.form == "points" and all(isinstance(item, Brackets | Labelled) for item in items)

    def value(self, item: Notation) -> Expr:
        """An element: an expression, or ``x = expression``.  Several have to be of one variable."""
        if isinstance(item, Relation) and item.signs == ("=",) and isinstance(item.sides[0], Variable):
            return self.one(item.sides[1])
        return self.one(item)

    def refuse_decimal_commas(self, found: Listing) -> None:
        """``1,5`` without a space, among values, could be one number: never guess."""
        if not any(is_expression(item) for item in found.items):
            # (1,2),(3,4): the commas of points stand in brackets.
            return
        comma = decimal_comma(self.text)
        if comma is not None and "," in found.separators and ", " not in self.text and not certain_list(self.text):
            raise comma_error(self.text, comma, self.source)

    def refuse_pairs(self) -> None:
        """``(0,5; 1,5)``, where every entry asked for is two numbers with a comma between them."""
        comma = decimal_comma(self.text)
        if comma is not None:
            raise comma_error(self.text, comma, self.source)

    def points(self, found: Notation) -> Answer:
        if isinstance(found, Word):
            if found.name == "none":
                return Points(())
            raise self.error(
                found.at, f"the label '{found.name}' has no point", "type the point, a colon and the label"
            )
        if isinstance(found, Listing) and len(_named(found.items)) > 1:
            return self.points_by_names(found)
        made: list[Point] = []
        carried = ""
        for item in self.elements(found):
            label, place = (item.label, item.item) if isinstance(item, Labelled) else ("", item)
            if isinstance(place, Word):
                if place is item and place.name != "none":
                    self.label_last(made, place)
                continue  # "max: none"
            if isinstance(item, Labelled):
                carried = label if self.label_comes_first(item) else ""
                self.check_label(label, item.at)
            elif carried:
                label = carried
                self.note(place.at, f"the label {label} was taken for this point as well")
            inner = self.elements(place) if isinstance(place, Brackets) and place.opening == "{" else (place,)
            made += [Point(self.coordinates(p), label) for p in inner]
            if isinstance(item, Labelled) and item.several:
                self.label_back(made, item)
        return Points(tuple(made))

    def label_back(self, made: list[Point], item: Labelled) -> None:
        """``(1, 0), (-1, 0) are minima``: the label is meant for the points before it that have none."""
        for k in range(len(made) - 1, -1, -1):
            if made[k].label and k < len(made) - 1:
                break
            if not made[k].label:
                self.note(item.at, f"the label {item.label} was taken for the points before it as well")
                made[k] = Point(made[k].coordinates, item.label)

    def label_last(self, made: list[Point], word: Word) -> None:
        """``(0, 0), saddle``: a label after a comma belongs to the point before it."""
        if not made or made[-1].label:
            raise self.error(word.at, f"the label '{word.name}' has no point", "type the point, a colon and the label")
        self.check_label(word.name, word.at)
        made[-1] = Point(made[-1].coordinates, word.name)

    def points_by_names(self, found: Listing) -> Answer:
        """``x = 1, y = 2; x = 3, y = 4``: points by their coordinates, in the order of the variables."""
        apart = ["or", *([";", "\n"] if {",", "and"} & set(found.separators) else [])]
        groups: list[list[Notation]] = [[found.items[0]]]
        for separator, item in zip(found.separators, found.items[1:], strict=True):
            if separator in apart:
                groups.append([])
            groups[-1].append(item)
        return Points(tuple(self.point_by_names(group) for group in groups))

    def point_by_names(self, items: list[Notation]) -> Point:
        values: dict[str, Expr] = {}
        for item in items:
            assert isinstance(item, Relation) and isinstance(item.sides[0], Variable)
            name = item.sides[0].name
            if name in values:
                raise self.error(item.at, f"{name} has a second value here", "type points in brackets, (1, 2); (3, 4)")
            values[name] = self.one(item.sides[1])
        order = [name for name in self.names.variables if name in values]
        size = self.shape.size or len(order)
        at = items[0].at
        if len(order) != size:
            raise self.error(at, f"a point with {size} coordinates is asked", "type it in brackets, (0, 0)")
        if set(order) != set(self.names.variables[:size]):
            raise self.error(at, "some coordinates are not given", "type the point in brackets, (0, 0)")
        return Point(tuple(values[name] for name in order))

    def label_comes_first(self, item: Labelled) -> bool:
        return item.item.at > item.at

    def check_label(self, label: str, at: int) -> None:
        if not self.shape.labels:
            self.note(at, f"the label {label} was not asked")
        elif label not in self.shape.labels:
            raise self.error(at, f"the label '{label}' is not used here", f"use one of {', '.join(self.shape.labels)}")

    def coordinates(self, place: Notation) -> tuple[Expr, ...]:
        size = self.shape.size
        if isinstance(place, Relation) and place.signs == ("=",) and isinstance(place.sides[0], Brackets):
            place = place.sides[1]  # (x, y) = (1, 2)
        if isinstance(place, Brackets) and place.opening != "{":
            if len(place.rows) == 1 or all(len(row) == 1 for row in place.rows):
                made = tuple(self.one(item) for row in place.rows for item in row)
                if size is None or len(made) == size:
                    return made
                if size == 1:
                    variable = self.names.variables[0] if self.names.variables else "x"
                    raise self.error(
                        place.at, f"this point has {len(made)} coordinates", f"give its {variable} value only"
                    )
                raise self.error(place.at, f"this point has {len(made)} coordinates", f"points have {size} here")
        if size is None or size == 1:
            return (self.value(place),)
        raise self.error(place.at, f"a point with {size} coordinates is asked", "type it in brackets, (0, 0)")

    # Equations, intervals, labels -----------------------------------------------------------

    def equation(self, found: Notation) -> Answer:
        if isinstance(found, Relation):
            if found.signs == ("=",):
                return Equation(self.one(found.sides[0]), self.one(found.sides[1]))
            fault = (
                "an equation with one '=' is asked" if "=" in found.signs else "an equation is asked, not an inequality"
            )
            several = ", several with commas between them" if set(found.signs) == {"="} else ""
            raise self.error(found.at, fault, f"type it as y = 3x - 2{several}")
        value = self.one(found)
        if "y" in self.names.variables and not _occurs("y", value):
            self.note(found.at, "the expression was read as y = ...")
            return Equation(Variable("y"), value)
        raise self.error(found.at, "an equation is asked, and there is no '='", "type both sides, as in y = 3x - 2")

    def interval(self, found: Notation) -> Range:
        from grader.expr.spans import SpanReader

        return Range(SpanReader(self.error, self.one, self.note).whole(found))

    def label(self, found: Notation) -> Answer:
        if isinstance(found, Word):
            if self.shape.labels:
                self.check_label(found.name, found.at)
            return Label(found.name)
        raise self.error(found.at, "a word is asked", f"type one of {', '.join(self.shape.labels)}")


def _entries(count: int) -> str:
    return "entry" if count == 1 else "entries"


def _occurs(name: str, e: Expr) -> bool:
    from grader.expr.tree import variables

    return name in variables(e)
