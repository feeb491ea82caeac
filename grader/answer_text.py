"""Writes answers: as text that reads back to the same answer, as LaTeX, Unicode, speech and MathML."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from grader.answer import Answer, Equation, ExpressionAnswer, Formula, Label, Matrix, Points, Range, Scalar, Set, Vector
from grader.claims import Point
from grader.expr.tree import INFINITY, Expr, Neg

if TYPE_CHECKING:
    from grader.expr.spans import Span


def write(answer: Answer) -> str:
    """One line in the student's language."""
    if isinstance(answer, Formula):
        from grader.expr.matrices.tree import to_text as formula_to_text

        return formula_to_text(answer.tree)
    from grader.expr.text import to_text

    return _line(answer, to_text)


def write_unicode(answer: Answer) -> str:
    """One line as a book would set it."""
    if isinstance(answer, Formula):
        from grader.expr.matrices.unicode import to_unicode as formula_to_unicode

        return formula_to_unicode(answer.tree)
    from grader.expr.unicode import to_unicode

    return _line(answer, to_unicode)


def _line(answer: ExpressionAnswer, text: Callable[[Expr], str]) -> str:
    def listed(entries: Iterable[Expr]) -> str:
        return ", ".join(map(text, entries))

    match answer:
        case Scalar(value):
            return text(value)
        case Vector(entries, "row"):
            return f"[[{listed(entries)}]]"
        case Vector(entries, "column"):
            return f"[{', '.join(f'[{text(entry)}]' for entry in entries)}]"
        case Vector((only,)):
            # Round brackets around one entry would only group.
            return f"[{text(only)}]"
        case Vector(entries):
            return f"({listed(entries)})"
        case Matrix(rows):
            return f"[{', '.join(f'[{listed(row)}]' for row in rows)}]"
        case Set(elements):
            return f"{{{listed(elements)}}}"
        case Points(points):
            if not points:
                return "none"
            return "; ".join(_labelled(_point_text(point, listed), point.label) for point in points)
        case Equation(left, right):
            return f"{text(left)} = {text(right)}"
        case Range(spans):
            if len(spans) == 1 and _is_point(spans[0]):
                # Alone in curly brackets it would be a set of values.
                return f"[{text(_ends(spans[0])[0])}, {text(_ends(spans[0])[1])}]"
            return " U ".join(_span(span, text) for span in spans) or "none"
        case Label(name):
            return name


def _point_text(point: Point, listed: Callable[[Iterable[Expr]], str]) -> str:
    return f"({listed(point.coordinates)})" if len(point.coordinates) > 1 else listed(point.coordinates)


def _labelled(text: str, label: str) -> str:
    return f"{text}: {label}" if label else text


def _is_point(span: Span) -> bool:
    return span.low_closed and span.high_closed and span.low == span.high


def _brackets(span: Span) -> tuple[str, str]:
    return "[" if span.low_closed else "(", "]" if span.high_closed else ")"


def _ends(span: Span) -> tuple[Expr, Expr]:
    low = Neg(INFINITY) if span.low is None else span.low
    return low, INFINITY if span.high is None else span.high


def _span(span: Span, text: Callable[[Expr], str]) -> str:
    low, high = _ends(span)
    if _is_point(span):
        return f"{{{text(low)}}}"
    opening, closing = _brackets(span)
    return f"{opening}{text(low)}, {text(high)}{closing}"


def write_latex(answer: Answer) -> str:
    """LaTeX for math mode; a vector of no declared orientation is set as a tuple."""
    from grader.expr.latex import to_latex

    def listed(entries: Iterable[Expr]) -> str:
        return ", ".join(map(to_latex, entries))

    match answer:
        case Scalar(value):
            return to_latex(value)
        case Vector(entries, "tuple"):
            return rf"\left({listed(entries)}\right)"
        case Vector(entries, orientation):
            rows = (entries,) if orientation == "row" else tuple((entry,) for entry in entries)
            return _latex_array(rows, to_latex)
        case Matrix(rows):
            return _latex_array(rows, to_latex)
        case Set(elements):
            return rf"\left\{{{listed(elements)}\right\}}"
        case Points(points):
            if not points:
                return r"\text{none}"
            return r";\quad ".join(_latex_point(point, listed) for point in points)
        case Equation(left, right):
            return f"{to_latex(left)} = {to_latex(right)}"
        case Range(spans):
            return r" \cup ".join(_latex_span(span, to_latex) for span in spans) or r"\emptyset"
        case Label(name):
            return rf"\text{{{name}}}"
        case Formula(tree):
            from grader.expr.matrices.latex import to_latex as formula_to_latex

            return formula_to_latex(tree)


def _latex_span(span: Span, latex: Callable[[Expr], str]) -> str:
    low, high = _ends(span)
    if _is_point(span):
        return rf"\left\{{{latex(low)}\right\}}"
    opening, closing = _brackets(span)
    return rf"\left{opening}{latex(low)}, {latex(high)}\right{closing}"


def _latex_array(rows: tuple[tuple[Expr, ...], ...], latex: Callable[[Expr], str]) -> str:
    body = r" \\ ".join(" & ".join(map(latex, row)) for row in rows)
    return rf"\begin{{bmatrix}} {body} \end{{bmatrix}}"


def _latex_point(point: Point, listed: Callable[[Iterable[Expr]], str]) -> str:
    inner = listed(point.coordinates)
    place = rf"\left({inner}\right)" if len(point.coordinates) > 1 else inner
    return rf"{place}: \text{{{point.label}}}" if point.label else place


def write_spoken(answer: Answer) -> str:
    """Words; the parts of an array are announced by their places."""
    from grader.expr.spoken import to_spoken

    match answer:
        case Scalar(value):
            return to_spoken(value)
        case Vector(entries, orientation):
            kind = {"row": "row vector", "column": "column vector", "tuple": "vector"}[orientation]
            return f"{kind} with {_count(len(entries), 'entry', 'entries')}: {_spoken_list(entries, to_spoken)}"
        case Matrix(rows):
            sizes = f"{_count(len(rows), 'row', 'rows')} and {_count(len(rows[0]), 'column', 'columns')}"
            body = "; ".join(f"row {i}: {_spoken_list(row, to_spoken)}" for i, row in enumerate(rows, 1))
            return f"matrix with {sizes}; {body}"
        case Set(()):
            return "the empty set"
        case Set(elements):
            return f"the set of {_spoken_list(elements, to_spoken)}"
        case Points(points):
            if not points:
                return "no points"
            return "; ".join(
                _labelled(f"point {_spoken_list(point.coordinates, to_spoken)}", point.label) for point in points
            )
        case Equation(left, right):
            return f"{to_spoken(left)}, equals, {to_spoken(right)}"
        case Range(spans):
            return ", together with ".join(_spoken_span(span, to_spoken) for span in spans) or "the empty set"
        case Label(name):
            return name
        case Formula(tree):
            from grader.expr.matrices.spoken import to_spoken as formula_to_spoken

            return formula_to_spoken(tree)


def _spoken_span(span: Span, spoken: Callable[[Expr], str]) -> str:
    low, high = _ends(span)
    if _is_point(span):
        return f"the number {spoken(low)}"
    low_end = "included" if span.low_closed else "excluded"
    high_end = "included" if span.high_closed else "excluded"
    return f"the interval from {spoken(low)}, {low_end}, to {spoken(high)}, {high_end}"


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _spoken_list(entries: Iterable[Expr], spoken: Callable[[Expr], str]) -> str:
    return ", then ".join(map(spoken, entries))


def write_mathml(answer: Answer) -> str:
    """Presentation MathML for the inside of a ``<math>`` element."""
    from grader.expr.mathml import to_mathml

    def fenced(left: str, entries: Iterable[Expr], right: str) -> str:
        inner = "<mo>,</mo>".join(map(to_mathml, entries))
        return f"<mrow><mo>{left}</mo>{inner}<mo>{right}</mo></mrow>"

    match answer:
        case Scalar(value):
            return to_mathml(value)
        case Vector(entries, "tuple"):
            return fenced("(", entries, ")")
        case Vector(entries, orientation):
            return _mathml_array((entries,) if orientation == "row" else tuple((e,) for e in entries), to_mathml)
        case Matrix(rows):
            return _mathml_array(rows, to_mathml)
        case Set(elements):
            return fenced("{", elements, "}")
        case Points(points):
            if not points:
                return "<mtext>none</mtext>"
            placed = (
                fenced("(", p.coordinates, ")") if len(p.coordinates) > 1 else to_mathml(p.coordinates[0])
                for p in points
            )
            named = (
                f"{place}<mo>:</mo><mtext>{_escaped(p.label)}</mtext>" if p.label else place
                for place, p in zip(placed, points, strict=True)
            )
            return f"<mrow>{'<mo>;</mo>'.join(named)}</mrow>"
        case Equation(left, right):
            return f"<mrow>{to_mathml(left)}<mo>=</mo>{to_mathml(right)}</mrow>"
        case Range(spans):
            return f"<mrow>{'<mo>∪</mo>'.join(_mathml_span(span, fenced) for span in spans) or '<mi>∅</mi>'}</mrow>"
        case Label(name):
            return f"<mtext>{_escaped(name)}</mtext>"
        case Formula(tree):
            from grader.expr.matrices.mathml import to_mathml as formula_to_mathml

            return formula_to_mathml(tree)


def _mathml_span(span: Span, fenced: Callable[[str, Iterable[Expr], str], str]) -> str:
    low, high = _ends(span)
    if _is_point(span):
        return fenced("{", (low,), "}")
    opening, closing = _brackets(span)
    return fenced(opening, (low, high), closing)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _mathml_array(rows: tuple[tuple[Expr, ...], ...], mathml: Callable[[Expr], str]) -> str:
    body = "".join(f"<mtr>{''.join(f'<mtd>{mathml(entry)}</mtd>' for entry in row)}</mtr>" for row in rows)
    return f"<mrow><mo>[</mo><mtable>{body}</mtable><mo>]</mo></mrow>"
